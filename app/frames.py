"""A picture that this machine's own camera took, into the store: marked in the file itself.

No camera recorded when: the time is the machine's clock, and the file says so where other files
name their software, so that whoever reads it again, here or at the office, is told the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PIL import Image
from PIL.ExifTags import IFD, Base

from app.intake import COPIES, ORIGINALS, Seen, not_kept, take, to_be_named
from app.photo_worker import Inspected
from app.placing import visit_running
from app.progress import Progress
from forms.errors import UserError
from forms.photo_facts import BEIJING, MACHINE_CLOCK, PhotoFacts

if TYPE_CHECKING:
    from app.store import Store
    from app.vault import Staged
    from app.workbench import Workbench

_SOI = b"\xff\xd8"
_APP1 = b"\xff\xe1"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as upright JPEGs without any metadata: as it was taken, with its size in px, and at
    most 1280 and 400 px a side."""

    jpeg: bytes
    width: int
    height: int
    report_copy: bytes
    thumbnail: bytes


def keep_frame(
    bench: Workbench, dossier_id: UUID, frame: Frame, taken: dt.datetime
) -> Iterator[Progress]:
    """Keep and record a frame that was `taken` (aware) by the machine's clock, in the visit that
    is going on; the progress names its record. Raises UserError where it cannot be kept."""
    local = taken.astimezone(BEIJING).replace(microsecond=0)
    data = stamped(frame.jpeg, local)
    name = f"车间拍照-{local:%Y%m%d-%H%M%S}.jpg"
    facts = PhotoFacts(
        width=frame.width,
        height=frame.height,
        format="JPEG",
        taken_local=local.replace(tzinfo=None),
        offset=_offset(local),
        software=MACHINE_CLOCK,
    )
    seen = Inspected(
        Path(name),
        facts,
        hashlib.sha256(data).hexdigest(),
        len(data),
        frame.thumbnail,
        frame.report_copy,
    )
    visit = visit_running(bench.dossier(dossier_id), local)
    with to_be_named(bench.store):
        one = Seen(seen, _staged(bench.store, seen, data))
        trouble, record = take(bench, dossier_id, one, visit)
    yield Progress(1, 1, name, trouble, record=record)


def stamped(jpeg: bytes, taken: dt.datetime) -> bytes:
    """The JPEG with EXIF of its own that names the time (aware) and whose clock that was, and no
    camera. Raises ValueError for what is no JPEG."""
    if not jpeg.startswith(_SOI):
        raise ValueError("not a JPEG")
    exif = Image.Exif()
    exif[Base.Software] = MACHINE_CLOCK.encode()
    exif.get_ifd(IFD.Exif).update(
        {
            Base.DateTimeOriginal: f"{taken:%Y:%m:%d %H:%M:%S}",
            Base.OffsetTimeOriginal: _offset(taken),
        }
    )
    body = exif.tobytes()
    return _SOI + _APP1 + (len(body) + 2).to_bytes(2, "big") + body + jpeg[len(_SOI) :]


def _offset(at: dt.datetime) -> str:
    return f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5]


def _staged(store: Store, seen: Inspected, data: bytes) -> tuple[Staged, ...]:
    made: list[Staged] = []
    try:
        for area, content in ((ORIGINALS, data), (COPIES, seen.report_copy)):
            if not store.vault.path(area, seen.sha256).exists():
                lasting = area == ORIGINALS
                made.append(store.vault.stage(area, seen.sha256, [content], lasting=lasting))
    except (UserError, OSError) as error:
        for each in made:
            each.drop()
        raise error if isinstance(error, UserError) else not_kept(seen.path.name, error) from error
    return tuple(made)
