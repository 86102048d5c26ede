"""离场检查: what of a visit is still to do, in the order of until when it can be mended.

For the panel on the screen and for the list on paper. First comes what needs the enterprise's
people and place, then what the door ends, then what only an explanation mends, and last what can
be done at the desk at home.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from forms.dossier import Member, picked
from forms.fields import chosen
from forms.visit import OFFICE_KINDS
from grading.finding import Finding, Severity, Target
from grading.photo_route import Route, resend_text, route
from grading.photo_verdict import PhotoWord
from grading.rules.numbers import duration, listed
from grading.rules.team import name_of
from grading.rules.view import Judged, Session
from grading.visit_day import STILL_THERE, Scene, clock, half, in_order, minute_of


class When(IntEnum):
    """Until when something can be mended, the nearest first."""

    NOW = 0
    DOOR = 1
    EXPLAIN = 2
    BACK = 3
    AGAIN = 4

    @property
    def word(self) -> str:
        """As the list says it."""
        return ("现在能补", "出门时补", "只能说明", "回去后补", "另行安排")[self]


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. `act` is what taking it does on the screen: jump, import or request."""

    when: When
    severity: Severity
    title: str
    text: str
    action: str
    act: str = "jump"
    target: Target | None = None


_KINDS = {"VISIT-OFFICE": OFFICE_KINDS, "VISIT-FLOOR": ("生产现场",)}
_GATE = {"STAY-ARRIVAL": "入场", "STAY-DEPARTURE": "离场"}
_UNSURE = {"PHOTO-WATERMARK-UNREAD", "PHOTO-WATERMARK-UNSURE", "PHOTO-WATERMARK-IMPOSSIBLE",
           "PHOTO-WATERMARK-WEEKDAY"}  # fmt: skip
_WEAK = {"PHOTO-TIME-NONE", "PHOTO-POSITION-NONE", "PHOTO-UNREAD", "PHOTO-POSITION-STALE",
         "PHOTO-WATERMARK-ONLY"}  # fmt: skip
_BARE = {"PHOTO-WATERMARK-NONE"}
#: What needs the enterprise's people and place, in the order in which it takes their time; then
#: what the record must say before it is signed.
_THERE = ("VISIT-SESSIONS", "VISIT-HOURS", "STAY-ARRIVAL", "STAY-DEPARTURE", "VISIT-OFFICE",
          "VISIT-FLOOR", "VISIT-PHOTOS", "VISIT-PRESENT", "VISIT-UNSEEN", "VISIT-COUNTERPART",
          "STAY-LOGO", "VISIT-TOPICS", "VISIT-RESULTS", "FIELD-REQUIRED", "VISIT-SIGNED",
          "STAY-TIMES")  # fmt: skip
_ACTIONS = {"STAY-LOGO": "看照片", "STAY-PHOTO-TIME": "看照片", "STAY-EXPLAINED": "看说明",
            "PHOTO-KIND": "看照片", "PHOTO-CAPTION": "看照片"}  # fmt: skip


def todo(scene: Scene) -> list[Todo]:
    """The visit's open matters; what is merely worth knowing is left to the findings panel."""
    grave = [x for x in scene.own if x.severity is not Severity.INFO]
    by_photo = _photo_findings(scene, grave)
    rows: list[tuple[int, int, Todo]] = []
    for finding in grave:
        if finding.target and finding.target.record in by_photo and _of_a_photo(finding):
            continue
        item = _WORDED.get(finding.rule, _plain)(scene, finding)
        first = _THERE.index(finding.rule) if finding.rule in _THERE else len(_THERE)
        rows += [(item.when, first, item)] if item else []
    if scene.until is not None and all(x.rule != "VISIT-HOURS" for x in grave):
        rows.append((When.NOW, _THERE.index("VISIT-HOURS"), _hours(scene, None)))
    rows += [(item.when, len(_THERE), item) for item in _photos(scene, by_photo)]
    return [item for _, _, item in sorted(rows, key=lambda row: row[:2])]


def before_leaving(items: list[Todo]) -> list[Todo]:
    """Those that can still be mended before one leaves."""
    return [item for item in items if item.when <= When.DOOR]


def summary(items: list[Todo]) -> str:
    """The line above the list."""
    near = before_leaving(items)
    if not items:
        return "没有待补事项。"
    if not near:
        return f"离开后处理 {len(items)} 件。"
    blocks = sum(item.severity is Severity.BLOCK for item in near)
    grave = f"，其中阻断 {blocks} 件" if blocks else ""
    return f"离开前可补 {len(near)} 件{grave}，按还能补的先后排。"


