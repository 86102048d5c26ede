"""Bundles signed and closed: forgeries are told apart, and other programs open what we close."""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
import pyzipper
from nacl.signing import SigningKey
from pyrage import decrypt, x25519

from app import closing
from app.bundle_check import check
from app.closing import MEMBER, OPEN, Closing, PassphraseError, closed, new_passphrase, opened
from app.scratch import PIECE, Scratch, TooLargeError
from app.signers import Signer, Signers, fingerprint
from app.workbench import Workbench
from exporters import bundle
from exporters.bundle import MANIFEST, Member, Verdict, verify
from exporters.bundle_signature import CHANGES, SIGNATURE, Signing, State, heads
from forms.errors import UserError

PASSPHRASE = "correct-horse-battery"
OURS, THEIRS = SigningKey(b"1" * 32), SigningKey(b"2" * 32)
ROWS = [("d1", 1, "a1"), ("d2", 2, "b2"), ("d1", 3, "a3"), ("d2", 4, "b4")]
JPEG = b"\xff\xd8" + random.Random(1).randbytes(300_000)
PHOTO = Member("照片/001.jpg", JPEG)


def log_of(rows: list[tuple[str, int, str]]) -> bytes:
    return b"\n".join(
        json.dumps({"device": device, "counter": counter, "link": link}).encode()
        for device, counter, link in rows
    )


def packed(
    rows: list[tuple[str, int, str]] = ROWS,
    dossier: str = "one",
    signed: list[tuple[str, int, str]] | None = None,
    key: SigningKey | None = OURS,
    name: str = "王工",
) -> bytes:
    """A bundle of a log; `signed` is the log whose heads are signed where it is another one."""
    log, stream = log_of(rows), io.BytesIO()
    chains, _ = heads(log_of(rows if signed is None else signed).splitlines())
    signing = None if key is None else Signing(
        name, "d1", bytes(key.verify_key), "2025-06-17T09:00:00+08:00", chains,
        lambda message: key.sign(message).signature,
    )  # fmt: skip
    members = [PHOTO, Member("dossier.json", b"{}"), Member(CHANGES, log)]
    list(bundle.write(members, {"dossier": dossier, "draft": False}, stream, signing))
    return stream.getvalue()


