"""结项归档: nothing is wiped that was not read back whole, and then nothing of it stays."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from pypdf import PdfReader

from app import archive, backups, bundle_check, portfolio, purge
from app.closing import Closing
from app.closing import opened as opened_bundle
from app.intake import ATTACHMENTS, ORIGINALS
from app.progress import Progress
from app.workbench import Workbench
from exporters import destruction
from exporters.blocks import texts
from exporters.docx_renderer import render_docx
from forms.dossier import Photo
from forms.errors import RuleRefusal, UserError
from tests.docx_check import faults
from tests.test_purge import SECRET, decrypted, hold_fast, keep_photo
from tests.window_kit import NAME, opened

CLOSED = Closing("correct-horse-battery")


@pytest.fixture
def bench(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    # A dossier without a blocking finding takes a minute to make; one test keeps the refusal.
    monkeypatch.setattr("app.handin_choice._refuse", lambda *_: None)
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench, tmp_path: Path) -> UUID:
    made = bench.create(NAME)
    picture = tmp_path / "p.jpg"
    Image.new("RGB", (8, 8)).save(picture)
    keep_photo(bench, made, picture.read_bytes(), caption=SECRET, filename="p.jpg")
    (tmp_path / "附件.txt").write_text("两家共用", "utf-8")
    bench.attach(made, tmp_path / "附件.txt")
    withdrawn = bench.add(made, "member", name="撤回之人")
    bench.withdraw(made, "member", withdrawn)
    bench.review(made)
    return made


def run(steps: Iterator[Progress]) -> list[Progress]:
    return list(steps)


def kept(bench: Workbench, dossier: UUID) -> int:
    """How many rows of all tables speak of a dossier."""
    with bench.store.session() as session:
        raw = session.connection().connection.driver_connection
        assert raw is not None
        tables = [
            row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        count = 0
        for table in tables:
            for row in raw.execute(f"SELECT * FROM {table}"):
                count += dossier.hex in str(row) or str(dossier) in str(row)
        return count


def test_it_is_read_back_then_wiped_and_a_note_is_left(
    bench: Workbench, dossier: UUID, tmp_path: Path
) -> None:
    other = bench.create("示例・另一家")
    bench.attach(other, tmp_path / "附件.txt")
    bench.store.backup("auto")
    out = tmp_path / "归档"
    out.mkdir()
    steps = run(archive.archive(bench, dossier, out, CLOSED))
    made = {path.suffix: path for step in steps if (path := step.made)}
    assert set(made) == {".zip", ".pdf", ".docx"}
    assert bundle_check.check(made[".zip"], CLOSED.passphrase).sound
    # Off the laptop, but for the fact.
    assert [s.name for s in bench.summaries()] == ["示例・另一家"]
    assert kept(bench, dossier) == 1
    digest = hashlib.sha256(made[".zip"].read_bytes()).hexdigest()
    assert portfolio.archived(bench.store) == [portfolio.Archived(dossier, dt.date.today(), digest)]
    raw = decrypted(bench)
    assert SECRET.encode() not in raw and "撤回之人".encode() not in raw
    shared = hashlib.sha256("两家共用".encode()).hexdigest()
    assert bench.store.vault.paths() == {bench.store.vault.path(ATTACHMENTS, shared)}
    # Nor in the backups, if somebody says so.
    assert "备份" in steps[-1].trouble
    run(purge.drop_backups(bench.store))
    (only,) = backups.newest(bench.store)
    proof = backups.prove(only.path, bench.store.keys, bench.store.vault)
    assert (proof.dossiers, proof.gone, proof.problems) == (1, 0, ())
    # The note says so, and reads alike in both.
    said = "".join(PdfReader(made[".pdf"]).pages[0].extract_text().split())
    for word in (digest[:32], digest[32:], "照片1张、附件1件", "其中1个文件另有档案使用", "王示例"):
        assert word in said, word
    assert len(PdfReader(made[".pdf"]).pages) == 1 and faults(made[".docx"]) == []


def test_a_file_that_the_disk_does_not_let_go_of_is_told(
    bench: Workbench, dossier: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.store.backup("auto")
    photo = bench.dossier(dossier).all(Photo)[0]
    held = bench.store.vault.path(ORIGINALS, photo.sha256)
    hold_fast(monkeypatch, held)
    (tmp_path / "归档").mkdir()
    last = run(archive.archive(bench, dossier, tmp_path / "归档", CLOSED))[-1]
    assert last.text == archive.DONE and held.exists()
    assert last.trouble.startswith("已彻底删除的 1 个照片和附件暂未从磁盘清除")
    assert purge.IN_BACKUPS in last.trouble


def test_what_was_withdrawn_is_in_the_archive_before_it_is_wiped(
    bench: Workbench, dossier: UUID, tmp_path: Path
) -> None:
    (tmp_path / "旧图.txt").write_text("只有撤回的记录用", "utf-8")
    attached = bench.attach(dossier, tmp_path / "旧图.txt")
    bench.withdraw(dossier, "attachment", attached)
    taken = next(p for p in bench.dossier(dossier).all(Photo))
    bench.withdraw(dossier, "photo", taken.id)
    out = tmp_path / "归档"
    out.mkdir()
    made = {step.made for step in run(archive.archive(bench, dossier, out, CLOSED)) if step.made}
    (path,) = (path for path in made if path.suffix == ".zip")
    assert bench.store.vault.paths() == set()
    with opened_bundle(path, CLOSED.passphrase) as stream, zipfile.ZipFile(stream) as inner:
        held = {name: inner.read(name) for name in inner.namelist() if name.startswith("已撤回/")}
    texts = sorted(held.values(), key=len)
    assert len(held) == 2 and texts[0].decode("utf-8") == "只有撤回的记录用"
    assert hashlib.sha256(texts[1]).hexdigest() == taken.sha256


def test_a_bundle_that_is_not_sound_wipes_nothing(
    bench: Workbench, dossier: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(bench, dossier)
    real = bundle_check.check

    def check(path: Path, *more: object) -> bundle_check.Checked:
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1  # the stick wrote something else than it was given
        path.write_bytes(raw)
        return real(path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(bundle_check, "check", check)
    with pytest.raises(UserError, match=r"没有通过核验.*档案仍在本机"):
        run(archive.archive(bench, dossier, tmp_path / "out", CLOSED))
    assert kept(bench, dossier) == before and portfolio.archived(bench.store) == []


def test_it_is_refused_where_a_job_runs_or_somebody_edits_meanwhile(
    bench: Workbench, dossier: UUID, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="另有任务"):
        run(archive.archive(bench, dossier, tmp_path / "out", CLOSED, lambda: True))
    assert not (tmp_path / "out").exists()
    with pytest.raises(UserError, match="归档期间"):
        for step in archive.archive(bench, dossier, tmp_path / "out", CLOSED):
            if step.text.startswith("正在核验"):
                bench.add(dossier, "member", name="新来的")
    for step in archive.archive(bench, dossier, tmp_path / "out", CLOSED):
        if step.text.startswith("正在清除"):
            break  # somebody pressed 取消
    assert portfolio.archived(bench.store) == [] and bench.dossier(dossier).records


def test_a_file_that_cannot_be_archived_stops_it(
    bench: Workbench, dossier: UUID, tmp_path: Path
) -> None:
    photo = bench.dossier(dossier).records["photo"][0]
    bench.store.vault.path(ORIGINALS, photo.sha256).unlink()  # type: ignore[attr-defined]
    with pytest.raises(UserError, match=r"p\.jpg.*没有归档，档案未变"):
        run(archive.archive(bench, dossier, tmp_path / "out", CLOSED))
    assert portfolio.archived(bench.store) == [] and bench.dossier(dossier).records


def test_a_dossier_that_is_not_finished_is_refused(data_folder: Path, tmp_path: Path) -> None:
    with opened(data_folder) as bench:
        dossier = bench.create("示例")
        with pytest.raises(RuleRefusal, match="阻断"):
            run(archive.archive(bench, dossier, tmp_path / "out", CLOSED))
        assert bench.dossier(dossier).records


def test_the_note_holds_long_names_on_one_page(tmp_path: Path) -> None:
    facts = destruction.Destroyed(
        enterprise=NAME, code="9" * 18, number=str(UUID(int=7)), records=999, edits=50_000,
        photos=999, attachments=99, shared=12, person="王示例" * 13, at=dt.datetime(2025, 6, 17, 9),
        archive=f"{NAME}-文件包（保密）.zip", place="/" + "很长的文件夹/" * 20, sha256="ab" * 32,
        closed="AES-256 口令加密，口令另行保管",
    )  # fmt: skip
    document = destruction.compose(facts)
    assert NAME in "".join(texts(document.blocks))
    from exporters.pdf_renderer import render_pdf

    assert render_pdf(document, tmp_path / "n.pdf") == ()
    render_docx(document, tmp_path / "n.docx")
    assert len(PdfReader(tmp_path / "n.pdf").pages) == 1 and faults(tmp_path / "n.docx") == []
