"""改造前后对比表: the evaluation after the retrofit beside the diagnosis (方案 三（二）5).

The plan prescribes no form for it; this one is the program's own. What is not answered at both
stages is left blank, and no picture is drawn of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporters.blocks import Block, Cell, Document, Heading, Paragraph, Row, Table, head_row
from exporters.change_chart import point_bars, scene_steps
from exporters.form_rows import FormRows
from exporters.result_charts import points, radar
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import date_text, made_at, pilot
from forms.dossier import Assessment, Enterprise, Visit
from forms.evaluation import STAGE_NAMES, Stage
from forms.figures import Figures
from forms.instrument import Item
from grading import results
from grading.comparison import (
    Change,
    Comparison,
    LevelScenes,
    compared,
    sentences,
    signed_levels,
    signed_points,
)
from grading.effects import Checked, change_words, checked, figure_words, measured
from grading.sheet import numbers_of

TITLE = "改造前后对比表"
_WAS, _NOW = STAGE_NAMES[Stage.DIAGNOSIS], STAGE_NAMES[Stage.RETROFIT]
_HOW = (
    "所称成效与评测表的填报数据核对：数据所示的变化覆盖所称变化的，为数据支持；未覆盖的，为数据不支持；"
    "没有对应数据或数据不全的，为无数据可核。所称数值按其末位的一半计算允许误差，评测数据未作舍入，"
    "“…”表示其后还有小数。"
)


def compose(source: Source) -> Document:
    """The paper as the dossier stands."""
    held = compared(source.dossier, source.pack.instrument)
    found: list[Block] = [
        Paragraph(pilot(source.pack), Style.FORM_TITLE, after_pt=0),
        Paragraph(TITLE, Style.FORM_TITLE),
        _head(source),
        Heading(1, "一、总体变化"),
        Paragraph("".join(sentences(held, _WAS, _NOW)), Style.NOTE),
        _totals(held),
        *_pictures(source, held),
        Heading(1, "二、采集项变化"),
        *_items(source, held),
        Heading(1, "三、应用场景变化"),
        *_scenes(source, held),
        Heading(1, "四、改造成效与评测数据"),
        *_effects(source),
    ]
    form = source.dossier.one(Assessment)
    return Document(
        title=f"{source.dossier.one(Enterprise).name.strip()}{TITLE}",
        blocks=tuple(found),
        draft=source.draft,
        author=form.assessor,
        created=made_at(form.reported_on),
    )


def _head(source: Source) -> Table:
    rows, form = FormRows(marked=source.draft), source.dossier.one(Assessment)
    enterprise, visited = source.dossier.one(Enterprise), date_text(form.visited_on)
    days = [date_text(visit.date) for visit in source.dossier.all(Visit) if visit.date]
    return Table(
        (32, 52, 32, 40),
        (
            rows.pair("企业名称", enterprise.name, "所属县（市、区）", enterprise.district, 8),
            rows.pair("第三方评测机构", form.assessor, "评测负责人", form.lead, 8),
            rows.pair("评测报告编号", form.number, "评测报告日期", date_text(form.reported_on), 8),
            rows.pair("现场诊断日期", "、".join(days), "实地评测日期", visited, 8),
        ),
    )


def _totals(held: Comparison) -> Table:
    rows = [head_row("指标", "满分/要求", _WAS, _NOW, "变化")]
    rows.append(
        _row("数字化水平等级", "四级", held.level.said, held.level.saying, _levels(held.level))
    )
    for each in (held.total, *held.dimensions, *held.indicators):
        values = (points(each.full), _points(each.before), _points(each.after), _gain(each))
        rows.append(_row(each.name, *values, bold=each is held.total))
    rows += [_count_row(each) for each in held.counts]
    return Table((68, 22, 22, 22, 22), tuple(rows), head_rows=1)


def _count_row(each: LevelScenes) -> Row:
    """Scenes at a level or above, the binding ones among them in brackets, and how many table 6
    of annex 3 asks for."""
    pairs = zip(
        (each.scenes.before, each.scenes.after),
        (each.binding.before, each.binding.after),
        strict=True,
    )
    was, now = ("" if n is None else f"{n}（{b}）" for n, b in pairs)
    asked = f"{each.asked}（{each.asked_binding}）"
    gain = each.scenes.difference
    words = "" if gain is None else f"{gain:+}" if gain else "持平"
    return _row(f"{each.scenes.name}（其中约束性）", asked, was, now, words)


def _row(name: str, *values: str, bold: bool = False) -> Row:
    centred = (Cell(value, align=Align.CENTRE, bold=bold) for value in values)
    return Row((Cell(name, bold=bold), *centred))


def _points(value: int | None) -> str:
    return "" if value is None else points(value)


def _gain(each: Change) -> str:
    return "" if each.difference is None else signed_points(each.difference)


def _levels(each: Change) -> str:
    return "" if each.difference is None else signed_levels(each.difference)


def _pictures(source: Source, held: Comparison) -> Iterator[Block]:
    if not source.drawn or not held.begun:
        return
    wheel = results.radar(source.pack.instrument, source.grades, Stage.RETROFIT)
    pictures = (
        (source.pack.instrument.rates, radar(wheel)),
        ("各维度和各指标得分", point_bars(held, _WAS, _NOW)),
    )
    for title, picture in pictures:
        if picture is not None:
            yield Paragraph(title, Style.CAPTION, keep_with_next=True)
            yield picture


def _items(source: Source, held: Comparison) -> Iterator[Block]:
    changed = [each for each in held.items if each.difference or each.answered_anew]
    rows = []
    for each in changed:
        item = source.pack.instrument.item(each.name)
        rows.append(
            (
                each.name,
                _letters(each.said, each.before),
                _letters(each.saying, each.after),
                _gain(each),
                "\n".join((*_options(item, each), *_grounds(source, each))),
            )
        )
    yield from _changes(("采集项", _WAS, _NOW, "得分变化", "选项变化和依据"), rows)
    yield from _rest(held.items, changed, "采集项")


def _letters(said: str, earned: int | None) -> str:
    """An answer with its points; the letters apart by spaces, at which a line may break."""
    return "" if earned is None else f"{said.replace('、', ' ')}\n（{points(earned)}分）"


def _options(item: Item, each: Change) -> Iterator[str]:
    """The options that came and went, in the table's words; empty where one side has none."""
    if not each.said or not each.saying:
        return
    was, now = set(each.said.split("、")), set(each.saying.split("、"))
    for head, keys in (("增加", now - was), ("减少", was - now)):
        texts = [f"{option.key}.{option.text}" for option in item.options if option.key in keys]
        if texts:
            yield f"{head}：{'；'.join(texts)}"


