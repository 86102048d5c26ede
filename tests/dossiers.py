"""Sources for the composers' tests: without a store, with any dossier, also a nonsensical one."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from app.packs import load_pack
from exporters.blocks import Block, Document, Table, cell_blocks
from exporters.grid import place
from exporters.source import Source
from forms.dossier import Dossier
from forms.evaluation import Stage, answer_id
from forms.fields import FIGURE_PARTS, Kind, Spec
from forms.record import Record, forms, single_id, specs
from grading.rules import Case, check
from tests.rule_cases import case_of

ID = UUID("00000000-0000-4000-8000-00000000000d")


def source_of(case: Case, **more: Any) -> Source:
    """What composers read of a case."""
    values: dict[str, Any] = {
        "photos": case.photos,
        "findings": tuple(check(case)),
        "words": case.words or {},
        "today": case.today,
    }
    return Source(case.dossier, case.pack, case.grades, **(values | more))


def empty_source(**more: Any) -> Source:
    """A dossier in which nothing was typed yet."""
    return source_of(case_of(Dossier(ID), 0), **more)


def tables(document: Document) -> Iterator[Table]:
    """Every table, after its cells were found to fit its columns."""
    for block in document.blocks:
        if isinstance(block, Table):
            place(block)
            yield block


def cells(block: Block) -> list[str]:
    """A table's texts, row by row."""
    assert isinstance(block, Table)
    return [
        "\n".join(part.text for part in cell_blocks(cell) if hasattr(part, "text"))
        for row in block.rows
        for cell in row.cells
    ]


_TEXT = st.text(st.sampled_from("一二机床AB 19.-\n\r\x00\ud800，。“”*√😀"), max_size=30)
_NUMBERS = st.sampled_from(["", "0", "12.5", "-3", "1e400", "1e-400", "1,234", "壹", "NaN"])
_KEYS = st.sampled_from(["A", "B", "equipment_total", "years", "生产制造/MES", "生产制造"])


def _value(spec: Spec, ids: list[UUID]) -> st.SearchStrategy[Any]:
    """Anything that a field can hold after parsing."""
    keys = list(spec.keys) or list(spec.choices)
    references = st.dictionaries(st.sampled_from(ids).map(str), st.booleans(), max_size=3)
    by_kind: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.TEXT: _TEXT | st.just("长" * 400),
        Kind.PROSE: _TEXT | st.just("很长的一句。" * 90),
        Kind.NUMBER: _NUMBERS,
        Kind.COUNT: st.none() | st.integers(-5, 10**7),
        Kind.DATE: st.none() | st.dates(),
        Kind.TIME: st.none() | st.times(),
        Kind.MOMENT: st.none() | st.datetimes(),
        Kind.CHOICE: st.sampled_from(["", "表外的项", *keys]),
        Kind.YESNO: st.none() | st.booleans(),
        Kind.REF: st.none() | st.sampled_from(ids),
        Kind.FACTS: st.just({}) | _FACTS,
        Kind.CHOICES: st.dictionaries(
            st.sampled_from(["表外的项", *keys]) | _KEYS, st.booleans(), max_size=4
        ),
        Kind.REFS: references,
        Kind.FIGURE: st.dictionaries(st.sampled_from(FIGURE_PARTS), _NUMBERS, max_size=3),
        Kind.NUMBERS: st.dictionaries(_KEYS, _NUMBERS, max_size=4),
    }
    return by_kind[spec.kind]


_FACTS = st.fixed_dictionaries(
    {"width": st.just(1600), "height": st.just(1200), "format": st.just("JPEG")},
    optional={
        "taken_local": st.datetimes(max_value=dt.datetime(9999, 12, 30)).map(
            lambda at: at.isoformat()
        ),
        "latitude": st.floats(-95, 95),
        "longitude": st.floats(-180, 180),
        "nonsense": st.integers(),
    },
)


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    """Partial dossiers: any form with up to three records, any field with anything it can hold."""
    ids = [UUID(int=number) for number in range(1, 9)]
    found: dict[str, list[Record]] = {}
    for name in draw(st.lists(st.sampled_from(sorted(forms())), unique=True)):
        kind = forms()[name]
        count = 1 if kind.single else draw(st.integers(1, 3))
        found[name] = [_record(draw, kind, name, ids) for _ in range(count)]
    return Dossier(ID, found)


def _record(draw: st.DrawFn, kind: type[Record], name: str, ids: list[UUID]) -> Record:
    values: dict[str, Any] = {}
    for field, spec in specs(kind).items():
        if draw(st.booleans()):
            values[field] = draw(_value(spec, ids))
    record_id = draw(st.sampled_from(ids))
    if kind.single:
        record_id = ID if name == "dossier" else single_id(ID, name)
    if name == "answer":
        values["stage"] = draw(st.sampled_from(list(Stage))).value
        values["subject"] = draw(st.sampled_from(["设备数字化", "网络建设", "产品设计", "乱"]))
        record_id = answer_id(ID, Stage(values["stage"]), values["subject"])
    if name == "paragraph":
        values["section"] = draw(
            st.sampled_from([section.key for section in load_pack().outline.sections])
        )
    values["parent_id"] = draw(st.none() | st.sampled_from(ids))
    values["withdrawn"] = draw(st.booleans())
    return kind(id=record_id, dossier_id=ID, **values)
