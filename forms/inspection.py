"""The acceptance of the diagnosis (方案 三（一）7): the city's experts, their opinion and its end.

The points that they want mended are `ReturnPoint`s below the one record here: they are closed as
those of a 退回意见 are, with an answer and evidence.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from forms import fields as f
from forms.record import Record, form_of, single_id

CLAUSE = "方案 三（一）7"
PASSED, MENDING, FAILED = "通过", "整改后通过", "不通过"


class DiagnosisAcceptance(Record, table=True):
    """诊断成果验收: the meeting of the experts and what they decided."""

    title = "诊断成果验收"
    clause = CLAUSE
    single = True

    organiser: Annotated[str, f.text("组织单位", 80)] = ""
    held_on: Annotated[dt.date | None, f.date("验收会日期", required=True)] = None
    place: Annotated[str, f.text("验收会地点", 100)] = ""
    opinion: Annotated[str, f.prose("专家组意见", 3000, required=True)] = ""
    conclusion: Annotated[str, f.choice("验收结论", PASSED, MENDING, FAILED, required=True)] = ""
    issued_on: Annotated[dt.date | None, f.date("验收意见日期")] = None


def accepted_id(dossier_id: UUID) -> UUID:
    """The id of a dossier's acceptance, below which the experts' points lie."""
    return single_id(dossier_id, form_of(DiagnosisAcceptance))


class DiagnosisExpert(Record, table=True):
    """One expert of the acceptance."""

    title = "验收专家"
    clause = CLAUSE

    name: Annotated[str, f.text("姓名", 40, required=True)] = ""
    organisation: Annotated[str, f.text("工作单位", 80)] = ""
    post: Annotated[str, f.text("职称或职务", 60)] = ""
    lead: Annotated[bool | None, f.yesno("专家组组长")] = None
