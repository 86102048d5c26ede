"""Purging: nothing of it stays in any file, the chain still checks, no merge brings it back."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from Cryptodome.Cipher import AES

from app import backups, purge, trail
from app.exchange import dump
from app.intake import ATTACHMENTS, COPIES, LARGE_COPIES, ORIGINALS
from app.log import LogRow, check_rows
from app.progress import Progress
from app.tables import FingerprintRow, LikenessRow, ReadingRow, ThumbRow
from app.workbench import Workbench
from forms.dossier import Photo, Stay, Visit
from forms.errors import UserError
from forms.evaluation import Stage, answer_id
from forms.record import single_id
from tests.window_kit import opened

SECRET = "赵某某身份证二二零一零二"
_PAGE, _RESERVE = 4096, 80


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def decrypted(bench: Workbench) -> bytes:
    """Every page of the database's files as it lies there, whether anything names it or not."""
    key = bytes.fromhex(bench.store.keys.database)
    found = []
    raw = bench.store.database.read_bytes()
    for at in range(0, len(raw), _PAGE):
        page = raw[at : at + _PAGE]
        begins = 16 if at == 0 else 0  # the salt
        iv = page[-_RESERVE : -_RESERVE + 16]
        found.append(AES.new(key, AES.MODE_CBC, iv).decrypt(page[begins:-_RESERVE]))
    return b"".join(found)


def keep_photo(bench: Workbench, dossier: UUID, data: bytes, **more: Any) -> tuple[UUID, str]:
    """A photo with its copies and all that is worked out of it, as an import leaves it."""
    digest = hashlib.sha256(data).hexdigest()
    for area in (ORIGINALS, COPIES, LARGE_COPIES):
        bench.store.vault.put(area, digest, data)
    with bench.store.session() as session:
        session.merge(ThumbRow(sha256=digest, jpeg=data))
        session.merge(ReadingRow(sha256=digest, engine="x", watermark="{}"))
        session.merge(FingerprintRow(sha256=digest, method="x", hashes="y"))
        session.merge(LikenessRow(one=digest, other="f" * 64, method="x"))
        session.commit()
    return bench.add(dossier, "photo", sha256=digest, **more), digest


def run(steps: Iterator[Progress]) -> Progress:
    *_, last = steps
    return last


def derived(bench: Workbench, digest: str) -> int:
    """How many rows tell something of a photo."""
    with bench.store.session() as session:
        tables = (ThumbRow, ReadingRow, FingerprintRow)
        count = sum(session.get(table, digest) is not None for table in tables)
        return count + (session.get(LikenessRow, (digest, "f" * 64)) is not None)


def hold_fast(monkeypatch: pytest.MonkeyPatch, held: Path) -> None:
    """Have the disk not let go of a file, as where another program reads it."""
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path == held:
            raise PermissionError(errno.EACCES, "in use")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)


def test_nothing_of_a_purged_record_stays_in_the_database(bench: Workbench) -> None:
    dossier = bench.create("示例・甲厂")
    record, digest = keep_photo(bench, dossier, b"jpeg of a face", caption=SECRET)
    bench.review(dossier)
    bench.store.engine.dispose()  # the write-ahead log goes into the database
    assert SECRET.encode() in decrypted(bench)
    last = run(purge.purge(bench, dossier, "photo", record, "本人要求删除"))
    assert last.text == "已彻底删除 1 条记录" and not last.trouble
    raw = decrypted(bench)
    assert "示例・甲厂".encode() in raw, "what stays can be read by this test"
    assert SECRET.encode() not in raw and digest.encode() not in raw
    assert bench.store.database.with_name("zhengai.db-wal").stat().st_size == 0
    assert bench.store.vault.paths() == set() and derived(bench, digest) == 0


