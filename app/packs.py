"""Reading the packs that come with the program."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from exporters.style import resource_path
from forms.advice import Advice, parse_advice
from forms.clauses import Clause, parse_clauses
from forms.eligibility import parse_pilot
from forms.instrument import Instrument
from forms.library import parse_library
from forms.pack import Pack, parse_batches, parse_mail, parse_platform, parse_rules
from forms.questions import parse_questions
from forms.survey import parse_survey
from forms.texts import parse_texts

DEFAULT_PACK = "changchun-2024"


@cache
def load_pack(name: str = DEFAULT_PACK) -> Pack:
    """One pack by its folder's name; ValueError where its data contradict themselves."""
    facts = _read(name, "pack.yaml")
    instrument = Instrument.parse(_read(name, "instrument.yaml"))
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
        rules=parse_rules(_read(name, "rules.yaml")),
        library=parse_library(_read(name, "library.yaml")),
        texts=parse_texts(_read(name, "texts.yaml")),
        platform=parse_platform(facts["platform"]),
        mail=parse_mail(facts["mail"]),
        pilot=parse_pilot(facts["pilot"], facts["sizes"]),
        survey=parse_survey(_read(name, "survey.yaml"), subjects),
        batches=parse_batches(facts["batches"]),
        retrofit_months=facts["retrofit"]["months"],
        retrofit_source=facts["retrofit"]["source"],
        questions=parse_questions(
            _read(name, "advice/questions.yaml"), subjects, facts["industries"]
        ),
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
        for file in ("product-supply", "production", "management")
        for row in _read(name, f"advice/scenes-{file}.yaml")
    ]
    return parse_advice(
        _read(name, "advice/items.yaml"),
        scenes,
        _read(name, "advice/library-links.yaml"),
        pack.instrument,
        pack.library,
        pack.industries,
    )


def _read(pack: str, name: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with resource_path("packs", pack, name).open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=loader)
