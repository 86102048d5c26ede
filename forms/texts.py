"""The plan's long texts, which a pack holds and papers quote as they stand (附件2, 4, 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the agreement: 第一条 约定内容, and its paragraphs with their own numbers."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """The agreement's words from 甲乙双方 to （以下无正文）, the filing's and the opinion's own."""

    opening: str
    articles: tuple[Article, ...]
    closing: str
    filing_title: str
    declaration: str
    acceptance_title: str


def parse_texts(data: dict[str, Any]) -> Texts:
    """The texts of `texts.yaml`; KeyError where one is missing."""
    agreement, filing = data["agreement"], data["filing"]
    return Texts(
        opening=agreement["opening"],
        articles=tuple(
            Article(each["heading"], tuple(each["paragraphs"])) for each in agreement["articles"]
        ),
        closing=agreement["closing"],
        filing_title=filing["title"],
        declaration=filing["declaration"],
        acceptance_title=data["acceptance"]["title"],
    )
