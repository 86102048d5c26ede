"""The rooms' walls: who may import whom, who may open what, how long things may get.

The sources are read, not run: an import inside a function or under TYPE_CHECKING counts as well.
Each check is a function of a folder, and is first shown a folder that breaks it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: From the top down: a room imports itself and those to its right.
ROOMS = ("main", "widgets", "app", "exporters", "grading", "forms")
MAX_FILE, MAX_FUNCTION = 400, 50

#: All on one process, lest each reads all sources.
pytestmark = pytest.mark.xdist_group("architecture")

PURE = {"forms", "grading"}
#: Modules that reach outside the process.
OUTSIDE = {
    *("os", "io", "pathlib", "shutil", "tempfile", "glob", "subprocess", "multiprocessing"),
    *("socket", "ssl", "urllib", "http", "smtplib", "sqlite3", "filelock", "platformdirs"),
}
#: Of SQLModel and SQLAlchemy, what talks to a database rather than describes a table.
DATABASE = {"create_engine", "Engine", "Session", "sessionmaker", "event", "text"}
READS = {"open", "read_text", "read_bytes"}
WRITES = {"write_text", "write_bytes", "mkdir", "unlink", "rmdir"}


@cache
def _sources(root: Path) -> tuple[tuple[str, Path, ast.Module], ...]:
    """Each production file as (dotted module name, path, tree)."""
    found = []
    paths = [root / "main.py", *(p for room in ROOMS[1:] for p in (root / room).rglob("*.py"))]
    for path in filter(Path.exists, sorted(paths)):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append((name, path, ast.parse(path.read_text("utf-8"), str(path))))
    return tuple(found)


@cache
def _imports(module: str, path: Path, tree: ast.Module) -> tuple[tuple[int, str, str], ...]:
    """Each import as (line, module, name taken from it or ""), relative ones made absolute."""
    return tuple(_found_imports(module, path, tree))


def _found_imports(module: str, path: Path, tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            yield from ((node.lineno, base, alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))  # a.b.it() or it()
            first = node.args[0]
            if called in {"import_module", "__import__"} and isinstance(first, ast.Constant):
                yield node.lineno, str(first.value), ""


def _without_types(tree: ast.Module) -> ast.Module:
    """The module without its `if TYPE_CHECKING:` blocks."""
    body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"))
    ]
    return ast.Module(body, tree.type_ignores)


def wrong_arrows(root: Path) -> list[str]:
    """Imports that go up, and imports of tests or resources by the program."""
    found = []
    for module, path, tree in _sources(root):
        room = module.split(".")[0]
        for line, target, _ in _imports(module, path, tree):
            other = target.split(".")[0]
            if other in {"tests", "resources"} or (
                other in ROOMS and ROOMS.index(other) < ROOMS.index(room)
            ):
                found.append(f"{path.relative_to(root)}:{line} {room} imports {target}")
    return found


def qt_outside_widgets(root: Path) -> list[str]:
    """Only widgets/ knows Qt."""
    return [
        f"{path.relative_to(root)}:{line} imports {target}"
        for module, path, tree in _sources(root)
        for line, target, _ in _imports(module, path, tree)
        if target.split(".")[0] in {"PySide6", "shiboken6"} and module.split(".")[0] != "widgets"
    ]


def databases_outside_app(root: Path) -> list[str]:
    """Only app/ opens the database and the keyring; forms/ may describe tables."""
    found = []
    for module, path, tree in _sources(root):
        if module.split(".")[0] == "app":
            continue
        for line, target, name in _imports(module, path, tree):
            top = target.split(".")[0]
            if top in {"sqlite3", "alembic", "keyring"} or (
                top in {"sqlalchemy", "sqlmodel"} and name in DATABASE
            ):
                found.append(f"{path.relative_to(root)}:{line} takes {name} from {target}")
    return found


def files_outside_app(root: Path) -> list[str]:
    """forms/ and grading/ touch no file; exporters/ and widgets/ only read what they are given."""
    found = []
    for module, path, tree in _sources(root):
        room = module.split(".")[0]
        if room in {"app", "main"}:
            continue
        if room in PURE:
            found += [
                f"{path.relative_to(root)}:{line} imports {target}"
                for line, target, _ in _imports(module, path, tree)
                if target.split(".")[0] in OUTSIDE
            ]
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            plain = isinstance(node.func, ast.Name) and node.func.id == "open"
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if plain or method in WRITES or (room in PURE and method in READS):
                found.append(f"{path.relative_to(root)}:{node.lineno} {ast.unparse(node.func)}()")
    return found


def import_cycles(root: Path) -> list[str]:
    """Groups of modules that need one another at run time, be it lazily; types alone may."""
    sources = [(module, path, _without_types(tree)) for module, path, tree in _sources(root)]
    known = {module for module, _, _ in sources}
    needs: dict[str, set[str]] = {}
    for module, path, tree in sources:
        targets = set()
        for _, target, name in _imports(module, path, tree):
            whole = f"{target}.{name}"
            targets.add(whole if whole in known else target)
        needs[module] = (targets & known) - {module}

    def reachable(start: str) -> set[str]:
        seen: set[str] = set()
        todo = list(needs[start])
        while todo:
            if (step := todo.pop()) not in seen:
                seen.add(step)
                todo += needs[step]
        return seen

    far = {module: reachable(module) for module in needs}
    groups = {tuple(sorted(b for b in far[a] if a in far[b])) for a in needs if a in far[a]}
    return [" ↔ ".join(group) for group in sorted(groups)]


def too_long(root: Path) -> list[str]:
    """Files and functions past the limits; migrations are written by Alembic and never touched."""
    found = []
    for module, path, tree in _sources(root):
        if module.startswith("app.migrations.versions."):
            continue
        lines = len(path.read_text("utf-8").splitlines())
        if lines > MAX_FILE:
            found.append(f"{path.relative_to(root)} has {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MAX_FUNCTION:
                    found.append(
                        f"{path.relative_to(root)}:{node.lineno} {node.name} has {length} lines"
                    )
    return found


@pytest.fixture(scope="module", autouse=True)
def _sources_are_forgotten() -> Iterator[None]:
    """The trees of all sources take 200 MB, which the process would hold to the end."""
    yield
    _sources.cache_clear()
    _imports.cache_clear()


CHECKS = (
    wrong_arrows,
    qt_outside_widgets,
    databases_outside_app,
    files_outside_app,
    import_cycles,
    too_long,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_program_keeps_to(check: Callable[[Path], list[str]]) -> None:
    assert _sources(ROOT)
    assert check(ROOT) == []


BROKEN: list[tuple[Callable[[Path], list[str]], dict[str, str]]] = [
    (wrong_arrows, {"forms/a.py": "import grading.score"}),
    (wrong_arrows, {"grading/a.py": "def f():\n    from app import store"}),
    (wrong_arrows, {"app/a.py": "from importlib import import_module\nimport_module('widgets.x')"}),
    (wrong_arrows, {"exporters/sub/a.py": "import main"}),
    (wrong_arrows, {"app/a.py": "from tests import conftest"}),
    (qt_outside_widgets, {"app/a.py": "def f():\n    from PySide6.QtCore import Qt"}),
    (qt_outside_widgets, {"main.py": "import PySide6"}),
    (databases_outside_app, {"widgets/a.py": "from sqlmodel import Session"}),
    (databases_outside_app, {"forms/a.py": "import sqlite3"}),
    (files_outside_app, {"grading/a.py": "from pathlib import Path"}),
    (files_outside_app, {"forms/a.py": "def f(p):\n    return p.read_text()"}),
    (files_outside_app, {"exporters/a.py": "def f(p):\n    return open(p)"}),
    (files_outside_app, {"widgets/a.py": "def f(p):\n    p.write_bytes(b'')"}),
    (import_cycles, {"app/a.py": "import app.b", "app/b.py": "def f():\n    from app import a"}),
    (import_cycles, {"app/a.py": "from . import b", "app/b.py": "from .a import x"}),
    (too_long, {"app/a.py": "x = 1\n" * (MAX_FILE + 1)}),
    (too_long, {"app/a.py": "def f():\n" + "    x = 1\n" * MAX_FUNCTION}),
]


@pytest.mark.parametrize(
    ("check", "files"), BROKEN, ids=lambda value: getattr(value, "__name__", "")
)
def test_the_check_sees(
    check: Callable[[Path], list[str]], files: dict[str, str], tmp_path: Path
) -> None:
    for name, source in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source, "utf-8")
    assert len(check(tmp_path)) == 1


def test_what_is_allowed_is_not_reported(tmp_path: Path) -> None:
    allowed = {
        "main.py": "def f():\n    from widgets import x\n    import app.commands",
        "widgets/x.py": "from PySide6 import QtCore\nfrom app import store\nimport forms.errors",
        "app/store.py": "from sqlmodel import Session\nopen('x')\nfrom app import types_only",
        "app/types_only.py": "if TYPE_CHECKING:\n    import app.store",
        "exporters/a.py": "from grading import b\ndef f(p):\n    return p.read_bytes()",
        "grading/b.py": "from forms.c import y",
        "forms/c.py": "from sqlmodel import Field, SQLModel\nx = 1\n" + "x = 2\n" * (MAX_FILE - 2),
    }
    for name, source in allowed.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source, "utf-8")
    for check in CHECKS:
        assert check(tmp_path) == []


LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")


def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_installs_the_same_everywhere(lock: str) -> None:
    """Every release pinned by hash, no address or path of one machine, the users' versions."""
    text = (ROOT / lock).read_text("utf-8")
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > 30
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"://|--index|--extra-index|--find-links|@ file|^-e", text) == []
    assert _pins(LOCKS[0]).items() <= _pins(lock).items()
