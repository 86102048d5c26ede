"""The scan reader's own side: what runs in the process that may be killed.

A scan is a picture of one page, or a .pdf of several; a feeder may have put several papers into one
file. Whatever it is, it comes from outside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.killable import Answering
from app.pdf_pages import PdfPages
from forms.errors import UserError

PAGES_CEILING = 200
"""Pages of one file. A report has some forty."""
_DPI = 200
_LONGEST_PX = 4000
"""A side of the picture that is searched: a page at 300 dots an inch has 3,508."""


def prepare() -> Answering:
    """In the other process: load the decoders, then answer."""
    import zxingcpp  # noqa: F401 - loaded before the first question's time runs

    from app import photo_reading  # noqa: F401

    def answering(question: dict[str, Any]) -> dict[str, Any]:
        path = Path(question["path"])
        try:
            if path.suffix.lower() == ".pdf":
                return _of_pdf(path, Path(question["out_dir"]))
            return {"parts": [{"code": _of_picture(path), "file": str(path), "pages": 1}]}
        except UserError as error:
            return {"refused": str(error)}
        except MemoryError:
            return {"refused": f"“{path.name}”过大，没有归入，请以较低的分辨率重新扫描。"}

    return answering


def _of_picture(path: Path) -> str:
    from app import photo_reading

    data = photo_reading.read(path)
    with photo_reading.opened(data, path.name) as image:
        image.draft("L", (_LONGEST_PX, _LONGEST_PX))
        image.thumbnail((_LONGEST_PX, _LONGEST_PX))
        return _code_on(image)


def _of_pdf(path: Path, out_dir: Path) -> dict[str, Any]:
    """The papers in a .pdf: the pages up to the next other code belong to the code before."""
    try:
        pdf = PdfPages(path)
    except ValueError:
        raise UserError(f"“{path.name}”不是可读的 PDF，没有归入，请重新扫描。") from None
    with pdf:
        if pdf.count > PAGES_CEILING:
            raise UserError(
                f"“{path.name}”有 {pdf.count} 页，超过 {PAGES_CEILING} 页，没有归入，请拆分后再试。"
            )
        try:
            codes = [_code_on(pdf.picture(page, _DPI)) for page in range(pdf.count)]
        except ValueError:
            raise UserError(f"“{path.name}”有不能显示的页，没有归入，请重新扫描。") from None
        parts = _parts(codes)
        if len(parts) == 1:
            return {"parts": [{"code": parts[0][0], "file": str(path), "pages": pdf.count}]}
        found = []
        for number, (code, pages) in enumerate(parts, 1):
            made = out_dir / f"{path.stem[:80]}-{number}.pdf"
            pdf.extract(pages, made)
            found.append({"code": code, "file": str(made), "pages": len(pages)})
        return {"parts": found}


def _parts(codes: list[str]) -> list[tuple[str, list[int]]]:
    """Runs of pages of one code; pages without a code go with those before them."""
    found: list[tuple[str, list[int]]] = []
    for page, code in enumerate(codes):
        if not found or (code and found[-1][0] and code != found[-1][0]):
            found.append((code, [page]))
        else:
            before, pages = found[-1]
            found[-1] = (before or code, [*pages, page])
    return found or [("", [])]


def _code_on(image: Any) -> str:
    """The first code of ours on a page, in whatever direction it lies; "" where there is none."""
    import zxingcpp

    from exporters.paper_code import read_code

    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(image.convert("L"), formats=wanted)
    return next((code.text for code in found[:20] if read_code(code.text)), "")
