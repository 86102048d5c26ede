"""核验单: one page that sets what was asked beside what is there, and says where it can be seen.

The bureau's clerk reads it first. Whether a row holds is what the plan's rules found, so that the
sheet never says other than the findings do; the numbers stand beside it to be checked by eye.
"""

from __future__ import annotations

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

_LEVEL_HEADING = "（一）数字化水平等级"
_BODY_HEADING = "一、企业基本情况"
#: Visits that have a row of their own; further ones share the last row, for the page is one page.
_VISIT_ROWS = 6


def report_pages(report: Document) -> dict[str, str]:
    """The printed page of each of the report's headings, by the heading's text."""
    numbers = page_numbers(report)
    pages: dict[str, str] = {}
    for entry in outline(report):
        if numbers.get(entry.bookmark):
            pages.setdefault(entry.text, numbers[entry.bookmark])
    return pages


def compose(source: Source, pages: Mapping[str, str] | None = None, manifest: str = "") -> Document:
    """The sheet; `pages` as `report_pages` gives them, `manifest` the SHA-256 of the manifest."""
    sheet = _Sheet(source, pages or {})
    found: list[Block] = [
        Paragraph("咨询诊断核验单", Style.FORM_TITLE),
        _head(source),
        _table(sheet.rows()),
        *_visits(sheet),
        Paragraph(_foot(source, manifest), Style.NOTE),
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
        """Where the report shows it: its page, or its heading where pages are not known."""
        number = self._pages.get(heading)
        return (
            f"报告第{number}页"
            if number
            else "报告"
            + heading.split("）")[0].split("、")[0]
            + ("）" if "）" in heading else "章")
        )

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
        titled = [m for m in members if m.title_level in TITLE_LEVELS[TITLE_LEVELS.index("中级") :]]
        leads = [m for m in members if m.lead]
        covered = {field for m in members for field in chosen(m.expertise)}
        lead = "、".join(f"{m.name}（{m.title_name or m.title_level}）" for m in leads) or "未指定"
        fields = "、".join(field for field in EXPERTISE if field in covered) or "未填"
        asked = f"不少于{self.limit('TEAM-SIZE')}人，其中中级及以上职称不少于"
        people = self.page(annexes.PEOPLE)
        return [
            _Line(
                "诊断团队",
                f"{asked}{self.limit('TEAM-TITLE')}人（四（二））",
                f"{len(members)}人，其中中级及以上职称{len(titled)}人",
                self.verdict("TEAM-SIZE", "TEAM-TITLE", "TEAM-CERTIFICATE"),
                people,
            ),
            _Line(
                "组长与专业领域",
                "专家任组长；具有软件、硬件、集成、行业经验（四（二））",
                shortened(f"组长{lead}；{fields}", 44),
                self.verdict("TEAM-LEAD", "TEAM-LEAD-", "TEAM-FIELDS"),
                people,
            ),
        ]

    def _training(self) -> _Line:
        held = self.source.dossier.all(Training)
        lengths = [annexes.training_length(training) for training in held]
        known = "、".join(length for length in lengths[:4] if length)
        sheets = sum(bool(chosen(training.sign_in)) for training in held)
        return _Line(
            "主题培训",
            f"不少于{self.limit('TRAINING-COUNT')}次，单次不低于{self.limit('TRAINING-HOURS')}小时"
            "（四（三））",
            f"{len(held)}次" + (f"，{known}" if known else "") + f"；签到表{sheets}份",
            self.verdict("TRAINING-"),
            self.page(annexes.OTHER),
        )

    def _words(self) -> _Line:
        body = self.source.words.get("body")
        held = f"第一至四章{body}字（不含附件材料）" if body is not None else "未统计"
        verdict = self.verdict("REPORT-") if body is not None else "需说明"
        asked = f"不少于{self.limit('REPORT-WORDS')}字（三（一）6）"
        return _Line("诊断报告", asked, held, verdict, self.page(_BODY_HEADING))

    def _level(self) -> _Line:
        grade = diagnosis(self.source)
        instrument = self.source.pack.instrument
        if grade is None:
            held = "未评测"
        elif not grade.complete:
            held = f"评测尚未完成，{len(grade.unanswered)}项未作答"
        else:
            points = points_text(grade.total, trim=True)
            held = f"{points}分，{instrument.level_label(grade.level)}"
        done = grade is not None and grade.complete
        return _Line(
            "数字化水平评测",
            f"逐项评测，确定等级（三（一）4、5；{instrument.document_number}）",
            held,
            self.verdict("EVAL-") if done else "不符合",
            self.page(_LEVEL_HEADING),
        )

    def _agreement(self) -> _Line:
        form = self.source.dossier.one(Agreement)
        signed, made = form.signed_on, form.reported_on
        held = f"{date_text(signed) or '未签订'}签订" if signed else "未填签订日期"
        held += f"，报告{date_text(made)}编制" if made else "，未填报告编制日期"
        if signed and made:
            held += f"，历时{(made - signed).days}天"
        return _Line(
            "服务协议与期限",
            f"签订服务协议，{self.source.pack.term_days}天内完成（附件2第一条）",
            held,
            self.verdict("AGREEMENT-", "VISIT-WINDOW"),
            f"报告封面、{self.page(annexes.OTHER)}",
        )

    def _exclusions(self) -> _Line:
        form = self.source.dossier.one(Enterprise)
        answers = (form.central_funds, form.pilot_2022)
        words = {None: "未填", True: "是", False: "否"}
        funded, pilot = (words[answer] for answer in answers)
        return _Line(
            "不重复支持",
            "未获中央财政专项支持、未纳入2022年改造试点（四（四））",
            f"获中央财政支持的“小巨人”：{funded}；2022年改造试点：{pilot}",
            self.verdict("EXCLUDED-"),
            self.page(_BODY_HEADING),
        )

    def _satisfaction(self) -> _Line:
        form = self.source.dossier.one(Satisfaction)
        sealed = "已盖章" if form.sealed else "未注明盖章"
        held = f"总体评价：{form.overall}；意见建议：{form.adoption or '未填'}；{sealed}"
        return _Line(
            "满意度评价",
            "企业填写满意度评价表（附件2第二条）",
            shortened(held if form.overall else "未填写", 40),
            self.verdict("SATISFACTION-"),
            self.page(annexes.SATISFACTION),
        )


def _named(finding: Finding, rules: tuple[str, ...]) -> bool:
    return any(
        finding.rule == rule or (rule.endswith("-") and finding.rule.startswith(rule))
        for rule in rules
    )


def _record(finding: Finding) -> object:
    return finding.target.record if finding.target else None


def _head(source: Source) -> Table:
    """Who is served by whom under which plan; names are bounded, for the page is one page."""
    dossier = source.dossier
    pack = source.pack
    lines = (
        ("试点企业", dossier.one(Enterprise).name),
        ("诊断服务机构", dossier.one(Provider).name),
        ("依据", f"{pack.document}（{pack.issued}）"),
    )
    rows = [
        Row((Cell(label, align=Align.CENTRE, shaded=True), Cell(shortened(value, 60))))
        for label, value in lines
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
    heads = head_row("项目", "要求（条款）", "实际", "结论", "见")
    return Table((23, 49, 49, 15, 20), (heads, *body), head_rows=1)


def _verdict_cell(verdict: str) -> Cell:
    return Cell(verdict, align=Align.CENTRE, bold=verdict != "符合")


def _visits(sheet: _Sheet) -> list[Block]:
    """The visits' hours and photos by kind, a row each; the head says what was asked."""
    heads = ("现场诊断", "日期与时段", "时长", "到场", *_KIND_HEADS, "照片\n合计", "结论")
    least = sheet.limit
    asked = (
        f"不少于{least('VISIT-COUNT')}次",
        "签订协议后服务期限内",
        f"≥{least('VISIT-HOURS')}小时",
        f"≥{least('VISIT-PRESENT')}人",
        *("每场\n≥1",) * 2,
    )
    # The office kinds share one minimum; 其他 has none.
    floor = (f"≥{least('VISIT-FLOOR')}", "", f"≥{least('VISIT-PHOTOS')}", "")
    office = Cell(f"合计≥{least('VISIT-OFFICE')}", colspan=2, align=Align.CENTRE)
    limits = (*_centred(asked), office, *_centred(floor))
    rows = [Row(limits), *(_visit_row(sheet, views) for views in _gathered(sheet.visits))]
    note = (
        f"条款：四（一）、四（二）、四（三）和附件3。各次见“现场诊断记录表”文件和"
        f"{sheet.page(annexes.RECORDS)}起；时间、位置与档案矛盾的照片不计入。"
    )
    table = Table(_VISIT_WIDTHS, (head_row(*heads), *rows), head_rows=2)
    return [table, Paragraph(note, Style.NOTE)]


_KIND_HEADS = ("入\n场", "离\n场", "宣贯\n培训", "人员\n访谈", "生产\n现场", "其\n他")
_VISIT_WIDTHS = (19, 32, 16, 13, 9.5, 9.5, 11, 11, 11, 8, 11, 15)


def _gathered(views: list[VisitView]) -> list[list[VisitView]]:
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
    kinds = [min(len(view.of_kind(kind)) for view in views) for kind in PHOTO_KINDS]
    total = min(len(view.counted) for view in views)
    records = {record for view in views for record in _records(view)}
    verdict = sheet.verdict("VISIT-", "STAY-", "PHOTO-", records=records)
    if first is last:
        name = f"第{numeral(first.number)}次"
        stays = sheet.source.dossier.all(Stay, first.visit.id)
        when = f"{date_text(first.visit.date) or '未填日期'}\n{shortened(periods(stays), 40)}"
    else:
        name = f"第{numeral(first.number)}至{numeral(last.number)}次"
        when = "各次分别达到的最低数，逐次见记录表"
    numbers = (duration(minutes), f"{there}人", *map(str, kinds), str(total))
    return Row((*_centred((name,)), Cell(when), *_centred(numbers), _verdict_cell(verdict)))


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


def _foot(source: Source, manifest: str) -> str:
    made = date_text(source.today) if source.today.year >= 1900 else ""
    text = f"本单根据《{source.pack.document}》由档案数据生成"
    text += f"，生成日期：{made}。" if made else "。"
    return text + (f"文件清单（manifest.json）SHA-256：{manifest}" if manifest else "")
