"""The start: what is loaded before the list shows, how long it takes, and what waits meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.process_age import age_ms
from app.workbench import Workbench
from main import _for_window
from tests.keyring_kit import without_keyring
from tests.window_kit import click, fresh_store, started
from widgets.waiting import Waiting

ROOT = Path(__file__).resolve().parent.parent
PASSPHRASE = "correct horse"
#: Says, once the list shows, which of these were loaded by then; then the program ends.
PROBE = """
import sys
sys.path.insert(0, {root!r})
from widgets.application import Program
program = Program(sys.argv[1:])
late = ("sqlalchemy", "sqlmodel", "alembic", "keyring", "exporters", "yaml", "docx", "numpy")
def told():
    print([name for name in late if name in sys.modules])
    program.window.close()
program.listed.connect(told)
program.begin()
sys.exit(program.app.exec())
"""


def run(*words: str, passphrase: str = PASSPHRASE) -> subprocess.CompletedProcess[str]:
    own = {"ZHENGAI_PASSPHRASE": passphrase, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=os.environ | own, timeout=120
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store under a passphrase, with a dossier."""
    folder = tmp_path_factory.mktemp("start") / "data"
    with without_keyring():
        bench = Workbench.open(folder, PASSPHRASE)
        bench.create("Factory")
        bench.close()
    return folder


def test_the_start_is_measured_and_the_program_ends(store: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(PASSPHRASE, "utf-8")
    options = ("--measure-start", f"--data={store}", "--passphrase-file", str(secret))
    done = run("main.py", *options, passphrase="")
    assert done.returncode == 0, done.stderr
    # What Qt's window system without a screen says about itself is no warning of the program's.
    said = [each for each in done.stderr.splitlines() if "This plugin does not" not in each]
    assert said == []
    figures = json.loads(done.stdout)
    assert list(figures) == ["first_paint_ms", "usable_ms"]
    assert 0 < figures["first_paint_ms"] < figures["usable_ms"] < 120_000
    # It was closed as it should be: the next start need not look through everything.
    assert not list(store.glob("vault-*/open"))


def test_a_start_that_cannot_open_the_data_says_so(store: Path) -> None:
    done = run("main.py", "--measure-start", "--data", str(store), passphrase="wrong horse")
    assert done.returncode == 2 and "口令或恢复密钥不对" in done.stderr and done.stdout == ""


def test_the_list_shows_before_the_libraries_are_loaded(store: Path) -> None:
    options = ("--measure-start", "--data", str(store))
    done = run("-c", PROBE.format(root=str(ROOT)), *options)
    assert done.stdout.splitlines()[0] == "[]", done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("", True),
        ("--data d", True),
        ("--data=d", True),
        ("--measure-start --data d --passphrase-file f", True),
        ("--passphrase-file f", False),
        ("--data", False),
        ("--data d list", False),
        ("list --data d", False),
        ("--measure-start=1", False),
        ("--measure-start list", False),
        ("a.zip b.zip.age", True),
        ("--data d A.ZIP", True),
        ("verify a.zip", False),
    ],
)
def test_the_window_takes_its_own_words_alone(words: str, window: bool) -> None:
    assert _for_window(words.split()) is window


def test_a_process_knows_its_age() -> None:
    first, second = age_ms(), age_ms()
    assert 0 < first <= second < 86_400_000


def test_what_is_asked_for_too_early_is_done_once_and_the_last_counts() -> None:
    waiting, done = Waiting(), list[str]()
    slot = waiting.slot(done.append)
    slot("first")
    slot("last")
    assert done == []
    waiting.end()
    assert done == ["last"]
    slot("at once")
    assert done == ["last", "at once"]


def test_what_was_typed_too_early_is_kept_whatever_is_asked_for_after_it() -> None:
    waiting, done = Waiting(), list[str]()
    typed, go = waiting.slot(done.append, typed=True), waiting.slot(done.append)
    go("dropped")
    typed("name")
    assert waiting.typed
    go("first")
    go("last")
    typed("firm")
    waiting.end()
    assert done == ["name", "last", "firm"] and not waiting.typed


def test_a_window_closed_before_the_workbench_is_there_keeps_what_was_typed(
    qtbot: QtBot, data_folder: Path
) -> None:
    fresh_store(data_folder)
    with started(data_folder) as program:

        def type_and_leave() -> None:
            home = program.window.home
            assert home is not None and program.window.bench is None
            for band, words in ((home.name_band, "李示例"), (home.new_band, "示例·早填公司")):
                band.ask()
                band.field.setText(words)
                click(band.button)
            assert not program.window.close()  # not yet

        program.listed.connect(type_and_leave)
        qtbot.waitUntil(lambda: program.window.gone, timeout=30_000)
    bench = Workbench.open(data_folder)
    assert [each.name for each in bench.summaries()] == ["示例·早填公司"]
    assert bench.person == "李示例"
    bench.close()
