"""A registry's rows as dossiers would hold them, with what is wrong, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.foreign_table import read_rows
from app.import_plan import Fault
from forms.dossier import Enterprise, File, Site
from forms.enterprise import credit_code_complaint
from forms.errors import UserError
from forms.fields import Kind, Spec, complaints, decimal
from forms.pack import Pack
from forms.record import Record, specs

HEAD_WITHIN = 10

#: A form and its field.
Field = tuple[str, str]
NAME: Field = ("enterprise", "name")
CODE: Field = ("enterprise", "credit_code")
LATITUDE: Field = ("site", "latitude")
LONGITUDE: Field = ("site", "longitude")

#: Column heads as registries write them, without blanks, by the field that they fill.
HEADS: dict[Field, tuple[str, ...]] = {
    NAME: ("企业名称", "单位名称", "试点企业名称"),
    CODE: ("企业信用代码", "统一社会信用代码", "信用代码"),
    ("enterprise", "district"): (
        *("所属县（市、区）", "所属县(市、区)", "所属县（市）区", "所属县(市)区", "所属区县"),
        *("县（市、区）", "县（市）区", "县（市）区、开发区", "所属区", "所属开发区", "所属地区"),
    ),
    ("enterprise", "address"): ("注册地址", "企业地址", "地址"),
    ("enterprise", "contact"): ("企业联系人", "联系人"),
    ("enterprise", "phone"): ("联系方式", "联系电话", "手机号码"),
    ("enterprise", "industry"): ("所属细分行业", "细分行业", "所属行业", "行业"),
    ("enterprise", "size"): ("企业规模", "企业规模类型", "规模"),
    ("dossier", "batch"): ("批次", "所属批次", "试点批次"),
    LATITUDE: ("纬度", "厂址纬度"),
    LONGITUDE: ("经度", "厂址经度"),
    ("site", "datum"): ("坐标系",),
}
_FORMS: dict[str, type[Record]] = {"enterprise": Enterprise, "dossier": File, "site": Site}


def spec_of(field: Field) -> Spec:
    """The declaration of a field."""
    return specs(_FORMS[field[0]])[field[1]]


@dataclass(frozen=True, slots=True)
class FirmRow:
    """One filled row: its number in the file, its values by field (those that are filled in), the
    letters of its columns, and what is wrong with it."""

    line: int
    values: Mapping[Field, str]
    columns: Mapping[Field, str]
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """The enterprise's name, as far as it stands there."""
        return self.values.get(NAME, "")

    def fault(self, field: Field, reason: str) -> Fault:
        """What is wrong with the cell of a field."""
        return Fault(self.line, self.columns.get(field, ""), reason)


def read(path: Path, pack: Pack) -> list[FirmRow]:
    """The rows below the head; UserError where the file cannot be read as a registry."""
    from openpyxl.utils import get_column_letter  # 10 MB, which most days need not

    rows = read_rows(path)
    columns, start = _columns(rows, path.name)
    letters = {field: get_column_letter(place + 1) for field, place in columns.items()}
    found: list[FirmRow] = []
    seen: dict[tuple[Field, str], int] = {}
    for line, row in enumerate(rows[start:], start + 1):
        texts = {field: row[place] for field, place in columns.items() if place < len(row)}
        values = {field: _tidy(field, text, pack) for field, text in texts.items() if text}
        if values:
            made = FirmRow(line, values, letters)
            faults = tuple(_faults(made, pack)) or tuple(_repeats(made, seen))
            found.append(FirmRow(line, values, letters, faults))
        elif any(row):
            found.append(FirmRow(line, {}, letters, (_nameless(FirmRow(line, {}, letters)),)))
    return found


def _columns(rows: Sequence[Sequence[str]], name: str) -> tuple[dict[Field, int], int]:
    """Which column fills which field, and the number of the first row below the head."""
    for number, row in enumerate(rows[:HEAD_WITHIN], 1):
        heads = ["".join(cell.split()) for cell in row]
        found = {
            field: heads.index(label)
            for field, labels in HEADS.items()
            for label in labels[::-1]
            if label in heads
        }
        if NAME in found:
            return found, number
    raise UserError(
        f"“{name}”前 {HEAD_WITHIN} 行没有“企业名称”一列，没有导入，请在表头写明各列名称。"
    )


def _tidy(field: Field, text: str, pack: Pack) -> str:
    """The value in the form's own words, where the registry's say the same."""
    found = " ".join(text.split())
    spec = spec_of(field)
    if field == CODE:
        return found.replace(" ", "").upper()
    if spec.kind is not Kind.CHOICE:
        return found
    offered = pack.offered(spec)
    shorter = found.removeprefix(f"{pack.city}市")
    spellings = (found, shorter, f"{shorter}业", f"{shorter}企业")
    return next((each for each in spellings if each in offered), found)


def _faults(row: FirmRow, pack: Pack) -> Iterator[Fault]:
    if not row.name:
        yield _nameless(row)
    for field, text in row.values.items():
        spec = spec_of(field)
        if field == CODE:
            found = [credit_code_complaint(text)]
        elif spec.kind is Kind.NUMBER and decimal(text) is None:
            found = [f"“{spec.label}”填“{text[:20]}”，不是数字。"]
        else:
            found = complaints(spec, text, pack.offered(spec))
        for words in filter(None, found):
            yield row.fault(field, words.rstrip("。"))
    for one, other in ((LATITUDE, LONGITUDE), (LONGITUDE, LATITUDE)):
        if one in row.values and other not in row.values:
            yield row.fault(other, f"填了{spec_of(one).label}，未填{spec_of(other).label}")


def _nameless(row: FirmRow) -> Fault:
    return row.fault(NAME, "没有企业名称")


def _repeats(row: FirmRow, seen: dict[tuple[Field, str], int]) -> Iterator[Fault]:
    """An enterprise that stands further up; its rows are told apart by code, else by name."""
    for field in (CODE, NAME):
        text = row.values.get(field)
        if not text:
            continue
        above = seen.setdefault((field, text), row.line)
        if above != row.line:
            yield row.fault(field, f"“{text[:40]}”与第 {above} 行重复")
            return
