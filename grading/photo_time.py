"""When a photo was taken, by its two witnesses: the file's own record and the watermark.

Both are heard against each other and against the visit's sessions. A watermark follows the clock
of the phone that drew it, so that the two agreeing rules out a slip and proves nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from forms.photo_facts import BEIJING, PhotoFacts
from forms.watermark import Watermark
from grading.clock_drift import NO_DRIFT
from grading.finding import Finding, Severity
from grading.photo_words import PHOTO_CLAUSE, clock, moment, span, told

DEFAULT_TOLERANCE = timedelta(minutes=15)
CLOCK_SLACK = timedelta(minutes=10)
"""How far a device's clock may run ahead before its photo counts as one from the future."""
AGREE = timedelta(minutes=2)
"""Watermarks show minutes, and cameras draw them when the preview opens or the file is saved."""

Window = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class TimeHeard:
    """What both witnesses say of the time.

    `at` is the moment that counts, aware and freed of the device's drift; `source` the witness it
    is from ("exif", "watermark", "" where none). `by` are the witnesses that stand behind it.
    """

    fits: bool | None
    words: str
    findings: tuple[Finding, ...] = ()
    at: datetime | None = None
    source: str = ""
    by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hours:
    """When a visit's sessions were, with what is allowed before a start and after an end.

    `maybe` are those whose entry or exit is not filled in, for as long as they may have lasted.
    """

    known: Window
    maybe: Window = ()
    tolerance: timedelta = DEFAULT_TOLERANCE

    def holds(self, at: datetime) -> bool | None:
        """Whether a moment is in one of the sessions; None where that cannot be told yet."""
        if self._within(at, self.known):
            return True
        return None if not self.known or self._within(at, self.maybe) else False

    def _within(self, at: datetime, spans: Window) -> bool:
        return any(start - self.tolerance <= at <= end + self.tolerance for start, end in spans)


def hear_time(
    facts: PhotoFacts,
    mark: Watermark | None,
    hours: Hours,
    now: datetime | None,
    drift: timedelta,
) -> TimeHeard:
    """The time by EXIF and watermark, against each other, the sessions and the present.

    `drift` is how far the device's clock was found to run ahead. A watermark that its camera drew
    by that clock shares it, one drawn by the network's time does not.
    """
    recorded, stamped = facts.taken_at, _stamped(mark)
    agree = _agree(facts, mark, drift)
    findings = _of_the_mark(mark, recorded is None, bool(agree))
    doubtful = mark is not None and bool({"day", "clock"} & mark.unsure)
    if doubtful and not agree:
        stamped = None  # a reading that nobody has confirmed contradicts nothing
    at, source = (recorded, "exif") if recorded is not None else (stamped, "watermark")
    if at is None:
        missing = _missing(mark, doubtful)
        return TimeHeard(None, "没有拍摄时间", (*findings, missing))
    by = frozenset(w for w, said in (("exif", recorded), ("watermark", stamped)) if said)
    if recorded is not None and not facts.offset_known:
        findings.append(_offset_missing())
    if agree is False and recorded and stamped:
        findings.append(apart := _apart(recorded, stamped, drift))
        words = apart.message.removesuffix("。")
        return TimeHeard(False, words, tuple(findings), at - drift, source)
    heard = _against_the_visit(at - drift, source, by, hours, now, findings)
    allowed = f"（设备时钟{_how(drift)}，已按此折算）" if drift else ""
    return replace(heard, words=heard.words + allowed)


def _against_the_visit(
    at: datetime,
    source: str,
    by: frozenset[str],
    hours: Hours,
    now: datetime | None,
    findings: list[Finding],
) -> TimeHeard:
    name = "拍摄时间" if source == "exif" else "水印时间"
    both = "与水印时间一致，" if len(by) == 2 else ""
    if now is not None and at > now + CLOCK_SLACK:
        message = f"{name} {moment(at)}，晚于当前时间 {moment(now)}。"
        remedy = "请核对拍摄设备和本机的时钟。"
        findings.append(told("PHOTO-TIME-FUTURE", Severity.WARN, message, remedy))
        return TimeHeard(False, f"{name}晚于当前时间", tuple(findings), at, source)
    fits = hours.holds(at)
    if fits:
        return TimeHeard(True, f"{name}{both}在本次诊断时段内", tuple(findings), at, source, by)
    if fits is None:
        why = "本次有场次的起止时间没有填全，暂不对照" if hours.known else "没有诊断时段可以对照"
        return TimeHeard(None, f"{name} {moment(at)}，{both}{why}", tuple(findings), at, source, by)
    outside = _outside_hours(name, at, sorted([*hours.known, *hours.maybe]))
    words = outside.message.removesuffix("。")
    return TimeHeard(False, words, (*findings, outside), at, source)


def _stamped(mark: Watermark | None) -> datetime | None:
    """The watermark's moment, in the factory's zone, which it does not write."""
    local = mark.taken_local if mark else None
    return local.replace(tzinfo=BEIJING) if local else None


def _agree(facts: PhotoFacts, mark: Watermark | None, drift: timedelta) -> bool | None:
    """Whether both name one moment: as they stand, by a clock that was right, or as wall clocks.

    A watermark does not write its zone. Where a phone was set to another one, its file says so,
    and both show what one clock showed.
    """
    recorded, stamped = facts.taken_at, _stamped(mark)
    if mark is None or recorded is None or stamped is None:
        return None
    gaps = [recorded - stamped, recorded - drift - stamped]
    if facts.taken_local and mark.taken_local:
        gaps.append(facts.taken_local - mark.taken_local)
    return any(abs(gap) <= AGREE for gap in gaps)


