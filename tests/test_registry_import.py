"""A registry over the list of dossiers: looked at first, then taken in."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.window_kit import click, opened
from widgets.pages.home import HomePage

ROWS = "企业名称,信用代码,所属区\n示例·甲厂,,二道区\n示例·乙厂,9122,\n"


def test_a_registry_is_previewed_and_taken_in(qtbot: QtBot, tmp_path: Path) -> None:
    with opened(tmp_path / "data") as bench:
        bench.create("示例·丙厂", district="绿园区")
        page = HomePage(bench.store)
        page.attach(bench)
        imports = page.imports
        assert imports is not None
        qtbot.addWidget(page)
        page.resize(1280, 720)
        page.show()
        first, second = tmp_path / "一.csv", tmp_path / "二.csv"
        first.write_text(f"{ROWS}示例·丙厂,,二道区\n", "utf-8")
        second.write_text("企业名称\n示例·丁厂\n", "utf-8")
        page.bring_in([first, tmp_path / "没有.csv", second])
        imports = page.imports
        assert imports is not None
        qtbot.waitUntil(lambda: imports.dialog is not None, timeout=10_000)
        dialog = imports.dialog
        assert dialog is not None
        assert "有误 1 行，新增 1 行，修改 1 行" in dialog.words.text()
        notes = [dialog.table.item(row, 3) for row in range(3)]
        assert notes[0] is not None and notes[0].text().startswith("第 3 行 B 列：")
        assert notes[2] is not None and "绿园区→二道区" in notes[2].text()
        assert dialog.take.text() == "导入 1 行"
        dialog.choice.setChecked(True)
        assert dialog.take.text() == "导入 2 行"
        click(dialog.take)
        qtbot.waitUntil(lambda: len(bench.summaries()) == 2, timeout=10_000)
        # The file that is not there is named, and the one behind it is still shown.
        qtbot.waitUntil(lambda: imports.dialog not in (None, dialog), timeout=10_000)
        assert imports.dialog is not None
        imports.dialog.reject()
        assert {s.district for s in bench.summaries()} == {"二道区"}
        assert {s.name for s in bench.summaries()} == {"示例·甲厂", "示例·丙厂"}
        page.finish()
