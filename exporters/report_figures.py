"""The report's pictures of the results, numbered with those that the outline itself names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exporters.blocks import Block, Caption, Picture
from exporters.ladder_chart import ladder
from exporters.report_results import diagnosis
from exporters.result_charts import radar, score_bars
from exporters.source import Source
from exporters.wording import numeral
from forms.evaluation import Stage
from forms.outline import NUMBERED
from grading import results
from grading.sheet import sheet_of


@dataclass(frozen=True)
class _Result:
    """A picture of the results: below which table, whether its answers are whole, its title."""

    table: str
    settled: bool
    title: str
    draw: Callable[[], Picture | None]


def blocks(source: Source, name: str) -> list[Block]:
    """The pictures that belong to the table `scores`, or the one that belongs to `scenes`.

    Each is there once its answers are whole; the others are left out, and the numbers go on without
    a gap. Where words alone are counted, only the captions are made.
    """
    number, found = _number(source, name), list[Block]()
    for each in (each for each in _results(source) if each.settled and each.table == name):
        picture = each.draw() if source.drawn else None
        found += [*([picture] if picture is not None else []), Caption("图", number, each.title)]
        number += 1
    return found


def caption(source: Source, name: str) -> Caption:
    """The caption of a picture that the outline shows by itself."""
    return Caption("图", _number(source, name), source.pack.outline.title(name))


def _number(source: Source, name: str) -> int:
    """The number of the first picture that belongs to something the outline shows."""
    settled = [each.table for each in _results(source) if each.settled]
    shown = list(source.pack.outline.numbers)
    before = shown[: shown.index(name)]
    return 1 + sum((NUMBERED[each].kind == "图") + settled.count(each) for each in before)


def _results(source: Source) -> tuple[_Result, ...]:
    held, instrument = diagnosis(source), source.pack.instrument
    if held is None:
        return ()
    sheet = sheet_of(source.dossier, Stage.DIAGNOSIS, instrument)
    scenes = len(instrument.scenes)
    wheel = results.radar(instrument, source.grades, Stage.DIAGNOSIS)
    bars = results.scores(instrument, held)
    rungs = results.ladder(instrument, sheet, held, template=True)
    rates, levels = instrument.rates, f"{numeral(scenes)}个应用场景等级"
    return (
        _Result("scores", wheel.settled, rates, lambda: radar(wheel)),
        _Result("scores", bars.settled, "各维度得分及综合得分", lambda: score_bars(bars)),
        _Result("scenes", rungs.settled, levels, lambda: ladder(rungs)),
    )
