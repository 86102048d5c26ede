"""A registry of enterprises as .xlsx or .csv: each row once, and no file does harm."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import foreign_table, registry, workbook_bounds
from app.import_plan import State
from app.log import check_rows
from app.registry import Entry, import_registry
from app.registry_sheet import HEAD_WITHIN
from app.search import search_of
from app.workbench import Workbench
from benchmarks.registry import credit_code
from forms.dossier import Enterprise, File, Site
from forms.errors import UserError

CODE = "91220105MA0EXAMP0M"
CODE_TOO = credit_code(7)
HEAD = ["序号", "企业名称", "统一社会信用代码", "所属县（市、区）", "联系人", "联系电话"]
ROWS = [
    ["1", "示例·甲厂", CODE, "二道区", "吕样例", "13800000301"],
    ["2", "示例·乙厂", "", "绿园区", "王样例", "13800000302"],
]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench.open(tmp_path / "data")
    yield made
    made.close()


def book(path: Path, rows: list[list[object]], before: int = 0) -> Path:
    """A workbook whose table stands below `before` rows of a title."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for number in range(before):
        sheet.append([f"附件{number}：试点企业名单"])
    for row in rows:
        sheet.append(row)
    made.save(path)
    return path


def csv_file(path: Path, encoding: str, rows: list[list[str]] | None = None) -> Path:
    lines = [",".join(row) for row in rows or [HEAD, *ROWS]]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def taken(bench: Workbench, path: Path) -> list[Entry]:
    return list(import_registry(bench, path))


def check(bench: Workbench, entries: list[Entry]) -> None:
    assert [(e.name, e.dossier_id is not None, e.note) for e in entries] == [
        ("示例·甲厂", True, ""), ("示例·乙厂", True, "")
    ]  # fmt: skip
    assert entries[0].dossier_id is not None
    found = bench.dossier(entries[0].dossier_id).one(Enterprise)
    assert (found.credit_code, found.district) == (CODE, "二道区")
    assert (found.contact, found.phone) == ("吕样例", "13800000301")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_that_excel_writes(
    encoding: str, bench: Workbench, tmp_path: Path
) -> None:
    check(bench, taken(bench, csv_file(tmp_path / "名单.CSV", encoding)))


@pytest.mark.parametrize("before", [0, 1, 9])
def test_a_workbook_whose_head_is_not_the_first_row(
    before: int, bench: Workbench, tmp_path: Path
) -> None:
    rows: list[list[object]] = [
        [*HEAD],
        [1, "示例·甲厂", CODE, "二道区", "吕样例", 13800000301],
        [*ROWS[1]],
    ]
    check(bench, taken(bench, book(tmp_path / "名单.xlsx", rows, before)))


def test_heads_are_found_whatever_their_blanks_and_order(bench: Workbench, tmp_path: Path) -> None:
    rows: list[list[object]] = [["联系\n电话", " 企 业 名 称 ", None], ["0431-1", "示例·甲厂"]]
    (entry,) = taken(bench, book(tmp_path / "a.xlsx", rows))
    assert entry.dossier_id is not None
    found = bench.dossier(entry.dossier_id).one(Enterprise)
    assert (found.name, found.phone) == ("示例·甲厂", "0431-1")


def test_what_is_there_already_is_named_and_not_made_again(
    bench: Workbench, tmp_path: Path
) -> None:
    bench.create("示例·乙厂")
    rows = [
        HEAD,
        *ROWS,
        ["3", "示例·甲厂改名", CODE],
        ["4", "", CODE],
        ["", ""],
        ["5", "示例·丙厂"],
    ]
    entries = taken(bench, csv_file(tmp_path / "a.csv", "utf-8", rows))
    assert [(e.row, e.name, e.dossier_id is not None) for e in entries] == [
        (2, "示例·甲厂", True), (3, "示例·乙厂", False), (4, "示例·甲厂改名", False),
        (5, "", False), (7, "示例·丙厂", True),
    ]  # fmt: skip
    assert all(e.note.endswith("。") for e in entries if e.dossier_id is None)
    assert len(bench.summaries()) == 3
    again = taken(bench, tmp_path / "a.csv")
    assert [e.dossier_id for e in again] == [None] * 5


