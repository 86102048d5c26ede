"""What a bundle would bring, in the words of the page: its chips, its counts, its way on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from app.bundle_check import Checked
from app.clashes import Choice, Clash, Where
from app.incoming import Incoming
from app.signers import Standing
from forms.pack import Pack
from widgets.clash_words import left_words
from widgets.count_strip import Count

Chip = tuple[str, str, str]
"""A tag's words, tone and icon."""
_DAYS, _TITLES, _NAME = 2, 3, 30


def chips(told: Incoming, pack: Pack) -> list[Chip]:
    """Whether it is whole, who signed it, which version it is of."""
    files = len(told.checked.verdict.manifest.get("files", ()))
    whole = (f"完整，{files:,} 个文件", "ok", "check")
    same = told.checked.verdict.manifest.get("pack") == pack.id
    version = f"{pack.title}，与本机相同" if same else "另一版方案，本机可读"
    to = told.checked.verdict.manifest.get("to")
    addressee = [(f"发给{to[:20]}", "quiet", "person")] if isinstance(to, str) and to else []
    twice = [("本机另有这家企业的档案", "warn", "warn")] if told.namesakes else []
    return [whole, _signature(told.checked), *twice, *addressee, (version, "quiet", "")]


def _signature(checked: Checked) -> Chip:
    name = checked.name or "未署姓名"
    if not checked.signed:
        return "没有签名", "warn", "warn"
    if checked.standing is Standing.OWN:
        return "本机签名", "ok", "lock"
    if checked.standing is Standing.KNOWN:
        return f"签名相符：{name}，已核实", "ok", "lock"
    if checked.standing is Standing.NAMESAKE:
        return f"签名可疑：{name}，密钥不同", "block", "block"
    return f"签名人未核实：{name}", "warn", "warn"


def in_short(name: str) -> str:
    """A file's name as far as there is room: its beginning and its end."""
    return name if len(name) <= _NAME else f"{name[: _NAME // 2]}……{name[-_NAME // 2 :]}"


def asked(told: Incoming) -> tuple[Clash, ...]:
    """The conflicts that a person decides."""
    return tuple(clash for clash in told.conflicts if clash.matters)


def counts(told: Incoming, choices: Mapping[Where, Choice]) -> list[Count]:
    """The six counts with what they are made of."""
    edits = _listed([(told.fields, "个字段"), (told.paragraphs, "段正文")], "没有新的改动")
    if told.newer:
        edits = f"{edits}，{told.newer} 条为新版程序所写，暂不显示"
    photos = _listed(
        [(told.photos_here, "张本机已有，不再收"), (told.missing, "个文件不在包内")],
        f"附件 {told.attachments} 件" if told.attachments else "均为本机没有的",
    )
    open_ = f"其中 {told.scenes_open} 个本机未判" if told.scenes_open else "本机均已判"
    gone = "、".join(told.withdrawn_of[:_TITLES]) + ("等" if told.withdrawn_of[_TITLES:] else "")
    if told.purged:
        gone = "，".join(filter(None, (gone, f"另彻底删除 {told.purged} 条")))
    clashes, days = asked(told), _days(told.visit_days)
    decided = left_words(clashes, choices)
    return [
        Count("改动", f"{told.edits:,}", edits),
        Count("照片", f"{told.photos:,} 张", photos if told.photos or told.missing else "没有照片"),
        Count("现场诊断", f"{told.visits} 次", days if told.visits else "没有改动"),
        Count("评测", f"{told.scenes} 个场景", open_ if told.scenes else "没有改动"),
        Count("撤回", f"{told.withdrawn} 条", gone or "没有撤回"),
        Count("冲突", f"{len(clashes)} 处", decided, "block" if clashes else "ink"),
    ]


def _listed(parts: Sequence[tuple[int, str]], nothing: str) -> str:
    return "、".join(f"{count:,} {words}" for count, words in parts if count) or nothing


def _days(days: Sequence[dt.date]) -> str:
    said = "、".join(f"{day.month}月{day.day}日" for day in days[:_DAYS])
    return f"{said}等" if days[_DAYS:] else said or "日期未填"


def nothing_new(told: Incoming) -> str:
    """Said where all of it is here already; else ""."""
    return "" if told.edits or told.files else "文件包内容本机均已有"


def take_words(told: Incoming) -> str:
    """What taking it in does: 收入 214 条改动、20 张照片."""
    others = told.files - told.pictures
    parts = [(told.edits, "条改动"), (told.pictures, "张照片"), (others, "件附件")]
    said = _listed(parts, "")
    return f"收入 {said}" if said else "收入"


def broken(name: str, *, united: bool) -> str:
    """What became of a bundle where the program itself went wrong, before it was in or after."""
    if united:
        return (
            f"“{name}”已收入，收到的内容全部保留，但收入之后程序出错，冲突的取舍可能没有全部存上，"
            "请打开该档案，在“收取与冲突”页核对。"
        )
    return (
        f"“{name}”因程序出错没有收入，本机内容未变，请重新收取；"
        "如再次出错，请把日志文件交给维护人员。"
    )
