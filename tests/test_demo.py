"""The demo, end to end: what it writes is read back by other programs' means and held to the plan.

It runs once for all test processes; the counters here share no code with the program's.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import docx
import pypdfium2 as pdfium
import pytest
import yaml
from docx.text.paragraph import Paragraph as DocxParagraph
from filelock import FileLock

from app.exchange import dump
from app.receiving import gaps, look
from app.workbench import Workbench
from exporters import bundle
from forms.dossier import Attachment, Photo
from forms.errors import RuleRefusal
from tests.docx_check import faults

ROOT = Path(__file__).parent.parent
COMPLETE = {
    "auto-parts": "示例·春城轴套汽车零部件有限公司",
    "herbal-pharma": "示例·双阳鹿乡本草药业有限公司",
    "electronics": "示例·饮马薄膜电容电子有限公司",
}
FAULTY = "示例·处处缺漏机械有限公司"
VISITS = 2
#: The papers for the city's platform, and the others of a complete sample.
UPLOADS = ["咨询诊断报告", *(f"现场诊断记录表（第{n}次）" for n in range(1, VISITS + 1))]
OTHERS = ["供需适配库", "现场调研提纲", "现场调研计划", "咨询诊断服务协议", "服务说明"]
OTHERS += ["数字化基础、管理及成效评测表", "数字化经营应用场景等级判定表"]
OTHERS += ["诊断结果汇报会议纪要", "企业满意度评价表"]
#: The sample that was drafted neither has a library yet nor were its visits prepared on paper.
FEWER = {COMPLETE["electronics"]: OTHERS[:1]}
#: One sample was accepted after points were mended.
MORE = {COMPLETE["auto-parts"]: ["整改说明"]}
#: The retrofit's papers, which one sample has begun; they are no part of the diagnosis's bundle.
RETROFIT = {
    COMPLETE["auto-parts"]: [
        *("改造项目备案入库申请表", "改造前后对比表", "改造项目验收意见"),
        "补助资金申报材料清单",
    ]
}
BRIEFING = "诊断结果汇报.pptx"
FAULTY_OTHERS = [paper for paper in OTHERS if paper not in ("供需适配库", "服务说明")]
#: Not covered by article 3 of the agreement, so not marked 保密.
OPEN = {"企业满意度评价表", "改造项目备案入库申请表", "改造项目验收意见", "报送函", "平台上传清单"}
OPEN |= {"补助资金申报材料清单"}

#: All on one process: the others would wait for the demo, which reads many watermarks.
pytestmark = pytest.mark.xdist_group("demo")


@dataclass(frozen=True)
class Demo:
    """Where the demo wrote, and the paths that it printed."""

    out: Path
    printed: list[Path]

    def report(self, name: str) -> Path:
        return self.out / name / "上传材料" / "咨询诊断报告.docx"

    def bundle(self, name: str) -> Path:
        return self.out / name / f"{name}-文件包.zip"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run `main.py demo` once; with several test processes the first that comes does it for all."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    out, told = shared / "demo out", shared / "demo.txt"
    with FileLock(shared / "demo.lock"):
        if not told.exists():
            done = subprocess.run(
                [sys.executable, ROOT / "main.py", "demo", out],
                capture_output=True, text=True, encoding="utf-8", cwd=shared, check=False,
            )  # fmt: skip
            assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr[-2000:]
            told.write_text(done.stdout, "utf-8")
    return Demo(out, [Path(line) for line in told.read_text("utf-8").splitlines()])


@pytest.fixture(params=list(COMPLETE.values()), ids=list(COMPLETE))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def both(*names: str) -> list[str]:
    """Each paper in both formats."""
    return [f"{name}.{kind}" for name in names for kind in ("pdf", "docx")]


def papers_of(name: str) -> dict[str, str]:
    """The files of a complete sample's bundle, each with where it stands beside the bundle."""
    found = dict.fromkeys(both("核验单", "报送函"), "")
    found |= dict.fromkeys(both(*UPLOADS), "上传材料/")
    others = [paper for paper in OTHERS if paper not in FEWER.get(name, [])]
    found |= dict.fromkeys([*both(*others, *MORE.get(name, [])), BRIEFING], "文书/")
    return found


def test_it_prints_what_it_wrote_and_nothing_else_is_there(demo: Demo) -> None:
    expected = set()
    for name in COMPLETE.values():
        files = [below + file for file, below in papers_of(name).items()]
        files += [f"文书/{file}" for file in both(*RETROFIT.get(name, []))]
        files += [f"{name}-文件包.zip", f"{name}-邮件草稿.eml", "日程.ics", *both("平台上传清单")]
        expected |= {demo.out / name / file for file in files}
    # Without a complete evaluation there is nothing to brief on; a draft is not to be sent.
    drafts = [*both("核验单（草稿）", "报送函（草稿）", "平台上传清单（草稿）")]
    drafts += [f"{FAULTY}-文件包（草稿）.zip", "日程.ics"]
    drafts += [f"上传材料/{file}" for file in both(*(f"{n}（草稿）" for n in UPLOADS[:2]))]
    drafts += [f"文书/{file}" for file in both(*(f"{n}（草稿）" for n in FAULTY_OTHERS))]
    expected |= {demo.out / FAULTY / file for file in drafts}
    assert set(demo.printed) == expected
    assert len(demo.printed) == len(expected)
    there = {p for p in demo.out.rglob("*") if p.is_file() and not p.name.startswith(".")}
    assert there == expected


