"""Packing the bundle: in one piece, or in numbered parts that each go by one mail."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from app import handin_choice
from app.closing import ENDINGS, Closing, closed
from app.handin_choice import Packing
from app.intake import ATTACHMENTS, COPIES
from app.review import Review
from app.store import Store
from exporters import bundle, bundle_parts
from exporters.bundle import Member
from exporters.bundle_parts import LIST, Part
from exporters.bundle_signature import Signing
from forms.dossier import Attachment, Photo
from forms.errors import UserError

_NAME = "文件包"
_LETTER_ROOM = 512 * 1024
"""What the letter may weigh, which is written once it is known how many parts there are."""
_PAPER, _DATA = 150_000, 200_000
"""About what a paper weighs beside its photos, and the dossier with its log."""


def name_of(folder: str, mark: str, ending: str, part: Part | None = None) -> str:
    """The bundle's name in a dossier's folder of that name; a draft's has its `mark`."""
    return f"{folder}-{_NAME}{mark}{part.mark if part else ''}{ending}"


def bundles_in(folder: Path, mark: str = "") -> list[Path]:
    """The bundle in a dossier's folder as it was exported last: one file, or its parts in order."""
    endings = "|".join(map(re.escape, ENDINGS))
    ours = re.compile(
        rf"{re.escape(f'{folder.name}-{_NAME}{mark}')}(?:（(\d{{1,3}})-\d{{1,3}}）)?(?:{endings})"
    )
    named = [(ours.fullmatch(path.name), path) for path in folder.iterdir() if path.is_file()]
    return [
        path
        for found, path in sorted(named, key=lambda each: int(each[0][1] or 0) if each[0] else 0)
        if found
    ]


@dataclass(frozen=True)
class Load:
    """What is to be packed: the `files` in their order, and the `data` (the dossier, and last its
    log) that lies in every part. `copies` has by a file's name the SHA-256 of the photo that it is
    a smaller copy of."""

    files: Sequence[Member]
    data: Sequence[Member]
    copies: dict[str, str]

    def divided(self, mail: int) -> list[list[Member]]:
        """The files by part, each for a mail of so many bytes; all in one where `mail` is 0. The
        first has room for the letter besides, and may hold nothing else.

        UserError where not even the data go into one mail.
        """
        if not mail:
            return [list(self.files)]
        most = bundle_parts.archive_most(bundle_parts.file_most(mail))
        names = sum(len(member.name.encode()) + 8 for member in self.files)
        each = sum(_deflated(member) for member in self.data) + names
        if each + _LETTER_ROOM > most:
            raise UserError(
                "档案数据本身就超过所选的邮件大小限制，没有导出，原有文件未变，请改选更大的限制。"
            )
        weights = [bundle_parts.weight(member.name, member.size) for member in self.files]
        places = bundle_parts.divided(weights, _LETTER_ROOM, each, most)
        return [[self.files[place] for place in part] for part in places]


def _deflated(member: Member) -> int:
    """The most that the dossier or its log weighs in an archive."""
    raw = member.source
    packed = len(zlib.compress(raw)) if isinstance(raw, bytes) else member.size
    return bundle_parts.weight(member.name, packed + packed // 100)


def parts_for(divided: Sequence[Sequence[Member]]) -> list[Part | None]:
    """The part that each is; None for the only one."""
    return [None] if len(divided) < 2 else list(bundle_parts.numbered(len(divided)))


def pack(
    load: Load,
    divided: Sequence[Sequence[Member]],
    paths: Sequence[Path],
    parts: Sequence[Part | None],
    facts: dict[str, Any],
    signing: Signing,
    closing: Closing,
) -> Iterator[str]:
    """Write the bundle to `paths`, a file a part, signed and closed; the name of each member first.

    Raises OSError.
    """
    told = bundle_parts.list_text([[each.name for each in part] for part in divided])
    for part, members, path in zip(parts, divided, paths, strict=True):
        names = {each.name for each in members}
        copies = {name: of for name, of in load.copies.items() if name in names}
        more = {**facts, **({"copies": copies} if copies else {}), **(part.fact if part else {})}
        inside = [*([Member(LIST, told)] if part else []), *members, *load.data]
        with ExitStack() as open_files:
            stream = open_files.enter_context(path.open("wb"))
            yield from bundle.write(
                inside, more, open_files.enter_context(closed(closing, stream)), signing
            )


def too_large(path: Path, members: Sequence[Member], mail: int) -> str:
    """A sentence where a part that was written does not go by one mail; "" where it does."""
    if not mail or path.stat().st_size <= bundle_parts.file_most(mail):
        return ""
    largest = max(members, key=lambda each: each.size)
    return (
        f"“{path.name}”超过每封邮件 {mail // 1_000_000} MB 的限制（其中“"
        f"{PurePosixPath(largest.name).name}”一个文件就有 {largest.size / 1_000_000:.1f} MB），"
        "已单独成卷，不能以邮件发送，请改用缩小的照片，或以移动介质报送。"
    )


def foreseen(review: Review, store: Store, packed: Packing) -> int:
    """About how many parts there will be, without reading or composing anything."""
    if not packed.mail:
        return 1
    dossier = review.dossier
    copies = [_sealed(store, COPIES, photo.sha256) for photo in dossier.all(Photo)]
    sizes = list(copies) if packed.copies else [photo.size or 0 for photo in dossier.all(Photo)]
    sizes += [_sealed(store, ATTACHMENTS, each.sha256) for each in dossier.all(Attachment)]
    # A paper twice, as .docx and .pdf; the report shows all photos, the records those of theirs.
    for part in handin_choice.packed(review, packed):
        shown = sum(copies) if part in ("report", "records") else 0
        sizes += [_PAPER + shown] * 2
    most = bundle_parts.archive_most(bundle_parts.file_most(packed.mail))
    return len(bundle_parts.divided(sizes, _LETTER_ROOM, _DATA, most))


def _sealed(store: Store, area: str, digest: str) -> int:
    """About how large a file of the store is; 0 where it is not here."""
    try:
        return store.vault.path(area, digest).stat().st_size
    except (OSError, UserError):
        return 0
