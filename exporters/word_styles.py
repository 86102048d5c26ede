"""The paragraph styles of a .docx, read as looks: each style with those that it stands on."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from exporters.blocks import clean
from exporters.style import Align, Face, Look, Style

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_BASES = 20
"""How many styles may stand on one another."""

_ALIGNS = {
    **{"left": Align.LEFT, "start": Align.LEFT, "right": Align.RIGHT, "end": Align.RIGHT},
    **{"center": Align.CENTRE, "both": Align.JUSTIFY, "distribute": Align.JUSTIFY},
}
#: A font's name and the face that stands for it in the .pdf; others are serif.
_FACES = (
    *(("仿", Face.FANG), ("fang", Face.FANG), ("黑", Face.HEI), ("hei", Face.HEI)),
    *(("楷", Face.KAI), ("kai", Face.KAI)),
)
_SINGLE = 1.3
"""Height of a single-spaced line, as a share of the size."""


Node = Any
"""An element of lxml, which ships no types."""


class Styles:
    """The styles of the file, each standing on another and all on the defaults."""

    def __init__(self, root: Node, theme: Node | None) -> None:
        self._by_id: dict[str, Node] = {}
        self._by_name: dict[str, Node] = {}
        self._normal: Node | None = None
        self._theme = theme
        self._defaults = root.find(f"{W}docDefaults")
        for style in root.iter(f"{W}style"):
            if style.get(f"{W}type", "paragraph") != "paragraph":
                continue
            self._by_id[style.get(f"{W}styleId", "")] = style
            name = style.find(f"{W}name")
            if name is not None:
                self._by_name[name.get(f"{W}val", "").lower()] = style
            if style.get(f"{W}default") in ("1", "true", "on"):
                self._normal = style

    def named(self, style: Style) -> Node | None:
        """The style of our name; a body without one of its own is the file's normal text."""
        found = self._by_name.get(style.value.lower())
        return self._normal if found is None and style is Style.BODY else found

    def look(self, style: Node, standard: Look) -> Look:
        """The style as Word shows it: what it leaves open is plain, at the left, without space.

        Its font and size are ours where the file names none.
        """
        chain = list(self._chain(style))
        size = self._number(chain, "rPr", "sz", "val", 0.5, standard.size)
        font = self._font(chain)
        face = standard.face if font is None else _face(font)
        align = self._attribute(chain, "pPr", "jc", "val")
        return replace(
            standard,
            face=face,
            font="" if font in (None, face.value) else font,
            size=size,
            leading=self._leading(chain, size),
            bold=self._bold(chain),
            align=_ALIGNS.get(align or "", Align.LEFT),
            before=self._number(chain, "pPr", "spacing", "before", 0.05, 0),
            after=self._number(chain, "pPr", "spacing", "after", 0.05, 0),
            first=self._first(chain, size),
            track=standard.track if size == standard.size else 0,
        )

    def _leading(self, chain: list[Node], size: float) -> float:
        """The line's height, never less than its letters'; single where nothing is said."""
        line = number(self._attribute(chain, "pPr", "spacing", "line") or "240")
        rule = self._attribute(chain, "pPr", "spacing", "lineRule")
        points = line / 20 if rule in ("exact", "atLeast") else line / 240 * size * _SINGLE
        return round(max(points, size), 1)

    def _chain(self, style: Node) -> Iterator[Node]:
        """The style, those that it stands on, and the defaults last."""
        for _ in range(_MOST_BASES):
            yield style
            base = style.find(f"{W}basedOn")
            following = None if base is None else self._by_id.get(base.get(f"{W}val", ""))
            if following is None:
                break
            style = following
        if self._defaults is not None:
            for kind in ("rPr", "pPr"):
                held = self._defaults.find(f"{W}{kind}Default")
                if held is not None:
                    yield held

    @staticmethod
    def _attribute(chain: list[Node], kind: str, name: str, attribute: str) -> str | None:
        for style in chain:
            found = style.find(f"{W}{kind}/{W}{name}")
            if found is not None and found.get(f"{W}{attribute}") is not None:
                return str(found.get(f"{W}{attribute}"))
        return None

    def _number(
        self, chain: list[Node], kind: str, name: str, attribute: str, unit: float, other: float
    ) -> float:
        text = self._attribute(chain, kind, name, attribute)
        return other if text is None else number(text) * unit

    @staticmethod
    def _bold(chain: list[Node]) -> bool:
        for style in chain:
            found = style.find(f"{W}rPr/{W}b")
            if found is not None:
                return found.get(f"{W}val", "1") not in ("0", "false", "off")
        return False

    def _first(self, chain: list[Node], size: float) -> float:
        """The first line's indent in characters, by characters before twentieths of a point."""
        share = self._attribute(chain, "pPr", "ind", "firstLineChars")
        if share is not None and number(share):
            return round(number(share) / 100, 2)
        points = self._attribute(chain, "pPr", "ind", "firstLine")
        if points is not None and size:
            return round(number(points) / 20 / size, 2)
        return 0.0

    def _font(self, chain: list[Node]) -> str | None:
        """The nearest East-Asian font, named or by the theme."""
        for style in chain:
            fonts = style.find(f"{W}rPr/{W}rFonts")
            if fonts is None:
                continue
            themed = fonts.get(f"{W}eastAsiaTheme")
            name = self._themed(themed) if themed else fonts.get(f"{W}eastAsia")
            if name:
                return clean(name).strip()[:31] or None
        return None

    def _themed(self, name: str) -> str | None:
        scheme = "majorFont" if name.startswith("major") else "minorFont"
        held = None if self._theme is None else next(self._theme.iter(f"{_A}{scheme}"), None)
        if held is None:
            return None
        plain = held.find(f"{_A}ea")
        if plain is not None and plain.get("typeface"):
            return str(plain.get("typeface"))
        for font in held.findall(f"{_A}font"):
            if font.get("script") == "Hans":
                return str(font.get("typeface"))
        return None


def number(text: str) -> float:
    """A number as a file writes it; 0 for what is none."""
    try:
        return float(text[:12])
    except ValueError:
        return 0.0


def _face(font: str) -> Face:
    """The bundled face that is nearest to a font of any name."""
    lowered = font.lower()
    return next((face for word, face in _FACES if word in lowered), Face.SONG)
