"""The outbox: mails that wait, are being sent, were sent, or whose fate nobody knows.

No mail goes out twice unless a person says so. Before the end of a mail's data is sent, its row
says ENDING, and is on the disk: what a crash leaves behind as SENDING was certainly not taken by
the server, and is sent again; what it leaves as ENDING may have been, and is UNKNOWN.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel, col, delete, select, update

from app import mail_account, mail_gate
from app.entry import NewEntry
from app.log import UNNOTED
from app.outside import cause
from app.progress import Progress
from app.vault import DamagedError, Kept
from exporters import mail
from forms.dossier import File, Sending
from forms.errors import UserError
from forms.sending import MAIL, file_lines

if TYPE_CHECKING:
    import ssl
    import threading

    from app.smtp import Dialogue, Outcome
    from app.store import Store
    from app.workbench import Workbench

AREA = "outbox"
"""Of the vault."""
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What Python's parser raises over a file that is no mail."""
_AGAIN = (1, 5, 15, 60, 240)
"""Minutes after the first, second... attempt that a mail is tried again."""
_COPIED = "数据由备份恢复或由别处复制而来，此前可能已经发出。"
_PERSON_SAYS = "经办人确认对方已收到（发送时没有收到服务器的答复）。"


class State(StrEnum):
    """How a mail stands. ENDING is SENDING with the end of its data perhaps on the line."""

    QUEUED = "queued"
    SENDING = "sending"
    ENDING = "ending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"


#: What people call it.
WORDS = {
    State.QUEUED: "待发",
    State.SENDING: "发送中",
    State.ENDING: "发送中",
    State.SENT: "已发",
    State.UNKNOWN: "不确定",
    State.REFUSED: "被拒",
}
#: What becomes of a mail at which the sending stopped, and why.
_LEFT = (
    (State.SENDING, State.QUEUED, "发送中途停止，邮件没有送出。"),
    (State.ENDING, State.UNKNOWN, "邮件已全部发出，没有记下服务器的答复。"),
)


class OutgoingRow(SQLModel, table=True):
    """One mail of this machine's outbox; the whole of it lies sealed in the vault under `sha256`
    until it is sent.

    `files` is a JSON list of (name, sha256) of its attachments, `recipients` one of addresses.
    Times are ISO 8601 with zone: `made` when it was queued, `due` when it is tried again by itself
    ("" for never), `done` when the server took or refused it. `answer` is what the server said.
    `device` is the one that it is sent from: a store that was restored or copied has a new one.
    """

    __tablename__ = "outgoing"
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    dossier_id: UUID
    made: str = ""
    state: str = State.QUEUED
    subject: str = ""
    sender: str = ""
    recipients: str = "[]"
    message_id: str = ""
    sha256: str = ""
    size: int = 0
    files: str = "[]"
    tries: int = 0
    due: str = ""
    answer: str = ""
    done: str = ""
    handler: str = ""
    device: str = ""

    @property
    def to(self) -> list[str]:
        """Its recipients."""
        return list(json.loads(self.recipients))

    @property
    def attached(self) -> list[tuple[str, str]]:
        """The names and SHA-256 of its attachments."""
        return [(name, digest) for name, digest in json.loads(self.files)]


# -- what is in it --------------------------------------------------------------------------------


def listed(store: Store, dossier_id: UUID) -> list[OutgoingRow]:
    """A dossier's mails, the newest first."""
    query = select(OutgoingRow).where(OutgoingRow.dossier_id == dossier_id)
    with store.session() as session:
        return list(session.exec(query.order_by(col(OutgoingRow.made).desc())))


def due(store: Store) -> list[UUID]:
    """The mails of all dossiers that are to be sent by now, the oldest first."""
    now = dt.datetime.now().astimezone()
    return [mail for mail, at in _waiting(store) if at <= now]


def next_due(store: Store) -> dt.datetime | None:
    """When the next mail that waits is to be sent, which may be past; None where none waits."""
    return min((at for _, at in _waiting(store)), default=None)


def _waiting(store: Store) -> list[tuple[UUID, dt.datetime]]:
    query = select(OutgoingRow).where(OutgoingRow.state == State.QUEUED)
    with store.session() as session:
        rows = session.exec(query.order_by(col(OutgoingRow.made)))
        return [(row.id, dt.datetime.fromisoformat(row.due)) for row in rows if row.due]


def settle(store: Store) -> None:
    """What a stopped program left behind, once at each start, before anything is sent.

    What waits in a store that was restored from a backup, or copied, may have gone out since.
    """
    own = str(store.device)
    change, state = update(OutgoingRow), col(OutgoingRow.state)
    foreign = change.where(col(OutgoingRow.device) != own)
    waits = state.in_((State.QUEUED, State.SENDING, State.ENDING))
    with store.session() as session:
        session.exec(foreign.where(waits).values(state=State.UNKNOWN, answer=_COPIED, due=""))
        session.exec(foreign.values(device=own))
        for left, becomes, words in _LEFT:
            session.exec(change.where(state == left).values(state=becomes, answer=words, due=""))
        session.commit()


