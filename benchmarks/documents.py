"""How fast the report is written, against docxtpl and against its XML written by hand.

The report is 16,000 characters in four chapters, eleven tables, one of them of 240 rows, and 60
photos as large as the copies that the program keeps for documents. docxtpl fills a template with
the same paragraphs, tables and photos; the floor writes the same paragraphs, rows and drawings as
text and zips them with the same photos. All run in turns, since machines have moods. Neither of
the two has a table of contents with page numbers, for which the .docx renderer lays out all pages:
against docxtpl the .docx is measured with them, against the floor without.

    python -m benchmarks.documents [--rounds 5]

Exits with 1 where an aim is missed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from exporters.blocks import (
    Block,
    Caption,
    Cell,
    Document,
    GridItem,
    Heading,
    Paragraph,
    Picture,
    PictureGrid,
    Row,
    Section,
    Table,
    Toc,
    head_row,
)
from exporters.docx_renderer import render_docx
from exporters.pdf_renderer import render_pdf

CHARACTERS = 16_000
PHOTOS = 60
LONG_TABLE = 240
TABLES = 11
SHORT_TABLE = 15
COLUMNS = 6
_SENTENCE = "企业使用ERP、MES、QMS三套系统，设备联网率为45.7%，关键工序（粗加工）已实现在线采集。"


def paragraphs() -> list[str]:
    """Prose of 16,000 characters, in paragraphs of some 250, no two of them alike."""
    count = CHARACTERS // 250
    return [f"第{number}段。{_SENTENCE * 5}"[:250] for number in range(count)]


def tables(rows: int = LONG_TABLE) -> list[list[list[str]]]:
    """Eleven tables by row and column, the last of so many rows."""
    sizes = [SHORT_TABLE] * (TABLES - 1) + [rows]
    return [[_row(table, row) for row in range(size)] for table, size in enumerate(sizes)]


def _row(table: int, row: int) -> list[str]:
    return [f"{table}.{row}", *(f"第{row}行第{n}列内容" for n in range(1, COLUMNS))]


def photos(folder: Path, count: int = PHOTOS) -> list[Path]:
    """So many photos of 1280 × 960, each of its own bytes, as large as a workshop's are."""
    import numpy as np
    from PIL import Image

    made = []
    for number in range(count):
        path = folder / f"{number:03}.jpg"
        if not path.exists():
            random = np.random.default_rng(number)
            coarse = random.normal(120, 40, (30, 40, 3)).clip(0, 255).astype(np.uint8)
            noise = random.normal(0, 5, (960, 1280, 1))
            smooth = Image.fromarray(coarse).resize((1280, 960), Image.Resampling.BICUBIC)
            pixels = (np.asarray(smooth, np.float32) + noise).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(path, "JPEG", quality=85)
        made.append(path)
    return made


def composed(pictures: list[Path], rows: int = LONG_TABLE, contents: bool = True) -> Document:
    """The report as a tree: contents, four chapters of prose and tables, the photos."""
    blocks: list[Block] = [Section(restart=True)]
    if contents:
        blocks = [Section(numbered=False), Toc(), *blocks]
    prose = paragraphs()
    share = len(prose) // 4
    held = tables(rows)
    heads = head_row(*(f"第{n}列" for n in range(COLUMNS)))
    for chapter in range(4):
        blocks.append(Heading(1, f"{'一二三四'[chapter]}、第{chapter}章"))
        part = prose[chapter * share : (chapter + 1) * share if chapter < 3 else None]
        blocks += [Paragraph(text) for text in part]
        for number in range(chapter, TABLES, 4):
            blocks.append(Caption("表", number + 1, "清单"))
            body = (Row(tuple(map(Cell, row))) for row in held[number])
            blocks.append(Table((1,) * COLUMNS, (heads, *body), head_rows=1))
    items = tuple(GridItem(Picture(path, max_height_mm=54), (path.stem,)) for path in pictures)
    return Document("咨询诊断报告", (*blocks, PictureGrid(items)))


def template(path: Path) -> None:
    """docxtpl's template: a paragraph, eleven tables and a grid of photos, each in a loop."""
    import docx

    package = docx.Document()
    for line in ("{%p for text in prose %}", "{{ text }}", "{%p endfor %}"):
        package.add_paragraph(line)
    for number in range(TABLES):
        package.add_paragraph(f"表{number + 1} 清单")
        table = package.add_table(4, COLUMNS)
        for column in range(COLUMNS):
            table.cell(0, column).text = f"第{column}列"
            table.cell(2, column).text = f"{{{{ row[{column}] }}}}"
        table.cell(1, 0).text = f"{{%tr for row in tables[{number}] %}}"
        table.cell(3, 0).text = "{%tr endfor %}"
    grid = package.add_table(4, 2)
    for column in range(2):
        grid.cell(1, column).text = f"{{{{ pair[{column}].photo }}}}"
        grid.cell(2, column).text = f"{{{{ pair[{column}].name }}}}"
    grid.cell(0, 0).text = "{%tr for pair in pairs %}"
    grid.cell(3, 0).text = "{%tr endfor %}"
    package.save(str(path))


def fill(path: Path, pictures: list[Path], out: Path) -> None:
    """What docxtpl does: open the template, make its pictures, render, save."""
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    filled = DocxTemplate(str(path))
    entries = [
        {"photo": InlineImage(filled, str(picture), width=Mm(72)), "name": picture.stem}
        for picture in pictures
    ]
    pairs = [entries[n : n + 2] for n in range(0, len(entries), 2)]
    filled.render({"prose": paragraphs(), "tables": tables(), "pairs": pairs})
    filled.save(str(out))


