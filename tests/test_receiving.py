"""The receiving side: bundles are judged anew, none of them enters the store, nothing is taken on
trust."""

from __future__ import annotations

import hashlib
import json
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from app.claims import Requirement
from app.closing import Closing
from app.exchange import dump
from app.handin_choice import Packing
from app.killable import StoppedError
from app.received import ReceivedRow
from app.receiving import Received, gaps, look, look_all
from app.signers import Signers
from app.tables import ReadingRow
from app.workbench import Workbench
from benchmarks.watermark_photos import draw
from exporters.bundle import Member
from exporters.bundle_parts import numbered
from forms.dossier import Photo
from forms.evaluation import Stage
from tests import hostile
from tests.receiving_kit import a_dossier, bench_at, packed

PASSPHRASE = "correct-horse-battery"


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Workbench]:
    with bench_at(tmp_path / "provider", "王示例") as made:
        yield made


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Workbench]:
    with bench_at(tmp_path / "office", "李审核") as made:
        yield made


def rules(found: Received) -> set[str]:
    assert found.examined is not None, found.trouble
    return {each.rule for each in found.examined.findings}


def asked(found: Received, name: str) -> Requirement:
    assert found.examined is not None
    (row,) = [each for each in found.examined.requirements if each.name == name]
    return row


def test_findings_and_figures_are_those_of_the_provider_itself(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier(training=[]))
    own = provider.review(dossier_id)
    found = look(office, packed(provider, dossier_id, tmp_path / "a.zip"))

    assert found.examined is not None and not found.trouble
    told = {(each.rule, each.message) for each in found.examined.findings}
    assert told == {(each.rule, each.message) for each in own.findings}
    assert "TRAINING-COUNT" in rules(found)
    assert found.examined.words == own.words["body"]
    assert found.examined.score == own.grades[Stage.DIAGNOSIS].total
    assert found.enterprise == "示例·测试机械有限公司"
    assert asked(found, "主题培训").verdict == "不符合"
    assert found.checked is not None and found.checked.name == "王示例"
    place = next(e.place for e in found.examined.findings if e.rule == "TRAINING-COUNT")
    assert place == "主题培训"


