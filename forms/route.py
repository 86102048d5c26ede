"""The route to the next level that was chosen: which options to gain, which scenes to raise.

Not a paper of the plan: what tables 9–11 and the report's chapters 三 and 四 are written from.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from forms import fields as f
from forms.record import Record, single_id


class RouteMeasure(Record, table=True):
    """One measure of the chosen route; its id follows from the measure (`route_id`), so that two
    laptops that choose the same one make the same record.

    `key` is the option's letter, of a scene the level it is raised to; `price` what the provider
    asked for it when it was chosen, empty where that was not known.
    """

    title = "达级路线"
    clause = "附件3 表6"

    subject: Annotated[str, f.text("采集项或场景", 60, required=True)] = ""
    key: Annotated[str, f.text("选项或等级", 4, required=True)] = ""
    price: Annotated[str, f.number("报价", "万元")] = ""


def route_id(dossier_id: UUID, subject: str, key: str) -> UUID:
    """The id of a measure's record."""
    return single_id(dossier_id, "routemeasure", f"{subject}/{key}")
