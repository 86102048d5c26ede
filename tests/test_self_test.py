"""`doctor --self-test`: each part is used once, what fails is told, and the rest is tried still."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import commands, self_test
from app.bundle_check import Checked
from forms.errors import UserError
from forms.papers import PAPERS

CHECKS = (
    "加密存储", "样例和照片", "水印识别", "评测和规则", "文书", "识别码", "文件包", "公钥封装",
    "台账", "日程", "拼音查找", "加密连接", "窗口",
)  # fmt: skip


#: Of what every package is tried with, enough to show the way; the demo's tests write all of it.
PARTS = ("agreement", "checksheet", "briefing", "schedule", "bundle")


def test_every_part_of_this_copy_works(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(self_test, "PARTS", PARTS)
    monkeypatch.setattr(self_test, "PAPERS", [each for each in PAPERS if each.key in PARTS])
    monkeypatch.setattr(
        self_test, "read_watermark", lambda: ""
    )  # as `doctor` does, which is tested
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    status = commands.run(["doctor", "--self-test"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["detail"] for line in lines if not line["ok"]] == []
    assert (status, tuple(line["check"] for line in lines)) == (0, CHECKS)
    assert all(line["seconds"] >= 0 for line in lines)
    assert list(tmp_path.iterdir()) == []  # the store and the papers are gone


def test_what_fails_is_told_and_the_rest_is_tried_still(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsound(*_arguments: object) -> Checked:
        raise UserError("文件包不完整。")

    def nothing(*_arguments: object) -> Iterator[object]:
        yield from ()
        raise ModuleNotFoundError("No module named 'icalendar'")

    monkeypatch.setattr("app.samples.load_sample", nothing)
    monkeypatch.setattr("app.bundle_check.check", unsound)
    monkeypatch.setattr(self_test, "read_watermark", lambda: "识别程序没有启动")
    status = commands.run(["doctor", "--self-test"])
    found = {line["check"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert status == 1
    assert "icalendar" in found["样例和照片"]["detail"]
    assert found["水印识别"]["detail"] == "识别程序没有启动"
    assert {name for name in CHECKS if found[name]["ok"]} == {
        "加密存储", "公钥封装", "拼音查找", "加密连接", "窗口"
    }  # fmt: skip
    assert all(bool(line["remedy"]) != line["ok"] for line in found.values())
