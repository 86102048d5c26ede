"""The mail draft: a letter that mail programs open for writing, whatever the names hold."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.handin import source_of
from app.workbench import Workbench
from exporters import mail
from exporters.source import Source
from forms.dossier import Agreement, Provider

NAMES = ["核验单.pdf", "咨询诊断报告.docx"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench.open(tmp_path / "data")
    yield made
    made.close()


def source(bench: Workbench, name: str, provider: str = "", number: str = "") -> Source:
    dossier_id = bench.create(name)
    dossier = bench.dossier(dossier_id)
    bench.put(dossier_id, "provider", dossier.one(Provider).id, "name", provider)
    bench.put(dossier_id, "agreement", dossier.one(Agreement).id, "number", number)
    return source_of(bench, bench.review(dossier_id), draft=False)


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def written(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_says_what_is_attached(bench: Workbench, tmp_path: Path) -> None:
    packed = tmp_path / "示例·甲厂-文件包.zip"
    packed.write_bytes(b"PK" + bytes(range(256)) * 200)
    letter = read(
        mail.draft(source(bench, "示例·甲厂", "示例·某服务商", "示例〔2025〕1号"), [packed], NAMES)
    )
    assert letter["X-Unsent"] == "1"
    assert (letter["To"], letter["From"], letter["Date"]) == (None, None, None)
    assert letter["Subject"] == "示例·甲厂数字化转型咨询诊断成果材料（示例·某服务商）"
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == packed.name
    assert attached.get_content_type() == "application/zip"
    assert attached.get_content() == packed.read_bytes()
    text = written(letter)
    assert text.startswith("长春市工业和信息化局：\n")
    assert "（协议编号示例〔2025〕1号）" in text
    assert "    1. 核验单.pdf\n    2. 咨询诊断报告.docx\n" in text


def test_an_address_that_is_known_stands_in_the_letter(bench: Workbench) -> None:
    found = source(bench, "示例·甲厂")
    known = replace(found, pack=replace(found.pack, bureau_email="bureau@example.gov.cn"))
    letter = read(mail.draft(known, [], NAMES))
    assert letter["To"].addresses[0].addr_spec == "bureau@example.gov.cn"
    assert letter["To"].addresses[0].display_name == "长春市工业和信息化局"


def test_who_sends_is_known_by_the_providers_mailbox(bench: Workbench, tmp_path: Path) -> None:
    found = source(bench, "示例·甲厂", "示例·某服务商")
    provider = found.dossier.one(Provider)
    found.dossier.records["provider"] = [provider]
    for address, known in (("王工", False), ("a@b.cn\r\nBcc: c@d.cn", False), ("x@a.cn", True)):
        provider.email = address
        letter = read(mail.draft(found, [], NAMES))
        assert (letter["From"] is not None) == (letter["Message-ID"] is not None) == known
    assert str(letter["From"]) == "示例·某服务商 <x@a.cn>"
    # What is sent has the draft's Message-ID, and its body byte for byte.
    packed = tmp_path / "示例·甲厂-文件包.zip"
    packed.write_bytes(b"PK" * 5_000)
    raw = mail.draft(found, [packed], NAMES)
    whole, named, subject = mail.sendable(raw, Address(addr_spec="y@b.cn"), ["z@c.cn", "w@d.cn"])
    sent = read(whole)
    assert sent["Message-ID"] == named == read(raw)["Message-ID"] and subject == sent["Subject"]
    assert named.endswith("@a.cn>") and whole.endswith(raw.partition(b"\r\n\r\n")[2])
    assert (str(sent["From"]), str(sent["To"])) == ("y@b.cn", "z@c.cn, w@d.cn")
    assert sent["X-Unsent"] is None and sent["Date"] is not None
    assert list(mail.attached(whole)) == [(packed.name, packed.read_bytes())]


@pytest.mark.parametrize(
    "raw", [b"", b"Subject: x\r\n\r\ntext", b"\xff\x00", b"Content-Type: multipart/mixed\r\n\r\n"]
)
def test_what_is_no_draft_is_not_sent(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no draft"):
        mail.sendable(raw, Address(addr_spec="y@b.cn"), ["z@c.cn"])


def test_a_name_stands_three_times_in_a_parts_head(bench: Workbench, tmp_path: Path) -> None:
    """As QQ, 163 and Outlook write it, and as RFC 2231 has it; both in ASCII."""
    packed = tmp_path / f"{'长春市某某汽车零部件制造股份有限公司' * 2}-文件包（保密）（1-3）.zip"
    packed.write_bytes(b"PK")
    raw = mail.draft(source(bench, "示例·甲厂"), [packed], NAMES)
    assert raw.isascii() and b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw[raw.index(b"application/zip") :].partition(b"\r\n\r\n")[0].decode()
    unfolded = head.replace("\r\n ", " ")
    words = re.findall(r' (name|filename)="((?:=\?utf-8\?b\?[\w+/=]+\?= ?)+)"', unfolded)
    assert [name for name, _ in words] == ["name", "filename"]
    for _, word in words:
        assert all(len(each) <= 75 for each in word.split())
        assert str(make_header(decode_header(word))) == packed.name
    (starred,) = re.findall(r" filename\*=utf-8''(\S+)", unfolded)
    assert unquote(starred) == packed.name
    plain = tmp_path / "part-1.zip"
    plain.write_bytes(b"PK")
    assert b' filename="part-1.zip"\r\n' in mail.draft(source(bench, "x"), [plain], NAMES)


def test_what_is_not_typed_yet_leaves_no_empty_brackets(bench: Workbench) -> None:
    letter = read(mail.draft(source(bench, ""), [], NAMES))
    assert "（）" not in letter["Subject"] + written(letter)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(max_size=60), provider=st.sampled_from(["甲\r\nBcc: x@example.com", "\n", "😀"])
)
def test_no_name_breaks_a_header(name: str, provider: str, bench: Workbench) -> None:
    letter = read(mail.draft(source(bench, name, provider), [], NAMES))
    assert letter["Bcc"] is None
    assert letter["X-Unsent"] == "1"
    assert "\n" not in letter["Subject"]
    assert "1. 核验单.pdf" in written(letter)
