"""咨询诊断报告, annex 3 whole: cover, contents, chapters 一 to 五."""

from collections.abc import Callable, Iterable
from math import ceil

from exporters import report_annexes, report_figures, report_profile, report_tables
from exporters.blocks import (
    Block,
    Caption,
    Cell,
    Document,
    GridItem,
    Heading,
    Paragraph,
    PictureGrid,
    Row,
    Run,
    Section,
    Table,
    Toc,
)
from exporters.report_annexes import picture_of, pictures_of
from exporters.report_results import (
    Sentence,
    dimension_named,
    dimension_sentence,
    indicator_named,
    indicator_sentence,
    level_sentence,
    scenes_sentence,
)
from exporters.source import Source
from exporters.style import CELL_PADDING_X_MM, MM, STANDARD, Look, Style, StyleSheet
from exporters.wording import date_text, lines, made_at, or_blank, pilot
from forms.dossier import Agreement, Enterprise, Provider
from forms.outline import BY_KEY, OUTLINE

TITLE = "咨询诊断报告"
_COVER_ROW_MM = 15
_COVER_COLUMNS_MM = (80, 76)
_UNWRITTEN = "（本节尚未撰写）"


def compose(source: Source) -> Document:
    """The whole report."""
    return _document(
        source,
        [
            *_cover(source),
            Section(numbered=False),
            Toc(),
            Section(restart=True),
            *_body(source),
            *report_annexes.blocks(source, _prose(source, "5.other")),
        ],
    )


def compose_body(source: Source) -> Document:
    """Chapters 一 to 四 as the final report prints them, without files: what 字数 is counted on."""
    bare = Source(source.dossier, source.pack, source.grades, today=source.today, drawn=False)
    return _document(bare, list(_body(bare)))


def _document(source: Source, blocks: list[Block]) -> Document:
    name = source.dossier.one(Enterprise).name.strip()
    made = source.dossier.one(Agreement).reported_on
    return Document(
        title=f"{name}{TITLE}",
        blocks=tuple(blocks),
        draft=source.draft,
        author=source.dossier.one(Provider).name,
        created=made_at(made),
    )


def _cover(source: Source) -> list[Block]:
    dossier = source.dossier
    enterprise = dossier.one(Enterprise)
    reported = date_text(dossier.one(Agreement).reported_on)
    fields = [
        ("试点企业名称（盖章）", enterprise.name),
        ("所属细分行业", enterprise.industry),
        ("咨询诊断服务机构（盖章）", dossier.one(Provider).name),
        ("诊断报告编制日期", reported),
    ]
    rows = tuple(
        Row(
            (
                Cell((Paragraph(f"{label}：", Style.PLAIN),), top=True),
                Cell((Paragraph((or_blank(source, value),), Style.PLAIN),), top=True),
            ),
            min_height_mm=_COVER_ROW_MM,
        )
        for label, value in fields
    )
    head = pilot(source.pack)
    beyond = _beyond((head, TITLE), fields, source.style)
    return [
        Section(numbered=False),
        Paragraph(head, Style.TITLE, before_pt=max(110 - max(beyond - 150, 0), 20)),
        Paragraph(TITLE, Style.TITLE, before_pt=6, after_pt=max(170 - beyond, 20)),
        Table(_COVER_COLUMNS_MM, rows, border=False),
    ]


def _beyond(titles: tuple[str, ...], fields: list[tuple[str, str]], sheet: StyleSheet) -> float:
    """Points by which the cover is higher than with short names in the standard's type, so that
    it stays one page."""
    title, plain = sheet.looks[Style.TITLE], sheet.looks[Style.PLAIN]
    more = (STANDARD.portrait.text_height - sheet.portrait.text_height) * MM
    for text in titles:
        more += _lines(text, title, sheet.portrait.text_width) * title.leading
        more -= STANDARD.looks[Style.TITLE].leading
    for label, value in fields:
        cells = zip((f"{label}：", value), _COVER_COLUMNS_MM, strict=True)
        count = max(_lines(text, plain, mm - 2 * CELL_PADDING_X_MM) for text, mm in cells)
        more += max(count * plain.leading - _COVER_ROW_MM * MM, 0)
    return max(more, 0)


