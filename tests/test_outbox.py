"""The outbox against a real server on loopback: whatever happens to the line, no second copy."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app import outbox, purge
from app.handin import source_of
from app.outbox import State
from app.workbench import Workbench
from exporters import mail
from exporters.bundle_parts import numbered
from forms.dossier import Sending
from forms.sending import MAIL, read_file_lines
from tests.mail_kit import (
    PARSERS,
    STAGES,
    USER,
    CutLine,
    Server,
    Trust,
    closed_bundle,
    content_of,
    drafted,
    make_trust,
    read_by,
    ready_dossier,
    row_of,
    sealed_files,
    sending_from,
    sent,
    serving,
    use,
)

ROOT = Path(__file__).parent.parent
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


# -- the way that all goes well -------------------------------------------------------------------


def test_a_mail_is_sent_once_and_its_receipt_is_the_dossiers(
    bench: Workbench, dossier_id: UUID, draft: Path, server: Server, trust: Trust, tmp_path: Path
) -> None:
    use(bench, server.port)
    before = sealed_files(bench)
    made = outbox.queue(bench, dossier_id, draft, f"{TO}； second@example.com")
    assert outbox.due(bench.store) == [made]
    told = sent(bench, made, trust)
    row, size = row_of(bench, dossier_id), told[-1].total
    assert told[0].done == 0 and told[-1].done == size == row.size > 5_000
    assert row.state == State.SENT and row.answer == "250 queued as 甲" and row.tries == 1
    (envelope,) = server.received
    assert envelope.mail_from == USER and envelope.rcpt_tos == [TO, "second@example.com"]
    letter = email.message_from_bytes(content_of(envelope), policy=email.policy.default)
    assert letter["Message-ID"] == row.message_id and letter["X-Unsent"] is None
    assert letter["From"].addresses[0].display_name == "示例·某服务商"
    assert [each.addr_spec for each in letter["To"].addresses] == row.to
    assert abs(dt.datetime.now().astimezone() - letter["Date"].datetime) < dt.timedelta(minutes=5)
    (receipt,) = bench.dossier(dossier_id).all(Sending)
    bundle = tmp_path / "示例·甲厂-文件包（保密）.zip"
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert read_file_lines(receipt.files) == [(bundle.name, digest)]
    assert (receipt.way, receipt.recipient) == (MAIL, f"{TO}、second@example.com")
    assert (receipt.handler, receipt.answer) == ("张工", row.answer)
    assert receipt.message_id == row.message_id and receipt.sent_at is not None
    # Sent once, it is not sent again, nor does it lie here any more.
    assert sent(bench, made, trust) == [] and len(server.received) == 1
    assert sealed_files(bench) == before
    assert bench.undo(dossier_id) != "" and bench.dossier(dossier_id).all(Sending) == [receipt]


def test_starttls_is_encrypted_before_the_password_is_said(
    bench: Workbench, dossier_id: UUID, draft: Path, trust: Trust
) -> None:
    with serving(trust, starttls=True) as server:
        use(bench, server.port, starttls=True)
        sent(bench, outbox.queue(bench, dossier_id, draft, TO), trust)
        assert row_of(bench, dossier_id).state == State.SENT and len(server.received) == 1


@pytest.mark.parametrize("parser", PARSERS)
def test_a_second_parser_reads_the_received_parts_whole_with_their_names(
    bench: Workbench, server: Server, trust: Trust, parser: str, tmp_path: Path
) -> None:
    name = "长春市朝阳区某某汽车零部件制造股份有限公司东北第一分公司"
    dossier_id = ready_dossier(bench, name)
    use(bench, server.port)
    source = source_of(bench, bench.review(dossier_id), draft=False)
    bundles = []
    for part in numbered(3):
        # A line of the .zip that begins with a dot, once it is in base64 or not, stays one.
        path = tmp_path / f"{name}-文件包{part.mark}（保密）.zip"
        bundles.append(closed_bundle(path, bytes(range(256)) * 100 * part.number + b"\r\n.\r\n"))
        draft = tmp_path / f"{part.number}.eml"
        draft.write_bytes(mail.draft(source, [path], ["核验单.pdf"], closed=True, part=part))
        sent(bench, outbox.queue(bench, dossier_id, draft, TO), trust)
    for number, (bundle, envelope) in enumerate(zip(bundles, server.received, strict=True), 1):
        read = read_by(parser, content_of(envelope), tmp_path)
        assert read.subject == f"{name}数字化转型咨询诊断成果材料（{number}-3）（示例·某服务商）"
        assert read.sender == f"示例·某服务商 <{USER}>"
        assert f"本邮件所附为第 {number} 卷" in read.text and "1. 核验单.pdf" in read.text
        digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
        assert read.attached == [(bundle.name, "application/zip", digest)]
    receipts = bench.dossier(dossier_id).all(Sending)
    assert [read_file_lines(each.files)[0][0] for each in receipts] == [p.name for p in bundles]


# -- the line is cut ------------------------------------------------------------------------------

_BUFFERS = 4 << 20
#: What becomes of the mail, and how many the server has, where the line is cut at a stage.
CUT = dict.fromkeys(STAGES[:7], (State.QUEUED, 0)) | {
    "lost end": (State.UNKNOWN, 0),
    "lost answer": (State.UNKNOWN, 1),
    "answer": (State.SENT, 1),
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_line_cut_at_any_stage_makes_no_second_copy(
    bench: Workbench,
    dossier_id: UUID,
    draft: Path,
    server: Server,
    trust: Trust,
    stage: str,
    tmp_path: Path,
) -> None:
    state, count = CUT[stage]
    if stage in ("DATA", "middle"):  # more than the system takes off the program's hands
        big = closed_bundle(tmp_path / "大.zip", b"x" * _BUFFERS)
        draft = drafted(bench, dossier_id, tmp_path, big)
    line = CutLine(trust, server, stage)
    use(bench, line.port)
    made = outbox.queue(bench, dossier_id, draft, TO)
    sent(bench, made, trust)
    row = row_of(bench, dossier_id)
    assert (row.state, len(server.received)) == (state, count)
    assert bool(row.due) == (state == State.QUEUED)  # tried again by itself, but not at once
    assert made not in outbox.due(bench.store)
    # Started again with a whole line: what was due goes out, and nothing else of itself.
    bench.close()
    again = Workbench.open(tmp_path / "data")
    line.stage = ""
    if state != State.QUEUED:
        sent(again, made, trust)
        assert line.lines == 1
    else:
        outbox.send_again(again.store, made)
        sent(again, made, trust)
    assert len(server.received) == (1 if state == State.QUEUED else count)
    assert row_of(again, dossier_id).state == (State.SENT if state == State.QUEUED else state)
    # Only a person has a mail of unknown fate sent again: the same bytes, the same Message-ID.
    if state == State.UNKNOWN:
        outbox.send_again(again.store, made)
        sent(again, made, trust)
        assert len(server.received) == count + 1
        assert len({each.content for each in server.received}) == 1
        assert row.message_id.encode() in content_of(server.received[-1])
        assert row_of(again, dossier_id).state == State.SENT
    assert len(again.dossier(dossier_id).all(Sending)) == 1
    line.close()
    again.close()


@pytest.mark.parametrize(("where", "state"), [("data", State.QUEUED), ("end", State.UNKNOWN)])
def test_a_program_that_dies_while_it_sends_sends_nothing_twice(
    bench: Workbench,
    dossier_id: UUID,
    draft: Path,
    server: Server,
    trust: Trust,
    where: str,
    state: State,
    tmp_path: Path,
) -> None:
    use(bench, server.port)
    made = outbox.queue(bench, dossier_id, draft, TO)
    bench.close()
    dying = (
        "import os, sys, ssl; from pathlib import Path; from uuid import UUID\n"
        "from app import outbox, smtp; from app.workbench import Workbench\n"
        "real = getattr(smtp.Dialogue, sys.argv[1])\n"
        "def dies(*given):\n"
        "    found = real(*given)\n"
        "    next(iter(found)) if sys.argv[1] == 'data' else None\n"
        "    os._exit(9)\n"
        "setattr(smtp.Dialogue, sys.argv[1], dies)\n"
        "bench = Workbench.open(Path(sys.argv[2]))\n"
        "context = ssl.create_default_context(cafile=sys.argv[4])\n"
        "list(outbox.send(bench, UUID(sys.argv[3]), context=context))\n"
    )
    told = [where, str(tmp_path / "data"), str(made), str(trust.chain)]
    died = subprocess.run(
        [sys.executable, "-c", dying, *told], cwd=ROOT, env=dict(os.environ), check=False
    )
    assert died.returncode == 9
    count = 1 if where == "end" else 0
    assert len(server.received) == count
    again = Workbench.open(tmp_path / "data")
    row = row_of(again, dossier_id)
    assert row.state == state and row.answer and not row.due
    assert outbox.due(again.store) == []
    sent(again, made, trust)
    assert len(server.received) == 1
    assert row_of(again, dossier_id).state == (State.SENT if where == "data" else State.UNKNOWN)
    if where == "end":
        assert len(sealed_files(again)) == 1  # the next start has kept it
        outbox.confirm(again, made)
        assert row_of(again, dossier_id).state == State.SENT
        (receipt,) = again.dossier(dossier_id).all(Sending)
        assert receipt.answer.startswith("经办人确认")
        assert sealed_files(again) == set()
    again.close()


def test_what_waits_in_a_restored_store_may_have_gone_out_since(
    bench: Workbench, dossier_id: UUID, draft: Path, server: Server, trust: Trust, tmp_path: Path
) -> None:
    use(bench, server.port)
    made = outbox.queue(bench, dossier_id, draft, TO)
    bench.store.set_setting("device-home", "")  # as `app.salvage` has it of what it restored
    bench.close()
    again = Workbench.open(tmp_path / "data")
    assert outbox.due(again.store) == [] and sent(again, made, trust) == []
    row = row_of(again, dossier_id)
    assert row.state == State.UNKNOWN and "备份" in row.answer
    again.close()
    later = Workbench.open(tmp_path / "data")
    assert row_of(later, dossier_id).state == State.UNKNOWN
    outbox.send_again(later.store, made)
    sent(later, made, trust)
    assert row_of(later, dossier_id).state == State.SENT and len(server.received) == 1
    later.close()


def test_a_cancelled_mail_waits_for_a_person(
    bench: Workbench, dossier_id: UUID, draft: Path, server: Server, trust: Trust
) -> None:
    use(bench, server.port)
    made = outbox.queue(bench, dossier_id, draft, TO)
    sending = outbox.send(bench, made, context=trust.client)
    for _ in range(2):
        next(sending)
    assert row_of(bench, dossier_id).state == State.SENDING
    sending.close()  # type: ignore[attr-defined]
    row = row_of(bench, dossier_id)
    assert row.state == State.QUEUED and not row.due and server.received == []


@pytest.mark.parametrize(
    ("stage", "state"), [("no greeting", State.QUEUED), ("no answer", State.UNKNOWN)]
)
def test_a_server_that_says_nothing_is_not_waited_for_longer_than_somebody_wants(
    bench: Workbench,
    dossier_id: UUID,
    draft: Path,
    server: Server,
    trust: Trust,
    stage: str,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.smtp._GRACE", 0.5)
    line = CutLine(trust, server, stage)
    use(bench, line.port)
    made, stopping = outbox.queue(bench, dossier_id, draft, TO), threading.Event()
    stop = threading.Timer(1, stopping.set)
    stop.start()
    begun = time.monotonic()
    list(outbox.send(bench, made, stopping, trust.client))
    assert time.monotonic() - begun < 15
    row = row_of(bench, dossier_id)
    assert row.state == state and not row.due
    assert len(server.received) == (1 if state == State.UNKNOWN else 0)
    line.close()
    stop.join()


def test_a_mail_that_is_gone_or_damaged_here_is_not_sent_and_says_so(
    bench: Workbench, dossier_id: UUID, draft: Path, server: Server, trust: Trust
) -> None:
    use(bench, server.port)
    made = outbox.queue(bench, dossier_id, draft, TO)
    (path,) = sealed_files(bench)
    whole = path.read_bytes()
    for spoilt in (whole[:-9] + b"x" * 9, None):
        path.unlink() if spoilt is None else path.write_bytes(spoilt)
        sent(bench, made, trust)
        row = row_of(bench, dossier_id)
        assert row.state == State.QUEUED and not row.due and "读不出来" in row.answer
    # Nor is one whose dossier is wiped while it is on its way.
    path.write_bytes(whole)
    sending = outbox.send(bench, made, context=trust.client)
    for _ in range(2):
        next(sending)
    with bench.writing() as (session, _log, _records):
        purge.wipe_rows(session, dossier_id)
    assert list(sending) == [] and server.received == []
    assert outbox.listed(bench.store, dossier_id) == []
