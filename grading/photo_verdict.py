"""What a photo's time and place say about the visit it belongs to.

Two witnesses are heard, the recorded time and the recorded position, each against what the
dossier says. A verdict states agreement, contradiction or the want of evidence; nothing here calls
a photo genuine or forged, because clocks are wrong, messengers strip metadata, and both can be set.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from forms.photo_facts import BEIJING, PhotoFacts
from grading.finding import Finding, Severity
from grading.geodesy import distance_m, gcj02_to_wgs84

CONSISTENCY = "一致性核对"
PHOTO_CLAUSE = "方案 四（一）"
"""Photos at every entry and exit, showing position, date and time."""

DEFAULT_FENCE_M = 500.0
DEFAULT_TOLERANCE = timedelta(minutes=15)
STALE_FIX = timedelta(minutes=10)
CLOCK_SLACK = timedelta(minutes=10)
"""How far a device's clock may run ahead before its photo counts as one from the future."""

_EDITORS = (
    "photoshop", "lightroom", "gimp", "meitu", "美图", "snapseed", "picsart", "醒图", "faceu",
    "paint.net", "paint tool", "painttool", "canva", "pixelmator", "affinity", "acdsee",
    "光影魔术手",
)  # fmt: skip


class PhotoWord(StrEnum):
    """The one word shown on a photo; its reasons stand in the verdict."""

    CONSISTENT = "一致"
    WATERMARK = "仅水印"
    EXIF = "仅拍摄信息"
    CONTRADICTORY = "矛盾"
    UNSUPPORTED = "无凭据"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the enterprise is, in WGS-84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class PhotoVerdict:
    """The word, its reason in one sentence, and everything found.

    `time_fits` and `position_fits` are True where the witness agrees, False where it contradicts,
    None where it says nothing. `distance_m` is the distance to the site in metres, in the datum
    that `datum` names, or taken as WGS-84 where neither puts the photo within the fence.
    """

    word: PhotoWord
    reason: str
    time_fits: bool | None
    position_fits: bool | None
    distance_m: float | None
    datum: str | None
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Witness:
    """One witness's statement: whether it fits, in words, with what was found on the way."""

    fits: bool | None
    words: str
    findings: list[Finding] = field(default_factory=list)
    distance_m: float | None = None
    datum: str | None = None


def judge(
    facts: PhotoFacts,
    site: Site | None,
    window: Sequence[tuple[datetime, datetime]] | None,
    fence_m: float = DEFAULT_FENCE_M,
    known_elsewhere: Sequence[str] = (),
    tolerance: timedelta = DEFAULT_TOLERANCE,
    *,
    site_from_this_photo: bool = False,
    now: datetime | None = None,
) -> PhotoVerdict:
    """Hear a photo's time against the visit's sessions, and its position against the site.

    `window` holds each session's start and end, aware; `tolerance` is allowed before a start and
    after an end, for pictures taken at the gate. `known_elsewhere` names the visits that hold the
    same file. `now` (aware) finds photos from the future; None leaves that out. 一致 needs both
    witnesses; any contradiction makes 矛盾; whatever lies between is 无凭据.
    """
    time = _time(facts, window, tolerance, now)
    place = _position(facts, site, fence_m, site_from_this_photo)
    findings = [*time.findings, *place.findings, *_device(facts)]
    reused = [_reused(name) for name in known_elsewhere]
    if reused or time.fits is False or place.fits is False:
        word = PhotoWord.CONTRADICTORY
    elif time.fits and place.fits:
        word = PhotoWord.CONSISTENT
    else:
        word = PhotoWord.UNSUPPORTED
    reason = f"{time.words}；{place.words}"
    if reused:
        reason += f"；同一照片已用于{'、'.join(known_elsewhere)}"
    return PhotoVerdict(
        word=word,
        reason=reason + "。",
        time_fits=time.fits,
        position_fits=place.fits,
        distance_m=place.distance_m,
        datum=place.datum,
        findings=tuple(findings + reused),
    )


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


