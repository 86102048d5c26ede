"""咨询诊断报告, annex 3 whole: cover, contents, chapters 一 to 五."""

from collections.abc import Callable, Iterable
from math import ceil

from exporters import report_annexes, report_figures, report_profile, report_tables
from exporters.blocks import (
    Block,
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
    dimension_sentence,
    indicator_sentence,
    level_sentence,
    scenes_sentence,
)
from exporters.source import Source
from exporters.style import CELL_PADDING_X_MM, MM, STANDARD, Look, Style, StyleSheet
from exporters.wording import date_text, lines, made_at, or_blank, pilot
from forms import outline
from forms.dossier import Agreement, Enterprise, Provider

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
            *report_annexes.blocks(source, _prose),
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
        title=f"{name}{source.pack.called('report')}",
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
    head, title = pilot(source.pack), source.pack.called("report")
    beyond = _beyond((head, title), fields, source.style)
    return [
        Section(numbered=False),
        Paragraph(head, Style.TITLE, before_pt=max(110 - max(beyond - 150, 0), 20)),
        Paragraph(title, Style.TITLE, before_pt=6, after_pt=max(170 - beyond, 20)),
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
    for section in source.pack.outline.body:
        if section.heading:
            yield Heading(section.level, section.heading)
        if section.writable:
            yield from _prose(source, section, sentence(source, section))
        for name in section.shows:
            yield from _SHOWN[name](source)


def sentence(source: Source, section: outline.Section) -> Sentence | None:
    """The computed sentence that a section begins with; None where it has none."""
    if section.tells == outline.LEVEL:
        return level_sentence(source)
    if section.tells == outline.SCENES:
        return scenes_sentence(source)
    for dimension in source.pack.instrument.dimensions:
        if dimension.name == section.tells:
            return dimension_sentence(source, dimension)
        for indicator in dimension.indicators:
            if indicator.name == section.tells:
                return indicator_sentence(source, indicator)
    return None


def _prose(source: Source, section: outline.Section, lead: Sentence | None = None) -> list[Block]:
    """A section's paragraphs, the computed sentence leading the first one.

    What the program proposed and nobody confirmed is marked in a draft, and so is what is missing.
    """
    written: list[list[Run]] = []
    for paragraph in source.dossier.section(section.key):
        marked = source.draft and bool(paragraph.drafted)
        written += [[Run(line, marked=marked)] for line in lines(paragraph.text)]
    if not written and source.draft and not section.optional:
        written.append([Run(_UNWRITTEN, marked=True)])
    if lead is not None:
        run = Run(lead.text, marked=source.draft and lead.open)
        if written and section.tells != outline.LEVEL:
            written[0].insert(0, run)
        else:
            written.insert(0, [run])
    return [Paragraph(tuple(runs)) for runs in written]


def _figure(name: str, kind: str) -> Callable[[Source], list[Block]]:
    """The attached pictures of a kind above one caption, or the box that says what is missing."""

    def blocks(source: Source) -> list[Block]:
        held = pictures_of(source, kind)
        caption = report_figures.caption(source, name)
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


_SHOWN: dict[str, Callable[[Source], list[Block]]] = {
    "enterprise": report_profile.blocks,
    "organisation": _figure("organisation", "组织架构图"),
    "process": _figure("process", "生产工艺流程图"),
    "equipment": report_tables.equipment,
    "systems": report_tables.systems,
    "data": report_tables.data_resources,
    "clouds": report_tables.clouds,
    "levels": report_tables.levels,
    "scores": lambda source: [
        *report_tables.scores(source),
        *report_figures.blocks(source, "scores"),
    ],
    "scenes": lambda source: [
        *report_tables.scenes(source),
        *report_figures.blocks(source, "scenes"),
    ],
    "needs": report_tables.needs,
    "projects": report_tables.projects,
    "products": report_tables.products,
}
"""What sections show; each picture of the results is below the table whose figures it shows."""
