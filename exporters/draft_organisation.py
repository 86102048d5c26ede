"""Drafting chapter 一 of the report: organisation and regulations, and what was seen of them."""

from __future__ import annotations

import re

from exporters.draft_words import clean, noted, percent, said, series
from exporters.drafting import Drafter, Teller
from exporters.wording import date_text, numeral
from forms.dossier import Attachment, Enterprise, Photo, Training, Visit
from forms.fields import decimal
from forms.record import specs


def organisation(t: Teller) -> None:
    """The chart, who is in charge of digital matters, who took part, who was trained."""
    drawn(t, "组织架构图", "企业的组织架构见图1")
    _digital_staff(t)
    noted(t, "人才建设", "数字化岗位的配置情况为：")
    _talent(t)
    t.end("staff")
    _counterparts(t)
    _interviews(t)
    _trained(t)
    t.end("taking-part")


def drawn(t: Teller, kind: str, head: str) -> None:
    """Say that a picture of this kind is attached, and what the attachment is said to prove."""
    held = [row for row in t.rows(Attachment) if t.text(row, "kind") == kind]
    t.forget()
    for row in held[:1]:
        t.value(row, "kind")
        proves = t.text(row, "proves").strip("。；")
        t.say(f"{head}，图中反映{proves}。" if proves else f"{head}。")


def _digital_staff(t: Teller) -> None:
    e = t.one(Enterprise)
    typed, heads = t.text(e, "digital_staff.value"), decimal(t.text(e, "employees.value"))
    staff = decimal(typed)
    if staff is None:
        return t.forget()
    if not staff:
        t.say("企业目前没有专职或兼职的数字化人员。")
        return None
    told = f"承担数字化工作的人员有{typed}人{basis(t, 'digital_staff')}"
    if heads and heads > 0:
        told += f"，占从业人员总数的{percent(staff, heads)}"
    t.say(f"{told}。")
    return None


def basis(t: Teller, name: str) -> str:
    """A figure's definition in brackets, as far as it says more than the form's own."""
    typed, usual = said(t, t.one(Enterprise), f"{name}.basis"), specs(Enterprise)[name].basis
    more = re.sub(r"^截至\d{4}年末", "", typed.removeprefix(usual).strip())
    more = re.sub(r"^累计投入(?=（|$)", "", more)
    if more.startswith("（") and more.endswith("）"):
        more = more[1:-1]
    return f"（{more.strip('。，；')}）" if more else ""


def _talent(t: Teller) -> None:
    have, lack = credited(t, "人才建设")
    if have and lack:
        kept = "、".join(have)
        whole = len(have) + len(lack)
        t.say(f"人才建设的{whole}类举措中，企业采取了{len(have)}类，即{kept}。", [kept])
    elif lack:
        t.say("评测所列的人才建设举措，企业均未采取。")
    elif have:
        t.say("人才建设所列各项举措均已建立。")
    t.forget()


def credited(t: Teller, item: str) -> tuple[list[str], list[str]]:
    """What of an item with several choices is there, what is not, in the table's words cut short.

    Both are empty where the item is not answered.
    """
    held = t.options(item)
    have: list[str] = []
    lack: list[str] = []
    for option in t.pack.instrument.item(item).options:
        if option.score > 0 and held:
            words = re.sub(r"（如[^）]*）", "", option.text).replace("建立了", "建立")
            words = words.replace("使用了", "使用").removeprefix("有").removeprefix("企业")
            (have if option.key in held else lack).append(words)
    return have, lack


def _counterparts(t: Teller) -> None:
    visits = [row for row in t.rows(Visit) if t.value(row, "date")]
    t.forget()
    posts = {t.text(row, "counterpart_post") for row in visits} - {""}
    if len(posts) == 1 and visits:
        post = posts.pop()
        if len(visits) > 1:
            t.say(f"{_times(len(visits))}现场诊断均由{post}代表企业对接。")
        else:
            t.say(f"现场诊断由{post}代表企业对接。")
    elif posts:
        rows = [f"{_day(t, v)}为{t.text(v, 'counterpart_post')}" for v in visits]
        t.say(f"代表企业对接的人员，{'，'.join(rows)}。")
    t.forget()
    others = [(visit, clean(t.text(visit, "others"))) for visit in visits]
    met = [(visit, text) for visit, text in others if text]
    if len({text for _, text in met}) == 1:
        every = "每次" if len(met) == len(visits) > 1 else "期间"
        t.say(f"{every}参加诊断的还有{met[0][1]}。")
    elif met:
        told = [
            f"{_day(t, visit)}{_beside(text, before)}"
            for (visit, text), before in zip(met, ["", *(text for _, text in met)], strict=False)
        ]
        t.say(f"企业的其他参加人员，{'；'.join(told)}。")
    t.forget()


