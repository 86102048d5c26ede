"""What every test stands on: no screen, nobody's own data, and no warning overlooked."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.keys import Keys
    from tests.postgres_kit import Server

ROOT = Path(__file__).resolve().parent.parent

# All this must be in place before Qt, keyring or the program is first imported.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# A test must neither read nor fill the keyring of the person who runs it.
os.environ["PYTHON_KEYRING_BACKEND"] = "tests.keyring_kit.Keyring"
os.environ.pop("ZHENGAI_PASSPHRASE", None)
if "PYTEST_XDIST_WORKER" in os.environ:
    # Networks that each take all processors wait for one another most of the time.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
# Else each of the many processes that tests start would compile the whole program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def _bundled_fonts_only() -> None:
    """Have Linux's fontconfig know the bundled fonts alone: the same widths on every machine."""
    folder = ROOT / ".pytest_cache" / "fontconfig"
    folder.mkdir(parents=True, exist_ok=True)
    config = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"<dir>{ROOT / 'resources' / 'fonts'}</dir><cachedir>{folder / 'cache'}</cachedir>"
        "</fontconfig>"
    )
    written = folder / f"{os.getpid()}.conf"
    written.write_text(config, "utf-8")
    # In one step, since the other test process may be reading it.
    written.replace(folder / "fonts.conf")
    os.environ["FONTCONFIG_FILE"] = str(folder / "fonts.conf")


_bundled_fonts_only()

# The machine is shared and slow at times: no deadline. Where nobody looks on, the same examples
# each time, and what to paste in order to see a failure again.
hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.register_profile(
    "ci", deadline=None, print_blob=True, derandomize=True, database=None
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share what their module makes on one process, lest each makes it.

    xdist begins with the groups that hold the most tests, so that none is left for the end. A
    fixture named with a leading underscore makes nothing, and binds no test.
    """
    for item in items:
        if not isinstance(item, pytest.Function) or item.get_closest_marker("xdist_group"):
            continue
        made = item._fixtureinfo.name2fixturedefs
        if any(made[name][-1].scope == "module" for name in made if not name.startswith("_")):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__.rpartition(".")[2]))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test at whose putting away Qt warns: pytest-qt listens to the end of the test alone,
    and what windows and threads leave undone shows when they go."""
    if "PySide6.QtCore" not in sys.modules:
        return (yield)
    from pytestqt.logging import _QtMessageCapture

    heard = _QtMessageCapture(item.config.getini("qt_log_ignore"))  # type: ignore[no-untyped-call]
    heard._start()  # type: ignore[no-untyped-call]
    try:
        result = yield
        if (rubbish := sys.modules.get("widgets.rubbish")) is not None:
            rubbish.collect_due()  # few tests turn the loop in which it would be
    finally:
        heard._stop()  # type: ignore[no-untyped-call]
    told = [each for each in heard.records if each.matches_level("WARNING") and not each.ignored]
    if told:
        pytest.fail(
            "Qt said afterwards:\n" + "\n".join(each.message for each in told), pytrace=False
        )
    return result


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own, not yet there, with a name that code trips over."""
    folder = tmp_path / "数据 folder"
    monkeypatch.setenv("ZHENGAI_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def keys() -> Keys:
    """The keys of every new store, so that one may be a copy of another."""
    from app.keys import Keys

    return Keys(bytes(range(32)))


@pytest.fixture(autouse=True, scope="session")
def _keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A keyring of this process's own: stores that tests share outlive each of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHENGAI_TEST_KEYRING", str(tmp_path_factory.mktemp("keyring") / "held.json"))
        yield


@pytest.fixture(scope="module")
def _kept_workers() -> Iterator[None]:
    """For modules whose tests each read photos: the reader's models are loaded once."""
    from tests.kept_workers import kept_workers

    with kept_workers():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server of this process's own; the test is skipped where none can be had."""
    from tests.postgres_kit import running

    with running() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Path:
    """An empty database, made by the migrations once for all tests of this process."""
    from app.migrations import upgrade

    database = tmp_path_factory.mktemp("migrated") / "empty.db"
    upgrade(database, keys)
    return database


@pytest.fixture(autouse=True, scope="session")
def _new_stores_are_copies(migrated: Path, keys: Keys) -> Iterator[None]:
    """Spare each new store, also those that a module shares, the second that making its tables
    takes."""
    from app import migrations
    from app.database import connect

    real = migrations.upgrade

    def upgrade(database: Path, with_keys: Keys, revision: str = "head") -> None:
        if revision != "head" or database.exists():
            return real(database, with_keys, revision)
        shutil.copyfile(migrated, database)
        if with_keys != keys:
            with closing(connect(database, keys)) as raw:
                raw.execute(f"PRAGMA rekey = \"x'{with_keys.database}'\"").close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "upgrade", upgrade)
        patch.setattr("app.keys.new_keys", lambda: keys)
        yield


@pytest.fixture(autouse=True, scope="session")
def _statements_are_compiled_once() -> Iterator[None]:
    """Let all stores of this process share SQLAlchemy's compiled statements, which each engine
    keeps for itself: a test's new store would compile the forms' thirty queries anew."""
    import sqlmodel

    compiled: dict[Any, Any] = {}
    from sqlcipher3 import dbapi2

    first = sqlmodel.create_engine("sqlite://", module=dbapi2)
    first.connect().close()  # the dialect asks its first connection what the driver can do

    def create_engine(url: str, **more: Any) -> Engine:
        engine = sqlmodel.create_engine(url, **more)
        engine.dialect = first.dialect  # the statements are kept by their dialect
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.engine.create_engine", create_engine)
        yield
    first.dispose()


@pytest.fixture(autouse=True)
def _no_unexpected_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test that logged a warning or worse, unless marked `allow_log(pattern)`."""
    yield
    allowed = [mark.args[0] for mark in request.node.iter_markers("allow_log")]
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    unexpected = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for record in records
        if record.levelno >= logging.WARNING
        and not any(re.search(pattern, record.getMessage()) for pattern in allowed)
    ]
    if unexpected:
        pytest.fail("logged, but not expected:\n" + "\n".join(unexpected), pytrace=False)
