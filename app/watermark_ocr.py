"""Reading a photo's writing with rapidocr, in the process that may be killed.

The writing is found on the whole photo at a moderate size, where the network that finds it is
fastest and no worse, and then read off the photo at full size. What a watermark states is read a
second time, from wider cuts of another size: a statement is sure only where both agree. Where
something is still open, the surroundings of the watermark are searched once more at full size.

The models are those packaged with rapidocr; they are named by path, and so never looked for
elsewhere.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import atan2, degrees
from pathlib import Path
from time import monotonic
from typing import TypeAlias, cast

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_det import TextDetector
from rapidocr.ch_ppocr_rec.typings import WordInfo
from rapidocr.main import RapidOCRError

from app import photo_copies, photo_reading
from app.photo_copies import Pixels
from app.screen_pattern import shows_screen_pattern
from app.watermark_agree import Reading, agree
from app.watermark_evidence import Region, open_region, rows_that_matter
from app.watermark_layout import Row, overlap
from app.watermark_position import may_be_degrees
from app.watermark_text import parse
from forms.watermark import LINE_CEILING, TEXT_CEILING, Line, Watermark

FULL_PX, FIND_PX = 4096, 1280
_SMALLEST, _LONGEST = 200, 60
"""Pixels of a side of a photo with legible writing; how many times longer than high a line is."""
_FAR = 40
"""Levels by which ink differs from its ground, to be told by its colour."""
_PATIENCE = 10.0
"""Seconds after which no search is begun any more."""
_LINE_PX, _PART_PIXELS = 48, 1_600_000
"""The height of a line that is found best, and the pixels of a part searched anew at most."""

Quad: TypeAlias = NDArray[np.float32]
"""Corners of a line of writing, clockwise from the upper left, in pixels: 4 × 2."""

_MODELS = Path(rapidocr.__file__).parent / "models"
#: Where several readers share a machine, the usual variable keeps each to its share.
_THREADS = os.environ.get("OMP_NUM_THREADS", "")
_PARAMS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,
    "Global.return_word_box": True,
    # Pictures come in the size in which they are to be searched.
    "Det.limit_type": "max",
    "Det.limit_side_len": FULL_PX,
    "Det.model_path": str(_MODELS / "PP-OCRv6_det_small.onnx"),
    "Rec.model_path": str(_MODELS / "PP-OCRv6_rec_small.onnx"),
    # Lines of one batch are padded to the longest: on a processor that costs more than it saves.
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": int(_THREADS) if _THREADS.isdecimal() else -1,
}
_MARKS = frozenset(" |·,:;'\"°′″：，。-—~")
"""Characters whose reading decides nothing by itself."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A line as read from its cut, with the weakest of the characters that matter."""

    text: str
    score: float


