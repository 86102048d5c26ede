"""Which photos count towards a visit, and to which session they belong."""

import datetime as dt
from typing import Any

import pytest

from forms.dossier import Photo, Site
from grading.finding import Finding, Target
from grading.geodesy import wgs84_to_gcj02
from grading.photo_verdict import PhotoWord
from grading.rules import check
from grading.twins import Twin
from tests.rule_cases import SITE, case_of, dossier_of, good, photo_facts


def facts(clock: str | None, offset: tuple[float, float] | None = (0, 0)) -> dict[str, Any]:
    taken = dt.datetime.fromisoformat(f"2025-06-17T{clock}:00+08:00") if clock else None
    return photo_facts(taken, SITE, offset).model_dump(mode="json")


def judged(mapping: dict[str, Any], **told: Any) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in check(case_of(dossier_of(mapping), **told)):
        found.setdefault(finding.rule, []).append(finding)
    return found


def test_a_contradictory_photo_does_not_count_and_says_so_where_it_is() -> None:
    mapping = good()
    mapping["photo"][2]["facts"] = facts("11:50", (1700, 850))

    found = judged(mapping)

    (outside,) = found["PHOTO-FENCE-OUTSIDE"]
    assert "1.9 公里" in outside.message and outside.message.endswith("本张不计入照片数。")
    assert outside.message.startswith("照片“人员访谈照片”：")
    assert outside.target == Target("visits", dossier_of(mapping).all(Photo)[2].id)
    assert found["VISIT-PHOTOS"][0].message == ("第 1 次现场诊断可计入的照片 4 张，少于 5 张。")
    assert "1 张，少于 2 张" in found["VISIT-OFFICE"][0].message


def test_a_photo_without_evidence_counts_with_a_warning() -> None:
    mapping = good()
    mapping["photo"][3]["facts"] = facts(None, None)

    found = judged(mapping)

    assert {"PHOTO-TIME-NONE", "PHOTO-POSITION-NONE"} <= set(found)
    assert not {"VISIT-PHOTOS", "VISIT-FLOOR"} & set(found)
    assert "不计入" not in found["PHOTO-TIME-NONE"][0].message


def test_one_file_twice_in_a_visit_counts_once() -> None:
    mapping = good()
    mapping["photo"][3]["sha256"] = mapping["photo"][2]["sha256"]

    found = judged(mapping)

    assert "4 张，少于 5 张" in found["VISIT-PHOTOS"][0].message
    assert "PHOTO-REUSED" not in found


def test_one_file_in_two_visits_belongs_to_neither() -> None:
    mapping = good()
    mapping["visit"].append(mapping["visit"][0] | {"id": "v2", "date": "2025-06-18"})
    mapping["photo"].append(mapping["photo"][3] | {"id": "p9", "visit": "v2"})

    found = judged(mapping)

    told = {finding.message for finding in found["PHOTO-REUSED"]}
    assert told == {
        "照片“生产现场照片”：同一照片已用于第 1 次现场诊断。本张不计入照片数。",
        "照片“生产现场照片”：同一照片已用于第 2 次现场诊断。本张不计入照片数。",
    }
    assert len(found["VISIT-FLOOR"]) == 2


def test_one_file_in_another_dossier_does_not_count() -> None:
    mapping = good()
    digest = mapping["photo"][3]["sha256"]
    twins = {digest: (Twin(digest, "“示例·另一家”的档案"),)}

    found = judged(mapping, twins=twins)

    assert "“示例·另一家”的档案" in found["PHOTO-REUSED"][0].message
    assert "VISIT-FLOOR" in found


def test_a_session_that_was_not_left_yet_takes_the_photos_of_its_day() -> None:
    mapping = good()
    mapping["stay"].append({"id": "s2", "parent": "v1", "start": "14:00"})
    mapping["photo"][3]["facts"] = facts("15:30")

    today = judged(mapping, today=dt.date(2025, 6, 17))
    later = judged(mapping)

    assert "PHOTO-TIME-AFTER" not in today
    # On any later day it is still not known until when: nothing for the photo, nothing against it.
    assert "PHOTO-TIME-AFTER" not in later
    case = case_of(dossier_of(mapping))
    verdict = next(each.verdict for each in case.photos.values() if each.photo.kind == "生产现场")
    assert verdict and (verdict.word, verdict.time_fits) == (PhotoWord.UNSUPPORTED, None)


