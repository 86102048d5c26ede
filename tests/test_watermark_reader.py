"""Reading drawn photos with the real engine, in its process and under its limits."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from app.photo_worker import Refused
from app.watermark_reader import ENGINE, WatermarkReader, _heard
from forms.watermark import Watermark
from tests.test_architecture import ROOT

FONT = ROOT / "resources" / "fonts" / "NotoSansSC-Regular.ttf"
ADDRESS = "长春市绿园区锦程大街1888号"
CARD = ("2025-06-22 09:29 星期日", ADDRESS, "北纬43.886841° 东经125.324461°")


@pytest.fixture(scope="module")
def reader() -> Iterator[WatermarkReader]:
    with WatermarkReader() as running:
        yield running


def drawn(
    path: Path,
    texts: Sequence[str],
    *,
    ink: str = "white",
    ground: str = "#3d4a55",
    at: tuple[int, int] = (36, 790),
    turn: int = 1,
) -> Path:
    """A photo of 1280 by 960 with writing on it; `turn` is EXIF's orientation, 1 or 6."""
    picture = Image.effect_noise((1280, 960), 30).convert("RGB")
    picture = Image.blend(picture, Image.new("RGB", picture.size, ground), 0.8)
    font = ImageFont.truetype(FONT, 30)
    ImageDraw.Draw(picture).multiline_text(at, "\n".join(texts), ink, font, spacing=14)
    exif = Image.Exif()
    exif[0x0112] = turn
    if turn == 6:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    picture.save(path, quality=85, exif=exif)
    return path


def read(reader: WatermarkReader, path: Path) -> Watermark:
    found = reader.read(path)
    assert isinstance(found, Watermark), found
    return found


def test_a_card_is_read_and_sure(reader: WatermarkReader, tmp_path: Path) -> None:
    mark = read(reader, drawn(tmp_path / "卡片 1.jpg", CARD))
    assert mark.taken_local == datetime(2025, 6, 22, 9, 29)
    assert (mark.weekday, mark.position) == (6, (43.886841, 125.324461))
    assert mark.address == ADDRESS
    assert mark.unsure == frozenset()
    left, top, right, bottom = mark.lines[mark.seen_in["address"][0]].box
    assert left < 0.05 and 0.2 < right < 0.5 and 0.85 < top < bottom < 0.95


def test_a_photo_stored_on_its_side_is_read_upright(
    reader: WatermarkReader, tmp_path: Path
) -> None:
    mark = read(reader, drawn(tmp_path / "turned.jpg", CARD[:2], turn=6))
    assert mark.taken_local == datetime(2025, 6, 22, 9, 29)
    assert mark.lines[mark.seen_in["day"][0]].box[1] > 0.8


def test_pale_writing_gets_a_second_look(reader: WatermarkReader, tmp_path: Path) -> None:
    mark = read(reader, drawn(tmp_path / "pale.jpg", ["09:29:17", *CARD], ink="#66727c"))
    assert (mark.clock, mark.seconds) == (time(9, 29, 17), True)
    assert mark.address == ADDRESS


def test_writing_of_the_scene_states_nothing(reader: WatermarkReader, tmp_path: Path) -> None:
    texts = ["生产看板", "计划 1200  完成 986", "2025-06-22 14:05:00", "合格率 98.6%"]
    mark = read(
        reader, drawn(tmp_path / "board.jpg", texts, ink="black", ground="white", at=(400, 300))
    )
    assert [line.text for line in mark.lines][:1] == ["生产看板"]
    assert not mark.states_anything and not mark.place and mark.weekday is None


def test_a_photo_without_writing_has_no_lines(reader: WatermarkReader, tmp_path: Path) -> None:
    assert read(reader, drawn(tmp_path / "bare.jpg", [])) == Watermark()


def test_a_bad_file_is_refused_and_the_reader_stays(
    reader: WatermarkReader, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    for path in (bad, tmp_path / "absent.jpg", tmp_path):
        refused = reader.read(path)
        assert isinstance(refused, Refused)
        assert f"“{path.name}”" in refused.message
    tiny = tmp_path / "tiny.png"
    Image.new("RGB", (1, 1)).save(tiny)
    assert read(reader, tiny) == Watermark()


def test_overrunning_the_time_is_refused_and_survived(tmp_path: Path) -> None:
    path = drawn(tmp_path / "slow.jpg", CARD)
    with WatermarkReader(seconds_limit=0.05) as hurried:
        refused = hurried.read(path)
        assert isinstance(refused, Refused)
        assert "超过 0.05 秒" in refused.message
        # The process was killed, and a new one takes the next file.
        assert isinstance(hurried.read(tmp_path / "absent.jpg"), Refused)


WITHOUT_SOCKETS = """
import sys
from pathlib import Path

def forbid(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(f"{event} {arguments}")

sys.addaudithook(forbid)
from app.watermark_ocr import WatermarkOcr
mark = WatermarkOcr().read(Path(sys.argv[1]).read_bytes(), "card.jpg")
sys.stdout.buffer.write(mark.model_dump_json().encode())
"""


def test_reading_needs_no_network_and_says_nothing(tmp_path: Path) -> None:
    path = drawn(tmp_path / "card.jpg", CARD[:2])
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SOCKETS, str(path)],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert Watermark.model_validate_json(done.stdout).address == ADDRESS


def test_the_engine_has_a_name_that_readings_are_kept_under() -> None:
    assert ENGINE.startswith("rapidocr 3.10/")


ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["refused", "watermark", "lines", "day", "seen_in", "unsure"]), inner
        )
    ),
    max_leaves=8,
)


@given(answer=st.dictionaries(st.sampled_from(["refused", "watermark", "x"]), ANSWERS))
def test_an_answer_that_is_none_is_refused_whatever_it_holds(answer: dict[str, object]) -> None:
    try:
        heard = _heard(Path("a.jpg"), answer)
    except (ValueError, KeyError, TypeError):
        return  # what `read` takes for a crash
    assert isinstance(heard, Refused | Watermark)


def test_lines_that_are_not_there_are_no_answer() -> None:
    with pytest.raises(ValueError, match="not there"):
        _heard(Path("a.jpg"), {"watermark": {"seen_in": {"day": [0]}}})
