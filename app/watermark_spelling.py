"""One spelling for the many ways in which a watermark's marks and digits are written and misread.

Every mapping here is one character to one: a span of the plain spelling is a span of the writing.
"""

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_MARKS = {
    " ": "\u3000\u00a0\u2002\u2003\u2009\t\r\n",
    ":": "∶ː﹕︰꞉",
    "-": "—–−‐‑‒―﹣",
    "~": "∼〜",
    ",": "、﹐",
    ".": "．﹒",
    "'": "′’‘´`ʹ＇‵",
    '"': "″”“〃＂ʺ‶",
    "°": "º˚゜",
    "·": "・•‧∙⋅●",
    "|": "｜丨│┃¦",
    "日": "曰",
}
_PLAIN = {
    **_FULL_WIDTH,
    **{ord(char): plain for plain, chars in _MARKS.items() for char in chars},
}

_LIKE_DIGITS = str.maketrans("OoQD〇○lI!iZzSsB", "000000111122558")
_LIKE_ONE = str.maketrans("|", "1")


def plain(text: str) -> str:
    """The text with half-width digits, letters and marks; as long as it was."""
    return text.translate(_PLAIN)


def looser(text: str) -> tuple[str, ...]:
    """The plain text with look-alikes taken for digits, then also upright bars for ones.

    Only a pattern in which nothing but a digit fits may be looked for in these.
    """
    letters = text.translate(_LIKE_DIGITS)
    return letters, letters.translate(_LIKE_ONE)


def is_chinese(char: str) -> bool:
    """Whether it is a Chinese character, by the blocks that place names are written in."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char == "〇"


def ems(text: str) -> float:
    """The text's width in its own type size, as fonts for screens set it."""
    return sum(1.0 if ord(char) > 0x2E80 else 0.55 for char in text)
