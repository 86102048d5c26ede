"""An office's database with its folder, and laptops that exchange with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import shared_folder
from app.hub import Hub, prepare
from app.hub_exchange import exchange
from app.progress import Progress
from app.store import SCHEMA
from app.workbench import Workbench
from forms.dossier import Enterprise
from tests.postgres_kit import Server

Laptop = Callable[[str], Workbench]


@pytest.fixture(scope="module")
def _office(postgres: Server) -> str:
    """A prepared office database, to be copied by each test."""
    name = postgres.database()
    assert prepare(postgres.url(name)) == SCHEMA
    return name


@pytest.fixture
def address(postgres: Server, _office: str) -> str:
    return postgres.url(postgres.database(_office))


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "共享 文件夹"
    shared_folder.make(folder)
    return folder


@pytest.fixture
def hub(address: str, share: Path) -> Iterator[Hub]:
    made = Hub(address, share)
    yield made
    made.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made: list[Workbench] = []

    def laptop(name: str) -> Workbench:
        made.append(Workbench.open(tmp_path / name))
        made[-1].set_person(name)
        return made[-1]

    yield laptop
    for bench in made:
        bench.close()


def swapped(bench: Workbench, hub: Hub, *dossiers: UUID) -> Progress:
    """Exchange, expecting no trouble; the last word."""
    steps = list(exchange(bench, hub, dossiers or None))
    assert [step.trouble for step in steps if step.trouble] == []
    return steps[-1]


def enterprise(bench: Workbench, dossier_id: UUID) -> Enterprise:
    return bench.dossier(dossier_id).one(Enterprise)
