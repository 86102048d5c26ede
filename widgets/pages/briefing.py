"""结果汇报 (方案 三（一）5): the deck on the whole screen, the minutes, remarks and corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QHBoxLayout, QWidget

from exporters import briefing
from exporters.slides import Deck
from forms.dossier import Briefing, BriefingAttendee, Correction, Remark
from forms.record import form_of
from widgets.actions import bind
from widgets.briefing_show import BriefingShow
from widgets.controls import Button, Kind
from widgets.correction_dialog import CorrectionDialog
from widgets.desk import Desk
from widgets.kind_files import Filed, KindFiles
from widgets.list_pane import Listed, ListPane
from widgets.pages.base import KeyHints
from widgets.record_form import Section
from widgets.surfaces import EmptyHint, EmptyState
from widgets.tabbed_page import TabbedPage


class BriefingPage(TabbedPage):
    """F5 shows the results; the minutes are filled in beside them, and printed as a paper."""

    key = "briefing"
    plain = False
    first = "汇报会"
    forms = (
        (
            Briefing,
            (
                Section(
                    "诊断结果汇报会议纪要",
                    (
                        *("held_on", "place", "start", "end", "chair", "recorder"),
                        *("presenters", "conclusion"),
                    ),
                    "向企业高层领导及相应人员汇报评测结果，听取意见，确定最终结果。"
                    "纪要在“文书与签章”页打印、签字。",
                ),
            ),
        ),
    )
    lists = (
        Listed(
            BriefingAttendee,
            "参加人员",
            "参加人员",
            ("name", "post", "leader"),
            (Section("", ("name", "post", "leader"), "法定代表人、总经理等标明为高层领导。"),),
        ),
        Listed(
            Remark,
            "企业意见",
            "意见",
            ("text", "speaker", "subject", "reply"),
            (
                Section(
                    "",
                    ("speaker", "subject", "text", "reply"),
                    "对评测结果有异议的，选明采集项或场景并答复；确有出入的，据此更正评测结果。",
                ),
            ),
        ),
        Listed(
            Correction,
            "更正",
            "更正",
            ("subject", "before", "after", "agreed", "decided_on"),
            (
                Section(
                    "",
                    ("agreed", "decided_on", "remark", "reason"),
                    "更正同时改写了水平评测中的答案；撤回这里的记录不改答案，要恢复原答案请撤销或另行更正。",
                ),
            ),
        ),
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.show_window: BriefingShow | None = None
        self._composing = False
        self.play = Button("全屏汇报", Kind.PRIMARY, icon="chart", key="F5")
        self.mend = Button("据此更正", icon="pencil")
        super().__init__(desk, parent)
        self._head.add_right(self.mend, self.play)
        self.mend.setToolTip("据选定的企业意见更正评测结果，并留存理由")
        self.play.clicked.connect(self.start)
        self.mend.clicked.connect(self.correct)
        bind(self, "briefing.play", self.start, self.play)
        self._name_tabs()

    def make_pane(self, listed: Listed) -> ListPane:
        if listed.kind is Correction:
            return _Corrections(self.desk, listed, self.correct)
        return ListPane(self.desk, listed)

    def fill_form(self) -> None:
        files = KindFiles(
            self.desk,
            "签字的纪要",
            (Filed("汇报会议纪要扫描件", "双方签字后扫描；也可在“文书与签章”页归入。"),),
        )
        files.jump.connect(self.jump)
        self.form.add(files)

    def _name_tabs(self) -> None:
        super()._name_tabs()
        if self.play.parentWidget() is None:
            return  # not in the header yet: shown now it would be a window, and take the keyboard
        self.mend.setVisible(self.pane is not None and self.pane.listed.kind is Remark)
        self.play.setVisible(self.pane is None)  # beside the lists there is no room; F5 is enough

    def start(self) -> None:
        """Compose the deck as the dossier is now, and show it on the whole screen."""
        if self._composing or self.show_window is not None or not self.flush():
            return
        bench, dossier_id = self.desk.bench, self.desk.dossier_id

        def work() -> Iterator[Deck]:
            review = bench.review(dossier_id)
            yield briefing.compose(review.source(bool(review.blocking_half(1))))

        self._composing = True
        job = self.desk.job(work)
        job.finished.connect(self._play)
        job.ended.connect(self._composed)
        job.ended.connect(job.deleteLater)
        job.start()

    def _composed(self) -> None:
        self._composing = False

    def _play(self, deck: Deck) -> None:
        self.show_window = BriefingShow(deck, self.window())
        self.show_window.closed.connect(self._over)
        self.show_window.begin()

    def _over(self) -> None:
        self.show_window = None
        self.window().activateWindow()

    def finish(self) -> None:
        if self.show_window is not None:
            self.show_window.close()

    def correct(self) -> None:
        """Ask for a correction, for the chosen remark where one is in view."""
        if not self.flush():
            return
        remark = None
        if self.pane is not None and self.pane.listed.kind is Remark:
            remark = self.desk.dossier.find(Remark, self.pane.table.current())
        dialog = CorrectionDialog(self, self.desk, remark)
        dialog.accepted.connect(lambda: self.show_tab(form_of(Correction)))
        dialog.open()

    def hints(self) -> KeyHints:
        return ((("F5",), "全屏汇报"), *super().hints())


class _Corrections(ListPane):
    """The corrections; a new one is made by the dialog, for the answer changes with it."""

    def __init__(self, desk: Desk, listed: Listed, ask: Callable[[], None]) -> None:
        self._ask = ask
        super().__init__(desk, listed)

    def _make_empty(self) -> QWidget:
        hint = EmptyHint(
            "没有更正评测结果", "企业的异议成立时，在这里更正并写明理由", "", "add", "更正评测结果"
        )
        state = EmptyState((hint,))
        state.activated.connect(lambda _what: self.add())
        return self._framed(state)

    def _tools(self) -> QHBoxLayout:
        row = super()._tools()
        self.tools["复制一条"].setVisible(False)
        return row

    def add(self) -> None:
        self._ask()

    def duplicate(self) -> None:
        """A correction copied corrects nothing."""

    def paste(self) -> None:
        """Rows of a table correct nothing."""
