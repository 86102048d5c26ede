"""What can be handed in: the parts by name, which of them a dossier has, and what may leave."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.review import Review
from exporters import papers
from forms.errors import RuleRefusal, UserError
from forms.evaluation import Stage
from forms.pack import Pack
from forms.papers import PAPERS, Paper
from grading.finding import Finding


def part_of(paper: Paper) -> str:
    """A paper's name for `--only`."""
    return "records" if paper.each_visit else paper.key


BLANK, SCHEDULE = "blank", "schedule"
_DOCUMENTS = {part_of(paper): paper.name for paper in PAPERS} | {
    BLANK: "企业满意度评价表（空白）",
    "briefing": "诊断结果汇报（.pptx）",
}
#: What `--only` may name, and what people call it.
PARTS = _DOCUMENTS | {
    "uploads": "平台上传清单",
    SCHEDULE: "日程（.ics）",
    "letter": "报送函",
    "bundle": "文件包（.zip）",
    "mail": "邮件草稿（仅终稿）",
}
#: What goes with the papers, whatever they are.
_ALWAYS = frozenset(PARTS.keys() - _DOCUMENTS.keys())
#: A record is printed and signed at the gate, but handed in with everything else.
_EARLY = {part_of(paper) for paper in PAPERS if paper.early and not paper.each_visit}
_EARLY |= {BLANK, SCHEDULE}
RETROFIT = frozenset(part_of(paper) for paper in PAPERS if paper.half == 2)
#: What a bundle may hold: the retrofit's papers are handed in by themselves.
PACKABLE = _DOCUMENTS.keys() - RETROFIT


def parts(pack: Pack) -> dict[str, str]:
    """PARTS as a pack calls them."""
    own = {part_of(paper): paper.name for paper in pack.papers}
    return {**PARTS, **own, BLANK: f"{own['satisfaction']}（空白）"}


@dataclass(frozen=True, slots=True)
class Packing:
    """What goes into the bundle, and in how many pieces.

    `documents` are parts by name, None all that there is something for; the check sheet is in it
    whatever they are. `copies` takes the photos as copies of 1280 pixels. `mail` is how many bytes
    one mail may weigh, so that the bundle is divided into parts that each go by one; 0 leaves it in
    one piece. `withdrawn` adds the files of records that were withdrawn.
    """

    documents: frozenset[str] | None = None
    copies: bool = False
    mail: int = 0
    withdrawn: bool = False


WHOLE = Packing()
_MAIL_MOST_MB = 10_000


def names_in(typed: str) -> tuple[str, ...]:
    """The names of a list with commas."""
    return tuple(name.strip() for name in typed.split(",") if name.strip())


def packing_of(documents: str, copies: bool, mail_mb: int | None) -> Packing:
    """How to pack, as somebody typed it: names with commas, a mail's limit in millions of bytes.
    UserError where that is none."""
    if mail_mb is not None and not 1 <= mail_mb <= _MAIL_MOST_MB:
        raise UserError(
            f"每封邮件的大小限制应为 1 到 {_MAIL_MOST_MB:,} MB，没有导出，请改正后再试。"
        )
    named = frozenset(names_in(documents)) or None
    return Packing(named, copies, (mail_mb or 0) * 1_000_000)


def check(only: Collection[str], packing: Packing) -> None:
    """UserError where a part is named that there is none of."""
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        raise UserError(f"没有“{unknown[0]}”这种文档，没有导出，可选的有：{'、'.join(PARTS)}。")
    unknown = sorted((packing.documents or frozenset()) - PACKABLE)
    if unknown:
        names = "、".join(part for part in _DOCUMENTS if part in PACKABLE)
        raise UserError(f"文件包里不能放“{unknown[0]}”，没有导出，可选的有：{names}。")


def ready(review: Review) -> set[str]:
    """The parts that the dossier has something for; the others would be blank forms."""
    found = {part_of(paper) for paper in PAPERS if papers.begun(review.dossier, paper)}
    if review.grades[Stage.DIAGNOSIS].complete:
        found.add("briefing")
    return found | _ALWAYS


def packed(review: Review, packing: Packing) -> set[str]:
    """The parts whose documents lie in the bundle."""
    found = ready(review) if packing.documents is None else {*packing.documents, "checksheet"}
    return found & PACKABLE


def needs_whole(only: Collection[str], draft: bool) -> bool:
    """Whether a blocking finding concerns what was written: early papers leave without the rest."""
    return draft or not only or not _EARLY.issuperset(only)


def wanted(review: Review, only: tuple[str, ...], draft: bool) -> tuple[set[str], list[str]]:
    """The parts to be written, and a sentence for each that is left out.

    Raises RuleRefusal where what is wanted may not leave as a final copy.
    """
    found = set(only) or ready(review)
    found -= {"mail"} if draft else set()
    if draft:
        return found, []
    if found - _EARLY - RETROFIT:
        _refuse(review.blocking_half(1))
    for paper in PAPERS:
        if part_of(paper) in found & _EARLY:
            _refuse(review.blocking_paper(paper))
    stopped = [
        (paper, blocking)
        for paper in review.pack.papers
        if part_of(paper) in found & RETROFIT and (blocking := review.blocking_paper(paper))
    ]
    if not stopped:
        return found, []
    left = found - {part_of(paper) for paper, _ in stopped}
    if not left:
        _refuse(stopped[0][1])
    names = "、".join(paper.name for paper, _ in stopped)
    example = stopped[0][1][0].message.rstrip("。")
    return left, [f"{names}没有导出（{example}），其余文书照常导出，请改正后再单独导出。"]


def _refuse(blocking: Sequence[Finding]) -> None:
    if blocking:
        example = blocking[0].message.rstrip("。")
        raise RuleRefusal(
            f"尚有 {len(blocking)} 个阻断问题（如：{example}），"
            "没有导出终稿，档案未变，请先处理，或改为导出草稿。"
        )
