"""What a dossier's bundle holds of the store: photos, attachments, the data, the signature."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from uuid import UUID

from app import intake
from app.awaited import awaited
from app.exchange import dump
from app.outside import plain_name
from app.signers import Signers
from app.store import Store
from app.vault import DamagedError, Kept
from exporters.bundle import Member
from exporters.bundle_signature import CHANGES, Signing, heads
from forms.dossier import Attachment, Dossier, Photo, Visit
from forms.errors import UserError
from forms.record import form_of
from forms.visit import PHASES

if TYPE_CHECKING:
    from app.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Lost:
    """A photo or attachment that no bundle can hold, and the sentence that says why. `whose` it is
    that has a file that never came here."""

    name: str
    trouble: str = ""
    whose: str = ""


@dataclass(slots=True)
class Stored:
    """The members that come from the store, and what is gone or damaged.

    `copies` has, by a member's name, the SHA-256 of the photo that it is only a smaller copy of.
    """

    members: list[Member] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)

    def add(self, find: Callable[[], Kept], inside: str, called: str) -> None:
        """A file as it came, under the ending that it had."""
        whole = _whole(find, called or inside)
        if isinstance(whole, Lost):
            self.lost.append(whole)
        else:
            kept, size = whole
            self.members.append(Member(f"{inside}{kept.suffix}", kept.pieces, size))

    def counted(self, folder: str) -> dict[str, int]:
        """How many files lie in each folder below one of the bundle's, in order."""
        found = [PurePosixPath(m.name).parts for m in self.members]
        return dict(Counter(parts[1] for parts in found if parts[0] == folder))

    def attachments(self) -> list[str]:
        """What the attachments are called, of those that are here."""
        found = [PurePosixPath(member.name) for member in self.members]
        return [path.stem.partition("-")[2] for path in found if path.parts[0] == "附件"]

    def add_copy(self, store: Store, inside: str, photo: Photo) -> None:
        """A photo's copy of 1280 pixels, as the report prints it."""
        name = f"{inside}.jpg"

        def pieces() -> Iterator[bytes]:
            yield intake.picture(store, photo, "report")

        try:
            size = len(next(pieces()))
        except (OSError, UserError):
            self.lost.append(_gone(photo.filename or inside))
            return
        self.members.append(Member(name, pieces, size))
        self.copies[name] = photo.sha256


def stored(
    store: Store, dossier: Dossier, *, withdrawn: bool = False, copies: bool = False
) -> Stored:
    """What of the store goes in; what is `withdrawn` where that is wanted too, and of photos only
    the smaller `copies` where those are.

    Every file is read through before, for a bundle that was begun can leave none out any more.
    """
    found, away = Stored(), awaited(store, dossier)
    trained = dossier.trainings(*PHASES)
    homes: dict[UUID | None, str] = {each.id: "改造培训" for each in trained}
    homes |= {visit.id: f"第{n}次现场诊断" for n, visit in enumerate(dossier.all(Visit), 1)}
    for place, photo in enumerate(dossier.all(Photo), 1):
        belongs = (photo.visit, photo.training)
        home = next((homes[each] for each in belongs if each in homes), "其他照片")
        inside = f"照片/{home}/{place:03}-{plain_name(photo.kind or '未分类')}"
        if photo.id in away:
            found.lost.append(Lost(photo.filename or inside, whose=away[photo.id]))
        elif copies:
            found.add_copy(store, inside, photo)
        else:
            found.add(partial(intake.original, store, photo), inside, photo.filename)
    for place, held in enumerate(dossier.all(Attachment), 1):
        inside = f"附件/{place:02}-{plain_name(held.name or '附件')}"
        if held.id in away:
            found.lost.append(Lost(held.name or inside, whose=away[held.id]))
        else:
            found.add(partial(intake.attachment, store, held), inside, held.name)
    for row in _withdrawn(dossier) if withdrawn else ():
        count = len(found.members) + len(found.lost) + 1
        inside = f"已撤回/{count:03}-{type(row).title}"
        if row.id in away:
            found.lost.append(Lost(row.filename or inside, whose=away[row.id]))
        elif isinstance(row, Photo):
            found.add(partial(intake.original, store, row), inside, row.filename)
        else:
            found.add(partial(intake.attachment, store, row), inside, row.filename)
    return found


def _withdrawn(dossier: Dossier) -> Iterator[Photo | Attachment]:
    """The records out of view that name a file; one that was erased names none."""
    seen = {row.id for row in (*dossier.all(Photo), *dossier.all(Attachment))}
    for form in (Photo, Attachment):
        for row in dossier.records.get(form_of(form), ()):
            if isinstance(row, form) and row.id not in seen and row.sha256:
                yield row


_REST = "导出的材料里没有它，请重新导入该文件。"


def _gone(name: str) -> Lost:
    return Lost(name, f"“{name}”的原始文件不在数据文件夹中，{_REST}")


def never_came(store: Store, dossier: Dossier) -> list[Lost]:
    """The photos and attachments in view whose files are at colleagues' alone."""
    away = awaited(store, dossier)
    rows: list[Photo | Attachment] = [*dossier.all(Photo), *dossier.all(Attachment)]
    return [Lost(row.filename, whose=away[row.id]) for row in rows if row.id in away]


def told(lost: Iterable[Lost]) -> Iterator[str]:
    """Why files are left out: a sentence for each that is lost, and one for each colleague who has
    some that never came here, and are whole there."""
    others: dict[str, list[str]] = {}
    for each in lost:
        if each.whose:
            others.setdefault(each.whose, []).append(each.name)
        else:
            yield each.trouble
    for whose, names in others.items():
        many = f"等 {len(names)} 个文件" if len(names) > 1 else ""
        yield (
            f"“{names[0]}”{many}由“{whose}”在另一台设备收入，原件没有发到本机，导出的材料里没有，"
            "请由该设备导出，或收入含其原件的文件包后再导出。"
        )


def _whole(find: Callable[[], Kept], name: str) -> tuple[Kept, int] | Lost:
    """A file that was read through, with its size in bytes."""
    try:
        kept = find()
        return kept, sum(map(len, kept.pieces()))
    except FileNotFoundError:
        return _gone(name)
    except (DamagedError, OSError):
        return Lost(name, f"“{name}”在本机的存件已损坏，{_REST}")
    except UserError:  # its hash, which may come from outside, is none
        return _gone(name)


def data(bench: Workbench, dossier_id: UUID) -> list[Member]:
    """The dossier and its change log, of one moment, for another copy of the program; the
    log is the last."""
    dossier, rows = bench.whole(dossier_id)
    plain = (row.model_dump(mode="json", exclude={"live"}) for row in rows)
    log = "\n".join(json.dumps(row, ensure_ascii=False) for row in plain)
    text = json.dumps(dump(dossier), ensure_ascii=False, indent=1)
    return [
        Member("dossier.json", text.encode()),
        Member(CHANGES, log.encode()),
    ]


def signing(bench: Workbench, log: Member) -> Signing:
    """With what this device signs a bundle that holds that log, in the name of who works here."""
    signers = Signers(bench.store)
    assert log.name == CHANGES and isinstance(log.source, bytes)
    chains, _ = heads(log.source.splitlines())
    at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    device = str(bench.store.device)
    return Signing(bench.person, device, signers.own().key, at, chains, signers.signs())
