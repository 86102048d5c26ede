"""What is known and agreed before a visit: 方案 三（一）2."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from forms import fields as f
from forms.record import Record
from forms.visit import TOPICS

ASKED, CONFIRMED = "已提出", "已确认"
"""How far something is agreed with the enterprise; nothing was said of it where neither holds."""
DRAFTABLE = {"attendees": "参会人员", "shops": "车间和场所", "papers": "资料"}
"""The plan's texts that the program can draft, by field, with the key that marks one as a draft."""


class Contact(Record, table=True):
    """One time that the team and the enterprise were in touch."""

    title = "联系记录"
    clause = "方案 三（一）2"

    date: Annotated[dt.date | None, f.date("联系日期", required=True)] = None
    time: Annotated[dt.time | None, f.time("联系时间")] = None
    way: Annotated[
        str, f.choice("联系途径", "电话", "即时通讯", "电子邮件", "视频会议", "当面", "其他")
    ] = ""
    who: Annotated[str, f.text("诊断方联系人", 60)] = ""
    counterpart: Annotated[str, f.text("企业方联系人", 60, required=True)] = ""
    counterpart_post: Annotated[str, f.text("企业方联系人职务", 60)] = ""
    said: Annotated[str, f.prose("沟通内容", 2000, required=True)] = ""
    agreed: Annotated[str, f.prose("商定事项", 1000)] = ""
    next_step: Annotated[str, f.text("下一步", 200)] = ""
    next_on: Annotated[dt.date | None, f.date("下一步期限")] = None


class Background(Record, table=True):
    """What was gathered of the enterprise's industry, and when its self-assessment came in."""

    title = "行业和自评信息"
    clause = "方案 三（一）2"
    single = True

    industry: Annotated[str, f.prose("该企业的行业信息", 2000)] = ""
    source: Annotated[str, f.text("行业信息来源", 200)] = ""
    gathered_on: Annotated[dt.date | None, f.date("行业信息收集日期")] = None
    self_on: Annotated[dt.date | None, f.date("企业自评估情况收到日期")] = None


class Plan(Record, table=True):
    """The plan of the next visit, sent to the enterprise so that people and papers are ready.

    `…_state` says how far each is agreed; `drafted` which texts are still the program's proposal.
    """

    title = "现场调研计划"
    clause = "方案 三（一）2"
    single = True

    date: Annotated[dt.date | None, f.date("计划日期")] = None
    start: Annotated[dt.time | None, f.time("计划到厂时间")] = None
    end: Annotated[dt.time | None, f.time("计划离厂时间")] = None
    topics: Annotated[dict[str, Any], f.choices("调研主题", *TOPICS)] = f.keyed()
    members: Annotated[dict[str, Any], f.refs("拟到场诊断人员", "member")] = f.keyed()
    attendees: Annotated[str, f.prose("请企业安排的参会人员", 500)] = ""
    attendees_state: Annotated[str, f.choice("参会人员商定情况", ASKED, CONFIRMED)] = ""
    shops: Annotated[str, f.prose("拟查看的车间和场所", 500)] = ""
    shops_state: Annotated[str, f.choice("车间和场所商定情况", ASKED, CONFIRMED)] = ""
    papers: Annotated[str, f.prose("请企业准备的资料", 1000)] = ""
    papers_state: Annotated[str, f.choice("资料商定情况", ASKED, CONFIRMED)] = ""
    rooms: Annotated[str, f.text("场地和设备要求", 200)] = ""
    rooms_state: Annotated[str, f.choice("场地商定情况", ASKED, CONFIRMED)] = ""
    remarks: Annotated[str, f.prose("其他说明", 500)] = ""
    sent_on: Annotated[dt.date | None, f.date("提纲和计划发出日期")] = None
    drafted: Annotated[dict[str, Any], f.choices("系统拟写，待确认", *DRAFTABLE.values())] = (
        f.keyed()
    )


class AgendaItem(Record, table=True):
    """One line of the plan's timetable."""

    title = "调研日程"
    clause = "方案 三（一）2"

    start: Annotated[dt.time | None, f.time("开始时间")] = None
    end: Annotated[dt.time | None, f.time("结束时间")] = None
    activity: Annotated[str, f.text("工作内容", 120, required=True)] = ""
    place: Annotated[str, f.text("地点", 80)] = ""
    people: Annotated[str, f.text("企业参加人员", 120)] = ""
    drafted: Annotated[bool | None, f.yesno("系统拟写，待确认")] = None
