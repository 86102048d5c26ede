"""A fault for each rule, put into a dossier that is otherwise all right."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from tests.rule_cases import SITE, photo_facts

Spoil = Callable[[dict[str, Any]], object]


def put(form: str, **values: Any) -> Spoil:
    """Change fields of a single form, or of a list's first entry; None takes a field out."""

    def spoil(mapping: dict[str, Any]) -> None:
        entry = mapping[form][0] if isinstance(mapping[form], list) else mapping[form]
        entry.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del entry[name]

    return spoil


def drop(form: str, *places: int) -> Spoil:
    """Take entries out of a list, all of them where no place is given."""

    def spoil(mapping: dict[str, Any]) -> None:
        gone = places or range(len(mapping[form]))
        mapping[form] = [e for place, e in enumerate(mapping[form]) if place not in gone]

    return spoil


def add(form: str, **values: Any) -> Spoil:
    """Add a copy of a list's first entry, changed."""
    return lambda mapping: mapping[form].append(mapping[form][0] | {"id": "new"} | values)


def at(form: str, place: int, **values: Any) -> Spoil:
    """Change fields of one entry of a list."""
    return lambda mapping: mapping[form][place].update(values)


def every(form: str, **values: Any) -> Spoil:
    """Change fields of all entries of a list."""
    return lambda mapping: [entry.update(values) for entry in mapping[form]]


def both(*spoils: Spoil) -> Spoil:
    """Several changes."""
    return lambda mapping: [spoil(mapping) for spoil in spoils]


def answer(subject: str, **values: Any) -> Spoil:
    """Change the diagnosis' answer to an item or scene."""
    return lambda mapping: next(
        a for a in mapping["answer"] if (a["stage"], a["subject"]) == ("diagnosis", subject)
    ).update(values)


def unanswered(stage: str, subject: str) -> Spoil:
    """Take an answer out."""

    def spoil(mapping: dict[str, Any]) -> None:
        kept = [a for a in mapping["answer"] if (a["stage"], a["subject"]) != (stage, subject)]
        mapping["answer"] = kept

    return spoil


def figures(item: str, **values: str) -> Spoil:
    """Change figures typed beside an item of the diagnosis."""

    def spoil(mapping: dict[str, Any]) -> None:
        for entry in mapping["answer"]:
            if (entry["stage"], entry["subject"]) == ("diagnosis", item):
                entry["figures"] = entry["figures"] | values

    return spoil


def section(key: str, *texts: str, **more: Any) -> Spoil:
    """Put other paragraphs under one heading."""

    def spoil(mapping: dict[str, Any]) -> None:
        kept = [p for p in mapping["paragraph"] if p["section"] != key]
        mapping["paragraph"] = kept + [{"section": key, "text": text} | more for text in texts]

    return spoil


def shot(place: int, clock: str, **values: Any) -> Spoil:
    """Take one of the photos at another time of the visit's day."""
    taken = dt.datetime.fromisoformat(f"2025-06-17T{clock}:00+08:00")
    return at(
        "photo", place, facts=photo_facts(taken, SITE, (0, 0)).model_dump(mode="json"), **values
    )


def one_more(kind: str, clock: str) -> Spoil:
    """Another photo of the visit."""
    taken = dt.datetime.fromisoformat(f"2025-06-17T{clock}:00+08:00")
    facts = photo_facts(taken, SITE, (0, 0)).model_dump(mode="json")
    digest = hashlib.sha256(f"{kind}{clock}".encode()).hexdigest()
    return add("photo", id=f"{kind}{clock[:2]}", kind=kind, sha256=digest, facts=facts, logo=True)


TWO_SESSIONS = both(
    put("stay", end="11:50"),
    shot(4, "11:50"),
    add("stay", start="13:30", end="14:45"),
    one_more("入场", "13:31"),
    one_more("离场", "14:44"),
)


def _out_of_period(mapping: dict[str, Any]) -> None:
    mapping["dossier"]["batch"] = "第三批"
    mapping["eligibility"]["project_from"] = "2023-12-28"


def _figures(staff: str, revenue: str) -> Spoil:
    def spoil(mapping: dict[str, Any]) -> None:
        mapping["enterprise"]["employees"]["value"] = staff
        mapping["enterprise"]["revenue"]["value"] = revenue

    return spoil


