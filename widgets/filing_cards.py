"""What stands beside the fields of annex 4: what the dossier offers for them, what was changed in
the first part since the retrofit began, and who the form's providers are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from forms.dossier import Filing, FilingChange
from forms.fields import Kind as FieldKind
from forms.record import form_of, specs
from grading.finding import Target
from grading.rules.filing_view import (
    Changed,
    Offer,
    PartnerLine,
    changes,
    entry_of,
    offers,
    partner_lines,
    started_on,
)
from grading.rules.numbers import amount, shown
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.marks import Tag
from widgets.record_form import RecordForm, Section
from widgets.surfaces import Card, empty
from widgets.text import TextLabel, tip

_MOST = 60
"""Characters of an offered text that the card shows."""
_LABEL = 170
_FORM = form_of(Filing)


class OfferCard(Card):
    """What the dossier holds for some fields of the form: its value, where it comes from, and
    取用; else why it is not taken over. `taken()` when something was put into a field."""

    taken = Signal()

    def __init__(self, desk: Desk, fields: Sequence[str]) -> None:
        super().__init__((20, 16), 10)
        self.desk, self.fields = desk, tuple(fields)
        self.buttons: dict[str, Button] = {}
        self._shown: object = None
        self.all = Button("取用全部空栏", icon="check", height=28)
        self.all.clicked.connect(self.take_all)
        head = QHBoxLayout()
        head.addWidget(TextLabel("档案中已有", "section"))
        note = "年度和口径与附件4一致的可以取用；不一致的写明原因，由企业另填。"
        head.addWidget(TextLabel(note, "meta", "ink2", keep=False), 1)
        head.addWidget(self.all)
        self.body.addLayout(head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)

    def offers(self) -> list[Offer]:
        """What is offered for the fields of this card."""
        return [each for each in offers(self.desk.dossier) if each.field in self.fields]

    def lay_out(self) -> None:
        """Show what is offered now; nothing is made anew where it is the same."""
        rows = [(offer, self._state(offer)) for offer in self.offers()]
        if rows == self._shown:
            return
        self._shown = rows
        held = next((name for name, button in self.buttons.items() if button.hasFocus()), "")
        empty(self._rows)
        self.buttons = {}
        for offer, state in rows:
            self._rows.addWidget(self._row(offer, state))
        self.all.setVisible(any(state == "open" for _, state in rows))
        self.setVisible(bool(rows))
        if held in self.buttons:
            self.buttons[held].setFocus()

    def _row(self, offer: Offer, state: str) -> QWidget:
        """The label, the value with what can be done with it, and below it where it stands."""
        host, name = QWidget(), specs(Filing)[offer.field].label
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnMinimumWidth(0, _LABEL)
        grid.setColumnStretch(1, 1)
        words = " ".join(offer.words.split())
        value = TextLabel(words[:_MOST] + ("…" if len(words) > _MOST else ""), "dense", keep=False)
        value.setToolTip(tip(offer.words))
        why = f"{offer.source}：{offer.refused}。" if offer.refused else offer.source
        source = TextLabel(why, "meta", "warn" if offer.refused else "ink2", keep=False)
        source.setToolTip(tip(why))
        grid.addWidget(TextLabel(name, "dense", "ink2"), 0, 0)
        grid.addWidget(value, 0, 1)
        grid.addWidget(source, 1, 1)
        grid.addWidget(self._mark(offer, name, state), 0, 2, 2, 1)
        return host

    def _mark(self, offer: Offer, name: str, state: str) -> QWidget:
        """What can be done with an offer, or was done."""
        if state in ("taken", "refused"):
            return Tag("已取用", "ok") if state == "taken" else Tag("不取用", "warn")
        words = "取用" if state == "open" else "改用档案值"
        button = self.buttons[offer.field] = Button(words, height=28)
        button.setAccessibleName(f"{words}：{name}")
        button.clicked.connect(lambda: self.take(offer.field))
        return button

    def _state(self, offer: Offer) -> str:
        """refused, open (the field is empty), taken (it says the same), or other."""
        now = getattr(self.desk.dossier.one(Filing), offer.field)
        if offer.refused:
            return "refused"
        if now in (None, "", {}):
            return "open"
        if isinstance(offer.value, dict):
            same = all(now.get(key) is True for key in offer.value)
        elif specs(Filing)[offer.field].kind is FieldKind.NUMBER:
            same = amount(now) == amount(offer.value)
        else:
            same = now == offer.value
        return "taken" if same else "other"

    def take(self, field: str) -> None:
        """Put what is offered for a field into it."""
        offer = next((each for each in self.offers() if each.field == field), None)
        if offer is None or offer.refused:
            return
        self._put([offer])

    def take_all(self) -> None:
        """Put what is offered into every field of this card in which nothing stands."""
        self._put([each for each in self.offers() if self._state(each) == "open"])

    def _put(self, taken: list[Offer]) -> None:
        record = self.desk.dossier.one(Filing).id
        with self.desk.batch():
            for offer in taken:
                if isinstance(offer.value, dict):
                    for key in offer.value:
                        self.desk.put(_FORM, record, f"{offer.field}.{key}", True)
                else:
                    value = offer.value if isinstance(offer.value, str | int) else str(offer.value)
                    self.desk.put(_FORM, record, offer.field, value)
            self.desk.seal()
        self.taken.emit()


class FreezeCard(Card):
    """What was changed in the first part since the retrofit began, each with its reason.
    `restored()` when something was put back."""

    restored = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__((20, 16), 10)
        self.desk = desk
        self.forms: dict[str, RecordForm] = {}
        self._shown: object = None
        self._note = TextLabel("", "dense", "ink2", wrap=True)
        self.body.addWidget(TextLabel("第一部分的更正", "section"))
        self.body.addWidget(self._note)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.body.addLayout(self._rows)

    def lay_out(self) -> None:
        """Show the changes as they are now."""
        start, found = started_on(self.desk.dossier), changes(self.desk.dossier)
        begun = start is not None and bool(found or start <= dt.date.today())
        self.setVisible(begun)
        if start is not None:
            self._note.setText(
                f"改造于{shown(start)}开始。第一部分由试点企业改造前填写，此后的改动须写明原因；"
                "写明之前，申请表仍印改动前的内容。" + ("" if found else "目前没有改动。")
            )
        told = [(each.change.id, each.before, each.now) for each in found]
        if told != self._shown:
            self._shown = told
            empty(self._rows)
            self.forms = {}
            for each in found:
                self._rows.addWidget(self._row(each))
        for form in self.forms.values():
            form.refresh()

    def _row(self, each: Changed) -> QWidget:
        host = QWidget()
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        words = f"{each.label}：由“{each.before}”改为“{each.now or '空'}”"
        line, back = QHBoxLayout(), Button("恢复原来的内容", icon="withdraw", height=28)
        back.clicked.connect(lambda: self.restore(each))
        told = TextLabel(words, "strong", keep=False)
        told.setToolTip(tip(words))
        line.addWidget(told, 1)
        line.addWidget(back)
        column.addLayout(line)
        form = RecordForm(self.desk, FilingChange, (Section("", ("reason",)),))
        self.forms[each.change.field] = form
        form.show_record(each.change)
        column.addWidget(form)
        return host

    def restore(self, each: Changed) -> None:
        """Put back what stood in a field when the retrofit began."""
        spec, form = specs(each.form)[each.field], form_of(each.form)
        record, value = self.desk.dossier.one(each.form), entry_of(spec, each.before)
        with self.desk.batch():
            if spec.kind is FieldKind.CHOICES:
                for key in {*value, *getattr(record, each.field)}:
                    self.desk.put(form, record.id, f"{each.field}.{key}", key in value)
            else:
                self.desk.put(form, record.id, each.field, value)
            self.desk.seal()
        self.restored.emit()

    def flush(self) -> bool:
        """Keep what is being typed."""
        return False not in [form.flush() for form in self.forms.values()]

    def focus(self, field: str) -> QWidget | None:
        """Give the focus to the reason of a change."""
        form = self.forms.get(field) or next(iter(self.forms.values()), None)
        return form.focus_field("reason") if form is not None else None


class PartnersCard(Card):
    """合作的服务商信息 as it will be printed, from the contracts. `activated(target)` on 去登记."""

    activated = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__((20, 16), 10)
        self.desk = desk
        self._shown: list[PartnerLine] | None = None
        head = QHBoxLayout()
        head.addWidget(TextLabel("合作的服务商信息", "section"))
        note = "由“服务单位与产品”和“改造合同”印出，在那里填写。"
        head.addWidget(TextLabel(note, "meta", "ink2", keep=False), 1)
        for words, page in (("去填写服务单位", "providers"), ("去登记合同", "contracts")):
            button = Button(words, Kind.QUIET, height=28)
            button.clicked.connect(lambda _on=False, page=page: self.activated.emit(Target(page)))
            head.addWidget(button)
        self.body.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setColumnStretch(0, 1)
        self.body.addLayout(self._grid)

    def lay_out(self) -> None:
        """Show the rows as they would be printed now."""
        empty(self._grid)
        lines = partner_lines(self.desk.dossier)
        if not lines:
            self._grid.addWidget(TextLabel("还没有合作的服务商。", "dense", "warn"), 0, 0)
        for row, line in enumerate(lines):
            signed = {True: "已签合同", False: "未签合同", None: "未注明"}[line.contracted]
            money = f"{line.amount} 万元" if line.amount.strip() else "金额未填"
            who = f"{line.partner.contact} {line.partner.phone}".strip() or "联系人未填"
            self._grid.addWidget(TextLabel(line.partner.name, "dense", keep=False), row, 0)
            for column, words in enumerate((signed, money, who), 1):
                self._grid.addWidget(TextLabel(words, "dense", "ink2"), row, column)
