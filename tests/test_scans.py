"""Papers come back as scans and file themselves; what was signed is held to what is there."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfWriter

from app import intake, paper_files, scans
from app.exchange import dump
from app.pdf_pages import PdfPages
from app.progress import Progress
from app.review import Review
from app.workbench import Workbench
from exporters import papers
from exporters.paper_code import PaperCode, code_png, short
from exporters.papers import Sheet
from exporters.pdf_renderer import render_pdf
from forms.dossier import Attachment, Dossier, Visit
from forms.errors import UserError
from forms.papers import BLANK, BY_KEY, DRAFT, Role
from forms.record import single_id

INK = {"strokes": [[[0.1, 0.1], [0.4, 0.3], [0.8, 0.1]]], "height": 0.4}


@pytest.fixture
def bench(tmp_path: Path, data_folder: Path) -> Iterator[Workbench]:
    made = Workbench.open()
    dossier_id = made.create("示例·扫描机械有限公司", district="绿园区")
    visit = made.add(dossier_id, "visit", date="2025-06-17", counterpart="钱样例")
    made.add(dossier_id, "stay", visit, start="09:00", end="12:30")
    made.add(dossier_id, "visit", date="2025-06-24", counterpart="钱样例")
    yield made
    made.close()


def the(bench: Workbench) -> Dossier:
    return bench.dossier(bench.summaries()[0].id)


def sheet_of(bench: Workbench, key: str, number: int = 0) -> Sheet:
    return next(
        s for s in papers.sheets(the(bench), bench.pack) if (s.paper.key, s.number) == (key, number)
    )


def printed(bench: Workbench, sheet: Sheet, path: Path, *, draft: bool = False) -> Path:
    source = bench.review(the(bench).id).source(draft)
    render_pdf(papers.compose(source, sheet), path)
    return path


def scanned(pdf: Path, path: Path, turn: float = 2.0) -> Path:
    """The first page as a scanner gives it: crooked, a little out of focus, not quite white."""
    with PdfPages(pdf) as pages:
        page = pages.picture(0, 150).convert("L")
    ImageDraw.Draw(page).line((300, 1500, 420, 1460, 520, 1510), 60, 4)
    turned = page.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=238)
    turned.filter(ImageFilter.GaussianBlur(0.8)).save(path, quality=70)
    return path


def lot_of(tmp_path: Path, bench: Workbench, *wanted: int | str) -> list[Image.Image]:
    """Scanned pages: records by their number, a white back, or a page whose code is smudged."""
    source = bench.review(the(bench).id).source(False)

    @cache
    def page_of(number: int) -> Image.Image:
        sheet = sheet_of(bench, "record", number)
        pdf = tmp_path / f"{sheet.name}.pdf"
        render_pdf(papers.compose(source, sheet), pdf)
        return Image.open(scanned(pdf, pdf.with_suffix(".png"), turn=1.0)).convert("RGB")

    pages: list[Image.Image] = []
    for each in wanted:
        if isinstance(each, int):
            pages.append(page_of(each))
        elif each == "back":
            pages.append(Image.new("RGB", pages[0].size, "#EEEEEE"))
        else:
            page = pages[0].copy()
            ImageDraw.Draw(page).rectangle((page.width * 2 // 3, 0, page.width, 250), "#444444")
            pages.append(page)
    return pages


def filed(bench: Workbench, *paths: Path) -> list[Progress]:
    return [
        step for step in scans.file_scans(bench, list(paths)) if not step.text.startswith("正在")
    ]


def attached(bench: Workbench) -> dict[str, Attachment]:
    return {each.name: each for each in the(bench).all(Attachment)}


def test_a_crooked_scan_of_every_form_finds_its_way_back(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "扫描"
    folder.mkdir()
    signed = [s for s in papers.sheets(the(bench), bench.pack) if s.paper.scan and not s.blank]
    for number, sheet in enumerate(signed):
        pdf = printed(bench, sheet, tmp_path / f"{number}.pdf")
        scanned(pdf, folder / f"scan{number}.jpg", turn=2.0 if number % 2 else 182.0)
    (folder / "说明.txt").write_text("不是扫描件")

    judged: list[UUID] = []
    review = bench.review

    def counted(dossier_id: UUID) -> Review:
        judged.append(dossier_id)
        return review(dossier_id)

    monkeypatch.setattr(bench, "review", counted)

    steps = filed(bench, folder)

    assert [step.trouble for step in steps] == [""] * len(signed)
    assert len(judged) == 1  # not once for each scan
    held = attached(bench)
    assert set(held) == {f"{sheet.name}（签字盖章扫描件）" for sheet in signed}
    for sheet in signed:
        scan = held[f"{sheet.name}（签字盖章扫描件）"]
        assert sheet.is_scan(scan) and scan.paper_print
    again = filed(bench, folder)
    assert all("没有重复归入" in step.text for step in again)
    assert len(the(bench).all(Attachment)) == len(signed)
    rules = [finding.rule for finding in bench.review(the(bench).id).findings]
    assert rules and not {"SCAN-OUTDATED", "SCAN-MISSING"} & set(rules)


def test_papers_without_a_scan_have_codes_that_are_read(bench: Workbench, tmp_path: Path) -> None:
    with scans.ScanReader() as reader:
        for sheet in papers.sheets(the(bench), bench.pack):
            if sheet.paper.scan or sheet.paper.key == "checksheet":
                continue
            pdf = printed(bench, sheet, tmp_path / f"{sheet.paper.key}.pdf")
            (part,) = reader.read(scanned(pdf, pdf.with_suffix(".jpg")), tmp_path)
            assert part.code is not None and part.code.paper == sheet.paper.key


def test_one_file_of_a_feeder_is_divided_by_its_codes(bench: Workbench, tmp_path: Path) -> None:
    first, second = sheet_of(bench, "record", 1), sheet_of(bench, "record", 2)
    pages = lot_of(tmp_path, bench, 1, 1, "back", 2)
    lot = tmp_path / "一叠.pdf"
    pages[0].save(lot, save_all=True, append_images=pages[1:], resolution=150)

    steps = filed(bench, lot)

    assert [step.trouble for step in steps] == ["", ""]
    by_visit = {each.visit: each for each in the(bench).all(Attachment)}
    assert set(by_visit) == {first.visit.id, second.visit.id}  # type: ignore[union-attr]
    counts = []
    for sheet in (first, second):
        assert sheet.visit is not None
        with PdfPages(bench.attachment(by_visit[sheet.visit.id]).read()) as lot_part:
            counts.append(lot_part.count)
    assert counts == [3, 1]
    again = filed(bench, lot)
    assert all("没有重复归入" in step.text for step in again)
    assert len(the(bench).all(Attachment)) == 2


def test_a_tif_of_several_pages_is_divided_as_a_pdf_is(bench: Workbench, tmp_path: Path) -> None:
    first, second = sheet_of(bench, "record", 1), sheet_of(bench, "record", 2)
    grey = (page.convert("L") for page in lot_of(tmp_path, bench, 1, "back", 2))
    pages = [page.point([0] * 150 + [255] * 106).convert("1") for page in grey]
    lot = tmp_path / "一叠.tif"
    pages[0].save(lot, save_all=True, append_images=pages[1:], compression="group4", dpi=(150, 150))

    steps = filed(bench, lot) + filed(bench, lot)

    assert [step.trouble for step in steps] == [""] * 4
    by_visit = {each.visit: each for each in the(bench).all(Attachment)}
    assert len(the(bench).all(Attachment)) == 2
    for sheet, count in ((first, 2), (second, 1)):
        with Image.open(BytesIO(bench.attachment(by_visit[sheet.subject]).read())) as part:
            assert (part.format, part.n_frames) == ("TIFF", count)  # type: ignore[attr-defined]
            assert part.tobytes() == pages[0 if sheet is first else 2].tobytes()
            assert part.info["dpi"] == (150, 150)


def test_what_is_wrong_with_one_part_is_told_of_it_and_hides_no_other(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sheet_of(bench, "record", 1), sheet_of(bench, "record", 2)
    pages = lot_of(tmp_path, bench, 1, 2, "smudged", "back", 1)
    lot = tmp_path / "一叠.pdf"
    pages[0].save(lot, save_all=True, append_images=pages[1:], resolution=150)
    refusals = iter([OSError(errno.EIO, "gone")])
    real = intake.digest

    def failing(path: Path) -> tuple[str, int]:
        for refusal in refusals:
            raise refusal
        return real(path)

    monkeypatch.setattr(intake, "digest", failing)
    steps = filed(bench, lot)
    assert "磁盘读写出错" in steps[0].trouble and "没有归入" in steps[0].trouble
    assert "已归入" in steps[1].trouble and "其中第 3 页没有识别码，请核对" in steps[1].trouble
    assert [step.trouble for step in steps[2:]] == [""]
    assert {each.visit for each in the(bench).all(Attachment)} == {first.subject, second.subject}


def test_our_own_pdf_is_no_scan_but_one_that_was_sealed_is(
    bench: Workbench, tmp_path: Path
) -> None:
    pdf = printed(bench, sheet_of(bench, "agreement"), tmp_path / "咨询诊断服务协议.pdf")
    (step,) = filed(bench, pdf)
    assert "不是签字盖章后的扫描件" in step.trouble and the(bench).all(Attachment) == []
    writer = PdfWriter(pdf, incremental=True)
    writer.add_metadata({"/Keywords": "已加盖电子印章"})
    writer.write(tmp_path / "电子印章.pdf")
    (step,) = filed(bench, tmp_path / "电子印章.pdf")
    assert step.trouble == "" and len(the(bench).all(Attachment)) == 1


def test_a_scan_added_by_hand_gets_its_visit_from_the_code(
    bench: Workbench, tmp_path: Path
) -> None:
    sheet = sheet_of(bench, "record", 2)
    scan = scanned(printed(bench, sheet, tmp_path / "r.pdf"), tmp_path / "r.jpg")
    by_hand = bench.attach(the(bench).id, scan, sheet.paper.scan)
    (step,) = filed(bench, scan)
    (held,) = the(bench).all(Attachment)
    assert step.record == by_hand == held.id and held.visit == sheet.subject and held.paper_print


def test_reading_stops_at_once_when_it_is_asked_to(bench: Workbench, tmp_path: Path) -> None:
    scan = tmp_path / "a.png"
    Image.new("RGB", (600, 800), "white").save(scan)
    steps = [step.text for step in scans.file_scans(bench, [scan] * 3, stop=lambda: True)]
    assert steps == ["正在识读a.png", "正在停止"]


def test_what_takes_too_long_is_to_be_divided(tmp_path: Path) -> None:
    scan = tmp_path / "a.png"
    Image.new("RGB", (600, 800), "white").save(scan)
    with (
        scans.ScanReader(seconds_limit=0) as reader,
        pytest.raises(UserError, match="请以较低的分"),
    ):
        reader.read(scan, tmp_path)


def test_a_crash_leaves_no_scans_behind(data_folder: Path) -> None:
    Workbench.open().close()
    left = data_folder / ".work-abc"
    left.mkdir()
    (left / "一叠-1.pdf").write_bytes(b"signed")
    bench = Workbench.open()
    assert not left.exists()
    with bench.store.work_folder() as work:
        assert work.parent == data_folder
    bench.close()


def test_what_was_signed_before_a_change_is_told(bench: Workbench, tmp_path: Path) -> None:
    dossier_id, sheet = the(bench).id, sheet_of(bench, "agreement")
    old = scanned(printed(bench, sheet, tmp_path / "old.pdf"), tmp_path / "old.jpg")
    draft = scanned(
        printed(bench, sheet, tmp_path / "draft.pdf", draft=True), tmp_path / "draft.jpg"
    )
    bench.put(dossier_id, "provider", single_id(dossier_id, "provider"), "name", "示例服务商")

    told = [step.trouble for step in filed(bench, old, draft)]

    assert "旧版" in told[0] and "草稿" in told[1]
    findings = [f for f in bench.review(dossier_id).findings if f.rule == "SCAN-OUTDATED"]
    assert len(findings) == 1 and {f.target.page for f in findings if f.target} == {"papers"}


def test_a_form_filled_in_by_hand_is_its_own_original(bench: Workbench, tmp_path: Path) -> None:
    source = bench.review(the(bench).id).source(False)
    blank = Sheet(BY_KEY["satisfaction"], blank=True)
    render_pdf(papers.compose(source, blank), tmp_path / "blank.pdf")
    steps = filed(bench, scanned(tmp_path / "blank.pdf", tmp_path / "blank.jpg"))
    assert [step.trouble for step in steps] == [""]
    (scan,) = the(bench).all(Attachment)
    assert (scan.kind, scan.paper_print) == ("满意度评价表扫描件", BLANK)


def test_what_belongs_nowhere_is_left_with_a_sentence(bench: Workbench, tmp_path: Path) -> None:
    Image.new("RGB", (600, 800), "white").save(tmp_path / "a空白.png")
    (tmp_path / "b坏.pdf").write_bytes(b"%PDF-1.7 broken")
    (tmp_path / "c坏.jpg").write_bytes(b"\xff\xd8broken")
    other = Sheet(BY_KEY["agreement"])
    code = PaperCode("agreement", short(UUID(int=2**100)), "0", 1, DRAFT)
    document = papers.compose(bench.review(the(bench).id).source(False), other)
    render_pdf(replace(document, code=code_png(code.text)), tmp_path / "d.pdf")
    scanned(tmp_path / "d.pdf", tmp_path / "d别处.jpg")
    (tmp_path / "d.pdf").unlink()

    troubles = [step.trouble for step in filed(bench, tmp_path)]

    assert len(troubles) == 4
    for trouble, words in zip(
        troubles, ("识别码", "不是可读的 PDF", "c坏.jpg", "不属于本机"), strict=True
    ):
        assert words in trouble and trouble.endswith("。")
    assert the(bench).all(Attachment) == []
    assert not list(bench.store.folder.glob(".work-*"))


def test_a_withdrawn_visits_scan_is_not_filed(bench: Workbench, tmp_path: Path) -> None:
    pdf = printed(bench, sheet_of(bench, "record", 2), tmp_path / "r.pdf")
    bench.withdraw(the(bench).id, "visit", the(bench).all(Visit)[1].id)
    (step,) = filed(bench, scanned(pdf, tmp_path / "r.jpg"))
    assert "已不存在" in step.trouble and the(bench).all(Attachment) == []


def test_a_signature_holds_until_its_paper_changes(bench: Workbench, tmp_path: Path) -> None:
    dossier_id = the(bench).id
    visit = the(bench).all(Visit)[0].id
    made = paper_files.sign(bench, dossier_id, "record", visit, Role.COUNTERPART, " 钱样例 ", INK)
    rules = [f.rule for f in bench.review(dossier_id).findings]
    assert "SIGNED-CHANGED" not in rules
    sheet = sheet_of(bench, "record", 1)
    source = bench.review(dossier_id).source(False)
    assert papers.content_of(source, sheet) == the(bench).records["signature"][0].fingerprint  # type: ignore[attr-defined]

    bench.put(dossier_id, "visit", visit, "results", "走访两个车间。")

    (told,) = [f for f in bench.review(dossier_id).findings if f.rule == "SIGNED-CHANGED"]
    assert "钱样例签字后已修改" in told.message and told.target and told.target.record == made
    bench.withdraw(dossier_id, "signature", made)
    assert "SIGNED-CHANGED" not in [f.rule for f in bench.review(dossier_id).findings]


def test_a_scan_survives_export_and_import(bench: Workbench, tmp_path: Path) -> None:
    visit = the(bench).all(Visit)[0].id
    paper_files.sign(bench, the(bench).id, "record", visit, Role.TEAM, "王", INK)
    pdf = printed(bench, sheet_of(bench, "record", 1), tmp_path / "r.pdf")
    filed(bench, scanned(pdf, tmp_path / "r.jpg"))
    mapping = dump(the(bench)) | {"id": "copied"}
    other = Workbench.open(tmp_path / "elsewhere")
    copied = other.dossier(other.import_mapping(mapping))
    assert copied.all(Attachment)[0].paper_print == the(bench).all(Attachment)[0].paper_print
    assert copied.records["signature"][0].ink == INK  # type: ignore[attr-defined]
    other.close()
