"""A bundle in numbered parts: each whole by itself and within a mail, none missed or mixed up."""

from __future__ import annotations

import base64
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey
from pyrage import x25519

from app.bundle_check import Checked, of_sets
from app.closing import OPEN, Closing, opened
from app.packing import Load, bundles_in, name_of, pack, parts_for, too_large
from exporters import bundle, bundle_parts
from exporters.bundle import Member
from exporters.bundle_parts import LIST, Part, divided, file_most, missing, numbered, part_of
from exporters.bundle_signature import Signing, State
from forms.errors import UserError

MAIL = 2_000_000
PASSPHRASE = "correct-horse-battery"
KEY = SigningKey(b"1" * 32)
SIGNING = Signing(
    "王工", "d1", bytes(KEY.verify_key), "", {}, lambda message: KEY.sign(message).signature
)
DATA = [Member("dossier.json", b'{"a": 1}' * 9_000), Member("changes.jsonl", b"")]


def files(count: int = 24, size: int = 190_000) -> list[Member]:
    """Photos that do not compress, with names as long as they come."""
    raw = random.Random(7).randbytes(size)
    return [Member(f"照片/第1次现场诊断/{n:03}-{'长' * 40}.jpg", raw) for n in range(count)]


def written(
    folder: Path, members: list[Member], closing: Closing, mail: int = MAIL
) -> tuple[list[Path], list[list[Member]]]:
    load = Load(members, DATA, {members[0].name: "ab" * 32})
    parted = load.divided(mail)
    parts = parts_for(parted)
    paths = [folder / name_of(folder.name, "", closing.ending, part) for part in parts]
    list(pack(load, parted, paths, parts, {"dossier": "x"}, SIGNING, closing))
    return paths, parted


@pytest.mark.parametrize("kind", ["open", "passphrase", "age"])
def test_every_part_is_a_bundle_within_a_mail(kind: str, tmp_path: Path) -> None:
    mate = x25519.Identity.generate()
    closing = {
        "open": OPEN,
        "passphrase": Closing(PASSPHRASE),
        "age": Closing(recipients=(str(mate.to_public()),) * 9),
    }[kind]
    members = files()
    paths, parted = written(tmp_path, members, closing)
    assert len(paths) > 2
    found: dict[str, Checked] = {}
    names: list[str] = []
    for number, (path, part) in enumerate(zip(paths, parted, strict=True), 1):
        assert path.name == f"{tmp_path.name}-文件包（{number}-{len(paths)}）{closing.ending}"
        raw = path.read_bytes()
        assert len(raw) <= file_most(MAIL)
        assert len(base64.encodebytes(raw).replace(b"\n", b"\r\n")) <= MAIL - 60_000
        assert not too_large(path, part, MAIL)
        with opened(path, PASSPHRASE, [str(mate)]) as stream:
            verdict = bundle.verify_stream(stream, path.name)
            with zipfile.ZipFile(stream) as archive:
                inside = archive.namelist()
                told = archive.read(LIST).decode("utf-8-sig")
                manifest = bundle.read_manifest(archive, path.name)
        assert verdict.whole and verdict.part is not None and verdict.signature is not None
        assert (verdict.part.number, verdict.part.of) == (number, len(paths))
        assert verdict.signature.state is State.GOOD
        assert {"dossier.json", "changes.jsonl"} <= set(inside)
        assert f"分为 {len(paths)} 卷" in told and told.count("（") >= len(paths)
        assert all(f"  {member.name}\r\n" in told for member in members)
        assert manifest.get("copies") == ({members[0].name: "ab" * 32} if number == 1 else None)
        names += [name for name in inside if name.startswith("照片/")]
        found[path.name] = Checked(verdict)
    assert names == [member.name for member in members]
    # Nearly all of the room is used: another part less would not have done.
    assert sum(path.stat().st_size for path in paths) > (len(paths) - 1.7) * file_most(MAIL)
    ((sentence, whole),) = of_sets(found).items()
    assert whole and f"共 {len(paths)} 卷，已齐全" in sentence
    gone = found.pop(paths[1].name)
    ((sentence, whole),) = of_sets(found).items()
    assert not whole and "缺第 2 卷" in sentence
    assert gone.part_sentence == f"这是文件包的第 2 卷，共 {len(paths)} 卷。"
    assert gone.facts["part"]["number"] == 2
    assert of_sets({"a": gone}) == {}


