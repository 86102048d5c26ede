"""The 退回意见 as a file: a small signed bundle with the paper and, for programs, its content.

The provider's program makes records of it whose ids follow from the content and the signer, so that
two laptops that take the same file in make the same records.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from sqlmodel import Field, SQLModel, col, select

from app import durable
from app.bundle_check import Checked, checked
from app.closing import OPEN, Closing, closed, opened
from app.outside import cause, plain_name
from app.progress import Progress
from app.quarantine import quarantined
from app.records import plain
from app.signers import Signers
from app.store import Store
from exporters import bundle, return_opinion
from exporters.bundle import Member
from exporters.bundle_signature import Signing
from exporters.docx_renderer import render_docx
from exporters.pdf_renderer import render_pdf
from forms.dossier import File
from forms.errors import UserError
from forms.fields import parse
from forms.record import Record, form_of, specs
from forms.returned import OF_OPINION, OF_POINT, Returned, ReturnOpinion, ReturnPoint

if TYPE_CHECKING:
    from app.workbench import Workbench

MEMBER, PAPER = "退回意见.json", "退回意见"
FORMAT, KIND = "zhengai-return/1", "return"
FILE_CEILING, CEILING, POINTS_CEILING = 64 << 20, 2 << 20, 300
_NAME_MOST = 200
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class IssuedRow(SQLModel, table=True):
    """An opinion that was sent back, as its file says it (JSON), and the key that signed it: the
    ids of its points follow from both."""

    __tablename__ = "issued"
    id: UUID = Field(primary_key=True)
    dossier_id: UUID
    at: str = ""
    key: str = ""
    opinion: str = ""


@dataclass(frozen=True)
class Came:
    """An opinion that came in a file, with the ids that its records get, and who signed it."""

    returned: Returned
    checked: Checked


# -- as text --------------------------------------------------------------------------------------


def spelled(returned: Returned) -> bytes:
    """The content as one JSON text; the same for the same opinion."""
    whole = {
        "format": FORMAT,
        "dossier": str(returned.dossier),
        "enterprise": returned.enterprise,
        "provider": returned.provider,
        "opinion": _values(returned.opinion, OF_OPINION),
        "points": [_values(point, OF_POINT) for point in returned.points],
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _values(record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: plain(getattr(record, name)) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "")}


def understood(raw: bytes, key: bytes) -> Returned:
    """What a text says, with the ids of the records that a file so signed makes.

    Raises ValueError where it is no such text, or anything of it is beyond its form's limits.
    """
    if len(raw) > CEILING:
        raise ValueError("too long")
    try:
        whole = json.loads(raw)
        if not isinstance(whole, dict) or whole.pop("format", None) != FORMAT:
            raise ValueError("another format")
        dossier, entry, entries = (
            UUID(whole.pop("dossier")),
            whole.pop("opinion"),
            whole.pop("points"),
        )
        enterprise, provider = _name(whole.pop("enterprise")), _name(whole.pop("provider"))
        if whole or not isinstance(entries, list) or not 0 < len(entries) <= POINTS_CEILING:
            raise ValueError("not what an opinion holds")
        opinion_id = uuid5(dossier, f"{PAPER}/{hashlib.sha256(raw).hexdigest()}/{key.hex()}")
        opinion = ReturnOpinion(id=opinion_id, dossier_id=dossier, position="a0")
        _fill(opinion, entry, OF_OPINION)
        points = tuple(
            ReturnPoint(
                id=uuid5(opinion_id, str(place)),
                dossier_id=dossier,
                parent_id=opinion_id,
                position=f"b{_DIGITS[place // 62]}{_DIGITS[place % 62]}",
            )
            for place in range(len(entries))
        )
        for point, values in zip(points, entries, strict=True):
            _fill(point, values, OF_POINT)
            if not point.text.strip():
                raise ValueError("a point without words")
    except (KeyError, TypeError, AttributeError, RecursionError, UserError) as error:
        raise ValueError("not what an opinion holds") from error
    return Returned(dossier, enterprise, provider, opinion, points)


def _name(raw: Any) -> str:
    """A name for people, on one line."""
    if not isinstance(raw, str) or len(raw) > _NAME_MOST:
        raise ValueError("no name")
    return "".join(c for c in raw if c.isprintable())


def _fill(record: Record, entry: Any, names: tuple[str, ...]) -> None:
    """Set what an entry says of a record; ValueError where it says more, or too much."""
    if not isinstance(entry, dict) or not set(entry) <= set(names):
        raise ValueError("a field that is none")
    for name, raw in entry.items():
        spec = specs(type(record))[name]
        value = parse(spec, raw)
        if isinstance(value, str) and spec.limit and len(value) > spec.limit:
            raise ValueError("too long a field")
        setattr(record, name, value)


# -- the office writes it -------------------------------------------------------------------------


def write(
    bench: Workbench, returned: Returned, folder: Path, closing: Closing = OPEN
) -> Iterator[Progress]:
    """Write the file and its paper (.docx, .pdf) into `folder`; each last Progress names one.

    The first of them is the file. UserError where the disk refuses; what was there before stays
    until all is whole. What is written is remembered as sent back.
    """
    closing.check()
    signers, raw = Signers(bench.store), spelled(returned)
    own = signers.own(bench.person)
    returned = understood(raw, own.key)
    name = plain_name(f"{returned.enterprise or '未命名企业'}-{PAPER}{returned.opinion.number}")
    document = return_opinion.compose(returned)
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as work:
            yield Progress(0, 3, f"正在编写{PAPER}")
            papers = [Path(work) / f"{name}{ending}" for ending in (".pdf", ".docx")]
            with papers[0].open("wb") as out:
                render_pdf(document, out)
            render_docx(document, papers[1])
            made = Path(work) / f"{name}{closing.ending}"
            yield Progress(1, 3, f"正在打包{PAPER}")
            members = [Member(f"{PAPER}{path.suffix}", path) for path in papers]
            signing = _signing(bench, signers)
            with made.open("wb") as out, closed(closing, out) as stream:
                for _ in bundle.write(
                    [*members, Member(MEMBER, raw)], _facts(returned), stream, signing
                ):
                    pass
            for path in (*papers, made):
                durable.sync(path)
                durable.place(path, folder / path.name)
    except OSError as error:
        raise UserError(
            f"不能写入“{folder}”（{cause(error)}），退回意见没有写成，请检查磁盘空间或换一个文件夹。"
        ) from error
    _remember(bench.store, returned, raw, own.key)
    for path in (made, *papers):
        yield Progress(3, 3, path.name, made=folder / path.name)


def _facts(returned: Returned) -> dict[str, Any]:
    return {
        "kind": KIND,
        "dossier": str(returned.dossier),
        "enterprise": returned.enterprise,
        "marking": "保密",
    }


def _signing(bench: Workbench, signers: Signers) -> Signing:
    """With what this office signs; the file holds no change log, and so no heads."""
    at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    key = signers.own().key
    return Signing(bench.person, str(bench.store.device), key, at, {}, signers.signs())


def _remember(store: Store, returned: Returned, raw: bytes, key: bytes) -> None:
    """Remember an opinion that was sent back: its file's text, and the key that signed it."""
    at = dt.datetime.now().astimezone().isoformat(timespec="microseconds")
    with store.session() as session:
        session.merge(
            IssuedRow(
                id=returned.opinion.id,
                dossier_id=returned.dossier,
                at=at,
                key=key.hex(),
                opinion=raw.decode(),
            )
        )
        session.commit()


