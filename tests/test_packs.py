"""A city is a folder: a second, fictional pack runs the whole way, by data alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from docx import Document as open_docx
from pytestqt.qtbot import QtBot

from app import commands, drafts
from app.exchange import dump
from app.handing_out import pack
from app.merging import arrived
from app.packs import DEFAULT_PACK, known_packs, load_advice, load_pack
from app.samples import OF_PACK, load_sample
from app.workbench import Workbench
from exporters import bundle
from exporters.style import resource_path
from forms.dossier import Paragraph, Visit
from forms.errors import UserError
from forms.papers import PAPERS
from tests.window_kit import window
from widgets.pages.report import ReportPage
from widgets.pages.results import ResultsPage
from widgets.pages.road import RoadPage
from widgets.pages.walk import WalkPage

CITY = "yunchuan-2025"
_SHOWN = {"walk": WalkPage, "results": ResultsPage, "road": RoadPage, "report": ReportPage}
PACK, OTHER = load_pack(CITY), load_pack()


_WRITTEN = ("report", "records", "agreement", "points", "checksheet", "bundle")
"""The papers that show the pack; all others take a minute more and show no more of it."""


@dataclass(frozen=True)
class Made:
    """What was exported of the city's sample, photos and all."""

    folder: Path

    def words(self, name: str) -> list[str]:
        """The lines of a document, tables' cells among them."""
        (path,) = self.folder.rglob(name)
        document = open_docx(str(path))
        cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
        return [p.text for p in document.paragraphs] + cells


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    out = tmp_path_factory.mktemp("demo")
    held = Workbench.open(out / "data", pack=CITY)
    (slug,) = OF_PACK[CITY]
    (dossier,) = (step for step in load_sample(held, slug) if isinstance(step, UUID))
    for _ in held.export(dossier, out / "out", _WRITTEN):
        pass
    yield Made(out / "out")
    held.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    held = Workbench.open(tmp_path / "data", pack=CITY)
    held.set_person("王示例")
    yield held
    held.close()


def sample(bench: Workbench) -> UUID:
    """The city's dossier with its prose, without photos."""
    folder = resource_path("samples", *OF_PACK[CITY])
    mapping = yaml.safe_load((folder / "dossier.yaml").read_text("utf-8"))
    prose = yaml.safe_load((folder / "report.yaml").read_text("utf-8"))
    rows = [{"section": key, "text": text} for key, texts in prose.items() for text in texts]
    return bench.import_mapping({**mapping, "paragraph": rows})


def test_the_second_city_differs_in_everything_that_is_data() -> None:
    assert known_packs() == (DEFAULT_PACK, CITY)
    for part in (PACK, OTHER):
        assert load_advice(part.id).items.keys() == {item.name for item in part.instrument.items}
    names = [{item.name for item in pack.instrument.items} for pack in (PACK, OTHER)]
    assert names[0] != names[1]
    assert [len(pack.instrument.levels) for pack in (PACK, OTHER)] == [3, 4]
    assert not set(PACK.outline.by_key) & set(OTHER.outline.by_key)
    assert PACK.rules.keys() == OTHER.rules.keys()
    assert [pack.rules["VISIT-HOURS"].limit for pack in (PACK, OTHER)] == [2, 3]
    assert PACK.batches[0].share != OTHER.batches[0].share
    assert not set(PACK.districts) & set(OTHER.districts)


def test_nothing_of_the_second_city_seems_real() -> None:
    texts = (PACK.title, PACK.document, PACK.bureau, PACK.city, PACK.instrument.title)
    assert all("虚构" in text for text in texts)
    told = [
        word for rule in PACK.rules.values() for word in (rule.clause, rule.message, rule.remedy)
    ]
    assert [text for text in told if "长春" in text or "工信" in text] == []
    assert all(
        PACK.cite(clause).startswith("示例办法") for clause in ("方案 四（一）", "附件3 表9")
    )


def test_the_demo_makes_all_documents_of_the_second_city(made: Made) -> None:
    (whole,) = made.folder.rglob("*文件包.zip")
    assert bundle.verify(whole).whole
    report = made.words("工坊诊断报告.docx")
    headings = [s.heading for s in PACK.outline.sections if s.heading]
    places = [report.index(heading) for heading in headings]
    assert places == sorted(places), "the chapters are in this pack's order"
    captions = [t for t in report if t.startswith("表") and t[1].isdigit()]
    assert [int(t[1 : t.index(" ")]) for t in captions] == list(range(1, 12))
    assert captions[0] == "表1 各项指标得分"
    assert [t for t in report if t.startswith("图")] == [
        "图1 四项指标得分率",
        "图2 各维度得分及综合得分",
        "图3 六个应用场景等级",
        "图4 生产工艺流程概览",
    ]
    for name in (
        "工坊现场诊断记录表*.docx",
        "工坊诊断协议.docx",
        "核验单.docx",
        "基础条件和管理成效评测表.docx",
    ):
        told = "".join(made.words(name))
        assert "长春" not in told and "附件3" not in told and "方案四" not in told, name
    assert any(t.startswith("（虚构示例）") for t in made.words("工坊诊断协议.docx"))