def _apart(recorded: datetime, stamped: datetime, drift: timedelta) -> Finding:
    gap = abs(recorded - stamped)
    hours, rest = divmod(gap, timedelta(hours=1))
    zone = 0 < hours <= 14 and min(rest, timedelta(hours=1) - rest) <= AGREE
    left = span(abs(recorded - drift - stamped))
    message = (
        f"拍摄信息记录 {moment(recorded)}，水印写作 {moment(stamped)}，相差 {span(gap)}"
        f"{f'，按设备时钟{_how(drift)}折算后相差 {left}' if drift else ''}"
        f"{'，恰为整小时，可能是设备时区所致' if zone else ''}。"
    )
    remedy = "请核对水印读数和拍摄设备的时钟、时区；属于同一时刻的，在说明中写明原因。"
    return told("PHOTO-WATERMARK-TIME", Severity.WARN, message, remedy)


def _how(drift: timedelta) -> str:
    """How a clock is wrong: 快 7 分."""
    return f"{'快' if drift > NO_DRIFT else '慢'} {span(abs(drift))}"


def _missing(mark: Watermark | None, doubtful: bool) -> Finding:
    again = "请拍摄人以原图或文件方式重发"
    if mark is None:
        message = "照片没有记录拍摄时间，水印未读取，时间暂无凭据。"
        remedy = f"请待水印读完，或对照原图填写；水印上也没有的，{again}。"
    elif doubtful:
        message = "照片没有记录拍摄时间，水印时间识别没有把握，时间暂无凭据。"
        remedy = f"请对照原图核对水印时间并确认，或{again}。"
    else:
        message = "照片没有记录拍摄时间，水印上也没有读到，时间无凭据。"
        remedy = f"{again}；无法重发的，在现场诊断记录中说明。"
    return told("PHOTO-TIME-NONE", Severity.WARN, message, remedy, PHOTO_CLAUSE)


def _of_the_mark(mark: Watermark | None, alone: bool, agreed: bool) -> list[Finding]:
    """What the watermark's date and time are worth by themselves.

    `alone` says that the file has no time of its own, `agreed` that it has and bears it out.
    """
    if mark is None:
        return []
    found = []
    if mark.impossible:
        message = f"水印写作“{mark.impossible}”，没有这样的日期或时间。"
        remedy = "请对照原图核对；读错的予以更正，确实如此的，在说明中写明原因。"
        found.append(_by_date("PHOTO-WATERMARK-IMPOSSIBLE", message, remedy))
    if mark.day and mark.weekday is not None and mark.day.weekday() != mark.weekday:
        day, names = mark.day, "一二三四五六日"
        message = (
            f"水印日期 {day.year}年{day.month}月{day.day}日为星期{names[day.weekday()]}，"
            f"水印写作星期{names[mark.weekday]}，两者不符。"
        )
        remedy = "请对照原图核对日期和星期；读错的予以更正。"
        found.append(_by_date("PHOTO-WATERMARK-WEEKDAY", message, remedy))
    elif not agreed and (mark.day or mark.clock) and {"day", "clock"} & mark.unsure:
        found.append(_unsure(mark, alone))
    return found


def _by_date(rule: str, message: str, remedy: str) -> Finding:
    return told(rule, Severity.WARN, message, remedy, field="stated_date")


def _unsure(mark: Watermark, alone: bool) -> Finding:
    day = f"{mark.day.year}年{mark.day.month}月{mark.day.day}日" if mark.day else ""
    time = f"{mark.clock:%H:%M}" if mark.clock else ""
    message = f"水印时间读作 {' '.join(filter(None, (day, time)))}，识别没有把握。"
    remedy = "请对照原图核对，无误的予以确认，有误的予以更正。"
    weight = Severity.WARN if alone else Severity.INFO
    return told("PHOTO-WATERMARK-UNSURE", weight, message, remedy, field="stated_time")


def _outside_hours(name: str, at: datetime, sessions: Window) -> Finding:
    """Why a time in none of the sessions contradicts the visit: another day, before, after."""
    days = sorted({start.astimezone(BEIJING).date() for start, _ in sessions})
    day = at.astimezone(BEIJING).date()
    remedy = "请核对照片是否属于本次诊断、诊断时段是否填写准确；不属于的，移出本次诊断。"
    if day not in days:
        visited = "、".join(f"{d.month}月{d.day}日" for d in days)
        date = name.replace("时间", "日期")
        message = f"{date} {day.year}年{day.month}月{day.day}日，本次诊断日期 {visited}。"
        return told("PHOTO-DATE-OTHER", Severity.WARN, message, remedy)
    first, last = sessions[0][0], max(end for _, end in sessions)
    if at < first:
        gap = f"早于本次诊断开始时间 {clock(first)}，相差 {span(first - at)}"
        rule = "PHOTO-TIME-BEFORE"
    elif at > last:
        gap = f"晚于本次诊断结束时间 {clock(last)}，相差 {span(at - last)}"
        rule = "PHOTO-TIME-AFTER"
    else:
        before = max(end for _, end in sessions if end < at)
        after = min(start for start, _ in sessions if start > at)
        gap = (
            f"在两场之间，上一场 {clock(before)} 结束后 {span(at - before)}，"
            f"下一场 {clock(after)} 开始前 {span(after - at)}"
        )
        rule = "PHOTO-TIME-BETWEEN"
    return told(rule, Severity.WARN, f"{name} {clock(at)}，{gap}。", remedy)


def _offset_missing() -> Finding:
    return told(
        "PHOTO-OFFSET-NONE",
        Severity.INFO,
        "照片没有记录时区，按北京时间处理。",
        "拍摄设备不在北京时间的，请核对拍摄时间。",
    )
