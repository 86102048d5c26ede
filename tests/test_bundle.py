"""The bundle: whatever was done to it on the way is named, and no crafted file does harm."""

from __future__ import annotations

import io
import json
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters import bundle
from exporters.bundle import MANIFEST, Member, Verdict, read_manifest, verify
from forms.errors import UserError

FACTS = {"enterprise": "示例·某厂", "draft": False}
MEMBERS = [
    Member("核验单.pdf", b"%PDF-1.4 " + bytes(range(256)) * 4),
    Member("文档/咨询诊断报告.docx", b"PK\x03\x04" + b"report" * 300),
    Member("照片/第1次现场诊断/001-入场.jpg", b"\xff\xd8" + b"photo" * 500),
    Member("dossier.json", b'{"format": "zhengai-dossier/1"}'),
    Member("changes.jsonl", b'{"counter": 1}\n' * 50),
]
NAMES = [member.name for member in MEMBERS]


def packed(members: list[Member] | None = None) -> bytes:
    stream = io.BytesIO()
    list(bundle.write(members or MEMBERS, FACTS, stream))
    return stream.getvalue()


WHOLE = packed()


def saved(folder: Path, raw: bytes) -> Path:
    path = folder / "示例-文件包.zip"
    path.write_bytes(raw)
    return path


