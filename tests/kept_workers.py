"""Helper processes that outlive the test that started them: loading the reader's models takes
seconds, and no answer depends on an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, ClassVar

import pytest

from app.killable import Killable


class Kept(Killable):
    """Sets a process aside that has answered all that it was asked, instead of ending it, and
    takes it up again for the same work under the same limits; any other is ended as ever."""

    aside: ClassVar[dict[tuple[object, ...], tuple[BaseProcess, Connection]]] = {}
    _idle = False

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        if self._process is None and self._arguments in self.aside:
            self._process, self._pipe = self.aside.pop(self._arguments)
        self._idle = False  # whatever goes wrong, it is not asked again
        answer = super().ask(question)
        self._idle = True
        return answer

    def close(self) -> None:
        rested = self._arguments in self.aside  # another one, for whatever ran at the same time
        if self._process is not None and self._pipe is not None and self._idle and not rested:
            self.aside[self._arguments] = self._process, self._pipe
            self._process = self._pipe = None
        super().close()


@contextmanager
def kept_workers() -> Iterator[None]:
    """The readers of watermarks and of likenesses are kept meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.watermark_reader.Killable", Kept)
        patch.setattr("app.likeness.Killable", Kept)
        yield
    while Kept.aside:
        _arguments, (process, pipe) = Kept.aside.popitem()
        process.kill()
        process.join()
        process.close()
        pipe.close()
