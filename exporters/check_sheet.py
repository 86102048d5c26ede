"""核验单: one page that sets what was asked beside what is there, and says where it can be seen.

The bureau's clerk reads it first. Whether a row holds is what the plan's rules found, so that the
sheet never says other than the findings do; the numbers stand beside it to be checked by eye.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from exporters import check_visits
from exporters.blocks import Block, Cell, Document, Paragraph, Row, Table, head_row, outline
from exporters.check_reading import Reading
from exporters.check_visits import verdict_cell
from exporters.pdf_renderer import page_numbers
from exporters.report_results import diagnosis
from exporters.source import Source
from exporters.style import STANDARD, Align, Style, StyleSheet
from exporters.wording import date_text, duration, shortened
from forms.dossier import Agreement, Enterprise, Member, Provider, Satisfaction
from forms.evaluation import Stage
from forms.fields import chosen
from forms.instrument import points_text
from forms.service import EXPERTISE, TITLE_LEVELS
from grading.rules.numbers import between

_TITLED = TITLE_LEVELS[TITLE_LEVELS.index("中级") :]


def report_pages(report: Document, style: StyleSheet = STANDARD) -> dict[str, str]:
    """The page of each of the report's headings as laid out here, by the heading's text."""
    numbers = page_numbers(report, sheet=style)
    pages: dict[str, str] = {}
    for entry in outline(report):
        if numbers.get(entry.bookmark):
            pages.setdefault(entry.text, numbers[entry.bookmark])
    return pages


def compose(source: Source, pages: Mapping[str, str] | None = None) -> Document:
    """The sheet; `pages` as `report_pages` gives them."""
    reading = Reading(source, pages or {})
    found: list[Block] = [
        Paragraph("咨询诊断核验单", Style.FORM_TITLE),
        _head(source),
        _table(_rows(reading)),
        *check_visits.blocks(reading),
        _foot(source),
    ]
    return Document(
        title=f"{source.dossier.one(Enterprise).name}咨询诊断核验单",
        blocks=tuple(found),
        draft=source.draft,
        author=source.dossier.one(Provider).name,
    )


@dataclass(frozen=True)
class _Line:
    """A row: what, by which clause, what there is, the rules that judge it, where it is seen."""

    name: str
    asked: str
    held: str
    verdict: str
    seen: str


def _rows(reading: Reading) -> list[_Line]:
    """All but the visits."""
    return [
        *_team(reading),
        _training(reading),
        _words(reading),
        _level(reading),
        _agreement(reading),
        _exclusions(reading),
        _satisfaction(reading),
    ]


def _team(reading: Reading) -> list[_Line]:
    members = reading.source.dossier.all(Member)
    titled = [m for m in members if m.title_level in _TITLED]
    covered = {field for m in members for field in chosen(m.expertise)}
    leads = [m for m in members if m.lead]
    lead = shortened(leads[0].name, 5) if leads else "未指定"
    if leads:
        lead += f"（{shortened(leads[0].title_name or leads[0].title_level, 5)}）"
    lacking = "、".join(field for field in EXPERTISE if field not in covered)
    fields = (f"缺{lacking}" if lacking else "四类领域齐备") if covered else "领域未填"
    people = reading.page("people")
    return [
        _Line(
            "诊断团队",
            f"≥{reading.limit('TEAM-SIZE')}人，中级≥{reading.limit('TEAM-TITLE')}人，{reading.clause('TEAM-SIZE')}",
            f"{len(members)}人，中级及以上{len(titled)}人",
            reading.verdict("TEAM-SIZE", "TEAM-TITLE", "TEAM-CERTIFICATE", of=members),
            people,
        ),
        _Line(
            "组长与领域",
            f"专家任组长，领域齐备，{reading.clause('TEAM-LEAD')}",
            f"组长{lead}；{fields}",
            reading.verdict(
                *("TEAM-LEAD", "TEAM-LEAD-", "TEAM-FIELDS"), of=leads, held=bool(leads and covered)
            ),
            people,
        ),
    ]


def _training(reading: Reading) -> _Line:
    held = reading.source.dossier.trainings()
    longest = max((between(t.start, t.end) or 0 for t in held), default=0)
    hours = f"最长{duration(longest)}" if longest > 0 else "时长未填"
    sheets = sum(bool(chosen(training.sign_in)) for training in held)
    return _Line(
        "主题培训",
        f"≥{reading.limit('TRAINING-COUNT')}次，≥{reading.limit('TRAINING-HOURS')}小时，{reading.clause('TRAINING-COUNT')}",
        f"{len(held)}次，{hours}，签到{sheets}份" if held else "未开展",
        reading.verdict("TRAINING-", of=held, held=longest > 0),
        reading.page("other"),
    )


def _words(reading: Reading) -> _Line:
    words = reading.source.words
    body, prose = words.get("body"), words.get("prose")
    untabled = "" if prose is None else f"，除去表格{prose}字"
    return _Line(
        "报告字数",
        f"≥{reading.limit('REPORT-WORDS')}字，{reading.clause('REPORT-WORDS')}",
        "未统计" if body is None else f"{body}字{untabled}（不含附件）",
        "需说明"
        if body is None
        else reading.verdict("REPORT-WORDS", "REPORT-MARGIN", "REPORT-PROSE"),
        reading.page("enterprise"),
    )


def _level(reading: Reading) -> _Line:
    grade = diagnosis(reading.source)
    if grade is None or not grade.complete:
        left = "" if grade is None else f"，{len(grade.unanswered)}项未作答"
        held, verdict = f"评测尚未完成{left}", "不符合"
    else:
        points = points_text(grade.total, trim=True)
        held = f"{points}分，{reading.source.pack.instrument.level_label(grade.level)}"
        verdict = reading.verdict("EVAL-", of=reading.source.dossier.answers(Stage.DIAGNOSIS))
    return _Line(
        "数字化水平",
        f"评测定级，{reading.clause('EVAL-COMPLETE')}",
        held,
        verdict,
        reading.page("levels"),
    )


def _agreement(reading: Reading) -> _Line:
    form = reading.source.dossier.one(Agreement)
    signed, made = form.signed_on, form.reported_on
    held = f"{_short_date(signed)}至{_short_date(made)}"
    return _Line(
        "协议至报告",
        f"{reading.source.pack.term_days}天内，{reading.clause('AGREEMENT-TERM')}",
        held,
        reading.verdict("AGREEMENT-", of=[form], held=bool(signed and made)),
        "封面",
    )


def _exclusions(reading: Reading) -> _Line:
    form = reading.source.dossier.one(Enterprise)
    words = {None: "未填", True: "属于", False: "不属于"}
    first, second = words[form.central_funds], words[form.pilot_2022]
    held = f"两类均{first}" if first == second else f"前者{first}，后者{second}"
    return _Line(
        "不重复支持",
        f"非所列两类，{reading.clause('EXCLUDED-FUNDED')}",
        held,
        reading.verdict("EXCLUDED-", held=None not in (form.central_funds, form.pilot_2022)),
        reading.page("enterprise"),
    )


def _satisfaction(reading: Reading) -> _Line:
    form = reading.source.dossier.one(Satisfaction)
    sealed = "盖章" if form.sealed else "未注明盖章"
    parts = [form.overall or "总体评价未填", form.adoption or "采纳情况未填", sealed]
    held = shortened("，".join(parts), 24)
    return _Line(
        "满意度评价",
        f"企业填写，{reading.clause('SATISFACTION-PRESENT')}",
        held if form.overall or form.adoption else "未填写",
        reading.verdict("SATISFACTION-", of=[form], held=bool(form.overall and form.adoption)),
        reading.page("satisfaction"),
    )


def _short_date(day: dt.date | None) -> str:
    return day.isoformat() if day else "未填"


def _head(source: Source) -> Table:
    """Who is served by whom; names are bounded, for the page is one page."""
    dossier = source.dossier
    names = (
        ("试点企业", dossier.one(Enterprise).name),
        ("诊断服务机构", dossier.one(Provider).name),
    )
    rows = [
        Row((Cell(label, align=Align.CENTRE, shaded=True), Cell(shortened(value, 33))))
        for label, value in names
    ]
    return Table((28, 128), tuple(rows))


def _table(rows: list[_Line]) -> Table:
    body = [
        Row(
            (
                Cell(line.name),
                Cell(line.asked),
                Cell(line.held),
                verdict_cell(line.verdict),
                Cell(line.seen.replace("，", "，\n")),
            )
        )
        for line in rows
    ]
    heads = head_row("项目", "要求、方案条款", "实际", "结论", "见报告")
    return Table((22.5, 46, 48.5, 15, 24), (heads, *body), head_rows=1)


def _foot(source: Source) -> Paragraph:
    made = date_text(source.today) if source.today.year >= 1900 else ""
    plan = f"依据《{source.pack.document}》" + (f"，{made}生成。" if made else "。")
    return Paragraph(plan, Style.NOTE, align=Align.LEFT)
