"""补助资金申报材料清单: what is together for applying for the subsidy, and what not yet.

The conditions of 方案 三（二）7 with their states, the contracts with their invoices and payments,
the estimate, the audit, and the ledger. It is the program's own paper: the notices' forms
(《…改造项目资金申报书》 and the districts' 汇总表) were not seen, and nothing here imitates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from exporters.blocks import Block, Cell, Document, Heading, Paragraph, Row, Table, head_row
from exporters.form_rows import FormRows
from exporters.report_tables import numbered
from exporters.source import Source
from exporters.style import Align, Style
from exporters.subsidy_chart import chart
from exporters.wording import date_text, pilot
from forms.dossier import (
    Acceptance,
    Assessment,
    Attachment,
    Audit,
    Contract,
    Enterprise,
    File,
    Invoice,
    Partner,
    Payment,
    Provider,
    SubsidyEntry,
    picked,
)
from forms.evaluation import Stage
from forms.pack import Batch
from forms.record import Record, form_of
from forms.subsidy import APPLIED, GRANTED, PAID, yuan
from grading.subsidy import ContractSums, Estimate, Voucher, estimate, ledger, money
from grading.subsidy_checks import checks
from grading.subsidy_words import CAVEAT, left_out_lines, rule_words

TITLE = "补助资金申报材料清单"
_FACTS = (34, 46, 34, 42)
_VOUCHERS = (14, 46, 23, 29, 32, 12)
_NOTICE = "批次通知"
"""What the batch's notice goes by in the table; its name stands below."""


def compose(source: Source) -> Document:
    """The list; a draft marks what of the enterprise's own is not filled in."""
    dossier = source.dossier
    found = estimate(dossier, source.pack)
    blocks: list[Block] = [
        Paragraph(pilot(source.pack), Style.FORM_TITLE, after_pt=0),
        Paragraph(TITLE, Style.FORM_TITLE),
        _facts(source),
        Heading(1, "一、拨付条件"),
        *_conditions(source, found.batch),
        Heading(1, "二、合同、发票和付款凭证"),
        Paragraph("金额单位：元", Style.CELL, align=Align.RIGHT, keep_with_next=True),
        _vouchers(source, found),
        Heading(1, "三、补助金额测算（估算）"),
        *_estimate(found, drawn=source.drawn),
        Heading(1, "四、专项审计报告"),
        _audit(source),
        Heading(1, "五、资金台账"),
        *_ledger(source),
    ]
    return Document(
        title=f"{dossier.one(Enterprise).name.strip()}{TITLE}",
        blocks=tuple(blocks),
        draft=source.draft,
        author=dossier.one(Provider).name,
    )


def _facts(source: Source) -> Table:
    dossier, rows = source.dossier, FormRows(marked=source.draft)
    enterprise, report = dossier.one(Enterprise), dossier.one(Assessment)
    acceptance = dossier.one(Acceptance)
    read = date_text(report.reported_on)
    assessed = "，".join(filter(None, (report.assessor.strip(), report.number.strip(), read)))
    accepted = "，".join(filter(None, (acceptance.conclusion, date_text(acceptance.opinion_on))))
    return Table(
        _FACTS,
        (
            rows.pair("企业名称", enterprise.name, "所属县（市、区）", enterprise.district, 8),
            rows.pair("企业信用代码", enterprise.credit_code, "批次", dossier.one(File).batch, 8),
            rows.wide("改造项目名称", acceptance.project, 8),
            rows.wide("第三方评测报告", assessed, 8),
            rows.wide("改造项目验收", accepted, 8),
        ),
    )


def _conditions(source: Source, batch: Batch | None) -> list[Block]:
    notice = batch.source if batch else ""
    rows = [
        (each.name, each.state, each.reason, _NOTICE if each.source == notice else each.source)
        for each in checks(source.dossier, source.pack, source.grades.get(Stage.RETROFIT))
    ]
    heads = ("序号", "拨付条件", "状态", "档案中的情况", "依据")
    table = numbered(heads, (13, 45, 18, 50, 30), rows)
    return [table, Paragraph(f"“{_NOTICE}”指{notice}。", Style.NOTE)] if notice else [table]


def _vouchers(source: Source, found: Estimate) -> Table:
    """Contract by contract, each under its head and with its sums; then what names no contract."""
    judged = {each.record: each for each in found.vouchers}
    rows: list[Row] = []
    held = {each.id: each for each in source.dossier.all(Contract)}
    for number, sums in enumerate(found.contracts, 1):
        rows.append(_contract(source, number, held[sums.record], sums))
        rows += _under(source, judged.values(), {sums.record})
        rows.append(_sums(sums))
    loose = _under(source, (v for v in judged.values() if v.contract not in held), None)
    if loose:
        rows += [_band("未指明所属合同"), *loose]
    heads = ("凭证", "号码", "日期", "金额", "支出类别", "扫描件")
    blank = Row(tuple(Cell() for _ in heads), min_height_mm=8)
    return Table(_VOUCHERS, (head_row(*heads), *(rows or [blank])), head_rows=1)


