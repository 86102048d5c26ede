"""What a dossier's bundle holds of the store: photos, attachments, the data, the signature."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from app import intake
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

if TYPE_CHECKING:
    from app.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Lost:
    """A photo or attachment that no bundle can hold, and the sentence that says why."""

    name: str
    trouble: str


def stored(
    store: Store, dossier: Dossier, withdrawn: bool = False
) -> tuple[list[Member], list[Lost]]:
    """The members, and what is gone or damaged; what is `withdrawn` where that is wanted too.

    Every file is read through before, for a bundle that was begun can leave none out any more.
    """
    members: list[Member] = []
    lost: list[Lost] = []

    def add(find: Callable[[], Kept], inside: str, called: str) -> None:
        kept = _whole(find, called or inside)
        if isinstance(kept, Lost):
            lost.append(kept)
        else:
            members.append(Member(f"{inside}{kept.suffix}", kept.pieces))

    numbers = {visit.id: n for n, visit in enumerate(dossier.all(Visit), 1)}
    for place, photo in enumerate(dossier.all(Photo), 1):
        home = f"第{numbers[photo.visit]}次现场诊断" if photo.visit in numbers else "其他照片"
        inside = f"照片/{home}/{place:03}-{plain_name(photo.kind or '未分类')}"
        add(partial(intake.original, store, photo), inside, photo.filename)
    for place, held in enumerate(dossier.all(Attachment), 1):
        inside = f"附件/{place:02}-{plain_name(held.name or '附件')}"
        add(partial(intake.attachment, store, held), inside, held.name)
    for row in _withdrawn(dossier) if withdrawn else ():
        inside = f"已撤回/{len(members) + len(lost) + 1:03}-{type(row).title}"
        if isinstance(row, Photo):
            add(partial(intake.original, store, row), inside, row.filename)
        else:
            add(partial(intake.attachment, store, row), inside, row.filename)
    return members, lost


def _withdrawn(dossier: Dossier) -> Iterator[Photo | Attachment]:
    """The records out of view that name a file; one that was erased names none."""
    seen = {row.id for row in (*dossier.all(Photo), *dossier.all(Attachment))}
    for form in (Photo, Attachment):
        for row in dossier.records.get(form_of(form), ()):
            if isinstance(row, form) and row.id not in seen and row.sha256:
                yield row


def _whole(find: Callable[[], Kept], name: str) -> Kept | Lost:
    rest = "导出的材料里没有它，请重新导入该文件。"
    gone = Lost(name, f"“{name}”的原始文件不在数据文件夹中，{rest}")
    try:
        kept = find()
        for _piece in kept.pieces():
            pass
    except FileNotFoundError:
        return gone
    except (DamagedError, OSError):
        return Lost(name, f"“{name}”在本机的存件已损坏，{rest}")
    except UserError:  # its hash, which may come from outside, is none
        return gone
    return kept


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
