"""诊断结果汇报 (方案 三（一）5): a short deck for the enterprise's leaders, one idea a slide.

It says what the dossier and the instrument hold and nothing else; a slide without content is left
out, and so is everything about results while an answer that they need is open.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from exporters.briefing_results import result_slides, way_slide
from exporters.report_results import diagnosis, level_sentence
from exporters.slides import Deck, Grid, Slide, Text
from exporters.source import Source
from exporters.style import CONFIDENTIAL_TEXT, DRAFT_TEXT
from exporters.wording import date_text, lines, pilot
from forms.dossier import Agreement, Enterprise, Need, Project, Provider, Satisfaction
from forms.fields import decimal
from forms.inventory import NEED_KINDS
from grading.rules.agreement import last_day

TITLE = "诊断结果汇报"
_SENTENCE = re.compile(r"[^。！？\n]*[。！？]?")
_MOST = 110
"""Characters of a paragraph's first sentence that a slide takes."""


def write(source: Source, path: Path) -> None:
    """Write the briefing as .pptx; the same dossier gives the same bytes."""
    from exporters.pptx_renderer import render_pptx  # loaded late: no other document needs it

    render_pptx(compose(source), path)


def compose(source: Source) -> Deck:
    """The cover and the slides in the order of a talk."""
    dossier = source.dossier
    enterprise, provider = dossier.one(Enterprise).name.strip(), dossier.one(Provider).name.strip()
    made = dossier.one(Agreement).reported_on
    fields = (
        ("试点企业", enterprise),
        ("咨询诊断服务机构", provider),
        ("诊断报告编制日期", date_text(made)),
    )
    return Deck(
        title=TITLE,
        head=pilot(source.pack),
        lines=tuple(line for name, value in fields for line in _cover_line(source, name, value)),
        slides=tuple(_slides(source)),
        footer=f"{enterprise}　{TITLE}".strip(),
        author=provider,
        mark=DRAFT_TEXT if source.draft else CONFIDENTIAL_TEXT,
        created=dt.datetime.combine(made, dt.time()) if made and made.year >= 1980 else None,
    )


def _cover_line(source: Source, name: str, value: str) -> list[Text]:
    """A line of the cover; where nothing is known a draft says so, and a final leaves it out."""
    if value:
        return [Text(f"{name}：{value}")]
    return [Text(f"{name}：（未填写）", marked=True)] if source.draft else []


def _slides(source: Source) -> Iterator[Slide]:
    held = diagnosis(source)
    if source.draft and (held is None or not held.complete):
        words = level_sentence(source).text
        yield Slide("数字化水平等级", (Text(words, 28, marked=True),))
    yield from result_slides(source)
    yield from _pain(source)
    yield from _needs(source)
    yield from way_slide(source)
    yield from _projects(source)
    yield from _next_steps(source)


def first_sentence(text: str) -> str:
    """The first sentence of a paragraph, cut with … where it runs on."""
    line = next(iter(lines(text)), "")
    found = _SENTENCE.match(line)
    sentence = found.group() if found and found.group().strip("。！？") else line
    return sentence if len(sentence) <= _MOST else sentence[: _MOST - 1] + "…"


def _pain(source: Source) -> Iterator[Slide]:
    paragraphs = [p for p in source.dossier.section("2.pain") if p.text.strip()]
    if not paragraphs:
        return
    texts = tuple(
        Text(first_sentence(p.text), bullet=True, marked=source.draft and bool(p.drafted))
        for p in paragraphs
    )
    notes = "\n".join(line for p in paragraphs for line in lines(p.text))
    yield Slide("痛点分析", texts, notes=notes)


def _needs(source: Source) -> Iterator[Slide]:
    """Table 9 by its areas, a need's first sentence a row; the notes hold all of it."""
    kinds: dict[str, list[str]] = {kind: [] for kind in NEED_KINDS}
    for need in source.dossier.all(Need):
        if words := " ".join(lines(need.text)):
            kinds.get(need.kind, kinds[NEED_KINDS[-1]]).append(words)
    whole = [(kind, text) for kind, texts in kinds.items() for text in texts]
    rows = [(kind, first_sentence(text)) for kind, text in whole]
    if not rows:
        return
    title = f"数字化改造需求：{len(rows)}项"
    grid = Grid(("需求类别", "需求"), (86, 220.67), tuple(rows), grouped=True)
    yield Slide(title, grid=grid, notes=_noted(whole))


def _projects(source: Source) -> Iterator[Slide]:
    """Table 10 without its long texts, which are in the notes; the costs' sum where all add up."""
    projects = [p for p in source.dossier.all(Project) if p.name.strip()]
    if not projects:
        return
    rows = tuple(
        (str(number), p.name.strip(), p.period.strip(), p.cost.strip())
        for number, p in enumerate(projects, 1)
    )
    costs = [decimal(p.cost) for p in projects]
    known = [cost for cost in costs if cost is not None and cost.is_finite()]
    total: tuple[Text, ...] = ()
    if len(projects) > 1 and len(known) == len(costs):
        total = (Text(f"成本预估合计{_plain(sum(known, Decimal()))}万元。", bold=True),)
    notes = _noted((p.name, p.content, p.outcome) for p in projects)
    heads = ("序号", "项目名称", "实施时间", "成本预估（万元）")
    grid = Grid(heads, (18, 142.67, 92, 54), rows)
    yield Slide(f"建议实施的改造项目：{len(projects)}个", total, grid=grid, notes=notes)


def _next_steps(source: Source) -> Iterator[Slide]:
    """What is asked of the enterprise, as far as it follows from agreement and forms."""
    agreement, judged = source.dossier.one(Agreement), source.dossier.one(Satisfaction)
    held = diagnosis(source)
    texts = []
    if held is not None and held.complete and not judged.overall:
        texts.append("请企业对本次咨询诊断服务进行满意度评价，填写企业满意度评价表并加盖单位公章。")
    elif judged.overall and not judged.sealed:
        texts.append("企业满意度评价表已填写，请加盖单位公章。")
    if agreement.signed_on is not None:
        signed, end = agreement.signed_on, last_day(source.pack, agreement.signed_on)
        texts.append(
            f"服务期限{source.pack.term_days}天，自协议签订之日（{date_text(signed)}）起计算，"
            f"至{date_text(end)}。"
        )
    if agreement.reported_on is not None:
        texts.append(f"咨询诊断报告编制日期：{date_text(agreement.reported_on)}。")
    if texts:
        yield Slide("下一步工作", tuple(Text(words, 24, bullet=True) for words in texts))


def _noted(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines to speak from."""
    said = ((" ".join(lines(part)) for part in row) for row in rows)
    return "\n".join("；".join(filter(None, parts)) for parts in said)


def _plain(number: Decimal) -> str:
    """A sum without an exponent or trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
