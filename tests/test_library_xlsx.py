"""The library as .xlsx: written in the annex's columns, read again; the same twice is nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import library_sheet, library_xlsx
from app.import_plan import State
from app.packs import load_pack
from app.workbench import Workbench
from exporters import library_book, library_table
from exporters.library_table import HEADS
from exporters.spreadsheet import FORMULA
from forms.dossier import Dossier, Enterprise, LibraryEntry, Solution
from forms.errors import UserError
from forms.record import Record, single_id
from grading.library import listed_id

NAME = "示例·甲厂"
SCENES = [s for first in load_pack().library for group in first.groups for s in group.scenes]
FIRST, SECOND = "2.1.1数字化排产与优化", "2.3.1产品质量追溯"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench.open(tmp_path / "data")
    yield made
    made.close()


def filled(bench: Workbench, name: str = NAME) -> UUID:
    """A dossier with two scenes of the list, one of its own, and three products."""
    dossier_id = bench.create(name)
    first = bench.add(
        dossier_id, "libraryentry", record_id=listed_id(dossier_id, FIRST), scene=FIRST,
        common_need="排程靠人。", own_need="周计划要一天半。\n插单看不清。",
        description="自动排程。",
    )  # fmt: skip
    bench.add(
        dossier_id, "solution", first, name="排产系统", price="22.0", vendor="甲", kind="已有"
    )
    bench.add(dossier_id, "solution", first, name="看板", brief="=1+1", vendor="@乙")
    second = bench.add(
        dossier_id, "libraryentry", scene="9.9.9自有场景", group="9.9自有组", first="9.自有一级",
        own_need="-急需。",
    )  # fmt: skip
    bench.add(dossier_id, "solution", second, name="某系统", price="1,200.50", kind="新开发")
    return dossier_id


def exported(bench: Workbench, dossier_id: UUID, path: Path) -> Path:
    return [*library_xlsx.export_one(bench, dossier_id, path)][-1].made or path


def plan(bench: Workbench, dossier_id: UUID, path: Path) -> list[tuple[State, str, str]]:
    rows = library_xlsx.preview(bench, dossier_id, path).rows
    return [(row.state, row.product, row.note) for row in rows]


def contents(bench: Workbench, dossier_id: UUID) -> list[tuple[Any, ...]]:
    """All that the library holds, by scene; ids and places aside."""
    dossier = bench.dossier(dossier_id)
    return [
        (
            *(e.first, e.group, e.scene, e.common_need, e.own_need, e.description),
            *((s.name, s.brief, s.price, s.vendor, s.kind) for s in dossier.all(Solution, e.id)),
        )
        for e in dossier.all(LibraryEntry)
    ]


def sheet(path: Path, *rows: Sequence[str | float], heads: tuple[str, ...] = HEADS) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in ([*heads], *rows):
        book.active.append(list(row))
    book.save(path)
    return path


def test_the_table_has_the_annexs_columns_and_every_scene(bench: Workbench, tmp_path: Path) -> None:
    path = exported(bench, filled(bench), tmp_path / "库")
    table = openpyxl.load_workbook(path)
    assert path.name == "库.xlsx" and table.active is not None
    rows = [[cell.value for cell in row] for row in table.active.iter_rows()]

    assert rows[0][0] == "长春市中小企业数字化转型需求、问题和场景清单及供需适配库"
    assert NAME in str(rows[1][0])
    assert rows[2][:5] == list(HEADS[:5]) and rows[2][5] == "适用产品及解决方案"
    assert rows[3][5:] == list(HEADS[5:])
    scenes = [row[2] for row in rows[4:]]
    assert list(dict.fromkeys(scenes)) == [*SCENES, "9.9.9自有场景"]
    (own,) = (row for row in rows if row[2] == "9.9.9自有场景")
    assert own[:2] == ["9.自有一级", "9.9自有组"]
    assert own[5:8] == ["某系统（新开发）", None, 1200.5]


def test_no_cell_is_a_formula(bench: Workbench, tmp_path: Path) -> None:
    path = exported(bench, filled(bench), tmp_path / "a.xlsx")
    table = openpyxl.load_workbook(path)
    assert table.active is not None
    told = [c for row in table.active.iter_rows() for c in row if isinstance(c.value, str)]
    begun = [cell for cell in told if str(cell.value).startswith(FORMULA)]
    assert [cell.value for cell in begun] == ["=1+1", "@乙"]
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in begun)


def test_what_was_written_is_read_as_nothing_new(bench: Workbench, tmp_path: Path) -> None:
    dossier_id = filled(bench)
    path = exported(bench, dossier_id, tmp_path / "a.xlsx")
    before = bench.whole(dossier_id)[1]

    made = library_xlsx.preview(bench, dossier_id, path)

    assert [row.state for row in made.rows] == [State.SAME] * 3
    assert library_xlsx.apply(bench, dossier_id, made) == 0
    assert len(bench.whole(dossier_id)[1]) == len(before)


def test_a_table_comes_into_another_dossier_whole_and_once(
    bench: Workbench, tmp_path: Path
) -> None:
    path = exported(bench, filled(bench), tmp_path / "a.xlsx")
    other = bench.create("示例·乙厂")
    made = library_xlsx.preview(bench, other, path)

    assert made.count(State.NEW) == 3
    library_xlsx.apply(bench, other, made)

    assert contents(bench, other) == [
        (
            *("", "", FIRST, "排程靠人。", "周计划要一天半。\n插单看不清。", "自动排程。"),
            ("排产系统", "", "22", "甲", "已有"),
            ("看板", "=1+1", "", "@乙", ""),
        ),
        (
            *("9.自有一级", "9.9自有组", "9.9.9自有场景", "", "-急需。", ""),
            ("某系统", "", "1200.5", "", "新开发"),
        ),
    ]
    assert bench.dossier(other).find(LibraryEntry, listed_id(other, FIRST)) is not None
    again = library_xlsx.preview(bench, other, path)
    assert {row.state for row in again.rows} == {State.SAME}
    assert library_xlsx.apply(bench, other, again) == 0


def test_a_preview_says_what_is_new_changed_or_wrong_and_where(
    bench: Workbench, tmp_path: Path
) -> None:
    dossier_id = filled(bench)
    path = sheet(
        tmp_path / "a.xlsx",
        ["2.生产过程数字化", "2.1计划调度", FIRST, "企业个性需求：改为两天。", "",
         "排产系统", "新简述", 22, "甲"],
        ["", "", "", "", "", "看板", "", "约三万", "@乙"],
        ["", "", SECOND, "追溯靠翻本子。", "", "新产品", "", 3.5, "丙"],
        ["", "", "", "", "", "", "没有名称的", "", ""],
        ["", "", "3.9.9自有", "=SUM(A1:A9)", "", "", "", "", ""],
        ["", "3.1采购管理", "", "无处可放", "", "", "", "", ""],
    )  # fmt: skip

    assert plan(bench, dossier_id, path) == [
        (State.CHANGED, "排产系统", "企业个性需求、简述"),
        (State.WRONG, "看板", "H3 的价格“约三万”不是数字"),
        (State.NEW, "新产品", "需求与场景描述、产品"),
        (State.WRONG, "", "F5 没有产品名称"),
        (State.NEW, "", "需求与场景描述"),
        (State.WRONG, "", "C7 没有三级场景"),
    ]
    made = library_xlsx.preview(bench, dossier_id, path)
    assert made.rows[0].cells == "A2:I2"
    library_xlsx.apply(bench, dossier_id, made)
    rows = {row[2]: row for row in contents(bench, dossier_id)}
    assert rows[FIRST][3:6] == ("排程靠人。", "改为两天。", "自动排程。")
    assert rows[FIRST][6] == ("排产系统", "新简述", "22.0", "甲", "已有")
    assert rows[SECOND][4:] == ("追溯靠翻本子。", "", ("新产品", "", "3.5", "丙", ""))
    assert rows["3.9.9自有"][4] == "=SUM(A1:A9)"
    assert {row.state for row in library_xlsx.preview(bench, dossier_id, path).rows} == {
        *(State.SAME, State.WRONG)
    }


def test_each_of_a_scenes_entries_takes_a_row_of_its_own(bench: Workbench, tmp_path: Path) -> None:
    dossier_id = bench.create(NAME)
    for need in ("一号线缺料", "二号线缺料"):
        bench.add(dossier_id, "libraryentry", scene=FIRST, own_need=need)
    rows = [["", "", FIRST, text, "", "", "", "", ""] for text in ("改一", "二号线缺料", "另加")]
    made = library_xlsx.preview(bench, dossier_id, sheet(tmp_path / "a.xlsx", *rows))
    states = [row.state for row in made.rows]
    assert states == [State.CHANGED, State.SAME, State.NEW]
    library_xlsx.apply(bench, dossier_id, made)
    needs = sorted(entry.own_need for entry in bench.dossier(dossier_id).all(LibraryEntry))
    assert needs == sorted(["改一", "二号线缺料", "另加"])


def test_what_somebody_typed_meanwhile_is_seen(bench: Workbench, tmp_path: Path) -> None:
    dossier_id = bench.create(NAME)
    path = sheet(tmp_path / "a.xlsx", ["", "", FIRST, "企业个性需求：甲", "", "", "", "", ""])
    made = library_xlsx.preview(bench, dossier_id, path)
    record = listed_id(dossier_id, FIRST)
    bench.add(dossier_id, "libraryentry", record_id=record, scene=FIRST, own_need="甲")
    assert library_xlsx.apply(bench, dossier_id, made) == 0


def test_the_table_of_all_says_whose_each_row_is(bench: Workbench, tmp_path: Path) -> None:
    one, _ = filled(bench), filled(bench, "示例·乙厂")
    path = [*library_xlsx.export_all(bench, tmp_path / "all.xlsx")][-1].made
    assert path is not None
    made = library_xlsx.preview(bench, one, path)
    assert (made.count(State.SAME), made.count(State.OTHER)) == (3, 3)


def test_drafts_stay_at_home_and_the_table_says_so(bench: Workbench, tmp_path: Path) -> None:
    dossier_id = bench.create(NAME)
    bench.add(dossier_id, "libraryentry", scene=FIRST, common_need="甲", drafted=True)
    path = exported(bench, dossier_id, tmp_path / "a.xlsx")
    table = openpyxl.load_workbook(path)
    assert table.active is not None
    (row,) = (r for r in table.active.iter_rows(min_row=5, values_only=True) if r[2] == FIRST)
    assert set(row[3:]) == {None}
    assert "另有 1 个场景的文字由系统拟写，尚未确认，未列入本表" in str(table.active["A2"].value)
    assert plan(bench, dossier_id, path) == []


@pytest.mark.parametrize(
    ("heads", "says"),
    [(("甲", "乙"), "没有附件1 的表头"), (HEADS[:-1], "缺少“服务商”")],
)
def test_another_table_is_refused(tmp_path: Path, heads: tuple[str, ...], says: str) -> None:
    with pytest.raises(UserError, match=says):
        library_sheet.read(sheet(tmp_path / "a.xlsx", heads=heads))


def test_a_file_that_is_no_table_or_too_long_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(UserError, match="不是可读的 Excel 表格"):
        library_sheet.read(tmp_path / "a.xlsx")
    with pytest.raises(UserError, match="不存在"):
        library_sheet.read(tmp_path / "none.xlsx")
    many = [["", "", FIRST, "需", "", "", "", "", ""]] * (library_sheet.ROWS_CEILING + 1)
    with pytest.raises(UserError, match="请分批导入"):
        library_sheet.read(sheet(tmp_path / "b.xlsx", *many))
    long = ["", "", FIRST, "需" * (library_sheet.CELL_CEILING + 1), "", "", "", "", ""]
    (row,) = library_sheet.read(sheet(tmp_path / "c.xlsx", long))
    assert row.trouble == "D2 超过 5000 字"


_TEXT = st.text(
    st.sampled_from("甲需=+-@（）已有新开发：\n\r\t 企业个性求行共1.5,_x0041\U0002cb3a"),
    max_size=14,
)
_PRICE = st.sampled_from(["", "3", "22.00", "0.1", "1,200.50", "12345678901234567.5"])
_PLACES = st.one_of(
    st.sampled_from(SCENES[:4]).map(lambda scene: (scene, "", "")),
    st.tuples(_TEXT, _TEXT, st.sampled_from(["", "2.生产过程数字化", "9.自有"])),
)


@st.composite
def _dossiers(draw: st.DrawFn) -> Dossier:
    dossier_id = uuid4()
    records: dict[str, list[Record]] = {"libraryentry": [], "solution": []}
    enterprise = Enterprise(id=single_id(dossier_id, "enterprise"), dossier_id=dossier_id)
    enterprise.name = NAME
    records["enterprise"] = [enterprise]
    for place in draw(st.lists(_PLACES, max_size=4)):
        entry = LibraryEntry(dossier_id=dossier_id, scene=place[0], group=place[1], first=place[2])
        entry.common_need, entry.own_need = draw(_TEXT), draw(_TEXT)
        entry.description = draw(_TEXT)
        records["libraryentry"].append(entry)
        for _ in range(draw(st.integers(0, 2))):
            product = Solution(dossier_id=dossier_id, parent_id=entry.id, name=f"产品{draw(_TEXT)}")
            product.brief, product.price, product.vendor = draw(_TEXT), draw(_PRICE), draw(_TEXT)
            product.kind = draw(st.sampled_from(["", "已有", "新开发"]))
            records["solution"].append(product)
    return Dossier(dossier_id, records)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossier=_dossiers())
def test_any_library_is_read_as_it_was_written(tmp_path: Path, dossier: Dossier) -> None:
    rows = list(library_table.rows_of(dossier, load_pack().library))
    library_book.write(rows, tmp_path / "any.xlsx", "题", "试点企业：甲")
    made = library_xlsx.Plan(library_sheet.read(tmp_path / "any.xlsx"))
    assert made.compare(dossier, load_pack().library) == []
    assert {row.state for row in made.rows} <= {State.SAME}