def issued(store: Store, dossier_id: UUID) -> list[Returned]:
    """The opinions that this office sent back on a dossier, in the order in which it did."""
    with store.session() as session:
        query = select(IssuedRow).where(IssuedRow.dossier_id == dossier_id)
        rows = session.exec(query.order_by(col(IssuedRow.at))).all()
    return [understood(row.opinion.encode(), bytes.fromhex(row.key)) for row in rows]


# -- the provider takes it in ---------------------------------------------------------------------


def read(store: Store, path: Path, passphrase: str = "") -> Came:
    """The opinion in a file that came. UserError where it is none, is not signed, or was changed;
    PassphraseError where a passphrase is wanting."""
    signers = Signers(store)
    with opened(path, passphrase, signers.identities()) as stream:
        if stream.seek(0, 2) > FILE_CEILING:
            raise _no_opinion(path.name)
        with quarantined(store, stream, path.name) as held:
            found = checked(held.verdict, signers)
            if held.manifest.get("kind") != KIND or MEMBER not in held.members:
                raise _no_opinion(path.name)
            made = found.verdict.signature
            if made is None:
                raise UserError(
                    f"“{path.name}”没有签名，不能确认由何处退回，没有收入，档案未变，"
                    "请让退回单位重新导出。"
                )
            try:
                returned = understood(held.members[MEMBER].read(), made.key)
                if held.manifest.get("dossier") != str(returned.dossier):
                    raise ValueError("another dossier")
            except ValueError:
                raise _no_opinion(path.name) from None
    opinion = returned.opinion
    opinion.signer, opinion.fingerprint = found.name, found.fingerprint
    return Came(replace(returned, opinion=opinion), found)


def _no_opinion(name: str) -> UserError:
    return UserError(f"“{name}”不是退回意见文件，没有收入，档案未变，请核对后让退回单位重新导出。")


def take_in(bench: Workbench, came: Came) -> bool:
    """Make records of an opinion, all or none, as edits like any other; False where they are there.

    UserError where the dossier is not in this store.
    """
    returned = came.returned
    with bench.writing() as (session, log, records):
        if session.get(File, returned.dossier) is None:
            raise UserError(
                f"退回意见针对“{returned.enterprise}”的一份档案，该档案不在本机，没有收入，"
                "请在存有该档案的电脑上收入。"
            )
        if session.get(ReturnOpinion, returned.opinion.id) is not None:
            return False
        for record in (returned.opinion, *returned.points):
            for field, value in _edits(record):
                records.edit(returned.dossier, form_of(record), record.id, field, value, ())
        log.seal(returned.dossier)
    return True


def _edits(record: Record) -> Iterator[tuple[str, Any]]:
    yield "position", record.position
    if record.parent_id is not None:
        yield "parent_id", record.parent_id
    names = (*OF_OPINION, "signer", "fingerprint") if record.parent_id is None else OF_POINT
    for name in names:
        value = getattr(record, name)
        if value not in (None, ""):
            yield name, value
