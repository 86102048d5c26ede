"""The look in one place: colour tokens, type sizes, spacing, and how they reach Qt.

A widget never names a colour; it asks `tokens()` while painting, so that swapping the tokens at
run time (the system went dark) repaints everything. Contrast of every text token over every
ground is at least 4.5:1; a test holds that.
"""

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from widgets.style_sheet import style_sheet
from widgets.tokens import DARK as DARK
from widgets.tokens import GLARE as GLARE
from widgets.tokens import HIGH as HIGH
from widgets.tokens import KEY_BAR as KEY_BAR
from widgets.tokens import LIGHT as LIGHT
from widgets.tokens import NAV as NAV
from widgets.tokens import PAGE_HEADER as PAGE_HEADER
from widgets.tokens import PANEL as PANEL
from widgets.tokens import PANEL_BELOW as PANEL_BELOW
from widgets.tokens import RADIUS_CARD as RADIUS_CARD
from widgets.tokens import RADIUS_CONTROL as RADIUS_CONTROL
from widgets.tokens import RADIUS_TAG as RADIUS_TAG
from widgets.tokens import RAIL as RAIL
from widgets.tokens import RAIL_BELOW as RAIL_BELOW
from widgets.tokens import TOP_BAR as TOP_BAR
from widgets.tokens import UNFOLD_MS as UNFOLD_MS
from widgets.tokens import WALK_STRIP as WALK_STRIP
from widgets.tokens import Tokens as Tokens

SYSTEM = "system"
LOOKS = {SYSTEM: "跟随系统", "light": "浅色", "dark": "深色", "contrast": "高对比度"}
"""The looks that can be chosen, by their key in the settings."""

RESOURCES = Path(__file__).resolve().parent.parent / "resources"


@dataclass(frozen=True, slots=True)
class TypeRole:
    """One step of the type scale: size and line pitch in px at 100 %, and the weight."""

    size: int
    line: int
    weight: QFont.Weight


_N, _M, _B = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.Bold
ROLES = {
    "meta": TypeRole(12, 18, _N),
    "dense": TypeRole(13, 20, _N),
    "body": TypeRole(14, 22, _N),
    "strong": TypeRole(14, 22, _B),
    "lead": TypeRole(16, 24, _N),
    "section": TypeRole(15, 22, _B),
    "identity": TypeRole(16, 24, _B),
    "title": TypeRole(20, 28, _B),
    "figure": TypeRole(28, 44, _B),
    "floor": TypeRole(18, 28, _N),
    "floor_title": TypeRole(26, 36, _B),
}

_CHINESE = ("Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC",
            "Source Han Sans SC", "Noto Sans SC")  # fmt: skip
_PROSE = ("FangSong", "仿宋", "STFangsong", "Noto Serif CJK SC", "Noto Serif SC")


class Theme(QObject):
    """Which tokens hold now. One a process, as the palette and the style sheet it feeds are."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self.families: tuple[str, ...] = ()
        self._following = False
        self._worn: Tokens | None = None
        self.look = SYSTEM

    def install(self, app: QApplication) -> None:
        """Give the application its style, fonts and colours, and follow the system from now on."""
        if app.style().name() != "fusion":
            app.setStyle("Fusion")
        self.families = tuple(_families())
        app.setFont(font("body"))
        if not self._following:
            self._following = True
            hints = app.styleHints()
            hints.colorSchemeChanged.connect(self._follow)
            if hasattr(hints, "accessibility"):  # from Qt 6.10 on
                contrast = hints.accessibility().contrastPreferenceChanged
                contrast.connect(lambda _preference: self._follow(hints.colorScheme()))
        self._follow(app.styleHints().colorScheme())

    def wear(self, chosen: Tokens | None) -> None:
        """Have these tokens hold whatever the system says, until None gives it its say again."""
        if chosen is not self._worn:
            self._worn = chosen
            self._follow(QGuiApplication.styleHints().colorScheme())

    def choose(self, look: str) -> None:
        """Have a look of LOOKS from now on; a word that is none of them follows the system."""
        self.look = look if look in LOOKS else SYSTEM
        self._follow(QGuiApplication.styleHints().colorScheme())

    def _follow(self, scheme: Qt.ColorScheme) -> None:
        self.use(self._worn or _tokens_of(self.look, scheme))

    def use(self, chosen: Tokens) -> None:
        """Swap the tokens; every visible widget repaints."""
        self.tokens = chosen
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(_palette(chosen))
            sheet = style_sheet(_sheet_values(chosen))
            if sheet != app.styleSheet():  # Qt polishes every widget anew, also for the same one
                app.setStyleSheet(sheet)
        self.changed.emit()


_theme = Theme()


def theme() -> Theme:
    """The process's theme."""
    return _theme