def _lines(text: str, look: Look, width_mm: float) -> int:
    """How many lines a text of full-width characters takes."""
    return max(ceil(len(text) / (width_mm * MM // look.size)), 1)


def _body(source: Source) -> Iterable[Block]:
    """Chapters 一 to 四 along the outline: heading, computed sentence, prose, tables."""
    for section in OUTLINE:
        if section.key.startswith("5"):
            continue
        if section.heading:
            yield Heading(section.level, section.heading)
        if section.writable:
            yield from _prose(source, section.key, _sentence(source, section.key))
        following = _FOLLOWING.get(section.key)
        if following is not None:
            yield from following(source)


def _sentence(source: Source, key: str) -> Sentence | None:
    """The computed sentence that a section begins with."""
    instrument = source.pack.instrument
    first, _, rest = key.partition(".")
    if first != "2" or not rest:
        return None
    name, _, indicator = rest.partition(".")
    if indicator:
        return indicator_sentence(source, indicator_named(instrument, indicator))
    if name == "level":
        return level_sentence(source)
    if name == "operation":
        return scenes_sentence(source)
    if name in _DIMENSIONS:
        return dimension_sentence(source, dimension_named(instrument, _DIMENSIONS[name]))
    return None


_DIMENSIONS = {"base": "数字化基础", "management": "数字化管理", "effect": "数字化成效"}


def _prose(source: Source, key: str, lead: Sentence | None = None) -> list[Block]:
    """A section's paragraphs, the computed sentence leading the first one.

    What the program proposed and nobody confirmed is marked in a draft, and so is what is missing.
    """
    written: list[list[Run]] = []
    for paragraph in source.dossier.section(key):
        marked = source.draft and bool(paragraph.drafted)
        written += [[Run(line, marked=marked)] for line in lines(paragraph.text)]
    if not written and source.draft and not BY_KEY[key].optional:
        written.append([Run(_UNWRITTEN, marked=True)])
    if lead is not None:
        run = Run(lead.text, marked=source.draft and lead.open)
        if written and key != "2.level":
            written[0].insert(0, run)
        else:
            written.insert(0, [run])
    return [Paragraph(tuple(runs)) for runs in written]


def _figure(kind: str, number: int, text: str) -> Callable[[Source], list[Block]]:
    """图1 or 图2: the attached pictures above one caption, or the box that says what is missing."""

    def blocks(source: Source) -> list[Block]:
        held = pictures_of(source, kind)
        caption = Caption("图", number, text)
        if len(held) == 1:
            return [picture_of(source, held[0], 100), caption]
        if not held:
            return [report_annexes.missing(source, kind), caption]
        items = [
            GridItem(picture_of(source, each, 120), (f"（{place}）{each.name}",))
            for place, each in enumerate(held, start=1)
        ]
        return [PictureGrid(tuple(items), columns=1), caption]

    return blocks


def _levels(source: Source) -> list[Block]:
    """Tables 6 to 8, each picture below the table whose figures it shows."""
    scores, scenes = report_figures.blocks(source)
    return [
        *report_tables.levels(source),
        *report_tables.scores(source),
        *scores,
        *report_tables.scenes(source),
        *scenes,
    ]


_FOLLOWING: dict[str, Callable[[Source], list[Block]]] = {
    "1": report_profile.blocks,
    "1.organisation": _figure("组织架构图", 1, "组织架构图"),
    "1.production": _figure("生产工艺流程图", 2, "生产工艺流程概览"),
    "1.equipment": report_tables.equipment,
    "1.systems": report_tables.systems,
    "1.data": report_tables.data_resources,
    "1.cloud": report_tables.clouds,
    "2.level": _levels,
    "2.pain": report_tables.needs,
    "3.projects": report_tables.projects,
    "4": report_tables.products,
}
