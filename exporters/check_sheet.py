"""核验单: one page that sets what was asked beside what is there, and says where it can be seen.

The bureau's clerk reads it first. Whether a row holds is what the plan's rules found, so that the
sheet never says other than the findings do; the numbers stand beside it to be checked by eye.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from exporters import report_annexes as annexes
from exporters.blocks import Block, Cell, Document, Paragraph, Row, Table, head_row, outline
from exporters.pdf_renderer import page_numbers
from exporters.report_results import diagnosis
from exporters.source import Source
from exporters.style import Align, Style
from exporters.wording import date_text, duration, numeral, periods, shortened
from forms.dossier import (
    Agreement,
    Enterprise,
    Member,
    Provider,
    Satisfaction,
    Stay,
    Training,
    picked,
)
from forms.fields import chosen
from forms.instrument import points_text
from forms.service import EXPERTISE, TITLE_LEVELS
from forms.visit import PHOTO_KINDS
from grading.finding import Finding, Severity
from grading.rules import Case, check
from grading.rules.view import Judged, VisitView

_LEVEL = "（一）数字化水平等级"
_PROFILE = "一、企业基本情况"
_TITLED = TITLE_LEVELS[TITLE_LEVELS.index("中级") :]
#: The headings that rows point to, by their numbers in the report.
_PARTS = {
    _PROFILE: "第一章",
    _LEVEL: "二（一）",
    annexes.PEOPLE: "五（一）",
    annexes.RECORDS: "五（二）",
    annexes.SATISFACTION: "五（四）",
    annexes.OTHER: "五（五）",
}
#: Visits that have a row of their own; further ones share the last row, for the page is one page.
_VISIT_ROWS = 4


def report_pages(report: Document) -> dict[str, str]:
    """The printed page of each of the report's headings, by the heading's text."""
    numbers = page_numbers(report)
    pages: dict[str, str] = {}
    for entry in outline(report):
        if numbers.get(entry.bookmark):
            pages.setdefault(entry.text, numbers[entry.bookmark])
    return pages


def compose(source: Source, pages: Mapping[str, str] | None = None) -> Document:
    """The sheet; `pages` as `report_pages` gives them."""
    sheet = _Sheet(source, pages or {})
    found: list[Block] = [
        Paragraph("咨询诊断核验单", Style.FORM_TITLE),
        _head(source),
        _table(sheet.rows()),
        *_visits(sheet),
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


class _Sheet:
    """Reads the dossier as the rules do."""

    def __init__(self, source: Source, pages: Mapping[str, str]) -> None:
        self.source = source
        self.case = Case(
            source.dossier, source.pack, source.today, source.words or None, {}, source.grades
        )
        self.findings = source.findings or tuple(check(self.case))
        self._pages = pages

    @property
    def visits(self) -> list[VisitView]:
        """The visits with the verdicts that the source knows: those of other dossiers included."""
        verdicts = self.source.verdicts
        return [
            replace(
                view,
                photos=tuple(
                    Judged(j.photo, j.facts, verdicts.get(j.photo.id, j.verdict))
                    for j in view.photos
                ),
            )
            for view in self.case.visits
        ]

    def limit(self, rule: str) -> str:
        """A rule's threshold as the pack has it."""
        return f"{self.case.limit(rule):f}"

    def verdict(self, *rules: str, records: Iterable[object] | None = None) -> str:
        """符合, 不符合 or 需说明, by the findings of some rules (of some records only).

        A rule's name with a hyphen at its end stands for all that begin with it.
        """
        wanted = None if records is None else set(records)
        weights = {
            finding.severity
            for finding in self.findings
            if _named(finding, rules) and (wanted is None or _record(finding) in wanted)
        }
        if Severity.BLOCK in weights:
            return "不符合"
        return "需说明" if Severity.WARN in weights else "符合"

    def page(self, heading: str) -> str:
        """The report's page that shows it; the part's number where pages are not known."""
        number = self._pages.get(heading)
        return f"第{number}页" if number else _PARTS[heading]

    def rows(self) -> list[_Line]:
        """All but the visits."""
        return [
            *self._team(),
            self._training(),
            self._words(),
            self._level(),
            self._agreement(),
            self._exclusions(),
            self._satisfaction(),
        ]

    def _team(self) -> list[_Line]:
        members = self.source.dossier.all(Member)
        titled = [m for m in members if m.title_level in _TITLED]
        covered = {field for m in members for field in chosen(m.expertise)}
        leads = [m for m in members if m.lead]
        lead = shortened(leads[0].name, 6) if leads else "未指定"
        if leads:
            lead += f"（{shortened(leads[0].title_name or leads[0].title_level, 6)}）"
        fields = "、".join(field for field in EXPERTISE if field in covered) or "未填"
        people = self.page(annexes.PEOPLE)
        return [
            _Line(
                "诊断团队",
                f"≥{self.limit('TEAM-SIZE')}人，中级≥{self.limit('TEAM-TITLE')}人，四（二）",
                f"{len(members)}人，中级及以上{len(titled)}人",
                self.verdict("TEAM-SIZE", "TEAM-TITLE", "TEAM-CERTIFICATE"),
                people,
            ),
            _Line(
                "组长与领域",
                "专家任组长，领域齐备，四（二）",
                f"组长{lead}；{fields}",
                self.verdict("TEAM-LEAD", "TEAM-LEAD-", "TEAM-FIELDS"),
                people,
            ),
        ]

    def _training(self) -> _Line:
        held = self.source.dossier.all(Training)
        lengths = [length for training in held if (length := annexes.training_length(training))]
        sheets = sum(bool(chosen(training.sign_in)) for training in held)
        return _Line(
            "主题培训",
            f"≥{self.limit('TRAINING-COUNT')}次，≥{self.limit('TRAINING-HOURS')}小时，四（三）",
            "，".join([f"{len(held)}次", *lengths[:1]]) + f"，签到{sheets}份",
            self.verdict("TRAINING-"),
            self.page(annexes.OTHER),
        )

    def _words(self) -> _Line:
        body = self.source.words.get("body")
        return _Line(
            "报告字数",
            f"≥{self.limit('REPORT-WORDS')}字，三（一）6",
            "未统计" if body is None else f"{body}字（不含附件）",
            "需说明" if body is None else self.verdict("REPORT-WORDS", "REPORT-MARGIN"),
            self.page(_PROFILE),
        )

    def _level(self) -> _Line:
        grade = diagnosis(self.source)
        if grade is None or not grade.complete:
            left = "" if grade is None else f"，{len(grade.unanswered)}项未作答"
            held, verdict = f"评测尚未完成{left}", "不符合"
        else:
            points = points_text(grade.total, trim=True)
            held = f"{points}分，{self.source.pack.instrument.level_label(grade.level)}"
            verdict = self.verdict("EVAL-")
        return _Line("数字化水平", "评测定级，三（一）5", held, verdict, self.page(_LEVEL))

    def _agreement(self) -> _Line:
        form = self.source.dossier.one(Agreement)
        signed, made = form.signed_on, form.reported_on
        held = f"{_short_date(signed)}至{_short_date(made)}"
        return _Line(
            "协议至报告",
            f"{self.source.pack.term_days}天内，附件2第一条",
            held,
            self.verdict("AGREEMENT-"),
            "封面",
        )

    def _exclusions(self) -> _Line:
        form = self.source.dossier.one(Enterprise)
        words = {None: "未填", True: "属于", False: "不属于"}
        first, second = words[form.central_funds], words[form.pilot_2022]
        held = f"两类均{first}" if first == second else f"前者{first}，后者{second}"
        return _Line(
            "不重复支持",
            "非所列两类，四（四）",
            held,
            self.verdict("EXCLUDED-"),
            self.page(_PROFILE),
        )

    def _satisfaction(self) -> _Line:
        form = self.source.dossier.one(Satisfaction)
        sealed = "盖章" if form.sealed else "未注明盖章"
        parts = [form.overall, form.adoption, sealed]
        held = shortened("，".join(part for part in parts if part), 24)
        return _Line(
            "满意度评价",
            "企业填写，附件2第二条",
            held if form.overall else "未填写",
            self.verdict("SATISFACTION-"),
            self.page(annexes.SATISFACTION),
        )


