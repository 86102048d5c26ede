"""The packs that come with the program: reading them, and which of them a store is kept by.

A store has one pack. It is the default one unless another was asked for when the store was made.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from exporters.style import resource_path
from forms.advice import Advice, parse_advice
from forms.areas import parse_areas
from forms.clauses import Clause, parse_clauses
from forms.eligibility import parse_pilot
from forms.errors import UserError
from forms.instrument import Instrument
from forms.library import parse_library
from forms.outline import parse_outline
from forms.pack import Pack, layered, parse_batches, parse_mail, parse_platform, parse_rules
from forms.questions import parse_questions
from forms.survey import parse_survey
from forms.texts import parse_texts

if TYPE_CHECKING:
    from app.store import Store

DEFAULT_PACK = "changchun-2024"
_SETTING = "pack"


@cache
def load_pack(name: str = DEFAULT_PACK) -> Pack:
    """One pack by its folder's name; ValueError where its data contradict themselves."""
    facts = _read(name, "pack.yaml")
    instrument = Instrument.parse(_read(name, "instrument.yaml"))
    outline = parse_outline(_read(name, "outline.yaml"), instrument)
    subjects = {item.name for item in instrument.items}
    subjects |= {scene.name for scene in instrument.scenes}
    return Pack(
        id=facts["id"],
        title=facts["title"],
        document=facts["document"],
        issued=str(facts["issued"]),
        bureau=facts["bureau"],
        bureau_email=facts["bureau_email"],
        city=facts["city"],
        districts=tuple(facts["districts"]),
        industries=tuple(facts["industries"]),
        term_days=facts["term_days"],
        fence_m=facts["fence_m"],
        instrument=instrument,
        figures=_read(name, "figures.yaml"),
        rules=parse_rules(_rules(name, facts)),
        library=parse_library(_read(name, "library.yaml")),
        texts=parse_texts(_read(name, "texts.yaml")),
        platform=parse_platform(facts["platform"]),
        mail=parse_mail(facts["mail"]),
        pilot=parse_pilot(facts["pilot"], facts["sizes"]),
        survey=parse_survey(_read(name, "survey.yaml"), subjects),
        outline=outline,
        areas=parse_areas(_read(name, "areas.yaml"), instrument),
        drafts=facts["drafts"],
        cites=facts.get("cites", {}),
        batches=parse_batches(facts["batches"]),
        retrofit_months=facts["retrofit"]["months"],
        retrofit_source=facts["retrofit"]["source"],
        questions=parse_questions(
            _read(name, "advice/questions.yaml"), subjects, facts["industries"], outline
        ),
    )


def pack_of(store: Store, asked: str = "") -> Pack:
    """The pack that a store is kept by; a new store takes the one asked for, by name or by
    ZHENGAI_PACK. UserError where there is none such, or the store is kept by another one."""
    asked = asked or os.environ.get("ZHENGAI_PACK", "")
    held = store.setting(_SETTING)
    if not held and store.rows("SELECT 1 FROM dossier LIMIT 1", {}):
        held = DEFAULT_PACK
    name = held or asked or DEFAULT_PACK
    if name not in known_packs():
        raise UserError(
            f"本机没有方案包“{name[:60]}”，现有{'、'.join(known_packs())}，数据未动，"
            "请核对名称，或安装含有该方案包的程序。"
        )
    pack = load_pack(name)
    if asked not in ("", name):
        raise UserError(
            f"这个数据文件夹按“{pack.title}”（{name}）建立，不能按方案包“{asked[:60]}”打开，"
            "数据未动，请换一个数据文件夹，或不再指定方案包。"
        )
    if name not in (held, DEFAULT_PACK):
        store.set_setting(_SETTING, name)
    return pack


def check_same(pack: Pack, other: str, what: str, rest: str) -> None:
    """UserError where a dossier that comes is of another pack than the store's; "" is none."""
    if other and other != pack.id:
        title = load_pack(other).title if other in known_packs() else other[:60]
        raise UserError(
            f"{what}按“{title}”编制，这个数据文件夹用“{pack.title}”，{rest}，"
            "请用按该方案建立的数据文件夹收取。"
        )


def known_packs() -> tuple[str, ...]:
    """The names of the packs that come with the program."""
    return tuple(sorted(path.parent.name for path in resource_path("packs").glob("*/pack.yaml")))


@cache
def load_clauses(name: str = DEFAULT_PACK) -> dict[str, Clause]:
    """What a pack's rules cite, in full, which only 帮助 needs; ValueError as above."""
    return parse_clauses(_read(name, "clauses.yaml"))


@cache
def load_advice(name: str = DEFAULT_PACK) -> Advice:
    """A pack's advice, which only drafting and the way to a level need; ValueError as above."""
    pack = load_pack(name)
    scenes = [
        row
        for path in sorted(resource_path("packs", name, "advice").glob("scenes*.yaml"))
        for row in _read(name, f"advice/{path.name}")
    ]
    return parse_advice(
        _read(name, "advice/items.yaml"),
        scenes,
        _read(name, "advice/library-links.yaml"),
        pack.instrument,
        pack.library,
        pack.industries,
    )


def _rules(name: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a pack's rules, over those of the pack that it takes the others from."""
    own, base = _read(name, "rules.yaml"), facts.get("rules_from")
    return layered(_read(base, "rules.yaml"), own, facts) if base else own


def _read(pack: str, name: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with resource_path("packs", pack, name).open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=loader)