def test_cancelling_keeps_the_lots_that_were_made(bench: Workbench, tmp_path: Path) -> None:
    rows = [HEAD, *([str(n), f"示例·{n}厂"] for n in range(registry.LOT + 1))]
    steps = import_registry(bench, csv_file(tmp_path / "a.csv", "utf-8", rows))
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    made = bench.summaries()
    assert len(made) == registry.LOT
    for summary in made:
        found, log = bench.whole(summary.id)
        assert found.one(Enterprise).name == summary.name
        assert check_rows(log, summary.id) == "" and {row.device for row in log} == {
            bench.store.device
        }


FULL = [
    *("企业名称", "信用代码", "所属县（市）区", "行业", "规模", "批次", "纬度", "经度", "坐标系"),
]
FIRM = ["示例·丁厂", CODE, "长春市二道区", "电子元器件制造", "小型", "第三批", "43.8", "125.3"]


def test_every_field_comes_in_in_the_forms_own_words(bench: Workbench, tmp_path: Path) -> None:
    firm = [*FIRM, "GCJ-02"]
    (entry,) = taken(bench, csv_file(tmp_path / "a.csv", "utf-8", [FULL, firm]))
    assert entry.dossier_id is not None
    dossier = bench.dossier(entry.dossier_id)
    found, site = dossier.one(Enterprise), dossier.one(Site)
    assert (found.district, found.size) == ("二道区", "小型企业")
    assert found.industry == "电子元器件制造业"
    assert dossier.one(File).batch == "第三批" and dossier.one(File).pack == bench.pack.id
    assert (site.latitude, site.longitude, site.datum) == ("43.8", "125.3", "GCJ-02")
    assert site.source == "人工填写"
    assert [s.name for s in bench.summaries("丁厂")] == ["示例·丁厂"]
    (place,) = search_of(bench.store).places("丁厂")
    assert place.dossier == entry.dossier_id, "what was written is found at once"


FAULTS = [
    (0, "", "没有企业名称"),
    (0, "长" * 81, "超过 80 字"),
    (1, "91220105MA0EXAMP07", "校验位应为 M，现为 7"),
    (1, "9122", "18 位"),
    (2, "示例区", "不在所列各项之中"),
    (3, "食品制造业", "不在所列各项之中"),
    (4, "大型企业", "不在所列各项之中"),
    (5, "批" * 41, "超过 40 字"),
    (6, "95", "大于 90"),
    (6, "北纬", "不是数字"),
    (7, "", "填了纬度，未填经度"),
    (8, "北京54", "不在所列各项之中"),
]


def test_each_faulty_cell_is_named_with_its_reason(bench: Workbench, tmp_path: Path) -> None:
    rows = [FULL]
    for number, (place, value, _) in enumerate(FAULTS):
        firm = [f"示例·{number}厂", "", *FIRM[2:], "GCJ-02"]
        firm[place] = value
        rows.append(firm)
    *wrong, right = taken(bench, csv_file(tmp_path / "a.csv", "utf-8", [*rows, ["示例·戊厂"]]))
    assert right.dossier_id is not None and len(bench.summaries()) == 1
    for line, (entry, (place, _, reason)) in enumerate(zip(wrong, FAULTS, strict=True), 2):
        column = "ABCDEFGHI"[place]
        assert [fault.cell for fault in entry.faults] == [f"{column}{line}"]
        assert reason in entry.faults[0].reason and entry.dossier_id is None
        assert entry.note.startswith(f"第 {line} 行 {column} 列：") and entry.note.endswith("。")


def test_a_row_that_stands_further_up_is_named_with_both(bench: Workbench, tmp_path: Path) -> None:
    rows = [HEAD, *ROWS, ["3", "示例·乙厂"], ["4", "示例·丙厂", CODE]]
    _, _, by_name, by_code = taken(bench, csv_file(tmp_path / "a.csv", "utf-8", rows))
    assert "“示例·乙厂”与第 3 行重复" in by_name.note and by_name.faults[0].cell == "B4"
    assert f"“{CODE}”与第 2 行重复" in by_code.note and by_code.faults[0].cell == "C5"


