"""数据恢复密钥: the page for the safe that opens a store on whatever machine.

The program's own, from no official form; it is printed, and kept in no file.
"""

from __future__ import annotations

import datetime as dt

from exporters.blocks import Block, Cell, Document, Paragraph, Picture, Row, Section, Table
from exporters.paper_code import code_png
from exporters.style import Align, Style
from exporters.wording import date_text

TITLE = "数据恢复密钥"
_A_LINE = 4
"""Groups of the key on a line: so wide, it is read without losing one's place."""
_QR_MM = 44


def compose(key: str, store: str, day: dt.date) -> Document:
    """The page of a key in groups joined by "-"; `store` is the store's short name."""
    groups = key.split("-")
    lines = [" - ".join(groups[at : at + _A_LINE]) for at in range(0, len(groups), _A_LINE)]
    facts = Table(
        (3, 5, 3, 5),
        (Row((_head("数据编号"), _fact(store), _head("生成日期"), _fact(date_text(day)))),),
        style=Style.CELL_LARGE,
    )
    blocks: tuple[Block, ...] = (
        Section(numbered=False),
        Paragraph(TITLE, Style.TITLE, after_pt=18),
        facts,
        *(
            Paragraph(line, Style.TITLE, before_pt=0 if place else 24, after_pt=10 * place)
            for place, line in enumerate(lines)
        ),
        Picture(code_png(key), width_mm=_QR_MM, alt="恢复密钥的二维码"),
        *(
            Paragraph(sentence, before_pt=0 if place else 12)
            for place, sentence in enumerate(_sentences(store))
        ),
    )
    return Document(title=TITLE, blocks=blocks, confidential=True)


def _head(text: str) -> Cell:
    return Cell(text, align=Align.CENTRE, bold=True, shaded=True)


def _fact(text: str) -> Cell:
    return Cell(text, align=Align.CENTRE)


def _sentences(store: str) -> tuple[str, ...]:
    return (
        f"1.本页密钥可以打开编号为{store}的诊改工作台数据及其备份，请装入信封密封，存入保险柜，"
        "不拍照、不复印，不与存有数据的电脑、优盘放在一处。",
        "2.更换电脑、系统密钥环丢失或者忘记口令时，启动诊改工作台，在“输入口令”处逐字输入本页密钥"
        "（连字符可省略，不分大小写），或者以扫码枪扫描二维码。",
        "3.重新生成恢复密钥或者更换主密钥后，本页随即失效，请当场销毁，换存新页。",
    )
