"""Taking a colleague's bundle in: looked at first, then united with what is here, or not at all.

A bundle that came stays set apart (`app.quarantine`) while a person looks at what it would bring.
Logs are united, files are added; the same twice changes nothing, and the order does not matter.
What was taken in can be taken back as a whole, by edits like any other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.bundle_check import checked
from app.clashes import Choice, Clash, Where, decide, told
from app.closing import opened
from app.foreign_log import read_rows
from app.incoming import Incoming, counted, is_newer, scored
from app.intake import ATTACHMENTS, ORIGINALS, not_kept, small_copy, to_be_named
from app.log import PURGED, UNNOTED, Log, LogRow, canonical
from app.outside import cause
from app.packs import check_same, known_packs
from app.progress import Progress
from app.purge import Held, drop_files, files_of, forget_files, scour
from app.quarantine import Quarantined, quarantined
from app.records import Records, snapshot
from app.return_file import KIND
from app.signers import Signers
from app.store import SCHEMA
from app.summaries import SummaryRow
from app.tables import Meta, TakenRow
from app.trail import Entry, entries
from app.vault import Kept
from exporters.bundle_signature import CHANGES
from forms.dossier import Attachment, Photo
from forms.errors import UserError

if TYPE_CHECKING:
    from app.workbench import Workbench

_NEWER = "newer:"
"""Begins the setting that says of a dossier that rows of a newer version of the program lie in its
log, and under which revision of the schema they were taken in."""
_HASH = re.compile("[0-9a-f]{64}")
_UNDECIDED = (
    "{} 处冲突的取舍没有存上（{}），收入的内容已全部保留，"
    "请检查磁盘空间和权限后，在“收取与冲突”页裁定。"
)
_UNNOTED = (
    "冲突的取舍已存上，但没有记入收取记录（{}），收入的内容已全部保留，"
    "日后如整包撤销，请逐处核对这些取舍。"
)
_HANDS = 4
"""Threads that wait for the disk at once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it: the receipt's id (None where nothing was new), and the conflicts that were
    left to decide. `trouble` says what failed once it was in: a sentence or more, "" where nothing
    did."""

    id: UUID | None
    edits: int
    files: int
    conflicts: tuple[Clash, ...]
    trouble: str = ""


_Coming = tuple[str, Kept]
"""The area of the vault that a file is wanted in, and the member that is that file."""


class Stopped(Exception):
    """Whoever wanted the bundle wants it no more; nothing was kept of it."""


class _Watched:
    """A stream that is read until somebody wants it no more."""

    def __init__(self, stream: BinaryIO, stop: Callable[[], bool]) -> None:
        self._stream, self._stop = stream, stop

    def read(self, size: int = -1) -> bytes:
        if self._stop():
            raise Stopped
        return self._stream.read(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Tried(Exception):
    """Takes a transaction back that was only to show what it would do."""


@contextmanager
def arrived(
    bench: Workbench, path: Path, passphrase: str = "", stop: Callable[[], bool] = lambda: False
) -> Iterator[Arrival]:
    """A bundle that came, whole and set apart until the block ends.

    Raises UserError (PassphraseError where a passphrase is wanting) where it cannot be taken in,
    Stopped where `stop` says so while it is read.
    """
    signers = Signers(bench.store)
    with (
        opened(path, passphrase, signers.identities()) as stream,
        quarantined(bench.store, cast(BinaryIO, _Watched(stream, stop)), path.name) as found,
    ):
        yield Arrival(bench, path.name, found)


class Arrival:
    """A bundle that can be looked at and taken in."""

    def __init__(self, bench: Workbench, name: str, found: Quarantined) -> None:
        self._bench, self.name, self._found = bench, name, found
        #: Whether it is in the store by now, whatever fails after that.
        self.united = False
        self.dossier = _dossier_of(found, name)
        check_same(bench.pack, str(found.manifest.get("pack")), f"“{name}”", "没有收入")
        self.checked = checked(found.verdict, Signers(bench.store))
        if CHANGES not in found.members:
            raise UserError(
                f"“{name}”里没有修改记录（{CHANGES}），不能合并，本机内容未变，"
                "请让对方从本程序重新导出文件包。"
            )
        self._rows = read_rows(found.members[CHANGES].pieces(), self.dossier, name)

    @property
    def sha256(self) -> str:
        """Of the manifest, which names the hash of everything else."""
        spelling = canonical(dict(self._found.manifest))
        return hashlib.sha256(spelling.encode("utf-8", "surrogatepass")).hexdigest()

    def look(self) -> Incoming:
        """What it would bring: it is taken in, and all of that taken back. UserError."""
        found: list[Incoming] = []
        with suppress(_Tried), self._bench.writing() as (session, log, records):
            incoming, _ = self._united(session, log, records)
            united = snapshot(session, self.dossier, log.conflicts(self.dossier))
            session.expunge_all()  # what was read for the snapshot outlives the transaction
            found.append(replace(incoming, united=united))
            raise _Tried
        return found[0]

    def _united(
        self, session: Session, log: Log, records: Records
    ) -> tuple[Incoming, list[_Coming]]:
        """Unite the logs; what that brought, and the members that the records want."""
        here = _ids(session, self.dossier)
        before, had = log.conflicts(self.dossier), scored(session, self._rows)
        self._unite(session, log, records)
        arising = {
            where: rows
            for where, rows in log.conflicts(self.dossier).items()
            if {row.id for row in rows} != {row.id for row in before.get(where, ())}
        }
        wanted = _named(session, self.dossier)
        kept = {held for held in wanted if self._bench.store.vault.path(*held).exists()}
        coming, lost = self._coming(wanted - kept)
        incoming = counted(
            session,
            self.dossier,
            self.checked,
            self._rows,
            here,
            had,
            {digest for _, digest in kept},
            (len(coming), sum(area == ORIGINALS for area, _ in coming), lost),
            told(session, arising, log.device, lambda row: row.id in here),
        )
        return incoming, coming

    def edits(self) -> list[Entry]:
        """Every edit that would come, in words, those of a record one after another."""
        found: list[Entry] = []
        with suppress(_Tried), self._bench.writing() as (session, log, records):
            here = _ids(session, self.dossier)
            self._unite(session, log, records)
            new = [row for row in log.rows(self.dossier) if row.id not in here]
            found += entries(session, log.device, new)
            raise _Tried
        return sorted(found, key=lambda each: (each.title, each.name, str(each.record), each.place))

    def photo(self, digest: str) -> bytes:
        """A photo of the bundle that is not in the store yet, small and upright: a JPEG file.

        OSError where the bundle does not hold it, UserError where it is no readable picture.
        """
        for kept in self._found.members.values():
            if kept.digest == digest and kept.area == ORIGINALS:
                return small_copy(kept)
        raise FileNotFoundError(digest)

    def take(
        self, choices: Mapping[Where, Choice] | None = None
    ) -> Generator[Progress, None, Taken]:
        """Take it in, then decide the conflicts for which there is a choice.

        Ceasing to iterate before the last Progress leaves what was here. Raises UserError, and
        nothing was taken in, where it cannot be; what fails after that is the result's `trouble`.
        """
        store = self._bench.store
        yield Progress(0, 0, "正在合并修改记录")
        with to_be_named(store), self._bench.writing() as (session, log, records):
            here = _ids(session, self.dossier)
            doomed = {row.record_id for row in self._rows if row.field == PURGED}
            files = set(files_of(session, doomed))
            incoming, coming = self._united(session, log, records)
            self._place(coming)
            unused = forget_files(session, files)
            if unused:
                store.unsettle()  # what is left after a kill, or cannot be removed, goes at a start
            receipt = self._noted(session, [r.id for r in self._rows if r.id not in here])
        self.united = True
        trouble = drop_files(store, unused) + scour(store) if unused else ""
        left, unsaid = self._decided(incoming.conflicts, choices or {}, receipt)
        trouble += unsaid
        yield Progress(1, 1, _sentence(incoming, len(coming), len(left)), trouble)
        return Taken(receipt, incoming.edits, len(coming), left, trouble)

    def _decided(
        self, conflicts: Sequence[Clash], choices: Mapping[Where, Choice], receipt: UUID | None
    ) -> tuple[tuple[Clash, ...], str]:
        """Decide what there is a choice for; what is left, and a sentence where some of that could
        not be kept. The receipt gets those edits, too."""
        chosen = [clash for clash in conflicts if clash.where in choices]
        left = [clash for clash in conflicts if clash.where not in choices]
        done: list[Where] = []
        try:
            for clash in chosen:
                decide(self._bench, self.dossier, clash, choices[clash.where])
                done.append(clash.where)
            if receipt is not None and done:
                self._add(receipt, done)
        except UserError as error:
            why = cause(getattr(error.__cause__, "orig", None))
            undone = chosen[len(done) :]
            if not undone:
                return tuple(left), _UNNOTED.format(why)
            return (*undone, *left), _UNDECIDED.format(len(undone), why)
        return tuple(left), ""

    def _add(self, receipt: UUID, decided: Sequence[Where]) -> None:
        """Have the receipt name the edits that decided conflicts."""
        with self._bench.writing() as (session, log, _):
            session.info[UNNOTED] = True
            made = [head.id for where in decided for head in log.heads(self.dossier, *where)[:1]]
            row = session.get(TakenRow, receipt)
            if row is not None and made:
                row.rows = json.dumps([*json.loads(row.rows), *(each.hex for each in made)])
                session.add(row)

    def _unite(self, session: Session, log: Log, records: Records) -> None:
        touched = log.unite(self.dossier, self._rows)
        if touched:
            records.rebuild(self.dossier, touched)
            session.exec(delete(SummaryRow).where(col(SummaryRow.dossier_id) == self.dossier))
        if any(is_newer(row) for row in self._rows):
            session.merge(Meta(key=f"{_NEWER}{self.dossier.hex}", value=SCHEMA))

    def _coming(self, wanted: set[Held]) -> tuple[list[_Coming], int]:
        """The members that are the files wanted, and how many are not in the bundle."""
        members = {(kept.area, kept.digest): kept for kept in self._found.members.values()}
        digests = {kept.digest: kept for kept in members.values()}
        found = [
            (area, members.get((area, digest), digests[digest]))
            for area, digest in sorted(wanted)
            if digest in digests
        ]
        return found, len(wanted) - len(found)

    def _place(self, coming: list[_Coming]) -> None:
        """Give the files, which are on the disk, the places that the rows name. UserError."""
        try:
            with ThreadPoolExecutor(_HANDS) as hands:
                list(hands.map(self._placed, coming))
        except OSError as error:
            raise not_kept(self.name, error) from error

    def _placed(self, one: _Coming) -> None:
        vault, (area, kept) = self._bench.store.vault, one
        if vault.path(area, kept.digest).exists():
            return
        if area == kept.area and kept.exists():
            vault.adopt(kept)
        else:
            vault.stage(area, kept.digest, kept.pieces()).place()

    def _noted(self, session: Session, new: list[UUID]) -> UUID | None:
        """Keep a receipt, from which the whole can be taken back."""
        if not new:
            return None
        row = TakenRow(
            dossier_id=self.dossier,
            at=dt.datetime.now().astimezone().isoformat(timespec="seconds"),
            name=self.name[:200],
            sha256=self.sha256,
            signer=self.checked.name,
            rows=json.dumps([each.hex for each in new]),
        )
        session.add(row)
        session.flush()
        return row.id


def _dossier_of(found: Quarantined, name: str) -> UUID:
    """Whose dossier a bundle is of. UserError where it says none, or is of a pack that is not
    here."""
    if found.manifest.get("kind") == KIND:
        raise UserError(
            f"“{name}”是退回意见，不是同事的文件包，没有收入，本机内容未变，"
            "请在该档案的“退回意见”页收入。"
        )
    try:
        dossier_id = UUID(str(found.manifest.get("dossier")))
    except ValueError:
        raise UserError(
            f"“{name}”没有写明是哪一份档案，没有收入，本机内容未变，请让对方重新导出。"
        ) from None
    pack = str(found.manifest.get("pack"))
    if pack not in known_packs():
        raise UserError(
            f"“{name}”按另一版方案（{pack[:60]}）填写，本机没有这一版，没有收入，本机内容未变，"
            "请安装含有该版方案的程序后再试。"
        )
    return dossier_id


def _ids(session: Session, dossier_id: UUID) -> set[UUID]:
    return set(session.exec(select(LogRow.id).where(LogRow.dossier_id == dossier_id)))


def _named(session: Session, dossier_id: UUID) -> set[Held]:
    """The files that the dossier's records name, as far as they name one."""
    found: set[Held] = set()
    for area, form in ((ORIGINALS, Photo), (ATTACHMENTS, Attachment)):
        hashes = session.exec(select(form.sha256).where(form.dossier_id == dossier_id))
        found |= {(area, digest) for digest in hashes if _HASH.fullmatch(digest)}
    return found


def _sentence(incoming: Incoming, files: int, left: int) -> str:
    """What came, in a sentence."""
    if not incoming.edits and not files:
        return "文件包内容本机均已有，没有变化"
    told_of = f"已收入改动 {incoming.edits} 条、照片和附件 {files} 个"
    return f"{told_of}，{left} 处冲突待裁定" if left else told_of


def read_newer(bench: Workbench) -> None:
    """Work out again what rows of a newer version say, where this program is newer than the one
    that took them in."""
    with bench.store.session() as session:
        rows = session.exec(select(Meta).where(col(Meta.key).startswith(_NEWER))).all()
    for row in rows:
        if row.value == SCHEMA:
            continue
        dossier_id = UUID(row.key.removeprefix(_NEWER))
        with bench.writing() as (session, log, records):
            session.info[UNNOTED] = True
            known = log.rows(dossier_id)
            records.rebuild(dossier_id, {each.record_id for each in known})
            if any(is_newer(each) for each in known):
                session.merge(Meta(key=row.key, value=SCHEMA))
            else:
                session.exec(delete(Meta).where(col(Meta.key) == row.key))