#: rule, what spoils the dossier, which other rules it sets off besides
FAULTS: list[tuple[str, Spoil, set[str]]] = [
    ("TEAM-SIZE", drop("member", 2), {"TEAM-FIELDS", "VISIT-PRESENT"}),
    ("TEAM-TITLE", every("member", title_level="初级"), set()),
    ("TEAM-CERTIFICATE", every("member", certificate=" "), set()),
    ("TEAM-LEAD", put("member", lead=False), set()),
    ("TEAM-LEAD-MANY", at("member", 1, lead=True, experience="在机械行业从事诊断多年。"), set()),
    ("TEAM-LEAD-EXPERIENCE", put("member", experience=None), set()),
    ("TEAM-LEAD-RECORD", put("member", projects=0), set()),
    ("TEAM-FIELDS", at("member", 1, expertise=["软件"]), set()),
    (
        "VISIT-COUNT",
        drop("visit"),
        {"PHOTO-LOOSE", "TRAINING-PHOTOS"},
    ),
    ("VISIT-PRESENT", put("visit", present=["王", "李"]), set()),
    ("VISIT-HOURS", both(put("stay", end="11:59"), shot(4, "11:59")), set()),
    ("VISIT-SINGLE", TWO_SESSIONS, set()),
    ("VISIT-SESSIONS", drop("stay"), set()),
    ("STAY-TIMES", put("stay", end=None), set()),
    ("STAY-ORDER", put("stay", start="12:30", end="09:00"), set()),
    ("STAY-OVERLAP", both(TWO_SESSIONS, at("stay", 1, start="11:40"), shot(5, "11:41")), set()),
    ("STAY-ARRIVAL", at("photo", 0, kind="生产现场"), set()),
    ("STAY-DEPARTURE", at("photo", 4, kind="生产现场"), set()),
    (
        "STAY-EXPLAINED",
        both(TWO_SESSIONS, drop("photo", 6), at("stay", 1, absence="离场时遇雷雨，未能停留。")),
        {"VISIT-SINGLE"},
    ),
    ("STAY-LOGO", at("photo", 0, logo=False), set()),
    ("STAY-PHOTO-TIME", put("stay", start="08:20"), set()),
    ("VISIT-PHOTOS", both(drop("photo", 3), at("photo", 0, logo=True)), {"VISIT-FLOOR"}),
    ("VISIT-OFFICE", at("photo", 2, kind="其他"), set()),
    ("VISIT-FLOOR", at("photo", 3, kind="其他"), set()),
    ("VISIT-UNSEEN", every("photo", people=["王", "李"]), set()),
    ("VISIT-COUNTERPART", every("photo", counterpart=False), set()),
    ("VISIT-BRIEFING", put("visit", topics=["情况调研"]), set()),
    ("VISIT-TOPICS", put("visit", topics=[]), {"VISIT-BRIEFING"}),
    ("VISIT-RESULTS", put("visit", results="\n"), set()),
    ("VISIT-SIGNED", put("visit", signed_counterpart=False), set()),
    (
        "VISIT-WINDOW",
        put("agreement", signed_on="2025-06-18", filed_on="2025-06-18"),
        {"TRAINING-WINDOW"},
    ),
    ("SITE-POSITION", put("site", latitude=""), set()),
    (
        "SITE-PHOTO",
        put("site", source="照片确认", confirmed_by="王"),
        set(),
    ),
    (
        "SITE-CONFIRMED",
        put("site", source="照片确认", photo="p1"),
        {"PHOTO-POSITION-OWN"},
    ),
    ("PHOTO-KIND", add("photo", kind="", sha256="f" * 64), set()),
    ("PHOTO-CAPTION", at("photo", 3, caption=""), set()),
    ("PHOTO-LOOSE", add("photo", visit=None, sha256="f" * 64), set()),
    ("PHOTO-UNREAD", at("photo", 3, facts={}), set()),
    ("TRAINING-COUNT", drop("training"), set()),
    ("TRAINING-HOURS", put("training", end="11:29"), set()),
    ("TRAINING-SHORT", add("training", end="11:29"), set()),
    ("TRAINING-ORDER", put("training", end="09:30"), set()),
    ("TRAINING-SIGNIN", put("training", sign_in=[]), set()),
    ("TRAINING-PHOTOS", at("photo", 1, kind="人员访谈"), set()),
    ("TRAINING-UNLINKED", put("training", visit=None), {"TRAINING-PHOTOS"}),
    ("TRAINING-WINDOW", add("training", date="2025-06-09", visit=None), {"TRAINING-PHOTOS"}),
    ("TRAINING-OUTSIDE", put("training", start="13:00", end="15:30"), set()),
    ("AGREEMENT-SIGNED", put("agreement", signed_on=None), set()),
    ("AGREEMENT-FILED", put("agreement", filed_on=None), set()),
    ("AGREEMENT-FILED-DAY", put("agreement", filed_on="2025-06-09"), set()),
    ("AGREEMENT-RECEIPT", put("agreement", filing_number=" "), set()),
    ("AGREEMENT-NOTE", put("servicenote", wishes="\n"), set()),
    ("PILOT-OPEN", put("eligibility", local=None), set()),
    ("PILOT-NOT", put("eligibility", trusted=False), set()),
    ("PILOT-WITNESS", put("eligibility", sme_by=None), set()),
    ("PILOT-PERIOD", _out_of_period, set()),
    ("SIZE-LARGE", _figures("1000", "40000"), {"PROFILE-STAFF", "PROFILE-REVENUE"}),
    ("SIZE-FIGURES", put("enterprise", size="中型企业"), set()),
    ("CONTACT-NONE", drop("contact"), set()),
    ("CONTACT-LATE", put("contact", date="2025-06-18"), set()),
    ("INDUSTRY-NONE", put("background", industry=""), set()),
    ("SELF-SCREENSHOT", drop("attachment", 10), set()),
    ("PLAN-NONE", lambda m: m.pop("plan"), set()),
    ("PLAN-DRAFTED", put("plan", drafted=["资料"]), set()),
    ("PLAN-AGREED", put("plan", papers_state="已提出"), set()),
    ("PLAN-UNSENT", put("plan", sent_on=None), set()),
    ("PLAN-LATE", put("plan", sent_on="2025-06-17"), set()),
    ("AGREEMENT-CONSENT", drop("attachment", 9), set()),
    ("AGREEMENT-TERM", put("agreement", reported_on="2025-07-11"), set()),
    ("AGREEMENT-ORDER", put("agreement", reported_on="2025-06-09"), {"BRIEFING-DAY"}),
    ("AGREEMENT-EARLY", put("agreement", reported_on="2025-06-16"), {"BRIEFING-DAY"}),
    ("AGREEMENT-OVERDUE", put("agreement", reported_on=None), {"FIELD-REQUIRED"}),
    (
        "EXCLUDED-FUNDED",
        put("enterprise", central_funds=True, quality=["专精特新“小巨人”企业"]),
        set(),
    ),
    ("EXCLUDED-FUNDED-OPEN", put("enterprise", central_funds=None), set()),
    ("EXCLUDED-PILOT", put("enterprise", pilot_2022=True), set()),
    ("EXCLUDED-PILOT-OPEN", put("enterprise", pilot_2022=None), set()),
    ("FUNDED-UNTICKED", put("enterprise", central_funds=True), {"EXCLUDED-FUNDED"}),
    ("SATISFACTION-PRESENT", lambda m: m.pop("satisfaction"), set()),
    ("SATISFACTION-SEAL", put("satisfaction", sealed=None), set()),
    ("SATISFACTION-DATE", put("satisfaction", filled_on="2025-06-16"), set()),
    ("SATISFACTION-WAY", put("satisfaction", given_by=None), set()),
    ("ADOPTION-OPEN", put("adoption", decision=None), set()),
    ("ADOPTION-REASON", put("adoption", decision="不采纳"), {"ADOPTION-DIFFERS"}),
    ("ADOPTION-LIST", add("project", name="能源监测", cost=None), {"FIELD-REQUIRED"}),
    ("ADOPTION-DIFFERS", put("adoption", decision="部分采纳"), set()),
    (
        "BRIEFING-MINUTES",
        both(
            put("briefing", held_on=None, place=None, presenters=None, conclusion=None),
            drop("briefingattendee"),
            drop("remark"),
        ),
        set(),
    ),
    ("BRIEFING-GAPS", put("briefing", presenters=[]), set()),
    ("BRIEFING-LEADER", put("briefingattendee", leader=False), set()),
    ("BRIEFING-DAY", put("briefing", held_on="2025-07-11"), set()),
    ("REMARK-OPEN", put("remark", reply=" "), set()),
    ("CORRECTION-UNDONE", put("correction", after="二级"), set()),
    (
        "OPINION-PRESENT",
        both(
            put("diagnosisacceptance", held_on=None, opinion=None, conclusion=None),
            drop("diagnosisexpert"),
        ),
        set(),
    ),
    ("OPINION-GAPS", put("diagnosisacceptance", opinion=""), set()),
    ("OPINION-EXPERTS", drop("diagnosisexpert"), set()),
    ("OPINION-SCAN", drop("attachment", 8), set()),
    ("OPINION-DAY", put("diagnosisacceptance", held_on="2025-07-09"), set()),
    ("OPINION-FAILED", put("diagnosisacceptance", conclusion="不通过"), set()),
    ("OPINION-POINTS", drop("returnpoint", 1), set()),
    ("FIELD-REQUIRED", put("enterprise", contact="  "), set()),
    ("FIELD-LIMIT", put("enterprise", summary="述" * 501), set()),
    ("CREDIT-CODE", put("enterprise", credit_code="91220106MA0EXAMP18"), set()),
    ("TABLE-NONE", drop("cloudservice"), set()),
    ("TABLE-EMPTY", drop("product"), set()),
    ("NEED-KINDS", drop("need", 1), set()),
    ("LIBRARY-PRODUCT", drop("solution"), set()),
    ("LIBRARY-DRAFTED", at("libraryentry", 1, drafted=True), set()),
    ("EVAL-COMPLETE", unanswered("diagnosis", "决策支持"), set()),
    ("EVAL-SELF-COMPLETE", unanswered("self", "网络建设"), set()),
    ("TARGET-LEVEL", put("dossier", target_level=1), set()),
    ("EVAL-OPTION", answer("网络安全", chosen=["B", "Q"], reason="有。"), set()),
    ("EVAL-EXCLUSIVE", answer("网络安全", chosen=["A", "B"], reason="有。"), {"EVAL-COMPLETE"}),
    ("EVAL-PROPOSAL", answer("设备数字化", chosen=["C"]), {"EVAL-SELF-DIFF"}),
    ("EVAL-FIGURES", figures("产品质量", pass_rate_before=""), set()),
    ("EVAL-SELF-DIFF", answer("产品设计", level=0), set()),
    ("EVAL-NOTE", answer("协同办公", note=""), set()),
    ("EVAL-SCREENSHOT", drop("attachment", 3), set()),
    ("REPORT-SECTION", section("2.effect.产品质量"), set()),
    ("REPORT-DRAFTED", section("1.cloud", "云主机一台。", drafted=True), set()),
    ("ROUTE-DRAFTED", at("project", 0, drafted=True), set()),
    ("ROUTE-SHORT", put("dossier", target_level=2), set()),
    (
        "REPORT-REPEAT",
        section("3", "设备台账与现场清点的数量一致。另行。", "设备台账与现场清点的数量一致！"),
        set(),
    ),
    ("REPORT-UNFINISHED", section("1.cloud", "云主机XX台。"), set()),
    ("REPORT-EXAMPLE", section("1.cloud", "云主机一台（请补充型号）。"), set()),
    ("REPORT-ASKING", section("1.cloud", "云主机有几台？"), set()),
    ("REPORT-FIGURE", section("1.equipment", "表2所列设备共7台。"), set()),
    ("REPORT-CHART", drop("attachment", 1), set()),
    ("REPORT-FLOW", drop("attachment", 2), set()),
    ("SCAN-MISSING", drop("attachment", 7), set()),
    ("RETURN-OPEN", put("returnpoint", state="待处理"), {"RETURN-LATE"}),
    ("RETURN-LATE", put("returnpoint", state=None, due="2026-01-14"), {"RETURN-OPEN"}),
    ("RETURN-REPLY", put("returnpoint", reply="　"), set()),
    ("RETURN-EVIDENCE", put("returnpoint", attachments=None), set()),
    ("EQUIPMENT-TOTAL", at("equipment", 1, quantity=45), set()),
    ("EQUIPMENT-NETWORKED", at("equipment", 0, networked="否"), set()),
    ("SELF-LEVEL", put("enterprise", self_level="二级"), set()),
    (
        "STAFF-DIGITAL",
        put("enterprise", digital_staff={"value": "101", "year": "2024"}),
        set(),
    ),
    ("PROFILE-REVENUE", put("enterprise", revenue={"value": "5,001", "year": "2024"}), set()),
    ("PROFILE-STAFF", put("enterprise", employees={"value": "99", "year": "2024"}), set()),
    ("MONEY-INVESTED", add("system", amount="0.5"), set()),
    ("MONEY-BUDGET", add("project", cost="0.5"), {"ADOPTION-LIST"}),
]
