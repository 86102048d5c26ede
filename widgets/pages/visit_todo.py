"""What of a visit is still to do, in the order of what can still be mended now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from grading.finding import Finding, Severity, Target
from grading.rules.numbers import duration
from widgets.pages.visit_view import Scene, half
from widgets.timeline import clock


class When(IntEnum):
    """Until when something can be mended, the nearest first."""

    NOW = 0
    DOOR = 1
    EXPLAIN = 2
    BACK = 3
    AGAIN = 4

    @property
    def word(self) -> str:
        """As the panel says it."""
        return ("现在能补", "出门时补", "只能说明", "回去后补", "另行安排")[self]


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. `act` is what the row does: jump, import or request."""

    when: When
    severity: Severity
    title: str
    text: str
    action: str
    act: str = "jump"
    target: Target | None = None


_SHOTS = {
    "VISIT-OFFICE": ("办公场所照片", "宣贯培训、人员访谈"),
    "VISIT-FLOOR": ("生产现场照片", "生产现场"),
    "VISIT-PHOTOS": ("照片", "可计入的"),
}
_GATE = {"STAY-ARRIVAL": "入场", "STAY-DEPARTURE": "离场"}
_WEAK = ("PHOTO-TIME-NONE", "PHOTO-POSITION-NONE", "PHOTO-UNREAD", "PHOTO-POSITION-STALE")
_ACTIONS = {
    "VISIT-UNSEEN": "补认",
    "VISIT-COUNTERPART": "注明",
    "VISIT-SIGNED": "去注明",
    "STAY-LOGO": "看照片",
    "STAY-PHOTO-TIME": "看照片",
    "STAY-EXPLAINED": "看说明",
}
#: In one moment: first what needs the enterprise's people and place, then what needs only typing.
_FIRST = ("VISIT-HOURS", "VISIT-OFFICE", "VISIT-FLOOR", "VISIT-PHOTOS", "VISIT-PRESENT",
          "VISIT-UNSEEN", "VISIT-COUNTERPART", "STAY-LOGO", "VISIT-SIGNED")  # fmt: skip


def todo(scene: Scene) -> list[Todo]:
    """The visit's open matters; what is merely worth knowing is left to the findings panel."""
    rows: list[tuple[int, int, int, Todo]] = []
    grave = [x for x in scene.own if x.severity is not Severity.INFO]
    for place, finding in enumerate(grave):
        if finding.rule in _WEAK:
            continue
        item = _item(scene, finding)
        first = _FIRST.index(finding.rule) if finding.rule in _FIRST else len(_FIRST)
        rows.append((item.when, first, place, item))
    rows += [(item.when, len(_FIRST), len(grave), item) for item in _weak(grave)]
    if scene.until is not None and all(x.rule != "VISIT-HOURS" for x in grave):
        rows.append((When.NOW, 0, -1, _stay_on(scene, None)))
    return [row[-1] for row in sorted(rows, key=lambda row: row[:3])]


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
    return f"离开前可补 {len(near)} 件{grave}，按先后排。"


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
    names = [
        each.photo.filename or each.photo.caption or "未命名照片"
        for each in scene.view.photos
        if each.photo.id in weak
    ]
    listed = "\n".join(names)
    return (
        f"以下 {len(names)} 张现场诊断照片没有拍摄时间或位置，请以原图或文件方式重发"
        f"（聊天软件中勾选“原图”，或作为文件发送）：\n{listed}"
    )