def _grounds(source: Source, each: Change) -> Iterator[str]:
    """What the assessor saw, and the reason."""
    answer = source.dossier.answer(Stage.RETROFIT, each.name)
    if answer.note.strip():
        yield f"依据：{answer.note.strip()}"
    if answer.reason.strip():
        yield f"原因：{answer.reason.strip()}"


def _scenes(source: Source, held: Comparison) -> Iterator[Block]:
    picture = scene_steps(held, _WAS, _NOW) if source.drawn else None
    if picture is not None:
        yield picture
    changed = [each for each in held.scenes if each.difference]
    rows = [
        (each.name, each.said, each.saying, _levels(each), "\n".join(_grounds(source, each)))
        for each in changed
    ]
    yield from _changes(("应用场景", _WAS, _NOW, "等级变化", "判定依据"), rows)
    yield from _rest(held.scenes, changed, "应用场景")


def _changes(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    if not rows:
        yield Paragraph("没有变化。")
        return
    body = [
        Row((Cell(row[0]), *(Cell(v, align=Align.CENTRE) for v in row[1:4]), Cell(row[4])))
        for row in rows
    ]
    yield Table((25, 24, 24, 17, 66), (head_row(*heads), *body), head_rows=1)


def _rest(rows: Sequence[Change], changed: Sequence[Change], what: str) -> Iterator[Block]:
    """Which did not change, and which cannot be compared."""
    names = {each.name for each in changed}
    same = [r.name for r in rows if r.difference == 0 and r.name not in names]
    left = [r.name for r in rows if r.difference is None]
    if same:
        yield Paragraph(f"未变化的{what}：{'、'.join(same)}。", Style.NOTE)
    if left:
        yield Paragraph(f"未作答、不能比较的{what}：{'、'.join(left)}。", Style.NOTE)


def _effects(source: Source) -> Iterator[Block]:
    figures = Figures.parse(source.pack.figures, source.pack.instrument)
    sides = [
        numbers_of(source.dossier, stage, figures) for stage in (Stage.DIAGNOSIS, Stage.RETROFIT)
    ]
    heads = head_row("评测数据", "单位", _WAS, _NOW, "变化")
    rows = [
        _row(
            each.name,
            each.unit,
            figure_words(each.before),
            figure_words(each.after),
            change_words(each.difference),
        )
        for each in measured(figures, *sides)
    ]
    yield Table((60, 24, 24, 24, 24), (heads, *rows), head_rows=1)
    claims = checked(source.dossier, figures)
    if claims:
        heads = head_row("成效", "所称指标", "所称\n改造前→后", "评测数据\n改造前→后", "结论")
        yield Paragraph("", Style.CELL)  # else the two tables would be one
        yield Table((16, 46, 32, 36, 26), (heads, *map(_claim_row, claims)), head_rows=1)
        yield Paragraph(_HOW, Style.NOTE)
    else:
        yield Paragraph("没有登记改造成效指标。", Style.NOTE)


def _claim_row(each: Checked) -> Row:
    effect, seen = each.effect, each.seen
    unit = effect.unit.strip()
    claimed = f"{effect.before} → {effect.after}\n（{change_words(each.claimed)}）"
    said = each.why
    if seen is not None and seen.difference is not None:
        said = f"{figure_words(seen.before)} → {figure_words(seen.after)}"
        said += f"\n（{change_words(seen.difference)}）"
        said += f"\n{each.why}" if each.why else ""
    return Row(
        (
            Cell(effect.aspect, align=Align.CENTRE),
            Cell(effect.name + (f"（{unit}）" if unit else "")),
            Cell(claimed if each.claimed is not None else "", align=Align.CENTRE),
            Cell(said, align=Align.CENTRE),
            Cell(each.verdict.value, align=Align.CENTRE, bold=True),
        )
    )
