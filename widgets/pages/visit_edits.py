"""Edits of several photos at once, each with the way to take all of it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.progress import Progress
from forms.dossier import Photo
from forms.record import split_path
from widgets.desk import Desk

#: More edits than this are made behind the window: each is a transaction of its own.
AT_ONCE = 24
WITHDRAWN = "withdrawn"

Undo = Callable[[], None]
#: What is told when it is done: how many photos it changed, and what takes that back.
Done = Callable[[int, Undo], None]


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of one photo, what it becomes and what it was."""

    photo: UUID
    path: str
    value: Any
    before: Any

    @property
    def back(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.photo, self.path, self.before, self.value)

    def on(self, desk: Desk) -> bool:
        """Make it at once; whether it was taken."""
        if self.path == WITHDRAWN:
            return (desk.withdraw if self.value else desk.restore)("photo", self.photo)
        return desk.put("photo", self.photo, self.path, self.value)

    def behind(self, desk: Desk) -> None:
        """Make it on another thread; UserError where it is refused."""
        bench, dossier = desk.bench, desk.dossier_id
        if self.path == WITHDRAWN:
            (bench.withdraw if self.value else bench.restore)(dossier, "photo", self.photo)
        else:
            bench.put(dossier, "photo", self.photo, self.path, self.value)


def assign(desk: Desk, photos: Sequence[Photo], path: str, value: Any, done: Done) -> None:
    """Give a field of these photos one value; those that have it already are left alone."""
    name, key = split_path(path)

    def held(photo: Photo) -> Any:
        values = getattr(photo, name)
        return values.get(key, False) if key else values

    edits = [Edit(photo.id, path, value, held(photo)) for photo in photos if held(photo) != value]
    apply(desk, edits, done)


def withdraw(desk: Desk, photos: Sequence[UUID], done: Done) -> None:
    """Take these photos out of sight."""
    apply(desk, [Edit(photo, WITHDRAWN, True, False) for photo in photos], done)


def apply(desk: Desk, edits: Sequence[Edit], done: Done) -> None:
    """Make the edits, and tell `done` of those that were made, if any; one that is refused ends it.

    Many are made by a job, which the window shows and can stop; `done` is told when it ended.
    """
    made: list[Edit] = []

    def undo() -> None:
        apply(desk, [edit.back for edit in made], lambda _count, _undo: None)

    def tell() -> None:
        if made and not desk.closed:
            done(len(made), undo)

    if len(edits) <= AT_ONCE:
        with desk.batch():
            for edit in edits:
                if not edit.on(desk):
                    break
                made.append(edit)
            desk.seal()
        tell()
        return

    job = desk.job(lambda: _behind(desk, edits, made))
    job.ended.connect(tell)
    job.start()


def _behind(desk: Desk, edits: Sequence[Edit], made: list[Edit]) -> Iterator[Progress]:
    try:
        for edit in edits:
            edit.behind(desk)
            made.append(edit)
            yield Progress(len(made), len(edits), "正在修改照片")
    finally:
        desk.bench.seal(desk.dossier_id)
