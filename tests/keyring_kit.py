"""A keyring for tests: a file that the test run alone knows, for this process and its children."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import fail

FILE = "ZHENGAI_TEST_KEYRING"
"""The environment's variable that names the file."""


class Keyring(KeyringBackend):
    """What the operating system's keyring is to the program."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def _held(self) -> dict[str, str]:
        try:
            return dict(json.loads(Path(os.environ[FILE]).read_text("utf-8")))
        except FileNotFoundError:
            return {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._held().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._hold(self._held() | {f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        held = self._held()
        held.pop(f"{service}/{username}", None)
        self._hold(held)

    @staticmethod
    def _hold(held: dict[str, str]) -> None:
        part = Path(f"{os.environ[FILE]}.{os.getpid()}")
        part.write_text(json.dumps(held), "utf-8")
        part.replace(os.environ[FILE])


@contextmanager
def without_keyring() -> Iterator[None]:
    """A machine whose system has no keyring."""
    real = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        keyring.set_keyring(real)
