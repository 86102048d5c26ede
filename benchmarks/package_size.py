"""How large the built program is, and what makes it up.

`python -m benchmarks.package_size dist/zhengai` prints a line a part, the largest first, in
mebibytes: its files as they lie on the disk, links not counted.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

#: The first that fits a file's place below `_internal` says what it is a part of.
PARTS = (
    ("Qt", r"PySide6/|shiboken6/"),
    ("OpenCV, with FFmpeg and OpenBLAS", r"cv2/|opencv_python_headless\.libs/"),
    ("NumPy and SciPy, with OpenBLAS", r"(numpy|scipy)(\.libs)?/"),
    ("onnxruntime", r"onnxruntime/"),
    ("rapidocr: models, and what it works with", r"(rapidocr|shapely(\.libs)?|pyclipper)/"),
    ("fonts", r"resources/fonts/"),
    ("packs, samples, guide and other data", r"(resources|docs|app)/"),
    ("database, keys and ciphers", r"(sqlcipher3|nacl|cryptography|Cryptodome|pyrage|sqlalchemy)/"),
    ("PostgreSQL driver", r"psycopg"),
    ("pictures and PDF", r"(PIL|pypdfium2\w*|zxingcpp)/|pillow\.libs/|_?pi_heif"),
    ("documents", r"(lxml|docx|pptx)/"),
    ("Python and all Python code", r"(libpython|python3|base_library)|zhengai(\.exe)?$"),
    ("shared system libraries", r"lib[^/]*\.(so|dylib|dll)[^/]*$|[^/]*\.dll$"),
)


def sizes(program: Path) -> Iterator[tuple[str, int]]:
    """Each file's part and bytes."""
    for path in program.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        place = path.relative_to(program).as_posix().removeprefix("_internal/")
        part = next((name for name, places in PARTS if re.match(places, place)), "others")
        yield part, path.stat().st_size


def main(program: Path) -> None:
    """Print the table."""
    counted: Counter[str] = Counter()
    for part, size in sizes(program):
        counted[part] += size
    for part, size in (*counted.most_common(), ("all", counted.total())):
        print(f"{size / 2**20:8.1f}  {part}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
