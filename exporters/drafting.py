"""Drafting the report's prose: sentences formed from facts, each with what it rests on.

A section's drafter reads the dossier through a `Teller`, which notes every fact that is asked for,
and says sentences; what was asked for since the last sentence is what the next one cites. So no
drafter can forget a cite, and a fact that changes marks the paragraphs that rest on it and no
other. Nothing here is chance: the same dossier drafts the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from exporters.source import Source
from forms.advice import Advice, Counsel, ItemAdvice, SceneLink, StepAdvice
from forms.dossier import Answer, Enterprise, Reply, RouteMeasure
from forms.evaluation import Stage
from forms.fields import chosen
from forms.instrument import Item
from forms.record import Record, form_of
from grading.chosen import reaches, route_steps, way_of
from grading.cites import ADVICE, LIST, Cite, at, entries, fact
from grading.score import Grade
from grading.sheet import sheet_of
from grading.ways import Measure, Way, pack_costs, ways

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence with its cites. `lent` is how many of its characters are the pack's own."""

    text: str
    cites: tuple[Cite, ...]
    lent: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted paragraph: its section, a key of its own there, and its sentences."""

    section: str
    key: str
    sentences: tuple[Told, ...]

    @property
    def text(self) -> str:
        """The paragraph."""
        return "".join(told.text for told in self.sentences)

    @property
    def cites(self) -> tuple[Cite, ...]:
        """What it rests on, each fact once, in order."""
        return tuple(dict.fromkeys(cite for told in self.sentences for cite in told.cites))


Drafter = Callable[["Teller"], None]
"""Tells the paragraphs of one section, or none where the facts do not suffice."""


class Teller:
    """What a drafter reads facts with and writes sentences into."""

    def __init__(self, source: Source, advice: Advice, section: str) -> None:
        self.pack = source.pack
        self.section = section
        self._source, self._advice = source, advice
        self._noted: list[Cite] = []
        self._sentences: list[Told] = []
        self._drafts: list[Draft] = []

    # -- facts ------------------------------------------------------------------------------------

    def value(self, record: Record, path: str) -> Any:
        """A field of a record, by its path (`revenue.value`); "" or None where it is not there."""
        self._note(form_of(record), record.id, path, at(record, path))
        return at(record, path)

    def text(self, record: Record, path: str) -> str:
        """A field as text without spaces around it."""
        found = self.value(record, path)
        return "" if found is None else str(found).strip()

    def one(self, form: type[R]) -> R:
        """The only record of a single form; its fields are then asked for by `value`."""
        return self._source.dossier.one(form)

    def rows(self, form: type[R], parent: UUID | None = None) -> list[R]:
        """The entries of a list; which there are is noted, their fields are asked for singly."""
        found = entries(self._source.dossier, form, parent)
        self._note(form_of(form), parent, LIST, [str(row.id) for row in found])
        return found

    @property
    def industry(self) -> str:
        """The enterprise's industry; "" where it is none of the pack's."""
        named = self.text(self.one(Enterprise), "industry")
        return named if named in self.pack.industries else ""

    def reply(self, question: str) -> Reply:
        """The reply to a question, by its key; its fields are then asked for by `value`."""
        return self._source.dossier.reply(question)

    def options(self, item: str, stage: Stage = Stage.DIAGNOSIS) -> frozenset[str]:
        """The letters chosen for an item."""
        answer = self._answer(item, stage, "chosen")
        return frozenset(chosen(answer.chosen))

    def level(self, scene: str, stage: Stage = Stage.DIAGNOSIS) -> int | None:
        """A scene's level; None where it was not judged."""
        return self._answer(scene, stage, "level").level

    def figure(self, item: str, key: str, stage: Stage = Stage.DIAGNOSIS) -> str:
        """A figure typed beside an item; "" where there is none."""
        answer = self._answer(item, stage, f"figures.{key}")
        return str(answer.figures.get(key) or "").strip()

    def note(self, subject: str, stage: Stage = Stage.DIAGNOSIS) -> str:
        """What the consultant noted on the shop floor about an item or a scene."""
        return self._answer(subject, stage, "note").note.strip()

    def reason(self, subject: str, stage: Stage = Stage.DIAGNOSIS) -> str:
        """Why the answer departs from the self-assessment or from what the figures propose."""
        return self._answer(subject, stage, "reason").reason.strip()

    def _answer(self, subject: str, stage: Stage, path: str) -> Answer:
        answer = self._source.dossier.answer(stage, subject)
        self._note("answer", answer.id, path, at(answer, path))
        return answer

    def item_points(self, item: Item, stage: Stage = Stage.DIAGNOSIS) -> int:
        """What an item earns, in thousandths; notes the answer that it follows from."""
        self.options(item.name, stage)
        return self._source.grades[stage].items[item.name]

    def points(self, items: Iterable[Item], stage: Stage = Stage.DIAGNOSIS) -> int:
        """What several items earn together, in thousandths."""
        return sum(self.item_points(item, stage) for item in items)

    def grade(self, stage: Stage = Stage.DIAGNOSIS) -> Grade:
        """The whole judgement of a stage; notes every answer that it follows from."""
        for item in self.pack.instrument.items:
            self.options(item.name, stage)
        for scene in self.pack.instrument.scenes:
            self.level(scene.name, stage)
        return self._source.grades[stage]

    def ways(self, level: int) -> list[Way]:
        """The ways to a level by the pack's efforts, the cheapest first.

        Nothing is noted: they rest on all answers, a sentence on those of the measures it names.
        """
        instrument = self.pack.instrument
        sheet = sheet_of(self._source.dossier, Stage.DIAGNOSIS, instrument)
        return ways(instrument, sheet, level, pack_costs(self._advice))

    def route(self, level: int) -> Way | None:
        """The route that was chosen, where it leads to a level; nothing is noted, as with ways."""
        steps = route_steps(self._source.dossier)
        instrument = self.pack.instrument
        sheet = sheet_of(self._source.dossier, Stage.DIAGNOSIS, instrument)
        way = way_of(instrument, sheet, level, pack_costs(self._advice), steps) if steps else None
        return way if way is not None and reaches(instrument, sheet, way) else None

    def route_row(self, measure: Measure) -> None:
        """Note the row by which a measure stands in the chosen route, where it does."""
        for row in self._source.dossier.all(RouteMeasure):
            if (row.subject, row.key) == (measure.subject, measure.key):
                self.value(row, "key")

    def links(self) -> list[tuple[str, SceneLink]]:
        """The pack's advice on annex 1, to choose from; nothing is noted until `link` is asked."""
        return list(self._advice.links.items())

    def link(self, name: str) -> SceneLink:
        """The pack's advice on a 三级场景 of annex 1."""
        self._note(ADVICE, None, name, name)
        return self._advice.links[name]

    def item_advice(self, item: str) -> ItemAdvice:
        """The pack's advice on an item."""
        self._note(ADVICE, None, item, item)
        return self._advice.items[item]

    def step_advice(self, scene: str, level: int) -> StepAdvice:
        """The pack's advice on the step of a scene to a level."""
        self._note(ADVICE, None, f"{scene}/{level}", level)
        return self._advice.steps[scene, level]

    def trade(self, counsel: Counsel) -> str:
        """What is particular to the enterprise's industry; "" where that is not known."""
        return counsel.industries.get(self.industry, "")

    def _note(self, form: str, record: UUID | None, path: str, value: Any) -> None:
        self._noted.append(Cite(form, record, path, fact(value)))

    # -- writing ----------------------------------------------------------------------------------

    def say(self, text: str, lent: Sequence[str] = ()) -> None:
        """A sentence that rests on what was asked for since the last one.

        `lent` are the parts of it that are the pack's own words.
        """
        cites = tuple(dict.fromkeys(self._noted))
        self._sentences.append(Told(text, cites, sum(map(len, lent))))
        self._noted = []

    def forget(self) -> None:
        """What was asked for and led to no sentence rests under nothing."""
        self._noted = []

    def end(self, key: str) -> None:
        """End the paragraph; one without a sentence is none."""
        self.forget()
        if self._sentences:
            self._drafts.append(Draft(self.section, key, tuple(self._sentences)))
        self._sentences = []

    def drafts(self) -> list[Draft]:
        """The paragraphs so far."""
        return list(self._drafts)


def draft(source: Source, advice: Advice, drafters: dict[str, Drafter]) -> list[Draft]:
    """Every paragraph that follows from the dossier, by the report's sections in order."""
    found: list[Draft] = []
    for section, drafter in drafters.items():
        teller = Teller(source, advice, section)
        drafter(teller)
        found += teller.drafts()
    return found
