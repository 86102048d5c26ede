"""The report's pictures of the results: 图3 on, behind the template's own 图1 and 图2."""

from __future__ import annotations

from collections.abc import Callable

from exporters.blocks import Block, Caption, Picture
from exporters.ladder_chart import ladder
from exporters.report_results import diagnosis
from exporters.result_charts import radar, score_bars
from exporters.source import Source
from exporters.wording import numeral
from forms.evaluation import Stage
from grading import results
from grading.sheet import sheet_of

_FIRST = 3


def blocks(source: Source) -> tuple[list[Block], list[Block]]:
    """The pictures that belong to table 7, and the one that belongs to table 8.

    Each is there once its answers are whole; the others are left out, and the numbers go on without
    a gap. Where words alone are counted, only the captions are made.
    """
    held, instrument = diagnosis(source), source.pack.instrument
    if held is None:
        return [], []
    sheet = sheet_of(source.dossier, Stage.DIAGNOSIS, instrument)
    indicators, scenes = len(instrument.indicators), len(instrument.scenes)
    wheel = results.radar(instrument, source.grades, Stage.DIAGNOSIS)
    bars = results.scores(instrument, held)
    rungs = results.ladder(instrument, sheet, held, template=True)
    figures: tuple[tuple[bool, str, Callable[[], Picture | None]], ...] = (
        (wheel.settled, f"{numeral(indicators)}项指标得分率", lambda: radar(wheel)),
        (bars.settled, "各维度得分及综合得分", lambda: score_bars(bars)),
        (rungs.settled, f"{numeral(scenes)}个应用场景等级", lambda: ladder(rungs)),
    )
    found: list[list[Block]] = []
    number = _FIRST
    for settled, title, draw in figures:
        picture = draw() if settled and source.drawn else None
        shown = [picture] if picture is not None else []
        found.append([*shown, Caption("图", number, title)] if settled else [])
        number += settled
    return [*found[0], *found[1]], found[2]
