"""Answers to the evaluation table, and the report's paragraphs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from forms import fields as f
from forms.record import Record, single_id


class Stage(StrEnum):
    """The three times the table is filled in: 方案 三（一）2, 三（一）4, 三（二）5."""

    SELF = "self"
    DIAGNOSIS = "diagnosis"
    RETROFIT = "retrofit"


STAGE_NAMES = {Stage.SELF: "自评", Stage.DIAGNOSIS: "诊断", Stage.RETROFIT: "改造后"}


class Answer(Record, table=True):
    """The answer to one item or scene at one stage; its id follows from both.

    An item holds `chosen` (option letters), a scene holds `level` 0–4. `figures` are the numbers
    beside the options, as typed.
    """

    title = "水平评测"
    clause = "工信厅企业〔2024〕56号"

    stage: Annotated[
        str, f.choice("评测阶段", *(stage.value for stage in Stage), required=True)
    ] = ""
    subject: Annotated[str, f.text("采集项或应用场景", 40, required=True)] = ""
    chosen: Annotated[dict[str, Any], f.choices("选项")] = f.keyed()
    level: Annotated[int | None, f.count("场景等级", "级", "4")] = None
    figures: Annotated[dict[str, Any], f.Spec("填报数据", f.Kind.NUMBERS)] = f.keyed()
    reason: Annotated[str, f.text("另选理由", 300)] = ""
    note: Annotated[str, f.prose("判定依据", 2000)] = ""
    photos: Annotated[dict[str, Any], f.refs("依据照片", "photo")] = f.keyed()
    attachments: Annotated[dict[str, Any], f.refs("依据附件", "attachment")] = f.keyed()


def answer_id(dossier_id: UUID, stage: Stage, subject: str) -> UUID:
    """The id of the answer to `subject` (an item's or scene's official name) at `stage`."""
    return single_id(dossier_id, "answer", f"{stage.value}/{subject}")


class Paragraph(Record, table=True):
    """One paragraph of the report under a heading of `forms.outline`."""

    title = "报告段落"
    clause = "附件3"

    section: Annotated[str, f.text("所属章节", 60, required=True)] = ""
    text: Annotated[str, f.prose("正文", 5000, required=True)] = ""
    drafted: Annotated[bool | None, f.yesno("系统拟写，待确认")] = None
    # Of a paragraph that was drafted: which one it is, its text as it was, what that rested on.
    origin: Annotated[str, f.text("拟写段落", 120)] = ""
    proposed: Annotated[str, f.prose("拟写时的正文", 5000)] = ""
    cites: Annotated[dict[str, Any], f.Spec("依据", f.Kind.FACTS)] = Field(
        default_factory=dict, sa_type=JSON
    )
