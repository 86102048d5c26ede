"""The five tasks of `tasks`, each by mouse and by keys."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import yaml
from PIL import Image
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLineEdit

from app.clashes import clashes
from app.handing_out import pack
from app.keys import new_keys
from app.merging import arrived
from app.workbench import Workbench
from benchmarks.screen_hand import DeadEnd, Hand, open_by_nav
from benchmarks.screen_keys import KeyHand, NoMouse
from exporters.style import resource_path
from forms.dossier import Enterprise, Photo
from forms.evaluation import Stage
from widgets.application import Program
from widgets.clash_desk import ClashDesk
from widgets.dossier_window import DossierWindow
from widgets.pages.handin import HandinPage
from widgets.pages.handin_export import FOLDER_SETTING, FileLine
from widgets.pages.walk import WalkPage
from widgets.unlock_page import UnlockPage

PASSPHRASE = "shili-changchun-2025"
NAME, CODE, ADDRESS = "示例·新档电子有限公司", "91220113MA0EXAMP6T", "示例工业园样本路6号"
START, ITEM, LETTER = "enterprise", "网络建设", "B"
OPEN = (Stage.DIAGNOSIS.value, ITEM)
K = Qt.Key


class Opener(QObject):
    """Stands in for what opens folders and files; keeps which."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        QDesktopServices.setUrlHandler("file", self, "take")  # type: ignore[arg-type]

    @Slot("QUrl")
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


class Sitting:
    """The program over a prepared store, worked by a hand with a mouse or (`by_keys`) without."""

    def __init__(self, folder: Path, *, by_keys: bool) -> None:
        folder.mkdir()
        self.folder, self.by_keys = folder, by_keys
        self.photo = folder / "IMG_1.jpg"
        Image.effect_noise((640, 480), 60).convert("RGB").save(self.photo)
        self.dossier_id = prepared(folder)
        self.program = Program(["--data", str(folder / "data")])
        sys.excepthook = sys.__excepthook__
        self.program.begin()
        self.main = self.program.window
        self.main.resize(1440, 900)
        self.opener, self.found = Opener(), ""
        self.hand: Hand = Hand(self.main, lambda _name: self.photo)
        self._unlock()

    def _unlock(self) -> None:
        hand, main = self.hand, self.main
        hand.wait(lambda: main.findChildren(UnlockPage), "口令页")
        for page in main.findChildren(UnlockPage):
            hand.write(page.findChildren(QLineEdit)[0], PASSPHRASE)
            hand.click(page.go_on)
        hand.wait(lambda: main.home and main.bench, "档案列表")

    def do(self, task: Task) -> str:
        """Do a task from its beginning with a fresh hand; what became of it."""
        task.begin(self)
        kind = KeyHand if self.by_keys else Hand
        self.hand = kind(self.main, lambda _name: self.photo)
        mouse = NoMouse(self.program.app)
        try:
            (task.keys if self.by_keys else task.mouse)(self)
            done = task.done(self)
        except DeadEnd as end:
            return f"dead end: {end}"
        finally:
            self.program.app.removeEventFilter(mouse)
        if self.by_keys and mouse.seen:
            return f"needed the mouse {mouse.seen} times"
        return "done" if done else "nothing came of it"

    def leave(self) -> None:
        """Close the program."""
        self.main.close()
        self.program.leave()

    @property
    def key_hand(self) -> KeyHand:
        assert isinstance(self.hand, KeyHand)
        return self.hand

    @property
    def bench(self) -> Workbench:
        assert self.main.bench is not None
        return self.main.bench

    @property
    def window(self) -> DossierWindow:
        found = self.main.dossier
        assert found is not None
        return found

    def at_list(self) -> None:
        """Back at the list, the keyboard in its table."""
        self.main.go_home()
        assert self.main.home is not None
        self.main.home.table.setFocus()

    def at_start(self) -> None:
        """The dossier open at its first page, judged, the keyboard where opening leaves it."""
        self.main.go_home()
        self.main.open_dossier(self.dossier_id, START)
        self.hand.wait(lambda: self.window.desk.review is not None, "判断", 120)
        QApplication.processEvents()


