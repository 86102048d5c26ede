"""《数字化基础、管理及成效评测表》 and 《数字化经营应用场景等级判定表》, as answered at one stage.

Options, questions and criteria are the official table's own words (工信厅企业〔2024〕56号).
"""

from fractions import Fraction

from exporters.blocks import Block, Cell, Paragraph, Row, Table, head_row
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import level_word
from forms.dossier import Answer, Attachment, Photo, picked
from forms.evaluation import Stage
from forms.fields import chosen
from forms.figures import Figures, Input, InputKind
from forms.instrument import Dimension, Item, Kind, Scene, SceneGroup, points_text
from grading.figures import propose
from grading.score import Grade

ITEMS_TITLE = "数字化基础、管理及成效评测表"
SCENES_TITLE = "数字化经营应用场景等级判定表"


def blocks(source: Source, stage: Stage = Stage.DIAGNOSIS) -> list[Block]:
    """Both tables with their titles and what they come to."""
    return [
        Paragraph(ITEMS_TITLE, Style.FORM_TITLE),
        items_table(source, stage),
        Paragraph(SCENES_TITLE, Style.FORM_TITLE, before_pt=14),
        scenes_table(source, stage),
        *_result(source, stage),
    ]


def items_table(source: Source, stage: Stage) -> Table:
    """Every item with its options, the figures beside them, what was seen, and its score."""
    figures = Figures.parse(source.pack.figures, source.pack.instrument)
    rows = [head_row("一级指标", "二级指标", "采集项", "选项及填报数据", "得分")]
    for dimension in source.pack.instrument.dimensions:
        rows += _dimension_rows(source, stage, dimension, figures)
    return Table((23, 19, 30, 68, 16), tuple(rows), head_rows=1)


def scenes_table(source: Source, stage: Stage) -> Table:
    """Every scene with its four criteria as a ladder, and the level judged."""
    rows = [head_row("业务", "应用场景", "等级要求", "判定等级", "判定依据")]
    for group in source.pack.instrument.scene_groups:
        rows += _group_rows(source, stage, group)
    return Table((13, 19, 76, 13, 35), tuple(rows), head_rows=1)


def _dimension_rows(
    source: Source, stage: Stage, dimension: Dimension, figures: Figures
) -> list[Row]:
    grade = source.grades.get(stage)
    rows: list[Row] = []
    height = sum(len(indicator.items) for indicator in dimension.indicators)
    for indicator in dimension.indicators:
        for place, item in enumerate(indicator.items):
            cells: list[Cell] = []
            if not rows:
                cells.append(_spanning(dimension.name, dimension.points, height))
            if not place:
                cells.append(_spanning(indicator.name, indicator.points, len(indicator.items)))
            kind = "多选" if item.kind is Kind.MULTI else "单选"
            full = points_text(item.points, trim=True)
            cells += [
                Cell(f"{item.name}\n{item.question}（{kind}，满分{full}分）"),
                Cell(_item_text(source, stage, item, figures)),
                Cell(_item_points(grade, item), align=Align.CENTRE),
            ]
            rows.append(Row(tuple(cells)))
    return rows


def _spanning(name: str, points: int, height: int) -> Cell:
    text = f"{name}\n（{points_text(points, trim=True)}分）"
    return Cell(text, rowspan=height, align=Align.CENTRE, top=height > 2)


def _item_points(grade: Grade | None, item: Item) -> str:
    if grade is None or item.name in grade.unanswered:
        return ""
    return points_text(grade.items[item.name], trim=True)


def _item_text(source: Source, stage: Stage, item: Item, figures: Figures) -> str:
    answer = source.dossier.answer(stage, item.name)
    on = set(chosen(answer.chosen))
    found = [
        f"{'☑' if option.key in on else '□'}{option.key}.{option.text}" for option in item.options
    ]
    numbers = _figure_lines(source, stage, item, figures)
    if numbers:
        found.append(f"填报数据：{'；'.join(numbers)}")
    return "\n".join([*found, *_grounds(source, answer)])