def _time(
    facts: PhotoFacts,
    window: Sequence[tuple[datetime, datetime]] | None,
    tolerance: timedelta,
    now: datetime | None,
) -> _Witness:
    taken = facts.taken_at
    if taken is None:
        missing = _finding(
            "PHOTO-TIME-NONE",
            Severity.WARN,
            "照片没有记录拍摄时间，时间无凭据。",
            "请拍摄人以原图或文件方式重发；无法重发的，在现场诊断记录中说明。",
            PHOTO_CLAUSE,
        )
        return _Witness(None, "没有拍摄时间", [missing])
    findings = [] if facts.offset_known else [_offset_missing()]
    if now is not None and taken > now + CLOCK_SLACK:
        message = f"拍摄时间 {_moment(taken)}，晚于当前时间 {_moment(now)}。"
        remedy = "请核对拍摄设备和本机的时钟。"
        findings.append(_finding("PHOTO-TIME-FUTURE", Severity.WARN, message, remedy))
        return _Witness(False, "拍摄时间晚于当前时间", findings)
    if not window:
        return _Witness(None, f"拍摄时间 {_moment(taken)}，没有诊断时段可以对照", findings)
    if any(start - tolerance <= taken <= end + tolerance for start, end in window):
        return _Witness(True, "拍摄时间在本次诊断时段内", findings)
    contradiction = _outside_hours(taken, sorted(window))
    words = contradiction.message.removesuffix("。")
    return _Witness(False, words, [*findings, contradiction])


def _outside_hours(taken: datetime, sessions: Sequence[tuple[datetime, datetime]]) -> Finding:
    """Why a time in none of the sessions contradicts the visit: another day, before, after."""
    days = sorted({start.astimezone(BEIJING).date() for start, _ in sessions})
    day = taken.astimezone(BEIJING).date()
    remedy = "请核对照片是否属于本次诊断、诊断时段是否填写准确；不属于的，移出本次诊断。"
    if day not in days:
        visited = "、".join(f"{d.month}月{d.day}日" for d in days)
        message = f"拍摄日期 {day.year}年{day.month}月{day.day}日，本次诊断日期 {visited}。"
        return _finding("PHOTO-DATE-OTHER", Severity.WARN, message, remedy)
    first, last = sessions[0][0], max(end for _, end in sessions)
    if taken < first:
        gap = f"早于本次诊断开始时间 {_clock(first)}，相差 {_span(first - taken)}"
        rule = "PHOTO-TIME-BEFORE"
    elif taken > last:
        gap = f"晚于本次诊断结束时间 {_clock(last)}，相差 {_span(taken - last)}"
        rule = "PHOTO-TIME-AFTER"
    else:
        before = max(end for _, end in sessions if end < taken)
        after = min(start for start, _ in sessions if start > taken)
        gap = (
            f"在两场之间，上一场 {_clock(before)} 结束后 {_span(taken - before)}，"
            f"下一场 {_clock(after)} 开始前 {_span(after - taken)}"
        )
        rule = "PHOTO-TIME-BETWEEN"
    return _finding(rule, Severity.WARN, f"拍摄时间 {_clock(taken)}，{gap}。", remedy)


def _position(facts: PhotoFacts, site: Site | None, fence_m: float, own: bool) -> _Witness:
    position = facts.position
    if position is None:
        missing = _finding(
            "PHOTO-POSITION-NONE",
            Severity.WARN,
            "照片没有记录位置，位置无凭据。",
            "请拍摄人打开相机定位，并以原图或文件方式重发；室内无法定位的，在说明中写明地点。",
            PHOTO_CLAUSE,
        )
        return _Witness(None, "没有位置", [missing])
    findings = [] if facts.hemisphere_known else [_hemisphere_missing()]
    age = _fix_age(facts)
    stale = age is not None and age > STALE_FIX
    if age is not None and stale:
        findings.append(_stale(facts, age))
    if site is None:
        return _Witness(None, "有位置，没有厂址可以对照", findings)
    distance, datum, gcj = _distance(position, site, fence_m)
    where = f"距厂址 {_metres(distance)}"
    if own:
        message = "厂址由本照片的位置确认，本照片的位置不作为自身的凭据。"
        remedy = "如需印证，请另选照片或登记地址核对厂址。"
        findings.append(_finding("PHOTO-POSITION-OWN", Severity.INFO, message, remedy))
        return _Witness(None, "厂址取自本照片，位置不能自证", findings, distance, datum)
    if datum is None:
        message = (
            f"照片位置{where}，在 {_metres(fence_m)}围栏以外"
            f"（按 GCJ-02 坐标计算为 {_metres(gcj)}）。"
        )
        remedy = "请核对厂址和照片；在企业其他厂区拍摄的，在说明中写明地点。"
        findings.append(_finding("PHOTO-FENCE-OUTSIDE", Severity.WARN, message, remedy))
        words = f"位置{where}，在 {_metres(fence_m)}围栏以外"
        return _Witness(False, words, findings, distance)
    if stale:
        # Inside the fence at some other time proves nothing; outside it stays unexplained.
        words = f"位置{where}，定位时间与拍摄时间不符，位置不作凭据"
        return _Witness(None, words, findings, distance, datum)
    words = f"位置{where}，在 {_metres(fence_m)}围栏以内（{datum}）"
    return _Witness(True, words, findings, distance, datum)