def test_what_a_registry_says_otherwise_is_shown_and_written_only_when_asked(
    bench: Workbench, tmp_path: Path
) -> None:
    taken(bench, csv_file(tmp_path / "a.csv", "utf-8"))
    changed = [["1", "示例·甲厂改名", CODE, "绿园区", "吕样例"], [*ROWS[1][:2], CODE_TOO]]
    path = csv_file(tmp_path / "b.csv", "utf-8", [HEAD, *changed])
    plan = registry.preview(bench, path)
    assert [row.state for row in plan.rows] == [State.CHANGED, State.CHANGED]
    assert "企业名称：示例·甲厂→示例·甲厂改名" in plan.rows[0].note
    assert "企业信用代码：未填→" in plan.rows[1].note
    assert [e.dossier_id for e in taken(bench, path)] == [None, None]
    assert {s.name for s in bench.summaries()} == {"示例·甲厂", "示例·乙厂"}
    made = list(import_registry(bench, path, update=True))
    first = made[0].dossier_id
    assert first is not None
    assert (bench.dossier(first).one(Enterprise).district) == "绿园区"
    assert bench.dossier(first).one(Enterprise).phone == "13800000301", "an empty cell says nothing"
    again = registry.preview(bench, path)
    assert again.count(State.SAME) == 2 and len(bench.summaries()) == 2


def test_one_name_with_another_code_is_another_firm_or_a_slip(
    bench: Workbench, tmp_path: Path
) -> None:
    taken(bench, csv_file(tmp_path / "a.csv", "utf-8"))
    rows = [HEAD, ["1", "示例·甲厂", CODE_TOO]]
    (entry,) = taken(bench, csv_file(tmp_path / "b.csv", "utf-8", rows))
    assert entry.faults[0].cell == "C2" and "请核对是否为同一企业" in entry.note
    assert bench.summaries()[-1].code == CODE


def test_two_rows_never_write_into_one_dossier(bench: Workbench, tmp_path: Path) -> None:
    held = bench.create("示例·乙厂", credit_code=CODE, phone="13800000300")
    # Another firm's code stands in the dossier: one row is its by the code, the other by the name.
    path = csv_file(tmp_path / "名单.csv", "utf-8")
    made = list(import_registry(bench, path, update=True))
    assert [each.dossier_id for each in made] == [held, None]
    (fault,) = made[1].faults
    assert fault.cell == "B3" and fault.reason == "“示例·乙厂”与第 2 行对应同一份档案"
    enterprise = bench.dossier(held).one(Enterprise)
    assert (enterprise.name, enterprise.phone) == ("示例·甲厂", "13800000301")
    assert len(bench.summaries()) == 1


def test_a_name_that_no_field_holds_as_it_stands_is_found_again(
    bench: Workbench, tmp_path: Path
) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes("企业名称\r\n示例·\0丙厂".encode())
    assert [each.dossier_id is None for each in taken(bench, path)] == [False]
    assert [row.state for row in registry.preview(bench, path).rows] == [State.SAME]


def refused(bench: Workbench, path: Path) -> str:
    with pytest.raises(UserError) as caught:
        taken(bench, path)
    assert bench.summaries() == []
    assert str(caught.value).endswith("。")
    assert "没有导入" in str(caught.value)
    return str(caught.value)


