"""The trail: readable, in parts, filtered, exported; a field's history with its old values."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import openpyxl
import pytest
from sqlalchemy import text

from app import trail
from app.log import Log
from app.trail import Entry, Wanted, What
from app.workbench import Workbench
from forms.dossier import Enterprise
from forms.evaluation import Stage
from forms.record import single_id
from forms.retrofit import filing_change_id
from tests.window_kit import opened


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with opened(tmp_path_factory.mktemp("trail") / "store") as made:
        yield made


@pytest.fixture(scope="module")
def worked(bench: Workbench) -> UUID:
    """A dossier that two people worked in, here and on another laptop."""
    dossier = bench.create("示例・甲")
    enterprise = single_id(dossier, "enterprise")
    for value in ("张示例", "=1+1"):
        bench.put(dossier, "enterprise", enterprise, "contact", value)
        bench.seal(dossier)
    record = bench.add(dossier, "equipment", name="数控机床")
    bench.withdraw(dossier, "equipment", record)
    item = bench.pack.instrument.items[0]
    bench.answer(dossier, Stage.DIAGNOSIS, item.name, "chosen.A", True)
    bench.seal(dossier)
    with bench.writing() as (session, log, records):
        # A colleague's edit that saw the first value only.
        first = log.rows(dossier)[2]
        other = Log(session, uuid4(), "李示例")
        other.write(dossier, "enterprise", enterprise, "contact", "赵示例", [first])
        other.seal(dossier)
        records.rebuild(dossier, {enterprise})
    return dossier


def everything(bench: Workbench, dossier: UUID, wanted: Wanted = Wanted()) -> list[Entry]:  # noqa: B008
    return [each for part in trail.parts(bench, dossier, wanted) for each in part.entries]


def test_an_entry_says_in_words_who_changed_what(bench: Workbench, worked: UUID) -> None:
    found = everything(bench, worked)
    assert [each.place for each in found] == sorted((e.place for e in found), reverse=True)
    edit = next(each for each in found if each.after == "=1+1")
    assert (edit.title, edit.label, edit.before) == ("企业基本情况", "企业联系人", "张示例")
    assert (edit.person, edit.device, len(edit.at)) == ("王示例", "本机", 19)
    made = next(each for each in found if each.what is What.MADE)
    gone = next(each for each in found if each.what is What.WITHDRAWN)
    assert made.name == gone.name == "数控机床" and gone.label == "撤回"
    ticked = next(each for each in found if each.path == "chosen.A")
    assert (ticked.label, ticked.after) == ("选项：A", "选")
    assert ticked.name == f"{bench.pack.instrument.items[0].name}（诊断）"


def test_a_correction_names_the_field_that_it_is_of(bench: Workbench) -> None:
    dossier = bench.create("示例・已开工")
    start = dt.date.today() - dt.timedelta(days=30)
    enterprise = single_id(dossier, "enterprise")
    bench.put(dossier, "enterprise", enterprise, "contact", "张示例")
    bench.put(dossier, "filing", single_id(dossier, "filing"), "starts_on", start.isoformat())
    bench.seal(dossier)
    bench.put(dossier, "enterprise", enterprise, "contact", "赵示例")
    found = [e for e in everything(bench, dossier) if e.form == "filingchange"]
    assert found and {each.name for each in found} == {"企业联系人"}
    named = next(each for each in found if each.label == "栏目")
    assert named.after == "企业基本情况“企业联系人”" and named.value == "enterprise.contact"
    odd = filing_change_id(dossier, "enterprise.of_a_newer_version")
    bench.put(dossier, "filingchange", odd, "field", "enterprise.of_a_newer_version")
    newest = everything(bench, dossier)[0]
    assert (newest.after, newest.name) == ("enterprise.of_a_newer_version", "")


def test_edits_that_stand_side_by_side_are_marked(bench: Workbench, worked: UUID) -> None:
    marked = {each.after: each for each in everything(bench, worked) if each.conflict}
    assert set(marked) == {"=1+1", "赵示例"}
    assert marked["赵示例"].device.startswith("设备 ") and marked["赵示例"].person == "李示例"


def test_it_is_narrowed_by_person_form_and_words(bench: Workbench, worked: UUID) -> None:
    assert trail.people(bench, worked) == ["李示例", "王示例"]
    assert ("equipment", "生产设备") in trail.used_forms(bench, worked)
    assert {e.person for e in everything(bench, worked, Wanted(person="李示例"))} == {"李示例"}
    assert {e.form for e in everything(bench, worked, Wanted(form="answer"))} == {"answer"}
    found = everything(bench, worked, Wanted(words=" 机床 "))
    assert found and {each.name for each in found} == {"数控机床"}


def test_a_field_s_history_gives_its_old_values_back(bench: Workbench, worked: UUID) -> None:
    enterprise = single_id(worked, "enterprise")
    found = trail.history(bench, worked, enterprise, "contact")
    assert [each.after for each in found] == ["赵示例", "=1+1", "张示例"]
    old = found[-1]
    bench.choose(worked, old.form, old.record, old.path, old.value)
    dossier = bench.dossier(worked)
    assert dossier.one(Enterprise).contact == "张示例"
    assert not dossier.conflicts, "it decides what stood side by side"


def test_what_was_withdrawn_is_listed_and_comes_back(bench: Workbench) -> None:
    dossier = bench.create("示例")
    record = bench.add(dossier, "equipment", name="机床")
    assert trail.withdrawn(bench, dossier) == []
    bench.withdraw(dossier, "equipment", record)
    ((form, found, words),) = trail.withdrawn(bench, dossier)
    assert (form, found) == ("equipment", record) and "机床" in words
    bench.restore(dossier, form, found)
    assert trail.withdrawn(bench, dossier) == []


def test_the_sheet_holds_every_row_and_no_formula(
    bench: Workbench, worked: UUID, tmp_path: Path
) -> None:
    *_, last = trail.export_trail(bench, worked, tmp_path / "记录")
    assert last.made == tmp_path / "记录.xlsx" and list(tmp_path.iterdir()) == [last.made]
    sheet = openpyxl.load_workbook(last.made).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert len(rows) - 1 == len(everything(bench, worked)) == last.total
    formula = next(cell for row in rows for cell in row if cell.value == "=1+1")
    assert formula.data_type == "s" and formula.quotePrefix
    notes = [row[8].value for row in rows[1:] if row[8].value]
    assert "现行" in notes


def test_fifty_thousand_rows_are_read_in_parts(bench: Workbench) -> None:
    dossier = bench.create("示例・大")
    where = {"dossier": dossier.hex, "record": single_id(dossier, "enterprise").hex}
    with bench.store.session() as session:
        session.connection().execute(_MANY, where)
        session.commit()
    begun = time.perf_counter()
    first = next(trail.parts(bench, dossier))
    took = time.perf_counter() - begun
    assert len(first.entries) == trail.PART and first.after is not None
    assert took < 3, f"{took:.2f} s for the first part"
    second = next(trail.parts(bench, dossier, after=first.after))
    assert second.entries[0].place < first.entries[-1].place
    *_, page = trail.read(bench, dossier, Wanted(words="张51000"), first.after, count=1)
    assert [each.after for each in page.entries] == ["张51000"] and page.after is not None


_MANY = text(
    "WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 52000) "
    "INSERT INTO log (id, dossier_id, form, record_id, field, value, salt, payload_hash, "
    " supersedes, counter, device, person, at, link, live) "
    "SELECT lower(hex(randomblob(16))), :dossier, 'enterprise', :record, 'contact', "
    " '\"张' || i || '\"', '', '', '[]', i, '" + "ab" * 16 + "', '王示例', "
    " '2025-06-17T09:05:00+08:00', 'x', i = 52000 FROM n"
)
