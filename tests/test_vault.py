"""Sealed files: whole or refused, whatever was done to them, and nothing wrong is handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import vault
from app.keys import Keys
from app.vault import DamagedError, Kept, Vault
from forms.errors import UserError

REAL_PIECE = vault._PIECE
PIECE = 64
HEAD = len(vault._MAGIC) + vault._HEADER
SEALED = PIECE + vault._OVERHEAD


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "_PIECE", PIECE)


@pytest.fixture
def files(tmp_path: Path, keys: Keys) -> Vault:
    return Vault(tmp_path / "files", keys)


def digest_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def put(files: Vault, data: bytes, area: str = "originals") -> Kept:
    files.put(area, digest_of(data), data)
    return Kept(files, area, digest_of(data), "门口.jpg")


def path_of(kept: Kept) -> Path:
    return kept.vault.path(kept.area, kept.digest)


def readable(kept: Kept) -> bytes:
    """What is handed out before the damage is noticed; the damage must be noticed."""
    found = b""
    with pytest.raises(DamagedError, match=r"“门口\.jpg”在本机的存件已损坏，其余内容不受影响"):
        for piece in kept.pieces():
            found += piece
    return found


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])
def test_what_is_put_is_read_and_lies_sealed(files: Vault, size: int) -> None:
    data = bytes(n * 7 % 251 for n in range(size))
    kept = put(files, data)
    assert kept.exists() and kept.read() == data
    assert all(len(piece) == PIECE for piece in list(kept.pieces())[:-1])
    lies = path_of(kept).read_bytes()
    pieces = max(1, -(-size // PIECE))
    assert len(lies) == HEAD + size + pieces * vault._OVERHEAD
    assert size < 8 or data[:8] not in lies
    assert files.paths() == {path_of(kept)} and files.parts() == []


def test_pieces_are_as_large_as_the_format_says(
    files: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "_PIECE", REAL_PIECE)
    data = bytes(2 * (1 << 18) + 3)
    assert [len(piece) for piece in put(files, data).pieces()] == [1 << 18, 1 << 18, 3]


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=3 * PIECE), max_size=6), st.data())
def test_any_bytes_come_back_and_any_change_is_noticed(
    chunks: list[bytes], data: st.DataObject
) -> None:
    whole = b"".join(chunks)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "_PIECE", PIECE)
        files = Vault(Path(folder), Keys(bytes(32)))
        files.stage("originals", digest_of(whole), iter(chunks)).place()
        kept = Kept(files, "originals", digest_of(whole), "门口.jpg")
        assert kept.read() == whole
        lies = bytearray(path_of(kept).read_bytes())
        if data.draw(st.booleans()):
            lies[data.draw(st.integers(0, len(lies) - 1))] ^= data.draw(st.integers(1, 255))
        else:
            cut = data.draw(st.integers(0, len(lies) - 1))
            lies[cut:] = data.draw(st.just(b"") | st.binary(min_size=1, max_size=2 * PIECE))
            if lies == path_of(kept).read_bytes():
                lies += b"\0"
        path_of(kept).write_bytes(lies)
        assert whole.startswith(readable(kept))


def _pieces_of(lies: bytes) -> tuple[bytes, list[bytes]]:
    body = lies[HEAD:]
    return lies[:HEAD], [body[at : at + SEALED] for at in range(0, len(body), SEALED)]


Change = Callable[[bytes], bytes]


def _over_pieces(change: Callable[[list[bytes]], list[bytes]]) -> Change:
    def changed(lies: bytes) -> bytes:
        head, pieces = _pieces_of(lies)
        return head + b"".join(change(pieces))

    return changed


@pytest.mark.parametrize(
    "change",
    [
        _over_pieces(lambda p: [p[1], p[0], *p[2:]]),
        _over_pieces(lambda p: [p[0], p[2], p[1], *p[3:]]),
        _over_pieces(lambda p: p[1:]),
        _over_pieces(lambda p: p[:-1]),
        _over_pieces(lambda p: [p[0], *p[2:]]),
        _over_pieces(lambda p: [p[-1]]),
        _over_pieces(lambda p: [p[0], p[0], *p[1:]]),
        _over_pieces(lambda p: [*p, p[-1]]),
        _over_pieces(lambda p: [*p, p[0]]),
        lambda lies: lies[:-1],
        lambda lies: lies[:HEAD],
        lambda lies: lies[: HEAD - 1],
        lambda lies: lies[: len(vault._MAGIC)],
        lambda lies: b"",
        lambda lies: lies + b"\0",
        lambda lies: b"\xff\xd8\xff" + lies,
        lambda lies: lies.replace(b"file/1", b"file/2"),
    ],
)  # fmt: skip
def test_pieces_that_were_moved_cut_or_added_are_refused(files: Vault, change: Change) -> None:
    data = bytes(n % 251 for n in range(3 * PIECE + 9))
    kept = put(files, data)
    path_of(kept).write_bytes(change(path_of(kept).read_bytes()))
    assert data.startswith(readable(kept))


def test_a_file_with_anothers_pieces_is_refused(files: Vault) -> None:
    one, other = (put(files, bytes([n]) * (2 * PIECE + 5)) for n in (1, 2))
    (head, mine), (foreign_head, theirs) = (
        _pieces_of(path_of(kept).read_bytes()) for kept in (one, other)
    )
    for spliced in ((head, [mine[0], *theirs[1:]]), (head, theirs), (foreign_head, mine)):
        path_of(one).write_bytes(spliced[0] + b"".join(spliced[1]))
        assert one.vault is files and bytes([2]) not in readable(one)
    assert other.read() == bytes([2]) * (2 * PIECE + 5)


def test_a_file_under_anothers_name_is_refused(files: Vault) -> None:
    one, other = put(files, b"one"), put(files, b"other")
    elsewhere = put(files, b"one", "attachments")
    data = path_of(one).read_bytes()
    for place in (other, elsewhere):
        path_of(place).write_bytes(data)
        assert readable(place) == b""
    assert one.read() == b"one"


def test_another_master_key_opens_nothing_and_gives_other_names(files: Vault) -> None:
    kept = put(files, b"one")
    foreign = Vault(files._folder, Keys(bytes(32)))
    assert foreign.path("originals", kept.digest) != path_of(kept)
    moved = foreign.path("originals", kept.digest)
    moved.parent.mkdir(exist_ok=True)
    path_of(kept).rename(moved)
    assert readable(Kept(foreign, "originals", kept.digest, "门口.jpg")) == b""


def test_neither_name_nor_content_tells_what_is_kept(files: Vault, tmp_path: Path) -> None:
    data = bytes(300)
    paths = {path_of(put(files, data, area)) for area in ("originals", "copies", "attachments")}
    assert len(paths) == 3
    assert not any(digest_of(data)[:12] in str(path) for path in paths)
    same = Vault(tmp_path / "again", files._keys)
    assert path_of(put(same, data)).name in {path.name for path in paths}
    assert path_of(put(same, data)).read_bytes() not in [path.read_bytes() for path in paths]


def test_what_stops_the_sealing_leaves_nothing_behind(files: Vault) -> None:
    def pulled_out() -> Iterator[bytes]:
        yield bytes(3 * PIECE)
        raise OSError("pulled out")

    with pytest.raises(OSError, match="pulled out"):
        files.stage("originals", "a" * 64, pulled_out())
    assert not any(path.is_file() for path in files._folder.rglob("*"))


def test_what_is_staged_has_no_place_yet_and_can_be_dropped(files: Vault) -> None:
    one, other = (files.stage("originals", "a" * 64, [b"x"]) for _ in range(2))
    assert {*files.parts()} == {one.part, other.part} and files.paths() == set()
    assert not files.path("originals", "a" * 64).exists()
    other.drop()
    one.place()
    one.drop()
    assert files.parts() == [] and files.paths() == {files.path("originals", "a" * 64)}


def test_what_is_there_is_not_written_again(files: Vault) -> None:
    kept = put(files, b"one")
    before = path_of(kept).read_bytes()
    assert path_of(put(files, b"one")).read_bytes() == before


def test_what_is_not_here_is_a_missing_file(files: Vault) -> None:
    kept = Kept(files, "originals", "a" * 64)
    assert not kept.exists()
    with pytest.raises(FileNotFoundError):
        kept.read()


@pytest.mark.parametrize("digest", ["", "../" * 22, "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n"])
def test_what_is_no_hash_leads_nowhere(files: Vault, digest: str) -> None:
    for ask in (
        lambda: files.path("originals", digest),
        lambda: list(files.pieces("originals", digest)),
        lambda: files.put("originals", digest, b""),
    ):
        with pytest.raises(UserError, match="指纹不合规定"):
            ask()
    assert not any(path.is_file() for path in files._folder.rglob("*"))


def test_a_file_is_taken_over_whole_whether_or_not_the_keys_were_changed_meanwhile(
    tmp_path: Path, files: Vault, keys: Keys
) -> None:
    for number, own in enumerate((keys, Keys(bytes(range(32))))):
        data = f"示例照片 {number}".encode() * 50
        files.adopt(put(Vault(tmp_path / f"apart-{number}", own), data))
        assert Kept(files, "originals", digest_of(data)).read() == data
    assert files.parts() == []
