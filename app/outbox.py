"""The outbox: mails that wait, are being sent, were sent, or whose fate nobody knows."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel


class State(StrEnum):
    """How a mail stands. ENDING is SENDING with the end of its data perhaps on the line."""

    QUEUED = "queued"
    SENDING = "sending"
    ENDING = "ending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class OutgoingRow(SQLModel, table=True):
    """One mail of this machine's outbox; the whole of it lies sealed in the vault under `sha256`.

    `files` is a JSON list of (name, sha256) of its attachments, `recipients` one of addresses.
    Times are ISO 8601 with zone: `made` when it was queued, `due` when it is to be tried again
    ("" for at once), `done` when the server took or refused it. `answer` is what the server said.
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