def as_text(scene: Scene, items: list[Todo]) -> str:
    """The list as plain text, to be sent to whoever is on the premises."""
    date = scene.visit.date
    day = f"（{date.month}月{date.day}日）" if date else ""
    lines = [f"第 {scene.view.number} 次现场诊断{day}离场检查"]
    for number, item in enumerate(items, 1):
        lines.append(f"{number}. {item.title}（{item.when.word}）{item.text}")
    return "\n".join(lines)


def request_text(scene: Scene) -> str:
    """What to ask whoever took the photos that have no time or no place."""
    weak = {x.target.record for x in scene.own if x.rule in _WEAK and x.target}
    asked = [x for x in scene.view.photos if x.photo.id in weak and not x.waiting]
    return resend_text([asked_again(each) for each in asked])


def asked_again(judged: Judged) -> tuple[str, Route]:
    """A photo by its name, and by which way it came."""
    photo = judged.photo
    name = photo.filename or photo.caption or "未命名照片"
    return name, route(photo.filename, judged.facts, photo.size)


# -- the visit as a whole -----------------------------------------------------------------------


def _today(scene: Scene, otherwise: When = When.BACK) -> When:
    return otherwise if scene.minute is None else When.NOW


def _plain(scene: Scene, finding: Finding) -> Todo:
    """A finding in its own words; at the desk unless the enterprise is needed for it."""
    number = scene.view.number
    title = finding.message
    for head in (f"第 {number} 次现场诊断", f"现场诊断第 {number} 条", "的", "有 "):
        title = title.removeprefix(head)
    if finding.rule == "FIELD-REQUIRED":
        title = f"记录表{title}"
    when = _today(scene) if finding.rule in _THERE else When.BACK
    if finding.rule == "VISIT-SINGLE":
        when = When.AGAIN
    action = _ACTIONS.get(finding.rule, "去填写")
    title = title.removesuffix("。")
    return Todo(when, finding.severity, title, finding.remedy, action, "jump", finding.target)


def _hours(scene: Scene, finding: Finding | None) -> Todo:
    """The hours that are short; None where today's stay is still open, so no rule speaks yet."""
    target = finding.target if finding else Target("visits", scene.visit.id)
    need, many = scene.limit("VISIT-HOURS"), len(scene.spans)
    sums = "" if many < 2 else "两场合计" if many == 2 else f"{many} 场合计"
    if scene.until is not None:
        title = f"再留 {duration(scene.lacking)}"
        text = f"留到 {clock(scene.until)}，{sums}满 {need} 小时。"
        return Todo(When.NOW, Severity.BLOCK, title, text, "看场次", "jump", target)
    title = f"时长差 {duration(scene.lacking)}"
    text = finding.remedy if finding else ""
    if scene.minute is not None:
        text = f"再次入场的另登记一场，合计满 {need} 小时。"
    return Todo(_today(scene, When.AGAIN), Severity.BLOCK, title, text, "看场次", "jump", target)


def _shots(scene: Scene, finding: Finding) -> Todo:
    """Photos of a kind that are short; those that do not count for a contradiction are named."""
    kinds = _KINDS[finding.rule]
    where = "办公场所" if kinds is OFFICE_KINDS else "生产现场"
    kept = len(scene.view.of_kind(*kinds))
    short = scene.limit(finding.rule) - kept
    doubted = _named([x for x in _contradictory(scene) if x.photo.kind in kinds])
    text = f"现有 {kept} 张可用" + (f"；{doubted}照片矛盾，不计入。" if doubted else "。")
    if scene.minute is not None:
        title = f"{where}再拍 {short} 张"
    else:
        title, text = f"{where}照片差 {short} 张", f"{text}已拍摄的请导入，或核对照片类别。"
    return Todo(_today(scene), finding.severity, title, text, "导入", "import", finding.target)


def _all_shots(scene: Scene, finding: Finding) -> Todo | None:
    """The photos in all: on the day only those beyond what other rows ask for already."""
    kept = len(scene.view.counted)
    short = scene.limit(finding.rule) - kept
    title, text = f"照片差 {short} 张", f"可计入的照片现有 {kept} 张。{finding.remedy}"
    if scene.minute is not None:
        short -= _asked_already(scene)
        title = f"照片另拍 {short} 张"
        text = f"可计入的照片现有 {kept} 张，类别不限，不含其他各项要求的照片。"
    if short <= 0:
        return None
    return Todo(_today(scene), finding.severity, title, text, "导入", "import", finding.target)


