"""The solution libraries of all dossiers: needs with their states, products, what to draft with."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from app.packs import load_advice
from forms.dossier import Dossier, Enterprise, File, LibraryEntry, NeedStep, Solution
from forms.errors import UserError
from forms.evaluation import Stage
from forms.library import NEED_STATES
from grading.library import (
    UNTRACKED,
    bare,
    has_need,
    home,
    listed_id,
    prefills,
    state_of,
)
from grading.sheet import sheet_of

if TYPE_CHECKING:
    from app.workbench import Workbench

R = TypeVar("R", LibraryEntry, Solution, NeedStep)


@dataclass(frozen=True, slots=True)
class StoredNeed:
    """One need of one dossier, where it stands in annex 1, and how far it has come since when."""

    dossier: UUID
    enterprise: str
    industry: str
    path: tuple[str, str, str]
    text: str
    state: str
    since: dt.date | None
    products: int


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product that libraries list; `dossiers` counts them."""

    name: str
    brief: str
    price: str
    vendor: str
    kind: str
    dossiers: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """Something to draft with: what it is, its name, its text, and whose it is."""

    kind: str
    name: str
    text: str
    source: str


def needs(bench: Workbench) -> list[StoredNeed]:
    """Every need of every dossier, in the order of annex 1, then of the enterprises' names."""
    library = bench.pack.library
    order = {s: n for n, s in enumerate(s for f in library for g in f.groups for s in g.scenes)}
    with bench.store.session() as session:
        owners = _owners(session)
        entries = [e for e in _in_view(session, LibraryEntry, owners) if has_need(e)]
        steps: dict[UUID | None, list[NeedStep]] = {}
        for step in _in_view(session, NeedStep, owners):
            steps.setdefault(step.parent_id, []).append(step)
        served: dict[UUID | None, int] = {}
        for product in _in_view(session, Solution, owners):
            served[product.parent_id] = served.get(product.parent_id, 0) + bool(
                product.name.strip()
            )
    found = []
    for entry in entries:
        name, industry = owners[entry.dossier_id]
        mine = steps.get(entry.id, [])
        stated = [step for step in mine if step.state]
        text = entry.own_need.strip() or entry.common_need.strip()
        found.append(
            StoredNeed(
                entry.dossier_id, name or "未命名企业", industry, home(library, entry), text,
                state_of(mine), stated[-1].date if stated else None, served.get(entry.id, 0),
            )
        )  # fmt: skip
    return sorted(found, key=lambda n: (order.get(n.path[2], len(order)), n.path, n.enterprise))


