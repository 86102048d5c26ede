"""The self-assessment as .xlsx for the enterprise to fill in: official texts, boxes to choose from.

Only what is to be filled in can be changed, without a password: it guards against slips, and who
must may lift it. The first column holds each line's number, by which the sheet is read again:
`3` an item or scene, `3.B` an option of a multiple choice, `3.数1` a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from exporters.blocks import clean
from exporters.spreadsheet import FACE, FORMULA, LINE, row_height
from forms.dossier import Dossier, Enterprise
from forms.evaluation import Stage
from forms.figures import Figures, Input, InputKind
from forms.instrument import NO_LEVEL, Instrument, Item, Kind, Scene
from forms.pack import Pack

TITLE = "企业数字化水平自评表"
HEADS = ("编号", "采集项或应用场景", "内容", "填写", "单位", "依据说明")
TICK = "√"
OWNER, CODE = "企业名称", "企业信用代码"
ANSWER, NOTE = 3, 5
"""The columns that are filled in, from 0."""
HELP = (
    "浅黄色单元格请企业填写，其余单元格已锁定。单选题填选项字母，多选题在所选各项后选“√”，应用场景选等级；"
    "数据直接填数字，百分数不加“%”；不清楚的可以留空。"
)
_WIDTHS = (8, 20, 72, 14, 8, 36)
_FILL, _SHADE = "#FFF9E0", "#EDEFF2"
_MOST_LINES = 24
_A4 = 9
_BASE = {
    **{"font_name": FACE, "font_size": 10, "border": 1, "border_color": "#C9CFD6"},
    **{"text_wrap": True, "valign": "top"},
}


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line: its number, what it is of (an item's or scene's official name), the texts of its
    columns, and what may be chosen; `field` is "" for what is not filled in, else `chosen`,
    `level`, an option's letter under `chosen.`, or a figure's key under `figures.`."""

    number: str
    subject: str
    name: str
    text: str
    field: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    noted: bool = False


def lines_of(pack: Pack) -> Iterator[SheetLine]:
    """Every line of the sheet in the instrument's order."""
    table = pack.instrument
    figures = Figures.parse(pack.figures, table)
    for number, item in enumerate(table.items, 1):
        yield from _item_lines(str(number), item, figures)
    for number, scene in enumerate(table.scenes, len(table.items) + 1):
        yield _scene_line(str(number), scene)


def _item_lines(number: str, item: Item, figures: Figures) -> Iterator[SheetLine]:
    inputs = [each for each in figures.inputs if each.item == item.name]
    options = [f"{option.key}.{option.text}" for option in item.options]
    if item.kind is Kind.SINGLE:
        text = "\n".join((f"{item.question}（单选）", *options))
        keys = tuple(option.key for option in item.options)
        yield SheetLine(number, item.name, item.name, text, "chosen", choices=keys, noted=True)
    else:
        yield SheetLine(number, item.name, item.name, f"{item.question}（多选）", "", noted=True)
        for option, text in zip(item.options, options, strict=True):
            place = f"{number}.{option.key}"
            field = f"chosen.{option.key}"
            yield SheetLine(place, item.name, "", text, field, choices=(TICK,))
    for count, each in enumerate(inputs, 1):
        yield _figure_line(f"{number}.数{count}", item, each)


def _figure_line(number: str, item: Item, each: Input) -> SheetLine:
    unit = "%" if each.kind is InputKind.PERCENT else each.unit
    label = each.label_at(retrofitted=False)
    return SheetLine(number, item.name, "", label, f"figures.{each.key}", unit)


def _scene_line(number: str, scene: Scene) -> SheetLine:
    levels = level_words(scene)
    texts = [f"{word}：{text}" for word, text in zip(levels[1:], scene.criteria, strict=True)]
    name = scene.name + ("*" if scene.binding else "")
    text = "\n".join((levels[0], *texts))
    return SheetLine(number, scene.name, name, text, "level", choices=levels, noted=True)


def level_words(scene: Scene) -> tuple[str, ...]:
    """What may be chosen for a scene, from level 0 on."""
    return (NO_LEVEL, *(f"{'一二三四五六七八九'[n]}级" for n in range(len(scene.criteria))))


def source_words(table: Instrument) -> str:
    """What the sheet says it is made from; another edition's says otherwise."""
    return f"依据《{table.title}》（{table.document_number}）"


