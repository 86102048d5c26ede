"""The same picture twice: fingerprints, pairs that are worth comparing, and their comparison.

A fingerprint holds perceptual hashes of the whole picture, of what crops would leave of it, and of
its four larger parts. A copy that was cropped is like one of the original's crops; one that got
another watermark is still like it in the part without. Fingerprints find candidates; whether two
are one picture is said by the comparison in full alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.killable import Answering, CrashError, Killable, OverrunError, Served

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

METHOD = "phash-orb-ecc-2"
"""Names how fingerprints and comparisons are made; what another method made is made anew."""

SECONDS_LIMIT = 20.0
MEMORY_LIMIT = 1536 * 1024 * 1024
"""Bytes of address space, where the platform can limit it."""

_LOOK = 128
"""Pixels of the longer side from which hashes are taken: they see no more."""


def _cut(share: float, sides: str, rest: float = 0.0) -> tuple[float, float, float, float]:
    left, top, right, bottom = (share if side in sides else rest for side in "LTRB")
    return left, top, right, bottom


_CORNERS = ("LT", "TR", "RB", "LB")
_CROPS = (
    _cut(0, ""),
    *(_cut(share, sides) for share in (0.04, 0.08, 0.12) for sides in ("L", "T", "R", "B", "LTRB")),
    *(_cut(share, sides) for share in (0.06, 0.125) for sides in ("LR", "TB")),
    *(_cut(0.08, sides) for sides in _CORNERS),
    *(_cut(0.07, sides, 0.03) for sides in _CORNERS),
)
"""Shares cut off left, top, right and bottom; the whole first."""
_PARTS = tuple(_cut(0.4, side) for side in "LTRB")
_HASHES = len(_CROPS) + len(_PARTS)
_PRINT = re.compile(f"[0-9a-f]{{{16 * _HASHES}}}")

# Of 64 bits.
_CROP_BITS = 10
_PART_BITS = 8


def fingerprint(picture: Image.Image) -> str:
    """A picture's perceptual hashes in hexadecimal, 16 digits each; the picture is decoded here."""
    from imagehash import phash
    from PIL.Image import Resampling

    picture.draft("L", (_LOOK, _LOOK))
    grey = picture.convert("L")
    grey.thumbnail((_LOOK, _LOOK), Resampling.LANCZOS)
    width, height = grey.size
    return "".join(
        str(phash(grey.resize((32, 32), Resampling.LANCZOS, box)))
        for box in (
            (left * width, top * height, (1 - right) * width, (1 - bottom) * height)
            for left, top, right, bottom in _CROPS + _PARTS
        )
    )


def candidates(prints: Mapping[str, str], new: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs of names, in order, that may be one picture: each of `new` with any in `prints`.

    A pair comes once. Names that have no print are passed over; ValueError for what is no print.
    """
    import numpy as np

    names = sorted(prints)
    table = _table([prints[name] for name in names])
    rows = {name: row for row, name in enumerate(names)}
    done: set[str] = set()
    for name in sorted(set(new) & rows.keys()):
        done.add(name)
        for row in np.flatnonzero(_near(table, table[rows[name]])):
            other = names[row]
            if other not in done:
                yield (name, other) if name < other else (other, name)


def _table(prints: list[str]) -> NDArray[np.uint64]:
    """Fingerprints as rows of their hashes."""
    import numpy as np

    if not all(map(_PRINT.fullmatch, prints)):
        raise ValueError("no fingerprint of this method")
    packed = np.frombuffer(bytes.fromhex("".join(prints)), ">u8")
    return packed.reshape(-1, _HASHES).astype(np.uint64)


def _near(table: NDArray[np.uint64], one: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which rows resemble one: the whole a crop of the other's, either way, or a part the same."""
    import numpy as np

    crops = len(_CROPS)
    whole_to_crops = np.bitwise_count(table[:, :crops] ^ one[0])
    crops_to_whole = np.bitwise_count(table[:, :1] ^ one[:crops])
    parts = np.bitwise_count(table[:, crops:] ^ one[crops:])
    near = (whole_to_crops <= _CROP_BITS) | (crops_to_whole <= _CROP_BITS)
    return np.asarray(near.any(1) | (parts <= _PART_BITS).any(1))


class LikenessWorker(Served):
    """Fingerprints and compares pictures in a process of its own, when nobody waits for it.

    A context manager; one question at a time. It takes the JPEG copies that were made at import.
    """

    def __init__(
        self,
        seconds_limit: float = SECONDS_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
        *,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._process = Killable(_prepare, "likeness", seconds_limit, memory_limit, stop=stop)

    def fingerprint(self, picture: bytes) -> str | None:
        """The picture's fingerprint; None where it cannot be read within the limits."""
        hashes = self._ask({"data": [picture]})
        return hashes if isinstance(hashes, str) and _PRINT.fullmatch(hashes) else None

    def same(self, one: bytes, other: bytes) -> bool | None:
        """Whether both show the same shot; None where they cannot be compared within the limits."""
        same = self._ask({"data": [one, other]})
        return same if isinstance(same, bool) else None

    def _ask(self, question: dict[str, Any]) -> object:
        try:
            return self._process.ask(question).get("answer")
        except (OverrunError, CrashError):
            return None


def _prepare() -> Answering:
    """In the other process: load the libraries, then answer."""
    import cv2
    from PIL import Image

    from app.likeness_compare import same_picture

    cv2.setNumThreads(1)  # it works beside the window, not against it

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        # Decoders raise whatever they like on a broken file; none of it is this program's bug.
        try:
            one, *other = question["data"]
            if other:
                return {"answer": same_picture(one, other[0])}
            with Image.open(io.BytesIO(one), formats=("JPEG",)) as picture:
                return {"answer": fingerprint(picture)}
        except Exception:
            return {"answer": None}

    return answering
