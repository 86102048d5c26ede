"""What a photo's two witnesses say about the visit it belongs to: one word, and why.

Heard are the file's own record (EXIF) and the watermark, each about time and place, against each
other and against what the dossier says. A verdict states agreement, contradiction or the want of
evidence; nothing here calls a photo genuine or forged, because clocks are wrong, messengers strip
metadata, and both can be set.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from forms.photo_facts import PhotoFacts
from forms.watermark import Watermark
from grading.clock_drift import NO_DRIFT
from grading.finding import Finding, Severity
from grading.photo_place import DEFAULT_FENCE_M, PlaceHeard, Premises, Site, hear_place
from grading.photo_route import route
from grading.photo_time import DEFAULT_TOLERANCE, Hours, TimeHeard, Window, hear_time
from grading.photo_words import PHOTO_CLAUSE, told

__all__ = ["DEFAULT_FENCE_M", "PhotoVerdict", "PhotoWord", "Premises", "Site", "judge"]

_EDITORS = (
    "photoshop", "lightroom", "gimp", "meitu", "美图", "snapseed", "picsart", "醒图", "faceu",
    "paint.net", "paint tool", "painttool", "canva", "pixelmator", "affinity", "acdsee",
    "光影魔术手",
)  # fmt: skip


NO_PREMISES = Premises()


class PhotoWord(StrEnum):
    """The one word shown on a photo; its reasons stand in the verdict."""

    CONSISTENT = "一致"
    WATERMARK = "仅水印"
    EXIF = "仅拍摄信息"
    CONTRADICTORY = "矛盾"
    UNSUPPORTED = "无凭据"


@dataclass(frozen=True, slots=True)
class PhotoVerdict:
    """The word, its reason in one sentence, and everything found.

    `time_fits` and `position_fits` are True where what was heard agrees, False where it
    contradicts, None where nothing was said. `taken_at` is the moment that counts (aware, freed of
    `drift`), `position` the degrees as recorded, each with the witness it is from ("exif",
    "watermark", "" for none). `distance_m` is the distance to the site in metres, in the datum
    that `datum` names, or taken as WGS-84 where neither puts the photo within the fence.
    """

    word: PhotoWord
    reason: str
    time_fits: bool | None
    position_fits: bool | None
    distance_m: float | None
    datum: str | None
    findings: tuple[Finding, ...]
    taken_at: datetime | None = None
    time_source: str = ""
    position: tuple[float, float] | None = None
    position_source: str = ""
    drift: timedelta = NO_DRIFT

    @property
    def stale(self) -> bool:
        """Whether the position that is shown is where the device was at another time."""
        told = {finding.rule for finding in self.findings}
        return self.position_source == "exif" and "PHOTO-POSITION-STALE" in told


def judge(
    facts: PhotoFacts,
    site: Site | None,
    window: Window | None,
    fence_m: float = DEFAULT_FENCE_M,
    known_elsewhere: Sequence[str] = (),
    tolerance: timedelta = DEFAULT_TOLERANCE,
    *,
    watermark: Watermark | None = None,
    premises: Premises = NO_PREMISES,
    drift: timedelta = NO_DRIFT,
    maybe: Window = (),
    site_from_this_photo: bool = False,
    now: datetime | None = None,
    filename: str = "",
    size: int | None = None,
) -> PhotoVerdict:
    """Hear a photo's witnesses on time and place, and put what they say in one word.

    `window` holds each session's start and end, aware; `tolerance` is allowed before a start and
    after an end, for pictures taken at the gate; `maybe` holds the sessions whose entry or exit is
    not filled in, for as long as they may have lasted. `known_elsewhere` names the visits that hold
    the same picture. `watermark` is None where it was not read, and holds what a person said of it.
    `drift` is how far the device's clock runs ahead. `now` (aware) finds photos from the future.
    The file's name and its size in bytes tell by which way it may have come.
    """
    hours = Hours(window or (), maybe, tolerance)
    if facts.own_clock:
        watermark = None  # letters in the picture hang on a wall: no camera drew them
        time, place = _by_own_clock(facts, hours, now)
    else:
        time = hear_time(facts, watermark, hours, now, drift)
        place = hear_place(facts, watermark, site, premises, fence_m, site_from_this_photo, drift)
    findings = [*time.findings, *place.findings, *_hints(facts, watermark, filename, size)]
    reused = [_reused(name) for name in known_elsewhere]
    twice = [f"同一画面已用于{'、'.join(known_elsewhere)}"] if reused else []
    return PhotoVerdict(
        word=PhotoWord.CONTRADICTORY if reused else _word(time, place),
        reason="；".join([time.words, place.words, *twice]) + "。",
        time_fits=time.fits,
        position_fits=place.fits,
        distance_m=place.distance_m,
        datum=place.datum,
        findings=tuple(findings + reused),
        taken_at=time.at,
        time_source=time.source,
        position=place.position,
        position_source=place.source,
        drift=drift,
    )


def _by_own_clock(
    facts: PhotoFacts, hours: Hours, now: datetime | None
) -> tuple[TimeHeard, PlaceHeard]:
    """What a photo of this program's own is worth: the machine's clock alone, and no place."""
    time = hear_time(facts, None, hours, now, NO_DRIFT)
    message = "照片由本机摄像头拍摄，时间取自本机时钟，没有相机的拍摄信息，没有位置和水印。"
    remedy = "入场、离场照片请用水印相机另拍；其他照片请在说明中写明拍摄地点。"
    alone = told("PHOTO-OWN-CLOCK", Severity.WARN, message, remedy, PHOTO_CLAUSE)
    words = f"时间取自本机时钟，仅此一项凭据；{time.words}"
    return replace(time, words=words, findings=(*time.findings, alone)), PlaceHeard(
        None, "没有位置"
    )


def _word(time: TimeHeard, place: PlaceHeard) -> PhotoWord:
    """Any contradiction outweighs; without a time nothing ties the photo to the visit; else
    whether both witnesses were heard on one matter and agree, or who told the time.

    Two witnesses of the time agree even where neither knows the place: what they do not say is
    told by its own finding, and the word claims no more than they do.
    """
    if False in (time.fits, place.fits):
        return PhotoWord.CONTRADICTORY
    if not time.fits:
        return PhotoWord.UNSUPPORTED
    if len(time.by) == 2 or (place.fits and len(place.by) == 2):
        return PhotoWord.CONSISTENT
    return PhotoWord.EXIF if time.by == {"exif"} else PhotoWord.WATERMARK


def propose_kind(
    taken_at: datetime | None,
    sessions: Sequence[tuple[datetime, datetime]],
    near: timedelta = DEFAULT_TOLERANCE,
) -> str | None:
    """入场 near a session's start, 离场 near its end, else None.

    Time alone cannot tell a training from an interview or the shop floor, so those are not
    guessed. Where start and end are both near, the nearer one is proposed.
    """
    if taken_at is None:
        return None
    edges = [(abs(taken_at - start), "入场") for start, _ in sessions]
    edges += [(abs(taken_at - end), "离场") for _, end in sessions]
    distance, kind = min(edges, default=(near, ""))
    return kind if kind and distance <= near else None


def _hints(
    facts: PhotoFacts, mark: Watermark | None, filename: str, size: int | None
) -> list[Finding]:
    """Notes on the picture, the device and the program, which prove nothing either way."""
    found = []
    if mark is not None and mark.screen:
        message = "画面带有细密的规则纹路，常见于翻拍屏幕。"
        remedy = "拍摄的确为屏幕画面的，在说明中写明；翻拍照片的，请改用原图。"
        found.append(told("PHOTO-SCREEN", Severity.INFO, message, remedy))
    software = facts.software or ""
    if any(name in software.casefold() for name in _EDITORS):
        message = f"照片由“{software}”保存，该软件可编辑图片。"
        remedy = "如有未经编辑的原图，请改用原图。"
        found.append(told("PHOTO-SOFTWARE-EDITOR", Severity.INFO, message, remedy))
    if facts.make is None and facts.model is None and not facts.own_clock:
        message = f"照片没有记录拍摄设备，{route(filename, facts, size).words}"
        remedy = "请拍摄人以原图或文件方式重发。"
        found.append(told("PHOTO-DEVICE-NONE", Severity.INFO, message, remedy))
    return found


def _reused(name: str) -> Finding:
    return told(
        "PHOTO-REUSED",
        Severity.WARN,
        f"同一照片已用于{name}。",
        "请换用本次诊断拍摄的照片，或将其移出不属于的一次。",
    )