def test_nothing_of_a_bundle_enters_the_store(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    found = look(office, packed(provider, dossier_id, tmp_path / "a.zip"))

    assert found.examined is not None
    assert office.summaries() == [] and not office.store.vault.paths()
    with office.store.session() as session:
        ask = session.connection().exec_driver_sql
        tables = [row[0] for row in ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"received", "dossier", "log", "photo"} <= set(tables)
        filled = {name for name in tables if ask(f'SELECT count(*) FROM "{name}"').scalar()}
        kept = str(ask("SELECT * FROM received").all())
    assert filled == {"meta", "received", "alembic_version"}
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        data = archive.read("dossier.json").decode()
    for secret in ("完成车间调研", "138-0000-0000", "91220106MA0EXAMP17"):
        assert secret in data and secret not in kept


def test_a_bundle_sent_again_shows_what_was_mended_and_what_is_new(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier(training=[]))
    first = packed(provider, dossier_id, tmp_path / "1.zip")
    once, again = look(office, first), look(office, first)
    assert once.examined and again.examined
    assert once.examined.compared is None and again.examined.compared is None

    training = a_dossier()["training"][0]
    values = {k: v for k, v in training.items() if k not in ("id", "visit", "sign_in")}
    provider.add(dossier_id, "training", **values)
    member = provider.dossier(dossier_id).records["member"][2]
    provider.withdraw(dossier_id, "member", member.id)
    second = look(office, packed(provider, dossier_id, tmp_path / "2.zip"))
    assert second.examined and second.examined.compared
    change = second.examined.compared
    assert "TRAINING-COUNT" in {each.rule for each in change.mended}
    assert "TEAM-SIZE" in {each.rule for each in change.fresh}
    assert {each.rule for each in (*change.fresh, *change.standing)} == rules(second)
    # One that nobody signed is compared, and is no measure for the next one.
    provider.withdraw(dossier_id, "need", provider.dossier(dossier_id).records["need"][0].id)
    bare = look(office, packed(provider, dossier_id, tmp_path / "3.zip", signed=False))
    assert bare.examined and bare.examined.compared
    with office.store.session() as session:
        assert len(session.exec(select(ReceivedRow)).all()) == 2
    # The older one dropped once more is still the first.
    late = look(office, first)
    assert late.examined and late.examined.compared is None


def test_what_the_check_sheet_claims_is_compared_with_what_is_worked_out(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    list(provider.export(dossier_id, tmp_path / "out", ("checksheet",), draft=True))
    (sheet,) = (tmp_path / "out").rglob("核验单*.docx")
    same = look(
        office,
        packed(provider, dossier_id, tmp_path / "a.zip", more=(Member("核验单.docx", sheet),)),
    )
    assert same.examined and not same.examined.remarks
    assert [row.claimed for row in same.examined.requirements if row.claimed] == []

    # The dossier goes on, the sheet stays what it was.
    provider.withdraw(dossier_id, "member", provider.dossier(dossier_id).records["member"][2].id)
    other = look(
        office,
        packed(provider, dossier_id, tmp_path / "b.zip", more=(Member("核验单.docx", sheet),)),
    )
    row = asked(other, "诊断团队")
    assert row.held.startswith("2人") and row.claimed.startswith("3人")

    for raw in (b"", b"PK\x05\x06" + bytes(18), b"<a/>"):
        bad = packed(provider, dossier_id, tmp_path / "c.zip", more=(Member("核验单.docx", raw),))
        found = look(office, bad)
        assert found.examined and "读不出来" in found.examined.remarks[0]
    none = look(office, packed(provider, dossier_id, tmp_path / "d.zip"))
    assert none.examined and "没有核验单" in none.examined.remarks[0]


def test_missing_papers_and_photos_are_named_and_copies_told_apart(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    raw = [b"\xff\xd8 one", b"\xff\xd8 two", b"\xff\xd8 small"]
    digests = [hashlib.sha256(each).hexdigest() for each in raw]
    mapping = a_dossier()
    for photo, digest in zip(mapping["photo"], [*digests[:2], "e" * 64], strict=False):
        photo["sha256"] = digest
    dossier_id = provider.import_mapping(mapping)
    photos = provider.dossier(dossier_id).all(Photo)
    more = (
        Member("文档/咨询诊断报告.pdf", b"%PDF"),
        Member("照片/001-入场.jpg", raw[0]),
        Member("照片/002-其他.jpg", raw[2]),
    )
    found = look(
        office,
        packed(
            provider, dossier_id, tmp_path / "a.zip", more=more,
            copies={"照片/002-其他.jpg": digests[1]},
        ),
    )  # fmt: skip
    lacking = gaps([found])
    assert photos[2].filename in lacking.photos and photos[0].filename not in lacking.photos
    assert lacking.copies == 1 and photos[1].filename not in lacking.photos
    assert "咨询诊断报告" not in lacking.papers and "核验单" in lacking.papers
    assert "现场诊断记录表（第1次）" in lacking.papers
    assert len(lacking.attachments) == len(mapping["attachment"])


@pytest.mark.allow_log("took longer")
def test_the_photos_watermarks_are_read_where_that_is_asked_for(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    truth = draw(3, tmp_path, with_watermark=True, bundled=True, largest=1440)
    raw = truth.path.read_bytes()
    mapping = a_dossier()
    mapping["photo"] = [mapping["photo"][0] | {"sha256": hashlib.sha256(raw).hexdigest()}]
    dossier_id = provider.import_mapping(mapping)
    path = packed(
        provider, dossier_id, tmp_path / "a.zip", more=(Member("照片/001-入场.jpg", raw),)
    )
    bare, read = look(office, path), look(office, path, marks=True)
    assert bare.examined and not bare.examined.marks and read.examined and read.examined.marks
    assert "PHOTO-WATERMARK-WAITING" in rules(bare) - rules(read)
    assert office.store.session().get(ReadingRow, hashlib.sha256(raw).hexdigest()) is None
    with pytest.raises(StoppedError):
        look(office, path, marks=True, stop=lambda: True)


def test_parts_of_one_bundle_are_looked_at_together(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    papers = [Member("文档/咨询诊断报告.pdf", b"%PDF"), Member("核验单.pdf", b"%PDF")]
    parts = [
        packed(provider, dossier_id, tmp_path / f"{n}.zip", more=(paper,), **part.fact)
        for n, (part, paper) in enumerate(zip(numbered(2), papers, strict=True))
    ]
    one, two = (look(office, path) for path in parts)
    assert gaps([one]).parts == (2,) and "核验单" in gaps([one]).papers
    assert gaps([one, two]).parts == () and "核验单" not in gaps([one, two]).papers
    assert one.examined and two.examined and two.examined.compared is None  # of one state


def test_a_tampered_or_unsigned_or_foreign_bundle_is_told_apart(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    whole = packed(provider, dossier_id, tmp_path / "a.zip")
    bare = look(office, packed(provider, dossier_id, tmp_path / "b.zip", signed=False))
    assert bare.examined is not None and bare.checked is not None and not bare.checked.signed

    tampered = tmp_path / "c.zip"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tampered, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            changed = data.replace("示例".encode(), "假冒".encode())
            new.writestr(name, changed if name == "dossier.json" else data)
    found = look(office, tampered)
    assert found.examined is None and "与清单不一致（改动 1 个文件）" in found.trouble
    assert found.checked is not None and found.checked.verdict.changed == ("dossier.json",)

    other = json.dumps({**dump(provider.dossier(dossier_id)), "id": str(UUID(int=5))}).encode()
    swapped = packed(provider, dossier_id, tmp_path / "d.zip", instead={"dossier.json": other})
    assert "不是同一份档案" in look(office, swapped).trouble
    for content, said in (
        (b"[1]", "不是本程序的档案"),
        (b"{" * 5000, "读不出来"),
        (b'{"format": "zhengai-dossier/1", "visit": 5}', "现场诊断"),
    ):
        bad = packed(provider, dossier_id, tmp_path / "e.zip", instead={"dossier.json": content})
        assert said in look(office, bad).trouble
    assert (
        "本机没有该版方案"
        in look(office, packed(provider, dossier_id, tmp_path / "f.zip", pack="other-2030")).trouble
    )
    assert "没有找到" in look(office, tmp_path / "nowhere.zip").trouble
    assert look(office, tmp_path).trouble.endswith("。")


@pytest.mark.allow_log("a foreign log was refused")
def test_a_log_that_was_cut_is_no_base_for_a_judgement(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    with zipfile.ZipFile(packed(provider, dossier_id, tmp_path / "a.zip")) as archive:
        lines = archive.read("changes.jsonl").splitlines()
    cut = b"\n".join(lines[:5] + lines[6:])
    bad = packed(provider, dossier_id, tmp_path / "b.zip", instead={"changes.jsonl": cut})
    assert "修改记录不合规定或已被改动" in look(office, bad).trouble


def test_closed_bundles_are_opened_by_passphrase_or_own_key(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.create("示例企业")
    ways = (Closing(PASSPHRASE), Closing(recipients=(Signers(office.store).own().recipient,)))
    for way in ways:
        out, sheet = tmp_path / "out", Packing(frozenset({"checksheet"}))
        list(provider.export(dossier_id, out, ("bundle",), True, way, sheet))
        (path,) = (tmp_path / "out").rglob(f"*{way.ending}")
        found = look(office, path)
        if way.passphrase:
            assert found.locked and found.examined is None
            assert look(office, path, "another-passphrase").locked
            found = look(office, path, PASSPHRASE)
        assert found.examined is not None and found.draft and found.enterprise == "示例企业"
        assert "草稿" in path.name and gaps([found]).papers


def test_each_of_many_is_refused_by_itself_and_cancelling_ceases(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    (tmp_path / "bad.zip").write_bytes(b"no bundle")
    whole = packed(provider, dossier_id, tmp_path / "a.zip")
    found: list[Received] = []
    steps = look_all(office, [tmp_path / "bad.zip", whole, tmp_path / "gone.zip"], found.append)
    assert [(step.done, step.total) for step in steps] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [bool(each.trouble) for each in found] == [True, False, True]
    found.clear()
    steps = look_all(office, [whole, whole], found.append)
    next(steps), next(steps)
    del steps
    assert len(found) == 1


@pytest.mark.allow_log("a foreign log was refused")
def test_no_hostile_bundle_is_taken_for_a_dossier(office: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "示例-文件包.zip"
    wrong = {}
    for each in (*hostile.names(), *hostile.attributes(), *hostile.manifests(), *hostile.damaged()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile's, of names that stand twice
            path.write_bytes(each.make())
        found = look(office, path)
        if found.examined is not None or not found.trouble.endswith("。"):
            wrong[each.name] = found.trouble
    assert wrong == {}
