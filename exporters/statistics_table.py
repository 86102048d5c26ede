"""The counts over all dossiers as further sheets of the registry, each with its numbers, and with a
chart of the spreadsheet's own where a picture says more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from exporters.registry_table import Column, Sheets
from exporters.wording import level_word
from forms.evaluation import STAGE_NAMES, Stage
from grading.across import KIND_NAMES
from grading.overview import UNNAMED, Overview
from grading.statistics import LEVELS, Row, mean

LEVEL_HEADS = tuple("未评" if level is None else level_word(level) for level in LEVELS)
_LEVEL_TINTS = ("FFFFFF", "E4E7EB", "CDE6E1", "86C4BA", "1F7A6F", "0C4A43")
_STEP_TINTS = ("848D98", "C3CAD2")
_STATE_TINTS = ("FFFFFF", "C3CAD2", "B21F2D", "1C6A41")
_PLACES = {"industry": "细分行业", "district": "县（市、区）"}
_STAGES = (Stage.DIAGNOSIS, Stage.SELF, Stage.RETROFIT)
_DRAWN = 20
"""So many rows of a long table are drawn."""

Line = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Chart:
    """The columns of a sheet, from 0, that are laid end to end; `names` is whose they are, `count`
    how many rows from the first on."""

    names: int
    first: int
    tints: Sequence[str]
    count: int


def add(sheets: Sheets, seen: Overview) -> None:
    """Put the sheets behind those that there are."""
    for title, heads, lines, chart in _tables(seen):
        columns = [_column(head, width, n) for n, (head, width) in enumerate(heads)]
        sheet = sheets.fill(title, columns, lines)
        if chart is not None and chart.count:
            sheet.insert_chart(1, len(heads) + 1, _drawn(sheets, title, chart))


Heads = Sequence[tuple[str, float]]


def _tables(seen: Overview) -> Iterator[tuple[str, Heads, list[Line], _Chart | None]]:
    steps = [(f"{r.number}.{r.name}", r.at, r.beyond, r.reached) for r in seen.funnel]
    yield (
        "各步骤企业数",
        (("步骤", 24), ("正在该步", 12), ("已过该步", 12), ("到达该步", 12)),
        steps,
        _Chart(0, 1, _STEP_TINTS, len(steps)),
    )
    for place, word in _PLACES.items():
        lines: list[Line] = [
            (STAGE_NAMES[stage], *_level_line(row))
            for stage in _STAGES
            for row in seen.levels[place, stage]
        ]
        heads = (("评测", 10), (word, 30), *_LEVEL_COLUMNS)
        drawn = len(seen.levels[place, Stage.DIAGNOSIS])
        yield f"{word}等级分布", heads, lines, _Chart(1, 2, _LEVEL_TINTS, drawn)
    yield (
        "场景等级分布",
        (("分组方式", 14), ("组", 30), ("场景", 16), *_LEVEL_COLUMNS),
        list(_scene_lines(seen)),
        _Chart(2, 3, _LEVEL_TINTS, len(seen.scenes)),
    )
    for word, rows in ((_PLACES["district"], seen.districts), ("服务商", seen.providers)):
        lines = [
            (
                *(r.name, r.unsigned, r.running, r.overdue, r.finished, r.total),
                *(r.blocked, r.returned, r.times, r.unanswered),
            )
            for r in rows
        ]
        heads = ((word, 34), *((head, 10) for head in _STATE_HEADS))
        yield f"{word}进度", heads, lines, _Chart(0, 1, _STATE_TINTS, min(len(rows), _DRAWN))
    yield _people(seen)
    yield _pairs(seen)


_LEVEL_COLUMNS = (*((head, 10) for head in LEVEL_HEADS), ("合计", 10), ("平均等级", 10))
_STATE_HEADS = (
    *("未签协议", "进行中", "已逾期", "已备齐", "合计"),
    *("有阻断", "退回企业数", "退回次数", "未办结意见"),
)


def _level_line(row: Row) -> Line:
    average = mean(row)
    return (row.name, *row.counts, row.total, None if average is None else round(average, 2))


def _scene_lines(seen: Overview) -> Iterator[Line]:
    for row in seen.scenes:
        yield "全部", "全部档案", *_level_line(row)
    for place, word in _PLACES.items():
        for group, rows in seen.scenes_by[place].items():
            for row in rows:
                yield word, group, *_level_line(row)


def _people(seen: Overview) -> tuple[str, Heads, list[Line], _Chart]:
    heads = (
        *(("姓名", 12), ("咨询诊断机构", 34), ("担任组长", 10), ("参加", 10), ("档案数", 10)),
        *(("进行中", 10), ("已逾期", 10), ("现场次数", 10), ("现场小时", 10), ("最近剩余天数", 14)),
    )
    lines: list[Line] = [
        (
            *(w.name, w.organisation, w.led, w.dossiers - w.led, w.dossiers, w.running),
            *(w.overdue, w.visits, round(w.minutes / 60, 1), w.due),
        )
        for w in seen.workloads
    ]
    return "诊断人员工作量", heads, lines, _Chart(0, 2, _STEP_TINTS, min(len(lines), _DRAWN))


def _pairs(seen: Overview) -> tuple[str, Heads, list[Line], None]:
    heads = (("情况", 18), ("企业", 36), ("另一企业", 36), ("说明", 60))
    lines: list[Line] = [
        (
            KIND_NAMES[pair.kind],
            seen.names.get(pair.one, UNNAMED),
            seen.names.get(pair.other, UNNAMED),
            pair.words,
        )
        for pair in seen.pairs
    ]
    return "跨档案核对", heads, lines, None


def _column(head: str, width: float, place: int) -> Column[Line]:
    value: Callable[[Line], Any] = itemgetter(place)
    return Column(head, width, value)


def _drawn(sheets: Sheets, title: str, chart: _Chart) -> Any:
    """A bar a row with its columns end to end, to stand beside the table."""
    bars = sheets.book.add_chart({"type": "bar", "subtype": "stacked"})
    last = chart.count
    for place, tint in enumerate(chart.tints, chart.first):
        bars.add_series(
            {
                "name": [title, 0, place],
                "categories": [title, 1, chart.names, last, chart.names],
                "values": [title, 1, place, last, place],
                "fill": {"color": f"#{tint}"},
                "border": {"color": "#848D98"},
                "gap": 40,
            }
        )
    bars.set_title({"name": title, "name_font": {"size": 12}})
    bars.set_y_axis({"reverse": True})  # as the table reads: the first row on top
    bars.set_x_axis(
        {"num_format": "0", "major_gridlines": {"visible": True, "line": {"color": "#DFE3E7"}}}
    )
    bars.set_legend({"position": "bottom"})
    bars.set_size({"width": 820, "height": max(280, 28 * chart.count + 140)})
    return bars
