"""Colleagues' bundles taken in: looked at first, twice, in any order, cut off, taken back."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import merging, purge
from app.clashes import Way, clashes, decide
from app.command_line import BAD, FAILS
from app.commands import run
from app.exchange import dump
from app.handing_out import pack
from app.keys import new_keys
from app.merging import Taken, arrived
from app.progress import Progress
from app.signers import Signers
from app.takings import take_back, takings
from app.workbench import Workbench
from forms.dossier import Enterprise, Equipment, Photo
from forms.errors import UserError
from forms.evaluation import Stage
from forms.record import single_id
from tests.photo_files import photo

Make = Callable[[str], Workbench]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Laptops by the name of who works at them."""
    made: list[Workbench] = []

    def laptop(person: str) -> Workbench:
        bench = Workbench.open(tmp_path / person, keys=new_keys())
        bench.set_person(person)
        made.append(bench)
        return bench

    yield laptop
    for bench in made:
        bench.close()


def bundle_of(bench: Workbench, dossier_id: UUID, folder: Path, **more: object) -> Path:
    folder.mkdir(exist_ok=True)
    steps = list(pack(bench, dossier_id, folder, **more))  # type: ignore[arg-type]
    made = steps[-1].made
    assert made is not None and not [step.trouble for step in steps if step.trouble]
    return made


def taken(bench: Workbench, path: Path, choices: object = None) -> Taken:
    def run() -> Iterator[Progress]:
        found.append((yield from arrival.take(choices)))  # type: ignore[arg-type]

    found: list[Taken] = []
    with arrived(bench, path) as arrival:
        list(run())
    return found[0]


def say(bench: Workbench, dossier: UUID, field: str, value: object) -> None:
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), field, value)
    bench.seal(dossier)


def profile(bench: Workbench, dossier: UUID) -> Enterprise:
    return bench.dossier(dossier).one(Enterprise)


def text(bench: Workbench, dossier: UUID) -> str:
    return json.dumps(dump(bench.dossier(dossier)), ensure_ascii=False, sort_keys=True)


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


def test_reading_a_bundle_stops_where_it_is_wanted_no_more(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    path = bundle_of(ours, ours.create("示例厂"), tmp_path / "out")
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 5

    with pytest.raises(merging.Stopped), arrived(theirs, path, stop=stop):
        pass
    assert len(asked) == 6 and list(theirs.store.vault.paths()) == []


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


def test_a_purge_comes_with_a_bundle_and_takes_the_photo_along(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    list(ours.import_photos(dossier, [photo(tmp_path / "a.jpg")]))
    shot = ours.dossier(dossier).all(Photo)[0]
    with_photo = bundle_of(ours, dossier, tmp_path / "out")
    taken(theirs, with_photo)
    list(purge.purge(ours, dossier, "photo", shot.id, "本人要求"))
    path = bundle_of(ours, dossier, tmp_path / "purged")
    with arrived(theirs, path) as arrival:
        assert arrival.look().purged == 1
    taken(theirs, path)
    for bench in (ours, theirs):
        taken(bench, with_photo)  # an older bundle brings nothing back
        assert bench.dossier(dossier).all(Photo) == []
        assert not bench.store.vault.path("originals", shot.sha256).exists()


def test_a_bundle_without_the_others_photos_brings_the_work_and_says_so(
    make: Make, tmp_path: Path
) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    list(
        ours.import_photos(
            dossier, [photo(tmp_path / "a.jpg"), photo(tmp_path / "b.jpg", size=(80, 48))]
        )
    )
    first, second = ours.dossier(dossier).all(Photo)
    with arrived(theirs, bundle_of(ours, dossier, tmp_path / "out", files={first.id})) as arrival:
        told = arrival.look()
        assert (told.files, told.missing) == (1, 1)
        list(arrival.take())
    assert theirs.picture(first, "original")
    with pytest.raises(OSError):
        theirs.picture(second, "original")
    # Another bundle brings the file that was missing, though it brings no edit.
    came = taken(theirs, bundle_of(ours, dossier, tmp_path / "all"))
    assert (came.edits, came.files) == (0, 1) and theirs.picture(second, "original")


def test_what_is_no_bundle_of_ours_is_refused_and_nothing_changes(
    make: Make, tmp_path: Path
) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    path = bundle_of(ours, dossier, tmp_path / "out")
    harms: dict[str, tuple[Callable[[bytes], bytes], str]] = {
        "cut": (lambda raw: raw[: len(raw) // 2], "不是可读的文件包"),
        "flipped": (lambda raw: raw[:120] + bytes([raw[120] ^ 1]) + raw[121:], "与清单不符"),
    }
    for harm, (change, words) in harms.items():
        broken = tmp_path / "out.zip"
        broken.write_bytes(change(path.read_bytes()))
        with pytest.raises(UserError, match=words), arrived(theirs, broken):
            pass
        assert theirs.summaries() == [], harm
    assert list(theirs.store.vault.paths()) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"pack": "changchun-2031"}, "本机没有这一版"),
        ({"dossier": "../x"}, "没有写明是哪一份档案"),
        ({"format": "zhengai-bundle/2"}, "更新版本"),
    ],
)
def test_other_versions_are_refused_in_a_sentence(
    make: Make, tmp_path: Path, facts: dict[str, str], words: str
) -> None:
    ours, theirs = make("周示例"), make("李样本")
    path = bundle_of(ours, ours.create("示例厂"), tmp_path / "out")
    crafted = tmp_path / "crafted.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(crafted, "w") as new:
        manifest = json.loads(old.read("manifest.json")) | facts
        signed = [item for item in manifest["files"] if item["name"] == "signature.json"]
        manifest["files"].remove(signed[0])
        for item in manifest["files"]:
            new.writestr(item["name"], old.read(item["name"]))
        new.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(UserError, match=words), arrived(theirs, crafted):
        pass
    assert theirs.summaries() == []