def _beside(text: str, before: str) -> str:
    """Who was there; where the time before is named in full, only who came beside those."""
    more = text.removeprefix(before).lstrip("、，") if before else ""
    return f"在此之外还有{more}" if more and more != text else f"有{text}"


def _times(count: int) -> str:
    return f"{'两' if count == 2 else numeral(count)}次"


def _day(t: Teller, visit: Visit | Training) -> str:
    day = t.value(visit, "date")
    return date_text(day) if day else ""


def _trained(t: Teller) -> None:
    """Who came to the trainings."""
    for row in t.rows(Training):
        t.forget()
        audience, heads = said(t, row, "audience"), t.value(row, "attendees")
        if audience and heads:
            t.say(f"参加{_day(t, row)}主题培训的{heads}人来自以下部门和岗位：{audience}。")
    t.forget()


def _interviews(t: Teller) -> None:
    """What was talked of with whom, as the captions of the interviews' photos say."""
    held = [row for row in photos(t, "人员访谈") if "汇报" not in t.text(row, "caption")]
    t.forget()
    told = list(filter(None, (captioned(t, photo) for photo in held)))
    if len(told) == 1:
        t.say(f"访谈照片所记为{told[0]}。")
    elif told:
        t.say(f"访谈照片共{len(told)}张，所记内容为：{series(told)}。")
    t.forget()


def photos(t: Teller, kind: str, visit: Visit | None = None) -> list[Photo]:
    """The photos of a kind, of one visit where one is named; nothing is noted."""
    found = []
    for photo in t.rows(Photo):
        if t.text(photo, "kind") == kind and visit in (None, _visit(t, photo)):
            found.append(photo)
    t.forget()
    return found


def _visit(t: Teller, photo: Photo) -> Visit | None:
    return next((v for v in t.rows(Visit) if v.id == t.value(photo, "visit")), None)


def captioned(t: Teller, photo: Photo) -> str:
    """A photo's caption, which counts with its kind and its visit."""
    t.text(photo, "kind")
    t.value(photo, "visit")
    return said(t, photo, "caption")


def regulations(t: Teller) -> None:
    """Which regulations there are, what was seen of them, how far planning has come."""
    have, lack = credited(t, "管理机制")
    if have:
        kept = series([row.removeprefix("建立") for row in have])
        tail = f"，尚缺{len(lack)}项" if lack else ""
        t.say(f"数字化管理制度中，企业已经建立{kept}{tail}。", [kept])
    elif lack:
        t.say("企业尚未建立数字化管理制度。")
    t.forget()
    noted(t, "管理机制", "制度文本的查验结果为：")
    _security_rules(t)
    t.end("rules")
    _planning(t)
    noted(t, "规划实施", "规划与实施的情况是：")
    t.end("planning")


def _security_rules(t: Teller) -> None:
    """Whether there are regulations on the security of networks and of data (option B of both)."""
    held = []
    for item in ("网络安全", "数据安全"):
        found = t.options(item)
        if not found:
            return t.forget()
        ruled = [o for o in t.pack.instrument.item(item).options if o.key in found]
        held.append(any("管理制度" in o.text for o in ruled))
    t.say(
        {
            (True, True): "网络安全和数据安全两方面均有管理制度。",
            (True, False): "网络安全有管理制度可依，数据安全尚无成文的管理制度。",
            (False, True): "数据安全有管理制度可依，网络安全尚无成文的管理制度。",
            (False, False): "网络安全和数据安全均未形成管理制度。",
        }[held[0], held[1]]
    )
    return None


def _planning(t: Teller) -> None:
    """The highest stage of planning that was chosen, in the table's words."""
    held = t.options("规划实施")
    best = [o for o in t.pack.instrument.item("规划实施").options if o.key in held and o.score]
    if best:
        words = best[-1].text
        t.say(f"从规划与执行看，企业{words}。", [words])
    t.forget()


DRAFTERS: dict[str, Drafter] = {"1.organisation": organisation, "1.regulations": regulations}