def test_parts_of_two_sets_do_not_make_up_one(tmp_path: Path) -> None:
    one, other = ([Checked(bundle.Verdict(part=part)) for part in numbered(2)] for _ in range(2))
    assert of_sets({"a": one[0], "b": other[1]}) == {}
    assert list(of_sets({"a": one[0], "b": other[1], "c": one[1]}).values()) == [True]


def test_an_undivided_bundle_is_no_part(tmp_path: Path) -> None:
    paths, parted = written(tmp_path, files(3), OPEN, mail=0)
    assert [path.name for path in paths] == [f"{tmp_path.name}-文件包.zip"]
    verdict = bundle.verify(paths[0])
    assert verdict.whole and verdict.part is None
    assert "part" not in Checked(verdict).facts and not Checked(verdict).part_sentence
    assert not too_large(paths[0], parted[0], 0)


def test_a_file_that_is_too_large_stands_alone_and_is_named(tmp_path: Path) -> None:
    members = files(4)
    members.insert(1, Member("照片/大.jpg", bytes(1_700_000)))
    paths, parted = written(tmp_path, members, OPEN)
    assert [[len(part), part[0].name == "照片/大.jpg"] for part in parted] == [
        [4, False],
        [1, True],
    ]
    assert not too_large(paths[0], parted[0], MAIL)
    said = too_large(paths[1], parted[1], MAIL)
    assert "（2-2）.zip”超过每封邮件 2 MB" in said and "“大.jpg”一个文件就有 1.7 MB" in said
    assert said.endswith("。") and bundle.verify(paths[1]).whole


def test_data_that_fill_a_mail_are_refused() -> None:
    heavy = [Member("dossier.json", random.Random(1).randbytes(1_500_000)), DATA[1]]
    with pytest.raises(UserError, match=r"超过所选的邮件大小限制.*没有导出.*。$"):
        Load(files(1), heavy, {}).divided(MAIL)


@given(
    weights=st.lists(st.integers(1, 500), max_size=60),
    first=st.integers(0, 100),
    most=st.integers(150, 900),
)
def test_dividing_loses_nothing_and_keeps_the_order(
    weights: list[int], first: int, most: int
) -> None:
    room = most + bundle_parts._FRAME + 10
    parts = divided(weights, first, 10, room)
    alone = [part for part in parts if len(part) == 1 and weights[part[0]] > most]
    others = [part for part in parts if part not in alone]
    assert sorted(place for part in parts for place in part) == list(range(len(weights)))
    for number, part in enumerate(others):
        assert sum(weights[place] for place in part) + (0 if number else first) <= most
    flat = [place for part in others for place in part]
    assert flat == sorted(flat)
    assert parts[len(others) :] == alone


@pytest.mark.parametrize(
    "fact",
    [None, [], {}, {"set": "a", "number": 0, "of": 2}, {"set": "a", "number": 3, "of": 2},
     {"set": 1, "number": 1, "of": 2}, {"set": "a", "number": True, "of": 2},
     {"set": "a", "number": 1, "of": 10**9}, {"set": "a", "number": "1", "of": 2}],
)  # fmt: skip
def test_a_part_that_makes_no_sense_is_none(fact: object) -> None:
    assert part_of({"part": fact}) is None
    assert part_of(Part("a", 2, 3).fact) == Part("a", 2, 3)
    assert missing([Part("a", 2, 3)]) == [1, 3]


def test_the_bundle_of_a_folder_is_found_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "示例（1-2）*厂"
    folder.mkdir()
    parts = [Part("a", number, 11) for number in range(1, 12)]
    names = [name_of(folder.name, "", "（保密）.zip", part) for part in parts]
    for name in [*reversed(names), "别的.zip", name_of(folder.name, "（草稿）", ".zip")]:
        (folder / name).touch()
    assert [path.name for path in bundles_in(folder)] == names
    assert [path.name for path in bundles_in(folder, "（草稿）")] == [
        f"{folder.name}-文件包（草稿）.zip"
    ]