def prepared(folder: Path) -> UUID:
    """A store with the sample's dossier, in which two fields were edited apart."""
    with resource_path("samples", "electronics", "dossier.yaml").open(encoding="utf-8") as stream:
        told = yaml.load(stream, Loader=yaml.CSafeLoader)
    told["answer"] = [a for a in told["answer"] if (a["stage"], a["subject"]) != OPEN]
    with closing(Workbench.open(folder / "data", PASSPHRASE)) as mine:
        mine.set_person("王示例")
        mine.store.set_setting(FOLDER_SETTING, str(folder / "导出"))
        made = mine.import_mapping(told)
        list(pack(mine, made, folder))
        with closing(Workbench.open(folder / "colleague", keys=new_keys())) as theirs:
            theirs.set_person("李示例")
            _take(theirs, _bundle(folder))
            _edit(theirs, made, "0431-0000-0002", "130")
            list(pack(theirs, made, folder))
        _edit(mine, made, "0431-0000-0001", "125")
        _take(mine, _bundle(folder))
    return made


def _bundle(folder: Path) -> Path:
    return max(folder.glob("*.zip"), key=lambda path: path.stat().st_mtime_ns)


def _take(bench: Workbench, path: Path) -> None:
    with arrived(bench, path) as arrival:
        list(arrival.take())


def _edit(bench: Workbench, dossier: UUID, phone: str, people: str) -> None:
    record = bench.dossier(dossier).one(Enterprise)
    bench.put(dossier, "enterprise", record.id, "phone", phone)
    bench.put(dossier, "enterprise", record.id, "employees.value", people)


# ── what there is to do ─────────────────────────────────────────────────────────────────────────


def _new_by_mouse(at: Sitting) -> None:
    hand, home = at.hand, at.main.home
    assert home is not None
    hand.click(hand.button(home, "新建档案"))
    hand.type(NAME)
    hand.press(K.Key_Return)
    _type_profile(at)


def _new_by_keys(at: Sitting) -> None:
    at.key_hand.act("home.new")
    at.hand.type(NAME)
    at.hand.press(K.Key_Return)
    _type_profile(at)


def _type_profile(at: Sitting) -> None:
    """The first two lines of the new dossier that are empty; the hand knows its ways to them."""
    hand, main = at.hand, at.main
    hand.wait(lambda: main.dossier is not None and main.dossier.key == START, "新档案")
    fields = at.window.page().records[0].fields  # type: ignore[attr-defined]
    for name, text in (("credit_code", CODE), ("address", ADDRESS)):
        edit = fields[name].edit
        if not edit.hasFocus():
            hand.click(edit)
        hand.type(text)
    at.window.page().flush()


def _is_new(at: Sitting) -> bool:
    made = at.bench.dossier(at.window.desk.dossier_id).one(Enterprise)
    return (made.name, made.credit_code, made.address) == (NAME, CODE, ADDRESS)


def _answer_by_mouse(at: Sitting) -> None:
    hand = at.hand
    open_by_nav(hand, at.window, "walk")
    page = _walk(at)
    hand.click(hand.button(page.panel.ladder, LETTER))
    hand.choose_files([at.photo], lambda: hand.click(page.panel.basis.add_photo))


def _answer_by_keys(at: Sitting) -> None:
    hand = at.key_hand
    hand.look_up("水平评测")
    _walk(at)
    hand.press(getattr(K, f"Key_{LETTER}"))
    hand.choose_files([at.photo], lambda: hand.press(K.Key_P))


def _walk(at: Sitting) -> WalkPage:
    page = at.window.page()
    assert isinstance(page, WalkPage)
    if page.subject != ITEM:
        raise DeadEnd(f"水平评测没有开在“{ITEM}”")
    return page


def _is_answered(at: Sitting) -> bool:
    at.hand.wait(lambda: at.bench.dossier(at.dossier_id).all(Photo), "照片", 60)
    at.hand.wait(lambda: any(_answer(at).photos.values()), "照片的关联", 30)
    return bool(_answer(at).chosen.get(LETTER))


def _answer(at: Sitting) -> Any:
    return at.bench.dossier(at.dossier_id).answer(Stage.DIAGNOSIS, ITEM)


