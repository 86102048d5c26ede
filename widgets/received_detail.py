"""One bundle that was looked through: whole or not, whose, what it meets, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.answers import Answer, Answered, Outcome
from app.claims import Requirement
from app.received import Compared, Noted
from app.receiving import Examined, Gaps, Received, gaps
from app.signers import Signer, Signers, Standing
from app.store import Store
from forms.instrument import points_text
from grading.finding import Finding, Severity
from widgets.controls import Button, Kind
from widgets.findings_panel import BasisLink
from widgets.flow_layout import FlowLayout
from widgets.icons import SEVERITY_WORDS, draw
from widgets.marks import Tag
from widgets.secret_fields import SecretLine
from widgets.surfaces import Card, Rule, ScrollColumn, empty
from widgets.text import TextLabel

_VERDICTS = {"符合": ("ok", "check"), "需说明": ("warn", "warn"), "不符合": ("block", "block")}
_OUTCOMES = {
    Outcome.MENDED: ("ok", "check"),
    Outcome.DECLINED: ("warn", "warn"),
    Outcome.STANDING: ("block", "block"),
    Outcome.OPEN: ("block", "block"),
    Outcome.UNTAKEN: ("quiet", ""),
}
_NAMED = 12
_TAG = 92


class ReceivedDetail(ScrollColumn):
    """What there is to see of a bundle, or of several parts of one.

    `ticked()` when a finding was ticked for an opinion; `unlocked(passphrase)`; `marks_wanted()`
    for the photos' watermarks; `known()` when a signer was made known.
    """

    ticked = Signal()
    unlocked = Signal(str)
    marks_wanted = Signal()
    known = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__((24, 16, 24, 20), 12)
        self._store = store
        self.boxes: list[tuple[Noted, QCheckBox]] = []

    def show_group(self, group: Sequence[Received], chosen: Sequence[Noted] = ()) -> None:
        """Show a bundle; `chosen` are its findings that were ticked before."""
        empty(self.column)
        self.boxes = []
        first = group[0]
        self.column.addWidget(_StateCard(self, self._store, group))
        seen = first.examined
        if seen is not None:
            lacking = gaps(group)
            if seen.answers:
                self.column.addWidget(_answers_card(seen.answers))
            if seen.compared is not None:
                self.column.addWidget(_compared_card(seen.compared))
            self.column.addWidget(_gaps_card(lacking))
            self.column.addWidget(_requirements_card(seen))
            self.column.addWidget(self._findings_card(seen.findings, chosen))
        self.column.addStretch(1)
        self.verticalScrollBar().setValue(0)

    def chosen(self) -> list[Noted]:
        """The findings that are ticked."""
        return [each for each, box in self.boxes if box.isChecked()]

    def tick_all(self, severity: Severity) -> None:
        """Tick every finding of a severity."""
        for each, box in self.boxes:
            if each.severity == severity.value:
                box.setChecked(True)
        self.ticked.emit()

    def _findings_card(self, findings: Sequence[Noted], chosen: Sequence[Noted]) -> Card:
        card = _card("待办问题", f"{len(findings)} 条，勾选后列入退回意见")
        blocking = sum(each.severity == Severity.BLOCK.value for each in findings)
        if blocking:
            every = Button(f"勾选 {blocking} 条阻断问题", Kind.QUIET, height=28)
            every.clicked.connect(lambda: self.tick_all(Severity.BLOCK))
            card.body.addWidget(every, 0, Qt.AlignmentFlag.AlignLeft)
        for each in findings:
            row = _FindingRow(each)
            row.box.setChecked(each in chosen)
            row.box.clicked.connect(lambda _on=False: self.ticked.emit())
            self.boxes.append((each, row.box))
            card.body.addWidget(Rule())
            card.body.addWidget(row)
        if not findings:
            card.body.addWidget(TextLabel("按现行规则没有发现问题。", "dense", "ink2"))
        return card


def _card(title: str, note: str = "") -> Card:
    card = Card((20, 14), 8)
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(TextLabel(title, "section"))
    if note:
        row.addWidget(TextLabel(note, "dense", "ink2"))
    row.addStretch(1)
    card.body.addLayout(row)
    return card


def _words(text: str, token: str = "ink", role: str = "dense") -> TextLabel:
    return TextLabel(text, role, token, wrap=True)


class _StateCard(Card):
    """Whole, signed, final; level and figures; what cannot be opened asks for its passphrase."""

    def __init__(self, detail: ReceivedDetail, store: Store, group: Sequence[Received]) -> None:
        super().__init__((20, 14), 8)
        self._detail, self._store = detail, store
        first = group[0]
        self.body.addWidget(TextLabel(first.enterprise or first.path.name, "section", keep=False))
        chips = QWidget()
        flow = FlowLayout(chips, (8, 6))
        for text, tone, icon in _chips(first):
            flow.addWidget(Tag(text, tone, icon))
        self.body.addWidget(chips)
        if first.trouble:
            self.body.addWidget(_words(first.trouble, "block"))
        if first.locked:
            asking = SecretLine("文件包口令", "打开并核验")
            asking.given.connect(self._detail.unlocked)
            self.body.addWidget(asking)
        if first.checked is not None:
            verdict = first.checked.verdict
            for word, names in (
                ("缺少", verdict.missing),
                ("改动", verdict.changed),
                ("多出", verdict.extra),
            ):
                if names:
                    self.body.addWidget(_words(f"{word}：{_listed(names)}。", "block"))
            self._add_signature(first)
        if first.examined is not None:
            self._add_figures(first, first.examined)

    def _add_signature(self, first: Received) -> None:
        checked = first.checked
        assert checked is not None
        token = "block"
        if checked.standing in (Standing.OWN, Standing.KNOWN):
            token = "ok"
        elif checked.sound and checked.standing is not Standing.NAMESAKE:
            token = "warn"
        self.body.addWidget(_words(checked.sentence, token))
        made = checked.verdict.signature
        if made is None or checked.standing not in (Standing.UNKNOWN, Standing.NAMESAKE):
            return
        signer = Signer(made.key, made.name, "")
        remember = Button("核对指纹并记住此人", height=28)
        asked = _words("请由对方在电话中念出八个词，与上面逐词一致方可记住。", "ink2")
        sure, not_same = Button("已核对一致，记住", height=28), Button("不一致", height=28)
        answers = QWidget()
        row = QHBoxLayout(answers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for button in (sure, not_same):
            row.addWidget(button)
        row.addStretch(1)

        def ask(on: bool) -> None:
            remember.setVisible(not on)
            asked.setVisible(on)
            answers.setVisible(on)

        remember.clicked.connect(lambda: ask(True))
        not_same.clicked.connect(lambda: ask(False))
        sure.clicked.connect(lambda: self._confirm(signer))
        for part in (remember, asked, answers):
            self.body.addWidget(part)
        ask(False)

    def _confirm(self, signer: Signer) -> None:
        Signers(self._store).confirm(signer)
        self._detail.known.emit()

    def _add_figures(self, first: Received, seen: Examined) -> None:
        score = "" if seen.score is None else f"，{points_text(seen.score)} 分"
        facts = [
            f"服务商：{seen.provider}" if seen.provider else "",
            f"重算等级：{seen.level}{score}" if seen.level else "水平评测尚未完成，等级待定",
            f"报告 {seen.words:,} 字",
        ]
        self.body.addWidget(_words("　　".join(filter(None, facts))))
        for remark in seen.remarks:
            self.body.addWidget(_words(remark, "warn"))
        if seen.photos and not seen.marks:
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(_words("照片按档案所记的拍摄信息判断，水印尚未识读。", "ink2"), 1)
            read = Button("识读照片水印", height=28)
            read.clicked.connect(self._detail.marks_wanted)
            row.addWidget(read)
            self.body.addLayout(row)
        self.body.addWidget(_words(f"文件的 SHA-256：{first.sha256}", "ink3", "meta"))


def _chips(first: Received) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    checked = first.checked
    if first.locked:
        found.append(("已加密", "warn", "lock"))
    elif checked is None:
        found.append(("不能核验", "block", "block"))
    elif checked.verdict.whole:
        count = len(first.manifest.get("files", ()))
        found.append((f"完整，{count} 个文件", "ok", "check"))
    else:
        found.append(("与清单不一致", "block", "block"))
    if checked is not None:
        if checked.signed:
            token = "ok" if checked.standing in (Standing.OWN, Standing.KNOWN) else "warn"
            found.append((f"签名：{checked.name or '未署姓名'}", token, "lock"))
        elif checked.verdict.signature is None:
            found.append(("没有签名", "warn", "warn"))
        else:
            found.append(("签名无效", "block", "block"))
        found.append(("草稿", "draft", "") if first.draft else ("终稿", "quiet", ""))
    if first.part is not None:
        found.append((f"第 {first.part.number} 卷，共 {first.part.of} 卷", "quiet", ""))
    return found


def _listed(names: Sequence[str]) -> str:
    rest = f"等 {len(names)} 个" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + rest


def _gaps_card(lacking: Gaps) -> Card:
    card = _card("缺少的材料", "" if lacking.any else "没有缺少的文书、照片和附件")
    kinds = (
        ("分卷", tuple(f"第 {number} 卷" for number in lacking.parts)),
        ("文书", lacking.papers),
        ("照片", lacking.photos),
        ("附件", lacking.attachments),
    )
    for word, names in kinds:
        if names:
            card.body.addWidget(_words(f"{word} {len(names)} 件：{_listed(names)}。", "block"))
    if lacking.copies:
        card.body.addWidget(
            _words(f"另有 {lacking.copies} 张照片为缩小副本，原件未随包报送。", "ink2")
        )
    return card


def _requirements_card(seen: Examined) -> Card:
    unlike = sum(bool(each.claimed) for each in seen.requirements)
    note = f"{unlike} 项与核验单所载不符" if unlike else ""
    card = _card("对照方案要求（本机重新计算）", note)
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 4)
    grid.setColumnStretch(2, 5)
    for place, each in enumerate(seen.requirements):
        _add_requirement(grid, 2 * place, each)
    card.body.addLayout(grid)
    return card


def _add_requirement(grid: QGridLayout, row: int, each: Requirement) -> None:
    top = Qt.AlignmentFlag.AlignTop
    tone, icon = _VERDICTS.get(each.verdict, ("quiet", ""))
    grid.addWidget(TextLabel(each.name, "dense"), row, 0, top)
    grid.addWidget(_words(each.asked, "ink2"), row, 1, top)
    grid.addWidget(_words(each.held), row, 2, top)
    grid.addWidget(Tag(each.verdict, tone, icon), row, 3, top)
    if each.claimed:
        grid.addWidget(_words(f"核验单所载：{each.claimed}", "block"), row + 1, 1, 1, 3)


def _compared_card(change: Compared) -> Card:
    day = change.at[:16].replace("T", " ")
    card = _card("与上次报送相比", f"上次收到：{day}")
    kinds = (
        ("已改正", change.mended, "ok"),
        ("新出现", change.fresh, "block"),
    )
    for word, found, token in kinds:
        if found:
            card.body.addWidget(_words(f"{word} {len(found)} 条", token, "strong"))
            for each in found[:_NAMED]:
                card.body.addWidget(_words(each.message))
            if len(found) > _NAMED:
                card.body.addWidget(_words(f"……等 {len(found)} 条。", "ink2"))
    same = len(change.standing)
    card.body.addWidget(_words(f"仍未改正 {same} 条。" if same else "上次的问题均已改正。", "ink2"))
    return card


def _answers_card(answers: Sequence[Answered]) -> Card:
    card = _card("退回意见的办理")
    for each in answers:
        opinion = each.returned.opinion
        name = opinion.number or "未编文号"
        total = len(each.answers)
        card.body.addWidget(_words(f"{name}：{total} 条，{each.settled} 条已办结", "ink", "strong"))
        for answer in each.answers:
            card.body.addWidget(_answer_row(answer))
    return card


def _answer_row(answer: Answer) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 2, 0, 2)
    line.setSpacing(12)
    tone, icon = _OUTCOMES[answer.outcome]
    tag = Tag(answer.outcome.value, tone, icon)
    tag.setMinimumWidth(_TAG)
    line.addWidget(tag, 0, Qt.AlignmentFlag.AlignTop)
    said = QVBoxLayout()
    said.setSpacing(2)
    said.addWidget(_words(f"{answer.number}. {answer.point.text}"))
    if answer.reply:
        said.addWidget(_words(f"{answer.state or '答复'}：{answer.reply}", "ink2"))
    if answer.evidence:
        said.addWidget(_words(f"凭据：{'、'.join(answer.evidence)}", "ink2"))
    line.addLayout(said, 1)
    return row


class _FindingRow(QWidget):
    """A finding with a box to tick it: glyph, sentence, where, and the way to its clause."""

    def __init__(self, each: Noted) -> None:
        super().__init__()
        self.box = QCheckBox()
        word = SEVERITY_WORDS[Severity(each.severity)]
        self.box.setAccessibleName(f"列入退回意见。{word}：{each.message}")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(self.box, 0, top)
        line.addWidget(_Glyph(each.severity), 0, top)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(_words(each.message))
        if each.place:
            said.addWidget(_words(each.place, "ink2", "meta"))
        told = Finding(each.rule, Severity(each.severity), each.message, each.basis, each.remedy)
        said.addWidget(BasisLink(told, focused=True), 0, Qt.AlignmentFlag.AlignLeft)
        line.addLayout(said, 1)


class _Glyph(QWidget):
    def __init__(self, severity: str) -> None:
        super().__init__()
        self._severity = severity
        self.setFixedSize(QSize(16, 20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw(painter, self._severity, QRectF(0, 2, 16, 16), self._severity)
        painter.end()