def _contract(source: Source, number: int, contract: Contract, sums: ContractSums) -> Row:
    partner = source.dossier.find(Partner, contract.partner)
    amount = "" if sums.amount is None else f"合同金额{money(sums.amount)}元"
    signed = f"{date_text(contract.signed_on)}签订" if contract.signed_on else ""
    scans = _scans(source, contract)
    facts = (contract.number.strip(), partner.name.strip() if partner else "", signed, amount)
    said = "，".join(filter(None, (*facts, f"扫描件{scans}份" if scans else "")))
    name = f"合同{number}　{sums.name}"
    return _band(f"{name}（{said}）" if said else name)


def _band(text: str) -> Row:
    return Row((Cell(text, colspan=len(_VOUCHERS), shaded=True),), keep_with_next=True)


def _under(source: Source, rows: Iterable[Voucher], contracts: set[object] | None) -> list[Row]:
    """The vouchers of these contracts, or all; what does not count says so under its kind."""
    found = []
    for row in rows:
        if contracts is not None and row.contract not in contracts:
            continue
        form = Invoice if row.form == form_of(Invoice) else Payment
        record = source.dossier.find(form, row.record)
        cells = (
            Cell("发票" if form is Invoice else "付款", align=Align.CENTRE),
            Cell(row.name),
            Cell(row.date.isoformat() if row.date else "", align=Align.CENTRE),
            Cell("" if row.amount is None else money(row.amount), align=Align.RIGHT),
            Cell(_kind(row)),
            Cell(_count(_scans(source, record)), align=Align.CENTRE),
        )
        found.append(Row(cells))
    return found


def _kind(row: Voucher) -> str:
    """The kind of spending, and why the voucher does not count, without naming the kind again."""
    why = row.why.removeprefix(f"支出类别“{row.kind}”")
    return row.kind + (f"\n不计入：{why}" if why else "")


def _sums(sums: ContractSums) -> Row:
    said = "　".join(
        f"{name}{money(amount)}"
        for name, amount in (
            ("发票合计", sums.invoiced),
            ("付款合计", sums.paid),
            ("可核实投入", sums.verified),
        )
    )
    note = f"（{sums.why}，不计入）" if sums.why else ""
    return Row((Cell(said + note, colspan=len(_VOUCHERS), align=Align.RIGHT, bold=True),))


def _scans(source: Source, record: Record | None) -> int:
    marked = getattr(record, "scan", {})
    return len(picked(marked, source.dossier.all(Attachment)))


def _count(number: int) -> str:
    return f"{number}份" if number else ""


def _estimate(found: Estimate, *, drawn: bool) -> list[Block]:
    if found.amount is None:
        return [Paragraph(found.lacking, Style.NOTE)]
    blocks: list[Block] = [Paragraph(rule_words(found), Style.NOTE)]
    if drawn:
        blocks.append(chart(found))
    sums: Sequence[tuple[str, Decimal]] = (
        ("凭证可核实的投入", found.verified),
        ("核定投入", found.base),
        ("按比例计算", found.shared),
        ("累计上限余额", found.room),
        ("可预期补助", found.amount),
    )
    cells = tuple(Cell(money(amount), align=Align.RIGHT) for _, amount in sums)
    head = head_row(*(f"{name}（元）" for name, _ in sums))
    blocks.append(Table((30, 30, 30, 32, 34), (head, Row(cells, min_height_mm=8)), head_rows=1))
    blocks += [Paragraph(line, Style.NOTE) for line in (*left_out_lines(found), CAVEAT)]
    return blocks


def _audit(source: Source) -> Table:
    form, rows = source.dossier.one(Audit), FormRows(marked=source.draft)
    amount = yuan(form.amount)
    shown = "" if amount is None else f"{money(amount)}元"
    passed = {None: "", True: "已通过", False: "未通过"}[form.passed]
    day, scans = date_text(form.date), _count(_scans(source, form))
    return Table(
        _FACTS,
        (
            rows.pair("第三方审计机构", form.auditor, "报告编号", form.number, 8),
            rows.pair("报告日期", day, "审定投入金额", shown, 8),
            rows.pair("是否通过审计", passed, "报告扫描件", scans, 8),
        ),
    )


def _ledger(source: Source) -> list[Block]:
    dossier = source.dossier
    own = dossier.one(File).batch.strip()
    rows = []
    for row in dossier.all(SubsidyEntry):
        amount = yuan(row.amount)
        day = row.date.isoformat() if row.date else ""
        shown = "" if amount is None else money(amount)
        batch, scans = row.batch.strip() or own, _count(_scans(source, row))
        rows.append((row.event, day, shown, batch, row.document, scans))
    held = ledger(dossier)
    sums = "，".join(
        f"{name}{money(amount)}元"
        for name, amount in ((APPLIED, held.applied), (GRANTED, held.granted), (PAID, held.paid))
    )
    said = f"本批次合计：{sums}，尚未拨付{money(max(held.remaining, Decimal(0)))}元。"
    if held.earlier:
        said += f"以前批次已获补助{money(held.earlier)}元，计入累计上限。"
    heads = ("序号", "事项", "日期", "金额（元）", "批次", "文件名称及文号", "扫描件")
    table = numbered(heads, (13, 14, 23, 29, 22, 43, 12), rows)
    return [Paragraph(said, Style.NOTE, keep_with_next=True), table] if rows else [table]
