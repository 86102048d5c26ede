"""Every rule of the pack is set off by one fault in a dossier that is otherwise all right."""

from __future__ import annotations

import ast
import datetime as dt
import re
import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.packs import load_pack
from forms.dossier import (
    Attachment,
    Contract,
    Dossier,
    Enterprise,
    File,
    Milestone,
    Paragraph,
    Photo,
    Signature,
    Visit,
)
from forms.papers import Role
from forms.record import Record
from forms.steps import PAGES
from forms.watermark import Watermark
from grading.cites import cite, kept
from grading.finding import Severity
from grading.presence import Presence
from grading.prose_check import Shared
from grading.rules.case import Edit
from grading.rules.elsewhere import presences
from grading.twins import Twin
from tests import assess_cases, retrofit_cases, subsidy_cases
from tests.fault_cases import FAULTS, Spoil
from tests.rule_cases import SITE, case_of, dossier_of, good, photo_facts, rule_ids

ROOT = Path(__file__).parent.parent
ALWAYS = {"TRAINING-WITHIN"}  # the good dossier's training is held within its visit


@pytest.mark.parametrize(("rule", "spoil", "besides"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_one_fault_sets_off_its_rule(rule: str, spoil: Spoil, besides: set[str]) -> None:
    mapping = good()
    spoil(mapping)

    found = set(rule_ids(case_of(dossier_of(mapping))))

    assert found - ALWAYS == {rule} | besides


Change = Callable[[Dossier], Dossier]


def as_it_is(dossier: Dossier) -> Dossier:
    return dossier


def in_conflict(dossier: Dossier) -> Dossier:
    conflict = (dossier.one(Enterprise).id, "directions.生产制造/MES")
    return replace(dossier, conflicts=frozenset({conflict}))


def unread(dossier: Dossier) -> Dossier:
    return replace(dossier, watermarks={})


def in_vain(dossier: Dossier) -> Dossier:
    why = "读取“a.jpg”的水印超过 30 秒，已停止，其余照片不受影响；请对照原图填写水印内容。"
    troubles = dict.fromkeys(dossier.watermarks, why)
    return replace(dossier, watermarks={}, unreadable=troubles)


def blank(dossier: Dossier) -> Dossier:
    return replace(dossier, watermarks=dict.fromkeys(dossier.watermarks, Watermark()))


def stripped(dossier: Dossier) -> Dossier:
    """The photo on the shop floor came without its EXIF."""
    photo = dossier.all(Photo)[3]
    photo.facts = photo_facts(None, SITE, None).model_dump(mode="json")
    return dossier


def clock_ahead(dossier: Dossier) -> Dossier:
    """Every photo's device runs three minutes ahead of the satellites."""
    for photo in dossier.all(Photo):
        fixed = dt.datetime.fromisoformat(photo.facts["gps_time"]) - dt.timedelta(minutes=3)
        photo.facts = photo.facts | {"gps_time": fixed.isoformat()}
    return dossier


def saved_again(dossier: Dossier) -> dict[str, tuple[Twin, ...]]:
    """The photo on the shop floor is a copy of the interview's, and of no other time."""
    one, other = dossier.all(Photo)[2:4]
    other.facts = one.facts
    return {one.sha256: (Twin(other.sha256),), other.sha256: (Twin(one.sha256),)}


def edits(*clock: str, of: Record | None = None, device: int = 1) -> tuple[Edit, ...]:
    """Edits of a record, one after another, at these times of the device's clock."""
    moments = [dt.datetime.fromisoformat(f"{each}:00+08:00") for each in clock]
    record = of.id if of else UUID(int=9)
    return tuple(Edit(UUID(int=device), record, moment) for moment in moments)


def resting(dossier: Dossier) -> Dossier:
    """A paragraph rests on a name that the enterprise no longer has."""
    old = dossier.one(Enterprise).model_copy(update={"name": "示例·旧名"})
    dossier.all(Paragraph)[0].cites = kept([cite(old, "name")])
    return dossier


def asking(dossier: Dossier) -> Dossier:
    """The program drafted a paragraph of a section that has questions of its own."""
    next(p for p in dossier.all(Paragraph) if p.section == "3.projects").origin = "3.projects/x"
    return dossier


def signed(dossier: Dossier) -> Dossier:
    """The visit's record bears a signature written on the screen."""
    made = Signature(
        dossier_id=dossier.id,
        paper="record",
        subject=dossier.all(Visit)[0].id,
        role=Role.COUNTERPART.value,
        name="钱",
    )
    dossier.records["signature"] = [made]
    return dossier


def built(done: str = "") -> Change:
    """A contract whose one milestone was due in October, and done on that day."""

    def change(dossier: Dossier) -> Dossier:
        contract = Contract(dossier_id=dossier.id, name="联网", signed_on=dt.date(2025, 8, 1))
        milestone = Milestone(
            dossier_id=dossier.id,
            parent_id=contract.id,
            name="布线",
            planned_on=dt.date(2025, 10, 1),
            done_on=dt.date.fromisoformat(done) if done else None,
        )
        dossier.records.update(contract=[contract], milestone=[milestone])
        return dossier

    return change


def in_third_batch(dossier: Dossier) -> Dossier:
    """A dossier of the third batch, whose retrofit has begun."""
    dossier.one(File).batch = "第三批"
    return built()(dossier)


def next_door(dossier: Dossier, span: tuple[int, int], north: float = 0.0) -> tuple[Presence, ...]:
    """The same team at another factory on the day of the visit, so many degrees further north."""
    (visit,) = presences(dossier)
    site = (SITE[0] + north, SITE[1])
    there = replace(visit, dossier=UUID(int=7), enterprise="乙企业", visit=UUID(int=8), site=site)
    return (replace(there, spans=(span,)),)


def all_of(form: type[Record]) -> Callable[[Dossier], frozenset[UUID]]:
    """The ids of a form's records."""
    return lambda dossier: frozenset(record.id for record in dossier.all(form))


#: rules that need more than a mapping: rule, what is done to the dossier, what the case is told
TOLD: list[tuple[str, Change, dict[str, Any]]] = [
    ("REPORT-WORDS", as_it_is, {"body": 14_999}),
    ("REPORT-MARGIN", as_it_is, {"body": 15_499}),
    ("REPORT-PROSE", as_it_is, {"words": {"body": 16_000, "prose": 14_999}}),
    ("VISIT-FUTURE", as_it_is, {"today": dt.date(2025, 6, 16)}),
    ("TRAINING-FUTURE", as_it_is, {"today": dt.date(2025, 6, 16)}),
    ("CONFLICT", in_conflict, {}),
    ("REPORT-STALE", resting, {}),
    ("REPORT-REPLY", asking, {}),
    ("SIGNED-CHANGED", signed, {"outdated": all_of(Signature)}),
    ("SCAN-OUTDATED", as_it_is, {"outdated": all_of(Attachment)}),
    ("PHOTO-WATERMARK-WAITING", unread, {}),
    ("PHOTO-WATERMARK-UNREAD", in_vain, {}),
    ("PHOTO-WATERMARK-NONE", blank, {}),
    ("PHOTO-WATERMARK-ONLY", stripped, {}),
    ("PHOTO-CLOCK", clock_ahead, {}),
    ("PHOTO-REPEAT", as_it_is, {"twins": saved_again}),
    ("REPORT-SHARED", as_it_is, {"shared": (Shared("乙企业", 35, False),)}),
    ("REPORT-COMMON", as_it_is, {"shared": (Shared("乙企业", 34, False),)}),
    ("REPORT-SHARED-ALIKE", as_it_is, {"shared": (Shared("乙企业", 50, True),)}),
    ("VISIT-ELSEWHERE", as_it_is, {"elsewhere": lambda d: next_door(d, (660, 720))}),
    ("VISIT-TRAVEL", as_it_is, {"elsewhere": lambda d: next_door(d, (751, 800), 1.0)}),
    ("DEADLINE-OVERDUE", built(), {}),
    ("DEADLINE-LATE", built("2025-10-02"), {}),
    ("LIST-DATE", built(), {}),
    ("WINDOW-CLOSED", in_third_batch, {}),
    ("CLOCK-BACK", as_it_is, {"edits": lambda _: edits("2025-06-18T10:00", "2024-06-18T10:00")}),
    ("CLOCK-PHOTO", as_it_is, {"edits": lambda d: edits("2024-06-17T12:00", of=d.all(Photo)[0])}),
]


@pytest.mark.parametrize(("rule", "change", "told"), TOLD, ids=[told[0] for told in TOLD])
def test_circumstances_set_off_their_rule(rule: str, change: Change, told: dict[str, Any]) -> None:
    dossier = change(dossier_of(good()))
    told = {key: value(dossier) if callable(value) else value for key, value in told.items()}

    assert rule in rule_ids(case_of(dossier, **told))


def test_every_rule_of_the_pack_is_tested_and_used_and_the_other_way_round() -> None:
    declared = set(load_pack().rules)
    own = [told[0] for told in (*FAULTS, *TOLD)]
    elsewhere = {told[0] for told in (*subsidy_cases.FAULTS, *assess_cases.FAULTS)}
    tested = {*own, *elsewhere, *retrofit_cases.FAULTS}
    sources = (ROOT / "grading" / "rules").glob("*.py")
    literals = {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    used = {text for text in literals if re.fullmatch(r"[A-Z]+(-[A-Z]+)*", text)} & declared
    opened = {f"{rule}-OPEN" for rule in ("EXCLUDED-FUNDED", "EXCLUDED-PILOT")}

    assert {*tested, *ALWAYS} == declared == used | opened
    assert len(own) == len(set(own))
    # Whatever looks like a rule in the code is one.
    shaped = {text for text in literals if re.fullmatch(r"[A-Z]+(-[A-Z]+)+", text)}
    assert shaped - declared <= {"GCJ-02"}


def test_every_rule_is_well_declared() -> None:
    for rule in load_pack().rules.values():
        assert rule.severity in set(Severity), rule.id
        assert rule.page in PAGES, rule.id
        assert rule.clause and rule.remedy.endswith("。"), rule.id
        assert rule.message[-1] in "。}", rule.id
        assert not set("!！'\"(),;") & set(rule.message + rule.remedy), rule.id
        named = {name for _, name, _, _ in string.Formatter().parse(rule.message) if name}
        assert ("limit" not in named) or rule.limit, rule.id


def test_a_good_dossier_has_no_finding_but_that_its_training_counts_twice() -> None:
    assert rule_ids(case_of(dossier_of(good()))) == ["TRAINING-WITHIN"]
