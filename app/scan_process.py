"""The scan reader's own side: what runs in the process that may be killed.

A scan is a picture, or a .pdf or a .tif of several pages; a feeder may have put several papers into
one file. Whatever it is, it comes from outside. A question is about one page, so that a thick file
takes no longer a time than each of its pages may.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageStat

from app.killable import Answering
from app.pdf_pages import PIXELS_CEILING, PdfPages
from exporters.paper_code import PRODUCER, read_code
from forms.errors import UserError

PAGES_CEILING = 200
"""Pages of one file. A report has some forty."""
_DPI = 200
_LONGEST_PX = 4000
"""A side of the picture that is searched: a page at 300 dots an inch has 3,508."""
_SPOTS, _DARKER = (200, 280), 48
"""A page is looked at in so many spots; ink is darker than paper by so much of 255."""
_LEAST_INK = 28
"""Spots. Four characters of 五号 and a page number have 54, a line of 20 has 188."""


def prepare() -> Answering:
    """In the other process: load the decoders, then answer.

    A question names a `path`, and nothing else to hear how many `pages` that has; or a `page` (from
    0) to hear its `code` ("" for none) and whether it is `blank`; or pages to `take` and the file
    `out` to write them to. Any of them may be `refused`, with a sentence.
    """
    import zxingcpp  # noqa: F401 - loaded before the first question's time runs

    from app import photo_reading  # noqa: F401

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        path = Path(question["path"])
        try:
            return _answer(path, question)
        except UserError as error:
            return {"refused": str(error)}
        except MemoryError:
            return {"refused": f"“{path.name}”过大，没有归入，请以较低的分辨率重新扫描。"}
        except Exception:
            # Decoders raise whatever they like on a damaged file; none of it is a bug of ours.
            return {"refused": f"“{path.name}”有不能显示的页，没有归入，请重新扫描。"}

    return answering


def _answer(path: Path, question: dict[str, Any]) -> dict[str, Any]:
    with _opened(path) as scan:
        if "take" in question:
            scan.extract(question["take"], Path(question["out"]))
            return {}
        if "page" in question:
            image = scan.picture(question["page"], _DPI)
            return {"code": _code_on(image), "blank": _is_blank(image)}
        if isinstance(scan, PdfPages) and scan.producer == PRODUCER and not scan.amended:
            raise UserError(
                f"“{path.name}”是导出的文件，不是签字盖章后的扫描件，没有归入，请归入扫描件；"
                "加盖电子印章的，请在“附件与凭据”页手工添加。"
            )
        if scan.count > PAGES_CEILING:
            raise UserError(
                f"“{path.name}”有 {scan.count} 页，超过 {PAGES_CEILING} 页，没有归入，请拆分再试。"
            )
        return {"pages": scan.count}


@contextmanager
def _opened(path: Path) -> Iterator[PdfPages | _Frames]:
    """A scan as pages. Raises UserError for what is none."""
    from app import photo_reading

    with ExitStack() as stack:
        if path.suffix.lower() == ".pdf":
            try:
                pdf = stack.enter_context(PdfPages(path))
            except ValueError:
                raise UserError(f"“{path.name}”不是可读的 PDF，没有归入，请重新扫描。") from None
            yield pdf
            return
        try:
            data = photo_reading.read(path)
            image = stack.enter_context(photo_reading.opened(data, path.name))
        except UserError:  # its sentences speak of photos
            raise UserError(
                f"“{path.name}”不是可读的图片，或图像过大，没有归入，"
                "请以较低的分辨率重新扫描，或另存为 PDF 后再试。"
            ) from None
        yield _Frames(image)


class _Frames:
    """A picture's pages: a .tif holds one in each frame. As `PdfPages`, as far as it is wanted."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        # Other formats keep thumbnails or moving pictures there.
        self.count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1

    def _at(self, index: int) -> Image.Image:
        if index:
            self._image.seek(index)
            if self._image.width * self._image.height > PIXELS_CEILING:
                raise MemoryError
        return self._image

    def picture(self, index: int, _dpi: float) -> Image.Image:
        """A page, as large as a code can be read on it."""
        image = self._at(index)
        image.draft("L", (_LONGEST_PX, _LONGEST_PX))
        image.thumbnail((_LONGEST_PX, _LONGEST_PX))
        return image

    def extract(self, pages: list[int], path: Path) -> None:
        """Write some of the pages as a .tif of their own, without loss."""
        from PIL.TiffImagePlugin import AppendingTiffWriter

        with AppendingTiffWriter(path, new=True) as writer:
            for page in pages:
                image = self._at(page)
                packed = "group4" if image.mode == "1" else "tiff_deflate"
                dpi = image.info.get("dpi", (_DPI, _DPI))
                image.copy().save(writer, "TIFF", compression=packed, dpi=dpi)
                writer.newFrame()


def _code_on(image: Image.Image) -> str:
    """The first code of ours on a page, in whatever direction it lies; "" where there is none."""
    import zxingcpp

    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(image.convert("L"), formats=wanted)
    return next((code.text for code in found[:20] if read_code(code.text)), "")


def _is_blank(image: Image.Image) -> bool:
    """Whether a page is a sheet's back: within its edges hardly a spot is darker than the paper."""
    edge_x, edge_y = image.width // 20, image.height // 20
    inner = image.convert("L").crop((edge_x, edge_y, image.width - edge_x, image.height - edge_y))
    spots = inner.resize(_SPOTS, Image.Resampling.BOX)
    paper = int(ImageStat.Stat(spots).median[0])
    return sum(spots.histogram()[: max(paper - _DARKER, 0)]) < _LEAST_INK
