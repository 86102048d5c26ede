"""Bundles closed: other programs open what we close, nobody opens what is not for them."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
import pyzipper
from pyrage import decrypt, x25519

from app import closing
from app.bundle_check import check
from app.closing import MEMBER, OPEN, Closing, PassphraseError, closed, new_passphrase, opened
from app.scratch import PIECE, Scratch, TooLargeError
from app.signers import Signers
from app.workbench import Workbench
from exporters import bundle
from exporters.bundle import Member, Verdict, verify
from forms.errors import UserError
from tests.seal_kit import JPEG, PHOTO, packed, saved

PASSPHRASE = "correct-horse-battery"


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