def _short_date(day: dt.date | None) -> str:
    return day.isoformat() if day else "未填"


def _named(finding: Finding, rules: tuple[str, ...]) -> bool:
    return any(
        finding.rule == rule or (rule.endswith("-") and finding.rule.startswith(rule))
        for rule in rules
    )


def _record(finding: Finding) -> object:
    return finding.target.record if finding.target else None


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
                _verdict_cell(line.verdict),
                Cell(line.seen),
            )
        )
        for line in rows
    ]
    heads = head_row("项目", "要求、方案条款", "实际", "结论", "见报告")
    return Table((22.5, 46, 51, 15, 21.5), (heads, *body), head_rows=1)


def _verdict_cell(verdict: str) -> Cell:
    return Cell(verdict, align=Align.CENTRE, bold=verdict != "符合")


def _visits(sheet: _Sheet) -> list[Block]:
    """The visits' hours and photos by kind, a row each; the second head says what was asked."""
    least = sheet.limit
    limits = (
        "要求",
        "协议服务期限内",
        f"≥{least('VISIT-HOURS')}小时\n≥{least('VISIT-PRESENT')}人",
        "≥1\n≥1",
        f"共\n≥{least('VISIT-OFFICE')}",
        f"≥{least('VISIT-FLOOR')}",
        "",
        f"≥{least('VISIT-PHOTOS')}",
        "",
    )
    rows = [Row(_centred(limits)), *(_visit_row(sheet, part) for part in _parts(sheet.visits))]
    if not sheet.visits:
        none = Cell("没有现场诊断", colspan=len(limits) - 1, align=Align.CENTRE)
        rows.append(Row((none, _verdict_cell(sheet.verdict("VISIT-COUNT")))))
    note = (
        f"现场诊断{len(sheet.visits)}次（不少于{least('VISIT-COUNT')}次），条款为方案四（一）至（三）"
        f"和附件3，见现场诊断记录表、报告{sheet.page(annexes.RECORDS)}起；入场、离场照片按每场计，"
        "时间、位置与档案矛盾的照片不计入。"
    )
    table = Table(_VISIT_WIDTHS, (head_row(*_VISIT_HEADS), *rows), head_rows=2)
    return [table, Paragraph(note, Style.NOTE)]


