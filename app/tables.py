"""The store's own tables beside the forms and the log: settings, and what follows from files."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel


class Meta(SQLModel, table=True):
    """Facts of the store itself: this device's id, settings."""

    key: str = Field(primary_key=True)
    value: str = ""


class ReadingRow(SQLModel, table=True):
    """The watermark read off a photo, by the original's hash; disposable, read again at need.

    `watermark` is JSON of `forms.watermark.Watermark`, "" where `trouble` (a sentence) says why the
    photo could not be read. `engine` names the reader and its version: another one reads anew.
    """

    __tablename__ = "reading"
    sha256: str = Field(primary_key=True)
    engine: str = ""
    watermark: str = ""
    trouble: str = ""


class FingerprintRow(SQLModel, table=True):
    """A photo's perceptual hashes, by the original's hash; disposable. `method` names how."""

    __tablename__ = "fingerprint"
    sha256: str = Field(primary_key=True)
    method: str = ""
    hashes: str = ""


class ThumbRow(SQLModel, table=True):
    """A photo's upright copy of 400 px, by the original's hash; disposable, made again at need."""

    __tablename__ = "thumb"
    sha256: str = Field(primary_key=True)
    jpeg: bytes = b""


class LikenessRow(SQLModel, table=True):
    """Two photos (hashes in order) that were compared in full, so that it is done once."""

    __tablename__ = "likeness"
    one: str = Field(primary_key=True)
    other: str = Field(primary_key=True)
    method: str = ""
    alike: bool = False


class TakenRow(SQLModel, table=True):
    """A bundle that was taken into a dossier: when, its file's name and hash, who signed it.

    `rows` are the ids (a JSON list) of the log rows that came with it and were not known, from
    which it can be taken back; `undone` is when that was done, "" before.
    """

    __tablename__ = "taken"
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    dossier_id: UUID
    at: str = ""
    name: str = ""
    sha256: str = ""
    signer: str = ""
    rows: str = "[]"
    undone: str = ""
