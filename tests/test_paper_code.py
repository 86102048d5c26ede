"""The code in a paper's corner: what it says, how small it stays, what is taken for one."""

from __future__ import annotations

import io
import re
from uuid import UUID

import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from exporters.paper_code import PaperCode, code_png, printed, read_code, short
from forms.papers import BLANK, BY_KEY, DRAFT, PAPERS

CONTENTS = st.one_of(
    st.sampled_from([DRAFT, BLANK]),
    st.binary(min_size=32, max_size=32).map(lambda b: printed(b.hex())),
)


@given(
    st.sampled_from(sorted(BY_KEY)),
    st.uuids(),
    st.none() | st.uuids(),
    st.integers(0, 2**53),
    CONTENTS,
)
def test_what_is_written_is_read(
    paper: str, dossier: UUID, visit: UUID | None, version: int, content: str
) -> None:
    code = PaperCode(paper, short(dossier), short(visit), version, content)
    assert read_code(code.text) == code
    # QR's alphanumeric set, in which a third more fits than in bytes.
    assert re.fullmatch(r"[0-9A-Z/]{1,77}", code.text)


@given(st.text(max_size=90))
def test_anything_else_is_nobodys_code(text: str) -> None:
    code = read_code(text)
    assert code is None or code.text == text


def test_no_two_papers_have_one_name_in_a_code() -> None:
    assert len({paper.key.upper() for paper in PAPERS}) == len(PAPERS)
    assert all(re.fullmatch(r"[a-z]{1,20}", paper.key) for paper in PAPERS)


def test_the_picture_is_small_crisp_and_readable() -> None:
    code = PaperCode(
        "record", short(UUID(int=2**127)), short(UUID(int=2**126)), 4711, printed("ab" * 32)
    )
    image = Image.open(io.BytesIO(code_png(code.text)))

    dots = image.width // 12
    assert image.size == (dots * 12, dots * 12)
    assert dots <= 29  # 0.55 mm a dot on 16 mm of paper: a scan of 150 dpi has three px for it
    assert set(image.convert("L").tobytes()) == {0, 255}
    framed = Image.new("L", (image.width + 96, image.height + 96), 255)
    framed.paste(image.convert("L"), (48, 48))
    assert [found.text for found in zxingcpp.read_barcodes(framed)] == [code.text]