def test_a_file_that_the_disk_does_not_let_go_of_is_told_and_goes_at_the_next_start(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = bench.create("示例・甲厂")
    record, digest = keep_photo(bench, dossier, b"jpeg of a face")
    held = bench.store.vault.path("originals", digest)
    hold_fast(monkeypatch, held)
    last = run(purge.purge(bench, dossier, "photo", record, "本人要求删除"))
    assert "1 个照片和附件暂未从磁盘清除" in last.trouble and held.exists()
    monkeypatch.undo()
    bench.close()
    again = Workbench.open(bench.store.folder)
    assert not held.exists()
    again.close()


def test_the_chain_still_checks_and_no_merge_revives_it(bench: Workbench) -> None:
    dossier = bench.create("示例")
    record = bench.add(dossier, "member", name=SECRET)
    before = [LogRow(**row.model_dump()) for row in bench.whole(dossier)[1]]
    run(purge.purge(bench, dossier, "member", record, "本人要求"))
    snapshot, rows = bench.whole(dossier)
    assert check_rows(rows, dossier) == "" and snapshot.conflicts == frozenset()
    with bench.writing() as (_, log, records):
        records.rebuild(dossier, log.unite(dossier, before))
    snapshot, rows = bench.whole(dossier)
    assert SECRET not in str([row.value for row in rows]) and SECRET not in str(snapshot)
    assert [r.withdrawn for r in snapshot.records["member"]] == [True]
    # Nor does it come back another way.
    assert trail.withdrawn(bench, dossier) == []
    why = next(e for p in trail.parts(bench, dossier) for e in p.entries if e.after == "本人要求")
    assert why.what is trail.What.PURGED
    with pytest.raises(UserError, match="彻底删除"):
        bench.undo(dossier)
    # Were it written into again here, the same rows would show otherwise on the other laptops.
    acts: list[Callable[[], object]] = [
        lambda: bench.restore(dossier, "member", record),
        lambda: bench.put(dossier, "member", record, "name", "新写的"),
        lambda: bench.move(dossier, "member", record, None),
        lambda: bench.choose(dossier, "member", record, "withdrawn", False),
    ]
    for act in acts:
        with pytest.raises(UserError, match="已彻底删除，新的内容没有写入"):
            act()
    again, after = bench.whole(dossier)
    assert dump(again) == dump(snapshot) and len(after) == len(rows)


def test_a_file_that_another_record_names_stays(bench: Workbench) -> None:
    one, two = bench.create("示例・甲"), bench.create("示例・乙")
    record, digest = keep_photo(bench, one, b"both have it")
    bench.add(two, "photo", sha256=digest)
    run(purge.purge(bench, one, "photo", record, "误收"))
    assert bench.store.vault.path(ORIGINALS, digest).exists() and derived(bench, digest) == 4
    other = bench.dossier(two).all(Photo)[0]
    run(purge.purge(bench, two, "photo", other.id, "误收"))
    assert bench.store.vault.paths() == set() and derived(bench, digest) == 0


def test_what_belongs_to_a_record_goes_with_it(bench: Workbench) -> None:
    dossier = bench.create("示例")
    visit = bench.add(dossier, "visit", date="2025-06-17")
    bench.add(dossier, "stay", parent=visit, absence=SECRET)
    bench.store.vault.put(ATTACHMENTS, "a" * 64, b"x")
    bench.add(dossier, "attachment", sha256="a" * 64, name="留下")
    last = run(purge.purge(bench, dossier, "visit", visit, "误建"))
    assert "2 条" in last.text
    found = bench.dossier(dossier)
    assert found.all(Visit) == [] and found.all(Stay) == []
    assert SECRET not in str(found.records["stay"])
    assert bench.store.vault.path(ATTACHMENTS, "a" * 64).exists()


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_it_wants_a_reason(bench: Workbench, reason: str) -> None:
    dossier = bench.create("示例")
    record = bench.add(dossier, "member", name="甲")
    with pytest.raises(UserError, match="原因"):
        run(purge.purge(bench, dossier, "member", record, reason))
    with pytest.raises(UserError, match="清空"):
        run(purge.purge(bench, dossier, "enterprise", single_id(dossier, "enterprise"), "x"))
    item = bench.pack.instrument.items[0].name
    bench.answer(dossier, Stage.DIAGNOSIS, item, "note", "甲")
    answer = answer_id(dossier, Stage.DIAGNOSIS, item)
    with pytest.raises(UserError, match="清空"):  # else it could never be answered again
        run(purge.purge(bench, dossier, "answer", answer, "x"))
    with pytest.raises(UserError, match="没有找到"):
        run(purge.purge(bench, bench.create("乙"), "member", record, "x"))
    assert bench.dossier(dossier).records["member"][0].name == "甲"  # type: ignore[attr-defined]


def test_backups_that_hold_it_still_are_named_and_removed(bench: Workbench, tmp_path: Path) -> None:
    place = tmp_path / "优盘"
    place.mkdir()
    backups.set_second_place(bench.store, place)
    dossier = bench.create("示例")
    record, _digest = keep_photo(bench, dossier, b"in the backups too")
    run(backups.back_up(bench.store))
    bench.store.backup("before-0007")
    assert len(list(place.glob("**/files/??/*"))) == 3
    last = run(purge.purge(bench, dossier, "photo", record, "本人要求"))
    assert (
        last.trouble.startswith(purge.IN_BACKUPS) and "本机备份 2 份、第二备份位置" in last.trouble
    )
    assert "已删除此前的备份 2 份" in run(purge.drop_backups(bench.store)).text
    assert len(backups.newest(bench.store)) == len(list(place.glob("**/backups/*.db"))) == 1
    assert list(place.glob("**/files/??/*")) == []
    proof = backups.prove(backups.newest(bench.store)[0].path, bench.store.keys, bench.store.vault)
    assert not proof.problems and not proof.gone
