"""Colleagues' laptops, and bundles that go between them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from app.exchange import dump
from app.handing_out import pack
from app.keys import new_keys
from app.merging import Taken, arrived
from app.progress import Progress
from app.workbench import Workbench
from forms.dossier import Enterprise
from forms.record import single_id

Make = Callable[[str], Workbench]


@contextmanager
def laptops(folder: Path) -> Iterator[Make]:
    """Laptops by the name of who works at them, closed afterwards."""
    made: list[Workbench] = []

    def laptop(person: str) -> Workbench:
        bench = Workbench.open(folder / person, keys=new_keys())
        bench.set_person(person)
        made.append(bench)
        return bench

    yield laptop
    for bench in made:
        bench.close()


def bundle_of(bench: Workbench, dossier_id: UUID, folder: Path, **more: object) -> Path:
    folder.mkdir(exist_ok=True)
    steps = list(pack(bench, dossier_id, folder, **more))  # type: ignore[arg-type]
    made = steps[-1].made
    assert made is not None and not [step.trouble for step in steps if step.trouble]
    return made


def taken(bench: Workbench, path: Path, choices: object = None) -> Taken:
    def run() -> Iterator[Progress]:
        found.append((yield from arrival.take(choices)))  # type: ignore[arg-type]

    found: list[Taken] = []
    with arrived(bench, path) as arrival:
        list(run())
    return found[0]


def say(bench: Workbench, dossier: UUID, field: str, value: object) -> None:
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), field, value)
    bench.seal(dossier)


def profile(bench: Workbench, dossier: UUID) -> Enterprise:
    return bench.dossier(dossier).one(Enterprise)


def text(bench: Workbench, dossier: UUID) -> str:
    return json.dumps(dump(bench.dossier(dossier)), ensure_ascii=False, sort_keys=True)