def rezipped(
    raw: bytes, change: Callable[[dict[str, bytes]], None], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """The bundle unpacked, changed by hand, and packed again by another program."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        content = {info.filename: archive.read(info) for info in archive.infolist()}
    change(content)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return stream.getvalue()


def remade(change: Callable[[dict[str, Any]], None]) -> bytes:
    """The bundle with its manifest changed."""

    def edit(content: dict[str, bytes]) -> None:
        manifest = json.loads(content[MANIFEST])
        change(manifest)
        content[MANIFEST] = json.dumps(manifest).encode()

    return rezipped(WHOLE, edit)


def test_a_written_bundle_is_whole_and_browsable(tmp_path: Path) -> None:
    path = saved(tmp_path, WHOLE)
    assert verify(path) == Verdict()
    assert verify(path).whole
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [*NAMES, MANIFEST]
        manifest = read_manifest(archive, path.name)
        methods = {info.filename: info.compress_type for info in archive.infolist()}
        assert archive.testzip() is None
    assert {**manifest, "files": None} == {"format": bundle.FORMAT, **FACTS, "files": None}
    assert [item["size"] for item in manifest["files"]] == [len(m.source) for m in MEMBERS]  # type: ignore[arg-type]
    assert methods["照片/第1次现场诊断/001-入场.jpg"] == zipfile.ZIP_STORED
    assert methods["changes.jsonl"] == zipfile.ZIP_DEFLATED


def test_the_same_content_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8 from a file")
    members = [Member("照片/a.jpg", tmp_path / "a.jpg")]
    first = packed(members)
    time.sleep(0.01)
    (tmp_path / "a.jpg").touch()
    assert packed(members) == first


def test_two_members_of_one_name_are_a_bug() -> None:
    with pytest.raises(ValueError, match="one name"):
        list(bundle.write([MEMBERS[0], MEMBERS[0]], FACTS, io.BytesIO()))


def test_packing_again_with_folders_changes_nothing(tmp_path: Path) -> None:
    def with_folders(content: dict[str, bytes]) -> None:
        content.update({"照片/": b"", "文档/": b""})

    assert verify(saved(tmp_path, rezipped(WHOLE, with_folders, zipfile.ZIP_STORED))).whole


def test_missing_changed_and_extra_files_are_named(tmp_path: Path) -> None:
    def tamper(content: dict[str, bytes]) -> None:
        del content["dossier.json"]
        content["核验单.pdf"] += b" "
        content["changes.jsonl"] = content["changes.jsonl"].replace(b"1", b"2")
        content["照片/多出.jpg"] = b"x"
        content["../../逃逸.txt"] = b"x"

    assert verify(saved(tmp_path, rezipped(WHOLE, tamper))) == Verdict(
        missing=("dossier.json",),
        changed=("changes.jsonl", "核验单.pdf"),
        extra=("../../逃逸.txt", "照片/多出.jpg"),
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", [b"other", MEMBERS[0].source])
def test_a_name_that_stands_twice_is_changed(second: bytes, tmp_path: Path) -> None:
    stream = io.BytesIO(WHOLE)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("核验单.pdf", second)
    verdict = verify(saved(tmp_path, stream.getvalue()))
    assert verdict == Verdict(changed=("核验单.pdf",))


def with_central(raw: bytes, name: str, offset: int, form: str, value: int) -> bytes:
    """The archive with one number of a member's central record overwritten."""
    place = raw.rindex(name.encode()) - 46
    assert raw[place : place + 4] == b"PK\x01\x02"
    changed = bytearray(raw)
    struct.pack_into(form, changed, place + offset, value)
    return bytes(changed)


@pytest.mark.parametrize(
    ("offset", "form", "value"),
    [
        (8, "<H", 0x0801),  # encrypted
        (10, "<H", zipfile.ZIP_LZMA),
        (10, "<H", zipfile.ZIP_BZIP2),
        (10, "<H", 99),
        (16, "<I", 12345),  # checksum
        (24, "<I", 5_000_000),  # unpacked size
        (38, "<I", (stat.S_IFLNK | 0o777) << 16),
        (38, "<I", (stat.S_IFCHR | 0o666) << 16),
    ],
)
def test_a_member_whose_record_was_tampered_with_is_changed(
    offset: int, form: str, value: int, tmp_path: Path
) -> None:
    raw = with_central(WHOLE, "changes.jsonl", offset, form, value)
    assert verify(saved(tmp_path, raw)) == Verdict(changed=("changes.jsonl",))


def test_a_member_that_begins_inside_another_is_changed(tmp_path: Path) -> None:
    raw = with_central(WHOLE, "changes.jsonl", 42, "<I", 3)
    found = verify(saved(tmp_path, raw))
    # Whether the one it overlaps is read, too, differs between Python's own releases.
    assert "changes.jsonl" in found.changed
    assert set(found.changed) <= {"changes.jsonl", "核验单.pdf"}
    assert found.missing == found.extra == ()


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    def bomb(content: dict[str, bytes]) -> None:
        content["changes.jsonl"] = b"\0" * 100_000_000

    raw = rezipped(WHOLE, bomb)
    assert len(raw) < 200_000
    start = time.perf_counter()
    assert verify(saved(tmp_path, raw)) == Verdict(changed=("changes.jsonl",))

    def owned_up(content: dict[str, bytes]) -> None:
        bomb(content)
        manifest = json.loads(content[MANIFEST])
        for item in manifest["files"]:
            if item["name"] == "changes.jsonl":
                item["size"] = 100_000_000
        content[MANIFEST] = json.dumps(manifest).encode()

    with pytest.raises(UserError, match="大得不合常理"):
        verify(saved(tmp_path, rezipped(WHOLE, owned_up)))
    assert time.perf_counter() - start < 3


def drop(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda manifest: manifest.pop(key)


def rename(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda manifest: manifest["files"][0].update(name=name)


@pytest.mark.parametrize(
    "change",
    [
        drop("format"),
        drop("files"),
        lambda manifest: manifest.update(format="zhengai-archive/1"),
        lambda manifest: manifest.update(files={}),
        lambda manifest: manifest["files"].append("核验单.pdf"),
        lambda manifest: manifest["files"].append(manifest["files"][0]),
        lambda manifest: manifest["files"][0].pop("sha256"),
        lambda manifest: manifest["files"][0].update(size="1"),
        lambda manifest: manifest["files"][0].update(size=-1),
        lambda manifest: manifest["files"][0].update(size=True),
        lambda manifest: manifest["files"][0].update(size=10**30),
        lambda manifest: manifest.update(files=manifest["files"] * 2_000),
        rename("../../etc/passwd"),
        rename("/etc/passwd"),
        rename("C:/Windows/x"),
        rename("a\\b"),
        rename("照片//a"),
        rename("照片/./a"),
        rename("a\0b"),
        rename("\ud800"),
        rename("DOSSIER.json"),
        rename(MANIFEST),
    ],
)
def test_a_malformed_manifest_is_refused(
    change: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"清单不合规定.*。$"):
        verify(saved(tmp_path, remade(change)))


def test_a_bundle_of_a_newer_version_is_said_to_be_one(tmp_path: Path) -> None:
    newer = remade(lambda manifest: manifest.update(format="zhengai-bundle/9"))
    with pytest.raises(UserError, match=r"更新版本.*请安装最新版本后再试。$"):
        verify(saved(tmp_path, newer))


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 200_000, b"1" * 9_000]
)
def test_a_manifest_that_is_no_json_is_refused(text: bytes, tmp_path: Path) -> None:
    raw = rezipped(WHOLE, lambda content: content.update({MANIFEST: text}))
    with pytest.raises(UserError, match="清单"):
        verify(saved(tmp_path, raw))


def test_an_archive_without_a_manifest_is_no_bundle(tmp_path: Path) -> None:
    raw = rezipped(WHOLE, lambda content: content.__delitem__(MANIFEST))
    with pytest.raises(UserError, match="没有可用的清单"):
        verify(saved(tmp_path, raw))


@pytest.mark.parametrize("raw", [b"", b"PK", b"not a zip" * 100, WHOLE[:-30], WHOLE[: 2**10]])
def test_what_is_no_whole_archive_is_refused(raw: bytes, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="不是可读的文件包"):
        verify(saved(tmp_path, raw))


def test_a_path_without_a_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "没有.zip", Path("/dev/zero")):
        with pytest.raises(UserError, match="不是可读的文件包"):
            verify(path)


