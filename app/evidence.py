"""What a drafted paragraph rests on, in words: each fact as it is now, and where it is typed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from app.packs import load_advice
from app.review import Review
from exporters.wording import date_text, level_word
from forms.advice import EFFORT_WORDS, Effort
from forms.dossier import Answer, Attachment, Photo, Reply, Stay, Visit
from forms.evaluation import STAGE_NAMES, Stage, answer_id
from forms.fields import Kind, Spec, chosen
from forms.figures import Figures
from forms.instrument import points_text
from forms.places import PAGE_OF_STAGE
from forms.record import Record, forms, specs, split_path
from forms.steps import PAGES
from grading.cites import ADVICE, LIST, Cite, Facts
from grading.finding import Target
from grading.questions import reply_told
from grading.rules.numbers import listed

#: So many plain answers, or rows of one list, stand singly; of more it is said how many there are.
_SINGLY = 8
#: A value of more characters is not repeated where a change is named, but its field alone is.
_SHORT = 20
_PHOTOS = 6


_Key = tuple[str, UUID | str | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a paragraph rests on.

    `kind` says what it is (采集项 4), `lines` what it holds now, `quotes` what was typed there in
    whole sentences. `target` is where it is typed; None for the pack's own words. `photo` is the
    photo itself, where it is one.
    """

    title: str
    kind: str
    lines: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    target: Target | None = None
    photo: UUID | None = None


