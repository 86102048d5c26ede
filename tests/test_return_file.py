"""退回意见: sent back as a file, taken in as points of the dossier, closed with evidence, seen as
mended."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import docx
import pytest

from app.answers import Outcome
from app.bundle_check import check
from app.closing import Closing, PassphraseError
from app.exchange import dump
from app.merging import arrived
from app.received import Noted, drafted
from app.receiving import Received, look
from app.return_file import MEMBER, POINTS_CEILING, read, spelled, take_in, understood, write
from app.signers import Signers, Standing
from app.workbench import Workbench
from exporters import bundle, papers
from exporters.bundle import Member
from exporters.bundle_signature import Signing
from forms.dossier import Attachment, ReturnOpinion, ReturnPoint
from forms.errors import UserError
from forms.papers import BY_KEY
from forms.returned import DECLINED, MENDED, Returned
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


def opinion(dossier: UUID, *points: ReturnPoint, **more: Any) -> Returned:
    """An opinion of what is typed; one point where none is given."""
    own = {"number": "示例退〔2025〕1号", "office": "示例局", "date": dt.date(2025, 7, 18)}
    made = ReturnOpinion(dossier_id=dossier, **{**own, **more})
    given = points or (ReturnPoint(dossier_id=dossier, text="培训签到表缺一页。"),)
    return Returned(dossier, "示例·测试机械有限公司", "示例服务商", made, given)


def written(
    office: Workbench, returned: Returned, folder: Path, way: Closing | None = None
) -> Path:
    """The file, written into a new folder."""
    folder.mkdir()
    made = [step.made for step in write(office, returned, folder, *([way] if way else []))]
    assert made[-3] is not None
    return made[-3]


def rules(bench: Workbench, dossier_id: UUID) -> list[str]:
    return [each.rule for each in bench.review(dossier_id).findings if each.rule[:3] == "RET"]


def examined(found: Received) -> tuple[Noted, ...]:
    assert found.examined is not None, found.trouble
    return found.examined.findings


def test_the_whole_round_from_sending_in_to_seen_as_mended(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier(training=[]))
    first = look(office, packed(provider, dossier_id, tmp_path / "1.zip"))
    finding = next(each for each in examined(first) if each.rule == "TRAINING-COUNT")
    points = (
        drafted(dossier_id, finding),
        ReturnPoint(dossier_id=dossier_id, text="报告未写资金来源。", asked="请补写。"),
        ReturnPoint(dossier_id=dossier_id, text="企业名称与执照不一致。"),
    )
    assert points[0].text == finding.message and points[0].asked == finding.remedy
    path = written(office, opinion(dossier_id, *points, due=dt.date(2025, 8, 1)), tmp_path / "w")

    came = read(provider.store, path)
    assert came.checked.name == "李审核" and came.checked.standing is Standing.UNKNOWN
    assert take_in(provider, came) and not take_in(provider, came)
    held = provider.dossier(dossier_id)
    (made,), kept = held.all(ReturnOpinion), held.all(ReturnPoint)
    assert (made.number, made.signer, made.due) == (
        "示例退〔2025〕1号",
        "李审核",
        dt.date(2025, 8, 1),
    )
    assert made.fingerprint == Signers(office.store).own().fingerprint
    assert [each.text for each in kept] == [each.text for each in points]
    assert rules(provider, dossier_id).count("RETURN-OPEN") == 3
    assert "RETURN-OPEN" in {each.rule for each in provider.review(dossier_id).blocking}

    # Sent in again without a word: nothing is mended, and it can be seen.
    idle = look(office, packed(provider, dossier_id, tmp_path / "2.zip"))
    assert idle.examined is not None
    (answers,) = idle.examined.answers
    assert {each.outcome for each in answers.answers} == {Outcome.OPEN}
    # That they are open is told there, and is no news beside the other findings.
    assert not any(each.rule == "RETURN-OPEN" for each in examined(idle))
    assert idle.examined.compared is not None and not idle.examined.compared.fresh

    attached = held.all(Attachment)[0]
    for point, state in zip(kept, (MENDED, MENDED, DECLINED), strict=True):
        provider.put(dossier_id, "returnpoint", point.id, "state", state)
    assert set(rules(provider, dossier_id)) == {"RETURN-REPLY"}
    for point in kept:
        provider.put(dossier_id, "returnpoint", point.id, "reply", "已按意见办理。")
    assert rules(provider, dossier_id) == ["RETURN-EVIDENCE"] * 2
    provider.put(dossier_id, "returnpoint", kept[0].id, f"attachments.{attached.id}", True)
    provider.put(dossier_id, "returnpoint", kept[1].id, "shown", "报告三（二）")
    assert rules(provider, dossier_id) == []

    # It says that it is mended, but the training is not there: the office sees that it stands.
    claimed = look(office, packed(provider, dossier_id, tmp_path / "3.zip"))
    assert claimed.examined is not None
    (answers,) = claimed.examined.answers
    assert [each.outcome for each in answers.answers] == [
        *(Outcome.STANDING, Outcome.MENDED, Outcome.DECLINED)
    ]
    training = {k: v for k, v in a_dossier()["training"][0].items() if k not in ("id", "visit")}
    del training["sign_in"]
    provider.add(dossier_id, "training", **training)
    last = look(office, packed(provider, dossier_id, tmp_path / "4.zip"))
    assert last.examined is not None and last.examined.compared is not None
    (answers,) = last.examined.answers
    assert answers.settled == 3 and answers.answers[0].outcome is Outcome.MENDED
    assert answers.answers[0].evidence == (f"附件“{attached.name}”",)
    assert "TRAINING-COUNT" in {each.rule for each in last.examined.compared.mended}
    # The opinion came back on an earlier bundle, which the provider had not taken in yet.
    assert examined(first) and first.examined is not None and first.examined.answers == ()


def test_two_laptops_make_the_same_records(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    path = written(office, opinion(dossier_id), tmp_path / "w")
    with bench_at(tmp_path / "second", "赵示例") as second:
        second.import_mapping(dump(provider.dossier(dossier_id)))
        for bench in (provider, second):
            take_in(bench, read(bench.store, path))
        assert dump(provider.dossier(dossier_id)) == dump(second.dossier(dossier_id))


def test_the_file_is_a_signed_bundle_with_a_paper_people_can_read(
    office: Workbench, tmp_path: Path
) -> None:
    path = written(office, opinion(uuid4()), tmp_path / "w")
    checked = check(path, signers=Signers(office.store))
    assert checked.sound and checked.standing is Standing.OWN
    with zipfile.ZipFile(path) as archive:
        assert {"退回意见.pdf", "退回意见.docx", MEMBER} <= set(archive.namelist())
    names = sorted(each.name for each in (tmp_path / "w").iterdir())
    assert [name.rpartition(".")[2] for name in names] == ["docx", "pdf", "zip"]
    shown = docx.Document(str(tmp_path / "w" / names[0]))
    words = "\n".join(each.text for each in shown.paragraphs)
    assert "示例退〔2025〕1号" in words and "有下列1条意见" in words
    assert shown.tables[0].cell(1, 1).text == "培训签到表缺一页。"


def test_a_closed_one_asks_for_its_passphrase(office: Workbench, tmp_path: Path) -> None:
    path = written(office, opinion(uuid4()), tmp_path / "w", Closing(PASSPHRASE))
    with pytest.raises(PassphraseError):
        read(office.store, path)
    assert read(office.store, path, PASSPHRASE).returned.points[0].text == "培训签到表缺一页。"
    found = look(office, path)
    assert found.locked and found.opinion is None
    assert look(office, path, PASSPHRASE).opinion is not None


def test_it_is_refused_where_its_dossier_is_not(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    came = read(provider.store, written(office, opinion(uuid4()), tmp_path / "w"))
    with pytest.raises(UserError, match="该档案不在本机，没有收入"):
        take_in(provider, came)
    assert provider.summaries() == []


def crafted(bench: Workbench, path: Path, raw: bytes, signed: bool = True, **facts: Any) -> Path:
    """A file with any content, signed all the same."""
    signers = Signers(bench.store)
    signing = Signing("甲", "d", signers.own().key, "", {}, signers.signs()) if signed else None
    whole = {"kind": "return", "dossier": str(UUID(int=7)), **facts}
    with path.open("wb") as stream:
        for _ in bundle.write([Member(MEMBER, raw)], whole, stream, signing):
            pass
    return path


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    mapping = json.loads(spelled(opinion(UUID(int=7))))
    change(mapping)
    return json.dumps(mapping, ensure_ascii=False).encode("utf-8", "surrogatepass")


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "another format": lambda m: m.update(format="zhengai-return/2"),
    "no dossier": lambda m: m.pop("dossier"),
    "another dossier": lambda m: m.update(dossier=str(UUID(int=8))),
    "more than that": lambda m: m.update(run="rm"),
    "no points": lambda m: m.update(points=[]),
    "points beyond count": lambda m: m.update(points=m["points"] * (POINTS_CEILING + 1)),
    "points that are none": lambda m: m.update(points=[5]),
    "a provider's field": lambda m: m["points"][0].update(state="已整改"),
    "a structure field": lambda m: m["points"][0].update(withdrawn=True),
    "an empty point": lambda m: m["points"][0].update(text="  "),
    "a long point": lambda m: m["points"][0].update(text="字" * 2001),
    "a number for words": lambda m: m["opinion"].update(office=5),
    "no date": lambda m: m["opinion"].update(date="2025-13-45"),
    "a signer": lambda m: m["opinion"].update(signer="别人"),
    "a name that is none": lambda m: m.update(enterprise=["x"]),
    "a list for the opinion": lambda m: m.update(opinion=[]),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_says_anything_else_is_refused(
    name: str, office: Workbench, tmp_path: Path
) -> None:
    path = crafted(office, tmp_path / "x.zip", changed(WRONG[name]))
    with pytest.raises(UserError, match="不是退回意见文件，没有收入，档案未变"):
        read(office.store, path)


def test_other_files_are_refused_too(office: Workbench, tmp_path: Path) -> None:
    good = changed(lambda _: None)
    assert read(office.store, crafted(office, tmp_path / "x.zip", good)).returned.points
    for raw in (b"", b"[" * 100_000, b"\xff", b"{}", b" " * (3 << 20)):
        with pytest.raises(UserError, match="不是退回意见文件"):
            read(office.store, crafted(office, tmp_path / "x.zip", raw))
    with pytest.raises(UserError, match="没有签名，不能确认由何处退回"):
        read(office.store, crafted(office, tmp_path / "x.zip", good, signed=False))
    with pytest.raises(UserError, match="不是退回意见文件"):
        read(office.store, crafted(office, tmp_path / "x.zip", good, kind="other"))
    whole = crafted(office, tmp_path / "x.zip", good)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "y.zip", "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace("签到表".encode(), "考勤表".encode()))
    with pytest.raises(UserError, match="1 个文件与清单不符"):
        read(office.store, tmp_path / "y.zip")


def test_the_same_words_by_another_signer_are_another_opinion() -> None:
    raw = spelled(opinion(UUID(int=7)))
    one, same, other = (understood(raw, key) for key in (b"1" * 32, b"1" * 32, b"2" * 32))
    assert one.points[0].id == same.points[0].id != other.points[0].id
    assert one.opinion.id != one.points[0].id


def test_the_answer_is_a_paper_once_something_was_sent_back(
    provider: Workbench, office: Workbench, tmp_path: Path
) -> None:
    dossier_id = provider.import_mapping(a_dossier())
    paper = BY_KEY["rectification"]
    assert not papers.begun(provider.dossier(dossier_id), paper)
    take_in(provider, read(provider.store, written(office, opinion(dossier_id), tmp_path / "w")))
    assert papers.begun(provider.dossier(dossier_id), paper)
    list(provider.export(dossier_id, tmp_path / "out", ("rectification",), draft=True))
    (path,) = (tmp_path / "out").rglob("整改说明*.docx")
    table = docx.Document(str(path)).tables[0]
    assert [cell.text for cell in table.rows[1].cells] == [
        *("1", "培训签到表缺一页。", "待处理", "（未填写）", "")
    ]


def test_it_is_not_merged_as_a_colleagues_bundle(office: Workbench, tmp_path: Path) -> None:
    path = written(office, opinion(uuid4()), tmp_path / "w")
    with pytest.raises(UserError, match="是退回意见，不是同事的文件包"), arrived(office, path):
        pass