def content(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(
    files: dict[str, bytes], change: Callable[[dict[str, Any]], None] | None = None
) -> bytes:
    """Packed by a forger who knows the format: the manifest lists what is there."""
    import hashlib

    manifest = json.loads(files[MANIFEST])
    for item in manifest["files"]:
        data = files[item["name"]]
        item.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    if change:
        change(manifest)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in {**files, MANIFEST: json.dumps(manifest).encode()}.items():
            archive.writestr(name, data)
    return stream.getvalue()


def saved(folder: Path, raw: bytes, ending: str = ".zip") -> Path:
    path = folder / f"示例-文件包{ending}"
    path.write_bytes(raw)
    return path


def state_of(folder: Path, raw: bytes) -> State:
    verdict = verify(saved(folder, raw))
    assert verdict.whole and verdict.signature is not None
    return verdict.signature.state


# -- signatures -----------------------------------------------------------------------------------


def test_a_signed_bundle_names_its_signer_and_an_unsigned_one_nobody(tmp_path: Path) -> None:
    found = check(saved(tmp_path, packed()))
    assert found.sound and found.signed and found.standing is None
    assert (found.name, found.fingerprint) == ("王工", fingerprint(bytes(OURS.verify_key)))
    assert "王工" in found.sentence and found.fingerprint in found.sentence
    found = check(saved(tmp_path, packed(key=None)))
    assert found.sound and not found.signed and found.verdict == Verdict()
    assert found.facts["signed_by"] is None and "没有签名" in found.sentence


def test_a_program_that_knows_of_no_signatures_finds_nothing_extra() -> None:
    files = content(packed())
    manifest = json.loads(files[MANIFEST])
    assert {item["name"] for item in manifest["files"]} == files.keys() - {MANIFEST}


def test_forgeries_are_told_apart(tmp_path: Path) -> None:
    whole = content(packed())
    assert state_of(tmp_path, packed()) is State.GOOD
    # Packed again by another program, in another order: nothing that was signed is touched.
    assert state_of(tmp_path, repacked(dict(reversed(whole.items())))) is State.GOOD

    assert state_of(tmp_path, repacked({**whole, "dossier.json": b"{ }"})) is State.CHANGED
    assert state_of(tmp_path, repacked(whole, lambda m: m.update(draft=True))) is State.CHANGED
    rewritten = log_of(ROWS).replace(b"a1", b"aX")
    assert state_of(tmp_path, repacked({**whole, CHANGES: rewritten})) is State.CHANGED

    foreign = content(packed(dossier="two"))[SIGNATURE]
    assert state_of(tmp_path, repacked({**whole, SIGNATURE: foreign})) is State.FOREIGN
    earlier = content(packed(ROWS[:2]))[SIGNATURE]
    assert state_of(tmp_path, repacked({**whole, SIGNATURE: earlier})) is State.STALE
    assert state_of(tmp_path, packed(signed=ROWS[:3])) is State.HEADS
    assert state_of(tmp_path, packed(signed=[*ROWS[:3], ("d2", 4, "other")])) is State.HEADS
    assert state_of(tmp_path, packed(rows=ROWS[:3], signed=ROWS)) is State.HEADS


def edited(**facts: Any) -> bytes:
    files = content(packed())
    whole = json.loads(files[SIGNATURE])
    whole["statement"].update(facts)
    return repacked({**files, SIGNATURE: json.dumps(whole).encode()})


def test_a_signature_that_was_touched_names_nobody(tmp_path: Path) -> None:
    files = content(packed())
    theirs = json.loads(content(packed(key=THEIRS))[SIGNATURE])
    ours = json.loads(files[SIGNATURE])
    swapped = {**ours, "key": theirs["key"]}
    broken = [edited(name="李工"), edited(heads=[]), edited(at=1)]
    broken += [
        repacked({**files, SIGNATURE: data})
        for data in (
            json.dumps(swapped).encode(), b"", b"[]", b"null", b"[" * 200_000, b"\xff",
            json.dumps({**ours, "key": "zz"}).encode(), json.dumps({**ours, "key": ""}).encode(),
            json.dumps({**ours, "signature": 5}).encode(), b" " * (2 << 20) + files[SIGNATURE],
        )
    ]  # fmt: skip
    for raw in broken:
        found = check(saved(tmp_path, raw))
        assert not found.sound and found.facts["signed_by"] is None
        assert found.facts["signature"] == "broken" and found.sentence.startswith("签名无效")


def test_what_a_signer_calls_themselves_cannot_break_a_line(tmp_path: Path) -> None:
    found = check(saved(tmp_path, packed(name="王\n工\u202e" + "长" * 60)))
    assert found.name == "王工" + "长" * 36  # 40 are signed, and two of them not shown


@pytest.mark.parametrize(
    "log", [b"{}", b"[]", b"\xff", b'{"device": 1, "counter": 1, "link": ""}', b"[" * 100_000]
)
def test_a_log_that_is_none_is_not_signed(log: bytes, tmp_path: Path) -> None:
    assert state_of(tmp_path, repacked({**content(packed()), CHANGES: log})) is State.CHANGED
    with pytest.raises(ValueError, match=r"."):
        heads([log])


def test_known_and_unknown_signers_are_told_apart(tmp_path: Path) -> None:
    bench = Workbench.open(tmp_path / "data")
    signers = Signers(bench.store)
    path, key = saved(tmp_path, packed()), bytes(OURS.verify_key)
    found = check(path, signers=signers)
    assert found.facts["signer"] == "unknown" and "尚未核实" in found.sentence and found.sound
    signers.confirm(Signer(key, "王工", ""))
    assert check(path, signers=signers).facts["signer"] == "known"
    posing = check(saved(tmp_path, packed(key=THEIRS)), signers=signers)
    assert posing.facts["signer"] == "namesake" and "同名，但密钥不同" in posing.sentence
    bench.close()


# -- closing --------------------------------------------------------------------------------------


def shut(folder: Path, how: Closing, raw: bytes | None = None) -> Path:
    path = folder / f"示例-文件包{how.ending}"
    with path.open("wb") as stream, closed(how, stream) as inner:
        inner.write(packed() if raw is None else raw)
    return path


@pytest.fixture(scope="module")
def mate() -> x25519.Identity:
    return x25519.Identity.generate()


def test_a_closed_bundle_is_written_in_one_go_and_verified(
    tmp_path: Path, mate: x25519.Identity
) -> None:
    """Written straight into the closed file, which is not seekable, as an export does it."""
    for how in (Closing(PASSPHRASE), Closing(recipients=(str(mate.to_public()),))):
        path = tmp_path / f"x{how.ending}"
        with path.open("wb") as stream, closed(how, stream) as inner:
            list(bundle.write([PHOTO], {}, inner))
        with opened(path, PASSPHRASE, [str(mate)]) as inner:
            assert bundle.verify_stream(inner, "x") == Verdict()


def test_a_closed_bundle_shows_neither_names_nor_words(
    tmp_path: Path, mate: x25519.Identity
) -> None:
    for how in (Closing(PASSPHRASE), Closing(recipients=(str(mate.to_public()),))):
        raw = shut(tmp_path, how).read_bytes()
        for word in ("照片", "dossier", "changes", "manifest", "王工"):
            assert word.encode() not in raw
        assert JPEG[:20] not in raw


def test_other_programs_open_it(tmp_path: Path, mate: x25519.Identity) -> None:
    path = shut(tmp_path, Closing(PASSPHRASE))
    with pyzipper.AESZipFile(path) as archive:
        assert archive.namelist() == [MEMBER]
        assert archive.infolist()[0].wz_aes_strength == 3  # 256 bits
        assert archive.read(MEMBER, pwd=PASSPHRASE.encode()) == packed()
    aged = shut(tmp_path, Closing(recipients=(str(mate.to_public()),)))
    assert decrypt(aged.read_bytes(), [mate]) == packed()


@pytest.mark.skipif(shutil.which("7z") is None, reason="7z (Debian: p7zip-full) is not here")
def test_seven_zip_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with path.open("wb") as stream, closed(Closing(PASSPHRASE), stream) as inner:
        list(bundle.write([PHOTO, Member("dossier.json", b"{}")], {}, inner))

    def run(*words: str) -> int:
        return subprocess.run(["7z", *words, "-y"], cwd=tmp_path, capture_output=True).returncode

    assert run("x", "-pwrong-horse-battery", str(path)) != 0
    assert run("x", f"-p{PASSPHRASE}", str(path)) == 0
    assert run("x", MEMBER, "-oinner") == 0
    assert (tmp_path / "inner" / PHOTO.name).read_bytes() == JPEG
    assert verify(tmp_path / MEMBER).whole


def test_a_wrong_passphrase_and_none_are_said(tmp_path: Path) -> None:
    path = shut(tmp_path, Closing(PASSPHRASE))
    with pytest.raises(PassphraseError, match=r"已用口令加密，没有核对.*。$"):
        check(path)
    with pytest.raises(PassphraseError, match=r"口令打不开.*。$"):
        check(path, "wrong-horse-battery")
    assert check(path, PASSPHRASE).sound


def test_whom_it_is_not_for_cannot_open_it(tmp_path: Path, mate: x25519.Identity) -> None:
    path = shut(tmp_path, Closing(recipients=(str(mate.to_public()),)))
    with pytest.raises(UserError, match=r"只供指定的同事打开.*。$"):
        check(path)
    bench = Workbench.open(tmp_path / "data")
    signers = Signers(bench.store)
    with pytest.raises(UserError, match=r"不是加密给本机的.*。$"):
        check(path, signers=signers)
    ours = shut(tmp_path, Closing(recipients=(str(mate.to_public()), signers.own().recipient)))
    assert check(ours, signers=signers).sound
    bench.close()


def test_what_was_cut_or_changed_is_said(tmp_path: Path, mate: x25519.Identity) -> None:
    random_place = random.Random(7)
    for how in (Closing(PASSPHRASE), Closing(recipients=(str(mate.to_public()),))):
        raw = shut(tmp_path, how).read_bytes()
        changed = bytearray(raw)
        changed[len(raw) // 2] ^= 1
        bad = [raw[: len(raw) // 2], raw[:-1], bytes(changed), raw[:60], raw + b"x" * 70_000]
        for _ in range(60):
            spoilt = bytearray(raw)
            spoilt[random_place.randrange(len(raw))] ^= random_place.randrange(1, 256)
            bad.append(bytes(spoilt))
        sound = 0
        for data in bad:
            path = saved(tmp_path, data, how.ending)
            try:
                with opened(path, PASSPHRASE, [str(mate)]) as inner:
                    # A byte of the outer archive's own records may mean nothing.
                    sound += bundle.verify_stream(inner, path.name).whole
                    inner.seek(0)
                    assert inner.read() in (packed(), data)
            except UserError as error:
                assert str(error).endswith("。") and "没有" in str(error)
        assert sound < 6


def test_a_bomb_inside_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with pyzipper.AESZipFile(path, "w", pyzipper.ZIP_DEFLATED) as archive:
        archive.setpassword(PASSPHRASE.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=256)
        archive.writestr(MEMBER, b"\0" * 50_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(UserError, match="已损坏或不完整"):
        check(path, PASSPHRASE)


def test_a_full_disk_stops_closing(mate: x25519.Identity) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    for how in (Closing(PASSPHRASE), Closing(recipients=(str(mate.to_public()),))):
        with (
            pytest.raises(OSError, match=r"."),
            full.open("wb", buffering=0) as stream,
            closed(how, stream) as inner,
        ):
            for _ in range(50):
                inner.write(bytes(1 << 18))


class FailsLate(io.RawIOBase):
    """A disk that is full after so many pieces."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if not self.left:
            raise OSError("full")
        self.left -= 1
        return len(data)


@pytest.mark.parametrize(("pieces", "size"), [(0, 10), (0, 1 << 20), (1, 1 << 20), (9, 1 << 20)])
def test_a_disk_that_is_full_at_the_end_stops_closing_too(
    pieces: int, size: int, mate: x25519.Identity
) -> None:
    """Ten bytes are written once all was read, and the library passes over what fails then."""
    to = Closing(recipients=(str(mate.to_public()),))
    with (
        pytest.raises(OSError, match="full"),
        closed(to, cast(BinaryIO, FailsLate(pieces))) as inner,
    ):
        inner.write(bytes(size))


def test_leaving_early_ends_the_helping_thread(mate: x25519.Identity) -> None:
    import threading

    before = threading.active_count()
    with (
        pytest.raises(KeyError),
        closed(Closing(recipients=(str(mate.to_public()),)), io.BytesIO()) as inner,
    ):
        inner.write(b"x" * 100)
        raise KeyError
    assert threading.active_count() == before


def test_which_passphrases_do() -> None:
    made = {new_passphrase() for _ in range(100)}
    assert len(made) == 100
    for each in made:
        Closing(each).check()
        assert len(each) == 19 and not set(each) & set("01IOL")
    OPEN.check()
    with pytest.raises(UserError, match=r"少于 12 个字符.*没有导出.*。$"):
        Closing("short-horse").check()
    with pytest.raises(UserError, match=r"含有汉字.*没有导出.*。$"):
        Closing("长春市工业和信息化局二〇二五").check()
    assert PASSPHRASE not in repr(Closing(PASSPHRASE))


def test_a_scratch_file_is_read_anywhere_and_holds_nothing_in_clear() -> None:
    data = random.Random(3).randbytes(700_000)
    with Scratch(len(data)) as scratch:
        for at in range(0, len(data), 9_999):
            scratch.write(data[at : at + 9_999])
        scratch.finish()
        reader = io.BufferedReader(scratch)
        for place, size in ((0, 10), (262_130, 20), (699_990, 50), (1, 699_999), (700_000, 5)):
            reader.seek(place)
            assert reader.read(size) == data[place : place + size]
        scratch._file.seek(0)
        raw = scratch._file.read()
        assert data[:64] not in raw and data[300_000:300_064] not in raw
        assert len(raw) == len(data) + -(-len(data) // PIECE) * 32
        scratch._file.seek(PIECE + 40)
        scratch._file.write(b"changed")
        reader.seek(10)
        assert reader.read(20) == data[10:30]
        reader.seek(PIECE + 10)
        with pytest.raises(OSError, match="changed"):
            reader.read(20)
    with Scratch(10) as scratch, pytest.raises(TooLargeError):
        scratch.write(b"x" * 11)


# -- an export ------------------------------------------------------------------------------------


def test_an_export_leaves_one_bundle_signed_and_closed_as_asked(
    tmp_path: Path, mate: x25519.Identity
) -> None:
    bench = Workbench.open(tmp_path / "data")
    bench.set_person("王工")
    dossier = bench.create("示例·某厂")
    home = tmp_path / "out" / "示例·某厂"
    signers = Signers(bench.store)
    ours = signers.own().recipient

    def export(how: Closing) -> Path:
        list(bench.export(dossier, tmp_path / "out", ("bundle",), True, how))
        (made,) = (path for path in home.iterdir() if not path.name.startswith("."))
        return made

    seen = []
    for how in (OPEN, Closing(PASSPHRASE), Closing(recipients=(str(mate.to_public()), ours))):
        path = export(how)
        seen.append(path.name.removeprefix("示例·某厂-文件包（草稿）"))
        found = check(path, PASSPHRASE, signers)
        assert found.sound and (found.name, found.facts["signer"]) == ("王工", "own")
        assert "即本机" in found.sentence
    assert seen == [".zip", "（保密）.zip", "（保密）.zip.age"] == list(closing.ENDINGS)
    with pytest.raises(UserError, match="少于 12 个字符"):
        export(Closing("short"))
    with pytest.raises(UserError, match="没有邮件草稿"):
        list(bench.export(dossier, tmp_path / "out", ("mail",), True, Closing(recipients=(ours,))))
    assert path.exists()
    bench.close()
