"""Who of the team works on what: a section, an item or scene, a visit, or a page of the window.

The plan prescribes no form for it; this one is the program's own and is printed nowhere.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

from forms import fields as f
from forms.record import Record, single_id

SECTION, SUBJECT, VISIT, PAGE = "报告章节", "评测内容", "现场诊断", "填报页面"
KINDS = (SECTION, SUBJECT, VISIT, PAGE)
BEGUN, DONE = "进行中", "已完成"
STATES = ("未开始", BEGUN, DONE)


class Assignment(Record, table=True):
    """One part of the work and who has it; its id follows from dossier and part.

    `subject` is a key of the report's outline, an item's or scene's official name, a visit's id, or
    a page's key. `person` is a name of the team as the change log has it, "" where the part was
    taken back; `state` is what that person says.
    """

    title = "分工"
    clause = "方案 四（二）"

    kind: Annotated[str, f.choice("分工类别", *KINDS)] = ""
    subject: Annotated[str, f.text("分工内容", 60)] = ""
    person: Annotated[str, f.text("承担人", 40)] = ""
    due: Annotated[dt.date | None, f.date("完成期限")] = None
    note: Annotated[str, f.text("工作要求", 300)] = ""
    state: Annotated[str, f.choice("工作进度", *STATES)] = ""


def assignment_id(dossier_id: UUID, kind: str, subject: str) -> UUID:
    """The id of a part's assignment, so that two laptops make the same record."""
    return single_id(dossier_id, "assignment", f"{kind}/{subject}")
