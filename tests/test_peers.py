"""An enterprise beside its industry in the store: only diagnosed, real ones, five at least."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.packs import load_advice, load_pack
from app.peers import industry_peers
from app.workbench import Workbench
from exporters.draft_pain import weighed
from exporters.drafting import Teller
from forms.evaluation import Stage
from grading.pain import overrated, weigh
from grading.peers import peers
from grading.score import grade
from grading.sheet import Sheet, sheet_of
from tests.draft_kit import sample, source_of
from tests.sample_cases import SAMPLES
from widgets.desk import Desk
from widgets.pages.results import ResultsPage

TRADE = "汽车零部件配件制造业"
TABLE = load_pack().instrument


def sheet(level: int, best: int = 0) -> Sheet:
    """Every scene at one level; the first `best` items at their best, the others at their worst."""
    items = {}
    for place, item in enumerate(TABLE.items):
        ranked = sorted(item.options, key=lambda o: o.score)
        items[item.name] = frozenset((ranked[-1 if place < best else 0].key,))
    return Sheet(items, {scene.name: level for scene in TABLE.scenes})


def answers(held: Sheet) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"stage": "diagnosis", "subject": name, "chosen": sorted(keys)}
        for name, keys in held.items.items()
    ]
    return rows + [
        {"stage": "diagnosis", "subject": name, "level": level}
        for name, level in held.scenes.items()
    ]


def put(bench: Workbench, held: Sheet, industry: str = TRADE, **more: Any) -> UUID:
    enterprise = {"name": "示例企业", "industry": industry}
    mapping = {"format": "zhengai-dossier/1", "enterprise": enterprise, **more}
    return bench.import_mapping({**mapping, "answer": answers(held)})


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    opened = Workbench.open(tmp_path / "store")
    yield opened
    opened.close()


@pytest.mark.parametrize("count", [5, 6])
def test_median_levels_and_shares_are_those_of_the_single_grades(count: int) -> None:
    sheets = [sheet(level % 3, level) for level in range(count)]
    grades = [grade(TABLE, each) for each in sheets]

    found = peers(TABLE, sheets)

    assert found is not None and found.count == count
    totals = sorted(each.total for each in grades)
    assert found.median * 2 == totals[(count - 1) // 2] + totals[count // 2]
    assert sum(found.levels.values()) == count
    for item in TABLE.items:
        earned = sum(each.items[item.name] for each in grades)
        assert found.shares[item.name] * item.points * count == earned


def test_of_four_or_of_unfinished_ones_nothing_is_said() -> None:
    assert peers(TABLE, [sheet(1)] * 4) is None
    assert peers(TABLE, [*[sheet(1)] * 4, Sheet(sheet(1).items, {})]) is None


def test_what_lies_below_the_mean_is_named_the_furthest_first() -> None:
    held = peers(TABLE, [sheet(1, best) for best in (0, 2, 4, 6, 8)])
    assert held is not None

    found = held.below(grade(TABLE, sheet(1)), TABLE)

    assert [mean - own for _, own, mean in found] == sorted(
        (mean - own for _, own, mean in found), reverse=True
    )
    assert {name for name, _, _ in found} == {item.name for item in TABLE.items[:8]}


def test_the_store_gives_the_others_of_the_industry_without_samples_and_withdrawn_ones(
    bench: Workbench,
) -> None:
    mine = put(bench, sheet(2, 4))
    others = [put(bench, sheet(1, best)) for best in range(5)]
    put(bench, sheet(4, 15), industry="电子元器件制造业")
    put(bench, sheet(4, 15), id="sample-auto-parts")
    found = industry_peers(bench, mine)
    assert found is not None
    assert found.count == 5 and found.median == grade(TABLE, sheet(1, 2)).total

    words = found.sentence(grade(TABLE, sheet(2, 4)))
    assert words.startswith(
        "在诊断机构已建档并完成诊断的5家同行业企业（不含本企业）中，得分的中位数为"
    )
    assert "高于中位数" in words and words.endswith("。")

    bench.withdraw(others[0], "dossier", others[0])
    assert industry_peers(bench, mine) is None


@pytest.mark.parametrize("slug", ["auto-parts", "herbal-pharma", "electronics"])
def test_page_and_draft_rank_the_areas_alike(slug: str) -> None:
    source, areas = source_of(sample(slug)), load_pack().areas
    held, own = source.grades[Stage.DIAGNOSIS], source.grades[Stage.SELF]
    levels = sheet_of(source.dossier, Stage.DIAGNOSIS, TABLE).scenes

    ranked = weigh(held, TABLE, areas, levels)

    assert ranked == weighed(Teller(source, load_advice(), "2.pain"))
    assert [each.weight for each in ranked] == sorted((e.weight for e in ranked), reverse=True)
    named = [name for area in areas.pain for name in (*area.items, *area.scenes)]
    assert len(named) == len(set(named)) and set(levels) <= set(named)
    for area in areas.pain:
        apart = overrated(area, own, held)
        assert apart == sum(own.items[n] for n in area.items) - sum(
            held.items[n] for n in area.items
        )


def test_the_results_page_shows_both_and_the_sentence_can_be_copied(
    qtbot: QtBot, bench: Workbench
) -> None:
    raw = yaml.safe_load((SAMPLES / "auto-parts" / "dossier.yaml").read_text("utf-8"))
    mine = bench.import_mapping(raw)
    desk = Desk(bench, mine)
    page = ResultsPage(desk)
    qtbot.addWidget(page)
    qtbot.addWidget(page.header())
    with qtbot.waitExposed(page):
        page.show()
    qtbot.waitUntil(lambda: page.peers.idle)
    assert page.peers.isHidden()  # alone in its industry
    rows = page.pain.rows()
    assert rows[0].name == "车间网络、设备联网与数据采集"
    assert rows[0].tag == "自评高于诊断 4.9 分" and rows[0].lacks == "失 16.8 分"
    page.pain.activated.emit(rows[0].subject)

    for best in range(5):
        put(bench, sheet(1, best))
    page.hide()
    page.show()
    qtbot.waitUntil(page.peers.isVisible)
    assert page.peers.note.text() == "本机档案中同行业 5 家，不含本企业和样例"
    page.peers.copy.click()
    assert page.peers.peers is not None
    assert QGuiApplication.clipboard().text() == page.peers.peers.sentence(
        desk.grade(Stage.DIAGNOSIS)
    )
    page.switch(Stage.SELF)
    assert page.peers.isHidden() and page.pain.isHidden()
    desk.close()
