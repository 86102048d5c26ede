"""专家验收 (方案 三（一）7): the experts, their opinion and conclusion, the points to be mended."""

from __future__ import annotations

from uuid import UUID

from forms.dossier import DiagnosisAcceptance, DiagnosisExpert, ReturnPoint
from forms.inspection import accepted_id
from forms.visit import OPINION_SCAN
from widgets.desk import Desk
from widgets.kind_files import Filed, KindFiles
from widgets.list_pane import Listed, ListPane
from widgets.pages.returned import date_closing
from widgets.record_form import Section
from widgets.tabbed_page import TabbedPage


class InspectionPage(TabbedPage):
    """What the opinion says, typed from it; the points are closed as those of 退回意见 are."""

    key = "inspection"
    first = "验收会"
    forms = (
        (
            DiagnosisAcceptance,
            (
                Section(
                    "诊断成果验收",
                    ("held_on", "place", "organiser", "issued_on", "conclusion", "opinion"),
                    "市工信局组织专家验收，照验收意见录入；结论为通过、各条整改意见均已办结的，"
                    "本步骤方为完成。",
                ),
            ),
        ),
    )
    lists = (
        Listed(
            DiagnosisExpert,
            "验收专家",
            "专家",
            ("name", "organisation", "post", "lead"),
            (Section("", ("name", "organisation", "post", "lead")),),
        ),
        Listed(
            ReturnPoint,
            "整改意见",
            "意见",
            ("text", "due", "state", "closed_on"),
            (
                Section("专家意见", ("text", "place", "due", "asked", "basis")),
                Section(
                    "整改情况",
                    ("state", "closed_on", "reply", "attachments", "photos", "shown"),
                ),
            ),
        ),
    )

    def make_pane(self, listed: Listed) -> ListPane:
        return (
            _Points(self.desk, listed) if listed.kind is ReturnPoint else super().make_pane(listed)
        )

    def fill_form(self) -> None:
        why = "验收意见须留存（方案 三（一）7），扫描后归入。"
        files = KindFiles(self.desk, "验收意见", (Filed(OPINION_SCAN, why),))
        files.jump.connect(self.jump)
        self.form.add(files)


class _Points(ListPane):
    """The experts' points, which lie below the acceptance."""

    def __init__(self, desk: Desk, listed: Listed) -> None:
        super().__init__(desk, listed)
        self.form.edited.connect(self._closing)

    def _parent(self) -> UUID | None:
        return accepted_id(self.desk.dossier_id)

    def _closing(self, path: str) -> None:
        point = self.desk.dossier.find(ReturnPoint, self.table.current())
        if point is not None:
            date_closing(self.desk, point, path)
            self.form.refresh()
