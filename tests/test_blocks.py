"""The tree itself: its texts, its chapters, the grid that tables stand on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.blocks import (
    Caption,
    Cell,
    Document,
    GridItem,
    Heading,
    Paragraph,
    Picture,
    PictureGrid,
    Placeholder,
    Row,
    Run,
    Table,
    Toc,
    by_chapter,
    check_boxes,
    clean,
    keeps_with_next,
    outline,
    texts,
)
from exporters.grid import grid_table, place, rows_that_may_split, widths_mm
from tests.block_samples import PROSE, photo, sample, scene_table


def test_texts_follow_the_reading_order_and_leave_out_what_is_not_the_authors() -> None:
    blocks = (
        Toc(),
        Heading(1, "一、标题"),
        Paragraph((Run("甲"), Run("乙", bold=True))),
        Caption("表", 3, "清单"),
        Table((1, 1), (Row((Cell("左\n下"), Cell((Paragraph("右"), Placeholder("缺图"))))),)),
        PictureGrid((GridItem(Picture(photo()), ("入场", "09:02")),)),
        Placeholder("请添加图片"),
    )
    assert list(texts(blocks)) == [
        "一、标题", "甲乙", "表3 清单", "左", "下", "右", "入场", "09:02",
    ]  # fmt: skip


def test_chapters_divide_all_texts_at_level_one() -> None:
    document = sample()
    chapters = by_chapter(document)
    assert [chapter.heading for chapter in chapters] == ["", "一、企业基本情况", "二、诊断分析"]
    assert [text for chapter in chapters for text in chapter.texts] == list(texts(document.blocks))
    assert chapters[1].texts[0] == "一、企业基本情况"


def test_outline_gives_each_heading_its_own_bookmark() -> None:
    document = Document("题", (Heading(1, "同名"), Paragraph("x"), Heading(2, "同名")))
    entries = outline(document)
    assert [(e.level, e.text, e.place) for e in entries] == [(1, "同名", 0), (2, "同名", 2)]
    assert entries[0].bookmark != entries[1].bookmark


@given(st.text(st.characters()))
def test_cleaning_loses_nothing_but_what_xml_cannot_hold(text: str) -> None:
    kept = clean(text)
    assert clean(kept) == kept
    assert all(char in "\t\n" or char >= " " for char in kept)
    printable = [char for char in text if char > " " and char.isprintable()]
    assert [char for char in kept if char > " " and char.isprintable()] == printable


def test_cleaning_drops_lone_surrogates_and_keeps_emoji() -> None:
    assert clean("甲\ud800乙\x00\x0b😀\r\n丙\r丁") == "甲乙😀\n丙\n丁"


def test_check_boxes_mark_what_is_chosen() -> None:
    assert check_boxes(["国有", "民营"], {"民营"}, " ") == "□国有 ☑民营"


def test_heading_levels_are_bounded() -> None:
    with pytest.raises(ValueError):
        Heading(5, "过深")


def test_what_must_not_stand_alone_keeps_with_the_next() -> None:
    blocks = (
        Heading(1, "一"),
        Caption("表", 1, "表"),
        Table((1,), ()),
        Placeholder("缺图"),
        Caption("图", 1, "图"),
        Paragraph("完"),
    )
    kept = [keeps_with_next(blocks, index) for index in range(len(blocks))]
    assert kept == [True, True, False, True, False, False]


def test_cells_find_their_columns_beside_merged_ones() -> None:
    placed = {item.cell.content: (item.row, item.column) for item in place(scene_table())}
    assert placed["二级"] == (0, 3)
    assert placed[f"一级的描述。{PROSE}"] == (1, 2)
    assert placed["产品生命周期数字化场景2"] == (3, 1)


@pytest.mark.parametrize(
    "rows",
    [
        (Row((Cell("宽", colspan=3),)),),
        (Row((Cell("高", rowspan=2),)),),
        (Row((Cell("左"), Cell("右", rowspan=2))), Row((Cell("撞", colspan=2),))),
        (Row((Cell("无", colspan=0),)),),
    ],
)
def test_a_span_that_leaves_the_table_or_overlaps_is_a_mistake(rows: tuple[Row, ...]) -> None:
    with pytest.raises(ValueError):
        place(Table((1, 1), rows))


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_placed_cells_cover_the_grid_exactly_once(spans: list[list[tuple[int, int]]]) -> None:
    rows = tuple(
        Row(tuple(Cell("x", colspan=wide, rowspan=high) for wide, high in row)) for row in spans
    )
    table = Table((1, 1, 1, 1), rows)
    try:
        placed = place(table)
    except ValueError:
        return
    covered = [
        (item.row + down, item.column + right)
        for item in placed
        for down in range(item.cell.rowspan)
        for right in range(item.cell.colspan)
    ]
    assert sorted(covered) == [(row, column) for row in range(len(rows)) for column in range(4)]


def test_only_long_rows_may_run_over_a_page_foot() -> None:
    table = Table((1, 1), (Row((Cell("短"), Cell(PROSE))), Row((Cell("长"), Cell(PROSE * 20)))))
    widths = widths_mm(table, 156)
    assert sum(widths) == pytest.approx(156)
    assert rows_that_may_split(table, place(table), widths) == {1}


def test_a_picture_grid_fills_rows_of_its_columns() -> None:
    grid = PictureGrid(tuple(GridItem(Placeholder(str(n))) for n in range(5)), columns=3)
    assert [len(row.cells) for row in grid_table(grid).rows] == [3, 2]