def _asked_already(scene: Scene) -> int:
    asked = 0
    for finding in scene.own:
        if finding.rule in _GATE:
            asked += _gate(scene, finding).when <= When.DOOR
        elif finding.rule in _KINDS:
            asked += scene.limit(finding.rule) - len(scene.view.of_kind(*_KINDS[finding.rule]))
    return asked


def _unseen(scene: Scene, finding: Finding) -> Todo:
    seen = _people(scene.view.counted)
    there = picked(scene.visit.present, scene.dossier.all(Member))
    unseen = [member for member in there if str(member.id) not in seen]
    anywhere = _people(scene.view.photos).intersection(str(member.id) for member in unseen)
    title = f"{listed([name_of(member) for member in unseen])}不在"
    title += "可计入的照片中" if anywhere else "任何照片中"
    text = "请在照片的“人物”一栏补认，或核对到场人员。"
    if scene.minute is not None:
        text = "请其进入下一张照片，或在照片的“人物”一栏补认。"
    return Todo(_today(scene), finding.severity, title, text, "补认", "jump", finding.target)


def _people(photos: Iterable[Judged]) -> set[str]:
    return {key for each in photos for key in chosen(each.photo.people)}


def _counterpart(scene: Scene, finding: Finding) -> Todo:
    title, text = "没有照片显示企业对接人员", finding.remedy
    if scene.minute is not None:
        text = "请其进入下一张照片，或在有其人的照片上注明。"
    return Todo(_today(scene), finding.severity, title, text, "注明", "jump", finding.target)


def _signed(scene: Scene, finding: Finding) -> Todo:
    visit = scene.visit
    who = [] if visit.signed_team else ["诊断服务人员"]
    who += [] if visit.signed_counterpart else [f"对接人{visit.counterpart.strip()}"]
    text = "现场诊断记录表可打印，签字后在此注明。"
    if not chosen(visit.topics) or not visit.results.strip():
        text = "填写诊断主题、服务成果后，打印现场诊断记录表签字。"
    title = f"{'、'.join(who)}尚未签字"
    action = "打开记录表"
    return Todo(_today(scene), finding.severity, title, text, action, "jump", finding.target)


# -- entries and exits --------------------------------------------------------------------------


def _times(scene: Scene, finding: Finding) -> Todo:
    """The time of an exit that has not come yet is filled in at the door."""
    sessions = scene.view.sessions
    last = bool(sessions) and finding.target and finding.target.record == sessions[-1].stay.id
    if not (scene.minute is not None and last and sessions[-1].start is not None):
        return _plain(scene, finding)
    which = f"第 {len(sessions)} 场" if len(sessions) > 1 else ""
    text = "请在出门时填写。"
    return Todo(When.DOOR, finding.severity, f"{which}离场时间", text, "去填写", "jump",
                finding.target)  # fmt: skip


def _gate(scene: Scene, finding: Finding) -> Todo:
    kind = _GATE[finding.rule]
    stay = finding.target.record if finding.target else None
    session = next((s for s in scene.view.sessions if s.stay.id == stay), None)
    due = (session.start if kind == "入场" else session.end) if session else None
    which = _part(scene, session) if session and len(scene.view.sessions) > 1 else ""
    last = session is not None and session.number == len(scene.view.sessions)
    near = scene.minute is not None and (
        scene.minute - due <= STILL_THERE if due is not None else last
    )
    if near:
        when = When.DOOR if kind == "离场" and last else When.NOW
        there = len(picked(scene.visit.present, scene.dossier.all(Member)))
        who = f"到场 {there} 人" if there else "诊断人员"
        moment = "出门时拍" if when is When.DOOR else "现在补拍"
        text = f"{who}同框，企业 LOGO 可见，{moment}。"
        return Todo(when, finding.severity, f"{kind}照片{which}", text, "导入", "import",
                    finding.target)  # fmt: skip
    at = f"{clock(due)} " if due is not None else ""
    text = f"{at}{kind}时的照片没有导入；未拍的不能补拍，请写明原因。"
    if not any(each.photo.logo for each in scene.view.of_kind(kind)):
        text += f"本次另有{kind}照片的，说明方可代替。"
    target = Target("visits", stay, "absence")
    return Todo(When.EXPLAIN, finding.severity, f"{kind}照片缺失{which}", text, "写说明", "jump",
                target)  # fmt: skip


def _part(scene: Scene, session: Session) -> str:
    """Which of several sessions: by the half of the day where that tells them apart."""
    halves = [half(s.start) if s.start is not None else "" for s in scene.view.sessions]
    mine = halves[session.number - 1]
    return f"（{mine}）" if mine and halves.count(mine) == 1 else f"（第 {session.number} 场）"


# -- photos -------------------------------------------------------------------------------------


