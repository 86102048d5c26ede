"""What is done on the pages of the first half that are not fields and lists alone."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app import samples
from app.sample_figures import draw_chart
from benchmarks.screen_hand import CTRL, SHIFT, DeadEnd, Hand
from forms.dossier import Attachment, Dossier, Photo, Visit
from forms.evaluation import Stage
from forms.record import Record, form_of
from grading.finding import Target
from widgets.dossier_window import DossierWindow
from widgets.pages.attachments import AttachmentsPage
from widgets.pages.handin import HandinPage
from widgets.pages.report import ReportPage
from widgets.pages.report_outline import entries_of
from widgets.pages.visits import VisitsPage
from widgets.pages.walk import WalkPage
from widgets.question_line import QuestionLine
from widgets.record_form import RecordForm
from widgets.toggles import PEOPLE_KEYS

_LETTERS = {letter: getattr(Qt.Key, f"Key_{letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class Pages(ABC):
    """The pages by their keys; `Road` walks them, and has what they need."""

    hand: Hand
    window: DossierWindow
    files: Path
    told: dict[str, Any]
    pictures: dict[str, Any]
    ids: dict[str, str]
    ends: list[str]

    @property
    def dossier(self) -> Dossier:
        return self.window.desk.dossier

    @property
    def page(self) -> Any:
        return self.window.page()

    @abstractmethod
    def open(self, key: str) -> None:
        """Go to a page."""

    @abstractmethod
    def fields(self, page: Any) -> None:
        """Fill in what is fields and lists."""

    @abstractmethod
    def tab(self, page: Any, key: str) -> None:
        """Show what stands behind a tab."""

    # ── what a mouse does here otherwise than keys ──────────────────────────────────────────────

    def stand_on(self, page: Any) -> None:
        """Have the keyboard on a page, where its keys are heard."""
        page.setFocus()

    def show_visit(self, page: VisitsPage, visit: UUID) -> None:
        """Turn to a visit by its tab."""
        page.choose(visit)
        self.hand.clicks += 1

    def show_photo(self, page: VisitsPage, photo: UUID) -> None:
        """Show a photo in full by a double click on its tile."""
        page.album.open(str(photo))
        self.hand.clicks += 2
        page.album.editor.setFocus()

    def show_attachment(self, page: AttachmentsPage, row: UUID) -> None:
        """Choose a row of the list."""
        page.go_to(Target("attachments", row))
        self.hand.clicks += 1

    def show_heading(self, page: ReportPage, key: str) -> None:
        """Open a heading of the report, the caret at its top."""
        page.open(key)
        self.hand.clicks += 1

    def keyboard_to_options(self, page: WalkPage) -> None:
        """Where letters choose; a person is there unless he is in a field, and leaves it by Esc."""
        self.hand.ready()
        page._take_keyboard()

    def choose_folder(self, page: HandinPage, folder: Path) -> None:
        """Say where papers are exported to."""
        page.export.set_folder(folder)

    # ── page by page ────────────────────────────────────────────────────────────────────────────

    def _preparation(self, page: Any) -> None:
        self.hand.click(self.hand.button(self.window, "按自评拟写"))
        self.hand.wait(page.confirm_all.isVisible, "确认拟写内容的按钮", 20)
        self.hand.click(page.confirm_all)
        for form in page.findChildren(RecordForm):
            if form.kind.single:
                key = form_of(form.kind)
                self.tab(page, key)
                self.hand.fill(form, self.told.get(key, {}), self.ids)

    def _self(self, page: Any) -> None:
        self._answers(page, Stage.SELF)

    def _walk(self, page: Any) -> None:
        self._answers(page, Stage.DIAGNOSIS)

    def _answers(self, page: WalkPage, stage: Stage) -> None:
        """Figures, letters and digits, reasons and notes, item after item and scene after scene."""
        hand = self.hand
        told = {a["subject"]: a for a in self.told["answer"] if a["stage"] == stage.value}
        for subject in list(page.subjects):
            answer = told[subject]
            if page.subject != subject:
                self._keyboard(page)
                hand.press(Qt.Key.Key_Right)
            if page.subject != subject:
                raise DeadEnd(f"→ 没有到“{subject}”")
            for key, value in answer.get("figures", {}).items():
                box = _figures(page).get(key)
                if box is not None and box.text() != str(value):
                    hand.write(box, str(value))
            self._keyboard(page)
            for letter in answer.get("chosen", ()):
                if not page.desk.dossier.answer(stage, subject).chosen.get(letter):
                    hand.press(_LETTERS[letter])
            if (level := answer.get("level")) is not None:
                hand.press(Qt.Key(Qt.Key.Key_0.value + int(level)))
            if reason := answer.get("reason"):
                hand.write(page.panel.reason.field, reason)
            if note := answer.get("note"):
                self._keyboard(page)
                hand.press(Qt.Key.Key_N, held=SHIFT)
                hand.type(note)
                hand.press(Qt.Key.Key_Tab)

    def _keyboard(self, page: WalkPage) -> None:
        self.keyboard_to_options(page)
        self.hand.wait(page._body.hasFocus, "选项上的键盘", 5)

    def _visits(self, page: VisitsPage) -> None:
        photos = self._album()
        for visit in self.told["visit"]:
            self._visit(page, visit)
            files = [path for path, told in photos if told.get("visit") == visit["id"]]
            held = len(self.dossier.all(Photo)) + len(files)
            self.hand.drop(page, files)
            self.hand.wait(partial(self._count, Photo, held), "照片", 180)
        if page.stack.currentWidget() is not page.album:
            self.hand.click(self.hand.button(page, "现场与照片"))
        for path, told in photos:
            self._describe(page, path.name, told)

    def _visit(self, page: VisitsPage, visit: dict[str, Any]) -> None:
        count = len(self.dossier.all(Visit)) + 1
        self.stand_on(page)
        self.hand.press(Qt.Key.Key_N, held=CTRL)
        self.hand.wait(partial(self._count, Visit, count), "新的一次", 10)
        self.ids[visit["id"]] = str(self.dossier.all(Visit)[-1].id)
        record = page.record
        self.hand.fill(record.first, visit, self.ids)
        self.hand.fill(record.rest, visit, self.ids)
        stays = [stay for stay in self.told["stay"] if stay["parent"] == visit["id"]]
        for number, stay in enumerate(stays):
            if number >= len(record.stays):
                self.hand.click(record.add)
            self.hand.fill(record.stays[number].form, stay, self.ids)

    def _count(self, form: type[Record], wanted: int) -> bool:
        return len(self.dossier.all(form)) == wanted

    def _describe(self, page: VisitsPage, name: str, told: dict[str, Any]) -> None:
        photo = next((p for p in self.dossier.all(Photo) if p.filename == name), None)
        if photo is None:
            raise DeadEnd(f"照片 {name} 没有收入")
        if photo.visit is not None and page._visit != photo.visit:
            self.show_visit(page, photo.visit)
        self.show_photo(page, photo.id)
        editor = page.album.editor
        if photo.kind != told["kind"]:
            number = list(editor.kinds._buttons).index(told["kind"]) + 1
            self.hand.press(Qt.Key(Qt.Key.Key_0.value + number))
            self.hand.wait(partial(self._is_kind, photo.id, told["kind"]), "照片类别", 5)
        members = [str(m["id"]) for m in self.told["member"]]
        for person in told.get("people", ()):
            self.hand.press(_LETTERS[PEOPLE_KEYS[members.index(person)]])
        values = {k: told[k] for k in ("counterpart", "logo", "caption") if told.get(k)}
        self.hand.fill(editor.form, values, self.ids)

    def _is_kind(self, photo: UUID, kind: str) -> bool:
        found = self.dossier.find(Photo, photo)
        return found is not None and found.kind == kind

    def _trainings(self, page: Any) -> None:
        """The trainings, and back at the photos which of them they show."""
        self.fields(page)
        self.open("visits")
        for path, told in self._album():
            photo = next(p for p in self.dossier.all(Photo) if p.filename == path.name)
            if told.get("training"):
                if photo.visit is not None:
                    self.show_visit(self.page, photo.visit)
                self.show_photo(self.page, photo.id)
                training = {"training": told["training"]}
                self.hand.fill(self.page.album.editor.form, training, self.ids)

    def _album(self) -> list[tuple[Path, dict[str, Any]]]:
        """The phone's album: drawn for the sample's enterprise, at its site."""
        found = []
        for place, told in enumerate(self.pictures["photos"], 1):
            taken = dt.datetime.fromisoformat(str(told["taken_at"]))
            path = self.files / f"IMG_{taken:%Y%m%d_%H%M%S}_{place:02}.jpg"
            samples._draw(self.dossier, told, path, taken)
            found.append((path, told))
        return found

    def _attachments(self, page: AttachmentsPage) -> None:
        """The sample's figures and scans, dropped; their kinds follow from their names."""
        left = [told for told in self.pictures["attachments"] if told["id"] not in self.ids]
        paths = [self._paper(told["id"]) for told in left]
        count = len(self.dossier.all(Attachment))
        self.hand.drop(page, paths)
        self.hand.wait(partial(self._count, Attachment, count + len(paths)), "附件", 120)
        for told in left:
            row = next(a for a in self.dossier.all(Attachment) if a.filename == told["filename"])
            self.ids[told["id"]] = str(row.id)
            self.show_attachment(page, row.id)
            values = {key: told[key] for key in ("name", "kind", "visit", "proves") if key in told}
            self.hand.fill(page.form, values, self.ids)

    def _paper(self, short: str) -> Path:
        """One of the sample's figures and scans, drawn."""
        told = next(told for told in self.pictures["attachments"] if told["id"] == short)
        path = self.files / str(told["filename"])
        if "chart" in told["draw"]:
            draw_chart(told["draw"], path)
        else:
            taken = dt.datetime.fromisoformat(str(told["taken_at"]))
            samples._draw(self.dossier, told, path, taken)
        return path

    def _report(self, page: ReportPage) -> None:
        """Replies to what is asked, the whole drafted, everything confirmed."""
        hand = self.hand
        replies = {reply["question"]: reply for reply in self.told["reply"]}
        for entry in entries_of(page.desk.pack.outline).all:
            if entry.sections:
                self.show_heading(page, entry.key)
                QApplication.processEvents()
                self._reply(page, replies)
        for question in replies:
            self.ends.append(f"report: 没有问“{question}”")
        hand.click(hand.button(self.window, "拟写全文"))
        hand.wait(lambda: not self.window.jobs.isVisible(), "拟写结束", 240)
        for entry in entries_of(page.desk.pack.outline).all:
            if entry.sections:
                self.show_heading(page, entry.key)
                hand.press(Qt.Key.Key_Return, held=CTRL | SHIFT)

    def _reply(self, page: ReportPage, replies: dict[str, dict[str, Any]]) -> None:
        for line in page.sheet.findChildren(QuestionLine):
            told = replies.get(line.question.key)
            if told is not None and line.isVisible():
                self.hand.write(line.field, told["text"])
                del replies[line.question.key]

    def _handin(self, page: HandinPage) -> None:
        self.choose_folder(page, self.files / "导出")
        self.hand.click(page.export.final)
        self.hand.wait(lambda: page.export.draft.isEnabled(), "导出结束", 300)
        if not list((self.files / "导出").rglob("*.zip")):
            raise DeadEnd("没有导出终稿")


def _figures(page: WalkPage) -> dict[str, Any]:
    """The numbers beside an item's options, by key; a scene has none."""
    card = getattr(page.panel, "card", None)
    return card.fields if card is not None else {}