def _block_by_mouse(at: Sitting) -> None:
    at.hand.click(at.window.frame.findings._counts)
    at.found = _elsewhere(at)
    open_by_nav(at.hand, at.window, START)


def _block_by_keys(at: Sitting) -> None:
    at.key_hand.act("dossier.block")
    at.found = _elsewhere(at)
    at.key_hand.act("dossier.return")


def _elsewhere(at: Sitting) -> str:
    """The page that one came to."""
    at.hand.wait(lambda: at.window.key != START, "阻断所在的页面", 10)
    return at.window.key


def _is_back(at: Sitting) -> bool:
    wanted = {f.target.page for f in at.bench.review(at.dossier_id).blocking if f.target}
    return at.found in wanted and at.window.key == START


def _clash_by_mouse(at: Sitting) -> None:
    open_by_nav(at.hand, at.window, "merge")
    for place in range(2):
        block = _desk(at).blocks[place]
        at.hand.click(block.cards[place].take)


def _clash_by_keys(at: Sitting) -> None:
    at.key_hand.look_up("收取与冲突")
    _desk(at)
    at.hand.press(K.Key_Left, K.Key_Down, K.Key_Right)


def _desk(at: Sitting) -> ClashDesk:
    at.hand.wait(lambda: at.window.key == "merge", "收取与冲突", 10)
    return at.window.page().clashes  # type: ignore[attr-defined,no-any-return]


def _is_decided(at: Sitting) -> bool:
    return not [each for each in clashes(at.bench, at.dossier_id) if each.matters]


def _export_by_mouse(at: Sitting) -> None:
    open_by_nav(at.hand, at.window, "handin")
    at.hand.click(_handin(at).export.draft)
    at.hand.click(_exported(at).button)


def _export_by_keys(at: Sitting) -> None:
    at.key_hand.look_up("导出草稿")
    at.key_hand.click(_exported(at).button)


def _handin(at: Sitting) -> HandinPage:
    page = at.window.page()
    assert isinstance(page, HandinPage)
    return page


def _exported(at: Sitting) -> FileLine:
    export = _handin(at).export

    def lines() -> list[FileLine]:
        return [each for each in export.findChildren(FileLine) if each.isVisible()]

    at.hand.wait(lambda: export.draft.isEnabled() and lines(), "导出", 600)
    return lines()[0]


def _is_exported(at: Sitting) -> bool:
    return bool(at.opener.opened) and any((at.folder / "导出").rglob("*.docx"))


class Task(NamedTuple):
    """`typed` is what is typed whatever the way."""

    name: str
    begin: Callable[[Sitting], object]
    mouse: Callable[[Sitting], object]
    keys: Callable[[Sitting], object]
    done: Callable[[Sitting], bool]
    typed: str = ""


TASKS = (
    Task("新建档案", Sitting.at_list, _new_by_mouse, _new_by_keys, _is_new, NAME + CODE + ADDRESS),
    Task("答一项并附照片", Sitting.at_start, _answer_by_mouse, _answer_by_keys, _is_answered),
    Task("找到阻断再回来", Sitting.at_start, _block_by_mouse, _block_by_keys, _is_back),
    Task("裁定两处冲突", Sitting.at_start, _clash_by_mouse, _clash_by_keys, _is_decided),
    Task("导出草稿并打开", Sitting.at_start, _export_by_mouse, _export_by_keys, _is_exported),
)


def run(folder: Path, show: Path | None) -> int:
    """Each task by each way, on a store of its own; 1 where one could not be done."""
    worst = 0
    print("| task | way | clicks | keys | of these typed | state |")
    print("| --- | --- | --- | --- | --- | --- |")
    for by_keys in (False, True):
        way = "keys" if by_keys else "mouse"
        at = Sitting(folder / way, by_keys=by_keys)
        for task in TASKS:
            state = at.do(task)
            worst |= state != "done"
            hand, typed = at.hand, len(task.typed)
            print(
                f"| {task.name} | {way} | {hand.clicks} | {hand.keys} | {typed} | {state} |",
                flush=True,
            )
            if show is not None:
                at.main.grab().save(str(show / f"{task.name}-{way}.png"))
        at.leave()
    return worst
