"""Colleagues' bundles that are odd: cut off, of other versions, without photos, not ours."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import merging, purge
from app.command_line import BAD, FAILS
from app.commands import run
from app.merging import arrived
from app.signers import Signers
from app.workbench import Workbench
from forms.dossier import Photo
from forms.errors import UserError
from tests.merging_kit import Make, bundle_of, laptops, profile, say, taken
from tests.photo_files import photo


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with laptops(tmp_path) as made:
        yield made


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