def _of_a_photo(finding: Finding) -> bool:
    """Whether a finding is about one photo itself, and not about how the photos are filled in."""
    return finding.rule.startswith("PHOTO-") and finding.rule not in ("PHOTO-KIND", "PHOTO-CAPTION")


def _photo_findings(scene: Scene, grave: Iterable[Finding]) -> dict[UUID, set[str]]:
    """The rules that a photo breaks by itself, photo by photo."""
    held = {judged.photo.id for judged in scene.view.photos}
    found: dict[UUID, set[str]] = {}
    for finding in grave:
        record = finding.target.record if finding.target else None
        if record in held and _of_a_photo(finding):
            found.setdefault(record, set()).add(finding.rule)
    return found


def _photos(scene: Scene, broken: dict[UUID, set[str]]) -> Iterator[Todo]:
    """The photos that want a look, each told once, by what has to be done about it."""
    rules = {finding.rule for finding in scene.own}
    told = [kind for rule, kinds in _KINDS.items() if rule in rules for kind in kinds]
    against = {judged.photo.id for judged in _contradictory(scene)}
    groups: dict[str, list[Judged]] = {name: [] for name in _PHOTO_WORDS}
    for judged in in_order(scene.view.photos):
        rules = broken.get(judged.photo.id, set())
        if judged.photo.id in against:
            groups["against"] += [] if judged.photo.kind in told else [judged]
        elif judged.waiting:
            groups["waiting"].append(judged)
        elif rules & _UNSURE:
            groups["unsure"].append(judged)
        elif rules & _WEAK:
            groups["weak"].append(judged)
        elif rules & _BARE:
            groups["bare"].append(judged)
    for name, (title, text, action, act) in _PHOTO_WORDS.items():
        if photos := groups[name]:
            words = _why(photos[0]) if name == "against" and len(photos) == 1 else text
            target = Target("visits", photos[0].photo.id)
            when, weight = When.BACK, Severity.WARN
            if name == "waiting":  # the list is not whole before that, which one waits for
                when, weight = _today(scene), Severity.INFO
            yield Todo(when, weight, f"{len(photos)} 张{title}",
                       f"{_named(photos)}：{words}", action, act, target)  # fmt: skip


_PHOTO_WORDS = {
    "waiting": ("照片的水印尚未读完", "读完后本清单自动更新；"
                "原图在同事处的，收入含原图的文件包后读取；原图遗失的，请重新导入。",
                "看照片", "jump"),
    "against": ("照片矛盾，不计入", "请核对所属的现场诊断、水印读数和设备时钟。", "看照片", "jump"),
    "unsure": ("照片的水印待核对", "请对照原图核对水印内容，予以确认或更正。", "看照片", "jump"),
    "weak": ("照片凭据不足", "请拍摄人以原图或文件方式重发。", "复制请求", "request"),
    "bare": ("照片未读到水印", "请对照原图填写；确无水印的，换用水印相机拍摄的照片。", "看照片",
             "jump"),
}  # fmt: skip


def _contradictory(scene: Scene) -> list[Judged]:
    return [
        judged
        for judged in in_order(scene.view.photos)
        if judged.verdict and judged.verdict.word is PhotoWord.CONTRADICTORY
    ]


def _named(photos: list[Judged]) -> str:
    """Photos by time and kind, the first three of them: 13:44 人员访谈."""
    names = []
    for judged in photos[:3]:
        minute = minute_of(judged)
        when = "无时间" if minute is None else clock(minute)
        names.append(f"{when} {judged.photo.kind or '未定类别'}")
    return "、".join(names) + (f"等 {len(photos)} 张" if len(photos) > 3 else "")


def _why(judged: Judged) -> str:
    """The part of a contradictory verdict's reason that contradicts."""
    verdict = judged.verdict
    if verdict is None:
        return ""
    parts = verdict.reason.removesuffix("。").split("；")
    if verdict.time_fits is False:
        return f"{parts[0]}。"
    return f"{parts[1] if verdict.position_fits is False else parts[-1]}。"


_WORDED: dict[str, Callable[[Scene, Finding], Todo | None]] = {
    "VISIT-HOURS": _hours,
    "VISIT-OFFICE": _shots,
    "VISIT-FLOOR": _shots,
    "VISIT-PHOTOS": _all_shots,
    "VISIT-UNSEEN": _unseen,
    "VISIT-COUNTERPART": _counterpart,
    "VISIT-SIGNED": _signed,
    "STAY-TIMES": _times,
    "STAY-ARRIVAL": _gate,
    "STAY-DEPARTURE": _gate,
}
