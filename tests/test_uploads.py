"""What goes up to the city's platform: within its limit, listed, ticked, and told when stale."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from app import handin, packing, uploads
from app.bundle_check import check, of_sets
from app.closing import OPEN, Closing
from app.closing import opened as unclosed
from app.handin_choice import Packing
from app.handin_plans import plans
from app.signers import Signers
from app.uploads import FOLDER, Listed, limit_mb, receipt, set_limit_mb
from app.workbench import Workbench
from exporters import cover_letter, upload_list
from exporters.bundle import read_manifest
from exporters.cover_letter import Contents
from exporters.upload_list import Line, Receipt
from forms.dossier import Photo, Sending, Visit
from forms.errors import UserError
from forms.pack import parse_platform
from forms.sending import UPLOAD, read_file_lines
from tests import extremes
from tests.docx_check import faults
from tests.same_text import same_text
from tests.test_purge import keep_photo
from tests.window_kit import NAME, opened

PASSPHRASE = "correct-horse-battery"


@pytest.fixture
def bench(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    # A dossier without a blocking finding takes a minute to make.
    monkeypatch.setattr("app.handin_choice._refuse", lambda *_: None)
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def dossier(bench: Workbench) -> UUID:
    """A visit with three photos that a JPEG makes little of."""
    made = bench.create(NAME)
    visit = bench.add(made, "visit")
    for number in range(3):
        noise = Image.effect_noise((1200, 900), 90 + number)
        raw = io.BytesIO()
        noise.convert("RGB").save(raw, "JPEG", quality=85)
        keep_photo(
            bench, made, raw.getvalue(), visit=visit, kind="入场", filename=f"{number}.jpg",
            size=len(raw.getvalue()),
        )  # fmt: skip
    return made


def listed(bench: Workbench, dossier: UUID, home: Path) -> list[Listed]:
    most = limit_mb(bench.store, bench.pack) * uploads.MB
    return uploads.listed(bench.review(dossier), (home / FOLDER,), most)


def test_the_pack_names_boxes_for_papers_that_there_are(bench: Workbench) -> None:
    platform = bench.pack.platform
    assert platform.name == "长春市数字化转型产业大脑"
    assert [box.paper for box in platform.fields] == ["report", "record"]
    raw = {"name": "x", "note": "", "limit_mb": 1, "fields": [{"name": "", "clause": ""}]}
    for papers in (["没有"], ["report", "report"]):
        boxes = [{"name": "a", "clause": "b", "paper": paper} for paper in papers]
        with pytest.raises(ValueError, match="box"):
            parse_platform({**raw, "fields": boxes})
    set_limit_mb(bench.store, 7)
    assert limit_mb(bench.store, bench.pack) == 7


def test_a_paper_over_the_limit_gets_smaller_photos_or_a_sentence(
    bench: Workbench, dossier: UUID, tmp_path: Path
) -> None:
    source = handin.source_of(bench, bench.review(dossier), draft=False)
    plan = next(plan for plan in plans(source, "") if plan.name == "现场诊断记录表（第1次）.docx")
    path = tmp_path / plan.name
    assert uploads.write_within(plan, path, 50_000_000) == ((), "")
    whole = path.read_bytes()
    _, said = uploads.write_within(plan, path, len(whole) * 3 // 4)
    assert "照片已缩小到" in said and said.startswith(f"“{plan.name}”原有")
    assert path.stat().st_size <= len(whole) * 3 // 4 and faults(path) == []
    _, said = uploads.write_within(plan, path, 9_000)
    assert "缩小照片后仍超过" in said and "请减少其中的照片" in said and said.endswith("。")
    assert path.stat().st_size == len(whole)
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [plan.name]


def test_what_went_up_is_told_until_the_paper_changes(
    bench: Workbench, dossier: UUID, tmp_path: Path
) -> None:
    assert handin.folder_in(tmp_path, bench.dossier(dossier)) is None
    parts = ("records", "uploads")
    list(bench.export(dossier, tmp_path, parts))
    home = handin.folder_in(tmp_path, bench.dossier(dossier))
    assert home is not None
    assert {p.name for p in home.iterdir()} == {
        handin.OWNER, FOLDER, "平台上传清单.pdf", "平台上传清单.docx"
    }  # fmt: skip
    assert faults(home / "平台上传清单.docx") == []
    report, _, pdf, word = listed(bench, dossier, home)
    assert (report.line.standing, report.path) == ("尚未导出", None)
    assert (pdf.line.standing, pdf.line.box) == ("未上传", "现场诊断记录表")
    assert pdf.path is not None
    raw = pdf.path.read_bytes()
    assert (pdf.line.size, pdf.line.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
    # The dossier goes on between the export and the tick: what went up is what was exported.
    visit = bench.dossier(dossier).all(Visit)[0].id
    bench.put(dossier, "visit", visit, "results", "访谈了生产、质量两个部门。")
    values = receipt(bench.review(dossier), pdf, "王示例", home / handin.OWNER)
    bench.add(dossier, "sending", **values)
    (sent,) = bench.dossier(dossier).all(Sending)
    assert (sent.way, sent.handler, sent.recipient) == (
        UPLOAD,
        "王示例",
        "长春市数字化转型产业大脑",
    )
    assert read_file_lines(sent.files) == [(pdf.line.name, pdf.line.sha256)]
    _, _, told, other = listed(bench, dossier, home)
    assert "此后内容有改动，需重新上传" in told.line.standing
    assert other.line.standing == "未上传"
    bench.put(dossier, "visit", visit, "results", "")
    _, _, told, _ = listed(bench, dossier, home)
    assert told.line.standing.endswith("王示例上传")
    pdf.path.write_bytes(raw + b" ")
    with pytest.raises(UserError, match=r"已改动，没有登记.*。$"):
        receipt(bench.review(dossier), pdf, "王示例", home / handin.OWNER)
    assert "此后重新导出过，内容未变" in listed(bench, dossier, home)[2].line.standing
    newest = uploads.newest(bench.dossier(dossier), told)
    assert newest == sent.id and uploads.newest(bench.dossier(dossier), word) is None
    set_limit_mb(bench.store, 1)
    assert all(not each.trouble for each in listed(bench, dossier, home)[:2])
    pdf.path.write_bytes(bytes(1_000_001))
    assert "超过每个文件 1 MB 的限制" in listed(bench, dossier, home)[2].trouble


def test_a_bundle_to_the_bureau_is_chosen_divided_and_has_its_letter(
    bench: Workbench, dossier: UUID, tmp_path: Path
) -> None:
    packed = Packing(frozenset({"records"}), copies=True, mail=2_000_000)
    closing = Closing(PASSPHRASE)
    steps = list(bench.export(dossier, tmp_path, ("bundle", "letter"), False, closing, packed))
    home = handin.folder_in(tmp_path, bench.dossier(dossier))
    assert home is not None
    made = packing.bundles_in(home)
    assert len(made) > 1 and [step.made for step in steps if step.made in made] == made
    found = {path.name: check(path, PASSPHRASE) for path in made}
    assert all(each.sound and each.signed for each in found.values())
    assert list(of_sets(found).values()) == [True]
    # An undivided one in clear takes their place.
    whole = replace(packed, mail=0)
    list(bench.export(dossier, tmp_path, ("bundle", "letter"), False, OPEN, whole))
    (only,) = packing.bundles_in(home)
    with zipfile.ZipFile(only) as archive:
        names = archive.namelist()
        manifest = read_manifest(archive, only.name)
        assert archive.read("报送函.docx") == (home / "报送函.docx").read_bytes()
    record = "文档/现场诊断记录表（第1次）"
    top = [f"{name}.{kind}" for name in ("核验单", "报送函") for kind in ("pdf", "docx")]
    copies = [f"照片/第1次现场诊断/00{n}-入场.jpg" for n in (1, 2, 3)]
    data = ["dossier.json", "changes.jsonl", "signature.json", "manifest.json"]
    assert names == [*top, f"{record}.pdf", f"{record}.docx", *copies, *data]
    photos = bench.dossier(dossier).all(Photo)
    assert manifest["copies"] == {n: p.sha256 for n, p in zip(copies, photos, strict=True)}
    # What colleagues exchange needs no letter.
    signers = Signers(bench.store)
    own = Closing(recipients=(signers.own().recipient,))
    list(bench.export(dossier, tmp_path, ("bundle",), False, own, whole))
    (only,) = packing.bundles_in(home)
    with unclosed(only, identities=signers.identities()) as stream:
        assert not any("报送函" in name for name in zipfile.ZipFile(stream).namelist())


def test_what_no_bundle_holds_cannot_be_chosen(bench: Workbench, dossier: UUID) -> None:
    with pytest.raises(UserError, match=r"文件包里不能放“filing”.*没有导出.*。$"):
        list(bench.export(dossier, Path(), (), True, OPEN, Packing(frozenset({"filing"}))))


@pytest.mark.parametrize("long", [True, False], ids=["long", "empty"])
def test_letter_and_list_say_the_same_on_both(long: bool, tmp_path: Path) -> None:
    source = extremes.source(tmp_path, long, draft=not long)
    contents = Contents(
        bundle=["a（1-2）.zip", "a（2-2）.zip"] if long else [],
        documents=["核验单", "咨询诊断报告"] * 9,
        photos={f"第{n}次现场诊断": 12 for n in range(1, 9)} if long else {},
        attachments=["很长的附件名称" * 12] * 6 if long else [],
        copies=long,
        closed=long,
    )
    letter = cover_letter.compose(source, contents)
    same_text(letter, tmp_path)
    assert faults(tmp_path / "same.docx") == []
    receipts = (Receipt(None, "", "ab" * 32, stale=True),)
    lines = [Line("栏" * 40, "条" * 20, "名" * 60, 10**10, "ab" * 32, receipts)] * 40
    same_text(upload_list.compose(source, lines if long else [], "20 MB"), tmp_path)
    assert faults(tmp_path / "same.docx") == []