def test_word_takes_every_document(demo: Demo) -> None:
    assert {path.name: faults(path) for path in demo.out.rglob("*.docx") if faults(path)} == {}


#: What stands on a page that says nothing.
FRAME = "保密|草稿|— ?\\d+ ?—|"


def test_every_page_says_what_it_is_and_none_is_empty(demo: Demo) -> None:
    for path in demo.out.rglob("*.pdf"):
        pages = page_texts(path)
        draft = path.parent.parent.name == FAULTY or path.parent.name == FAULTY
        assert draft == path.stem.endswith("（草稿）")
        secret = not draft and path.stem not in OPEN
        for number, text in enumerate(pages, 1):
            where = f"{path.name}, page {number}"
            assert ("保密" in text.splitlines()[0]) is secret, where
            said = [line for line in text.splitlines() if not re.fullmatch(FRAME, line.strip())]
            assert len("".join("".join(said).split())) > 10, where


def page_texts(path: Path) -> list[str]:
    """Each page's text, the header in front."""
    document = pdfium.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


# The reports


def body(path: Path) -> Iterator[DocxParagraph]:
    """Every paragraph of chapters 一 to 四 in order, those of tables too, merged cells once."""
    document = docx.Document(str(path))
    inside = False
    for element in document.element.body.iter("{*}p"):
        paragraph = DocxParagraph(element, document._body)
        if paragraph.style is not None and paragraph.style.name == "Heading 1":
            inside = not paragraph.text.startswith("五、")
        if inside:
            yield paragraph


def words(text: str) -> int:
    """字数 as Word counts: each wide character one, each run of others between blanks one."""
    wide = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·]"
    return len(re.findall(wide, text)) + len(re.findall(r"\S+", re.sub(wide, " ", text)))


def test_the_body_reaches_15000_words(demo: Demo, name: str) -> None:
    chapters: Counter[str] = Counter()
    heading = ""
    for paragraph in body(demo.report(name)):
        if paragraph.style is not None and paragraph.style.name == "Heading 1":
            heading = paragraph.text[:1]
        chapters[heading] += words(paragraph.text)
    assert set(chapters) == set("一二三四")
    assert sum(chapters.values()) >= 15_000


def sentences(path: Path) -> list[str]:
    """The prose, sentence by sentence; what is shorter than 12 characters left out."""
    return [
        sentence.strip()
        for paragraph in body(path)
        if paragraph.style is not None and paragraph.style.name == "Body Text"
        for sentence in re.split("[。！？；]", paragraph.text)
        if len(sentence.strip()) >= 12
    ]


def test_no_sentence_stands_twice(demo: Demo, name: str) -> None:
    found = Counter(sentences(demo.report(name)))
    assert len(found) > 200
    assert [sentence for sentence, count in found.items() if count > 1] == []


def test_no_two_reports_are_one_text(demo: Demo) -> None:
    told = [set(sentences(demo.report(name))) for name in COMPLETE.values()]
    # What the template itself prints into each is all that they share.
    assert [len(one & other) for one, other in combinations(told, 2) if len(one & other) > 10] == []


def test_captions_are_numbered_once_each(demo: Demo, name: str) -> None:
    captions = [
        paragraph.text
        for paragraph in docx.Document(str(demo.report(name))).paragraphs
        if paragraph.style is not None and paragraph.style.name == "Caption"
    ]
    numbers = [re.match(r"(表|图)\s?\d+", caption) for caption in captions]
    assert [m[0].replace(" ", "") for m in numbers if m and m[1] == "表"] == [
        f"表{number}" for number in range(1, 12)
    ]
    assert [m[0].replace(" ", "") for m in numbers if m and m[1] == "图"] == [
        f"图{number}" for number in range(1, 6)
    ]


def test_a_draft_says_so_in_every_section(demo: Demo, name: str) -> None:
    path = demo.out / FAULTY / "上传材料" / "咨询诊断报告（草稿）.docx"
    with zipfile.ZipFile(path) as archive:
        headers = [archive.read(n).decode() for n in archive.namelist() if "word/header" in n]
    assert headers and all("草稿" in header for header in headers)
    with zipfile.ZipFile(demo.report(name)) as archive:
        assert not any("草稿".encode() in archive.read(n) for n in archive.namelist())


# The bundles


