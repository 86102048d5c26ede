"""The small QR code in a paper's corner, by which its scan finds its way back.

It names the paper, the dossier, the visit that a record is of, the state of the change log and the
content, in QR's alphanumeric set, so that it stays small enough to be read off a poor scan.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import zxingcpp
from PIL import Image

PRODUCER = "诊改工作台"
"""What our own .pdf names as the program that made it: its pages bear codes, and are no scan."""
_MARK = "ZG1"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE = re.compile(
    rf"{_MARK}/([A-Z]{{1,20}})/([0-9A-Z]{{1,13}})/([0-9A-Z]{{1,13}})/([0-9A-Z]{{1,11}})"
    r"/([0-9A-Z]{1,8})"
)
#: Base-36 digits of the content's hash that are printed; a change in 2.8 billion is missed.
_PRINT_DIGITS = 8
_DOT_PX = 12


@dataclass(frozen=True, slots=True)
class PaperCode:
    """What a code says. `dossier` and `subject` are `short` ids, `subject` "0" without a visit.

    `paper` is a key of `forms.papers`; `version` the highest counter of the dossier's change log
    when it was printed; `content` a `printed` fingerprint, or `forms.papers` DRAFT or BLANK.
    """

    paper: str
    dossier: str
    subject: str
    version: int
    content: str

    @property
    def text(self) -> str:
        """The code's own words."""
        parts = (_MARK, self.paper.upper(), self.dossier, self.subject, _spelled(self.version))
        return "/".join((*parts, self.content))


def read_code(text: str) -> PaperCode | None:
    """What a code says; None where it is another's code. Any text may come from outside."""
    found = _CODE.fullmatch(text)
    if found is None:
        return None
    paper, dossier, subject, version, content = found.groups()
    return PaperCode(paper.lower(), dossier, subject, int(version, 36), content)


def short(record_id: UUID | None) -> str:
    """The first half of an id, in base 36: enough to tell one store's records apart."""
    return _spelled(record_id.int >> 64) if record_id else "0"


def printed(fingerprint: str) -> str:
    """What of a content's SHA-256 (hexadecimal) stands in the code."""
    return _spelled(int(fingerprint[:14] or "0", 16))[:_PRINT_DIGITS]


def _spelled(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


@lru_cache(maxsize=64)
def code_png(text: str) -> bytes:
    """The code as a picture of black and white squares, without a margin: the paper is white."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dots = Image.fromarray(made.to_image(scale=1, add_quiet_zones=False))
    side = (dots.width * _DOT_PX, dots.height * _DOT_PX)
    held = io.BytesIO()
    dots.resize(side, Image.Resampling.NEAREST).convert("1").save(held, "PNG")
    return held.getvalue()
