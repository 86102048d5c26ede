"""Sample scenes at the gate, in the office and at the laboratory bench.

Each scene takes the easel, the lettering, and how many people are in the picture; the easel's
dice vary colours, machines and places, so that no two seeds look alike.
"""

from app.sample_easel import HEIGHT, SUITS, WIDTH, WORKWEAR, Easel


def gate(easel: Easel, sign: str, people: int) -> None:
    """The factory's office front with the company's sign over the doors."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, 700), dice.choice(("#8fb8dc", "#a9c4d8", "#b9c6cf")), "#e6edf0")
    for _ in range(4):
        x, y = dice.randint(0, WIDTH), dice.randint(40, 200)
        for part in range(4):
            easel.oval((x + part * 50, y - part % 2 * 18, x + 120 + part * 50, y + 46), "#f1f4f5")
    wall = easel.tint(dice.choice(("#d9c6a5", "#cfd3d3", "#c9b7a4", "#dcd8cb")))
    easel.box((120, 300, 1480, 860), wall)
    easel.box((95, 268, 1505, 316), easel.tint("#77706a"))
    for row in range(2):
        for x in (170, 330, 1110, 1270):
            top = 470 + row * 190
            easel.box((x, top, x + 130, top + 130), "#f2f2ee", radius=4)
            easel.wash((x + 9, top + 9, x + 121, top + 121), "#6f93b0", "#a9c3d3")
            easel.box((x + 62, top + 9, x + 68, top + 121), "#f2f2ee")
    band = dice.choice(("#b3282d", "#a83232", "#1f4f8b", "#b3282d"))
    easel.box((240, 336, 1360, 440), band, radius=6)
    size = easel.fitted(sign, 1060, 66, bold=True)
    easel.text((800, 386), sign, size, "#fdf6e3", bold=True, anchor="mm")
    easel.box((520, 500, 1080, 860), "#4a5157")
    for x in (536, 672, 808, 944):
        easel.wash((x, 516, x + 120, 856), "#7fa0b5", "#52697a")
        easel.line([(x + 20, 620), (x + 90, 540)], "#a9c4d3", 5)
    for x in (664, 930):
        easel.box((x, 670, x + 8, 760), "#d8dde0", radius=4)
    easel.wash((0, 856, WIDTH, HEIGHT), "#a7a8a3", "#8a8c89")
    for step in range(3):
        spread = 40 + step * 40
        easel.box(
            (520 - spread, 856 + step * 20, 1080 + spread, 878 + step * 20),
            ("#c7c6c0", "#b9b8b2", "#abaaa5")[step],
        )
    for x in (60, 1540):
        green = easel.tint("#55774c")
        easel.box((x - 14, 700, x + 14, 900), "#6a5340")
        for dx, dy in ((-60, 0), (60, 0), (0, -80), (-30, -40), (35, -45)):
            easel.oval((x + dx - 80, 600 + dy - 75, x + dx + 80, 600 + dy + 85), green)
    easel.row(people, 1120, 410, (640, 1520), helmets=False)


def meeting(easel: Easel, sign: str, people: int) -> None:
    """A training: a speaker beside the projection, listeners from behind."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, 900), easel.tint("#dcd8cd"), "#c9c4b8")
    easel.wash((0, 860, WIDTH, HEIGHT), "#8a6d52", "#6e553f")
    easel.box((470, 120, 1370, 690), "#8d9499", radius=6)
    easel.wash((488, 138, 1352, 672), "#fdfdfb", "#eef2f5")
    accent = dice.choice(("#1f5fa8", "#1e7a6f", "#8a3b2e"))
    title = sign or "数字化转型主题培训"
    easel.box((488, 138, 1352, 232), accent)
    size = easel.fitted(title, 800, 48, bold=True)
    easel.text((530, 186), title, size, "#ffffff", bold=True)
    for row in range(4):
        easel.oval((540, 290 + row * 84, 562, 312 + row * 84), accent)
        easel.box((585, 292 + row * 84, 585 + dice.randint(180, 330), 310 + row * 84), "#a9b2ba")
    for bar in range(5):
        tall = dice.randint(70, 300)
        x = 970 + bar * 72
        easel.box((x, 620 - tall, x + 46, 620), accent if bar % 2 else easel.tint("#7fa6c9"))
    easel.line([(950, 622), (1330, 622)], "#5b6670", 4)
    easel.figure(310, 960, 610, SUITS[dice.randrange(len(SUITS))])
    easel.line([(360, 610), (520, 520)], "#3b3f44", 6)
    listeners = max(1, people - 1)
    gap = 1360 / listeners
    for seat in range(listeners):
        middle = 200 + gap * (seat + 0.5) + dice.randint(-18, 18)
        easel.bust(middle, 1130, min(112, gap * 0.42), dice.choice(SUITS + WORKWEAR), back=True)
    easel.box((0, 1120, WIDTH, HEIGHT), easel.tint("#5d4936"))


