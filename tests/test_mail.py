"""The mail draft: a letter that mail programs open for writing, whatever the names hold."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

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