class WatermarkOcr:
    """The engine, loaded once; reads one photo at a time."""

    def __init__(self) -> None:
        self._engine = RapidOCR(params=_PARAMS)
        # Loaded now, lest the first photo's time pays for it.
        blank = np.zeros((64, 64, 3), np.uint8)
        with suppress(RapidOCRError):
            self._engine.detect_and_crop(blank, {})
        self._find = cast(TextDetector, self._engine.text_det)
        self._read([blank])

    def read(self, data: bytes, name: str) -> Watermark:
        """What the photo's writing states. Raises UserError where it cannot be decoded."""
        begun = monotonic()
        photo, screen = _photo(data, name)
        mark = self._mark(photo, begun) if min(photo.shape[:2]) >= _SMALLEST else Watermark()
        return mark.model_copy(update={"screen": screen})

    def _mark(self, photo: Pixels, begun: float) -> Watermark:
        scale = min(1.0, FIND_PX / max(photo.shape))
        lines = self._lines(photo, self._found(_scaled(photo, scale), scale))
        readings = self._twice(photo, lines)
        mark = agree(readings)
        for sharpen in (False, True):
            region = open_region(mark, again=sharpen)
            # Of a slow computer's reading something is kept, rather than all lost at its limit.
            if region is None or monotonic() > begun + _PATIENCE:
                break
            lines = self._searched(photo, region, lines, sharpen)
            readings += self._twice(photo, lines)
            mark = agree(readings)
        return mark

    def _twice(self, photo: Pixels, lines: Sequence[Line]) -> list[Reading]:
        """The lines parsed, and parsed again with the rows that matter cut anew and wider.

        What the first cuts lost at their ends is seen in the new ones.
        """
        mark = parse(lines)
        rows = rows_that_matter(mark)
        if not rows:
            return [Reading(mark, wide=False)]
        cuts = self._read([_wide(row, photo) for row in rows])
        old = {number for row in rows for number in row.numbers}
        again = [line for number, line in enumerate(mark.lines) if number not in old]
        for row, cut in zip(rows, cuts, strict=True):
            if cut.text:
                box = (row.left, row.top, row.right, row.bottom)
                text = cut.text[:TEXT_CEILING]
                again.append(Line(text=text, score=cut.score, box=box, ink=row.ink, tilt=row.tilt))
        return [Reading(mark, wide=False), Reading(parse(again), wide=True)]

    def _searched(
        self, photo: Pixels, region: Region, lines: Sequence[Line], sharpen: bool
    ) -> list[Line]:
        """The lines with those that are found in a region at the size the engine reads best."""
        height, width = photo.shape[:2]
        left, top = int(region.left * width), int(region.top * height)
        part = photo[top : int(region.bottom * height), left : int(region.right * width)]
        line = region.line * height
        scale = min(3.0, (_PART_PIXELS / (part.shape[0] * part.shape[1])) ** 0.5)
        part = _scaled(part, min(scale, _LINE_PX / line) if line else scale)
        scale = part.shape[0] / (int(region.bottom * height) - top)
        if sharpen:
            part = _sharpened(part, (line or _LINE_PX) * scale)
        found = self._found(part, 1.0)
        quads = [quad / np.float32(scale) + np.array([left, top], np.float32) for quad in found]
        cuts = self._cuts(part, found) if sharpen else self._cuts(photo, quads)
        new = _lines(cuts, quads, photo)
        kept = [line for line in lines if not any(overlap(line, other) for other in new)]
        return (new + kept)[:LINE_CEILING]

    def _found(self, picture: Pixels, scale: float) -> list[Quad]:
        """The lines of writing on a picture; `scale` is its own, and taken out of the quads."""
        boxes = self._find(picture).boxes
        if boxes is None:
            return []
        return [np.asarray(box, np.float32) / np.float32(scale) for box in boxes[:LINE_CEILING]]

    def _lines(self, photo: Pixels, quads: Sequence[Quad]) -> list[Line]:
        cuts = self._cuts(photo, quads)
        return _lines(cuts, quads, photo)

    def _cuts(self, photo: Pixels, quads: Sequence[Quad]) -> list[_Cut]:
        return self._read([_flat(photo, quad) for quad in quads])

    def _read(self, pictures: Sequence[Pixels]) -> list[_Cut]:
        """The one line of writing that each picture shows."""
        if not pictures:
            return []
        read = self._engine.recognize_txt([_bounded(picture) for picture in pictures])
        # The engine's types tell of words with boxes here, which it makes of these later on.
        words = cast(Sequence[WordInfo], read.word_results)
        return [
            _Cut(text, _weakest(text, word.confs))
            for text, word in zip(read.txts or (), words, strict=True)
        ]


def _photo(data: bytes, name: str) -> tuple[Pixels, bool]:
    """The upright photo, blue first, and whether it bears the pattern of a screen."""
    facts = photo_reading.facts_of(data, name)
    pixels = photo_copies.upright(data, name, facts.orientation, FULL_PX)
    # A photo that was made smaller has lost the pattern, or got one from that.
    whole = max(pixels.shape) == max(facts.width, facts.height)
    screen = whole and shows_screen_pattern(Image.fromarray(pixels))
    return np.ascontiguousarray(pixels[:, :, ::-1]), screen