def interview(easel: Easel, sign: str, people: int) -> None:
    """Two sides of a table, with papers and a window behind."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, 860), easel.tint("#cfd8d6"), "#b9c2c0")
    easel.box((980, 110, 1480, 520), "#f4f5f2", radius=4)
    easel.wash((1000, 130, 1460, 500), "#9cc2e2", "#d6e7f0")
    easel.box((1224, 130, 1236, 500), "#f4f5f2")
    easel.box((1000, 308, 1460, 320), "#f4f5f2")
    easel.box((140, 150, 560, 430), "#eceae2", radius=4)
    easel.box((156, 166, 544, 414), easel.tint("#7d98a8"))
    easel.shape([(156, 414), (300, 250), (400, 340), (470, 280), (544, 414)], easel.tint("#5c7a66"))
    pot = dice.choice((90, 1500))
    for leaf in range(-3, 4):
        easel.line([(pot, 720), (pot + leaf * 34, 520 + abs(leaf) * 26)], easel.tint("#4f7a4d"), 16)
    easel.box((pot - 48, 710, pot + 48, 850), "#9b5d43", radius=8)
    seats = max(2, people)
    gap = 1300 / seats
    for seat in range(seats):
        coat = SUITS[seat % len(SUITS)] if seat < seats / 2 else WORKWEAR[seat % len(WORKWEAR)]
        easel.bust(150 + gap * (seat + 0.5), 800, min(140, gap * 0.36), coat)
    wood = easel.tint("#a97c4f")
    easel.wash((0, 800, WIDTH, HEIGHT), wood, "#7f5a36")
    easel.box((0, 796, WIDTH, 812), easel.tint("#c29a68"))
    for _ in range(4):
        x, y = dice.randint(620, 1380), dice.randint(860, 1010)
        tilt = dice.randint(-24, 24)
        easel.shape(
            [(x, y), (x + 170, y + tilt), (x + 150, y + 110 + tilt), (x - 20, y + 110)], "#f5f4ee"
        )
        for row in range(3):
            easel.line(
                [(x + 14, y + 28 + row * 24), (x + 126, y + 28 + row * 24 + tilt * 0.8)],
                "#a6acb1",
                4,
            )
    easel.oval((1420, 870, 1500, 904), "#f2f2f0")
    easel.wash((1424, 886, 1496, 960), "#f2f2f0", "#cfd2d2")


def whiteboard(easel: Easel, sign: str, people: int) -> None:
    """A hand-kept schedule on the workshop's wall."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, HEIGHT), easel.tint("#9fa9ac"), "#7f898d")
    easel.box((170, 90, 1430, 860), "#6c7378", radius=10)
    easel.wash((194, 114, 1406, 836), "#fbfbf8", "#eceeec")
    title = sign or "车间生产计划与进度"
    easel.text(
        (800, 176),
        title,
        easel.fitted(title, 1100, 60, bold=True),
        "#2b2f33",
        bold=True,
        anchor="mm",
    )
    heads = ("工单", "工序", "计划", "完成", "异常")
    width = 1140 / len(heads)
    for column, name in enumerate(heads):
        easel.text((230 + width * (column + 0.5), 262), name, 38, "#2b2f33", anchor="mm")
        for row in range(6):
            x, y = 256 + width * column, 330 + row * 82
            ink = "#b3282d" if column == 4 else dice.choice(("#21406b", "#1d1d1d"))
            if column == 4 and dice.random() < 0.55:
                continue
            stroke = [(x + step * 24, y + dice.randint(-13, 13)) for step in range(7)]
            easel.line(stroke, ink, 6)
    for row in range(8):
        easel.line([(230, 222 + row * 82), (1370, 222 + row * 82)], "#8b9298", 3)
    for column in range(len(heads) + 1):
        easel.line([(230 + width * column, 222), (230 + width * column, 796)], "#8b9298", 3)
    easel.box((560, 860, 1040, 888), "#555b60", radius=6)
    for pen, ink in enumerate(("#b3282d", "#21406b", "#1d1d1d")):
        easel.box((620 + pen * 120, 846, 700 + pen * 120, 862), ink, radius=6)
    easel.wash((0, 1020, WIDTH, HEIGHT), "#70777a", "#62686b")
    easel.row(people, 1190, 620, (1090, 1500), helmets=True)


