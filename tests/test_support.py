"""The log holds nothing of anybody's, and the support bundle is what was shown."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import support
from app.log_file import discreet, start_log, told, without_paths
from app.support import Support
from app.workbench import Workbench
from forms.dossier import Enterprise
from forms.errors import UserError
from forms.record import single_id
from tests.window_kit import opened

PERSONAL = (
    "示例・春城轴套汽车零部件有限公司", "张示例", "13800000000", "zhang@example.cn",
    "/home/zhangsan/档案/数据", r"C:\Users\zhangsan\Documents", "zhangsan",
)  # fmt: skip


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    before = list(logging.getLogger().handlers)
    path = start_log(tmp_path)
    assert path is not None
    yield path
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("UNIQUE constraint failed: log.counter", "UNIQUE constraint failed: log.counter"),
        ("no column 'name'", "no column <...>"),
        ("[Errno 2] No such file: /home/zhangsan/x y/a.db", "[Errno 2] No such file: <...>"),
        (r"at C:\Users\zhangsan\a b.db", "at <...>"),
        (r"\\server\zhangsan\x is gone", "<...>"),
        ("write to zhang@example.cn or 13800000000", "write to <...> or <...>"),
        ("企业“示例”的联系人张示例 was lost", "<...> was lost"),
        ("3 rows, 20 ms", "3 rows, 20 ms"),
    ],
)
def test_a_line_keeps_the_program_s_words_alone(line: str, wanted: str) -> None:
    assert discreet(line) == wanted


@pytest.mark.allow_log("lost|saved|job")
def test_the_log_holds_no_name_no_text_and_no_path(log: Path) -> None:
    logger = logging.getLogger("app.workbench")
    logger.error("an edit of %s at %r was lost", *PERSONAL[:2])
    for personal in PERSONAL:
        try:
            try:
                raise UserError(f"“{personal}”没有存上")
            except UserError as error:
                raise KeyError(personal) from error
        except KeyError:
            logger.exception("an edit was not saved")
        try:
            raise ValueError(f"bad value\n[parameters: ({personal})]")
        except ValueError:
            logger.exception("a job failed")
    text = log.read_text("utf-8")
    assert [personal for personal in PERSONAL if personal in text] == []
    assert text.isascii()
    assert "tests/test_support.py:" in text and "KeyError: <...>\nafter" in text
    assert "UserError\n" in text and "ValueError: bad value" in text


def test_other_handlers_see_the_record_as_it_is(
    log: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        logging.getLogger("x").warning("of %s", "张示例")
    assert log.exists() and caplog.messages == ["of 张示例"]
    caplog.clear()


def test_the_log_is_bounded(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (handler,) = [
        h for h in logging.getLogger().handlers if getattr(h, "baseFilename", "") == str(log)
    ]
    assert isinstance(handler, logging.handlers.RotatingFileHandler)
    handler.maxBytes = 2000
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "a line of the log", None, None)
    for _ in range(1000):
        handler.handle(record)
    files = list(log.parent.iterdir())
    assert len(files) == 6 and sum(f.stat().st_size for f in files) <= 12_000


def test_what_an_error_comes_of_is_told() -> None:
    try:
        raise RuntimeError("the disk says 'x'")
    except RuntimeError as error:
        assert told(error).splitlines()[-1] == "RuntimeError: the disk says <...>"
    assert without_paths("数据库在 /home/zhangsan/数据，完好") == "数据库在 〔文件夹〕，完好"


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


def test_the_bundle_is_what_was_shown_and_holds_nothing_personal(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.doctor._ocr", lambda: {  # seconds, and tested where it belongs
        "check": "水印识别", "ok": True, "detail": "可用", "remedy": "", "essential": False,
    })  # fmt: skip
    dossier = bench.create(PERSONAL[0])
    bench.put(dossier, "enterprise", single_id(dossier, "enterprise"), "contact", "张示例")
    old = tmp_path / "old.log"
    old.write_text("2025-06-17 09:05:00,123 ERROR x lost 张示例 at /home/zhangsan/a/b\n", "utf-8")
    *steps, last = support.gather(bench.store, old)
    assert isinstance(last, Support) and len(steps) > 4
    assert "2025-06-17 09:05:00,123 ERROR x lost" in last.text and "数据库：正常" in last.text
    assert [p for p in (*PERSONAL, str(bench.store.folder), "王示例") if p in last.text] == []
    made = support.save(last, tmp_path / "支持包")
    with zipfile.ZipFile(made) as archive:
        inside = [(n, archive.read(n).decode()) for n in archive.namelist()]
    assert tuple(inside) == last.files
    with pytest.raises(UserError, match="没有存上"):
        support.save(last, tmp_path / "nowhere" / "x.zip")
    assert bench.dossier(dossier).one(Enterprise).contact == "张示例", "the store stays open"