def spans() -> dict[str, tuple[int, int]]:
    """Where the bytes of each member lie in the archive."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        for info in archive.infolist():
            start = info.header_offset
            name, extra = struct.unpack_from("<HH", WHOLE, start + 26)
            begin = start + 30 + name + extra
            found[info.filename] = (begin, begin + info.compress_size)
    return found


SPANS = spans()
with zipfile.ZipFile(io.BytesIO(WHOLE)) as _archive:
    ORIGINAL = {name: _archive.read(name) for name in SPANS}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_changed_byte_in_any_member_is_found(data: st.DataObject, tmp_path: Path) -> None:
    name = data.draw(st.sampled_from(sorted(SPANS)))
    place = data.draw(st.integers(SPANS[name][0], SPANS[name][1] - 1))
    changed = bytearray(WHOLE)
    changed[place] ^= data.draw(st.integers(1, 255))
    path = saved(tmp_path, bytes(changed))
    with zipfile.ZipFile(path) as archive, suppress(zipfile.BadZipFile, zlib.error):
        if archive.read(name) == ORIGINAL[name]:
            return  # one of the few bits of a deflated stream that mean nothing
    if name == MANIFEST:
        with pytest.raises(UserError):
            verify(path)
    else:
        assert verify(path) == Verdict(changed=(name,))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40)),
    put=st.binary(max_size=12),
)
def test_any_damage_gives_a_verdict_or_a_sentence(
    cut: tuple[int, int], put: bytes, tmp_path: Path
) -> None:
    raw = WHOLE[: cut[0]] + put + WHOLE[cut[0] + cut[1] :]
    try:
        verdict = verify(saved(tmp_path, raw))
    except UserError as error:
        assert str(error).endswith("。")
        return
    if verdict.whole:
        with zipfile.ZipFile(tmp_path / "示例-文件包.zip") as archive:
            assert {name: archive.read(name) for name in ORIGINAL} == ORIGINAL
