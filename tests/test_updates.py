"""Updates by file: what is opened, what is refused and why, by command and in the window."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app import commands, updates
from app.signers import fingerprint
from app.updates import SUFFIX, Statement, Update, compose, here, trusted_keys
from app.version import ordered, version
from forms.errors import RuleRefusal, UserError
from installers import sign_update
from widgets.update_dialog import UpdateDialog

KEY = SigningKey(b"\x07" * 32)
KEYS = (bytes(KEY.verify_key),)
NAME = "zhengai_9.0.0_amd64.deb"
NOTES = "一、档案列表打开更快。\n二、<b>修正</b>离场检查的时长。"
CONTENT = b"an installer" * 5000


def signed(folder: Path, key: SigningKey = KEY, content: bytes = CONTENT, **changed: Any) -> Path:
    """An installer and what is signed of it; `changed` are values of the statement."""
    (folder / NAME).write_bytes(content)
    digest = hashlib.sha256(CONTENT).hexdigest()
    said = Statement("9.0.0", here(), NAME, len(CONTENT), digest, "2026-11-26", NOTES)
    said = dataclasses.replace(said, **changed)
    made = compose(said, bytes(key.verify_key), lambda message: key.sign(message).signature)
    path = folder / (NAME + SUFFIX)
    path.write_bytes(made)
    return path


def found(path: Path, keys: tuple[bytes, ...] = KEYS) -> Update:
    *_, last = updates.check(path, keys)
    assert isinstance(last, Update)
    return last


@pytest.mark.parametrize("chosen", [NAME, NAME + SUFFIX])
def test_a_good_update_is_found_by_either_of_its_files(tmp_path: Path, chosen: str) -> None:
    signed(tmp_path)
    update = found(tmp_path / chosen)
    assert (update.installer, update.key) == (tmp_path / NAME, KEYS[0])
    assert (update.statement.version, update.statement.notes) == ("9.0.0", NOTES)


def edited(path: Path, **values: Any) -> None:
    whole = json.loads(path.read_text("utf-8"))
    whole["statement"].update(values)
    path.write_text(json.dumps(whole), "utf-8")


def resigned(path: Path) -> None:
    """The signature of another's key, under the name of ours."""
    whole = json.loads(path.read_text("utf-8"))
    whole["key"] = KEYS[0].hex()
    path.write_text(json.dumps(whole), "utf-8")


