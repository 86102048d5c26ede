"""Dossiers of extremes: every field at its limit, and lists that are long or empty.

Made from the forms' own declarations, so that a field added to a form is at its limit here too.
"""

import datetime as dt
import io
from collections.abc import Iterator
from functools import cache
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from PIL import Image

from app.packs import load_pack
from exporters.source import Source
from forms.dossier import Attachment, Dossier, Photo
from forms.evaluation import Answer, Paragraph, Stage, answer_id
from forms.fields import Kind, Spec
from forms.papers import PAPERS
from forms.record import Record, forms, single_id, specs
from tests.dossiers import source_of
from tests.rule_cases import SITE, case_of, photo_facts

ID = UUID("00000000-0000-4000-8000-0000000000ee")
PHOTOS = 60
RARE = "𬭎龘"
"""What official names hold and most fonts do not."""
NAME = f"长春{RARE}" + "极长名称之试点企业有限责任公司" * 3
_LATIN = "https://example.invalid/" + "UNBROKEN" * 700
_numbers = count(1)
_MOST = 600
"""Prose beyond so many characters fills pages with more of the same; one field has it all."""
_FULL = 3
"""How many entries of a list are at their limits; the others only make it long."""
_VISITS = 3
_SIGNED = [
    (paper.key, role.value, visit if paper.each_visit else None)
    for paper in PAPERS
    for role in paper.roles
    for visit in range(_VISITS if paper.each_visit else 1)
]
"""Every place where one signs: the paper, in which capacity, at which visit."""
LONG = {
    "equipment": 240,
    "photo": PHOTOS,
    "visit": _VISITS,
    "stay": 6,
    "signature": len(_SIGNED),
    "answer": 0,
    "paragraph": 0,
}
_TAKEN = dt.datetime(2025, 6, 17, 9, 5, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def dossier(long: bool = True) -> Dossier:
    """Every form with all its fields at their limits; each list long, or empty."""
    ids: dict[str, list[UUID]] = {}
    for name, form in forms().items():
        many = 1 if form.single else LONG.get(name, 8) if long else 0
        ids[name] = [uuid5(ID, f"{name} {number}") for number in range(many)]
        if form.single:
            ids[name] = [ID if name == "dossier" else single_id(ID, name)]
    records: dict[str, list[Record]] = {
        name: [_record(name, record_id, number, ids) for number, record_id in enumerate(ids[name])]
        for name in forms()
    }
    if long:
        records["answer"] = list(_answers(ids))
        records["paragraph"] = list(_paragraphs())
    return Dossier(ID, {name: found for name, found in records.items() if found})


def source(folder: Path, long: bool = True, draft: bool = False) -> Source:
    """What composers read of it; photos and pictures lie in `folder`, of several shapes."""
    shapes = [(1280, 960), (720, 1280), (1280, 960), (1280, 300)]
    files = []
    for number, shape in enumerate(shapes):
        path = folder / f"{number}.jpg"
        path.write_bytes(_picture(shape, number))
        files.append(path)
    turns = cycle(files)
    given: dict[UUID, Path] = {}

    def photo_file(record: Photo | Attachment) -> Path:
        return given.setdefault(record.id, next(turns))

    case = case_of(dossier(long))
    return source_of(case, draft=draft, photo_file=photo_file, attachment_file=photo_file)


@cache
def _picture(shape: tuple[int, int], number: int) -> bytes:
    held = io.BytesIO()
    Image.linear_gradient("L").resize(shape).rotate(90 * number).save(held, "JPEG", quality=60)
    return held.getvalue()


def _record(name: str, record_id: UUID, number: int, ids: dict[str, list[UUID]]) -> Record:
    form = forms()[name]
    values = {
        field: _value(field, spec, number + place, ids)
        for place, (field, spec) in enumerate(specs(form).items())
    }
    if number >= _FULL:
        short = {f: v[:12] for f, v in values.items() if isinstance(v, str) and len(v) > 40}
        values |= short
    if name == "photo":
        facts = photo_facts(_TAKEN + dt.timedelta(minutes=number), SITE, (float(number), 30.0))
        values |= {"facts": facts.model_dump(mode="json"), "stated_none": False}
        values |= {"visit": ids["visit"][number % 3], "sha256": f"{number:064x}"}
    if name == "attachment":
        kinds = specs(form)["kind"].choices
        values |= {"kind": kinds[number % len(kinds)], "sha256": f"{number:063x}a"}
    if name == "visit":
        values["date"] = _TAKEN.date() + dt.timedelta(days=number)
        values["signed_team"] = False
    if name == "signature":
        values["paper"], values["role"], visit = _SIGNED[number]
        values["subject"] = None if visit is None else ids["visit"][visit]
        values["ink"] = _ink(number)
    parents = {"stay": "visit", "partner": "filing", "returnpoint": "returnopinion"}
    parents |= dict.fromkeys(("contractitem", "milestone"), "contract")
    parents |= dict.fromkeys(("solution", "needstep"), "libraryentry")
    parent = ids.get(parents.get(name, ""), [])
    values["parent_id"] = parent[number % len(parent)] if parent else None
    return form(id=record_id, dossier_id=ID, position=f"a{number:04}", **values)


def _ink(number: int) -> dict[str, Any]:
    """A long signature over all of the pad, which is flat, tall, or neither."""
    height = (0.1, 0.4, 4.0)[number % 3]
    lines = [
        [[(line + point / 50) / 40, height * (point % 2)] for point in range(50)]
        for line in range(40)
    ]
    return {"strokes": lines, "height": height}


def _value(field: str, spec: Spec, turn: int, ids: dict[str, list[UUID]]) -> Any:
    of = ids.get(spec.of, [])
    if spec.kind is Kind.TEXT:
        return _text(field, spec.limit or 200, turn)
    if spec.kind is Kind.PROSE:
        most = spec.limit or _MOST
        return _chinese(most if turn == 0 else min(most, _MOST))
    if spec.kind is Kind.CHOICE:
        return max(spec.choices or ("绿园区",), key=len)
    plain: dict[Kind, Any] = {
        Kind.NUMBER: "99999999.99",
        Kind.COUNT: 9_999_999,
        Kind.DATE: _TAKEN.date(),
        Kind.TIME: dt.time(8 + turn % 4, 59),
        Kind.MOMENT: _TAKEN,
        Kind.YESNO: True,
        Kind.REF: of[turn % len(of)] if of else None,
        Kind.FACTS: {},
        Kind.CHOICES: dict.fromkeys(spec.keys, True),
        Kind.REFS: {str(each): True for each in of},
        Kind.FIGURE: {"value": "99999999.99", "year": "2024", "basis": _chinese(60)},
        Kind.NUMBERS: dict.fromkeys(spec.keys or ("生产制造",), _text("", 60, turn)),
    }
    return plain[spec.kind]


def _text(field: str, limit: int, turn: int) -> str:
    """Names of 40 characters; else Chinese and unbroken Latin in turns, to the limit."""
    if field in ("name", "lead", "contact", "trainer", "counterpart", "owner"):
        return NAME[: min(limit, 40)]
    return _LATIN[:limit] if turn % 3 == 2 else _chinese(limit)


def _chinese(limit: int) -> str:
    """So many characters, no sentence of them like another: a part of it is found but once."""
    said = ""
    while len(said) < limit:
        number = next(_numbers)
        said += (
            f"第{number}句：生产{RARE}等零部件（含ERP、MES），联网率{number % 97}.7%，“关键”在线。"
        )
    return said[:limit]


def _answers(ids: dict[str, list[UUID]]) -> Iterator[Record]:
    """Every item and scene of the table at every stage, some with grounds at their limits."""
    table = case_of(Dossier(ID)).pack.instrument
    evidence: dict[str, Any] = {
        "photos": {str(each): True for each in ids["photo"][:6]},
        "attachments": {str(each): True for each in ids["attachment"][:6]},
    }
    for stage in Stage:
        names = [item.name for item in table.items] + [scene.name for scene in table.scenes]
        for number, subject in enumerate(names):
            full = number % 9 == 0
            yield Answer(
                id=answer_id(ID, stage, subject),
                dossier_id=ID,
                stage=stage.value,
                subject=subject,
                chosen=dict.fromkeys("ABCDE", True),
                level=4,
                figures={},
                reason=_chinese(300 if full else 20),
                note=_chinese(_MOST if full else 20),
                **evidence,
            )


def _paragraphs() -> Iterator[Record]:
    """Two paragraphs a section; the first of all is as long as a paragraph can be."""
    for place, section in enumerate(load_pack().outline.writable):
        for number in range(2):
            limit = 60 if number else 5000 if place == 0 else _MOST // 2
            yield Paragraph(
                id=uuid5(ID, f"{section.key} {number}"),
                dossier_id=ID,
                position=f"a{number}",
                section=section.key,
                text=_chinese(limit),
            )