@pytest.mark.parametrize(
    ("stay", "clock", "against"),
    [
        ({"start": "14:00"}, "13:30", "PHOTO-TIME-BETWEEN"),
        ({"start": "14:00"}, "13:50", ""),
        ({"end": "16:00"}, "15:30", ""),
        ({"end": "16:00"}, "16:30", "PHOTO-TIME-AFTER"),
        ({"start": "16:00", "end": "14:00"}, "15:30", ""),
        ({}, "15:30", ""),
        ({"start": "14:00", "end": "15:00"}, "15:30", "PHOTO-TIME-AFTER"),
    ],
)
def test_a_session_that_is_not_filled_in_contradicts_only_what_it_cannot_hold(
    stay: dict[str, str], clock: str, against: str
) -> None:
    mapping = good()
    mapping["stay"].append({"id": "s2", "parent": "v1"} | stay)
    mapping["photo"][3]["facts"] = facts(clock)

    found = {rule for rule in judged(mapping) if rule.startswith("PHOTO-TIME")}

    assert found == ({against} if against else set())


def test_a_colleagues_right_phone_of_the_same_model_is_left_alone() -> None:
    mapping = good()
    minutes = dt.timedelta(minutes=20)
    for place in (1, 2):  # one phone is 20 minutes slow, by two fixes of its own
        told = mapping["photo"][place]["facts"]
        fixed = dt.datetime.fromisoformat(told["gps_time"]) + minutes
        mapping["photo"][place]["facts"] = told | {"gps_time": fixed.isoformat()}

    case = case_of(dossier_of(mapping))

    found = [each.verdict for each in case.photos.values()]
    assert [verdict.drift if verdict else None for verdict in found] == [
        dt.timedelta(0), -minutes, -minutes, dt.timedelta(0), dt.timedelta(0)
    ]  # fmt: skip
    assert not any(f.rule in ("PHOTO-TIME-AFTER", "PHOTO-POSITION-STALE") for f in check(case))


def test_each_session_needs_its_own_gate_photos() -> None:
    mapping = good()
    mapping["stay"][0]["end"] = "11:20"
    mapping["stay"].append({"id": "s2", "parent": "v1", "start": "13:30", "end": "15:30"})
    mapping["training"][0].update(end="11:15", start="09:10")
    mapping["photo"][2]["facts"] = facts("11:00")
    mapping["photo"][3]["facts"] = facts("14:00")
    mapping["photo"][4]["facts"] = facts("15:29")

    found = judged(mapping)

    assert [f.message for f in found["STAY-ARRIVAL"]] == ["第 1 次现场诊断第 2 场缺入场照片。"]
    assert [f.message for f in found["STAY-DEPARTURE"]] == ["第 1 次现场诊断第 1 场缺离场照片。"]


def test_a_gate_photo_without_a_time_stands_in_where_one_is_missing() -> None:
    mapping = good()
    mapping["photo"][4]["facts"] = facts(None)

    found = judged(mapping)

    assert "STAY-DEPARTURE" not in found and "PHOTO-TIME-NONE" in found


def test_an_absence_is_explained_for_what_is_missing_only() -> None:
    mapping = good()
    mapping["stay"].append({"id": "s2", "parent": "v1", "start": "14:00", "end": "15:00"})
    mapping["photo"].append(mapping["photo"][4] | {"id": "p9", "sha256": "9" * 64})
    mapping["photo"][5]["facts"] = facts("14:59")
    for stay in mapping["stay"]:
        stay["absence"] = "下午门卫因检修不许在厂门拍照。"

    found = judged(mapping)

    (told,) = found["STAY-EXPLAINED"]
    assert told.message == (
        "第 1 次现场诊断第 2 场缺入场照片，已说明：下午门卫因检修不许在厂门拍照。"
    )
    assert told.severity == "warn" and "STAY-ARRIVAL" not in found
    mapping["stay"][1]["absence"] = "门卫不许。" + "。" * 20
    found = judged(mapping)
    assert "STAY-EXPLAINED" not in found
    assert [each.severity for each in found["STAY-ARRIVAL"]] == ["block"]
    assert "不少于 10 字" in found["STAY-ARRIVAL"][0].remedy