# -- queueing -------------------------------------------------------------------------------------


def queue(bench: Workbench, dossier_id: UUID, draft: Path, recipients: str) -> UUID:
    """Take a mail draft, as the export writes them, into the outbox, to be sent at once.

    `recipients` are addresses as typed, with commas or semicolons between them. Raises UserError
    where there is no mailbox to send from, an address is none, an attachment is not closed, the
    enterprise's consent is wanting, or the file is no draft.
    """
    account = mail_account.load(bench.store)
    if account is None:
        raise UserError("尚未设置发信邮箱，没有加入发件箱，请先在“邮箱设置”中填写。")
    to = mail_gate.addresses(recipients)
    try:
        whole, message_id, subject = mail.sendable(mail_gate.read(draft), account.sender, to)
        files = list(mail.attached(whole))
    except _UNREADABLE:
        raise mail_gate.no_draft(draft.name) from None
    mail_gate.gate(bench.dossier(dossier_id), draft.name, files)
    told = json.dumps([(name, hashlib.sha256(data).hexdigest()) for name, data in files])
    for earlier in listed(bench.store, dossier_id):
        if earlier.files == told and set(earlier.to) & set(to):
            raise UserError(
                f"同样的附件已在发件箱中（{WORDS[State(earlier.state)]}），没有再次加入，"
                "请在发件箱中处理原来的那一封。"
            )
    row = OutgoingRow(
        dossier_id=dossier_id,
        made=_now(),
        subject=subject,
        sender=account.address,
        recipients=json.dumps(to),
        message_id=message_id,
        sha256=hashlib.sha256(whole).hexdigest(),
        size=len(whole),
        files=told,
        due=_now(),
        handler=bench.person,
        device=str(bench.store.device),
    )
    _keep(bench, row, whole)
    return row.id


def _keep(bench: Workbench, row: OutgoingRow, whole: bytes) -> None:
    """The sealed mail first, then the row that names it; both or neither."""
    try:
        bench.store.vault.put(AREA, row.sha256, whole)
    except OSError as error:
        raise UserError(
            f"邮件不能存入发件箱（{cause(error)}），没有发送，请检查磁盘空间后重试。"
        ) from error
    try:
        with bench.writing() as (session, _log, _records):
            session.add(row)
    except UserError:
        _drop_file(bench.store, row.sha256)
        raise


# -- sending --------------------------------------------------------------------------------------


def send(
    bench: Workbench,
    mail_id: UUID,
    stopping: threading.Event | None = None,
    context: ssl.SSLContext | None = None,
) -> Iterator[Progress]:
    """Send one mail that waits; its row says what became of it. One that is being sent already, or
    does not wait, is left alone.

    To cease to iterate, or to set `stopping` while an answer is waited for, leaves it waiting for a
    person. `context` is for tests. Raises UserError where there is no mailbox, or the keyring does
    not give its password.
    """
    from app.smtp import Dialogue  # loaded only where somebody sends

    store = bench.store
    account = mail_account.load(store)
    password = mail_account.password_of(account) if account else ""
    if account is None or not password:
        raise UserError(
            "系统密钥环中没有发信邮箱的授权码（密码），没有发送，邮件仍在发件箱，"
            "请在“邮箱设置”中填写。"
        )
    row = _begun(store, mail_id)
    if row is None:
        return
    if row.sender != account.address:
        words = f"邮件以 {row.sender} 署名，现设邮箱为 {account.address}，没有发送。"
        _set(store, mail_id, State.QUEUED, answer=words, due="")
        return
    try:
        yield from _dialogue(bench, row, Dialogue(account, password, stopping, context))
    finally:  # whatever stopped it: before the end it was not sent, afterwards nobody knows
        for left, state, words in _LEFT:
            _set(store, mail_id, state, if_state=left, answer=words, due="")


def _dialogue(bench: Workbench, row: OutgoingRow, dialogue: Dialogue) -> Iterator[Progress]:
    from app.smtp import Fate, Outcome, Stopped

    text = f"正在发送“{row.subject}”"
    yield Progress(0, row.size, text)
    try:
        with dialogue as line:
            line.begin(row.sender, row.to, row.size)
            done = 0
            for count in line.data(Kept(bench.store.vault, AREA, row.sha256, row.subject).pieces()):
                done += count
                yield Progress(min(done, row.size), row.size, text)
            if not _set(bench.store, row.id, State.ENDING, if_state=State.SENDING):
                line.hang_up()  # its dossier was wiped meanwhile
                return
            _note(bench, row, line.end(), State.ENDING)
    except Stopped as stop:
        _note(bench, row, stop.outcome, State.SENDING)
    except (OSError, DamagedError) as error:
        held = f"邮件在本机的存件读不出来（{cause(error)}），没有发送，请移除后重新加入发件箱。"
        _note(bench, row, Outcome(Fate.HELD, held), State.SENDING)
    yield Progress(row.size, row.size, text)