def test_rows_of_a_newer_version_are_kept_and_read_once_the_program_knows_them(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    say(ours, dossier, "contact", "王示例")
    path = bundle_of(ours, dossier, tmp_path / "out")

    def unknown(form: type, name: str) -> object:
        if name == "contact":
            raise UserError("没有这一栏。")
        return known(form, name)

    from app import incoming, records

    known = records.field_spec
    for module in (incoming, records):
        monkeypatch.setattr(module, "field_spec", unknown)
    with arrived(theirs, path) as arrival:
        assert arrival.look().newer == 1
        list(arrival.take())
    assert profile(theirs, dossier).contact == ""
    for module in (incoming, records):
        monkeypatch.setattr(module, "field_spec", known)
    monkeypatch.setattr(merging, "SCHEMA", "9999")
    merging.read_newer(theirs)
    assert profile(theirs, dossier).contact == "王示例"


def test_a_stopped_merge_leaves_what_was_here(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    dossier = ours.create("示例厂")
    list(
        ours.import_photos(
            dossier, [photo(tmp_path / f"{n}.jpg", size=(64 + n, 48)) for n in range(3)]
        )
    )
    path = bundle_of(ours, dossier, tmp_path / "out")
    with arrived(theirs, path) as arrival:
        steps = arrival.take()
        next(steps)
        steps.close()
    assert theirs.summaries() == []
    theirs.close()
    again = Workbench.open(tmp_path / "李样本", keys=theirs.store.keys)
    try:
        assert list(again.store.vault.paths()) == []
        assert taken(again, path).files == 3
    finally:
        again.close()


def test_two_dossiers_of_one_enterprise_are_told(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    theirs.create("示例厂")
    for name, others in (("示例厂", 1), ("示例二厂", 0)):
        with arrived(theirs, bundle_of(ours, ours.create(name), tmp_path / name)) as arrival:
            assert arrival.look().namesakes == others


def test_who_signed_is_known_by_the_fingerprint(make: Make, tmp_path: Path) -> None:
    ours, theirs = make("周示例"), make("李样本")
    path = bundle_of(ours, ours.create("示例厂"), tmp_path / "out")
    with arrived(theirs, path) as arrival:
        assert arrival.checked.name == "周示例" and arrival.checked.standing == "unknown"
        assert arrival.checked.fingerprint == Signers(ours.store).own().fingerprint


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


def test_the_command_says_what_came_was_known_and_conflicts(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, data = make("周示例"), tmp_path / "data"
    dossier = ours.create("示例厂")
    say(ours, dossier, "contact", "王示例")
    first = bundle_of(ours, dossier, tmp_path / "out")
    command = ["merge", "--data", str(data)]
    assert run([*command, str(first), str(tmp_path / "gone.zip")]) == BAD
    came, gone = map(json.loads, capsys.readouterr().out.splitlines())
    assert came["new"] and came["conflicts"] == [] and came["known"]["edits"] == 0
    assert came["signed_by"]["name"] == "周示例" and "没有找到" in gone["error"]
    bench = Workbench.open(data)
    say(bench, dossier, "contact", "赵样本")
    bench.close()
    say(ours, dossier, "contact", "张示例")
    assert run([*command, str(bundle_of(ours, dossier, tmp_path / "again"))]) == FAILS
    again = json.loads(capsys.readouterr().out)
    assert (again["came"]["edits"], again["known"]["edits"]) == (1, came["came"]["edits"])
    (conflict,) = again["conflicts"]
    assert [each["value"] for each in conflict["values"]] == ["赵样本", "张示例"]