def _item(scene: Scene, finding: Finding) -> Todo:
    if finding.rule == "VISIT-HOURS":
        return _stay_on(scene, finding)
    if finding.rule in _SHOTS:
        return _shots(scene, finding)
    if finding.rule in _GATE:
        return _gate(scene, finding)
    title = finding.message.removeprefix(f"第 {scene.view.number} 次现场诊断").removeprefix("的")
    if finding.rule == "VISIT-UNSEEN":
        title = f"{title.rpartition('：')[2].removesuffix('。')}不在可计入的照片中"
    when = When.AGAIN if finding.rule == "VISIT-SINGLE" else When.NOW
    when = When.EXPLAIN if finding.rule == "STAY-EXPLAINED" else when
    photo = finding.rule.startswith("PHOTO-")
    action = _ACTIONS.get(finding.rule, "看照片" if photo else "去填写")
    title = title.removesuffix("。")
    return Todo(when, finding.severity, title, finding.remedy, action, "jump", finding.target)


def _stay_on(scene: Scene, finding: Finding | None) -> Todo:
    """The hours that are short; None where today's stay is still open, so no rule speaks yet."""
    target = finding.target if finding else Target("visits", scene.visit.id)
    need, several = scene.limit("VISIT-HOURS"), len(scene.spans) > 1
    if scene.until is not None:
        sum_of = "各场合计" if several else ""
        text = f"留到 {clock(scene.until)}，{sum_of}满 {need} 小时。"
        title = f"再留 {duration(scene.lacking)}"
        return Todo(When.NOW, Severity.BLOCK, title, text, "看场次", "jump", target)
    title = f"时长差 {duration(scene.lacking)}"
    text = finding.remedy if finding else ""
    return Todo(When.AGAIN, Severity.BLOCK, title, text, "看场次", "jump", target)


def _shots(scene: Scene, finding: Finding) -> Todo:
    where, what = _SHOTS[finding.rule]
    kept = {
        "VISIT-OFFICE": len(scene.view.of_kind("宣贯培训", "人员访谈")),
        "VISIT-FLOOR": len(scene.view.of_kind("生产现场")),
        "VISIT-PHOTOS": len(scene.view.counted),
    }[finding.rule]
    short = scene.limit(finding.rule) - kept
    today = scene.minute is not None
    title = f"{where}再拍 {short} 张" if today else f"{where}差 {short} 张"
    text = f"{what}照片现有 {kept} 张可用。"
    if not today:
        text += "已拍摄的请导入，或核对照片类别。"
    when = When.NOW if today else When.BACK
    return Todo(when, finding.severity, title, text, "导入", "import", finding.target)


def _gate(scene: Scene, finding: Finding) -> Todo:
    kind = _GATE[finding.rule]
    stay = finding.target.record if finding.target else None
    session = next((s for s in scene.view.sessions if s.stay.id == stay), None)
    minute = (session.start if kind == "入场" else session.end) if session else None
    several = len(scene.view.sessions) > 1 and minute is not None
    which = f"（{half(minute)}）" if several and minute is not None else ""
    last = session is not None and session.number == len(scene.view.sessions)
    if kind == "离场" and last and scene.minute is not None:
        text = "请在企业LOGO前拍摄，LOGO可见，出门时拍。"
        return Todo(When.DOOR, finding.severity, f"离场照片{which}", text, "导入", "import",
                    finding.target)  # fmt: skip
    if scene.minute is not None and minute is not None and scene.minute - minute <= 30:
        return Todo(When.NOW, finding.severity, f"{kind}照片{which}", finding.remedy, "导入",
                    "import", finding.target)  # fmt: skip
    at = f"{clock(minute)} " if minute is not None else ""
    text = f"{at}{kind}时的照片没有导入；未拍的不能补拍，请写明原因。"
    target = Target("visits", stay, "absence")
    return Todo(When.EXPLAIN, finding.severity, f"{kind}照片缺失{which}", text, "写说明", "jump",
                target)  # fmt: skip


def _weak(findings: list[Finding]) -> Iterator[Todo]:
    photos = {x.target.record: x for x in findings if x.rule in _WEAK and x.target}
    if photos:
        title = f"{len(photos)} 张照片凭据不足"
        text = "请拍摄人以原图或文件方式重发。"
        target = next(iter(photos.values())).target
        yield Todo(When.BACK, Severity.WARN, title, text, "复制请求", "request", target)