def by_hand(model: Path, pictures: list[Path], out: Path) -> int:
    """Write the same kind of XML as text and zip it; answers how many characters it had.

    What does not hold the report's content (styles, frames) is taken from a file written before.
    """
    words = '<w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>'
    line = '<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>' + words
    cell = (
        '<w:tc><w:tcPr><w:tcW w:w="1474" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="ZGCell"/></w:pPr>{words}</w:tc>'
    )
    with zipfile.ZipFile(model) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "media" not in name}
    head, _, rest = parts.pop("word/document.xml").decode().partition("<w:body>")
    drawing = rest[rest.index("<w:drawing>") : rest.index("</w:drawing>") + 12]
    section = rest[rest.rindex("<w:sectPr") :]
    properties = rest[rest.index("<w:tblPr>") : rest.index("</w:tblGrid>") + 12]
    made = [line % ("BodyText", text) for text in paragraphs()]
    for table in tables():
        rows = ("".join(cell % text for text in row) for row in table)
        body = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>" for row in rows)
        made.append(f"<w:tbl>{properties}{body}</w:tbl>{line % ('BodyText', '')}")
    for picture in pictures:
        made.append(f"<w:p><w:r>{drawing}</w:r></w:p>{line % ('BodyText', picture.stem)}")
    text = f"{head}<w:body>{''.join(made)}{section}"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", text)
        for name, data in parts.items():
            archive.writestr(name, data)
        for number, picture in enumerate(pictures, 1):
            stored = zipfile.ZipInfo(f"word/media/image{number}.jpeg")
            archive.writestr(stored, picture.read_bytes())
    return len(text)


def timed(rounds: int, jobs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The least seconds of processor time of each job, all run in turns, the first to warm up.

    The least, for what else runs on the machine can only add.
    """
    spent: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            began = time.process_time()
            job()
            if turn:
                spent[name].append(time.process_time() - began)
    return {name: min(times) for name, times in spent.items()}


def grown(kind: str, folder: Path) -> float:
    """MB that a child process grows by while it composes and writes the report."""
    command = [sys.executable, "-m", "benchmarks.documents", "--memory", kind, str(folder)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _measure_memory(kind: str, folder: Path) -> None:
    pictures = sorted(folder.glob("*.jpg"))[:PHOTOS]
    render = render_docx if kind == "docx" else render_pdf
    before = _peak_mb()
    render(composed(pictures), folder / f"memory.{kind}")
    print(_peak_mb() - before)


def _peak_mb() -> float:
    """The most memory held so far. getrusage would answer with the parent's before exec."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Measure all, print the table, and end with 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", nargs=2, metavar=("KIND", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.memory:
        _measure_memory(asked.memory[0], Path(asked.memory[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        missed = _run(Path(name), asked.rounds)
    sys.exit(1 if missed else 0)


def _run(folder: Path, rounds: int) -> bool:
    twice = photos(folder, 2 * PHOTOS)
    pictures = twice[:PHOTOS]
    template(folder / "template.docx")
    whole, rows = composed(pictures), composed(pictures, 2 * LONG_TABLE)
    more, bare = composed(twice), composed(pictures, contents=False)
    word, paper = folder / "report.docx", folder / "report.pdf"
    render_docx(whole, word)
    jobs: dict[str, Callable[[], object]] = {
        "docx": lambda: render_docx(composed(pictures), word),
        "docxtpl": lambda: fill(folder / "template.docx", pictures, folder / "filled.docx"),
        "docx, no contents": lambda: render_docx(bare, folder / "bare.docx"),
        "by hand": lambda: by_hand(word, pictures, folder / "hand.docx"),
        "pdf": lambda: render_pdf(composed(pictures), paper),
        "docx, rows twice": lambda: render_docx(rows, folder / "rows.docx"),
        "docx, photos twice": lambda: render_docx(more, folder / "more.docx"),
        "pdf, rows twice": lambda: render_pdf(rows, folder / "rows.pdf"),
        "pdf, photos twice": lambda: render_pdf(more, folder / "more.pdf"),
    }
    seconds = timed(rounds, jobs)
    for key, value in seconds.items():
        print(f"{key:20}{value:8.2f} s")
    figures = [
        (".docx / docxtpl", seconds["docx"] / seconds["docxtpl"], 1.0),
        (".docx / XML by hand", seconds["docx, no contents"] / seconds["by hand"], 8.0),
        (".pdf / .docx", seconds["pdf"] / seconds["docx"], 4.0),
        *(
            (f".{kind}, {what} twice", seconds[f"{kind}, {what} twice"] / seconds[kind], 2.2)
            for kind in ("docx", "pdf")
            for what in ("rows", "photos")
        ),
        *((f".{kind}, memory in MB", grown(kind, folder), 150.0) for kind in ("docx", "pdf")),
        *((f"{p.name}, size in MB", p.stat().st_size / 2**20, 15.0) for p in (word, paper)),
    ]
    print()
    for label, value, most in figures:
        print(f"{label:26}{value:8.2f}   at most {most:g}{'' if value <= most else '   MISSED'}")
    return any(value > most for _, value, most in figures)


if __name__ == "__main__":
    main()
