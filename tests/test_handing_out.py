"""The whole round: parts handed out to two, both work, both come back, what was done is told."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import assignments, bundle_files
from app.assignments import Standing, hand_out, news, note_seen, standings
from app.awaited import awaited
from app.closing import Closing
from app.handing_out import luggage, pack
from app.keys import Keys
from app.log import LogRow
from app.merging import arrived
from app.signers import Signers
from app.trail_words import name_of
from app.workbench import Workbench
from forms.assignment import DONE, PAGE, SECTION, SUBJECT, VISIT
from forms.dossier import Assignment, Attachment, Photo, Visit
from forms.errors import UserError
from forms.evaluation import Stage, answer_id
from grading.assignments import Part, Parts, holder
from tests.merging_kit import taken, text
from tests.photo_files import photo

LEAD, LI, WANG = "周示例", "李样本", "王试例"
Make = Callable[[str], Workbench]


@pytest.fixture
def make(tmp_path: Path, keys: Keys) -> Iterator[Make]:
    """Laptops by the name of who works at them."""
    made: list[Workbench] = []

    def laptop(person: str) -> Workbench:
        bench = Workbench.open(tmp_path / person, keys=keys)
        bench.set_person(person)
        made.append(bench)
        return bench

    yield laptop
    for bench in made:
        bench.close()


def part(bench: Workbench, dossier: UUID, kind: str, subject: str) -> Part:
    return Parts(bench.dossier(dossier), bench.pack).by_key[kind, subject]


def give(bench: Workbench, dossier: UUID, person: str, *keys: tuple[str, str]) -> None:
    hand_out(bench, dossier, [part(bench, dossier, *key) for key in keys], person)


def told(bench: Workbench, dossier: UUID) -> dict[tuple[str, str], Standing]:
    return {each.part.key: each for each in standings(bench, bench.review(dossier))}


def given_to(bench: Workbench, dossier: UUID, folder: Path, person: str) -> Path:
    """The work bundle for a person with what that person needs, as the page packs it."""
    folder.mkdir(exist_ok=True)
    along = luggage(bench, bench.dossier(dossier), person).files
    steps = list(pack(bench, dossier, folder, files=along, to=person))
    assert steps[-1].made is not None and not [step for step in steps if step.trouble]
    return steps[-1].made


def handed_in(bench: Workbench, dossier: UUID, folder: Path) -> tuple[Path, str]:
    """What a colleague sends back: everything that is there; the last words that are said."""
    folder.mkdir(exist_ok=True)
    steps = list(pack(bench, dossier, folder))
    assert steps[-1].made is not None and not [step for step in steps if step.trouble]
    return steps[-1].made, steps[-1].text


def with_visits(bench: Workbench, folder: Path) -> tuple[UUID, list[UUID]]:
    """A dossier with two visits of two photos each, one photo of none, and an attachment."""
    folder.mkdir(exist_ok=True)
    dossier = bench.create("示例厂")
    visits = [bench.add(dossier, "visit", date=dt.date(2025, 6, 17 + n)) for n in range(2)]
    for number in range(5):
        path = photo(folder / f"{number}.jpg", size=(64 + number, 48))
        home = visits[number // 2] if number < 4 else None
        list(bench.import_photos(dossier, [path], home))
    plan = folder / "工艺流程.pdf"
    plan.write_bytes(b"%PDF-1.4 example")
    bench.attach(dossier, plan, "生产工艺流程图")
    loose = bench.dossier(dossier).all(Photo)[-1]
    bench.put(dossier, "photo", loose.id, "visit", None)  # its own time may have placed it
    bench.seal(dossier)
    return dossier, visits


def test_the_whole_round(make: Make, tmp_path: Path) -> None:
    lead, li, wang = make(LEAD), make(LI), make(WANG)
    dossier, (_, second) = with_visits(lead, tmp_path / "photos")
    shots = lead.dossier(dossier).all(Photo)
    lead.answer(dossier, Stage.DIAGNOSIS, "生产管控", f"photos.{shots[0].id}", True)
    give(lead, dossier, LI, (VISIT, str(second)), (SECTION, "1.profile"), (SUBJECT, "生产管控"))
    give(lead, dossier, WANG, (SECTION, "1.organisation"), (PAGE, "inventory"))
    # Li needs his visit's photos, his scene's evidence, and what is of no visit.
    along = luggage(lead, lead.dossier(dossier), LI)
    assert along.files >= {shots[0].id, shots[2].id, shots[3].id, shots[4].id}
    assert (along.photos, along.attachments, along.left) == (4, 1, 1)
    assert along.left_size == shots[1].size
    for bench, person in ((li, LI), (wang, WANG)):
        assert news(bench, dossier) == 0
        taken(bench, given_to(lead, dossier, tmp_path / person, person))
    assert (news(li, dossier), news(wang, dossier)) == (3, 2)
    note_seen(li, dossier)
    assert (news(li, dossier), news(lead, dossier)) == (0, 0)

    li.put(dossier, "visit", second, "results", "看了两条线。")
    li.answer(dossier, Stage.DIAGNOSIS, "生产管控", "level", 2)
    lathe = wang.add(dossier, "equipment", name="车床")
    wang.put(dossier, "equipment", lathe, "maker", "示例机床厂")
    wang.answer(dossier, Stage.DIAGNOSIS, "生产管控", "note", "顺便记一笔。")  # Li's
    mine = part(wang, dossier, PAGE, "inventory")
    held = Parts(wang.dossier(dossier), wang.pack).assigned[mine.key]
    wang.put(dossier, "assignment", held.id, "state", DONE)
    for bench, name in ((li, "li"), (wang, "wang")):
        path, said = handed_in(bench, dossier, tmp_path / f"back-{name}")
        assert "原件在同事处，不在包内" in said
        taken(lead, path)

    found = told(lead, dossier)
    assert found[VISIT, str(second)].edits == 1 and found[VISIT, str(second)].last
    scene = found[SUBJECT, "生产管控"]
    assert (scene.edits, scene.others, scene.empty) == (1, {WANG: 1}, False)
    assert (found[SECTION, "1.profile"].edits, found[SECTION, "1.profile"].empty) == (0, True)
    inventory = found[PAGE, "inventory"]
    assert inventory.edits == 3 and inventory.assignment.state == DONE
    assert inventory.findings and {f.target.page for f in inventory.findings if f.target} == {
        "inventory"
    }
    # Whatever was left out on the way stayed whole where it was.
    for shot in lead.dossier(dossier).all(Photo):
        assert lead.picture(shot, "original")
    assert awaited(lead.store, lead.dossier(dossier)) == {}


def test_what_never_came_is_told_apart_from_what_was_lost(make: Make, tmp_path: Path) -> None:
    lead, li = make(LEAD), make(LI)
    dossier, (_, second) = with_visits(lead, tmp_path / "photos")
    give(lead, dossier, LI, (VISIT, str(second)))
    taken(li, given_to(lead, dossier, tmp_path / "out", LI))
    shots = li.dossier(dossier).all(Photo)
    absent = {shots[0].id: LEAD, shots[1].id: LEAD}
    assert awaited(li.store, li.dossier(dossier)) == absent
    stored = bundle_files.stored(li.store, li.dossier(dossier))
    assert len(stored.members) == 4 and len(stored.lost) == 2
    (said,) = bundle_files.told(stored.lost)
    assert said.startswith(f"“{shots[0].filename}”等 2 个文件由“{LEAD}”在另一台设备收入")
    assert "请重新导入" not in said
    # One that Li took in himself and that is gone is lost, and to be imported again.
    list(li.import_photos(dossier, [photo(tmp_path / "own.jpg", size=(90, 60))], second))
    own = li.dossier(dossier).all(Photo)[-1]
    li.store.vault.path("originals", own.sha256).unlink()
    assert own.id not in awaited(li.store, li.dossier(dossier))
    troubles = list(bundle_files.told(bundle_files.stored(li.store, li.dossier(dossier)).lost))
    assert len(troubles) == 2 and f"“{own.filename}”的原始文件不在数据文件夹中" in troubles[0]
    # Papers that are to show them say so, too, when they are exported by themselves.
    steps = list(li.export(dossier, tmp_path / "papers", ("records",), draft=True))
    assert [step.trouble for step in steps if "另一台设备" in step.trouble] == [said]
    # A bundle with all of them ends it.
    taken(li, handed_in(lead, dossier, tmp_path / "all")[0])
    assert awaited(li.store, li.dossier(dossier)) == {}


def test_an_imported_dossier_that_came_by_bundle_is_awaited_too(make: Make, tmp_path: Path) -> None:
    lead, li = make(LEAD), make(LI)
    mapping = {
        "format": "zhengai-dossier/1",
        "photo": [{"sha256": "0" * 64, "filename": "a.jpg"}],
    }
    dossier = lead.import_mapping(mapping)
    assert awaited(lead.store, lead.dossier(dossier)) == {}  # nobody else's: it is lost
    path = tmp_path / "out"
    path.mkdir()
    taken(li, list(pack(lead, dossier, path))[-1].made or path)
    assert list(awaited(li.store, li.dossier(dossier)).values()) == ["同事"]


def test_hands_change_and_only_what_the_present_one_did_counts(make: Make, tmp_path: Path) -> None:
    lead, li, wang = make(LEAD), make(LI), make(WANG)
    dossier = lead.create("示例厂")
    key = (SECTION, "1.profile")
    give(lead, dossier, LI, key)
    taken(li, given_to(lead, dossier, tmp_path / "li", LI))
    li.add(dossier, "paragraph", section="1.profile", text="一段。")
    taken(lead, handed_in(li, dossier, tmp_path / "back")[0])
    assert told(lead, dossier)[key].edits == 3
    (held,) = lead.dossier(dossier).all(Assignment)
    assert name_of(held, lead.pack.outline) == "（一）企业简介"  # as 修改记录 calls it
    give(lead, dossier, LI, key)  # nothing changed: nothing begins anew
    assert told(lead, dossier)[key].edits == 3
    give(lead, dossier, WANG, key)
    now = told(lead, dossier)[key]
    assert (now.edits, now.assignment.state) == (0, "")
    assert [(hand.to, hand.by) for hand in now.hands] == [(WANG, LEAD), (LI, LEAD)]
    give(lead, dossier, "", key)
    assert holder(lead.dossier(dossier), *key) == "" and told(lead, dossier)[key].edits == 0
    lead.undo(dossier)
    assert holder(lead.dossier(dossier), *key) == WANG
    assert wang.summaries() == []


def test_two_who_hand_out_the_same_part_make_one_record_and_a_conflict(
    make: Make, tmp_path: Path
) -> None:
    lead, li = make(LEAD), make(LI)
    dossier = lead.create("示例厂")
    taken(li, given_to(lead, dossier, tmp_path / "li", LI))
    give(lead, dossier, WANG, (PAGE, "team"))
    give(li, dossier, LI, (PAGE, "team"))
    came = taken(lead, handed_in(li, dossier, tmp_path / "back")[0])
    assert len(lead.dossier(dossier).all(Assignment)) == 1
    assert [clash.where[1] for clash in came.conflicts] == ["person"]
    taken(li, handed_in(lead, dossier, tmp_path / "again")[0])
    assert text(lead, dossier) == text(li, dossier)


def test_the_whole_page_is_the_holders_unless_a_part_of_it_is_anothers(make: Make) -> None:
    lead = make(LEAD)
    dossier = lead.create("示例厂")
    give(lead, dossier, LI, (PAGE, "walk"), (PAGE, "report"))
    give(lead, dossier, WANG, (SUBJECT, "设备数字化"))
    held = lead.dossier(dossier)
    assert holder(held, SUBJECT, "设备数字化") == WANG and holder(held, SUBJECT, "网络建设") == LI
    assert holder(held, SECTION, "1.profile") == LI and holder(held, PAGE, "needs") == ""


def test_a_bundle_closed_for_one_colleague_opens_there_alone(make: Make, tmp_path: Path) -> None:
    lead, li, wang = make(LEAD), make(LI), make(WANG)
    dossier = lead.create("示例厂")
    closing = Closing(recipients=(Signers(li.store).own().recipient,))
    (made,) = [s.made for s in pack(lead, dossier, tmp_path, closing, to=LI) if s.made]
    assert taken(li, made).edits
    with pytest.raises(UserError, match="不是加密给本机的"), arrived(wang, made):
        pass


def test_a_bundle_that_is_cancelled_on_the_way_leaves_nothing(make: Make, tmp_path: Path) -> None:
    lead = make(LEAD)
    dossier, _ = with_visits(lead, tmp_path / "photos")
    out = tmp_path / "out"
    out.mkdir()
    steps = pack(lead, dossier, out, Closing("a long passphrase"), to=LI)
    for _ in range(3):
        assert next(steps).made is None
    steps.close()  # type: ignore[attr-defined]
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_is_what_was_done(make: Make, tmp_path: Path, seed: int) -> None:
    """Random edits of three people anywhere: each part's counts are those of the edits made there
    since it was handed out, whoever made them."""
    chance = random.Random(seed)
    benches = {person: make(person) for person in (LEAD, LI, WANG)}
    lead = benches[LEAD]
    dossier = lead.create("示例厂")
    visit = lead.add(dossier, "visit", date=dt.date(2025, 6, 17))
    scenes = [scene.name for scene in lead.pack.instrument.scenes[:3]]
    keys = [(VISIT, str(visit)), *((SUBJECT, name) for name in scenes), (PAGE, "team")]
    lead.answer(dossier, Stage.DIAGNOSIS, scenes[0], "note", "此前写的")  # before: never counts
    for person in (LI, WANG):
        give(lead, dossier, person, *[key for n, key in enumerate(keys) if n % 2 == (person == LI)])
    for person in (LI, WANG):
        taken(benches[person], given_to(lead, dossier, tmp_path / person, person))
    done: Counter[tuple[tuple[str, str], str]] = Counter()
    for _ in range(60):
        person, key = chance.choice(list(benches)), chance.choice(keys)
        bench = benches[person]
        if key[0] == VISIT:
            bench.put(dossier, "visit", visit, "results", f"{chance.random()}")
        elif key[0] == PAGE:
            bench.add(dossier, "member", name=f"{chance.random()}"[:12])
            done[key, person] += 1  # its place in the list, besides its name
        else:
            place = answer_id(dossier, Stage.DIAGNOSIS, key[1])
            made = any(row.id == place for row in bench.dossier(dossier).answers(Stage.DIAGNOSIS))
            bench.answer(dossier, Stage.DIAGNOSIS, key[1], "note", f"{chance.random()}")
            done[key, person] += 0 if made else 2  # which answer it is
        bench.seal(dossier)
        done[key, person] += 1
    for person in (LI, WANG):
        taken(lead, handed_in(benches[person], dossier, tmp_path / f"back-{person}")[0])
    for key, found in told(lead, dossier).items():
        holder_now = found.assignment.person
        assert found.edits == done[key, holder_now], key
        others = {who: n for (where, who), n in done.items() if where == key and n}
        others.pop(holder_now, None)
        assert found.others == others, key


def test_who_did_not_know_that_it_is_anothers_is_told_of_all_the_same(
    make: Make, tmp_path: Path
) -> None:
    lead, li = make(LEAD), make(LI)
    dossier = lead.create("示例厂")
    taken(li, given_to(lead, dossier, tmp_path / "li", LI))
    for number in range(9):  # Li's counters stay behind
        lead.add(dossier, "equipment", name=f"设备 {number}")
    give(lead, dossier, WANG, (PAGE, "team"))
    time.sleep(1.1)  # the log's clock goes by seconds
    li.add(dossier, "member", name="某人")
    taken(lead, handed_in(li, dossier, tmp_path / "back")[0])
    assert told(lead, dossier)[PAGE, "team"].others == {LI: 2}


def test_a_part_from_outside_that_is_none_is_passed_over(make: Make) -> None:
    lead = make(LEAD)
    dossier = lead.create("示例厂")
    for kind, subject in ((VISIT, "no id"), ("别的", "x"), (SECTION, "9.none")):
        lead.add(dossier, "assignment", kind=kind, subject=subject, person=LI)
    assert told(lead, dossier) == {} and holder(lead.dossier(dossier), VISIT, "no id") == LI
    assert lead.dossier(dossier).all(Visit) == [] == lead.dossier(dossier).all(Attachment)
    with pytest.raises(UserError, match="姓名超过"):
        give(lead, dossier, "长" * 41, (PAGE, "team"))
    with lead.store.session() as session:
        assert session.get(LogRow, dossier) is None
    assert assignments.news(lead, dossier) == 0