def _distance(
    position: tuple[float, float], site: Site, fence_m: float
) -> tuple[float, str | None, float]:
    """Distance in metres, the datum that fits, and the distance if the position were GCJ-02.

    Devices do not say which datum they write. The nearer reading is taken if it lies within the
    fence; else none fits and the plain reading stands.
    """
    place = (site.latitude, site.longitude)
    wgs, gcj = distance_m(position, place), distance_m(gcj02_to_wgs84(position), place)
    if min(wgs, gcj) > fence_m:
        return wgs, None, gcj
    return (wgs, "WGS-84", gcj) if wgs <= gcj else (gcj, "GCJ-02", gcj)


def _fix_age(facts: PhotoFacts) -> timedelta | None:
    if facts.gps_time is None or facts.taken_at is None:
        return None
    return abs(facts.taken_at - facts.gps_time)


def _device(facts: PhotoFacts) -> list[Finding]:
    """Notes on the device and the program, which prove nothing either way."""
    found = []
    software = facts.software or ""
    if any(name in software.casefold() for name in _EDITORS):
        message = f"照片由“{software}”保存，该软件可编辑图片。"
        remedy = "如有未经编辑的原图，请改用原图。"
        found.append(_finding("PHOTO-SOFTWARE-EDITOR", Severity.INFO, message, remedy))
    if facts.make is None and facts.model is None:
        shape = "PNG 格式，常见于截屏" if facts.format == "PNG" else "可能经即时通信软件转发"
        message = f"照片没有记录拍摄设备（{shape}）。"
        remedy = "请拍摄人以原图或文件方式重发。"
        found.append(_finding("PHOTO-DEVICE-NONE", Severity.INFO, message, remedy))
    return found


def _reused(name: str) -> Finding:
    return _finding(
        "PHOTO-REUSED",
        Severity.WARN,
        f"同一照片已用于{name}。",
        "请换用本次诊断拍摄的照片，或将其移出不属于的一次。",
    )


def _offset_missing() -> Finding:
    return _finding(
        "PHOTO-OFFSET-NONE",
        Severity.INFO,
        "照片没有记录时区，按北京时间处理。",
        "拍摄设备不在北京时间的，请核对拍摄时间。",
    )


def _hemisphere_missing() -> Finding:
    return _finding(
        "PHOTO-POSITION-REF",
        Severity.INFO,
        "照片的位置没有写明南北纬、东西经，按北纬、东经处理。",
        "请核对照片位置是否与拍摄地点相符。",
    )


def _stale(facts: PhotoFacts, age: timedelta) -> Finding:
    fixed = facts.gps_time
    when = f" {_moment(fixed)}" if fixed else ""
    return _finding(
        "PHOTO-POSITION-STALE",
        Severity.WARN,
        f"定位时间{when}，与拍摄时间相差 {_span(age)}，位置可能不是拍摄时所在。",
        "请核对拍摄设备的时钟；可另选定位及时的照片。",
    )


def _finding(
    rule: str, severity: Severity, message: str, remedy: str, clause: str = CONSISTENCY
) -> Finding:
    return Finding(rule, severity, message, clause, remedy)


def _moment(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%H:%M}"


def _span(gap: timedelta) -> str:
    """A duration in the largest units that matter, at least one minute."""
    minutes = max(1, round(gap / timedelta(minutes=1)))
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days:,} 天 {hours} 小时" if hours else f"{days:,} 天"
    if hours:
        return f"{hours} 小时 {left} 分" if left else f"{hours} 小时"
    return f"{left} 分"


def _metres(metres: float) -> str:
    """42 米 or 1.9 公里; ready to be followed by a Chinese word."""
    if metres < 1000:
        return f"{metres:,.0f} 米"
    return f"{metres / 1000:,.1f} 公里"
