"""The look in one place: colour tokens, type sizes, spacing, and how they reach Qt.

A widget never names a colour; it asks `tokens()` while painting, so that swapping the tokens at
run time (the system went dark) repaints everything. Contrast of every text token over every
ground is at least 4.5:1; a test holds that.
"""

from dataclasses import dataclass, fields
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from widgets.style_sheet import style_sheet

RESOURCES = Path(__file__).resolve().parent.parent / "resources"

TOP_BAR, KEY_BAR, PAGE_HEADER, WALK_STRIP = 48, 30, 60, 70
NAV, RAIL, PANEL = 212, 52, 308
PANEL_BELOW, RAIL_BELOW = 1360, 1200
UNFOLD_MS = 120
RADIUS_TAG, RADIUS_CONTROL, RADIUS_CARD = 4, 6, 8


@dataclass(frozen=True, slots=True)
class Tokens:
    """One set of colours as `#RRGGBB`; `level_fill` and `level_text` are indexed by level 0–4."""

    bg: str
    surface: str
    sunken: str
    hover: str
    line: str
    line2: str
    ctl: str
    ink: str
    ink2: str
    ink3: str
    accent: str
    accent_bg: str
    on_accent: str
    block: str
    block_bg: str
    warn: str
    warn_bg: str
    info: str
    info_bg: str
    ok: str
    ok_bg: str
    draft: str
    draft_bg: str
    stale: str
    stale_bg: str
    level_fill: tuple[str, ...]
    level_text: tuple[str, ...]
    border: int = 1

    def color(self, name: str) -> QColor:
        """The colour of a token by its name; raises AttributeError for a name there is not."""
        return QColor(getattr(self, name))

    @property
    def measured(self) -> str:
        """The teal of measured progress: the fill of level three."""
        return self.level_fill[3]


LIGHT = Tokens(
    bg="#F4F5F7", surface="#FFFFFF", sunken="#ECEEF1", hover="#F1F4F8",
    line="#DFE3E7", line2="#C3CAD2", ctl="#848D98",
    ink="#1A1F25", ink2="#434C56", ink3="#5F6873",
    accent="#1B5AA5", accent_bg="#E9F1FB", on_accent="#FFFFFF",
    block="#B21F2D", block_bg="#FCEEEE", warn="#765700", warn_bg="#FBF4DC",
    info="#3F5B7A", info_bg="#ECF1F6", ok="#1C6A41", ok_bg="#E6F4EB",
    draft="#5A43A6", draft_bg="#F2EFFB", stale="#9C400D", stale_bg="#FCF0E8",
    level_fill=("#E4E7EB", "#CDE6E1", "#86C4BA", "#1F7A6F", "#0C4A43"),
    level_text=("#4A535E", "#1C4C46", "#0B322D", "#FFFFFF", "#FFFFFF"),
)  # fmt: skip

DARK = Tokens(
    bg="#15181C", surface="#1D2126", sunken="#121518", hover="#252B32",
    line="#30363E", line2="#454D57", ctl="#7D8793",
    ink="#E7EAED", ink2="#BAC2CA", ink3="#98A2AD",
    accent="#82B5F2", accent_bg="#1C3048", on_accent="#0B1A2B",
    block="#FF9A97", block_bg="#3A2022", warn="#E5BE5C", warn_bg="#332B16",
    info="#A9C3DF", info_bg="#222D39", ok="#7FCC9F", ok_bg="#193024",
    draft="#BDAEFF", draft_bg="#2A2542", stale="#F3A67C", stale_bg="#38251A",
    level_fill=("#3A4149", "#24504A", "#337A70", "#5DB8AA", "#B4EBE1"),
    level_text=("#C8CED5", "#D3EFEA", "#FFFFFF", "#06211E", "#06211E"),
)  # fmt: skip


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
        self.families: list[str] = []
        self._following = False

    def install(self, app: QApplication) -> None:
        """Give the application its style, fonts and colours, and follow the system from now on."""
        app.setStyle("Fusion")
        self.families = _families()
        app.setFont(font("body"))
        if not self._following:
            self._following = True
            hints = app.styleHints()
            hints.colorSchemeChanged.connect(lambda scheme: self.use(_system_tokens(scheme)))
            contrast = hints.accessibility().contrastPreferenceChanged
            contrast.connect(lambda _preference: self.use(_system_tokens(hints.colorScheme())))
        self.use(_system_tokens(app.styleHints().colorScheme()))

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
    step = ROLES[role]
    made = QFont()
    if _theme.families:
        made.setFamilies(_theme.families)
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
    return values | {"icons": (RESOURCES / "icons" / "fixed").as_posix(), "shade": shade}


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


def _system_tokens(scheme: Qt.ColorScheme) -> Tokens:
    dark = scheme == Qt.ColorScheme.Dark
    preference = QGuiApplication.styleHints().accessibility().contrastPreference()
    if preference == Qt.ContrastPreference.HighContrast:
        return _high_contrast(dark)
    return DARK if dark else LIGHT


def _high_contrast(dark: bool) -> Tokens:
    """Tokens from the system's palette; glyphs and words carry what the colours no longer do."""
    palette = QApplication.style().standardPalette()
    role = QPalette.ColorRole
    ground, text = palette.color(role.Window).name(), palette.color(role.WindowText).name()
    chosen = palette.color(role.Highlight).name()
    on_chosen = palette.color(role.HighlightedText).name()
    plain = dict.fromkeys(("ink", "ink2", "ink3", "line", "line2", "ctl"), text)
    plain |= dict.fromkeys(("block", "warn", "info", "ok", "draft", "stale"), text)
    grounds = dict.fromkeys(("bg", "surface", "sunken", "hover", "accent_bg"), ground)
    grounds |= dict.fromkeys(
        ("block_bg", "warn_bg", "info_bg", "ok_bg", "draft_bg", "stale_bg"), ground
    )
    base = DARK if dark else LIGHT
    return Tokens(
        **plain, **grounds, accent=chosen, on_accent=on_chosen,
        level_fill=base.level_fill, level_text=base.level_text, border=2,
    )  # fmt: skip


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
