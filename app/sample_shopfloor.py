"""Sample scenes on the shop floor: machine, line, warehouse.

Each scene takes the easel, the lettering, and how many people are in the picture; the easel's
dice vary colours, machines and places, so that no two seeds look alike.
"""

from app.sample_easel import HEIGHT, WIDTH, Easel

_FLOOR = ("#9a9c98", "#a7a39a", "#8f979a")


def machine(easel: Easel, sign: str, people: int) -> None:
    """One machine on the shop floor: a machining centre, a press, or a robot cell."""
    dice = easel.dice
    _hall(easel)
    (_machining_centre, _press, _robot)[dice.randrange(3)](easel)
    easel.row(people, 1130, 500, (1130, 1520), helmets=True)


def line(easel: Easel, sign: str, people: int) -> None:
    """A conveyor line with stations and workpieces."""
    dice = easel.dice
    _hall(easel)
    part = dice.choice(("#b98a55", "#7c8d99", "#c9b184", "#5f7f97"))
    for station in range(4):
        x = 120 + station * 390
        colour = easel.tint("#3f678c")
        easel.box((x, 380, x + 26, 760), colour)
        easel.box((x + 214, 380, x + 240, 760), colour)
        easel.box((x - 10, 350, x + 250, 396), colour)
        easel.box((x + 50, 410, x + 190, 500), "#20262c", radius=6)
        for row in range(3):
            easel.box(
                (x + 62, 424 + row * 24, x + 62 + dice.randint(40, 110), 436 + row * 24),
                dice.choice(("#4fb286", "#e0b23e", "#6fa8dc")),
            )
    easel.row(max(0, people - 1), 825, 430, (240, 1500), helmets=True)
    easel.wash((0, 740, WIDTH, 800), "#3a4046", "#565d63")
    easel.box((0, 800, WIDTH, 850), "#7a838a")
    for leg in range(80, WIDTH, 260):
        easel.box((leg, 850, leg + 36, 1010), "#666f76")
    for item in range(7):
        x = 40 + item * 228 + dice.randint(-16, 16)
        easel.box((x, 664, x + 130, 746), easel.tint(part), "#4b4f52", radius=8)
        easel.oval((x + 45, 684, x + 85, 724), "#3d454b")
    easel.row(min(1, people), 1150, 560, (1200, 1500), helmets=True)


def warehouse(easel: Easel, sign: str, people: int) -> None:
    """An aisle between two racks."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, 560), "#c6c8c4", "#dcdcd6")
    easel.wash((0, 540, WIDTH, HEIGHT), "#b3b0a8", dice.choice(_FLOOR))
    easel.shape([(720, 560), (880, 560), (1250, HEIGHT), (350, HEIGHT)], "#8e8f8c")
    for stripe in (-1, 1):
        easel.shape(
            [
                (800 + stripe * 82, 560),
                (800 + stripe * 90, 560),
                (800 + stripe * 480, HEIGHT),
                (800 + stripe * 440, HEIGHT),
            ],
            "#d9b92f",
        )
    post, beam = easel.tint("#2f5f98"), easel.tint("#d9702f")
    carton = dice.choice(("#c2925c", "#b58657", "#9fa7ab"))
    for bay in (3, 2, 1, 0):
        near, far = 1 / (1 + bay * 0.5), 1 / (1 + (bay + 1) * 0.5)
        for side in (-1, 1):
            x0, x1 = 800 + side * 820 * near, 800 + side * 820 * far
            # Shelves by their height around the eye's: below it positive, above it negative.
            for shelf in (440, 150, -140):
                for slot in (0.55, 0.06):
                    if dice.random() < 0.15:
                        continue
                    a, b = (near + (far - near) * (slot + part) for part in (0.0, 0.4))
                    top = shelf - dice.uniform(150, 230)
                    easel.shape(
                        [
                            (800 + side * 820 * a, 560 + shelf * a),
                            (800 + side * 820 * b, 560 + shelf * b),
                            (800 + side * 820 * b, 560 + top * b),
                            (800 + side * 820 * a, 560 + top * a),
                        ],
                        easel.tint(carton, 22),
                    )
                easel.line([(x0, 566 + shelf * near), (x1, 566 + shelf * far)], beam, 18 * far)
            for x, scale in ((x0, near), (x1, far)):
                easel.line([(x, 560 + 480 * scale), (x, 560 - 440 * scale)], post, 26 * scale)
    easel.row(people, 1090, 520, (640, 1120), helmets=True)


def _hall(easel: Easel) -> None:
    """A production hall: roof trusses, lamps, a wall with windows, the floor's yellow line."""
    dice = easel.dice
    easel.wash((0, 0, WIDTH, 700), easel.tint("#aeb6b9"), easel.tint("#c7ccca"))
    for beam in range(0, WIDTH + 200, 200):
        easel.line([(beam, 0), (beam - 100, 130), (beam + 100, 130), (beam, 0)], "#8b959a", 6)
    for lamp in range(140, WIDTH, 330):
        easel.box((lamp, 132, lamp + 190, 150), "#fdfdf2", radius=6)
    for window in range(70, WIDTH, 255):
        easel.wash((window, 200, window + 190, 320), "#d8e6ee", "#b5cbd8")
    easel.wash((0, 700, WIDTH, HEIGHT), dice.choice(_FLOOR), "#74797a")
    easel.shape([(0, 1090), (WIDTH, 1060), (WIDTH, 1084), (0, 1116)], "#d9b92f")


