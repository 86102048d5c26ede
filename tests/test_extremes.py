"""All papers of a dossier of extremes, on both kinds of paper: whole, equal, and as Word wants."""

from pathlib import Path

import docx
import pytest

from exporters import papers, report
from exporters.blocks import Document, Section, texts
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces
from forms.fields import Kind
from forms.record import forms, specs
from tests import extremes
from tests.same_text import same_text


def test_every_text_reaches_its_limit_somewhere() -> None:
    dossier = extremes.dossier()
    missed = []
    for name, form in forms().items():
        for field, spec in specs(form).items():
            limit = min(spec.limit, 600 if spec.kind is Kind.PROSE else 40)
            held = [str(getattr(record, field)) for record in dossier.records.get(name, [])]
            if spec.kind in (Kind.TEXT, Kind.PROSE) and limit > 1 and name != "answer":
                fixed = {"kind", "sha256", "subject", "stage", "section", "paper", "role"}
                fixed |= {"origin", "proposed"}  # of drafts, which nothing prints
                if field not in fixed and max(map(len, held), default=0) < limit:
                    missed.append(f"{name}.{field}")
    assert missed == []
    assert {len(dossier.records["photo"]), len(dossier.records["equipment"])} == {60, 240}


def test_the_report_has_a_cover_of_one_page(tmp_path: Path) -> None:
    for long in (True, False):
        blocks = report.compose(extremes.source(tmp_path, long)).blocks
        second = [n for n, block in enumerate(blocks) if isinstance(block, Section)][1]
        pages = lay_out(Document("封面", blocks[:second]), faces()).pages
        assert len(pages) == 1


@pytest.mark.parametrize("draft", [False, True], ids=["final", "draft"])
@pytest.mark.parametrize("long", [True, False], ids=["long", "empty"])
def test_all_papers_say_the_same_on_both(long: bool, draft: bool, tmp_path: Path) -> None:
    source = extremes.source(tmp_path, long, draft)
    said = []
    for sheet in papers.sheets(source.dossier, source.pack):
        if long and draft and sheet.paper.key == "report":
            continue  # it takes longer than all others, and the samples have a draft of it
        document = papers.compose(source, sheet)
        same_text(document, tmp_path)
        said += list(texts(document.blocks))
        signed = len(sheet.paper.roles) if long and not sheet.blank else 0
        if long and sheet.paper.key == "report":  # it holds three records and the satisfaction form
            signed = 3 * 2 + 1
        assert len(signatures(tmp_path / "same.docx")) == signed, sheet.paper.key
    whole = "".join(said)
    assert extremes.NAME[:40] in whole or not long
    assert all(char in whole for char in extremes.RARE)


def signatures(path: Path) -> list[str]:
    """The descriptions of the signatures that a .docx shows."""
    told = docx.Document(str(path)).element.body.iter("{*}docPr")
    return [each.get("descr") for each in told if "签名：" in each.get("descr", "")]
