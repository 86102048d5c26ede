"""Photos as the visits' page shows them: tiles, their notes, what a file says of itself."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from uuid import UUID

from forms import fields as f
from forms.photo_facts import BEIJING, PhotoFacts
from grading.photo_verdict import PhotoVerdict, PhotoWord
from grading.photo_words import metres
from grading.rules.view import Judged
from grading.visit_day import GATE_KINDS, minute_of
from widgets import photo_tile


def as_reviewed(judged: Judged, seen: Judged) -> Judged:
    """A photo as it is now with what the last review thought of it, which knew other dossiers."""
    return replace(judged, verdict=seen.verdict, alike=seen.alike, repeats=seen.repeats)


def verdict_of(verdict: PhotoVerdict | None) -> PhotoWord:
    """The tile's word for a verdict; a photo of which nothing was read has no evidence."""
    return PhotoWord.UNSUPPORTED if verdict is None else verdict.word


def tile(judged: Judged, away: Container[UUID] = ()) -> photo_tile.Photo:
    """A photo as its tile shows it, without its picture; `away` are those that never came here."""
    photo = judged.photo
    return photo_tile.Photo(
        *(str(photo.id), photo.kind or "未定类别", verdict_of(judged.verdict), _note(judged)),
        away=photo_tile.AWAY if photo.id in away else "",
    )


def _note(judged: Judged) -> str:
    """When and where: or, of witnesses that contradict each other, what each of them says."""
    minute, verdict = minute_of(judged), judged.verdict
    away = verdict.distance_m if verdict else None
    if minute is None:
        return "无时间、无位置" if away is None else f"无时间 ・ 距 {metres(away)}"
    if apart := _two_times(judged):
        return apart
    parts = [f"{minute // 60:02d}:{minute % 60:02d}"]
    people = len(f.chosen(judged.photo.people))
    if people and judged.photo.kind in GATE_KINDS:
        parts.append(f"{people} 人")
    if away is not None:
        parts.append(f"距 {metres(away)}")
    elif verdict and verdict.word is PhotoWord.WATERMARK:
        parts.append("无拍摄信息")
    elif judged.position is None:
        parts.append("无位置")
    return " ・ ".join(parts)


def _two_times(judged: Judged) -> str:
    """What watermark and file say of the time where that is what makes the photo contradict."""
    verdict, mark = judged.verdict, judged.watermark
    recorded = judged.facts.taken_local if judged.facts else None
    stamped = mark.taken_local if mark else None
    if recorded is None or stamped is None or verdict is None or verdict.time_fits is not False:
        return ""
    if recorded.date() != stamped.date():
        if (recorded.year, recorded.month) == (stamped.year, stamped.month):
            return f"水印 {stamped.day} 日，拍摄 {recorded.day} 日"
        return f"水印 {stamped:%m-%d}，拍摄 {recorded:%m-%d}"
    if f"{recorded:%H:%M}" == f"{stamped:%H:%M}":
        return ""
    return f"水印 {stamped:%H:%M}，拍摄 {recorded:%H:%M}"


def facts_rows(facts: PhotoFacts | None, verdict: PhotoVerdict | None) -> list[tuple[str, str]]:
    """What the file says about itself, label and words."""
    if facts is None:
        return [("拍摄信息", "没有读到")]
    taken = facts.taken_local
    offset = f"（{facts.offset}）" if facts.offset else "（未记录时区，按北京时间）"
    offset += "，取自本机时钟" if facts.own_clock else ""
    place = facts.position
    rows = [
        ("拍摄时间", f"{taken:%Y-%m-%d %H:%M:%S}{offset}" if taken else "没有记录"),
        ("位置", f"{place[0]:.6f}，{place[1]:.6f}" if place else "没有记录"),
    ]
    if verdict is not None and verdict.distance_m is not None:
        where = verdict.datum or "围栏外"
        rows.append(("距厂址", f"{metres(verdict.distance_m)}（{where}）"))
    if facts.gps_time is not None:
        rows.append(("定位时间", f"{facts.gps_time.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"))
    device = " ".join(filter(None, (facts.make, facts.model)))
    rows.append(("拍摄设备", device or "没有记录"))
    rows.append(("保存软件", facts.software or "没有记录"))
    rows.append(("图像", f"{facts.width} × {facts.height}，{facts.format}"))
    return rows


def verdict_counts(photos: Iterable[Judged]) -> dict[PhotoWord, int]:
    """How many photos have each word."""
    counted = dict.fromkeys(PhotoWord, 0)
    for judged in photos:
        counted[verdict_of(judged.verdict)] += 1
    return counted