class Reader:
    """Reads cites against one review; made once for all paragraphs of a sheet."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._dossier, self._pack = review.dossier, review.pack
        self._instrument = review.pack.instrument
        self._items = [item.name for item in self._instrument.items]
        self._scenes = [scene.name for scene in self._instrument.scenes]
        self._records = {r.id: r for rows in review.dossier.records.values() for r in rows}
        self._visits = {v.id: n for n, v in enumerate(review.dossier.all(Visit), 1)}

    @cached_property
    def _labels(self) -> dict[str, tuple[str, str]]:
        """Label and unit of every figure typed beside the options."""
        figures = Figures.parse(self._pack.figures, self._instrument)
        return {each.key: (each.label_before, each.unit) for each in figures.inputs}

    # -- evidence ---------------------------------------------------------------------------------

    def evidence(self, cites: Sequence[Cite]) -> list[Evidence]:
        """The cites by what they are of, in the order in which the paragraph comes to them."""
        groups: dict[_Key, list[Cite]] = {}
        for each in cites:
            own = each.path if each.form == ADVICE else each.record
            groups.setdefault((each.form, own), []).append(each)
        plain = [key for key, held in groups.items() if _plain(held)]
        rows: dict[str, list[_Key]] = {}
        for key, held in groups.items():
            if _is_row(held):
                rows.setdefault(key[0], []).append(key)
        found: list[Evidence] = []
        for key, held in groups.items():
            several = plain if key in plain else rows.get(key[0], []) if _is_row(held) else []
            if held[0].path == LIST and key[0] in rows:
                continue  # its rows stand here themselves
            if len(several) <= _SINGLY:
                found.append(self._one(*key, held))
            elif key == several[0]:
                ids = [own for _, own in several if isinstance(own, UUID)]
                found.append(self._answers(ids) if key in plain else self._rows(key[0], ids))
        return found + self._photos(found)

    def _one(self, form: str, own: UUID | str | None, held: list[Cite]) -> Evidence:
        if form == ADVICE:
            return self._counsel(str(own))
        if form == "reply":
            ask, text, target = reply_told(self._dossier, self._pack, own)
            lines, quotes = ((), (text,)) if text else (("待回答",), ())
            return Evidence(ask, Reply.title, lines, quotes, target)
        record = self._record(form, own if isinstance(own, UUID) else None, held)
        if isinstance(record, Answer):
            return self._answer(record, held)
        kind = forms().get(form)
        if kind is None:
            return Evidence("已不存在的记录", "")
        if held[0].path == LIST:
            return self._list(form)
        if record is None or record.withdrawn:
            return Evidence(kind.title, "已撤回的条目", target=_target(form))
        return self._fields(form, record, held)

    def _record(self, form: str, record_id: UUID | None, held: list[Cite]) -> Record | None:
        found = self._records.get(record_id) if record_id else None
        if found is None and form == "answer":
            # An answer that was never given has no record; its id says of what it would be.
            for stage in Stage:
                for name in (*self._items, *self._scenes):
                    if answer_id(self._dossier.id, stage, name) == record_id:
                        return self._dossier.answer(stage, name)
        if found is None and form in forms() and forms()[form].single:
            return self._dossier.one(forms()[form])
        return found

    def _answer(self, answer: Answer, held: list[Cite]) -> Evidence:
        names = {split_path(each.path)[0] for each in held}
        stage = Stage(answer.stage) if answer.stage in list(Stage) else Stage.DIAGNOSIS
        lines = [self._judged(answer, stage)]
        for each in held:
            name, key = split_path(each.path)
            if name == "figures" and answer.figures.get(key):
                label, unit = self._labels.get(key, (key, ""))
                lines.append(f"{label} {answer.figures[key]}{f' {unit}' if unit else ''}")
        quotes = [
            str(getattr(answer, name)).strip() for name in ("note", "reason") if name in names
        ]
        if "note" in names and (seen := self._seen(answer)):
            lines.append(seen)
        field = next((name for name in ("note", "reason", "figures") if name in names), "")
        page = PAGE_OF_STAGE[stage]
        kind = self._number(answer.subject)
        if stage is not Stage.DIAGNOSIS:
            kind = f"{STAGE_NAMES[stage]} ・ {kind}"
        return Evidence(
            answer.subject,
            kind,
            tuple(lines),
            tuple(filter(None, quotes)),
            Target(page, answer.id, field),
        )

    def _judged(self, answer: Answer, stage: Stage) -> str:
        """What an answer comes to: its options and points, or its scene's level."""
        if answer.subject in self._scenes:
            return "未评" if answer.level is None else level_word(answer.level)
        letters = "、".join(sorted(chosen(answer.chosen)))
        grade = self._review.grades.get(stage)
        points = points_text(grade.items.get(answer.subject, 0)) if grade else ""
        most = next((i.points for i in self._instrument.items if i.name == answer.subject), 0)
        told = f"得 {points} 分，满分 {points_text(most, trim=True)} 分" if grade else ""
        return f"选 {letters}，{told}" if letters else "未作答"

    def _number(self, subject: str) -> str:
        """采集项 4, or 应用场景 4, by the table's order."""
        for word, names in (("采集项", self._items), ("应用场景", self._scenes)):
            if subject in names:
                return f"{word} {names.index(subject) + 1}"
        return "水平评测"

    def _seen(self, answer: Answer) -> str:
        """At which visit, where a photo tied to the answer tells."""
        for key in chosen(answer.photos):
            photo = next((p for p in self._dossier.all(Photo) if str(p.id) == key), None)
            visit = self._dossier.find(Visit, photo.visit) if photo else None
            if visit is not None:
                return self._visit_name(visit)
        return ""

    def _visit_name(self, visit: Visit) -> str:
        number = (
            f"第 {self._visits[visit.id]} 次现场诊断" if visit.id in self._visits else visit.title
        )
        return f"{number} {visit.date.month}月{visit.date.day}日" if visit.date else number

    def _answers(self, ids: list[UUID]) -> Evidence:
        found = map(self._records.get, ids)
        subjects = {answer.subject for answer in found if isinstance(answer, Answer)}
        items, scenes = len(subjects & set(self._items)), len(subjects & set(self._scenes))
        told = [f"{n} 个{word}" for n, word in ((items, "采集项"), (scenes, "应用场景")) if n]
        lines = (f"{'、'.join(told)}的选项和等级",) if told else ("尚未作答",)
        return Evidence("水平评测结果", "诊断", lines, target=Target("results"))

    def _list(self, form: str) -> Evidence:
        kind = forms()[form]
        rows = self._dossier.all(kind)
        first = rows[0].id if rows else None
        told = f"共 {len(rows)} 条" if rows else "没有条目"
        return Evidence(kind.title, _paper(kind), (told,), target=_target(form, first))

    def _rows(self, form: str, ids: list[UUID]) -> Evidence:
        kind = forms()[form]
        rows = [row for row in self._dossier.all(kind) if row.id in set(ids)]
        names = [name for name in map(_name, rows) if name]
        told = [f"引用 {len(rows)} 条"] + ([listed(names)] if names else [])
        first = rows[0].id if rows else None
        return Evidence(kind.title, _paper(kind), tuple(told), target=_target(form, first))

    def _fields(self, form: str, record: Record, held: list[Cite]) -> Evidence:
        kind, declared = forms()[form], specs(type(record))
        lines, quotes = [], []
        for name in dict.fromkeys(split_path(each.path)[0] for each in held):
            spec = declared.get(name)
            if spec is None:
                continue
            text = self._words(spec, getattr(record, name))
            if text and text == _name(record) and not kind.single:
                continue  # the entry goes by it
            if spec.kind is Kind.PROSE and text:
                quotes.append(text)
            else:
                lines.append(f"{spec.label} {text or '未填写'}")
        title = self._title(kind, record)
        photo = record.id if isinstance(record, Photo) else None
        target = _target(form, record.id, held[0].path)
        return Evidence(title, _paper(kind), tuple(lines), tuple(quotes), target, photo)

    def _title(self, kind: type[Record], record: Record) -> str:
        if isinstance(record, Visit):
            return self._visit_name(record)
        if isinstance(record, Stay):
            visit = self._dossier.find(Visit, record.parent_id)
            return f"{self._visit_name(visit)} {kind.title}" if visit else kind.title
        if isinstance(record, Photo):
            return f"照片：{record.caption or record.kind or record.filename}"
        name = "" if kind.single else _name(record)
        return f"{kind.title}：{name}" if name else kind.title

    def _photos(self, told: list[Evidence]) -> list[Evidence]:
        """The photos tied to the answers that stand here singly: what those rest on in turn."""
        there = {each.photo for each in told}
        own = [each.target for each in told if each.target and each.kind != Reply.title]
        ids = [target.record for target in own if target.record]
        tied: dict[str, None] = {}
        for answer in map(self._records.get, ids):
            if isinstance(answer, Answer):
                tied.update(dict.fromkeys(chosen(answer.photos)))
        photos = [p for p in self._dossier.all(Photo) if str(p.id) in tied and p.id not in there]
        return [self._photo(photo) for photo in photos[:_PHOTOS]]

    def _photo(self, photo: Photo) -> Evidence:
        visit = self._dossier.find(Visit, photo.visit)
        lines = (self._visit_name(visit),) if visit else ()
        target = _target("photo", photo.id)
        return Evidence(self._title(Photo, photo), "照片", lines, (), target, photo.id)

    def _counsel(self, place: str) -> Evidence:
        """An entry of the pack's advice, its text in place: it is on no page."""
        advice = load_advice(self._pack.id)
        scene, _, level = place.partition("/")
        if place in advice.items:
            entry = advice.items[place]
            efforts = sorted({option.effort for option in entry.options.values()}, key=_weight)
            words = "、".join(EFFORT_WORDS[each] for each in efforts)
            said = entry.counsel
            title = place
        elif level.isdigit() and (scene, int(level)) in advice.steps:
            step = advice.steps[scene, int(level)]
            words, said = EFFORT_WORDS[step.effort], step.counsel
            title = f"{scene} {level_word(int(level) - 1)}到{level_word(int(level))}"
        elif place in advice.links:
            text = advice.links[place].description
            return Evidence(f"改造建议库：{place}", "附件1 三级场景", (text,))
        else:
            return Evidence(f"改造建议库：{place}", "本版建议库中没有这一条")
        lines = (f"工作量 {words}",) if words else ()
        texts = (f"现场表现：{said.gap}。", f"先做：{said.first}。", f"再做：{said.then}。")
        return Evidence(f"改造建议库：{title}", "改造建议", (*lines, *texts))

    # -- what changed -----------------------------------------------------------------------------

    def changes(self, cites: Sequence[Cite], facts: Facts) -> list[str]:
        """What is another fact now than when a paragraph was formed, a phrase each, each once."""
        return list(dict.fromkeys(self._change(each, facts) for each in facts.changed(cites)))

    def _change(self, held: Cite, facts: Facts) -> str:
        """“设备联网台数”由 7 台改为 8 台; of what is long just which field it is."""
        name, key = split_path(held.path)
        where = facts.where(held)
        record = self._records.get(held.record) if held.record else None
        if held.path == LIST:
            return f"{where}有增减"
        if record is not None and record.withdrawn:
            return f"{self._title(type(record), record)}已撤回"
        unit = ""
        if name == "figures":
            label, unit = self._labels.get(key, (key, ""))
            where = where.replace("“填报数据”", f"“{label}”")
        spec = specs(forms()[held.form]).get(name) if held.form in forms() else None
        before = self._from_json(spec, key, held.value, unit)
        now = self._from_json(spec, key, facts.now(held), unit)
        if before is None or now is None or before == now:
            return f"{where}已改动"
        if max(len(before), len(now)) > _SHORT:
            return f"{where}已改动"
        if not before:
            return f"{where}已填为{_apart(now)}"
        return f"{where}由{_apart(before)}改为{_apart(now)}" if now else f"{where}已清空"

    def _from_json(self, spec: Spec | None, key: str, value: str, unit: str) -> str | None:
        """A fact as a cite keeps it, in words; None where only its hash is kept."""
        if not value:
            box = spec is not None and spec.kind in (Kind.CHOICES, Kind.REFS) and key
            return "未选" if box else ""
        if value.startswith("#") or spec is None:
            return None
        found = json.loads(value)
        if unit:
            return f"{found} {unit}"
        return self._words(spec, found, key)

    def _words(self, spec: Spec, value: Any, key: str = "") -> str:
        """A field's value, or the part `key` of it, as a screen shows it."""
        if value in (None, "", {}):
            return ""
        if isinstance(value, bool):
            return ("已选" if key else "是") if value else "否"
        if spec.kind is Kind.FIGURE and isinstance(value, dict):
            year = f"（{value['year']}年）" if value.get("year") else ""
            return f"{value.get('value') or ''} {spec.unit}".strip() + year
        if isinstance(value, dict):
            if spec.kind is Kind.REFS:
                return f"{len(chosen(value))} 项"
            if spec.kind is Kind.CHOICES:
                return "、".join(chosen(value, spec))
            return "；".join(f"{k} {v}" for k, v in value.items() if v)
        if spec.kind is Kind.DATE:
            return date_text(dt.date.fromisoformat(str(value)))
        if spec.kind is Kind.COUNT and spec.unit == "级":
            return level_word(int(value))
        if spec.kind is Kind.REF:
            other = self._records.get(UUID(str(value)))
            return _name(other) if other else ""
        unit = spec.unit if not key or key == "value" else ""
        return f"{value} {unit}".strip()