def test_the_bundles_are_whole_and_named(demo: Demo, name: str) -> None:
    path = demo.bundle(name)
    assert bundle.verify(path).whole
    assert bundle.verify(demo.out / FAULTY / f"{FAULTY}-文件包（草稿）.zip").whole
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
    assert names[:2] == ["核验单.pdf", "核验单.docx"]
    assert names[-4:] == ["dossier.json", "changes.jsonl", "signature.json", "manifest.json"]
    folders = {n.rpartition("/")[0] for n in names}
    homes = [f"第{n}次现场诊断" for n in range(1, VISITS + 1)]
    homes += ["改造培训"] if name in RETROFIT else []
    assert folders == {"", "文档", "附件", *(f"照片/{home}" for home in homes)}
    documents = [
        n.removeprefix("文档/") for n in names if n.startswith(("文档/", "核验单", "报送函"))
    ]
    assert sorted(documents) == sorted(papers_of(name))
    assert (manifest["enterprise"], manifest["draft"], manifest["left_out"]) == (name, False, [])


def test_the_documents_in_the_bundle_are_those_beside_it(demo: Demo, name: str) -> None:
    with zipfile.ZipFile(demo.bundle(name)) as archive:
        for file, below in papers_of(name).items():
            member = f"文档/{file}" if below else file
            assert archive.read(member) == (demo.out / name / below / file).read_bytes()


def test_the_letter_is_a_draft_with_the_bundle(demo: Demo, name: str) -> None:
    raw = (demo.out / name / f"{name}-邮件草稿.eml").read_bytes()
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    assert letter["X-Unsent"] == "1"
    assert name in letter["Subject"]
    assert letter["To"] is None
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == f"{name}-文件包.zip"
    assert attached.get_content() == demo.bundle(name).read_bytes()
    text = letter.get_body(("plain",))
    assert text is not None
    with zipfile.ZipFile(demo.bundle(name)) as archive:
        documents = [
            n.rpartition("/")[2] for n in archive.namelist() if n.startswith(("文档/", "核验单"))
        ]
    listed = re.findall(r"^\s+\d+\. (.+)$", text.get_content().replace("\r", ""), re.M)
    assert listed == documents


def test_a_bundle_brings_the_dossier_to_another_store(demo: Demo, tmp_path: Path) -> None:
    name = COMPLETE["herbal-pharma"]
    with zipfile.ZipFile(demo.bundle(name)) as archive:
        archive.extractall(tmp_path / "解开")
    written = json.loads((tmp_path / "解开" / "dossier.json").read_text("utf-8"))
    bench = Workbench.open(tmp_path / "data")
    try:
        dossier = bench.dossier(bench.import_dossier(tmp_path / "解开" / "dossier.json"))
        assert dump(dossier) == written
        photos, attachments = dossier.all(Photo), dossier.all(Attachment)
        assert len(photos) >= 5 * VISITS
        assert all(bench.picture(photo, "original") for photo in photos)
        assert all(bench.picture(photo, "report") for photo in photos)
        assert all(bench.attachment(attachment).read() for attachment in attachments)
        assert bench.review(dossier.id).blocking == []
    finally:
        bench.close()


def test_the_receiving_office_finds_what_the_bundles_say_and_nothing_missing(
    demo: Demo, tmp_path: Path
) -> None:
    bench = Workbench.open(tmp_path / "office")
    for path in sorted(demo.out.rglob("*-文件包*.zip")):
        found = look(bench, path)
        seen = found.examined
        assert seen is not None, found.trouble
        assert not gaps([found]).any and not seen.remarks
        # The sheet came by way of Word: each of its rows is what is worked out here from the data.
        assert [each for each in seen.requirements if each.claimed] == []
        blocking = [each.rule for each in seen.findings if each.severity == "block"]
        assert bool(blocking) is found.draft
    bench.close()


def test_the_faulty_sample_shows_each_of_its_faults_and_is_held_back(
    demo: Demo, tmp_path: Path
) -> None:
    with zipfile.ZipFile(demo.out / FAULTY / f"{FAULTY}-文件包（草稿）.zip") as archive:
        archive.extractall(tmp_path / "解开")
    raw = yaml.safe_load((ROOT / "resources/samples/faulty/expected.yaml").read_text("utf-8"))
    bench = Workbench.open(tmp_path / "data")
    try:
        dossier_id = bench.import_dossier(tmp_path / "解开" / "dossier.json")
        list(bench.examine(dossier_id))  # whoever takes a bundle in reads its photos himself
        found = Counter((f.severity.value, f.rule) for f in bench.review(dossier_id).findings)
        assert found == {(weight, rule): n for weight in raw for rule, n in raw[weight].items()}
        with pytest.raises(RuleRefusal, match="没有导出终稿"):
            list(bench.export(dossier_id, tmp_path / "out"))
        assert not (tmp_path / "out").exists()
    finally:
        bench.close()
