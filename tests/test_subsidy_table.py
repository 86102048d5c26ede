"""资金汇总 as .xlsx: every dossier in its district, reckoned as on its page; nothing that runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.subsidy_export import export_subsidies
from app.workbench import Workbench
from exporters.subsidy_table import BY_DISTRICT, TITLE
from forms.errors import UserError
from tests.subsidy_cases import Spoil, put, sample_mapping, without
from tests.window_kit import opened

NASTY = "=cmd|' /C calc'!A0"


def _taken(bench: Workbench, name: str, district: str, *spoils: Spoil) -> None:
    mapping = deepcopy(sample_mapping())
    mapping["enterprise"] |= {"name": name, "district": district}
    for spoil in spoils:
        spoil(mapping)
    bench.import_mapping(mapping)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("资金") / "data") as made:
        _taken(made, "示例·甲", "朝阳区")
        _taken(made, NASTY, "南关区", without("audit"), put("dossier", batch="第九批"))
        _taken(made, "示例·丙", "朝阳区", put("invoice", 6, amount="1.01"), without("audit"))
        made.create("示例·空", district="中韩（长春）国际合作示范区")
        yield made


@pytest.fixture(scope="module")
def book(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("出")
    last = list(export_subsidies(bench, folder / "汇总"))[-1]
    assert last.made is not None and os.listdir(folder) == ["汇总.xlsx"]
    return openpyxl.load_workbook(last.made)


def lines(book: Any, title: str) -> dict[str, dict[str, Any]]:
    heads, *rows = book[title].iter_rows(values_only=True)
    return {row[0]: dict(zip(heads, row, strict=True)) for row in rows}


def test_every_dossier_stands_in_its_district_with_its_amounts(book: Any) -> None:
    held = lines(book, TITLE)
    assert list(held) == [NASTY, "示例·丙", "示例·甲", "示例·空"]
    first = held["示例·甲"]
    sums = (
        "合同金额（元）",
        "已开发票（元）",
        "已付款（元）",
        "可核实投入（元）",
        "核定投入（元）",
    )
    assert [first[head] for head in sums] == [3000000, 3000000, 2850000, 2299000, 2280000]
    assert first["可预期补助（元，估算）"] == first["已拨付（元）"] == 500000
    assert (first["验收结论"], first["专项审计"]) == ("通过验收", "已具备")
    # Of 云服务 361,000 were paid, and 1.01 is invoiced now.
    assert held["示例·丙"]["可核实投入（元）"] == 1938001.01
    assert "通过专项审计" in held["示例·丙"]["尚未具备的条件"]


def test_what_cannot_be_reckoned_says_why_and_what_is_not_begun_is_empty(book: Any) -> None:
    held = lines(book, TITLE)
    assert held[NASTY]["可预期补助（元，估算）"] is None
    assert "未登记批次“第九批”的补助规则" in held[NASTY]["不能测算的原因"]
    assert {value for head, value in held["示例·空"].items() if head.endswith("（元）")} == {None}


def test_the_districts_are_summed(book: Any) -> None:
    held = lines(book, BY_DISTRICT)
    assert list(held) == ["南关区", "朝阳区", "中韩（长春）国际合作示范区", "合计"]
    assert (held["朝阳区"]["档案数"], held["朝阳区"]["已登记合同或凭证"]) == (2, 2)
    assert held["朝阳区"]["可核实投入（元）"] == 2299000 + 1938001.01
    assert held["合计"]["合同金额（元）"] == 9000000
    assert held["合计"]["档案数"] == 4


def test_no_sheet_runs_what_people_typed(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    nasty = [cell for cell in cells if cell.value == NASTY]
    assert nasty and all(cell.data_type == "s" and cell.quotePrefix for cell in nasty)
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_what_was_there_stays_where_it_is_stopped_or_refused(
    bench: Workbench, tmp_path: Path
) -> None:
    kept = tmp_path / "a.xlsx"
    kept.write_bytes(b"kept")
    begun = export_subsidies(bench, kept)
    assert next(begun).text.startswith("正在")
    assert kept.read_bytes() == b"kept"
    with pytest.raises(UserError, match="没有导出资金汇总表，原有文件未动"):
        list(export_subsidies(bench, tmp_path / "nowhere" / "a.xlsx"))


def test_without_dossiers_there_is_nothing_to_write(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as empty, pytest.raises(UserError, match="还没有档案"):
        list(export_subsidies(empty, tmp_path / "a.xlsx"))
