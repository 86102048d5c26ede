"""docs/guide/: every page of the window is in it, and it names nothing that is not there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from app import guide
from forms.steps import PAGES
from widgets.actions import ACTIONS, PLACES, shown
from widgets.page_table import ASIDE

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "guide"
#: Places of the window that are no page: they have no chapter of their own.
NO_PAGE = {"window", "dossier", "answers", "list", "tabs", "floor"}
MB = 6_000_000


def texts() -> dict[str, str]:
    """Every file of the guide by its name."""
    return {path.name: path.read_text("utf-8") for path in sorted(GUIDE.glob("*.md"))}


@cache
def said() -> str:
    """All words that the program's sources and the pack hold, f-strings' pieces too."""
    found = [action.name for action in ACTIONS.values()]
    for room in ("widgets", "app", "exporters", "grading", "forms"):
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            docs = {
                id(node.body[0].value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
                and node.body
                and isinstance(node.body[0], ast.Expr)
            }
            found += [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docs
            ]
    return "\n".join(found)


def test_every_page_of_the_window_has_its_section() -> None:
    named = {page for c in guide.chapters() for s in c.sections for page in s.pages}
    places = {*PAGES, *ASIDE, *PLACES.keys() - NO_PAGE, "security"}
    assert named == places
    for key, page in PAGES.items():  # and says its name there
        found = guide.about(key)
        assert found is not None
        chapter, section = found
        whole = chapter.markdown.partition(f"## {section.heading}")[2].partition("\n## ")[0]
        assert f"「{page.name}」" in whole or page.name in section.heading, (key, section.heading)


def test_what_is_named_is_in_the_program() -> None:
    words = {
        (name, word) for name, text in texts().items() for word in re.findall("「(.+?)」", text)
    }
    assert len(words) > 90
    assert sorted(each for each in words if each[1] not in said()) == []


def test_keys_are_those_of_the_actions() -> None:
    bound = {shown(keys) for action in ACTIONS.values() for keys in action.keys}
    own = {"←", "→", "空格", "1", "6", "L", "N", "P", "Q"}  # of single widgets
    named = {key for text in texts().values() for key in re.findall("`(.+?)`", text)}
    assert named and named <= bound | own, named - bound - own


def test_every_picture_is_there_and_used() -> None:
    linked = [name for text in texts().values() for name in re.findall(r"!\[.+?\]\((.+?)\)", text)]
    there = {f"pictures/{path.name}" for path in (GUIDE / "pictures").glob("*")}
    assert set(linked) == there and len(linked) == len(set(linked))
    assert sum(path.stat().st_size for path in (GUIDE / "pictures").glob("*")) < MB


def test_every_link_leads_somewhere() -> None:
    for name, text in texts().items():
        for link in re.findall(r"(?<!!)\[[^]]+\]\((.+?)\)", text):
            assert (GUIDE / link).is_file(), (name, link)
    contents = re.findall(r"^\d+\. \[(.+?)\]\((.+?)\)", texts()["README.md"], re.MULTILINE)
    assert contents == [(c.title, c.file) for c in guide.chapters()]


def test_no_chapter_is_without_words(tmp_path: Path) -> None:
    for chapter in guide.chapters():
        for section in chapter.sections:
            assert len(section.words) > 15 or not section.heading, (chapter.file, section.heading)
            assert "<!--" not in section.words


def test_it_is_found_by_words_in_any_order() -> None:
    found = [each.section.heading for each in guide.find("水印 时区")]
    assert "照片矛盾，而照片是真的" not in found and list(guide.find("  ")) == []
    (one,) = [e for e in guide.find("恢复密钥 打印") if e.section.heading == "密钥"]
    assert "恢复密钥" in one.around and one.chapter.title == "密钥、备份与恢复"


def test_it_is_shipped() -> None:
    assert '"docs/guide"' in (ROOT / "pyinstaller.spec").read_text("utf-8")