def _machining_centre(easel: Easel) -> None:
    body = easel.tint("#e3e5e2")
    easel.shade((150, 960, 1150, 1060))
    easel.box((180, 360, 1100, 1000), body, "#9aa1a4", radius=14)
    easel.box((180, 900, 1100, 1000), "#4d565c", radius=10)
    easel.box((260, 440, 740, 800), "#20272d", radius=10)
    easel.wash((282, 462, 718, 778), "#394956", "#1b2228")
    easel.box((460, 462, 540, 600), "#aab2b6")
    easel.shape([(480, 600), (520, 600), (508, 660), (492, 660)], "#d6dbde")
    easel.box((360, 690, 640, 740), easel.tint("#7f8b92"))
    easel.box((820, 420, 1040, 640), "#2f3a44", radius=8)
    easel.wash((840, 440, 1020, 560), "#86b7d6", "#4f87ad")
    for knob, colour in enumerate(("#d3403a", "#4fb06a", "#e0b23e")):
        easel.oval((850 + knob * 60, 584, 886 + knob * 60, 620), colour)
    _tower(easel, 960, 360)


def _press(easel: Easel) -> None:
    body = easel.tint(easel.dice.choice(("#3e6f8f", "#5d7d4c", "#6f7b84")))
    easel.shade((200, 970, 1080, 1060))
    easel.box((240, 240, 1040, 430), body, "#2f3b44", radius=10)
    for x in (260, 910):
        easel.box((x, 420, x + 110, 920), body, "#2f3b44")
    easel.box((220, 880, 1060, 1010), body, "#2f3b44", radius=8)
    drop = easel.dice.randint(0, 110)
    easel.box((560, 430, 720, 520 + drop), "#aab2b7")
    easel.box((400, 510 + drop, 880, 620 + drop), "#59646c", radius=6)
    easel.box((400, 790, 880, 880), "#59646c", radius=6)
    easel.shape([(470, 790), (520, 760), (760, 760), (810, 790)], "#c4cacd")
    for row in range(460, 900, 40):
        easel.line([(376, row), (376, row + 22)], "#e6c32c", 14)
    _tower(easel, 980, 240)


def _robot(easel: Easel) -> None:
    arm = easel.dice.choice(("#e08a1e", "#d9482f", "#e6b422"))
    reach = easel.dice.randint(-60, 60)
    easel.shade((200, 960, 1120, 1070))
    easel.box((760, 800, 1080, 990), easel.tint("#67727a"), radius=8)
    easel.box((800, 740, 1040, 806), easel.tint("#a9b2b7"), radius=6)
    easel.box((330, 900, 570, 1010), "#3b4349", radius=10)
    easel.line([(450, 900), (400, 600)], arm, 96)
    easel.line([(400, 600), (690, 420 + reach)], arm, 76)
    easel.line([(690, 420 + reach), (850, 600)], arm, 54)
    for x, y, r in ((450, 890, 70), (400, 600, 66), (690, 420 + reach, 54), (850, 600, 36)):
        easel.oval((x - r, y - r, x + r, y + r), "#3f474d")
        easel.oval((x - r / 2, y - r / 2, x + r / 2, y + r / 2), "#6b757c")
    easel.line([(850, 620), (850, 720)], "#2d3338", 26)
    for post in range(120, 1180, 150):
        easel.box((post, 620, post + 10, 1040), "#d9b92f")
    for rail in (640, 760):
        easel.box((120, rail, 1180, rail + 6), "#d9b92f")


def _tower(easel: Easel, x: float, foot: float) -> None:
    """A three-colour signal lamp, one colour lit."""
    lit = easel.dice.randrange(3)
    easel.box((x + 10, foot - 40, x + 18, foot), "#7b848a")
    for part, (on, off) in enumerate(
        (("#ff5a4d", "#8d3a35"), ("#ffd34d", "#8f7a35"), ("#5be07f", "#3a7a4c"))
    ):
        top = foot - 136 + part * 32
        easel.box((x, top, x + 28, top + 30), on if part == lit else off, radius=4)