def screen(easel: Easel, sign: str, people: int) -> None:
    """A system's page on an office screen."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, 900), easel.tint("#7e7a6f"), "#5f5c54")
    easel.wash((0, 900, WIDTH, HEIGHT), "#a58a69", "#86694a")
    easel.box((250, 110, 1350, 800), "#1b1d20", radius=18)
    easel.wash((280, 140, 1320, 770), "#f7f9fa", "#eef2f4")
    accent = dice.choice(("#1e6b4f", "#1f5fa8", "#4a4f9c"))
    easel.box((280, 140, 1320, 212), accent)
    title = sign or "生产管理系统（示例）"
    easel.text((312, 176), title, easel.fitted(title, 700, 38, bold=True), "#ffffff", bold=True)
    easel.box((280, 212, 450, 770), "#e2e7ea")
    for row in range(8):
        easel.box((306, 246 + row * 62, 306 + dice.randint(70, 120), 264 + row * 62), "#9aa6ae")
    for card in range(4):
        x = 478 + card * 210
        easel.box((x, 240, x + 190, 340), "#ffffff", "#d5dce0", radius=8)
        easel.text((x + 18, 276), str(dice.randint(60, 980)), 44, accent, bold=True)
        easel.box((x + 18, 310, x + 110, 322), "#b9c2c8")
    for row in range(9):
        y = 376 + row * 42
        easel.box((478, y, 1298, y + 38), "#ffffff" if row % 2 else "#edf1f3")
        for column in range(5):
            x = 496 + column * 164
            easel.box(
                (x, y + 12, x + dice.randint(50, 120), y + 26),
                accent if not row else dice.choice(("#aeb8bf", "#c3cbd0", "#d9a441")),
            )
    easel.box((730, 800, 870, 900), "#24272b")
    easel.box((600, 894, 1000, 922), "#2d3135", radius=10)
    easel.box((880, 1000, 1400, 1100), "#2a2e33", radius=12)
    for row in range(3):
        for key in range(12):
            easel.box((896 + key * 41, 1012 + row * 28, 930 + key * 41, 1034 + row * 28), "#4a5057")
    if people:
        easel.bust(1430, 1240, 190, dice.choice(WORKWEAR), back=True)


def lab(easel: Easel, sign: str, people: int) -> None:
    """A measuring or testing bench."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, 820), "#e7ecec", easel.tint("#cdd6d8"))
    easel.wash((0, 980, WIDTH, HEIGHT), "#b9c0c0", "#a3abab")
    for door in range(4):
        easel.box((120 + door * 350, 90, 440 + door * 350, 300), "#f6f8f8", "#aab4b8", radius=6)
        for bottle in range(dice.randint(2, 5)):
            x = 150 + door * 350 + bottle * 54
            easel.box((x, 210, x + 36, 290), easel.tint("#8fb0c2", 40), radius=8)
            easel.box((x + 10, 190, x + 26, 212), "#5d6a72")
    easel.row(people, 985, 560, (950, 1450), helmets=False)
    easel.box((0, 760, WIDTH, 800), "#4d5961")
    easel.wash((0, 800, WIDTH, 1010), "#d7dddd", "#bcc5c6")
    body = easel.tint("#e9ece9")
    easel.box((560, 690, 900, 762), "#59666e", radius=6)
    easel.box((590, 420, 650, 700), body, radius=8)
    easel.box((810, 420, 870, 700), body, radius=8)
    easel.box((570, 390, 890, 450), body, radius=8)
    easel.box((705, 440, 755, 590), "#79868e", radius=6)
    easel.line([(730, 590), (730, 660)], "#a3282d", 8)
    easel.box((640, 660, 820, 692), dice.choice(("#b58a4f", "#7f8d96", "#5c86a5")), radius=6)
    easel.box((250, 520, 500, 700), "#23282d", radius=10)
    curve = [(272 + step * 20, 620 + dice.randint(-60, 50)) for step in range(11)]
    easel.line(curve, "#58c08c", 5)
    easel.box((350, 700, 400, 762), "#3a4046")


def signin(easel: Easel, sign: str, people: int) -> None:
    """A sign-in sheet on a table, with as many scribbled names as people."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, HEIGHT), easel.tint("#9c7750"), "#77573a")
    easel.shape([(436, 84), (1346, 112), (1316, 1190), (396, 1160)], "#5e4429")
    easel.shape([(420, 60), (1330, 90), (1300, 1170), (380, 1140)], "#faf9f4")
    title = sign or "主题培训签到表（示例）"
    size = easel.fitted(title, 800, 50, bold=True)
    easel.text((860, 160), title, size, "#222222", bold=True, anchor="mm")
    columns = (450, 570, 830, 1060, 1270)
    for column, name in enumerate(("序号", "姓名", "单位、部门", "签字")):
        middle = (columns[column] + columns[column + 1]) / 2
        easel.text((middle, 262), name, 32, "#222222", anchor="mm")
    rows = 11
    for row in range(rows + 2):
        easel.line([(450, 226 + row * 72), (1270, 226 + row * 72)], "#5d6367", 3)
    for x in columns:
        easel.line([(x, 226), (x, 226 + (rows + 1) * 72)], "#5d6367", 3)
    for row in range(min(people, rows)):
        y = 334 + row * 72
        easel.text((510, y), str(row + 1), 32, "#222222", anchor="mm")
        for x, steps in ((600, 8), (855, 7), (1090, 7)):
            stroke = [(x + step * 22, y + dice.randint(-16, 16)) for step in range(steps)]
            easel.line(stroke, dice.choice(("#1d3f7a", "#20252b")), 5)
    easel.line([(1360, 980), (1520, 640)], "#1f3350", 22)
    easel.line([(1352, 998), (1362, 976)], "#c9ccd0", 12)
