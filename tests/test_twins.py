"""The same picture in two places: what counts, what is told, what is alike by right."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from forms.dossier import Dossier, Photo
from forms.watermark import Watermark
from grading.finding import Finding
from grading.photo_verdict import PhotoWord
from grading.rules import check
from grading.twins import Twin
from tests.rule_cases import case_of, dossier_of, good
from tests.test_rules_photos import facts


def found_in(dossier: Dossier, **told: Any) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in check(case_of(dossier, **told)):
        found.setdefault(finding.rule, []).append(finding)
    return found


def both_ways(one: str, other: str) -> dict[str, tuple[Twin, ...]]:
    return {one: (Twin(other),), other: (Twin(one),)}


def test_a_copy_in_another_visit_counts_in_neither() -> None:
    mapping = good()
    mapping["visit"].append(mapping["visit"][0] | {"id": "v2", "date": "2025-06-18"})
    copy = mapping["photo"][3] | {"id": "p9", "visit": "v2", "sha256": "9" * 64}
    mapping["photo"].append(copy)
    dossier = dossier_of(mapping)
    twins = both_ways(mapping["photo"][3]["sha256"], copy["sha256"])

    case = case_of(dossier, twins=twins)
    told = [f.message for f in check(case) if f.rule == "PHOTO-REUSED"]

    assert len(told) == 2 and "第 2 次现场诊断" in told[0] and "第 1 次现场诊断" in told[1]
    first, second = (
        case.photos[photo.id] for photo in (dossier.all(Photo)[3], dossier.all(Photo)[-1])
    )
    assert first.verdict and first.verdict.word is PhotoWord.CONTRADICTORY
    assert [(a.words, a.photo) for a in first.alike] == [("第 2 次现场诊断", second.photo.id)]


def test_a_copy_in_another_dossier_names_it() -> None:
    dossier = dossier_of(good())
    digest = dossier.all(Photo)[3].sha256
    case = case_of(dossier, twins={digest: (Twin("f" * 64, "“示例·另一家”的档案"),)})
    judged = case.photos[dossier.all(Photo)[3].id]

    assert judged.verdict and "“示例·另一家”的档案" in judged.verdict.reason
    assert [(a.words, a.sha256, a.photo) for a in judged.alike] == [
        ("“示例·另一家”的档案", "f" * 64, None)
    ]


def test_a_burst_is_alike_by_right() -> None:
    mapping = good()
    mapping["photo"][2]["facts"], mapping["photo"][3]["facts"] = facts("10:30"), facts("10:31")
    dossier = dossier_of(mapping)
    twins = both_ways(dossier.all(Photo)[2].sha256, dossier.all(Photo)[3].sha256)

    found = found_in(dossier, twins=twins)

    assert not {"PHOTO-REPEAT", "PHOTO-REUSED", "VISIT-PHOTOS"} & set(found)


def test_one_shot_saved_twice_counts_once_and_the_later_says_so() -> None:
    mapping = good()
    mapping["photo"][3]["facts"] = mapping["photo"][2]["facts"]
    dossier = dossier_of(mapping)
    photos = dossier.all(Photo)
    twins = both_ways(photos[2].sha256, photos[3].sha256)

    found = found_in(dossier, twins=twins)

    (repeat,) = found["PHOTO-REPEAT"]
    assert repeat.message == "照片“生产现场照片”与本次的“人员访谈照片”为同一画面，两张只计一张。"
    assert repeat.target and repeat.target.record == photos[3].id
    assert "4 张，少于 5 张" in found["VISIT-PHOTOS"][0].message


def test_a_copy_without_any_time_is_the_same_shot() -> None:
    mapping = good()
    mapping["photo"][3]["facts"] = facts(None, None)
    dossier = dossier_of(mapping)
    photos = dossier.all(Photo)

    assert "PHOTO-REPEAT" in found_in(dossier, twins=both_ways(photos[2].sha256, photos[3].sha256))


def taken(clock: str | None, subsec: str = "") -> dict[str, Any]:
    """A photo's record at a moment to the second; without one, what a messenger leaves."""
    if clock is None:
        return facts(None, None)
    local = f"2025-06-17T{clock}" + (f".{subsec}" if subsec else "")
    return facts("10:30") | {"taken_local": local, "subsec": subsec}


def stamp(clock: str | None, **more: Any) -> Watermark | None:
    if clock is None:
        return None
    return Watermark(day=date(2025, 6, 17), clock=time.fromisoformat(clock), **more)


UNSURE = {"unsure": {"clock"}}
Pair = tuple[dict[str, Any], Watermark | None]


@pytest.mark.parametrize(
    ("one", "other", "repeated"),
    [
        # The messenger's copy has the watermark's minute left, the original its second too.
        ((taken("10:30:25"), stamp("10:30")), (taken(None), stamp("10:30")), True),
        ((taken("10:30:25"), None), (taken(None), stamp("10:30")), True),
        ((taken("10:30:25"), stamp("10:30")), (taken(None), stamp("10:36", **UNSURE)), True),
        ((taken("10:30:25"), None), (taken(None), stamp("10:45")), False),
        ((taken("10:30:25"), stamp("10:30")), (taken(None), stamp("10:31")), False),
        ((taken("10:30:25"), stamp("10:30")), (taken(None), stamp("10:45")), False),
        # An editor wrote the fraction off; a burst of one second has two of them.
        ((taken("10:30:25", "123"), None), (taken("10:30:25"), None), True),
        ((taken("10:30:25", "123"), None), (taken("10:30:25", "456"), None), False),
        ((taken("10:30:25"), stamp("10:30")), (taken("10:30:27"), stamp("10:30")), False),
        ((taken("10:30:25"), stamp("10:30")), (taken("10:30:25"), stamp("10:36")), True),
        # Watermarks alone.
        ((taken(None), stamp("10:30")), (taken(None), stamp("10:30:20", seconds=True)), True),
        ((taken(None), stamp("10:30")), (taken(None), stamp("10:31")), False),
    ],
)
def test_a_copy_is_told_from_the_next_shot_by_like_witnesses(
    one: Pair, other: Pair, repeated: bool
) -> None:
    mapping = good()
    mapping["photo"][2]["facts"], mapping["photo"][3]["facts"] = one[0], other[0]
    dossier = dossier_of(mapping)
    photos = dossier.all(Photo)[2:4]
    marks = {p.sha256: m for p, (_, m) in zip(photos, (one, other), strict=True) if m}
    rest = {p.sha256: Watermark() for p in dossier.all(Photo)} | marks
    for photo, (_, mark) in zip(photos, (one, other), strict=True):
        if mark is None:
            del rest[photo.sha256]
    twins = both_ways(photos[0].sha256, photos[1].sha256)

    found = found_in(replace(dossier, watermarks=rest), twins=twins)

    assert ("PHOTO-REPEAT" in found) is repeated
    assert ("VISIT-PHOTOS" in found) is repeated
