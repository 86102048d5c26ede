"""Inspecting photos of unknown origin: facts, hash and upright copies, in a process of its own."""

import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.killable import Answering, CrashError, Killable, OverrunError
from forms.errors import UserError
from forms.photo_facts import PhotoFacts

SECONDS_LIMIT = 20.0
MEMORY_LIMIT = 1536 * 1024 * 1024
"""Bytes of address space, where the platform can limit it; elsewhere the pixel limit serves."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Inspected:
    """A photo that was read. The copies are None where none were asked for."""

    path: Path
    facts: PhotoFacts
    sha256: str
    size: int
    thumbnail: Path | None = None
    report_copy: Path | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken, and the Chinese sentence that says why."""

    path: Path
    message: str


class PhotoWorker:
    """Inspects photos one at a time; a context manager. Not to be shared between threads."""

    def __init__(
        self, seconds_limit: float = SECONDS_LIMIT, memory_limit: int = MEMORY_LIMIT
    ) -> None:
        self._seconds = seconds_limit
        self._process = Killable(_prepare, "photo-worker", seconds_limit, memory_limit)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def inspect(self, path: Path, out_dir: Path | None = None) -> Inspected | Refused:
        """Read the photo's facts and hash; with `out_dir`, write its upright JPEG copies there.

        The copies are `<sha256>.thumb.jpg` (400 px) and `<sha256>.report.jpg` (1280 px); the
        folder must exist. Never raises for what the file holds: a photo that is over the limits,
        or brings the decoder down, is Refused.
        """
        question = {"path": str(path), "out_dir": None if out_dir is None else str(out_dir)}
        try:
            return _heard(path, out_dir, self._process.ask(question))
        except OverrunError:
            return Refused(path, _overrun(path.name, self._seconds))
        except (CrashError, ValueError, KeyError, TypeError):
            # A decoder that was taken over may answer anything; it gets no second question.
            self.close()
            return Refused(path, _crashed(path.name))

    def close(self) -> None:
        """End the process. Safe to call again; a later `inspect` would start a new one."""
        self._process.close()


def _prepare() -> Answering:
    """In the other process: load the decoders, then answer."""
    from app import photo_reading

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        path = Path(question["path"])
        try:
            return _answer(path, question["out_dir"])
        except UserError as error:
            return {"refused": str(error)}
        except MemoryError:
            return {"refused": photo_reading.too_large(path.name)}

    return answering


def _answer(path: Path, out_dir: str | None) -> dict[str, object]:
    from app import photo_reading

    facts = photo_reading.read_facts(path)
    digest, size = photo_reading.digest_of(path)
    if out_dir is not None:
        thumbnail, report_copy = _copies(Path(out_dir), digest)
        photo_reading.make_copy(path, report_copy, photo_reading.REPORT_PX)
        # The large copy is upright and clean already, and forty times faster to read again.
        photo_reading.make_copy(report_copy, thumbnail, photo_reading.THUMBNAIL_PX)
    return {"facts": facts.model_dump(mode="json"), "sha256": digest, "size": size}


def _heard(path: Path, out_dir: Path | None, answer: dict[str, Any]) -> Inspected | Refused:
    """The other side's answer, doubted; ValueError, KeyError or TypeError where it is none."""
    if "refused" in answer:
        return Refused(path, str(answer["refused"]))
    digest, size = answer["sha256"], answer["size"]
    if not (isinstance(digest, str) and _DIGEST.fullmatch(digest) and isinstance(size, int)):
        raise ValueError("no digest or no size")
    copies = (None, None) if out_dir is None else _copies(out_dir, digest)
    return Inspected(path, PhotoFacts.model_validate(answer["facts"]), digest, size, *copies)


def _copies(out_dir: Path, digest: str) -> tuple[Path, Path]:
    return out_dir / f"{digest}.thumb.jpg", out_dir / f"{digest}.report.jpg"


def _overrun(name: str, seconds: float) -> str:
    return (
        f"读取“{name}”超过 {seconds:g} 秒，已停止，其余照片不受影响；"
        "请确认文件完好，或另存为 JPEG 后重试。"
    )


def _crashed(name: str) -> str:
    return f"“{name}”使读图程序中断，未导入，其余照片不受影响；请另存为 JPEG 后重试。"
