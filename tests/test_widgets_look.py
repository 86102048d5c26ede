"""Colours, icons and text: legible, following the theme, never cut."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.workbench import Workbench
from tests.window_kit import opened
from widgets import look
from widgets.controls import Button, Kind, Segment, SegmentedControl
from widgets.icons import draw
from widgets.marks import LevelBadge, Tag
from widgets.style_sheet import style_sheet
from widgets.surfaces import EmptyHint, EmptyState
from widgets.text import TextLabel, text_height
from widgets.theme import DARK, GLARE, HIGH, LIGHT, RESOURCES, Tokens, _sheet_values, font, theme

LONG = "示例・长春净月高新技术产业开发区轨道交通高端装备智能制造（集团）有限责任公司第二分公司"


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> Iterator[None]:
    theme().install(qapp)
    theme().use(LIGHT)
    yield
    theme().choose("system")
    theme().use(LIGHT)


def contrast(one: str, other: str) -> float:
    def light(name: str) -> float:
        color = QColor(name)
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                 for c in (color.redF(), color.greenF(), color.blueF())]  # fmt: skip
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("held", "least"),
    [(LIGHT, 4.5), (DARK, 4.5), (GLARE, 7.0), (HIGH, 7.0)],
    ids=["light", "dark", "glare", "high"],
)
def test_every_text_is_legible_on_every_ground(held: Tokens, least: float) -> None:
    inks = ("ink", "ink2", "ink3", "accent", "block", "warn", "info", "ok", "draft", "stale")
    for ink in inks:
        own = getattr(held, f"{ink}_bg", held.surface)
        for ground in (held.bg, held.surface, held.sunken, held.hover, own):
            assert contrast(getattr(held, ink), ground) >= least, (ink, ground)
    assert contrast(held.on_accent, held.accent) >= least
    assert contrast(held.ctl, held.surface) >= 3.0
    for fill, text in zip(held.level_fill, held.level_text, strict=True):
        assert contrast(fill, text) >= least


def test_swapping_the_tokens_repaints_what_is_shown(qtbot: QtBot) -> None:
    button = Button("收取文件包", Kind.PRIMARY, icon="transfer")
    qtbot.addWidget(button)
    button.show()
    light = button.grab().toImage()
    with qtbot.waitSignal(theme().changed):
        theme().use(DARK)
    dark = button.grab().toImage()
    ratio = dark.devicePixelRatio()
    inside = QPoint(int(6 * ratio), int(6 * ratio))
    assert light.pixelColor(inside) == QColor(LIGHT.accent)
    assert dark.pixelColor(inside) == QColor(DARK.accent)


def test_the_theme_follows_the_system(qapp: QApplication) -> None:
    hints = qapp.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme().tokens == DARK
    assert qapp.palette().window().color() == QColor(DARK.bg)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme().tokens == LIGHT


def test_a_look_holds_whatever_the_system_says_and_is_kept(
    qapp: QApplication, tmp_path: Path
) -> None:
    with opened(tmp_path / "store") as bench:
        _choose_looks(qapp, bench)


def _choose_looks(qapp: QApplication, bench: Workbench) -> None:
    hints = qapp.styleHints()
    look.choose(bench.store, "contrast")
    assert theme().tokens == GLARE
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme().tokens == HIGH
    theme().wear(GLARE)  # as the shop floor does
    assert theme().tokens == GLARE
    theme().wear(None)
    theme().choose("system")
    look.restore(bench.store)
    assert (theme().look, theme().tokens) == ("contrast", GLARE)
    look.choose(bench.store, "dark")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme().tokens == DARK


class _WantsContrast:
    """A system that asks for high contrast, in the place of Qt's application and its hints."""

    def styleHints(self) -> "_WantsContrast":
        return self

    accessibility = styleHints

    def contrastPreference(self) -> Qt.ContrastPreference:
        return Qt.ContrastPreference.HighContrast

    def colorScheme(self) -> Qt.ColorScheme:
        return Qt.ColorScheme.Light


def test_high_contrast_comes_where_the_system_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widgets.theme.QGuiApplication", _WantsContrast())
    theme().choose("system")
    assert theme().tokens == GLARE
    theme().choose("light")  # what was chosen here goes before what the system asks for
    assert theme().tokens == LIGHT


def test_every_icon_draws_in_its_token(qtbot: QtBot) -> None:
    names = sorted(path.stem for path in (RESOURCES / "icons").glob("*.svg"))
    assert {"block", "warn", "info", "hollow", "half", "done", "withdraw", "pin"} <= set(names)
    for name in names:
        assert _has_pixel(name, LIGHT.accent), name


def _has_pixel(name: str, color: str) -> bool:
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    draw(painter, name, QRectF(0, 0, 64, 64), "accent")
    painter.end()
    wanted = QColor(color)
    return any(image.pixelColor(x, y) == wanted for x in range(64) for y in range(64))


@pytest.mark.parametrize(
    "widget",
    [
        lambda: Button(LONG, Kind.PRIMARY, icon="plus", key="Ctrl 回车", trailing="chevron-right"),
        lambda: Tag(LONG, "warn", "warn"),
        lambda: LevelBadge(1, LONG),
        lambda: TextLabel(LONG, "title"),
        lambda: SegmentedControl([Segment("a", LONG, "二级", "warn")]),
        lambda: EmptyState([EmptyHint("没有企业", LONG, "Ctrl N", "new", "新建")]),
    ],
)
def test_nothing_is_cut_of_a_long_name(qtbot: QtBot, widget: Callable[[], QWidget]) -> None:
    made = widget()
    qtbot.addWidget(made)
    needed = QFontMetricsF(font("meta")).horizontalAdvance(LONG)
    assert made.sizeHint().width() >= needed
    assert made.minimumSizeHint().width() >= needed


def test_wrapped_text_asks_for_the_height_it_needs(qtbot: QtBot) -> None:
    label = TextLabel(LONG * 3, "dense", wrap=True)
    qtbot.addWidget(label)
    assert label.heightForWidth(200) == text_height(LONG * 3, "dense", 200) >= 5 * 20
    assert label.heightForWidth(5000) < label.heightForWidth(200)


@pytest.mark.parametrize("held", [LIGHT, DARK, GLARE, HIGH], ids=["light", "dark", "glare", "high"])
def test_every_picture_of_the_style_sheet_is_there_in_each_look(held: Tokens) -> None:
    named = re.findall(r'url\("([^"]+)"\)', style_sheet(_sheet_values(held)))
    assert len(named) >= 5
    for path in map(Path, named):
        drawn = path.read_text("utf-8")
        assert held.ctl in drawn or path.name.startswith("check-"), path
