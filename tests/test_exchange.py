"""dossier.json: what is exported is imported to an equal dossier; bad files change nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import schema
from app.exchange import FORMAT, Reader, detached, dump, read_file
from app.workbench import Workbench
from forms.dossier import Answer, Dossier, Equipment, Member, Paragraph, Stage, Stay, Visit
from forms.errors import UserError
from forms.record import paths, single_id

SAMPLES = Path(__file__).parent.parent / "resources" / "samples"


@pytest.fixture
def bench(tmp_path: Path) -> Any:
    made = Workbench.open(tmp_path / "data")
    yield made
    made.close()


def sample(slug: str) -> dict[str, Any]:
    mapping: dict[str, Any] = yaml.load(
        (SAMPLES / slug / "dossier.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
    )
    report = yaml.load((SAMPLES / slug / "report.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    mapping["paragraph"] = [
        {"section": key, "text": text} for key, texts in report.items() for text in texts
    ]
    return mapping


def content(dossier: Dossier) -> dict[UUID, dict[str, Any]]:
    return {
        record.id: {**paths(record), "at": (record.parent_id, record.position, record.withdrawn)}
        for rows in dossier.records.values()
        for record in rows
    }


@pytest.mark.parametrize("slug", ["auto-parts", "herbal-pharma", "faulty"])
def test_a_dossier_comes_back_equal(slug: str, bench: Workbench, tmp_path: Path) -> None:
    dossier_id = bench.import_mapping(sample(slug))
    visit = bench.dossier(dossier_id).all(Visit)[0]
    bench.withdraw(dossier_id, "visit", visit.id)
    written = dump(bench.dossier(dossier_id))
    jsonschema.validate(written, schema.schema())
    path = tmp_path / "dossier.json"
    path.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    other = Workbench.open(tmp_path / "other")
    try:
        again = other.import_dossier(path)
        assert again == dossier_id
        assert content(other.dossier(again)) == content(bench.dossier(dossier_id))
        assert dump(other.dossier(again)) == written
    finally:
        other.close()


def test_the_published_schema_is_the_forms(bench: Workbench) -> None:
    assert schema.target().read_text("utf-8") == schema.text()
    jsonschema.Draft202012Validator.check_schema(schema.schema())


def test_short_names_become_references(bench: Workbench) -> None:
    dossier_id = bench.import_mapping(
        {
            "format": FORMAT,
            "member": [{"id": "m1", "name": "王示例"}, {"id": "m2", "name": "李样本"}],
            "visit": [{"id": "v1", "date": "2025-06-17", "present": ["m2"]}],
            "stay": [{"parent": "v1", "start": "09:05", "end": "11:20"}],
        }
    )
    dossier = bench.dossier(dossier_id)
    visit = dossier.all(Visit)[0]
    names = {str(member.id): member.name for member in dossier.all(Member)}
    assert [names[key] for key in visit.present] == ["李样本"]
    assert [stay.parent_id for stay in dossier.all(Stay)] == [visit.id]
    assert [member.name for member in dossier.all(Member)] == ["王示例", "李样本"]


def test_lists_keep_their_order_beyond_one_digit(bench: Workbench) -> None:
    names = [f"设备{number}" for number in range(200)]
    dossier_id = bench.import_mapping(
        {"format": FORMAT, "equipment": [{"name": name} for name in names]}
    )
    assert [e.name for e in bench.dossier(dossier_id).all(Equipment)] == names
    first = bench.dossier(dossier_id).all(Equipment)[0]
    bench.add(dossier_id, "equipment", after=first.id, name="插入")
    assert [e.name for e in bench.dossier(dossier_id).all(Equipment)][:3] == [
        "设备0",
        "插入",
        "设备1",
    ]


BAD: list[dict[str, Any]] = [
    {"nonsense": []},
    {"enterprise": []},
    {"enterprise": {"colour": "红"}},
    {"enterprise": {"name": 5}},
    {"enterprise": {"name": "长" * 60_000}},
    {"enterprise": {"directions": "MES"}},
    {"enterprise": {"directions": [1]}},
    {"enterprise": {"revenue": {"sum": "1"}}},
    {"enterprise": {"revenue": {"value": 5}}},
    {"enterprise": {"parent_id": "x"}},
    {"equipment": {"name": "车床"}},
    {"equipment": [["name"]]},
    {"equipment": [{"quantity": True}]},
    {"equipment": [{"quantity": 2**70}]},
    {"equipment": [{"id": "../x"}]},
    {"equipment": [{}] * 5_001},
    {"visit": [{"date": "2025-13-01"}]},
    {"visit": [{"present": ["m/../1"]}]},
    {"stay": [{"start": "25:00"}]},
    {"equipment": [{"parent": "v1"}]},
    {"photo": [{"facts": {"width": -1}}]},
    {"answer": [{"subject": "网络建设"}]},
    {"answer": [{"stage": "later", "subject": "网络建设"}]},
    {"id": {"a": 1}},
]


@pytest.mark.parametrize("part", BAD, ids=lambda part: str(part)[:40])
def test_a_bad_mapping_is_refused_whole(part: dict[str, Any], bench: Workbench) -> None:
    mapping = {"format": FORMAT, "member": [{"name": "王示例"}], **part}
    with pytest.raises(UserError, match=r"。$"):
        bench.import_mapping(mapping)
    assert bench.summaries() == []


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["enterprise", "visit", "answer", "id", "photo", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["name", "id", "facts", "date", "q"]), inner)
            ),
            max_leaves=6,
        ),
    )
)
def test_any_mapping_is_read_or_refused(mapping: dict[str, Any]) -> None:
    try:
        Reader({"format": FORMAT, **mapping}).edits()
    except UserError as error:
        assert str(error).endswith("。")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", "[]"),
        ("a.json", '{"format": "zhengai-dossier/9"}'),
        ("a.yaml", "a: [b"),
        ("a.json", "[" * 100_000),
        ("a.yaml", "!!python/object/apply:os.system ['true']"),
    ],
)
def test_a_file_that_is_no_dossier_is_refused(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError):
        read_file(path)


def test_the_same_dossier_twice_is_refused(bench: Workbench) -> None:
    mapping = {"format": FORMAT, "id": "one", "enterprise": {"name": "示例·甲"}}
    dossier_id = bench.import_mapping(mapping)
    bench.put(dossier_id, "enterprise", bench.dossier(dossier_id).records["enterprise"][0].id,
              "name", "示例·乙")  # fmt: skip
    with pytest.raises(UserError, match="已在本机"):
        bench.import_mapping(mapping)
    assert [summary.name for summary in bench.summaries()] == ["示例·乙"]


def test_answers_find_their_place(bench: Workbench) -> None:
    dossier_id = bench.import_mapping(sample("auto-parts"))
    dossier = bench.dossier(dossier_id)
    assert len(dossier.answers(Stage.DIAGNOSIS)) == 31
    assert dossier.answer(Stage.DIAGNOSIS, "产品设计").level is not None
    assert len(dossier.all(Paragraph)) > 50


def test_half_a_character_in_a_name_stops_nothing(bench: Workbench) -> None:
    answers = [{"stage": "self", "subject": "\ud800", "note": "示例\ud800说明"}]
    dossier_id = bench.import_mapping({"format": FORMAT, "answer": answers})
    (answer,) = bench.dossier(dossier_id).all(Answer)
    assert answer.note == "示例说明"


def test_an_entry_named_like_a_single_form_is_not_that_forms_record() -> None:
    reader = Reader({"format": "zhengai-dossier/1", "id": "sample-x"})
    single = reader.reference("attachment", "agreement")
    assert single != single_id(reader.dossier_id, "agreement")
    found = detached(
        {
            "format": "zhengai-dossier/1",
            "returnpoint": [{"id": "p", "parent": "diagnosisacceptance", "text": "甲"}],
        }
    )
    (point,) = found.records["returnpoint"]
    assert point.parent_id == single_id(found.id, "diagnosisacceptance")