def count_rows(rows: Sequence[StoredNeed]) -> list[tuple[str, ...]]:
    """How many needs stand in which state, by industry and 三级场景, under COUNT_HEADS."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        place = row.industry or "未填行业", row.path[2] or "未命名场景"
        found.setdefault(place, Counter())[row.state] += 1
    return [
        (*place, *(str(states[s] or "") for s in (*NEED_STATES, UNTRACKED)), str(states.total()))
        for place, states in sorted(found.items(), key=lambda pair: pair[0][0])
    ]


def need_rows(rows: Sequence[StoredNeed]) -> list[tuple[str, ...]]:
    """Every need, under NEED_HEADS."""
    return [
        (
            *(row.enterprise, row.industry or "未填行业", row.path[2] or "未命名场景", row.text),
            *(row.state, row.since.isoformat() if row.since else "", str(row.products)),
        )
        for row in rows
    ]


def products(bench: Workbench) -> list[StoredProduct]:
    """The products of all dossiers, each once; by name."""
    with bench.store.session() as session:
        owners = _owners(session)
        shown = {e.id for e in _in_view(session, LibraryEntry, owners)}
        rows = [
            row
            for row in _in_view(session, Solution, owners)
            if row.name.strip() and (row.parent_id is None or row.parent_id in shown)
        ]
    held: dict[tuple[str, str, str, str, str], set[UUID]] = {}
    for row in rows:
        name, brief = row.name.strip(), row.brief.strip()
        key = (name, brief, row.price.strip(), row.vendor.strip(), row.kind)
        held.setdefault(key, set()).add(row.dossier_id)
    return [StoredProduct(*key, dossiers=len(where)) for key, where in sorted(held.items())]


def found(bench: Workbench, dossier: Dossier) -> list[Found]:
    """What there is to draft with: the dossier's needs, all dossiers' products, the pack's scenes.

    Words that nobody confirmed yet are not among them.
    """
    return list(_found(bench, dossier))


def _found(bench: Workbench, dossier: Dossier) -> Iterator[Found]:
    for entry in dossier.all(LibraryEntry):
        scene = home(bench.pack.library, entry)[2]
        for kind, text in (("企业个性需求", entry.own_need), ("行业共性需求", entry.common_need)):
            if text.strip() and not entry.drafted:
                yield Found(kind, bare(scene), text.strip(), "本档案")
        if entry.description.strip() and not entry.drafted:
            yield Found("场景描述", bare(scene), entry.description.strip(), "本档案")
    for product in products(bench):
        said = f"{product.name}（{product.vendor}）" if product.vendor else product.name
        text = f"{said}：{product.brief}" if product.brief else said
        price = f"，{product.price} 万元" if product.price else ""
        yield Found("产品", product.name, text, f"{product.dossiers} 份档案{price}")
    industry = dossier.one(Enterprise).industry
    for scene, link in load_advice(bench.pack.id).links.items():
        yield Found("场景", bare(scene), link.description, "改造建议库")
        yield Found("场景需求", bare(scene), f"企业需要{link.need}。", "改造建议库")
        if industry in link.industries:
            yield Found("行业特点", bare(scene), link.industries[industry], "改造建议库")


def prefill(bench: Workbench, dossier_id: UUID) -> int:
    """Draft 行业共性需求 and 场景描述 of the scenes below the target; how many there were.

    All in one transaction. UserError where no scene's level is known yet.
    """
    dossier = bench.dossier(dossier_id)
    table = bench.pack.instrument
    levels: dict[str, int] = {}
    for stage in (Stage.SELF, Stage.DIAGNOSIS):  # the diagnosis counts where it has an answer
        levels.update(sheet_of(dossier, stage, table).scenes)
    if not levels:
        raise UserError(
            "企业自评和水平评测都还没有判定应用场景等级，没有预填，请先完成其中一项的场景判定。"
        )
    drafts = prefills(dossier, bench.pack, load_advice(bench.pack.id), levels)
    blank = {home(bench.pack.library, e)[2]: e.id for e in dossier.all(LibraryEntry)}
    made = 0
    with bench.writing() as (session, log, records):
        log.seal(dossier_id)
        for each in drafts:
            record_id = blank.get(each.scene) or listed_id(dossier_id, each.scene)
            now = session.get(LibraryEntry, record_id)
            if now is not None and (
                now.withdrawn or now.common_need or now.own_need or now.description
            ):
                continue  # somebody wrote there since it was looked at, or wants none there
            texts: dict[str, Any] = {} if now is not None else {"scene": each.scene}
            texts |= {"common_need": each.common_need, "description": each.description}
            if now is None:
                place = records.place(dossier_id, "libraryentry", None, None)
                texts["position"] = place
            for path, value in (texts | {"drafted": True}).items():
                records.edit(dossier_id, "libraryentry", record_id, path, value)
            made += 1
        log.seal(dossier_id)
    return made


def _owners(session: Session) -> dict[UUID, tuple[str, str]]:
    """Name and industry of every dossier in view."""
    files = session.exec(select(File.id).where(col(File.withdrawn).is_(False))).all()
    known = {
        row.dossier_id: (row.name.strip(), row.industry.strip())
        for row in session.exec(select(Enterprise)).all()
    }
    return {each: known.get(each, ("", "")) for each in files}


def _in_view(session: Session, form: type[R], owners: Collection[UUID]) -> list[R]:
    rows = session.exec(
        select(form).where(col(form.withdrawn).is_(False)).order_by(col(form.position))
    ).all()
    return [row for row in rows if row.dossier_id in owners]
