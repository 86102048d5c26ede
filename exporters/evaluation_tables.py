"""《数字化基础、管理及成效评测表》 and 《数字化经营应用场景等级判定表》, as answered at one stage.

Options, questions and criteria are the official table's own words (工信厅企业〔2024〕56号).
"""

from collections.abc import Mapping
from fractions import Fraction

from exporters.blocks import (
    Block,
    Cell,
    Document,
    Paragraph,
    Row,
    Table,
    check_boxes,
    head_row,
)
from exporters.form_rows import FormRows
from exporters.report_results import scenes_sentence
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import date_text, level_word
from forms.dossier import Answer, Attachment, Enterprise, Photo, Provider, Visit, picked
from forms.evaluation import STAGE_NAMES, Stage
from forms.fields import chosen
from forms.figures import Figure, Figures, Input, InputKind
from forms.instrument import NO_LEVEL, Dimension, Item, Kind, Scene, SceneGroup, points_text
from grading.figures import propose
from grading.score import Grade
from grading.sheet import numbers_of


def items_title(source: Source) -> str:
    """数字化基础、管理及成效评测表."""
    return source.pack.called("points")


def scenes_title(source: Source) -> str:
    """数字化经营应用场景等级判定表."""
    return source.pack.called("scenes")


_BINDING = "标*为约束性场景。"


def compose_points(source: Source, stage: Stage = Stage.DIAGNOSIS) -> Document:
    """The first table as a document by itself, closed by the score."""
    closing = _points_sentence(source, stage) + _result(source, stage)
    return _document(source, stage, items_title(source), items_table(source, stage), closing)


def compose_scenes(source: Source, stage: Stage = Stage.DIAGNOSIS) -> Document:
    """The second table as a document by itself, closed by the levels that scenes reached."""
    closing = scenes_sentence(source, stage).text + _result(source, stage) + _BINDING
    return _document(source, stage, scenes_title(source), scenes_table(source, stage), closing)


def _document(source: Source, stage: Stage, title: str, table: Table, closing: str) -> Document:
    enterprise, provider = source.dossier.one(Enterprise), source.dossier.one(Provider)
    days = [date_text(visit.date) for visit in source.dossier.all(Visit) if visit.date]
    form = FormRows(marked=source.draft)
    head = [form.pair("企业名称", enterprise.name, "评测阶段", STAGE_NAMES[stage], 8)]
    if days and stage is Stage.DIAGNOSIS:
        when = "\n".join(days)
        head.append(form.pair("咨询诊断服务商", provider.name, "现场诊断日期", when, 8))
    else:
        head.append(form.wide("咨询诊断服务商", provider.name, 8))
    return Document(
        title=f"{enterprise.name.strip()}{title}（{STAGE_NAMES[stage]}）",
        blocks=(
            Paragraph(title, Style.FORM_TITLE),
            Table((32, 58, 30, 36), tuple(head)),
            table,
            Paragraph(closing, Style.NOTE),
        ),
        draft=source.draft,
        author=provider.name,
    )


def blocks(source: Source, stage: Stage = Stage.DIAGNOSIS) -> list[Block]:
    """Both tables with their titles and what they come to."""
    result = _result(source, stage)
    return [
        Paragraph(items_title(source), Style.FORM_TITLE),
        items_table(source, stage),
        Paragraph(scenes_title(source), Style.FORM_TITLE, before_pt=14),
        scenes_table(source, stage),
        *([Paragraph(result + _BINDING, Style.NOTE)] if result else []),
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
    return Table((13, 21, 75, 13, 34), tuple(rows), head_rows=1)


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
    found = [option_boxes(item, answer, gap="\n")]
    numbers = _figure_lines(source, stage, item, figures)
    if numbers:
        found.append(f"填报数据：{'；'.join(numbers)}")
    return "\n".join([*found, *grounds(source, answer)])


def option_boxes(item: Item, answer: Answer, gap: str = "　") -> str:
    """An item's options with those ticked that were chosen."""
    texts = {option.key: f"{option.key}.{option.text}" for option in item.options}
    on = [texts[key] for key in chosen(answer.chosen) if key in texts]
    return check_boxes(texts.values(), on, gap)


def _figure_lines(source: Source, stage: Stage, item: Item, figures: Figures) -> list[str]:
    """The numbers typed beside an item, and the one the official form wants computed from them."""
    typed = numbers_of(source.dossier, stage, figures)
    found = [
        f"{entry.label_at(stage is Stage.RETROFIT)}{typed[entry.key]}{_unit(entry)}"
        for entry in figures.inputs
        if entry.item == item.name and entry.key in typed
    ]
    figure = figures.of(item.name)
    value = computed(figure, typed, stage) if figure else ""
    return [*found, f"{figure.field}：{value}"] if figure and value else found


def computed(figure: Figure, typed: Mapping[str, str], stage: Stage) -> str:
    """What the official form wants computed from typed numbers; nothing where it cannot be."""
    if not figure.field:
        return ""
    recorded = propose(figure, typed, stage is Stage.RETROFIT).recorded
    return "" if recorded is None else _rounded(recorded)


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
            Cell(ladder(scene, answer.level)),
            Cell(_level(answer.level, scene), align=Align.CENTRE),
            Cell("\n".join(grounds(source, answer, label=""))),
        )
        name = Cell(group.name, rowspan=len(group.scenes), align=Align.CENTRE, top=True)
        rows.append(Row(cells if place else (name, *cells)))
    return rows


def ladder(scene: Scene, level: int | None, gap: str = "\n") -> str:
    """A scene's levels with their criteria, the one judged ticked."""
    rungs = [NO_LEVEL]
    rungs += [f"{level_word(n)}：{text}" for n, text in enumerate(scene.criteria, start=1)]
    on = rungs[level : level + 1] if level is not None and level >= 0 else []
    return check_boxes(rungs, on, gap)


def _level(level: int | None, scene: Scene) -> str:
    known = level is not None and 0 <= level <= len(scene.criteria)
    return level_word(level) if known and level is not None else ""


def grounds(source: Source, answer: Answer, label: str = "判定依据：") -> list[str]:
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


def _points_sentence(source: Source, stage: Stage) -> str:
    """The score by dimension, or how many items are open."""
    grade, instrument = source.grades.get(stage), source.pack.instrument
    names = {item.name for item in instrument.items}
    left = len(names if grade is None else names & set(grade.unanswered))
    if grade is None or left:
        return f"尚有{left}个采集项未作答，得分待定。"
    parts = "、".join(
        f"{d.name}{points_text(grade.dimensions[d.name], trim=True)}分"
        for d in instrument.dimensions
    )
    return f"各维度得分：{parts}（满分{points_text(instrument.points, trim=True)}分）。"


def _result(source: Source, stage: Stage) -> str:
    """What both tables come to; nothing while questions are open."""
    grade = source.grades.get(stage)
    if grade is None or not grade.complete:
        return ""
    level = source.pack.instrument.level_label(grade.level)
    return f"评测结果：综合得分{points_text(grade.total, trim=True)}分，等级为{level}。"
