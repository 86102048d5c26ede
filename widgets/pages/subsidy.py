"""专项资金: the conditions of payment, the estimate, and the papers and payments they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from app.review import Review
from forms.dossier import Audit, Dossier, Invoice, Payment, SubsidyEntry
from forms.evaluation import Stage
from forms.record import Record, form_of, specs
from grading.finding import Target
from grading.subsidy import Estimate, Ledger, estimate, ledger, money
from grading.subsidy_checks import Check, State, checks
from widgets.actions import bind
from widgets.controls import Button
from widgets.count_strip import Count, CountStrip
from widgets.file_drop import FileDrop, ask_files
from widgets.list_pane import Listed
from widgets.pages.attachments import attach_work
from widgets.pages.base import KeyHints
from widgets.record_form import Section
from widgets.subsidy_view import CheckList, EstimateCard
from widgets.tabbed_page import TabbedPage

_KINDS_NOTE = "一张凭证含多类支出的，按支出类别分条登记，号码相同。金额以元为单位，精确到分。"
_LISTS = (
    Listed(
        Invoice,
        "发票",
        "发票",
        ("number", "date", "amount", "kind", "contract", "seller"),
        (
            Section(
                "",
                ("number", "date", "amount", "kind", "contract", "seller", "scan"),
                _KINDS_NOTE,
            ),
        ),
    ),
    Listed(
        Payment,
        "付款凭证",
        "付款凭证",
        ("number", "date", "amount", "kind", "contract", "payee"),
        (
            Section(
                "",
                ("number", "date", "amount", "kind", "contract", "payee", "scan"),
                _KINDS_NOTE,
            ),
        ),
    ),
    Listed(
        SubsidyEntry,
        "资金台账",
        "台账记录",
        ("event", "date", "amount", "batch", "document"),
        (
            Section(
                "",
                ("event", "date", "amount", "batch", "document", "scan"),
                "申报、核定、拨付各登记一条；分次拨付的，每次一条。金额以元为单位，精确到分。",
            ),
        ),
    ),
)
_AUDIT = (
    Section(
        "专项审计报告",
        ("auditor", "number", "date", "amount", "passed", "opinion", "scan"),
        "由第三方审计机构出具（方案 二（六））；登记后，测算以审定投入金额为上限。",
    ),
)
#: On which list that is added which a condition or the ledger lacks.
_LISTS_OF = {
    "invoice": form_of(Invoice),
    "payment": form_of(Payment),
    "event": form_of(SubsidyEntry),
}


class SubsidyPage(TabbedPage):
    """Conditions, estimate and audit; behind tabs the invoices, the payments, and the ledger."""

    key = "subsidy"
    plain = False
    first = "条件、测算与审计"
    forms = ((Audit, _AUDIT),)
    lists = _LISTS

    def fill_form(self) -> None:
        self.strip, self.estimate = CountStrip(), EstimateCard()
        self.list = CheckList(self.desk.pack.bureau)
        for place, part in enumerate((self.strip, self.list, self.estimate)):
            part.setMaximumWidth(self.form.records[0].maximumWidth())
            self.form.column.insertWidget(place, part)
        self._scan = Button("添加扫描件", icon="clip")
        self._scan.setToolTip("为选中的一条添加扫描件")
        self._head.add_right(self._scan)
        self.list.wanted.connect(self._mend)
        self._scan.clicked.connect(self.ask_scan)
        for form in (*self.form.records, *(pane.form for pane in self.panes)):
            form.edited.connect(lambda _path: self._derive())
        drop = FileDrop(self, "松开鼠标，作为选中一条的扫描件")
        drop.dropped.connect(self.attach)
        bind(self, "subsidy.scan", self.ask_scan, self._scan)

    # -- what is shown ----------------------------------------------------------------------------

    def lay_out(self) -> None:
        super().lay_out()
        self._derive()

    def _derive(self) -> None:
        """What follows from the dossier as it is now."""
        dossier, pack = self.desk.dossier, self.desk.pack
        lines = checks(dossier, pack, self.desk.grade(Stage.RETROFIT))
        found = estimate(dossier, pack)
        self.list.show_checks(lines)
        self.estimate.show_estimate(found)
        self.strip.show_counts(_counts(lines, found, ledger(dossier)))

    def show_review(self, review: Review) -> None:
        super().show_review(review)
        self._derive()

    def _name_tabs(self) -> None:
        super()._name_tabs()
        self._scan.setEnabled(self._chosen() is not None)  # an empty list has nothing to prove

    # -- where it leads ---------------------------------------------------------------------------

    def _mend(self, target: Target) -> None:
        if target.page == self.key:
            self.go_to(target)
        else:
            self.jump.emit(target)

    def go_to(self, target: Target) -> None:
        lacking = target.record is None and target.field in _LISTS_OF
        if target.record is None and not lacking:
            self.show_tab("")
            line = self.list.focus(target.field)
            if line is not None:
                self.form.ensureWidgetVisible(line, 0, 80)
            return
        super().go_to(target)
        if lacking:
            self._add.setFocus()

    def tab_of(self, target: Target) -> str:
        return _LISTS_OF.get(target.field, "") if target.record is None else ""

    def hints(self) -> KeyHints:
        return (*super().hints(), (("Ctrl O",), "添加扫描件"))

    # -- scans ------------------------------------------------------------------------------------

    def ask_scan(self) -> None:
        """Ask for the scan of the chosen entry, or of the audit's report."""
        if self._chosen() is not None:
            ask_files(self, "添加扫描件", "", self.attach)

    def _chosen(self) -> Record | None:
        """The record that a scan goes to: the list's chosen one, or the audit."""
        if self.pane is None:
            return self.desk.dossier.one(Audit)
        return self.pane.form.record() if self.pane.count() else None

    def attach(self, paths: Sequence[Path]) -> None:
        """Keep files as attachments, and as the scans of the chosen entry."""
        record = self._chosen()
        if record is None:
            return
        form, before = form_of(record), _attached(self.desk.dossier)
        kind = specs(type(record))["scan"].kinds[0]
        job = self.desk.job(attach_work(self.desk, list(paths), kind))
        job.ended.connect(lambda: self._attached(form, record.id, before))
        job.start()

    def _attached(self, form: str, record: UUID, before: frozenset[UUID]) -> None:
        with self.desk.batch():
            for fresh in _attached(self.desk.dossier) - before:
                self.desk.put(form, record, f"scan.{fresh}", True)
        self.lay_out()


def _attached(dossier: Dossier) -> frozenset[UUID]:
    return frozenset(row.id for row in dossier.records.get("attachment", ()))


def _counts(lines: Sequence[Check], found: Estimate, held: Ledger) -> tuple[Count, ...]:
    """The page's figures at a glance."""
    met = sum(each.state is State.HELD for each in lines)
    failed = sum(each.state is State.FAILED for each in lines)
    note = f"{failed} 项不具备" if failed else f"{len(lines) - met} 项待补"
    token = "block" if failed else "ok" if met == len(lines) else "warn"
    expected = "—" if found.amount is None else money(found.amount)
    return (
        Count(
            "拨付条件", f"{met} / {len(lines)}", note if met < len(lines) else "已全部具备", token
        ),
        Count("可预期补助（元）", expected, "估算，以审核为准"),
        Count("已申报（元）", money(held.applied), "本批次"),
        Count("已核定（元）", money(held.granted), "本批次"),
        Count(
            "已拨付（元）", money(held.paid), f"未拨付 {money(max(held.remaining, 0 * held.paid))}"
        ),
    )