def _figure_lines(source: Source, stage: Stage, item: Item, figures: Figures) -> list[str]:
    """The numbers typed beside an item, and the one the official form wants computed from them."""
    retrofitted = stage is Stage.RETROFIT
    typed = {
        entry.key: str(value)
        for entry in figures.inputs
        if (value := source.dossier.answer(stage, entry.item).figures.get(entry.key))
    }
    found = [
        f"{entry.label_at(retrofitted)}{typed[entry.key].strip()}{_unit(entry)}"
        for entry in figures.inputs
        if entry.item == item.name and entry.key in typed
    ]
    figure = figures.of(item.name)
    if figure is not None and figure.field:
        recorded = propose(figure, typed, retrofitted).recorded
        if recorded is not None:
            found.append(f"{figure.field}：{_rounded(recorded)}")
    return found


def _unit(entry: Input) -> str:
    # A person may have typed the sign already.
    return "" if entry.kind is InputKind.PERCENT else entry.unit


def _rounded(value: Fraction) -> str:
    """Two decimals, halves up, without trailing zeros; nothing is decided by it.

    >>> _rounded(Fraction(575, 10)), _rounded(Fraction(100, 3)), _rounded(Fraction(1005, 1000))
    ('57.5', '33.33', '1.01')
    """
    cents = (value * 200 + 1) // 2
    return f"{cents // 100}.{cents % 100:02d}".rstrip("0").rstrip(".")


def _group_rows(source: Source, stage: Stage, group: SceneGroup) -> list[Row]:
    rows = []
    for place, scene in enumerate(group.scenes):
        answer = source.dossier.answer(stage, scene.name)
        cells = (
            Cell(scene.name + ("*" if scene.binding else ""), align=Align.CENTRE),
            Cell(_ladder(scene, answer.level)),
            Cell(_level(answer.level, scene), align=Align.CENTRE),
            Cell("\n".join(_grounds(source, answer, label=""))),
        )
        name = Cell(group.name, rowspan=len(group.scenes), align=Align.CENTRE, top=True)
        rows.append(Row(cells if place else (name, *cells)))
    return rows


def _ladder(scene: Scene, level: int | None) -> str:
    rungs = [f"{'☑' if level == 0 else '□'}无等级"]
    rungs += [
        f"{'☑' if level == number else '□'}{level_word(number)}：{text}"
        for number, text in enumerate(scene.criteria, start=1)
    ]
    return "\n".join(rungs)


def _level(level: int | None, scene: Scene) -> str:
    known = level is not None and 0 <= level <= len(scene.criteria)
    return level_word(level) if known and level is not None else ""


def _grounds(source: Source, answer: Answer, label: str = "判定依据：") -> list[str]:
    """What an answer rests on: the note, why it departs, the photos and files tied to it."""
    found = [f"{label}{answer.note.strip()}"] if answer.note.strip() else []
    if answer.reason.strip():
        found.append(f"另选理由：{answer.reason.strip()}")
    photos = picked(answer.photos, source.dossier.all(Photo))
    files = picked(answer.attachments, source.dossier.all(Attachment))
    tied = [f"现场照片{len(photos)}张"] if photos else []
    tied += [f"“{file.name}”" for file in files]
    if tied:
        found.append(f"凭据：{'、'.join(tied)}")
    return found


def _result(source: Source, stage: Stage) -> list[Block]:
    """What both tables come to; nothing while questions are open."""
    grade = source.grades.get(stage)
    if grade is None or not grade.complete:
        return []
    instrument = source.pack.instrument
    text = (
        f"评测结果：综合得分{points_text(grade.total, trim=True)}分，"
        f"等级为{instrument.level_label(grade.level)}。标*为约束性场景。"
    )
    return [Paragraph(text, Style.NOTE)]