def test_a_table_without_names_is_refused(bench: Workbench, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", "utf-8", [["序号", "地址"], ["1", "某路"]])
    assert "没有“企业名称”一列" in refused(bench, path)
    late = [["x"]] * HEAD_WITHIN + [HEAD, *ROWS]
    assert "没有“企业名称”一列" in refused(bench, csv_file(path, "utf-8", late))
    path.write_bytes(b"")
    refused(bench, path)
    refused(bench, book(tmp_path / "a.xlsx", []))


def test_too_many_rows_are_refused_and_empty_ones_are_not_counted(
    bench: Workbench, tmp_path: Path
) -> None:
    rows = [HEAD, ["1", "示例·甲厂"], *[[""] * 5] * 10_000, ["2", "示例·乙厂"]]
    path = csv_file(tmp_path / "a.csv", "utf-8", rows)
    assert len(taken(bench, path)) == 2
    for summary in bench.summaries():
        bench.withdraw(summary.id, "dossier", summary.id)
    many = [HEAD, *([str(n), f"示例·{n}厂"] for n in range(foreign_table.ROWS_CEILING))]
    assert "超过 5000 行" in refused(bench, csv_file(path, "utf-8", many))


def test_bytes_that_are_no_text_are_refused(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xff\xff\x80" * 100)
    assert "编码" in refused(bench, path)
    path.write_text(f"企业名称\n{'长' * 200_000}", "utf-8")
    assert "CSV" in refused(bench, path)
    path.write_bytes(b"x" * (foreign_table.BYTES_CEILING + 1))
    assert "20 兆字节" in refused(bench, path)
    for absent in (tmp_path, tmp_path / "没有.csv", Path("/dev/zero")):
        refused(bench, absent)


def workbook_with(path: Path, parts: dict[str, bytes]) -> Path:
    """A workbook some of whose parts were replaced."""
    source = io.BytesIO(book(path, [[*HEAD], [*ROWS[0]]]).read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return path


SHEET = "xl/worksheets/sheet1.xml"
END = b"</sheetData></worksheet>"
START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)


@pytest.mark.parametrize(
    "parts",
    [
        {SHEET: b""},
        {SHEET: b"<not xml"},
        {SHEET: START + b"<row><c><v>" + b"9" * 100 + b"</v></c></row>"},
        {SHEET: LAUGHS + START + b'<row r="1"><c t="str"><v>&j;</v></c></row>' + END},
        {SHEET: START + b" " * (workbook_bounds.BYTES_CEILING + 1)},
        {SHEET: START + b'<row r="99999999"><c r="ZZZZ1"><v>1</v></c></row>' + END},
        {SHEET: START + b'<row r="1048576"><c><v>1</v></c></row>' + END},
        {"xl/workbook.xml": b"<workbook/>"},
        {"[Content_Types].xml": b""},
    ],
    ids=[
        "empty",
        "no-xml",
        "cut",
        "laughs",
        "bomb",
        "far-cell",
        "far-row",
        "no-sheets",
        "no-types",
    ],
)
def test_a_hostile_workbook_is_refused_in_time(
    parts: dict[str, bytes], bench: Workbench, tmp_path: Path
) -> None:
    path = workbook_with(tmp_path / "a.xlsx", parts)
    start = time.perf_counter()
    refused(bench, path)
    assert time.perf_counter() - start < 10


def test_a_string_that_all_cells_share_is_kept_once(tmp_path: Path) -> None:
    long = "长" * foreign_table.CELL_CEILING
    rows: list[list[object]] = [[long] * 20 for _ in range(20)]
    read = foreign_table.read_rows(book(tmp_path / "a.xlsx", rows))
    assert read[0][0] == long and len({id(cell) for row in read for cell in row if cell}) == 1


@pytest.mark.parametrize(
    "raw",
    [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 100, os.urandom(500)],
    ids=["empty", "zip", "old excel", "noise"],
)
def test_what_is_no_workbook_is_refused(raw: bytes, bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(raw)
    assert "Excel" in refused(bench, path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.binary(max_size=60)
    | st.text(max_size=40).map(lambda typed: f"企业名称,地址\n{typed}".encode("utf-8", "replace"))
)
def test_any_csv_is_read_or_refused(raw: bytes, bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    try:
        entries = taken(bench, path)
    except UserError as error:
        assert str(error).endswith("。")
        return
    for entry in entries:
        if entry.dossier_id is not None:
            assert bench.dossier(entry.dossier_id).one(Enterprise).name.strip()
