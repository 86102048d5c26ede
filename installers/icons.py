"""The program's icon in every form that a system wants, from `resources/zhengai.svg`.

`python -m installers.icons OUT` writes `OUT/zhengai.ico`, `zhengai.icns` and `zhengai-<size>.png`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
_SOURCE = Path(__file__).resolve().parent.parent / "resources" / "zhengai.svg"


def write(out: Path) -> None:
    """Draw each size by itself, so that small ones are crisp too. OSError where `out` refuses."""
    out.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(str(_SOURCE))
    paths = {size: out / f"zhengai-{size}.png" for size in SIZES}
    for size, path in paths.items():
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        if not image.save(str(path)):
            raise OSError(f"not written: {path}")
    drawn = {size: Image.open(path) for size, path in paths.items()}
    small = [drawn[size] for size in SIZES if size <= 256]
    sizes = [each.size for each in small]
    small[-1].save(out / "zhengai.ico", sizes=sizes, append_images=small[:-1])
    drawn[512].save(out / "zhengai.icns", append_images=list(drawn.values())[:-1])


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(sys.argv[:1])
    write(Path(sys.argv[1]))