def _begun(store: Store, mail_id: UUID) -> OutgoingRow | None:
    """The mail, marked as being sent; None where it does not wait: two never send the same."""
    with store.session() as session:
        begun = session.exec(
            update(OutgoingRow)
            .where(col(OutgoingRow.id) == mail_id, col(OutgoingRow.state) == State.QUEUED)
            .values(state=State.SENDING, tries=col(OutgoingRow.tries) + 1, due="", answer="")
        )
        session.commit()
        return session.get(OutgoingRow, mail_id) if begun.rowcount == 1 else None


def _note(bench: Workbench, row: OutgoingRow, outcome: Outcome, before: State) -> None:
    """Keep what became of a mail that stood at `before`; one that stands otherwise stays so."""
    from app.smtp import Fate

    values: dict[str, str] = {"answer": outcome.answer}
    if outcome.fate is Fate.TAKEN:
        _sent(bench, row, before, outcome.answer)
        return
    if outcome.fate is Fate.LATER:
        minutes = _AGAIN[min(row.tries, len(_AGAIN)) - 1]
        values["due"] = _now(dt.timedelta(minutes=minutes))
    if outcome.fate is Fate.REFUSED:
        values["done"] = _now()
    becomes = {Fate.REFUSED: State.REFUSED, Fate.UNKNOWN: State.UNKNOWN}
    state = becomes.get(outcome.fate, State.QUEUED)
    _set(bench.store, row.id, state, if_state=before, **values)


def _sent(bench: Workbench, row: OutgoingRow, before: State, answer: str) -> None:
    """Say that a mail was sent, with the receipt for the dossier, in one go; its file goes."""
    now = dt.datetime.now().astimezone()
    with bench.writing() as (session, _log, _records):
        session.info[UNNOTED] = True  # an undo must not take a receipt back
        held = session.get(OutgoingRow, row.id)
        if held is None or held.state != before:
            return
        held.state, held.answer, held.done, held.due = State.SENT, answer, now.isoformat(), ""
        session.add(held)
        if session.get(File, row.dossier_id) is not None:
            entry = NewEntry(session, bench.store.device, bench.person, row.dossier_id)
            entry.write(
                Sending,
                {
                    "way": MAIL,
                    "sent_at": now.replace(tzinfo=None, microsecond=0),
                    "recipient": "、".join(row.to),
                    "files": file_lines(row.attached),
                    "handler": row.handler,
                    "message_id": row.message_id,
                    "answer": answer,
                },
            )
    _drop_file(bench.store, row.sha256)


# -- what a person says ---------------------------------------------------------------------------


def send_again(store: Store, mail_id: UUID) -> None:
    """Have a mail go out that waits, was refused, or whose fate is unknown: the same bytes, under
    the same Message-ID, by which the recipient's program tells a second copy."""
    for state in (State.QUEUED, State.UNKNOWN, State.REFUSED):
        _set(store, mail_id, State.QUEUED, if_state=state, due=_now())


def confirm(bench: Workbench, mail_id: UUID) -> None:
    """A person knows that a mail of unknown fate has arrived: it counts as sent."""
    with bench.store.session() as session:
        row = session.get(OutgoingRow, mail_id)
    if row is not None:
        _sent(bench, row, State.UNKNOWN, _PERSON_SAYS)


def remove(store: Store, mail_id: UUID) -> None:
    """Take a mail off the list, unless it is being sent; a receipt stays with its dossier."""
    with store.session() as session:
        row = session.get(OutgoingRow, mail_id)
        gone = session.exec(
            delete(OutgoingRow)
            .where(col(OutgoingRow.id) == mail_id)
            .where(col(OutgoingRow.state).not_in((State.SENDING, State.ENDING)))
        )
        session.commit()
    if row is not None and gone.rowcount:
        _drop_file(store, row.sha256)


def _set(
    store: Store, mail_id: UUID, state: State, *, if_state: State | None = None, **values: str
) -> bool:
    """Have a mail stand at `state`, if it stood at `if_state`; whether it does."""
    with store.session() as session:
        change = update(OutgoingRow).where(col(OutgoingRow.id) == mail_id)
        if if_state is not None:
            change = change.where(col(OutgoingRow.state) == if_state)
        done = session.exec(change.values(state=state, **values))
        session.commit()
        return bool(done.rowcount)


def _drop_file(store: Store, digest: str) -> None:
    try:
        store.vault.path(AREA, digest).unlink(missing_ok=True)
    except OSError:
        store.unsettle()  # the next start removes what no row names


def _now(later: dt.timedelta = dt.timedelta()) -> str:
    return (dt.datetime.now().astimezone() + later).isoformat()