OTHER = SigningKey(b"\x08" * 32)
REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "another's key": (lambda folder: signed(folder, OTHER), "不是由本程序认可的密钥签名"),
    "another's key, ours named": (
        lambda folder: resigned(signed(folder, OTHER)), "不是由本程序认可的密钥签名"),
    "notes changed": (lambda folder: edited(signed(folder), notes="别的"), "签名后有改动"),
    "version changed": (lambda folder: edited(signed(folder), version="99.0.0"), "签名后有改动"),
    "older": (lambda folder: signed(folder, version="0.0.9"), "版本 0.0.9 不高于本机"),
    "the same": (lambda folder: signed(folder, version=version()), "不高于本机"),
    "another system": (
        lambda folder: signed(folder, platform="windows-arm64"), r"用于 Windows（arm64）"),
    "cut short": (lambda folder: signed(folder, content=CONTENT[:-1]), "与签名时不一致"),
    "longer": (lambda folder: signed(folder, content=CONTENT + b"x"), "与签名时不一致"),
    "one bit": (lambda folder: signed(folder, content=b"b" + CONTENT[1:]), "与签名时不一致"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_installed_is_refused(tmp_path: Path, case: str) -> None:
    make, words = REFUSED[case]
    make(tmp_path)
    with pytest.raises(RuleRefusal, match=words):
        found(tmp_path / NAME)


def alone(folder: Path) -> None:
    """What is signed, without its installer."""
    signed(folder)
    (folder / NAME).unlink()


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no statement": (lambda folder: (folder / NAME).write_bytes(CONTENT), "没有找到"),
    "no installer": (alone, "不能读取"),
    "no JSON": (lambda folder: (folder / (NAME + SUFFIX)).write_text("x"), "不是可读的 JSON"),
    "elsewhere": (lambda folder: signed(folder, file="../x.deb"), "格式本程序不能识别"),
    "elsewhere on Windows": (lambda folder: signed(folder, file="..\\x.deb"), "不能识别"),
    "no version": (lambda folder: signed(folder, version="9.0"), "格式本程序不能识别"),
    "no day": (lambda folder: signed(folder, released="昨天"), "格式本程序不能识别"),
    "no words": (lambda folder: signed(folder, notes=["x"]), "格式本程序不能识别"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_said(tmp_path: Path, case: str) -> None:
    make, words = UNREADABLE[case]
    make(tmp_path)
    with pytest.raises(UserError, match=words) as refused:
        found(tmp_path / (NAME + SUFFIX))
    assert not isinstance(refused.value, RuleRefusal)


@pytest.mark.parametrize("text", ["[]", "{}", '{"key": 1}', '{"key": "zz", "statement": {}}'])
def test_what_is_no_statement_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / (NAME + SUFFIX)).write_text(text)
    with pytest.raises(RuleRefusal):
        found(tmp_path / NAME)


def test_a_program_without_a_key_takes_no_update(tmp_path: Path) -> None:
    signed(tmp_path)
    with pytest.raises(RuleRefusal, match="没有随附更新签名的公钥"):
        found(tmp_path / NAME, ())


def test_keys_are_read_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "keys.txt"
    path.write_text("# whose\n\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=  # ours\n", "utf-8")
    assert trusted_keys(path) == (b"\x07" * 32,)
    assert all(len(key) == 32 for key in trusted_keys())


def test_versions_are_compared_as_numbers() -> None:
    assert ordered("0.10.0") > ordered("0.9.9")
    assert ordered(version())
    for wrong in ("1.0", "01.0.0", "1.0.0-rc1", "", "1.0.0\n"):
        with pytest.raises(ValueError):
            ordered(wrong)


def test_the_command_tells_and_its_status_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = signed(tmp_path)
    monkeypatch.setattr(updates, "trusted_keys", lambda: KEYS)
    assert commands.run(["update", "--check", str(path)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["version"], line["here"], line["notes"]) == ("9.0.0", version(), NOTES)
    assert (line["file"], line["key"]) == (str(tmp_path / NAME), fingerprint(KEYS[0]))
    edited(path, notes="别的")
    assert commands.run(["update", "--check", str(path)]) == 1
    assert commands.run(["update", "--check", str(tmp_path / "nothing")]) == 2
    assert commands.run(["update"]) == 2
    assert capsys.readouterr().out == ""


def test_what_the_makers_sign_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_update, "version", lambda: "9.0.0")
    seed, installer = tmp_path / "seed", tmp_path / NAME
    line = sign_update.make_key(seed)
    (tmp_path / "keys.txt").write_text(line, "utf-8")
    installer.write_bytes(CONTENT)
    sign_update.sign(installer, seed, NOTES, here())
    update = found(installer, trusted_keys(tmp_path / "keys.txt"))
    assert (update.statement.version, update.statement.notes) == ("9.0.0", NOTES)
    with pytest.raises(FileExistsError):
        sign_update.make_key(seed)


@pytest.fixture
def dialog(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[UpdateDialog]:
    monkeypatch.setattr(updates, "trusted_keys", lambda: KEYS)
    page = QWidget()
    qtbot.addWidget(page)
    made = UpdateDialog(page)
    made.open()
    yield made


def test_the_window_opens_what_is_good_and_nothing_else(
    tmp_path: Path, dialog: UpdateDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    path = signed(tmp_path)
    assert not dialog.install.isVisible()
    dialog.look_at(path)
    qtbot.waitUntil(lambda: dialog.found is not None)
    assert "9.0.0" in dialog.told.text()
    assert dialog.notes.text() == NOTES  # as it was typed: no text from a file is markup
    dialog.install.click()
    dialog.show_place.click()
    assert opened == [str(tmp_path / NAME), str(tmp_path)]
    edited(path, notes="别的")
    dialog.look_at(path)
    qtbot.waitUntil(lambda: "签名后有改动" in dialog.told.text())
    assert dialog.found is None
    assert not dialog.install.isVisible() and not dialog.show_place.isVisible()
    dialog.install.click()
    assert len(opened) == 2
    dialog.reject()
