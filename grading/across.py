"""What a dossier has in common with others that two enterprises cannot share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from grading.presence import Clash
from grading.rules.case import Case
from grading.rules.elsewhere import clashes_of
from grading.rules.numbers import listed, shown


class Kind(StrEnum):
    """What two dossiers have in common."""

    PHOTO = "photo"
    PROSE = "prose"
    PRESENCE = "presence"


KIND_NAMES = {
    Kind.PHOTO: "照片相同",
    Kind.PROSE: "报告文字相同",
    Kind.PRESENCE: "人员行程冲突",
}


@dataclass(frozen=True, slots=True)
class Across:
    """One kind of thing in common with one other dossier, in words; `page` and `record` are where
    it stands in this one."""

    kind: Kind
    dossier: UUID
    words: str
    page: str
    record: UUID | None = None


def across(case: Case) -> tuple[Across, ...]:
    """Everything that stands in another dossier as well, one entry a kind and dossier."""
    return (*_photos(case), *_prose(case), *_people(case))


def _photos(case: Case) -> Iterator[Across]:
    found: dict[UUID, list[UUID]] = {}
    for judged in case.photos.values():
        for owner in dict.fromkeys(a.dossier for a in judged.alike if a.dossier is not None):
            found.setdefault(owner, []).append(judged.photo.id)
    for owner, photos in found.items():
        yield Across(Kind.PHOTO, owner, f"{len(photos)} 张照片画面相同", "visits", photos[0])


def _prose(case: Case) -> Iterator[Across]:
    for each in case.shared:
        if each.dossier is not None:
            words = f"报告正文 {each.share}% 的文字相同"
            yield Across(Kind.PROSE, each.dossier, words, "report")


def _people(case: Case) -> Iterator[Across]:
    found: dict[UUID, list[Clash]] = {}
    for clash in clashes_of(case):
        found.setdefault(clash.other.dossier, []).append(clash)
    for other, clashes in found.items():
        words = "；".join(map(_told, clashes[:3])) + ("等" if len(clashes) > 3 else "")
        yield Across(Kind.PRESENCE, other, words, "visits", clashes[0].own.visit)


def _told(clash: Clash) -> str:
    how = "两处现场诊断时间重叠"
    if clash.speed is not None:
        how = f"两处现场诊断相隔 {clash.gap} 分钟、直线距离 {clash.km:.1f} 公里"
    return f"{listed(list(clash.names))} {shown(clash.own.date)}{how}"
