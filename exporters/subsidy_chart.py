"""The way from the contracts to the subsidy as bars on paper; the screen's are the same."""

from __future__ import annotations

from exporters.blocks import Picture
from exporters.canvas import BAD, BLUE, FAINT, GREY, INK, RULE, Canvas, fitting, text_width, tint
from grading.subsidy import Estimate, money
from grading.subsidy_words import bars

WIDTH = 152.0
_NAME, _ROW, _THICK = 25.0, 9.2, 4.2


def chart(found: Estimate) -> Picture:
    """Contract, invoiced, paid, verified, share, subsidy on one scale, with a mark at the cap."""
    rows = bars(found)
    sheet = Canvas(WIDTH, _ROW * len(rows) + 1)
    figures = [f"{money(each.amount)}元" for each in rows]
    track = WIDTH - _NAME - max(map(text_width, figures)) - 3
    top = max(each.amount for each in rows) or 1
    for place, (each, figure) in enumerate(zip(rows, figures, strict=True)):
        y, last = _ROW * place, place == len(rows) - 1
        middle = y + _THICK / 2 + 0.4
        sheet.text((0, middle), each.name, INK, bold=last)
        sheet.box((_NAME, y + 0.4, _NAME + track, y + 0.4 + _THICK), FAINT)
        wide = track * float(each.amount / top)
        fill = BLUE if last else tint(BLUE, 6) if each.own else RULE
        if wide >= 1:
            sheet.box((_NAME, y + 0.4, _NAME + wide, y + 0.4 + _THICK), fill)
        sheet.text((WIDTH, middle), figure, INK, bold=last, align="r")
        note = fitting(each.note, WIDTH - _NAME, 7)
        sheet.text((_NAME, y + _THICK + 2.4), note, GREY, 7)
        if each.own and found.cap <= top:
            x = _NAME + track * float(found.cap / top)
            sheet.rule((x, y), (x, y + _THICK + 0.8), BAD, 0.4)
    alt = "；".join(f"{each.name}{figure}" for each, figure in zip(rows, figures, strict=True))
    return Picture(sheet.png(), WIDTH, alt=f"补助金额测算图：{alt}。")
