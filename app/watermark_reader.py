"""Reading the visible watermark off photos of unknown origin, in a process of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.killable import Answering, CrashError, Killable, OverrunError, Served
from app.photo_worker import Refused
from forms.errors import UserError
from forms.watermark import Watermark

ENGINE = "rapidocr 3.10/8"
"""The reader and its version: readings are kept under it, and read again when it changes."""

SECONDS_LIMIT = 30.0
MEMORY_LIMIT = 4 * 1024 * 1024 * 1024
"""Bytes of address space, of which onnxruntime reserves far more than it uses."""


class WatermarkReader(Served):
    """Reads photos one at a time; a context manager. Not to be shared between threads."""

    def __init__(
        self,
        seconds_limit: float = SECONDS_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
        *,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._seconds = seconds_limit
        self._process = Killable(
            _prepare, "watermark-reader", seconds_limit, memory_limit, stop=stop
        )

    def read(self, path: Path, data: bytes | None = None) -> Watermark | Refused:
        """What the photo's visible writing states; an empty watermark where there is none.

        Where `data` are given, they are the photo, and `path` names it.

        Never raises for what the file holds: a photo that cannot be read, is over the limits, or
        brings the engine down, is Refused.
        """
        try:
            question = {"path": str(path), **({} if data is None else {"data": [data]})}
            return _heard(path, self._process.ask(question))
        except OverrunError:
            return Refused(path, _overrun(path.name, self._seconds), overran=True)
        except (CrashError, ValueError, KeyError, TypeError):
            # An engine that was taken over may answer anything; it gets no second question.
            self.close()
            return Refused(path, _crashed(path.name))


def _prepare() -> Answering:
    """In the other process: load the models, then answer."""
    from app import photo_reading
    from app.watermark_ocr import WatermarkOcr

    ocr = WatermarkOcr()

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        path = Path(question["path"])
        try:
            data = question["data"][0] if "data" in question else photo_reading.read(path)
            return {"watermark": ocr.read(data, path.name).model_dump(mode="json")}
        except UserError as error:
            return {"refused": str(error)}
        except MemoryError:
            return {"refused": photo_reading.too_large(path.name)}
        except Exception:
            # The engine raises what its libraries raise, running out of memory among it.
            return {"refused": _crashed(path.name)}

    return answering


def _heard(path: Path, answer: dict[str, Any]) -> Watermark | Refused:
    """The other side's answer, doubted; ValueError, KeyError or TypeError where it is none."""
    if "refused" in answer:
        return Refused(path, str(answer["refused"]))
    mark = Watermark.model_validate(answer["watermark"])
    if any(not 0 <= n < len(mark.lines) for numbers in mark.seen_in.values() for n in numbers):
        raise ValueError("lines that are not there")
    return mark


def _overrun(name: str, seconds: float) -> str:
    return (
        f"读取“{name}”的水印超过 {seconds:g} 秒，已停止，其余照片不受影响；请对照原图填写水印内容。"
    )


def _crashed(name: str) -> str:
    return f"读取“{name}”的水印时程序中断，其余照片不受影响；请对照原图填写水印内容。"