_VISIT_HEADS = (
    *("次", "日期与时段", "时长\n到场", "入场\n离场", "培训\n访谈"),
    *("生产\n现场", "其他", "照片\n合计", "结论"),
)
_VISIT_WIDTHS = (11.5, 47.5, 25.5, 11.3, 11.3, 11.3, 11.3, 11.3, 15)


def _parts(views: list[VisitView]) -> list[list[VisitView]]:
    """Each visit by itself; those beyond the rows there are together in the last one."""
    if len(views) <= _VISIT_ROWS:
        return [[view] for view in views]
    return [*([view] for view in views[: _VISIT_ROWS - 1]), views[_VISIT_ROWS - 1 :]]


def _visit_row(sheet: _Sheet, views: list[VisitView]) -> Row:
    """One visit, or the least of several."""
    first, last = views[0], views[-1]
    members = sheet.source.dossier.all(Member)
    minutes = min(map(_minutes, views))
    there = min(len(picked(view.visit.present, members)) for view in views)
    kinds = {kind: min(len(view.of_kind(kind)) for view in views) for kind in PHOTO_KINDS}
    records = {record for view in views for record in _records(view)}
    if first is last:
        name = numeral(first.number)
        stays = sheet.source.dossier.all(Stay, first.visit.id)
        times = periods(stays) if len(stays) < 3 else f"{periods(stays[:1])}等{len(stays)}场"
        when = f"{date_text(first.visit.date) or '未填日期'}\n{times}"
    else:
        name = f"{numeral(first.number)}至{numeral(last.number)}"
        when = "各次中的最低数，逐次见记录表"
    numbers = (
        f"{duration(minutes)}\n{there}人",
        *(f"{kinds[one]}\n{kinds[other]}" for one, other in _PAIRED_KINDS),
        str(kinds["生产现场"]),
        str(kinds["其他"]),
        str(min(len(view.counted) for view in views)),
    )
    verdict = sheet.verdict("VISIT-", "STAY-", "PHOTO-", records=records)
    return Row((*_centred((name,)), Cell(when), *_centred(numbers), _verdict_cell(verdict)))


_PAIRED_KINDS = (("入场", "离场"), ("宣贯培训", "人员访谈"))


def _minutes(view: VisitView) -> int:
    """Minutes in any of the sessions: what overlaps counts once."""
    spans = [session.span for session in view.sessions if session.span]
    return len(set().union(*(range(start, end) for start, end in spans)))


def _records(view: VisitView) -> set[object]:
    """What findings about a visit point to: itself, its sessions, its photos."""
    held: set[object] = {view.visit.id}
    held |= {session.stay.id for session in view.sessions}
    return held | {judged.photo.id for judged in view.photos}


def _centred(texts: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(Cell(text, align=Align.CENTRE) for text in texts)


def _foot(source: Source) -> Paragraph:
    made = date_text(source.today) if source.today.year >= 1900 else ""
    plan = f"依据《{source.pack.document}》" + (f"，{made}生成。" if made else "。")
    return Paragraph(plan, Style.NOTE, align=Align.LEFT)
