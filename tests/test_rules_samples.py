"""The bundled samples: two without a blocking finding or a warning, one with exactly its faults."""

import re
from collections import Counter

import pytest
import yaml

from grading.finding import Severity
from grading.rules import check
from tests.sample_cases import SAMPLES, sample_case


@pytest.mark.parametrize("slug", ["auto-parts", "herbal-pharma"])
def test_a_complete_sample_raises_neither_block_nor_warning(slug: str) -> None:
    found = check(sample_case(slug))

    assert [f"{e.rule} {e.message}" for e in found if e.severity is not Severity.INFO] == []


def test_no_paragraph_begins_like_a_tables_caption() -> None:
    for report in SAMPLES.glob("*/report.yaml"):
        for texts in yaml.safe_load(report.read_text("utf-8")).values():
            found = [line[:20] for text in texts for line in text.splitlines()]
            assert [line for line in found if re.match(r"\s*[表图]\s*\d", line)] == []


def test_the_faulty_sample_shows_each_of_its_faults_and_no_other() -> None:
    raw = yaml.safe_load((SAMPLES / "faulty" / "expected.yaml").read_text("utf-8"))
    expected = {(severity, rule): n for severity in raw for rule, n in raw[severity].items()}

    found = check(sample_case("faulty"))

    assert Counter((e.severity.value, e.rule) for e in found) == expected
    heavy = {rule for severity, rule in expected if severity != Severity.INFO}
    assert len(heavy) >= 12
    assert [e.severity for e in found] == sorted(
        (e.severity for e in found), key=list(Severity).index
    )