def write(dossier: Dossier, pack: Pack, path: Path) -> None:
    """Write the sheet with what the dossier's self-assessment holds already. OSError where the disk
    refuses."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"title": TITLE, "author": ""})
    sheet = book.add_worksheet("自评表")
    looks = _Looks(book)
    _head(sheet, looks, dossier, pack)
    row = 5
    for line in lines_of(pack):
        _line(sheet, looks, row, line, dossier)
        row += 1
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.protect("", {"format_rows": True, "format_columns": True, "select_locked_cells": True})
    sheet.freeze_panes(5, 2)
    sheet.repeat_rows(4)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    try:
        book.close()
    except FileCreateError as refused:
        raise OSError(*refused.args) from refused


class _Looks:
    """The cells' formats, shared."""

    def __init__(self, book: Any) -> None:
        bold = {"bold": True, "align": "center", "valign": "vcenter", "bg_color": _SHADE}
        self.title = book.add_format({"font_name": FACE, "font_size": 16, "bold": True})
        self.plain = book.add_format({"font_name": FACE, "font_size": 10, "text_wrap": True})
        self.head = book.add_format({**_BASE, **bold})
        self.cell = book.add_format(_BASE)
        self.middle = book.add_format({**_BASE, "align": "center"})
        self.strong = book.add_format({**_BASE, "bold": True})
        open_ = {"bg_color": _FILL, "locked": False}
        self.choice = book.add_format({**_BASE, **open_, "align": "center"})
        self.note = book.add_format({**_BASE, **open_, "num_format": "@"})
        self.quoted = book.add_format({**_BASE, **open_, "num_format": "@", "quote_prefix": True})
        self.number = book.add_format({**_BASE, **open_, "num_format": "0.######"})


def _head(sheet: Any, looks: _Looks, dossier: Dossier, pack: Pack) -> None:
    enterprise = dossier.one(Enterprise)
    last = len(HEADS) - 1
    sheet.merge_range(0, 0, 0, last, TITLE, looks.title)
    sheet.set_row(0, 26)
    sheet.merge_range(1, 0, 1, last, source_words(pack.instrument), looks.plain)
    sheet.merge_range(2, 0, 2, 1, OWNER, looks.strong)
    sheet.write_string(2, 2, clean(enterprise.name.strip()), looks.cell)
    sheet.write_string(2, 3, CODE, looks.strong)
    sheet.merge_range(2, 4, 2, last, "", looks.cell)
    sheet.write_string(2, 4, clean(enterprise.credit_code.strip()), looks.cell)
    sheet.merge_range(3, 0, 3, last, HELP, looks.plain)
    sheet.set_row(3, 2 * LINE + 4)
    for place, head in enumerate(HEADS):
        sheet.write_string(4, place, head, looks.head)
    sheet.set_row(4, 22)


def _line(sheet: Any, looks: _Looks, row: int, line: SheetLine, dossier: Dossier) -> None:
    note = dossier.answer(Stage.SELF, line.subject).note if line.noted else ""
    texts, widths = (line.name, line.text, note), (_WIDTHS[1], _WIDTHS[2], _WIDTHS[NOTE])
    sheet.set_row(row, row_height(texts, widths, _MOST_LINES))
    sheet.write_string(row, 0, line.number, looks.middle)
    sheet.write_string(row, 1, line.name, looks.strong)
    sheet.write_string(row, 2, line.text, looks.cell)
    _answer(sheet, looks, row, line, _held(dossier, line))
    sheet.write_string(row, 4, line.unit, looks.middle)
    words = clean(note)
    if not line.noted:
        sheet.write_blank(row, NOTE, None, looks.cell)
    elif words:
        sheet.write_string(row, NOTE, words, looks.quoted if words[0] in FORMULA else looks.note)
    else:
        sheet.write_blank(row, NOTE, None, looks.note)


def _answer(sheet: Any, looks: _Looks, row: int, line: SheetLine, held: str) -> None:
    if not line.field:
        sheet.write_blank(row, ANSWER, None, looks.cell)
        return
    look = looks.choice if line.choices else looks.number
    if held and not line.choices and _plain(held):
        sheet.write_number(row, ANSWER, float(held), look)
    elif held:
        sheet.write_string(row, ANSWER, clean(held), look)
    else:
        sheet.write_blank(row, ANSWER, None, look)
    if line.choices:
        words = "选“√”或留空" if line.choices == (TICK,) else f"填{'、'.join(line.choices)}之一"
        rule: dict[str, Any] = {"validate": "list", "source": list(line.choices)}
    else:
        words = "填数字"
        rule = {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12}
    said = {"error_title": "不能这样填", "error_message": f"此处应{words}。"}
    sheet.data_validation(row, ANSWER, row, ANSWER, {**rule, **said})


def _plain(held: str) -> bool:
    """Whether a spreadsheet's number holds the typed one exactly."""
    try:
        return repr(float(held)) in (held, f"{held}.0") and abs(float(held)) < 1e12
    except ValueError:
        return False


def _held(dossier: Dossier, line: SheetLine) -> str:
    """What the self-assessment holds for a line, as it is filled in."""
    answer = dossier.answer(Stage.SELF, line.subject)
    if line.field == "level":
        known = answer.level is not None and 0 <= answer.level < len(line.choices)
        return line.choices[answer.level] if known and answer.level is not None else ""
    if line.field == "chosen":
        on = [key for key in line.choices if answer.chosen.get(key) is True]
        return on[0] if len(on) == 1 else ""
    name, _, key = line.field.partition(".")
    if name == "chosen":
        return TICK if answer.chosen.get(key) is True else ""
    return str(answer.figures.get(key, "")).strip() if name == "figures" else ""
