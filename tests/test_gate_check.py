"""离场检查 on the drawn visit: at 14:05 of its day what is still to do, in which order, and why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PySide6.QtWidgets import QApplication

from app.gate_sheet import write
from exporters import gate_check as paper
from exporters.blocks import texts
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces
from forms.dossier import Enterprise
from forms.watermark import Watermark
from grading.finding import Severity
from grading.gate_check import Todo, When, as_text, before_leaving, request_text, summary, todo
from tests.gate_kit import DAY, GATE, Drawn, _drawn_once, at, drawn, said
from widgets.pages.visit_view import stats
from widgets.theme import theme


@pytest.fixture(autouse=True, scope="module")
def _themed(qapp: QApplication) -> None:
    theme().install(qapp)


def test_at_five_past_two_the_list_is_the_drawn_one(drawn: Drawn) -> None:
    items = todo(drawn.scene(at(14, 5)))
    assert said(items) == [
        ("现在能补", "再留 10 分"),
        ("现在能补", "办公场所再拍 1 张"),
        ("现在能补", "李样本不在任何照片中"),
        ("现在能补", "对接人钱虚构尚未签字"),
        ("出门时补", "离场照片（下午）"),
        ("只能说明", "离场照片缺失（上午）"),
        ("回去后补", "2 张照片凭据不足"),
    ]
    assert [item.text for item in items] == [
        "留到 14:15，两场合计满 3 小时。",
        "现有 1 张可用；13:44 人员访谈照片矛盾，不计入。",
        "请其进入下一张照片，或在照片的“人物”一栏补认。",
        "现场诊断记录表可打印，签字后在此注明。",
        "到场 3 人同框，企业 LOGO 可见，出门时拍。",
        "11:20 离场时的照片没有导入；未拍的不能补拍，请写明原因。"
        "本次另有离场照片的，说明方可代替。",
        "10:26 生产现场、无时间 生产现场：请拍摄人以原图或文件方式重发。",
    ]
    assert summary(items) == "离开前可补 5 件，其中阻断 3 件，按还能补的先后排。"
    assert [item.act for item in items if item.act != "jump"] == ["import", "import", "request"]


def test_the_strip_holds_the_drawn_figures(drawn: Drawn) -> None:
    cells = [(s.name, s.value, s.note, s.state) for s in stats(drawn.scene(at(14, 5)))]
    block, warn = Severity.BLOCK, Severity.WARN
    assert cells == [
        ("时长", "2 小时 50 分", "须满 3 小时", block),
        ("照片", "7 / 5", "不少于 5 张", None),
        ("入场、离场", "2 / 4", "每次进出各一张", block),
        ("办公场所", "1 / 2", "宣贯、访谈不少于 2 张", block),
        ("生产现场", "4 / 1", "不少于 1 张", None),
        ("到场人员", "3 / 3", "1 人未在照片中", warn),
    ]


def test_ten_minutes_later_the_hours_are_off_the_list(drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", "14:15")
    titles = [item.title for item in todo(drawn.scene(at(14, 15)))]
    assert titles[0] == "办公场所再拍 1 张"


def test_an_exit_to_come_is_filled_in_at_the_door(drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "stay", drawn.afternoon, "end", None)
    items = todo(drawn.scene(at(14, 5)))
    door = [item.title for item in items if item.when is When.DOOR]
    assert items[0].title == "再留 10 分"
    assert door == ["离场照片（下午）", "第 2 场离场时间"]


def test_an_hour_after_the_exit_nothing_is_promised_of_the_door(drawn: Drawn) -> None:
    scene = drawn.scene(at(15, 5))
    found = {item.title: item for item in todo(scene)}
    assert scene.until is None
    assert found["离场照片缺失（下午）"].when is When.EXPLAIN
    assert found["时长差 10 分"].text == "再次入场的另登记一场，合计满 3 小时。"


def test_on_another_day_nothing_can_be_mended_before_leaving(drawn: Drawn) -> None:
    items = todo(drawn.scene(at(14, 5, days=3)))
    assert before_leaving(items) == []
    assert summary(items) == f"离开后处理 {len(items)} 件。"
    assert {item.when for item in items} == {When.EXPLAIN, When.BACK, When.AGAIN}
    assert ("另行安排", "时长差 10 分") in said(items)
    assert ("回去后补", "办公场所照片差 1 张") in said(items)


def test_photos_that_other_rows_ask_for_are_not_asked_for_twice(drawn: Drawn) -> None:
    def withdraw(*places: int) -> list[str]:
        for place in places:
            photo = drawn.view_before[place].photo.id
            drawn.bench.withdraw(drawn.id, "photo", photo)
        return [item.title for item in todo(drawn.scene(at(14, 5)))]

    # Of 7 that count 4 stay: the second one of the office and the exit's make six.
    assert not [title for title in withdraw(2, 3, 4) if "另拍" in title]
    # Without a photo of the entries, which cannot be made up for, those rows are not enough.
    assert "照片另拍 1 张" in withdraw(0, 5)
    past = [item.title for item in todo(drawn.scene(at(14, 5, days=3)))]
    assert "照片差 3 张" in past


def test_a_photo_that_does_not_count_shows_nobody(drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "photo", drawn.talk, f"people.{drawn.people[1]}", True)
    titles = [item.title for item in todo(drawn.scene(at(14, 5)))]
    assert "李样本不在可计入的照片中" in titles


def test_a_record_is_filled_in_before_it_is_signed(drawn: Drawn) -> None:
    drawn.bench.put(drawn.id, "visit", drawn.visit, "results", "")
    items = todo(drawn.scene(at(14, 5)))
    titles = [item.title for item in items]
    assert titles.index("未填本次服务成果") < titles.index("对接人钱虚构尚未签字")
    signature = next(item for item in items if "尚未签字" in item.title)
    assert signature.text == "填写诊断主题、服务成果后，打印现场诊断记录表签字。"


def test_a_contradiction_that_costs_no_count_is_told_with_its_reason(drawn: Drawn) -> None:
    drawn.photo("14:01", "人员访谈", 30)
    items = todo(drawn.scene(at(14, 5)))
    (against,) = [item for item in items if "矛盾" in item.title]
    assert (against.when, against.title) == (When.BACK, "1 张照片矛盾，不计入")
    assert against.text.startswith("13:44 人员访谈：拍摄信息记录 2025年6月16日 13:44，水印写作")


def test_a_photo_that_is_still_being_read_is_waited_for_and_not_asked_for(drawn: Drawn) -> None:
    for _ in range(2):
        drawn.photo("", "人员访谈", None, facts=False, read=False)
    items = todo(drawn.scene(at(14, 5)))
    (waiting,) = [item for item in items if "尚未读完" in item.title]
    assert (waiting.when, waiting.severity) == (When.NOW, Severity.INFO)
    assert waiting.title == "2 张照片的水印尚未读完"
    assert waiting.text == (
        "无时间 人员访谈、无时间 人员访谈：读完后本清单自动更新；"
        "原图在同事处的，收入含原图的文件包后读取；原图遗失的，请重新导入。"
    )
    assert ("回去后补", "2 张照片凭据不足") in said(items)
    asked = request_text(drawn.scene(at(14, 5)))
    assert "IMG_8.jpg" in asked and "IMG_9.jpg" not in asked
    later = todo(drawn.scene(at(14, 5, days=3)))
    assert ("回去后补", "2 张照片的水印尚未读完") in said(later)

    drawn.read(9, Watermark(day=DAY, clock=dt.time(13, 50)))
    drawn.read(10, Watermark())
    titles = [item.title for item in todo(drawn.scene(at(14, 5)))]
    assert "4 张照片凭据不足" in titles
    assert not any("尚未读完" in title for title in titles)


def test_doubtful_coordinates_are_looked_at_and_not_asked_for_again(drawn: Drawn) -> None:
    drawn.photo("", "人员访谈", None, facts=False, read=False)
    doubt: dict[str, Any] = {"unsure": {"position"}, "latitude": GATE[0], "longitude": GATE[1]}
    drawn.read(9, Watermark(day=DAY, clock=dt.time(13, 50), **doubt))
    found = {item.title: item for item in todo(drawn.scene(at(14, 5)))}
    assert found["1 张照片的水印待核对"].text == (
        "13:50 人员访谈：请对照原图核对水印内容，予以确认或更正。"
    )
    assert "2 张照片凭据不足" in found


def test_what_was_copied_says_it_all(drawn: Drawn) -> None:
    scene = drawn.scene(at(14, 5))
    lines = as_text(scene, todo(scene)).splitlines()
    assert lines[0] == "第 1 次现场诊断（6月17日）离场检查"
    assert lines[1] == "1. 再留 10 分（现在能补）留到 14:15，两场合计满 3 小时。"
    assert len(lines) == 8


def test_on_paper_it_is_one_page_to_tick(drawn: Drawn, tmp_path: Path) -> None:
    scene = drawn.scene(at(14, 5))
    *_, last = write(scene, todo(scene), at(14, 5))
    assert last.made is not None
    (page,) = pypdf.PdfReader(last.made).pages
    text = page.extract_text().replace("\n", "").replace(" ", "")
    for words in (
        "示例・长春启明汽车零部件有限公司",
        "第1次，2025年6月17日",
        "2025年6月17日14:05",
        "离开前可补5件，其中阻断3件",
        "再留10分",
        "现有1张可用；13:44人员访谈照片矛盾，不计入。",
        "离开后",
        "回去后补",
    ):
        assert words in text, words
    assert text.count("□") == 7


def test_a_long_list_stays_on_its_page_and_says_what_it_left_out(drawn: Drawn) -> None:
    scene = drawn.scene(at(14, 5))
    long = Todo(When.NOW, Severity.BLOCK, "很长的事项" * 30, "很长的说明。" * 60, "去填写")
    short = Todo(When.BACK, Severity.WARN, "短", "", "去填写")
    enterprise = scene.dossier.one(Enterprise)
    enterprise.name = "很长的名称" * 40
    for items in ([], [short], [long] * 40, [short] * 60, [long, short] * 20):
        document = paper.compose(scene, items, at(14, 5))
        assert len(lay_out(document, faces(None)).pages) == 1
        told = "".join(texts(document.blocks))
        shown = told.count("□")
        assert shown == len(items) or f"另有{len(items) - shown}件" in told
