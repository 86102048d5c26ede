"""The look's numbers and colours, and nothing else: the first paint waits for them alone."""

from dataclasses import dataclass

from PySide6.QtGui import QColor

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

# Read in the sun: black on white, every text at least 7:1 on every ground, edges of 2 px.
GLARE = Tokens(
    bg="#FFFFFF", surface="#FFFFFF", sunken="#F2F2F2", hover="#F2F2F2",
    line="#4A4A4A", line2="#4A4A4A", ctl="#000000",
    ink="#000000", ink2="#000000", ink3="#333333",
    accent="#002B80", accent_bg="#E3ECFF", on_accent="#FFFFFF",
    block="#8A0012", block_bg="#FFF0F0", warn="#553D00", warn_bg="#FFF6DB",
    info="#1F3A57", info_bg="#EDF3FA", ok="#004D24", ok_bg="#E6F7ED",
    draft="#3A2580", draft_bg="#F3F0FF", stale="#6E2A00", stale_bg="#FFF1E8",
    level_fill=("#E4E4E4", "#D5EFEA", "#A5DCD2", "#0B544B", "#00332E"),
    level_text=("#000000", "#00332E", "#00332E", "#FFFFFF", "#FFFFFF"),
    border=2,
)  # fmt: skip

# High contrast on a dark system, white on black; on a light one it is GLARE.
HIGH = Tokens(
    bg="#000000", surface="#000000", sunken="#1A1A1A", hover="#262626",
    line="#B3B3B3", line2="#B3B3B3", ctl="#FFFFFF",
    ink="#FFFFFF", ink2="#F2F2F2", ink3="#D9D9D9",
    accent="#9CCBFF", accent_bg="#00264D", on_accent="#000000",
    block="#FFA8A8", block_bg="#330A0C", warn="#FFD84D", warn_bg="#2B2200",
    info="#BBD7F5", info_bg="#0D2238", ok="#7CF0AE", ok_bg="#00291A",
    draft="#CFC3FF", draft_bg="#221A4D", stale="#FFB58A", stale_bg="#331A0A",
    level_fill=("#303030", "#0B3D36", "#13564D", "#5FD3C1", "#C8FFF5"),
    level_text=("#FFFFFF", "#FFFFFF", "#FFFFFF", "#000000", "#000000"),
    border=2,
)  # fmt: skip
