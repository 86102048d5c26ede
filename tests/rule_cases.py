"""A dossier for the rules' tests that is all right, and the case that a dossier makes."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from app.exchange import detached
from app.packs import load_pack
from forms.dossier import Dossier, Photo
from forms.evaluation import Stage
from forms.photo_facts import BEIJING, PhotoFacts
from forms.watermark import Watermark
from grading.rules import Case, check
from grading.score import grade
from grading.sheet import sheet_of

TODAY = dt.date(2026, 1, 15)
METRES_A_DEGREE = 111_320.0


def dossier_of(mapping: dict[str, Any]) -> Dossier:
    """A dossier from a mapping in the shape of dossier.json."""
    found = detached(mapping)
    return replace(found, watermarks=readings(found.all(Photo)))


def readings(photos: Iterable[Photo]) -> dict[str, Watermark]:
    """Watermarks that say what the photos' own records say; without anything where they don't."""
    found = {}
    for photo in photos:
        with suppress(ValidationError):
            found[photo.sha256] = reading_of(PhotoFacts.model_validate(photo.facts))
    return found


def reading_of(facts: PhotoFacts) -> Watermark:
    """The watermark that a camera would have drawn over a photo of these facts."""
    taken = facts.taken_at.astimezone(BEIJING) if facts.taken_at else None
    return Watermark(
        day=taken.date() if taken else None,
        clock=taken.time().replace(second=0) if taken else None,
        latitude=facts.latitude,
        longitude=facts.longitude,
    )


def case_of(dossier: Dossier, body: int = 16_000, **more: Any) -> Case:
    """A case with its answers graded; `body` is the 字数 of chapters 一 to 四."""
    pack = load_pack()
    table = pack.instrument
    grades = {stage: grade(table, sheet_of(dossier, stage, table)) for stage in Stage}
    values: dict[str, Any] = {"today": TODAY, "words": {"body": body}, "grades": grades} | more
    return Case(dossier, pack, **values)


def rule_ids(case: Case, *severities: str) -> list[str]:
    """The rules set off, with repeats, sorted; of all severities where none is named."""
    found = check(case)
    return sorted(e.rule for e in found if not severities or e.severity in severities)


def photo_facts(
    taken: dt.datetime | None, site: tuple[float, float], offset: tuple[float, float] | None
) -> PhotoFacts:
    """Facts of a photo taken so many metres north and east of the site."""
    north, east = offset or (0.0, 0.0)
    scale = METRES_A_DEGREE * math.cos(math.radians(site[0]))
    return PhotoFacts(
        width=1600,
        height=1200,
        format="JPEG",
        taken_local=taken.replace(tzinfo=None) if taken else None,
        offset="+08:00" if taken else None,
        gps_time=taken if taken and offset is not None else None,
        latitude=None if offset is None else site[0] + north / METRES_A_DEGREE,
        longitude=None if offset is None else site[1] + east / scale,
        make="SAMPLE" if taken else None,
        model="Sample Camera 1" if taken else None,
    )


SITE = (43.9, 125.3)
FIGURES: dict[str, dict[str, str]] = {
    "设备数字化": {"equipment_total": "50", "equipment_digital": "8"},
    "设备联网": {"equipment_networked": "6"},
    "资金保障": {
        "years": "3",
        "digital_last": "700",
        "digital_previous": "600",
        "digital_third": "500",
        "revenue_third": "4600",
    },
    "绿色低碳": {"energy_last": "100.0", "energy_previous": "100.0"},
    "产品质量": {"pass_rate_now": "98.5", "pass_rate_before": "98.0"},
    "市场表现": {
        "staff_last": "100",
        "revenue_last": "5000.00",
        "staff_previous": "100",
        "revenue_previous": "4800.00",
    },
    "价值效益": {"cost_last": "4000.0", "cost_previous": "3900.0"},
}


def _answers(stage: str) -> list[dict[str, Any]]:
    table = load_pack().instrument
    found: list[dict[str, Any]] = []
    for item in table.items:
        change = {o.text for o in item.options} >= {"增加", "持平", "降低"}
        answer = {"stage": stage, "subject": item.name, "chosen": ["C" if change else "B"]}
        found.append(answer | {"figures": FIGURES.get(item.name, {}), "note": "见设备台账。"})
    for scene in table.scenes:
        found.append({"stage": stage, "subject": scene.name, "level": 1, "note": "见系统界面。"})
    return found


def _member(name: str, expertise: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "organisation": "示例服务商",
        "post": "顾问",
        "duties": "现场诊断",
        "contact": "138-0000-0000",
        "title_level": "中级",
        "certificate": "示例证 1 号",
        "years": 10,
        "projects": 12,
        "expertise": expertise.split("、"),
    } | more


def _photo_entry(name: str, minute: str, kind: str, **more: Any) -> dict[str, Any]:
    taken = dt.datetime.fromisoformat(f"2025-06-17T{minute}:00+08:00")
    return {
        "id": name,
        "sha256": hashlib.sha256(name.encode()).hexdigest(),
        "filename": f"{name}.jpg",
        "facts": photo_facts(taken, SITE, (20.0, -15.0)).model_dump(mode="json"),
        "visit": "v1",
        "kind": kind,
        "caption": f"{kind}照片",
        "people": ["王", "李", "赵"],
        "counterpart": True,
        "logo": kind in ("入场", "离场"),
    } | more


def good() -> dict[str, Any]:
    """A small dossier that passes every rule; a fresh mapping each time, to be spoilt."""
    return {
        "format": "zhengai-dossier/1",
        "id": "00000000-0000-4000-8000-000000000001",
        "dossier": {"pack": "changchun-2024"},
        "enterprise": _enterprise(),
        "eligibility": {
            name: value
            for field in ("registered", "sme", "trusted", "local")
            for name, value in (
                *((field, True), (f"{field}_on", "2025-05-20"), (f"{field}_by", "王")),
            )
        },
        "contact": [
            {"date": "2025-06-05", "way": "电话", "counterpart": "钱", "said": "商定现场诊断。"}
        ],
        "background": {"industry": "向企业了解了所在行业的情况。", "self_on": "2025-06-06"},
        "plan": {"date": "2025-06-17", "papers": "设备台账", "papers_state": "已确认"}
        | {"sent_on": "2025-06-12"},
        "site": {
            "latitude": str(SITE[0]),
            "longitude": str(SITE[1]),
            "datum": "WGS-84",
            "source": "注册地址",
        },
        "provider": {"name": "示例服务商", "contact": "王", "phone": "138-0000-0000"},
        "agreement": {
            "signed_on": "2025-06-10",
            "filed_on": "2025-06-11",
            "filing_number": "示例备 1 号",
            "reported_on": "2025-07-10",
        },
        "servicenote": dict.fromkeys(
            ("purpose", "method", "schedule", "duration", "cooperation", "wishes"), "已向企业说明。"
        ),
        "satisfaction": {
            "filled_on": "2025-06-30",
            **dict.fromkeys(("process", "problems", "advice", "skill", "outcome"), "很好"),
            "overall": "满意",
            "adoption": "采纳",
            "sealed": True,
            "given_by": "钱",
            "way": "纸质填写后录入",
        },
        "briefing": {
            "held_on": "2025-06-28",
            "place": "企业会议室",
            "presenters": ["王"],
            "conclusion": "企业认可评测结果。",
        },
        "briefingattendee": [{"name": "孙", "post": "总经理", "leader": True}],
        "remark": [
            {"id": "k1", "text": "工艺设计已有系统。", "subject": "工艺设计", "reply": "已更正。"}
        ],
        "correction": [
            {
                "subject": "工艺设计",
                "before": "无等级",
                "after": "一级",
                "reason": "补充查看了系统界面。",
                "agreed": "孙",
                "remark": "k1",
            }
        ],
        "adoption": [{"advice": "设备联网", "project": "j1", "decision": "采纳"}],
        "diagnosisacceptance": {
            "held_on": "2025-07-20",
            "opinion": "资料齐全。",
            "conclusion": "整改后通过",
        },
        "diagnosisexpert": [{"name": "吴", "organisation": "示例大学"}],
        "member": [
            _member("王", "行业", lead=True, experience="从事机械行业数字化二十年。"),
            _member("李", "软件、集成"),
            _member("赵", "硬件"),
        ],
        "visit": [
            {
                "id": "v1",
                "date": "2025-06-17",
                "topics": ["情况调研", "诊断结果汇报"],
                "results": "完成车间调研。",
                "present": ["王", "李", "赵"],
                "counterpart": "钱",
                "signed_team": True,
                "signed_counterpart": True,
            }
        ],
        "stay": [{"id": "s1", "parent": "v1", "start": "09:00", "end": "12:30"}],
        "training": [
            {
                "id": "t1",
                "topic": "数据采集入门",
                "trainer": "李",
                "date": "2025-06-17",
                "start": "09:30",
                "end": "11:45",
                "attendees": 20,
                "visit": "v1",
                "sign_in": ["a1"],
            }
        ],
        "photo": [
            _photo_entry("p1", "09:01", "入场"),
            _photo_entry("p2", "10:00", "宣贯培训"),
            _photo_entry("p3", "11:50", "人员访谈"),
            _photo_entry("p4", "12:05", "生产现场"),
            _photo_entry("p5", "12:29", "离场"),
        ],
        "attachment": [
            {"id": f"a{number}", "filename": f"a{number}.pdf", "name": kind, "kind": kind} | more
            for number, (kind, more) in enumerate(_ATTACHED, 1)
        ],
        "assignment": [{"kind": "填报页面", "subject": "team", "person": "王"}],
        "returnopinion": [{"id": "r1", "number": "示例退〔2025〕1 号", "due": "2025-07-20"}],
        "returnpoint": [
            {
                "id": "rp1",
                "parent": "r1",
                "text": "培训签到表缺少一页。",
                "state": "已整改",
                "reply": "已补齐签到表。",
                "attachments": ["a1"],
            },
            {
                "id": "rp2",
                "parent": "diagnosisacceptance",
                "text": "补充设备台账。",
                "state": "已整改",
                "reply": "已补充。",
                "shown": "报告表2",
            },
        ],
        "answer": _answers("self") + _answers("diagnosis"),
        "paragraph": [
            {"section": s.key, "text": f"{s.key} 的正文。"} for s in load_pack().outline.writable
        ],
        **_tables(),
    }


_ATTACHED: tuple[tuple[str, dict[str, Any]], ...] = (
    *((kind, {}) for kind in ("培训签到表", "组织架构图", "生产工艺流程图", "评测平台截图")),
    *((kind, {}) for kind in ("协议扫描件", "满意度评价表扫描件", "报告封面扫描件")),
    ("现场诊断记录表扫描件", {"visit": "v1"}),
    *((kind, {}) for kind in ("诊断验收意见扫描件", "企业书面同意", "企业自评截图")),
)


def _enterprise() -> dict[str, Any]:
    year = {"year": "2024", "basis": "年报"}
    return {
        "name": "示例·测试机械有限公司",
        "district": "绿园区",
        "address": "长春市绿园区示例路 1 号",
        "credit_code": "91220106MA0EXAMP17",
        "contact": "钱",
        "phone": "138-0000-0000",
        "employees": {"value": "100", **year},
        "digital_staff": {"value": "3", **year},
        "summary": "机械加工。",
        "nature": "民营",
        "size": "小型企业",
        "above_scale": "规模以上企业",
        "quality": ["无"],
        "self_level": "一级",
        "industry": "汽车零部件配件制造业",
        "revenue": {"value": "5000", **year},
        "profit": {"value": "-20", **year},
        "invested": {"value": "60", **year},
        "budget": {"value": "80", **year},
        "directions": ["生产制造/MES"],
        "central_funds": False,
        "pilot_2022": False,
    }


def _tables() -> dict[str, Any]:
    return {
        "equipment": [
            {"name": "数控车床", "quantity": 6, "networked": "是"},
            {"name": "普通车床", "quantity": 44, "networked": "否"},
        ],
        "system": [{"name": "示例 ERP", "amount": "60"}],
        "dataresource": [{"scope": "设备数据"}],
        "cloudservice": [{"business": "业务系统上云", "service": "公有云"}],
        "need": [
            {"kind": kind, "text": f"{kind}一条。"}
            for kind in (
                "生产过程数字化面临需求",
                "产品生命周期数字化面临需求",
                "产业链供应链数字化面临需求",
                "决策管理数字化面临需求",
            )
        ],
        "libraryentry": [
            {"id": "e1", "scene": "2.1.1数字化排产与优化", "own_need": "排产靠人工。"},
            {"id": "e2", "scene": "2.3.1产品质量追溯", "description": "以箱码追溯。"},
        ],
        "solution": [{"parent": "e1", "name": "排产系统"}],
        "needstep": [{"parent": "e1", "state": "提出", "date": "2025-06-17"}],
        "routemeasure": [{"id": "m1", "subject": "产品设计", "key": "2"}],
        "project": [
            {
                "id": "j1",
                "name": "设备联网",
                "content": "采集",
                "period": "2025年9月",
                "cost": "80",
                "outcome": "联网率提高",
            }
        ],
        "product": [
            {"name": "MES系统", "scene": "生产制造", "function": "工单管理", "goal": "报工及时"}
        ],
    }