@pytest.mark.parametrize("spoil", [{"kind": "其他"}, {"logo": False}, {"facts": facts("17:00")}])
def test_no_reason_makes_up_for_a_visit_without_any_valid_photo_of_its_entry(
    spoil: dict[str, Any],
) -> None:
    mapping = good()
    mapping["stay"].append({"id": "s2", "parent": "v1", "start": "14:00", "end": "15:00"})
    for stay in mapping["stay"]:
        stay["absence"] = "门卫因检修不许在厂门拍照。"
    mapping["photo"][0].update(spoil)

    found = judged(mapping)

    assert "第 1 次现场诊断第 2 场缺入场照片。" in {f.message for f in found["STAY-ARRIVAL"]}
    assert {f.severity for f in found["STAY-ARRIVAL"]} == {"block"}
    assert not any("入场" in f.message for f in found.get("STAY-EXPLAINED", ()))


def test_a_photo_of_the_training_alone_is_held_against_the_trainings_hours() -> None:
    mapping = good()
    photo = mapping["photo"][1] | {"id": "p9", "visit": None, "training": "t1", "sha256": "9" * 64}
    mapping["photo"].append(photo | {"facts": facts("16:00")})

    found = judged(mapping)

    assert "晚于本次诊断结束时间 11:45" in found["PHOTO-TIME-AFTER"][0].message
    assert "PHOTO-LOOSE" not in found


def test_a_site_in_gcj02_is_compared_in_wgs84() -> None:
    mapping = good()
    # Over 500 m lie between the datums here: the same numbers in the other one are another place.
    latitude, longitude = wgs84_to_gcj02(SITE)
    mapping["site"].update(latitude=f"{latitude:.6f}", longitude=f"{longitude:.6f}", fence_m=100)

    assert len(judged(mapping)["PHOTO-FENCE-OUTSIDE"]) == 5
    mapping["site"]["datum"] = "GCJ-02"
    assert "PHOTO-FENCE-OUTSIDE" not in judged(mapping)


def test_the_photo_that_gave_the_site_does_not_prove_itself() -> None:
    mapping = good()
    mapping["site"].update(source="照片确认", photo="p1", confirmed_by="王示例")

    found = judged(mapping)

    assert [f.target.record for f in found["PHOTO-POSITION-OWN"] if f.target] == [
        dossier_of(mapping).all(Photo)[0].id
    ]


def test_a_second_import_of_the_photo_that_gave_the_site_proves_no_more() -> None:
    mapping = good()
    mapping["site"].update(source="照片确认", photo="p1", confirmed_by="王示例")
    mapping["photo"].append(mapping["photo"][0] | {"id": "p9", "kind": "其他"})

    def own() -> int:
        found = judged(mapping)
        assert "PHOTO-FENCE-OUTSIDE" not in found
        return len(found["PHOTO-POSITION-OWN"])

    assert own() == 2
    mapping["photo"][0]["withdrawn"] = True
    assert own() == 1


@pytest.mark.parametrize("photo", [{}, {"photo": "p1"}])
def test_a_site_confirmed_by_a_photo_names_one_that_is_there(photo: dict[str, str]) -> None:
    mapping = good()
    mapping["site"].update({"source": "照片确认", "confirmed_by": "王示例"} | photo)
    mapping["photo"][0]["withdrawn"] = True

    (told,) = judged(mapping)["SITE-PHOTO"]

    assert told.severity == "block"
    assert told.target == Target("site", dossier_of(mapping).one(Site).id, "photo")


def test_a_consultant_in_a_contradictory_photo_alone_is_unseen() -> None:
    mapping = good()
    for photo in mapping["photo"]:
        photo["people"] = ["王", "李"]
    mapping["photo"][3].update(people=["赵"], facts=facts("17:00"))

    found = judged(mapping)

    assert found["VISIT-UNSEEN"][0].message.endswith("1 名到场人员不在任何可计入的照片中：赵。")
