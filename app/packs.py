"""The packs that come with the program: reading them, and which of them a store is kept by.

A store has one pack. It is the default one unless another was asked for when the store was made.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
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
from forms.papers import called
from forms.questions import parse_questions
from forms.survey import parse_survey
from forms.texts import parse_texts

if TYPE_CHECKING:
    from app.store import Store

DEFAULT_PACK = "changchun-2024"
_SETTING = "pack"
_OF_PACK = (
    *("pack.yaml", "instrument.yaml", "figures.yaml", "rules.yaml", "outline.yaml"),
    *("areas.yaml", "library.yaml", "survey.yaml", "texts.yaml", "advice/questions.yaml"),
)


@cache
def load_pack(name: str = DEFAULT_PACK) -> Pack:
    """One pack by its folder's name; ValueError where its data contradict themselves."""
    files = {file: read_shipped(name, file) for file in _OF_PACK}
    base = files["pack.yaml"].get("rules_from")
    return pack_in(files, read_shipped(base, "rules.yaml") if base else [])


def pack_in(files: Mapping[str, Any], base: list[dict[str, Any]]) -> Pack:
    """The pack of decoded files; `base` are the rules of the pack that `rules_from` names."""
    facts, rules = files["pack.yaml"], files["rules.yaml"]
    instrument = Instrument.parse(files["instrument.yaml"])
    outline = parse_outline(files["outline.yaml"], instrument)
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
        figures=files["figures.yaml"],
        rules=parse_rules(layered(base, rules, facts) if base else rules),
        library=parse_library(files["library.yaml"]),
        texts=parse_texts(files["texts.yaml"]),
        platform=parse_platform(facts["platform"]),
        mail=parse_mail(facts["mail"]),
        pilot=parse_pilot(facts["pilot"], facts["sizes"]),
        survey=parse_survey(files["survey.yaml"], subjects),
        outline=outline,
        areas=parse_areas(files["areas.yaml"], instrument),
        drafts=facts["drafts"],
        cites=facts.get("cites", {}),
        papers=called(facts.get("papers", {}), instrument.items_name, instrument.scenes_name),
        batches=parse_batches(facts["batches"]),
        retrofit_months=facts["retrofit"]["months"],
        retrofit_source=facts["retrofit"]["source"],
        questions=parse_questions(
            files["advice/questions.yaml"], subjects, facts["industries"], outline
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
    return parse_clauses(read_shipped(name, "clauses.yaml"))


@cache
def load_advice(name: str = DEFAULT_PACK) -> Advice:
    """A pack's advice, which only drafting and the way to a level need; ValueError as above."""
    folder = resource_path("packs", name, "advice")
    scenes = [f"advice/{path.name}" for path in sorted(folder.glob("scenes*.yaml"))]
    files = ("advice/items.yaml", "advice/library-links.yaml", *scenes)
    return advice_in({file: read_shipped(name, file) for file in files}, load_pack(name))


def advice_in(files: Mapping[str, Any], pack: Pack) -> Advice:
    """The advice of decoded files."""
    return parse_advice(
        files["advice/items.yaml"],
        [row for file in files if file.startswith("advice/scenes") for row in files[file]],
        files["advice/library-links.yaml"],
        pack.instrument,
        pack.library,
        pack.industries,
    )


def read_shipped(pack: str, name: str) -> Any:
    """The values of one file of a pack that comes with the program."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with resource_path("packs", pack, name).open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=loader)
