"""Line icons, drawn in a colour token at whatever resolution the screen asks for.

The files in `resources/icons` carry two placeholders: `currentColor` for the stroke and
`contrast` for what is cut out of a filled shape.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from widgets.theme import RESOURCES, tokens

SEVERITY_WORDS = {"block": "阻断", "warn": "警告", "info": "提示"}


def draw(painter: QPainter, name: str, rect: QRectF, token: str, cut: str = "surface") -> None:
    """Paint icon `name` into `rect` in the colour of `token`; `cut` is the token showing through.

    Raises FileNotFoundError for an icon there is not.
    """
    held = tokens()
    _renderer(name, getattr(held, token), getattr(held, cut)).render(painter, rect)


def icon(name: str, token: str = "ink2") -> QIcon:
    """An icon for Qt's own controls and menus; follows the theme, because it is drawn on demand."""
    return QIcon(_TokenEngine(name, token))


@lru_cache(maxsize=256)
def _renderer(name: str, color: str, cut: str) -> QSvgRenderer:
    source = (RESOURCES / "icons" / f"{name}.svg").read_text("utf-8")
    source = source.replace("currentColor", color).replace('"contrast"', f'"{cut}"')
    return QSvgRenderer(QByteArray(source.encode()))


class _TokenEngine(QIconEngine):
    """Asks for the token's colour each time it paints, so that a stored icon never goes stale."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name, self._token = name, token

    def clone(self) -> QIconEngine:
        return _TokenEngine(self._name, self._token)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "ink3" if mode == QIcon.Mode.Disabled else self._token
        draw(painter, self._name, QRectF(rect), token)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made
