"""The office's database on the page 数据安全: filled in, tried, exchanged with, and given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.hub import Hub, prepare, settings
from app.hub_exchange import exchange
from app.workbench import Workbench
from forms.dossier import Enterprise
from tests.postgres_kit import Server
from tests.test_security_page import click, settled, tag, words
from tests.window_kit import opened
from widgets.pages.security import SecurityPage
from widgets.security_office import OfficeForm
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


@pytest.fixture
def bench(data_folder: Path) -> Iterator[Workbench]:
    with opened(data_folder) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, bench: Workbench) -> Iterator[SecurityPage]:
    made = SecurityPage(bench, lambda: True)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    settled(qtbot, made)
    yield made
    made.finish()


def fill(qtbot: QtBot, page: SecurityPage, address: str, folder: str) -> None:
    click(page.office.change)
    form = page.office.form
    assert isinstance(form, OfficeForm)
    form.address.setText(address)
    form.folder.setText(folder)
    click(form.done)
    settled(qtbot, page)


def test_the_office_is_filled_in_exchanged_with_and_given_up(
    qtbot: QtBot, page: SecurityPage, bench: Workbench, postgres: Server, tmp_path: Path
) -> None:
    assert tag(page.office) == "未设置" and not page.office.sync.isVisible()
    fill(qtbot, page, "postgresql://db.example.cn/zhengai?sslmode=disable", "")
    assert "verify-full" in words(page.notice) and tag(page.office) == "未设置"
    address = postgres.url(postgres.database())
    prepare(address)
    fill(qtbot, page, address, str(tmp_path / "共享"))
    assert tag(page.office) == "已设置" and "可以连接" in words(page.told)
    assert (tmp_path / "共享").is_dir() and str(tmp_path) in words(page.office)

    bench.create("本机一厂")
    with closing(Workbench.open(tmp_path / "other")) as other, closing(Hub(address)) as hub:
        there = other.create("别处一厂")
        list(exchange(other, hub))
    click(page.office.sync)
    settled(qtbot, page)
    assert "1 份档案有新的改动" in words(page.told)
    page.office.whole.setChecked(True)
    click(page.office.sync)
    settled(qtbot, page)
    assert "1 份档案有新的改动" in words(page.told)
    assert bench.dossier(there).one(Enterprise).name == "别处一厂"

    postgres.run(f"ALTER DATABASE {address.rpartition('/')[2]} ALLOW_CONNECTIONS false")
    bench.create("又一厂")
    click(page.office.sync)
    settled(qtbot, page)
    assert "没有连通" in words(page.notice)
    fill(qtbot, page, "", "")
    assert settings(bench.store) == ("", "") and tag(page.office) == "未设置"