def test_a_paper_and_its_file_are_called_as_the_pack_calls_it(made: Made) -> None:
    names = [{paper.name for paper in pack.papers} for pack in (PACK, OTHER)]
    own = names[0] - names[1]
    assert {"工坊诊断报告", "基础条件和管理成效评测表", "工坊业务应用场景等级判定表"} <= own
    files = {path.stem: path.stem.split("（")[0] for path in made.folder.rglob("*.docx")}
    assert not set(files.values()) & (names[1] - names[0])
    written = {file: name for file, name in files.items() if name in own}
    assert len(set(written.values())) == 4
    for file, name in written.items():
        assert any(name in line for line in made.words(f"{file}.docx")), file


def test_the_first_city_calls_its_papers_as_before() -> None:
    assert OTHER.papers == PAPERS


def test_the_record_of_a_visit_that_is_no_more_goes_under_any_name(
    bench: Workbench, tmp_path: Path
) -> None:
    dossier, out = sample(bench), tmp_path / "out"
    (first, *_) = bench.dossier(dossier).all(Visit)
    again = bench.add(dossier, "visit", date=first.date)
    list(bench.export(dossier, out, ("records",), draft=True))
    assert len(list(out.rglob("工坊现场诊断记录表（第2次）*.docx"))) == 1
    bench.put(dossier, "visit", again, "withdrawn", True)
    list(bench.export(dossier, out, ("records",), draft=True))
    assert len(list(out.rglob("*记录表*.docx"))) == 1


def test_the_report_is_drafted_by_replies_alone(bench: Workbench) -> None:
    dossier = sample(bench)
    before = len(bench.dossier(dossier).all(Paragraph))
    list(drafts.propose(bench, dossier))
    added = bench.dossier(dossier).all(Paragraph)[before - 1 :]
    assert {p.section for p in added if p.drafted} == {"B.profile", "D.steps"}


def test_the_window_shows_the_second_city(bench: Workbench, qtbot: QtBot) -> None:
    shown = window(qtbot, bench, sample(bench), "walk", judged=True)
    for key, kind in _SHOWN.items():
        shown.show_page(key)
        assert isinstance(shown.page(), kind)
    report = shown.page()
    assert isinstance(report, ReportPage)
    assert list(report.index.rows)[:3] == ["A", "A.level", "A.scenes"]
    assert report.sheet.entry.heading == "（一）等级和得分"


def test_a_store_has_one_pack(tmp_path: Path, bench: Workbench) -> None:
    folder = bench.store.folder
    bench.close()
    again = Workbench.open(folder)
    assert again.pack.id == CITY, "what was asked for once is kept"
    again.close()
    with pytest.raises(
        UserError, match=r"按“云川市（虚构）2025 年版”.*不能按方案包“changchun-2024”打开"
    ):
        Workbench.open(folder, pack=DEFAULT_PACK)
    with pytest.raises(UserError, match="没有方案包“atlantis”"):
        Workbench.open(tmp_path / "new", pack="atlantis")


def test_a_store_from_before_stays_with_the_first_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Workbench.open(tmp_path)
    old.create("示例厂")
    old.close()
    monkeypatch.setenv("ZHENGAI_PACK", CITY)
    with pytest.raises(UserError, match="不能按方案包“yunchuan-2025”打开"):
        Workbench.open(tmp_path)
    monkeypatch.delenv("ZHENGAI_PACK")
    again = Workbench.open(tmp_path)
    assert again.pack.id == DEFAULT_PACK
    again.close()


def test_a_dossier_of_another_pack_is_refused(tmp_path: Path, bench: Workbench) -> None:
    told = dump(bench.dossier(sample(bench)))
    other = Workbench.open(tmp_path / "other")
    with pytest.raises(UserError, match=r"这份档案按“云川市（虚构）2025 年版”编制.*没有导入"):
        other.import_mapping(told)
    assert other.summaries() == []
    other.close()


def test_a_bundle_of_another_pack_is_refused(tmp_path: Path, bench: Workbench) -> None:
    *_, last = pack(bench, sample(bench), tmp_path)
    assert last.made is not None
    other = Workbench.open(tmp_path / "other")
    with (
        pytest.raises(UserError, match=r"按“云川市（虚构）2025 年版”编制.*没有收入"),
        arrived(other, last.made),
    ):
        pass
    other.close()


def test_the_second_city_is_offered_to_nobody_who_does_not_ask(tmp_path: Path) -> None:
    held = Workbench.open(tmp_path)
    assert held.pack.id == DEFAULT_PACK
    held.close()


def test_the_demo_of_a_pack_that_is_not_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.run(["demo", str(tmp_path), "--pack", "atlantis"]) == 2
    assert "没有方案包“atlantis”" in capsys.readouterr().err