def _plain(held: list[Cite]) -> bool:
    """Whether of an answer nothing but its options or its level is asked for."""
    return held[0].form == "answer" and all(each.path in ("chosen", "level") for each in held)


def _apart(text: str) -> str:
    """With the space that stands on a screen between a Chinese character and a figure."""
    return f" {text}" if text[0].isascii() else text


def _is_row(held: list[Cite]) -> bool:
    """Whether it is one entry of a list; an answer is none, though there are many."""
    kind = forms().get(held[0].form)
    entry = kind is not None and not kind.single and held[0].form not in ("answer", "reply")
    return entry and held[0].path != LIST


def _name(record: Record | None) -> str:
    """What an entry goes by: its name, or the first text of its form."""
    if record is None:
        return ""
    if isinstance(record, Attachment | Photo):
        return str(getattr(record, "name", "") or record.filename)
    for name in ("name", "topic", "text", "content", "service", "title"):
        if isinstance(value := getattr(record, name, None), str) and value.strip():
            text = value.strip()
            return text if len(text) <= 40 else text[:40] + "…"
    return ""


def _paper(kind: type[Record]) -> str:
    """Where an entry is written: its table of annex 3, or what its form is called."""
    return kind.clause if kind.clause.startswith("附件") else kind.title


_PAGE_OF = {form: page.key for page in PAGES.values() for form in page.forms}


def _target(form: str, record: UUID | None = None, path: str = "") -> Target | None:
    """The page on which a form is filled in."""
    page = "enterprise" if form == "dossier" else _PAGE_OF.get(form)
    if page is None or page == "papers":
        return Target(page) if page else None
    return Target(page, record, "" if path == LIST else path)


def _weight(effort: Effort) -> int:
    return list(Effort).index(effort)
