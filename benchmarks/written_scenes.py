"""Scenes with writing of their own: what must not be taken for a watermark, or mixed up with one.

Each is drawn on a sheet of 1600 by 1200 and then seen a little from the side, as by a hand-held
camera.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

from PIL import Image, ImageDraw, ImageFont

from app import sample_scenes
from app.sample_easel import HEIGHT, WIDTH, Easel
from benchmarks.watermark_look import Face
from benchmarks.watermark_writing import WEEKDAYS, address, company, random_day

_INKS = ("#1d1d1d", "#21406b", "#b3282d", "#1f5a3c")


class _Sheet(Easel):
    """An easel that also letters in a given font."""

    def __init__(self, seed: int, face: Face) -> None:
        super().__init__(seed, "#c9d2d6")
        self._face = face
        self._words: list[tuple[float, float, str, int, str]] = []

    def put(self, x: float, y: float, words: str, size: int, ink: str = "#1d1d1d") -> None:
        """Words from their upper left corner; they are drawn last, on the finished picture."""
        self._words.append((x, y, words, size, ink))

    def finished(self) -> Image.Image:
        picture = super().finished()
        pen = ImageDraw.Draw(picture)
        for x, y, words, size, ink in self._words:
            font = ImageFont.truetype(self._face[0], size, index=self._face[1])
            pen.text((x, y), words, ink, font)
        return picture


def _clock(dice: Random) -> str:
    return f"{dice.randint(7, 18):02}:{dice.randrange(60):02}"


def _gate(sheet: _Sheet) -> None:
    """A company's name over the door."""
    sample_scenes.gate(sheet, company(sheet.dice), sheet.dice.randint(0, 5))


def _whiteboard(sheet: _Sheet) -> None:
    """A week's plan by hand: days, times, 会议."""
    dice = sheet.dice
    sheet.wash((0, 0, WIDTH, HEIGHT), sheet.tint("#9fa9ac"), "#7f898d")
    sheet.box((120, 90, 1480, 1020), "#6c7378", radius=10)
    sheet.wash((144, 114, 1456, 996), "#fbfbf8", "#eceeec")
    day = random_day(dice)
    sheet.put(
        480, 140, dice.choice(("本周工作安排", "车间看板", "生产例会")), 72, dice.choice(_INKS)
    )
    jobs = ("会议", "设备点检", "客户来访", "发货", "培训", "盘点", "消防检查")
    for row in range(dice.randint(5, 8)):
        day += timedelta(days=dice.randint(1, 2))
        written = dice.choice(
            (f"{day.month}月{day.day}日", f"{day:%Y.%m.%d}", f"{day:%Y-%m-%d}",
             f"周{WEEKDAYS[day.weekday()]}", f"{day.month}/{day.day}")
        )  # fmt: skip
        line = f"{written}  {dice.choice(jobs)} {_clock(dice)}"
        sheet.put(200, 260 + row * 88, line, 54, dice.choice(_INKS))
    sheet.row(dice.randint(0, 1), 1190, 640, (1090, 1500), helmets=True)


def _panel(sheet: _Sheet) -> None:
    """A machine's operating screen with its clock."""
    dice = sheet.dice
    sheet.wash((0, 0, WIDTH, HEIGHT), sheet.tint("#8e979c"), "#5f686d")
    sheet.box((220, 150, 1380, 960), "#2a2f34", radius=24)
    sheet.wash((270, 200, 1330, 840), "#12324a", "#0d2233")
    sheet.put(300, 220, dice.choice(("自动运行", "手动模式", "加工监控")), 52, "#e9f3fa")
    sheet.put(
        1080, 224, _clock(dice) + dice.choice(("", f":{dice.randrange(60):02}")), 48, "#ffe14d"
    )
    if dice.random() < 0.5:
        sheet.put(740, 224, f"{random_day(dice):%Y-%m-%d}", 44, "#cfe6ff")
    names = ("主轴转速", "进给速度", "今日产量", "累计工时", "液压压力", "冷却温度", "报警")
    units = ("r/min", "mm/min", "件", "h", "MPa", "℃", "条")
    for row, (name, unit) in enumerate(zip(names, units, strict=True)):
        sheet.put(320, 320 + row * 70, name, 42, "#9fd0ee")
        sheet.put(720, 320 + row * 70, f"{dice.randint(1, 3000)} {unit}", 42, "#ffffff")
    for button in range(6):
        colour = dice.choice(("#d3403a", "#4fb06a", "#e0b23e"))
        sheet.oval((330 + button * 170, 868, 396 + button * 170, 934), colour)


