"""Colleagues' bundles taken in: looked at first, decided, twice, in any order, taken back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clashes import Way, clashes, decide
from app.merging import arrived
from app.takings import take_back, takings
from forms.dossier import Enterprise, Equipment, Photo
from forms.errors import UserError
from forms.evaluation import Stage
from tests.merging_kit import Make, bundle_of, laptops, profile, say, taken, text
from tests.photo_files import photo


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with laptops(tmp_path) as made:
        yield made


def test_a_dossier_comes_whole_with_its_photos(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    list(ours.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    path = bundle_of(ours, dossier, tmp_path / "out")
    with arrived(theirs, path) as arrival:
        told = arrival.look()
        assert theirs.summaries() == []  # looking changes nothing
        assert told.new and told.enterprise == "示例厂" and told.people == ("周示例",)
        assert (told.photos, told.photos_here, told.files, told.missing) == (1, 0, 1, 0)
    came = taken(theirs, path)
    assert came.files == 1 and came.conflicts == () and text(theirs, dossier) == text(ours, dossier)
    shot = theirs.dossier(dossier).all(Photo)[0]
    assert theirs.picture(shot, "original") == (tmp_path / "a.jpg").read_bytes()
    assert theirs.picture(shot, "thumb")[:2] == b"\xff\xd8"
    again = taken(theirs, path)
    assert (again.id, again.edits, again.files) == (None, 0, 0) and len(takings(theirs)) == 1


def test_a_conflict_is_told_with_both_sides_and_what_they_saw(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    say(ours, dossier, "contact", "王示例")
    taken(theirs, bundle_of(ours, dossier, tmp_path / "out"))
    say(ours, dossier, "contact", "张示例")
    say(theirs, dossier, "contact", "赵样本")
    say(theirs, dossier, "address", "示例路 1 号")
    path = bundle_of(theirs, dossier, tmp_path / "back")
    with arrived(ours, path) as arrival:
        told = arrival.look()
        assert profile(ours, dossier).contact == "张示例" and clashes(ours, dossier) == []
    (clash,) = told.conflicts
    left, right = clash.sides
    assert (left.words, left.person, left.here) == ("张示例", "周示例", True)
    assert (right.words, right.person, right.here) == ("赵样本", "李样本", False)
    assert clash.base is not None and clash.base.words == "王示例" and clash.joinable
    came = taken(ours, path)
    assert [each.where for each in came.conflicts] == [clash.where]
    (standing,) = clashes(ours, dossier)
    assert [side.words for side in standing.sides] == ["张示例", "赵样本"]
    decide(ours, dossier, standing, Way.BOTH)
    assert profile(ours, dossier).contact == "张示例；赵样本" and clashes(ours, dossier) == []
    assert ours.undo(dossier) is not None and profile(ours, dossier).contact != "张示例；赵样本"


def test_an_undone_choice_leaves_the_conflict_as_it_was(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    say(ours, dossier, "contact", "王示例")
    taken(theirs, bundle_of(ours, dossier, tmp_path / "out"))
    say(ours, dossier, "contact", "张示例")
    say(theirs, dossier, "contact", "赵样本")
    came = taken(ours, bundle_of(theirs, dossier, tmp_path / "back"))
    (before,) = clashes(ours, dossier)
    shown = profile(ours, dossier).contact
    for way in (Way.RIGHT, Way.BOTH, before.sides[0].row):
        decide(ours, dossier, before, way)
        assert clashes(ours, dossier) == []
        ours.undo(dossier)
        (again,) = clashes(ours, dossier)
        assert profile(ours, dossier).contact == shown
        told = [(side.words, side.person, side.at, side.device) for side in again.sides]
        assert told == [(side.words, side.person, side.at, side.device) for side in before.sides]
        assert again.base is not None and again.base.words == "王示例"
        assert ours.redo(dossier) is not None and clashes(ours, dossier) == []
        ours.undo(dossier)
    assert came.id is not None
    take_back(ours, came.id)
    assert profile(ours, dossier).contact == "张示例" and clashes(ours, dossier) == []


def test_a_record_withdrawn_here_is_so_again_when_a_bundle_is_taken_back(
    make: Make, tmp_path: Path
) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    lathe = ours.add(dossier, "equipment", name="车床", maker="示例车床厂")
    taken(theirs, bundle_of(ours, dossier, tmp_path / "out"))
    ours.withdraw(dossier, "equipment", lathe)
    theirs.put(dossier, "equipment", lathe, "maker", "示例机床厂")
    came = taken(ours, bundle_of(theirs, dossier, tmp_path / "back"))
    assert came.id is not None and len(came.conflicts) == 1
    take_back(ours, came.id)
    assert clashes(ours, dossier) == [] and ours.dossier(dossier).all(Equipment) == []
    ours.restore(dossier, "equipment", lathe)
    assert [each.maker for each in ours.dossier(dossier).all(Equipment)] == ["示例车床厂"]


def test_of_three_sides_the_middle_one_can_be_taken(make: Make, tmp_path: Path) -> None:
    benches = [make(person) for person in ("周示例", "李样本", "王试例")]
    ours = benches[0]
    dossier = ours.create("示例厂")
    for each in benches[1:]:
        taken(each, bundle_of(ours, dossier, tmp_path / "start"))
    for number, each in enumerate(benches):
        say(each, dossier, "contact", f"{number} 号")
        if number:
            taken(ours, bundle_of(each, dossier, tmp_path / f"r{number}"))
    (clash,) = clashes(ours, dossier)
    own, middle, _ = clash.sides
    assert own.words == "0 号" and {side.words for side in clash.sides} == {"0 号", "1 号", "2 号"}
    decide(ours, dossier, clash, middle.row)
    assert profile(ours, dossier).contact == middle.words and clashes(ours, dossier) == []


def test_every_edit_that_would_come_is_told_and_nothing_changes(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    taken(theirs, bundle_of(ours, dossier, tmp_path / "out"))
    say(theirs, dossier, "address", "示例路 1 号")
    theirs.add(dossier, "equipment", name="铣床")
    theirs.answer(dossier, Stage.DIAGNOSIS, "生产管控", "level", 2)
    theirs.answer(dossier, Stage.SELF, "生产管控", "level", 1)
    theirs.seal(dossier)
    before = text(ours, dossier)
    with arrived(ours, bundle_of(theirs, dossier, tmp_path / "back")) as arrival:
        edits, told = arrival.edits(), arrival.look()
    assert (told.scenes, told.scenes_open) == (1, 1), "one scene, at two stages"
    assert len(edits) == told.edits and text(ours, dossier) == before
    said = {(each.name, each.label, each.after) for each in edits}
    assert ("", "注册地址", "示例路 1 号") in said and ("铣床", "新增", "") in said
    assert ("生产管控（诊断）", "场景等级", "二级") in said
    assert told.united is not None and [e.name for e in told.united.all(Equipment)] == ["铣床"]


@pytest.mark.parametrize(("way", "kept"), [(Way.LEFT, "张示例"), (Way.RIGHT, "赵样本")])
def test_choices_made_while_looking_are_carried_out(
    make: Make, tmp_path: Path, way: Way, kept: str
) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    taken(theirs, bundle_of(ours, dossier, tmp_path / "out"))
    say(ours, dossier, "contact", "张示例")
    say(theirs, dossier, "contact", "赵样本")
    path = bundle_of(theirs, dossier, tmp_path / "back")
    with arrived(ours, path) as arrival:
        choices = {clash.where: way for clash in arrival.look().conflicts}
    came = taken(ours, path, choices)
    assert came.conflicts == () and profile(ours, dossier).contact == kept
    assert came.id is not None
    take_back(ours, came.id)
    assert profile(ours, dossier).contact == "张示例" and clashes(ours, dossier) == []


def test_a_withdrawal_against_an_edit_is_decided_for_good(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    lathe = ours.add(dossier, "equipment", name="车床")
    taken(theirs, bundle_of(ours, dossier, tmp_path / "out"))
    ours.withdraw(dossier, "equipment", lathe)
    theirs.put(dossier, "equipment", lathe, "maker", "示例机床厂")
    path = bundle_of(theirs, dossier, tmp_path / "back")
    (clash,) = taken(ours, path).conflicts
    assert {side.value for side in clash.sides} == {True, False} and not clash.joinable
    gone = Way.LEFT if clash.sides[0].value else Way.RIGHT
    decide(ours, dossier, clash, gone)
    assert clashes(ours, dossier) == [] and ours.dossier(dossier).all(Equipment) == []


def test_all_of_it_can_be_taken_back_and_done_again(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    kept = ours.add(dossier, "equipment", name="车床")
    say(ours, dossier, "contact", "王示例")
    taken(theirs, bundle_of(ours, dossier, tmp_path / "out"))
    say(theirs, dossier, "contact", "赵样本")
    say(theirs, dossier, "address", "示例路 1 号")
    theirs.add(dossier, "equipment", name="铣床")
    theirs.withdraw(dossier, "equipment", kept)
    theirs.answer(dossier, Stage.DIAGNOSIS, "生产管控", "level", 2)
    before = ours.dossier(dossier)
    came = taken(ours, bundle_of(theirs, dossier, tmp_path / "back"))
    after = ours.dossier(dossier)
    assert came.id is not None and [each.name for each in after.all(Equipment)] == ["铣床"]
    assert after.answer(Stage.DIAGNOSIS, "生产管控").level == 2
    say(ours, dossier, "address", "示例路 2 号")  # goes on from what came: it stays
    said = take_back(ours, came.id)
    back = ours.dossier(dossier)
    assert "予以保留" in said and [each.name for each in back.all(Equipment)] == ["车床"]
    assert back.one(Enterprise).contact == before.one(Enterprise).contact == "王示例"
    assert back.one(Enterprise).address == "示例路 2 号"
    assert back.answer(Stage.DIAGNOSIS, "生产管控").level is None
    assert takings(ours, dossier)[0].undone
    with pytest.raises(UserError, match="已经撤回"):
        take_back(ours, came.id)
    ours.undo(dossier)
    assert [each.name for each in ours.dossier(dossier).all(Equipment)] == ["铣床"]


def test_three_stores_in_any_order_hold_the_same(make: Make, tmp_path: Path) -> None:
    chance = random.Random(7)
    benches = [make(person) for person in ("周示例", "李样本", "王试例")]
    dossier = benches[0].create("示例厂")
    for each in benches[1:]:
        taken(each, bundle_of(benches[0], dossier, tmp_path / "start"))
    for round_ in range(4):
        for number, bench in enumerate(benches):
            say(bench, dossier, chance.choice(["contact", "address"]), f"{round_}-{number}")
            bench.add(dossier, "equipment", name=f"设备{round_}-{number}")
        giver, taker = chance.sample(benches, 2)
        taken(taker, bundle_of(giver, dossier, tmp_path / f"r{round_}"))
    for turn in range(2):
        for giver in benches:
            path = bundle_of(giver, dossier, tmp_path / f"all{turn}")
            for taker in benches:
                if taker is not giver:
                    taken(taker, path)
    assert len({text(bench, dossier) for bench in benches}) == 1
    standing = {tuple(sorted(map(str, each.rows))) for each in clashes(benches[0], dossier)}
    for bench in benches[1:]:
        assert standing == {tuple(sorted(map(str, each.rows))) for each in clashes(bench, dossier)}
