"""The pictures of the results: they say what the grade says, and nothing while answers are open."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from time import process_time

import pytest
from PIL import Image

from app.packs import load_pack
from exporters import ladder_chart, report, report_figures, result_charts, words
from exporters.blocks import Caption, Picture
from exporters.canvas import BAD, BLUE, DPI, INK, PAPER, fitting, text_width
from exporters.pictures import load
from forms.evaluation import Stage
from grading import results
from grading.results import LadderView, RadarView, ScoreView
from grading.score import Grade, grade
from grading.sheet import Sheet
from tests.dossiers import empty_source, source_of
from tests.rule_cases import case_of, dossier_of, good

TABLE = load_pack().instrument
LONG = "名称很长的一项指标" * 5
NONE: Mapping[str, int] = {}


def answers(scene: int = 1, *, best: bool = False, levels: Mapping[str, int] = NONE) -> Sheet:
    """Everything answered: each item with its best or poorest single option."""
    pick = max if best else min
    items = {i.name: frozenset({pick(i.options, key=lambda o: o.score).key}) for i in TABLE.items}
    return Sheet(items, {s.name: levels.get(s.name, scene) for s in TABLE.scenes})


def without(sheet: Sheet, name: str) -> Sheet:
    return Sheet(
        {key: value for key, value in sheet.items.items() if key != name},
        {key: value for key, value in sheet.scenes.items() if key != name},
    )


def wheel(stage: Stage = Stage.DIAGNOSIS, **sheets: Sheet) -> RadarView:
    grades: Mapping[Stage, Grade] = {Stage(key): grade(TABLE, s) for key, s in sheets.items()}
    return results.radar(TABLE, grades, stage)


def bars(sheet: Sheet) -> ScoreView:
    return results.scores(TABLE, grade(TABLE, sheet))


def rungs(sheet: Sheet) -> LadderView:
    return results.ladder(TABLE, sheet, grade(TABLE, sheet))


def image_of(picture: Picture | None) -> Image.Image:
    """The drawing as a document would take it in."""
    assert picture is not None and isinstance(picture.source, bytes)
    loaded = load(picture.source)
    assert loaded is not None and loaded.kind == "png" and loaded.data == picture.source
    image = Image.open(io.BytesIO(picture.source))
    assert image.width == round(result_charts.WIDTH * DPI / 25.4)
    return image.convert("RGB")


def amount(image: Image.Image, *colours: str) -> int:
    """How many dots have exactly one of these colours."""
    wanted = {tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5)) for colour in colours}
    counted = image.getcolors(image.width * image.height) or []
    return sum(count for count, found in counted if found in wanted)


ITEM, SCENE = TABLE.items[0].name, TABLE.scenes[0].name


def test_nothing_is_drawn_that_an_open_answer_would_change() -> None:
    whole = answers()
    for open_item in (without(whole, ITEM), Sheet()):
        assert result_charts.radar(wheel(diagnosis=open_item)) is None
        assert result_charts.score_bars(bars(open_item)) is None
    assert ladder_chart.ladder(rungs(without(whole, ITEM))) is not None
    assert ladder_chart.ladder(rungs(without(whole, SCENE))) is None
    assert result_charts.radar(wheel(diagnosis=without(whole, SCENE))) is not None


def test_the_radar_lays_the_earlier_stage_under_the_later() -> None:
    poor, rich = answers(), answers(best=True)
    alone = result_charts.radar(wheel(diagnosis=rich))
    first = result_charts.radar(wheel(diagnosis=rich, self=poor))
    after = result_charts.radar(wheel(Stage.RETROFIT, retrofit=rich, diagnosis=poor))
    begun = result_charts.radar(wheel(diagnosis=rich, self=without(poor, ITEM)))
    assert alone is not None and first is not None and after is not None and begun is not None
    assert "虚线" not in alone.alt + begun.alt
    assert "实线为诊断，虚线为自评" in first.alt
    assert "实线为改造后，虚线为诊断" in after.alt
    # The broken line is dark, the whole one blue: both differ from the paper in grey, too.
    assert amount(image_of(first), INK) > amount(image_of(alone), INK) + 200
    assert amount(image_of(alone), BLUE) > 1000
    assert begun.source == alone.source


def test_the_weakest_indicators_are_named_and_marked() -> None:
    view = wheel(diagnosis=answers(best=True))
    shares = {axis.name: axis.score / axis.full for axis in view.axes}
    lowest = min(shares.values())
    assert [axis.name for axis in view.weakest] == [k for k, v in shares.items() if v == lowest]
    picture = result_charts.radar(view)
    assert picture is not None
    assert picture.alt.endswith(f"得分率最低的是{'、'.join(a.name for a in view.weakest)}。")
    assert amount(image_of(picture), BAD) > 100
    full = replace(view, axes=tuple(replace(axis, weak=False) for axis in view.axes))
    assert "最低" not in (result_charts.radar(full) or picture).alt


def test_the_lines_stand_where_the_pack_puts_the_levels() -> None:
    view = bars(answers(best=True))
    rules = {rule.level: rule.min_score for rule in TABLE.levels}
    assert {line.level: line.score for line in view.lines} == rules
    assert [line.met for line in view.lines] == [view.total >= score for score in rules.values()]
    moved = replace(
        view, lines=tuple(replace(line, score=line.score + 7000) for line in view.lines)
    )
    pictures = [result_charts.score_bars(each) for each in (view, moved)]
    assert pictures[1] is not None and "四级87分差" in pictures[1].alt
    for picture, shown in zip(pictures, (view, moved), strict=True):
        image, chart = image_of(picture), result_charts._Scores(shown)
        y = round((chart.total - 3.8) * DPI / 25.4)
        dark = [x for x in range(image.width) if image.getpixel((x, y)) == (26, 31, 37)]
        for line in shown.lines:
            assert round(chart._x(line.score) * DPI / 25.4) in dark


def test_lines_close_together_keep_their_labels_apart() -> None:
    view = bars(answers())
    close = tuple(replace(line, score=40_000 + place) for place, line in enumerate(view.lines))
    spots = result_charts._Scores(replace(view, lines=close)).spots
    assert sorted(row for _, row in spots) == [0, 1, 2, 3]
    image_of(result_charts.score_bars(replace(view, lines=close)))


def test_only_scenes_that_count_for_the_next_level_are_marked() -> None:
    view = rungs(answers(1, best=True))
    assert view.wanted == 2 and all(rung.wanted == 2 for rung in view.rungs)
    assert [count.asked for count in view.counts] == [rule.min_scenes for rule in TABLE.levels]
    guiding = {scene.name: 2 for scene in TABLE.scenes if not scene.binding}
    one = next(scene.name for scene in TABLE.scenes if scene.binding)
    view = rungs(answers(1, best=True, levels={**guiding, one: 2}))
    assert view.counts[1].scenes >= view.counts[1].asked
    marked = {rung.name for rung in view.rungs if rung.wanted is not None}
    assert marked == {s.name for s in TABLE.scenes if s.binding} - {one}
    picture = ladder_chart.ladder(view)
    assert picture is not None and "二级差约束性2个" in picture.alt
    assert rungs(answers(4, best=True)).wanted is None


def test_the_ladder_tells_every_scene_by_name_level_and_kind() -> None:
    sheet = answers(0, levels={s.name: place % 5 for place, s in enumerate(TABLE.scenes)})
    view = results.ladder(TABLE, sheet, grade(TABLE, sheet), template=True)
    picture = ladder_chart.ladder(view)
    assert picture is not None
    for scene in TABLE.scenes:
        star = "*" if scene.binding else ""
        assert f"{scene.template_name}{star}" in picture.alt
    assert picture.alt.startswith("十六个应用场景的等级（*为约束性场景）：四级3个：")
    image_of(picture)


def test_what_the_next_level_asks_for_is_said_in_full() -> None:
    held = grade(TABLE, answers(1, best=True))
    picture = result_charts.way(results.measures(held))
    assert picture is not None
    assert "达到二级的应用场景0/6个，差6个；其中约束性场景0/3个，差3个。" in picture.alt
    image_of(picture)
    assert result_charts.way(()) is None


def test_long_names_are_cut_and_stay_on_the_sheet() -> None:
    view = wheel(diagnosis=answers())
    long = replace(view, axes=tuple(replace(axis, name=LONG) for axis in view.axes))
    ladder = rungs(answers())
    groups = tuple(
        replace(g, title=LONG, rungs=tuple(replace(r, name=LONG) for r in g.rungs))
        for g in ladder.groups
    )
    score = bars(answers())
    parts = tuple(replace(part, name=LONG) for part in score.parts)
    for picture in (
        result_charts.radar(long),
        ladder_chart.ladder(replace(ladder, groups=groups)),
        result_charts.score_bars(replace(score, parts=parts)),
    ):
        image = image_of(picture)
        # Between names and what they name stays a gap, and the cut ends in dots.
        edge = image.crop((image.width - 2, 0, image.width, image.height))
        assert amount(edge, INK, BAD) < 40
    assert fitting(LONG, 20, 9).endswith("…")
    assert text_width(fitting(LONG, 20, 9), 9) <= 20
    assert fitting("短", 20, 9) == "短"


def test_drawing_all_three_takes_less_than_half_a_second() -> None:
    took = []
    for run in range(3):
        sheet = answers(run, best=bool(run % 2), levels={SCENE: 3})
        begun = process_time()
        result_charts.radar(wheel(diagnosis=sheet, self=answers(2)))
        result_charts.score_bars(bars(sheet))
        ladder_chart.ladder(rungs(sheet))
        took.append(process_time() - begun)
    assert min(took) < 0.5, took


TABLES = ("scores", "scenes")


def test_the_report_counts_captions_without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of(case_of(dossier_of(good())))
    whole = [b for name in TABLES for b in report_figures.blocks(source, name)]
    assert [type(block) for block in whole] == [Picture, Caption] * 3
    monkeypatch.setattr(report_figures, "radar", lambda view: pytest.fail("drawn"))
    counted = words.count_body(report.compose_body(source), 4)
    bare = replace(source, drawn=False)
    captions = [b for name in TABLES for b in report_figures.blocks(bare, name)]
    assert captions == [block for block in whole if isinstance(block, Caption)]
    ungraded = words.count_body(report.compose_body(replace(source, grades={})), 4)
    assert counted["二"] > ungraded["二"]
    for empty in (empty_source(), replace(empty_source(), grades={})):
        assert [report_figures.blocks(empty, name) for name in TABLES] == [[], []]


def test_the_numbers_go_on_where_a_picture_is_left_out() -> None:
    table = good()
    table["answer"] = [row for row in table["answer"] if row.get("subject") != ITEM]
    source = source_of(case_of(dossier_of(table)))
    scores, scenes = (report_figures.blocks(source, name) for name in TABLES)
    assert scores == []
    assert isinstance(scenes[1], Caption) and scenes[1].line == "图3 十六个应用场景等级"


def test_the_same_results_are_drawn_once() -> None:
    first, second = (result_charts.radar(wheel(diagnosis=answers())) for _ in range(2))
    assert first is not None and second is not None and first.source is second.source
    assert amount(image_of(first), PAPER) > 0
