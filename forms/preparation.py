"""What is agreed before a visit: 方案 三（一）2 现场调研所需的提纲和计划."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from forms import fields as f
from forms.record import Record
from forms.visit import TOPICS


class Plan(Record, table=True):
    """The plan of the next visit, sent to the enterprise so that people and papers are ready."""

    title = "现场调研计划"
    clause = "方案 三（一）2"
    single = True

    date: Annotated[dt.date | None, f.date("计划日期")] = None
    start: Annotated[dt.time | None, f.time("计划到厂时间")] = None
    end: Annotated[dt.time | None, f.time("计划离厂时间")] = None
    topics: Annotated[dict[str, Any], f.choices("调研主题", *TOPICS)] = f.keyed()
    members: Annotated[dict[str, Any], f.refs("拟到场诊断人员", "member")] = f.keyed()
    attendees: Annotated[str, f.prose("请企业安排的参会人员", 500)] = ""
    shops: Annotated[str, f.prose("拟查看的车间和场所", 500)] = ""
    papers: Annotated[str, f.prose("请企业准备的资料", 1000)] = ""
    rooms: Annotated[str, f.text("场地和设备要求", 200)] = ""
    remarks: Annotated[str, f.prose("其他说明", 500)] = ""


class AgendaItem(Record, table=True):
    """One line of the plan's timetable."""

    title = "调研日程"
    clause = "方案 三（一）2"

    start: Annotated[dt.time | None, f.time("开始时间")] = None
    end: Annotated[dt.time | None, f.time("结束时间")] = None
    activity: Annotated[str, f.text("工作内容", 120, required=True)] = ""
    place: Annotated[str, f.text("地点", 80)] = ""
    people: Annotated[str, f.text("企业参加人员", 120)] = ""
