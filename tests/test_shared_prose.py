"""Text that stands in other dossiers' reports too: found by its share, quickly, and never alone."""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import yaml
from sqlmodel import select

from app.log import LogRow
from app.packs import load_pack
from app.shared_prose import LEAST, SharedProse
from app.workbench import Workbench
from forms.dossier import File, Paragraph
from grading.finding import Finding
from grading.prose_check import Shared, too_much
from tests.sample_cases import SAMPLES

PARTS, HERBS = "汽车零部件配件制造业", "中成药、生物药品制造业"


def own_text(seed: int, count: int = 12) -> list[str]:
    """Paragraphs of 200 characters that nobody else has."""
    draw = random.Random(seed)
    return ["".join(chr(draw.randrange(0x4E00, 0x9FA0)) for _ in range(200)) for _ in range(count)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    opened = Workbench.open(tmp_path / "store")
    yield opened
    opened.close()


def dossier(bench: Workbench, name: str, texts: list[str], industry: str = PARTS) -> UUID:
    return bench.import_mapping(
        {
            "format": "zhengai-dossier/1",
            "enterprise": {"name": name, "industry": industry},
            "provider": {"name": "示例丙数智诊断服务有限公司"},
            "paragraph": [{"section": "1.profile", "text": text} for text in texts],
        }
    )


def told(bench: Workbench, dossier_id: UUID) -> list[Finding]:
    found = bench.review(dossier_id).findings
    return [each for each in found if each.rule.startswith("REPORT-SHARED")]


def test_what_two_reports_share_is_told_with_its_share_and_the_others_name(
    bench: Workbench,
) -> None:
    common = own_text(1, 5)
    dossier(bench, "甲示例有限公司", common + own_text(2, 7), HERBS)
    mine = dossier(bench, "乙示例有限公司", own_text(3, 5) + common)

    (found,) = told(bench, mine)

    assert found.rule == "REPORT-SHARED"
    assert found.message.startswith("报告正文有 50% 的文字与“甲示例有限公司”的报告相同")
    assert found.message.endswith("已达 35%。")
    assert found.target is not None and found.target.page == "report"


def test_enterprises_alike_may_share_more(bench: Workbench) -> None:
    common = own_text(1, 5)
    dossier(bench, "甲示例有限公司", common)
    mine = dossier(bench, "乙示例有限公司", common + own_text(3, 6))
    assert told(bench, mine) == []  # 45 per cent, of one industry

    more = dossier(bench, "丙示例有限公司", common + own_text(4, 4))

    (found,) = told(bench, more)
    assert found.rule == "REPORT-SHARED-ALIKE"
    assert "有 55% 的文字与行业、等级相同的“甲示例有限公司”的报告相同" in found.message


def test_it_follows_what_is_written_taken_out_and_withdrawn(bench: Workbench) -> None:
    common = own_text(1, 8)
    other = dossier(bench, "甲示例有限公司", own_text(2, 8), HERBS)
    mine = dossier(bench, "乙示例有限公司", common)
    assert told(bench, mine) == []

    rows = [bench.add(other, "paragraph", section="1.profile", text=text) for text in common]
    assert len(told(bench, mine)) == 1
    for row in rows[:6]:
        bench.put(other, "paragraph", row, "text", "改写了。")  # as while it is being typed
    assert told(bench, mine) == []
    for row, text in zip(rows, common, strict=True):
        bench.put(other, "paragraph", row, "text", text)
    assert len(told(bench, mine)) == 1
    bench.withdraw(other, "paragraph", rows[0])
    assert "有 87% " in told(bench, mine)[0].message
    bench.withdraw(other, "dossier", other)
    assert told(bench, mine) == []


def test_names_headings_and_official_texts_are_nobodys(bench: Workbench) -> None:
    official = [text for s in load_pack().outline.sections for text in (s.heading, s.guide) if text]
    official += [c for scene in bench.pack.instrument.scenes for c in scene.criteria]
    names = ["示例甲春城轴套汽车零部件有限公司", "示例乙双阳鹿乡本草药业有限责任公司"]
    texts = [f"{name}乙丙" for name in names for _ in range(60)]
    texts.append("示例丙数智诊断服务有限公司" * 12)
    for place, name in enumerate(names):
        dossier(bench, name, [*official, name * 12, *texts, *own_text(place + 20, 8)])

    for summary in bench.summaries():
        assert told(bench, summary.id) == []


def test_a_few_paragraphs_are_not_compared(bench: Workbench) -> None:
    common = own_text(1, (LEAST - 100) // 200)
    dossier(bench, "甲示例有限公司", common, HERBS)
    assert told(bench, dossier(bench, "乙示例有限公司", common)) == []


def test_two_samples_reports_have_little_in_common(bench: Workbench) -> None:
    for slug, industry in (("auto-parts", PARTS), ("herbal-pharma", HERBS)):
        report = yaml.safe_load((SAMPLES / slug / "report.yaml").read_text("utf-8"))
        dossier(bench, slug, [text for texts in report.values() for text in texts], industry)
    for summary in bench.summaries():
        assert told(bench, summary.id) == []


def test_the_limit_of_each_pair_is_its_own() -> None:
    near, far = Shared("甲", 49, True), Shared("乙", 36, False)
    assert too_much([near, far], 35, 50) == far
    assert too_much([Shared("甲", 50, True), far], 35, 50) == Shared("甲", 50, True)
    assert too_much([near], 35, 50) is None


def test_five_hundred_reports_are_read_once(bench: Workbench) -> None:
    """Processor time, against plain cutting in the same run: the machine's speed does not count."""
    draw = random.Random(7)
    pool = ["".join(own_text(seed, 5)) for seed in range(400)]
    ids = [uuid4() for _ in range(500)]
    with bench.store.session() as session:
        for made in ids:
            session.add(File(id=made, dossier_id=made))
            row = LogRow(dossier_id=made, form="dossier", record_id=made, field="pack", counter=1,
                         device=bench.store.device, link="0")  # fmt: skip
            session.add(row)
        session.flush()
        for made in ids:
            session.add_all(
                Paragraph(id=uuid4(), dossier_id=made, section="1.profile", text=text)
                for text in draw.sample(pool, 20)
            )
        session.commit()
    mine = bench.dossier(ids[0])
    index = SharedProse(bench.pack)

    with bench.store.session() as session:
        start = time.process_time()
        texts = session.exec(select(Paragraph.text)).all()[::10]
        runs = {text[place : place + 13] for text in texts for place in range(len(text) - 12)}
        floor = (
            time.process_time() - start
        )  # a tenth of the text cut into all its runs of 13 characters
        assert runs
        start = time.process_time()
        assert index.found(session, mine, None) == ()
        first = time.process_time() - start
        start = time.process_time()
        index.found(session, mine, None)
        again = time.process_time() - start

    # Measured: 2.2 to 2.9 times the floor, and next to nothing again.
    assert first < 6 * floor and again < first / 7