def _erp(sheet: _Sheet) -> None:
    """A system's table of orders on a monitor, with the taskbar's clock."""
    dice = sheet.dice
    sheet.wash((0, 0, WIDTH, HEIGHT), sheet.tint("#7e7a6f"), "#5f5c54")
    sheet.box((60, 50, 1540, 1060), "#1b1d20", radius=18)
    sheet.wash((90, 80, 1510, 1030), "#f7f9fa", "#eef2f4")
    accent = dice.choice(("#1e6b4f", "#1f5fa8", "#4a4f9c"))
    sheet.box((90, 80, 1510, 150), accent)
    sheet.put(120, 92, dice.choice(("生产管理系统", "仓储管理系统", "ERP 订单列表")), 40, "#ffffff")
    for column, name in enumerate(("单号", "物料", "数量", "下单日期", "交货日期")):
        sheet.put(130 + column * 275, 176, name, 32, accent)
    day = random_day(dice)
    for row in range(14):
        later = day + timedelta(days=dice.randint(5, 60))
        cells = (f"PO{dice.randint(10000, 99999)}", dice.choice(("支架", "端盖", "轴套", "壳体")),
                 str(dice.randint(5, 5000)), f"{day:%Y-%m-%d}", f"{later:%Y-%m-%d}")  # fmt: skip
        for column, cell in enumerate(cells):
            sheet.put(130 + column * 275, 232 + row * 52, cell, 30)
        day += timedelta(days=dice.randint(0, 2))
    sheet.box((90, 980, 1510, 1030), "#1f2a36")
    sheet.put(1350, 982, _clock(dice), 20, "#ffffff")
    sheet.put(1330, 1004, f"{day.year}/{day.month}/{day.day}", 20, "#ffffff")


def _paper(sheet: _Sheet, ground: str) -> None:
    sheet.wash((0, 0, WIDTH, HEIGHT), sheet.tint(ground), "#6d675c")
    sheet.box((330, 60, 1270, 1150), "#faf8f0")


def _notice(sheet: _Sheet) -> None:
    """A notice with an address and a telephone number."""
    dice = sheet.dice
    _paper(sheet, "#8d7a5e")
    day = random_day(dice)
    sheet.put(660, 110, dice.choice(("通  知", "公  告", "招  聘")), 80, "#b3282d")
    where = address(dice)
    lines = ("各部门、各车间：", "    因检修需要，厂区将于近日", "停电两小时，请提前安排生产。", "",
             f"地址：{where[:14]}", f"{where[14:]}",
             f"电话：0431-8{dice.randint(1000000, 9999999)}", "联系人：综合办公室",
             f"{day.year}年{day.month}月{day.day}日")  # fmt: skip
    for row, line in enumerate(lines):
        sheet.put(400, 260 + row * 92, line, 48)


def _poster(sheet: _Sheet) -> None:
    """A company's history on the wall."""
    dice = sheet.dice
    sheet.wash((0, 0, WIDTH, HEIGHT), sheet.tint("#d7d2c6"), "#a9a498")
    sheet.box((140, 120, 1460, 1000), dice.choice(("#1f4f8b", "#8b1f2a", "#1f6b57")), radius=8)
    sheet.put(220, 180, "企业简介", 80, "#fdf6e3")
    year = dice.randint(1958, 2015)
    lines = (company(dice), f"成立于{year}年，占地 {dice.randint(2, 90)}000 平方米",
             f"{year + 5}年通过质量管理体系认证", f"{year + 8}年{dice.randint(1, 12)}月新厂区投产",
             f"员工 {dice.randint(40, 900)} 人", "质量第一  客户至上")  # fmt: skip
    for row, line in enumerate(lines):
        sheet.put(220, 330 + row * 104, line, 54, "#ffffff")


def _nameplate(sheet: _Sheet) -> None:
    """A machine's plate: model, number, month of make."""
    dice = sheet.dice
    sheet.wash((0, 0, WIDTH, HEIGHT), sheet.tint("#3e6f8f"), "#2d5069")
    sheet.box((240, 220, 1360, 960), "#cdd2d4", "#8b9297", radius=16)
    day = random_day(dice)
    lines = (company(dice), f"产品型号  VMC-{dice.randint(650, 1580)}",
             f"出厂编号  {dice.randint(2010, 2024)}{dice.randint(10000, 99999)}",
             f"出厂日期  {day.year - 6}.{day.month:02}", "额定功率  15 kW   电压  380 V",
             f"重量  {dice.randint(1200, 9000)} kg")  # fmt: skip
    for row, line in enumerate(lines):
        sheet.put(300, 270 + row * 108, line, 56, "#23282d")


SCENES: Mapping[str, Callable[[_Sheet], None]] = {
    "gate sign": _gate,
    "whiteboard": _whiteboard,
    "machine panel": _panel,
    "ERP screen": _erp,
    "notice": _notice,
    "poster": _poster,
    "nameplate": _nameplate,
}


def draw_scene(dice: Random, face: Face) -> tuple[str, Image.Image]:
    """One of SCENES by the dice: its name and the picture, 1600 by 1200, seen from the side."""
    name = dice.choice(tuple(SCENES))
    sheet = _Sheet(dice.getrandbits(32), face)
    SCENES[name](sheet)
    picture = sheet.finished()
    if dice.random() < 0.2:
        return name, picture
    # The corners of what the camera sees, each a little off the sheet's own.
    reach = dice.uniform(15, 70)
    corners = ((0, 0), (0, HEIGHT), (WIDTH, HEIGHT), (WIDTH, 0))
    quad = tuple(edge + dice.uniform(-reach, reach) for corner in corners for edge in corner)
    turned = picture.transform(
        picture.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor="#59595a"
    )
    return name, turned