def _scaled(picture: Pixels, scale: float) -> Pixels:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = [max(32, round(side * scale)) for side in picture.shape[1::-1]]
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _sharpened(picture: Pixels, line: float) -> Pixels:
    """Only what is brighter than its surroundings and as fine as strokes are.

    Watermarks are light as a rule; the darkest channel tells white from what is merely coloured.
    """
    size = max(3, int(line * 0.3) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    fine = cv2.morphologyEx(picture.min(axis=2), cv2.MORPH_TOPHAT, kernel).astype(np.float32)
    fine *= 255 / (np.percentile(fine, 99) + 1)
    grey = np.clip(fine, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def _bounded(picture: Pixels) -> Pixels:
    """A line's picture no longer than a line of a watermark: the engine's memory grows with it."""
    return np.ascontiguousarray(picture[:, : _LONGEST * picture.shape[0]])


def _wide(row: Row, photo: Pixels) -> Pixels:
    """A row's cut with room before and after it."""
    height, width = photo.shape[:2]
    more = 1.2 * row.height * height
    left, right = max(0, int(row.left * width - more)), int(row.right * width + more) + 1
    cut = photo[int(row.top * height) : int(row.bottom * height) + 1, left:right]
    if not may_be_degrees(row.text):
        return cut
    # Marks of minutes and seconds are narrow, and get lost between the engine's steps.
    return np.asarray(cv2.resize(cut, None, fx=1.5, fy=1), np.uint8)


def _flat(photo: Pixels, quad: Quad) -> Pixels:
    """The writing within a quad, straightened."""
    width = int(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3])))
    height = int(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2])))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(quad, target)
    flat = cv2.warpPerspective(
        photo, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.rot90(flat) if height >= 1.5 * width else flat, np.uint8)


def _weakest(text: str, scores: Sequence[float]) -> float:
    told = [score for char, score in zip(text, scores, strict=False) if char not in _MARKS]
    return min(1.0, max(0.0, min(told, default=0.0)))


def _lines(cuts: Sequence[_Cut], quads: Sequence[Quad], photo: Pixels) -> list[Line]:
    """What was read, where anything was, with its place and looks on the photo."""
    return [_line(cut, quad, photo) for cut, quad in zip(cuts, quads, strict=True) if cut.text]


def _line(cut: _Cut, quad: Quad, photo: Pixels) -> Line:
    height, width = photo.shape[:2]
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return Line(
        text=cut.text[:TEXT_CEILING],
        score=cut.score,
        ink=_ink(_flat(photo, quad)),
        tilt=_tilt(quad),
        box=(
            _share(left, width),
            _share(top, height),
            _share(right, width),
            _share(bottom, height),
        ),
    )


def _tilt(quad: Quad) -> float:
    """Degrees by which a line falls to the right, 0 where it is too short to tell."""
    across, down = quad[1] - quad[0] + quad[2] - quad[3]
    tall = float(np.linalg.norm(quad[3] - quad[0]))
    return round(degrees(atan2(down, across)), 2) if across > 10 * tall else 0.0


def _ink(line: Pixels) -> tuple[int, int, int] | None:
    """The colour of a line's writing, as what is farthest from the ground at its rim.

    None on restless grounds, and where strokes have outlines, so that both ends are far.
    """
    small = cv2.resize(line, (max(8, 32 * line.shape[1] // line.shape[0]), 32)).astype(np.int16)
    ground = np.median(np.concatenate((small[:3], small[-3:])).reshape(-1, 3), axis=0)
    away = (small - ground).mean(axis=2)
    light, dark = np.percentile(away, 97), -np.percentile(away, 3)
    far = max(light, dark)
    if far < _FAR or min(light, dark) > 0.5 * far:
        return None
    strokes = small[away > 0.7 * far] if light > dark else small[away < -0.7 * far]
    blue, green, red = (int(level) for level in np.median(strokes.reshape(-1, 3), axis=0))
    return red, green, blue


def _share(edge: float, side: int) -> float:
    return round(min(1.0, max(0.0, float(edge) / side)), 4)
