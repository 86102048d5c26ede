"""Mails that stay: what a server refuses, what may not leave, mailboxes that cannot be one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import keyring
import pytest

from app import mail_account, outbox, purge
from app.change_keys import change_keys
from app.closing import Closing, closed
from app.mail_account import Account
from app.outbox import State
from app.smtp import rehearse
from app.workbench import Workbench
from forms.dossier import Sending
from forms.errors import UserError
from tests.keyring_kit import without_keyring
from tests.mail_kit import (
    PASSWORD,
    USER,
    Server,
    Trust,
    closed_bundle,
    drafted,
    free_port,
    make_trust,
    ready_dossier,
    row_of,
    sealed_files,
    sending_from,
    sent,
    serving,
    use,
)

TO = "bureau@example.gov.cn"

# aiosmtpd complains of itself, and of whoever speaks TLS where it does not.
pytestmark = pytest.mark.allow_log("login_data is deprecated|unrecognised")


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return make_trust(tmp_path_factory.mktemp("trust"))


@pytest.fixture(scope="module")
def server(trust: Trust) -> Iterator[Server]:
    with serving(trust) as made:
        yield made


@pytest.fixture(autouse=True)
def _fresh(server: Server) -> None:
    server.received.clear()
    server.answers.clear()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with sending_from(tmp_path / "data") as made:
        yield made


@pytest.fixture
def dossier_id(bench: Workbench) -> UUID:
    return ready_dossier(bench)


@pytest.fixture
def draft(bench: Workbench, dossier_id: UUID, tmp_path: Path) -> Path:
    bundle = closed_bundle(tmp_path / "示例·甲厂-文件包（保密）.zip")
    return drafted(bench, dossier_id, tmp_path, bundle)


# -- what the server says -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "answer", "state", "by_itself"),
    [
        ("MAIL", "451 系统繁忙", State.QUEUED, True),
        ("MAIL", "550 sender denied", State.REFUSED, False),
        (TO, "450 greylisted", State.QUEUED, True),
        (TO, "550 no such user", State.REFUSED, False),
        ("DATA", "452 out of space", State.QUEUED, True),
        ("DATA", "554 spam", State.REFUSED, False),
    ],
)
def test_a_passing_refusal_waits_and_a_lasting_one_is_shown_in_the_servers_words(
    bench: Workbench,
    dossier_id: UUID,
    draft: Path,
    server: Server,
    trust: Trust,
    at: str,
    answer: str,
    state: State,
    by_itself: bool,
) -> None:
    use(bench, server.port)
    server.answers[at] = answer
    made = outbox.queue(bench, dossier_id, draft, f"other@example.com, {TO}")
    sent(bench, made, trust)
    row = row_of(bench, dossier_id)
    assert row.state == state and bool(row.due) == by_itself
    assert answer[:3] in row.answer and answer[4:] in row.answer
    assert (TO in row.answer) == (at == TO)
    assert server.received == []  # nor does the other recipient get it alone
    assert bench.dossier(dossier_id).all(Sending) == []
    if by_itself:
        minutes = (dt.datetime.fromisoformat(row.due) - dt.datetime.now().astimezone()).seconds / 60
        assert 0 < minutes <= 1
    server.answers.clear()
    outbox.send_again(bench.store, made)
    sent(bench, made, trust)
    assert row_of(bench, dossier_id).state == State.SENT and len(server.received) == 1


def test_what_a_person_must_mend_first_is_not_tried_again_by_itself(
    bench: Workbench, dossier_id: UUID, draft: Path, server: Server, trust: Trust
) -> None:
    use(bench, server.port, password="wrong")
    made = outbox.queue(bench, dossier_id, draft, TO)
    sent(bench, made, trust)
    row = row_of(bench, dossier_id)
    assert row.state == State.QUEUED and not row.due and row.answer.startswith("535")
    # A certificate that nobody vouches for: the password is not said.
    use(bench, server.port)
    outbox.send_again(bench.store, made)
    logins = len(server.logins)
    list(outbox.send(bench, made))
    row = row_of(bench, dossier_id)
    assert row.state == State.QUEUED and not row.due and "证书" in row.answer
    assert len(server.logins) == logins
    # Nobody listens: it is tried again.
    use(bench, free_port())
    outbox.send_again(bench.store, made)
    sent(bench, made, trust)
    row = row_of(bench, dossier_id)
    assert row.due and "连接" in row.answer and server.received == []


def test_a_server_that_offers_no_known_login_is_not_asked_again_by_itself(
    bench: Workbench, dossier_id: UUID, draft: Path, trust: Trust
) -> None:
    with serving(trust, without=("LOGIN", "PLAIN")) as strange:
        use(bench, strange.port)
        sent(bench, outbox.queue(bench, dossier_id, draft, TO), trust)
    row = row_of(bench, dossier_id)
    assert row.state == State.QUEUED and not row.due and "没有谈成" in row.answer


@pytest.mark.parametrize("starttls", [True, False])
def test_no_password_is_said_over_a_line_in_clear(
    bench: Workbench, dossier_id: UUID, draft: Path, trust: Trust, starttls: bool
) -> None:
    with serving(trust, tls=False) as clear:
        use(bench, clear.port, starttls=starttls)
        sent(bench, outbox.queue(bench, dossier_id, draft, TO), trust)
        row = row_of(bench, dossier_id)
        assert row.state == State.QUEUED and "加密连接" in row.answer
        assert clear.logins == [] and clear.received == []


# -- what may leave -------------------------------------------------------------------------------


def refusal(bench: Workbench, dossier_id: UUID, draft: Path, to: str = TO) -> str:
    with pytest.raises(UserError) as told:
        outbox.queue(bench, dossier_id, draft, to)
    assert outbox.listed(bench.store, dossier_id) == [] and sealed_files(bench) == set()
    return str(told.value)


def test_nothing_is_queued_that_may_not_leave(
    bench: Workbench, dossier_id: UUID, draft: Path, tmp_path: Path
) -> None:
    assert "邮箱设置" in refusal(bench, dossier_id, draft)
    use(bench, free_port())
    for to in ("", "不是地址", "a@b", "x@example.com\r\nBcc: y@example.com", "a b@example.com"):
        assert "没有加入发件箱" in refusal(bench, dossier_id, draft, to)
    clear = tmp_path / "文件包.zip"
    clear.write_bytes(b"PK")
    for bundles, words in (((clear,), "没有加密"), ((), "不是本程序导出的")):
        assert words in refusal(bench, dossier_id, drafted(bench, dossier_id, tmp_path, *bundles))
    strange = tmp_path / "x.eml"
    strange.write_bytes(b"\x00\xff" * 100)
    assert "不是本程序导出的" in refusal(bench, dossier_id, strange)
    assert "不能读取" in refusal(bench, dossier_id, tmp_path / "none.eml")


def test_a_bundle_leaves_the_team_with_the_enterprises_consent_only(
    bench: Workbench, tmp_path: Path
) -> None:
    use(bench, free_port())
    other = bench.create("示例·乙厂")
    closed_one = closed_bundle(tmp_path / "乙厂.zip")
    assert "书面同意" in refusal(bench, other, drafted(bench, other, tmp_path, closed_one))
    # What only colleagues can open stays in the team.
    from app.signers import Signers

    for_mates = tmp_path / "乙厂.zip.age"
    own = Closing(recipients=(Signers(bench.store).own().recipient,))
    with for_mates.open("wb") as raw, closed(own, raw) as stream:
        stream.write(b"x")
    outbox.queue(bench, other, drafted(bench, other, tmp_path, for_mates), "mate@example.com")
    assert len(outbox.listed(bench.store, other)) == 1


def test_the_same_bundle_is_not_queued_for_the_same_person_twice(
    bench: Workbench, dossier_id: UUID, draft: Path
) -> None:
    use(bench, free_port())
    made = outbox.queue(bench, dossier_id, draft, TO)
    with pytest.raises(UserError, match="已在发件箱中（待发）"):
        outbox.queue(bench, dossier_id, draft, f"x@example.com,{TO}")
    outbox.remove(bench.store, made)
    assert outbox.listed(bench.store, dossier_id) == [] and sealed_files(bench) == set()
    outbox.queue(bench, dossier_id, draft, TO)


def test_a_mail_lies_sealed_in_the_store(
    bench: Workbench, dossier_id: UUID, draft: Path, tmp_path: Path
) -> None:
    use(bench, free_port())
    outbox.queue(bench, dossier_id, draft, TO)
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert b"Message-ID" not in held and TO.encode() not in held
            assert PASSWORD.encode() not in held and "甲厂".encode() not in held


def test_a_queued_mail_outlives_new_keys_and_a_crash_but_not_its_dossier(
    bench: Workbench, dossier_id: UUID, draft: Path, server: Server, trust: Trust, tmp_path: Path
) -> None:
    use(bench, server.port)
    made = outbox.queue(bench, dossier_id, draft, TO)
    outbox.queue(bench, dossier_id, draft, "other@example.com")
    list(change_keys(bench.store, "new passphrase"))
    bench.store.unsettle()
    bench.close()  # as after a crash: the next start removes what nothing names
    again = Workbench.open(tmp_path / "data")
    assert len(sealed_files(again)) == 2
    sent(again, made, trust)
    assert len(server.received) == 1
    with again.writing() as (session, _log, _records):
        purge.wipe_rows(session, dossier_id)
    again.store.unsettle()
    again.close()
    last = Workbench.open(tmp_path / "data")
    assert outbox.due(last.store) == [] and sealed_files(last) == set()
    last.close()


# -- the mailbox ----------------------------------------------------------------------------------


def test_the_password_is_in_the_keyring_and_nowhere_else(bench: Workbench) -> None:
    account = Account(f" {USER} ", "示例·某服务商", " SMTP.example.com ", 465)
    mail_account.save(bench.store, account, PASSWORD)
    kept = mail_account.load(bench.store)
    assert kept is not None and (kept.host, kept.user) == ("smtp.example.com", USER)
    assert mail_account.password_of(kept) == PASSWORD
    mail_account.save(bench.store, kept)  # without one, the one before stays
    assert mail_account.password_of(kept) == PASSWORD
    mail_account.save(bench.store, Account(USER, "", "other.example.com"), "another")
    assert mail_account.password_of(kept) == ""  # nobody needs it any more
    assert keyring.get_password("zhengai-mail", f"{USER}@other.example.com:465") == "another"


def test_without_a_keyring_no_password_is_kept(bench: Workbench) -> None:
    with without_keyring(), pytest.raises(UserError, match="密钥环"):
        mail_account.save(bench.store, Account(USER, "", "smtp.example.com"), PASSWORD)
    assert mail_account.load(bench.store) is None


@pytest.mark.parametrize(
    "wrong",
    [
        Account("王工", "", "smtp.example.com"),
        Account(USER, "", "smtp example"),
        Account(USER, "", "smtp.example.com", 0),
        Account(USER, "", "smtp.example.com", 465, False, "王工"),
    ],
)
def test_a_mailbox_that_cannot_be_one_is_not_kept(bench: Workbench, wrong: Account) -> None:
    with pytest.raises(UserError, match="没有保存"):
        mail_account.save(bench.store, wrong, PASSWORD)
    assert mail_account.load(bench.store) is None


def test_a_mailbox_is_tried_out_without_a_mail(
    bench: Workbench, server: Server, trust: Trust
) -> None:
    use(bench, server.port)
    account = mail_account.load(bench.store)
    assert account is not None
    told = list(rehearse(account, PASSWORD, context=trust.client))
    assert "没有发送任何邮件" in told[-1].text and server.received == []
    with pytest.raises(UserError, match="没有连通：535"):
        list(rehearse(account, "wrong", context=trust.client))


def test_known_mailboxes_know_their_server() -> None:
    found = mail_account.known("某@x 1234@QQ.com")
    assert found is not None and found.host == "smtp.qq.com" and found.code
    assert mail_account.known("a@aliyun.com") == mail_account.Known("smtp.aliyun.com", code=False)
    assert mail_account.known("a@example.com") is None
