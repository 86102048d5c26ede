"""The briefing's slides about the results: level, indicators, score, scenes, the way on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from exporters.ladder_chart import wide_ladder
from exporters.report_results import diagnosis
from exporters.result_charts import points, radar, score_bars, way
from exporters.slides import Slide, Text
from exporters.source import Source
from exporters.wording import level_word, numeral
from forms.evaluation import Stage
from forms.instrument import Instrument
from grading import results
from grading.results import LadderView, RadarAxis, RadarView, ScoreView
from grading.route import route
from grading.score import Grade
from grading.sheet import sheet_of
from grading.why import reasons

_ENLARGED = 1.4
_ITEMS = 5
"""So many items with the most points left are named on the slide, all of them in the notes."""


_APART = re.compile(r"(?<=[^!-~]) | (?=[^!-~])")


def printed(sentence: str) -> str:
    """A sentence of the screen as documents write it: no blanks between Chinese and figures."""
    return _APART.sub("", sentence)


def result_slides(source: Source) -> Iterator[Slide]:
    """Level and score in one statement, then a picture a slide, each as far as it is answered."""
    held, instrument = diagnosis(source), source.pack.instrument
    if held is None:
        return
    if held.complete:
        yield _level(held, instrument)
    yield from _radar(results.radar(instrument, source.grades, Stage.DIAGNOSIS))
    yield from _scores(results.scores(instrument, held))
    yield from _ladder(_ladder_view(source, held))
    if Stage.RETROFIT in source.grades:
        after = results.radar(instrument, source.grades, Stage.RETROFIT)
        if after.other_settled:
            yield from _radar(after)


def way_slide(source: Source) -> Iterator[Slide]:
    """What the next level lacks in points and scenes, and where they are to be had."""
    held, instrument = diagnosis(source), source.pack.instrument
    ahead = route(held) if held is not None and held.complete else None
    if held is None or ahead is None:
        return
    scenes = results.lacking_scenes(held)
    parts = [f"{points(ahead.points)}分"] if ahead.points else []
    parts += [f"{scenes}个应用场景"] if scenes else []
    left = results.items_left(instrument, held)
    texts = []
    if ahead.points:
        named = "、".join(f"{item.name}（{points(rest)}分）" for item, rest in left[:_ITEMS])
        texts.append(Text(f"尚可得分较多的采集项：{named}。", 18, bullet=True))
    below = [rung for rung in _ladder_view(source, held).rungs if rung.wanted is not None]
    if below:
        named = "、".join(f"{rung.name}*" if rung.binding else rung.name for rung in below)
        words = f"提升至{level_word(ahead.level)}即可计入的应用场景（*为约束性）：{named}。"
        texts.append(Text(words, 18, bullet=True))
    notes = "\n".join(
        (
            printed(reasons(instrument, held).lacking),
            "尚可得分的采集项：" + "、".join(f"{item.name}{points(rest)}分" for item, rest in left),
        )
    )
    title = f"到{level_word(ahead.level)}还差{'和'.join(parts)}"
    yield Slide(title, tuple(texts), way(results.measures(held)), notes=notes)


def _ladder_view(source: Source, held: Grade) -> LadderView:
    instrument = source.pack.instrument
    return results.ladder(instrument, sheet_of(source.dossier, Stage.DIAGNOSIS, instrument), held)


def _level(held: Grade, instrument: Instrument) -> Slide:
    """The one statement that all came for."""
    why = reasons(instrument, held)
    said = [why.reached] + ([why.weakness.sentence] if why.weakness else [])
    return Slide(
        "数字化水平等级",
        (
            Text(instrument.level_label(held.level), 66, bold=True),
            Text(f"综合得分{points(held.total)}分", 44),
            *(Text(printed(sentence), quiet=True) for sentence in said),
        ),
        notes=printed("\n".join(why.sentences)),
    )


def _radar(view: RadarView) -> Iterator[Slide]:
    picture = radar(view, _ENLARGED)
    if picture is None:
        return
    weak = view.weakest
    title = f"{numeral(len(view.axes))}项指标得分率"
    if view.stage is Stage.RETROFIT:
        title = f"改造前后{title}"
    elif weak:
        title = f"得分率最低的指标：{'、'.join(axis.name for axis in weak)}（{_percent(weak[0])}）"
    yield Slide(title, picture=picture, notes=picture.alt)


def _percent(axis: RadarAxis) -> str:
    """A share in tenths of a per cent, half up, without trailing zeros: 26.3%, 25%."""
    tenths = (Fraction(axis.score, axis.full) * 2000 + 1) // 2
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0") + "%"


def _scores(view: ScoreView) -> Iterator[Slide]:
    picture = score_bars(view)
    if picture is None:
        return
    ahead = next((line for line in view.lines if not line.met), None)
    title = f"综合得分{points(view.total)}分"
    if ahead is not None:
        title += f"，距{ahead.name}得分要求差{points(ahead.score - view.total)}分"
    yield Slide(title, picture=picture, notes=picture.alt)


def _ladder(view: LadderView) -> Iterator[Slide]:
    """The title names the highest level that any scene has reached."""
    picture = wide_ladder(view)
    if picture is None:
        return
    best = next((count for count in reversed(view.counts) if count.scenes), None)
    title = f"{numeral(len(view.rungs))}个应用场景均为无等级"
    if best is not None:
        title = f"{best.scenes}个应用场景达到{best.name}，其中约束性{best.binding}个"
    yield Slide(title, picture=picture, notes=picture.alt)