def tokens() -> Tokens:
    """The tokens that hold now; ask while painting, never keep them."""
    return _theme.tokens


def font(role: str = "body", *, bold: bool | None = None) -> QFont:
    """The font of a type role, with tabular figures; `bold` overrides the role's weight."""
    return QFont(_face(role, bold, families()))


def families() -> tuple[str, ...]:
    """The families of the fonts that hold now, for whoever remembers what it measured by them."""
    return _theme.families


@cache
def _face(role: str, bold: bool | None, named: tuple[str, ...]) -> QFont:
    step = ROLES[role]
    made = QFont()
    if named:
        made.setFamilies(named)
    made.setPixelSize(step.size)
    made.setWeight(step.weight if bold is None else (_B if bold else _N))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def prose_font(size: int = 16) -> QFont:
    """The font in which report prose is written: 仿宋 where the system has it, else a serif."""
    made = QFont()
    made.setFamilies([*_PROSE, *_theme.families])
    made.setPixelSize(size)
    return made


def _sheet_values(chosen: Tokens) -> dict[str, object]:
    values: dict[str, object] = {f.name: getattr(chosen, f.name) for f in fields(chosen)}
    shade = "light" if QColor(chosen.on_accent).lightness() > 127 else "dark"
    icons = (RESOURCES / "icons" / "fixed").as_posix()
    pictures = {"icons": icons, "shade": shade, "arrow": chosen.ctl.lstrip("#")}
    return values | pictures | {"inside": 16 - 2 * chosen.border}


def _families() -> list[str]:
    """Chinese families in order of preference; loads the bundled fonts only if there is none."""
    present = set(QFontDatabase.families())
    found = [name for name in _CHINESE if name in present]
    if found:
        return found
    loaded: list[str] = []
    # The kai face is for paper: no need to load it for the window.
    for path in sorted((RESOURCES / "fonts").glob("Noto*.ttf")):
        loaded += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    # A weight such as Medium announces itself under a second name; the plain family serves all.
    return sorted(set(loaded), key=lambda name: ("Serif" in name, len(name)))


def _tokens_of(look: str, scheme: Qt.ColorScheme) -> Tokens:
    """The tokens of a look; the system says whether it is light or dark, and whether it wants high
    contrast, where the look leaves that open."""
    hints = QGuiApplication.styleHints()
    wanted = (
        look == SYSTEM
        and hasattr(hints, "accessibility")  # from Qt 6.10 on
        and hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
    )
    dark = look == "dark" or (look != "light" and scheme == Qt.ColorScheme.Dark)
    if wanted or look == "contrast":
        return HIGH if dark else GLARE
    return DARK if dark else LIGHT


def _palette(t: Tokens) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for key, value in {
        role.Window: t.bg, role.WindowText: t.ink, role.Base: t.surface, role.Text: t.ink,
        role.AlternateBase: t.hover, role.Button: t.surface, role.ButtonText: t.ink,
        role.ToolTipBase: t.surface, role.ToolTipText: t.ink, role.PlaceholderText: t.ink3,
        role.Highlight: t.accent, role.HighlightedText: t.on_accent, role.Link: t.accent,
        role.LinkVisited: t.accent, role.BrightText: t.block, role.Accent: t.accent,
        role.Light: t.surface, role.Midlight: t.line, role.Mid: t.line2, role.Dark: t.ctl,
        role.Shadow: t.ink3,
    }.items():  # fmt: skip
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, key, QColor(t.ink3))
    return palette
