"""The shape of every file of a pack: which keys there are, which must be, and of what kind.

Only `doctor` looks: the loaders read what they need. What one part says of another is checked in
`forms/pack_checks.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from forms.advice import Effort
from forms.outline import ANNEXED, NUMBERED
from forms.pack_shapes_table import Count, Day, Figures, Instrument, Number, Shape, Text, Texts

#: Files are named so, on Windows too.
_FileName = Annotated[str, Field(pattern=r'^[^\s.<>:"/\\|?*\x00-\x1f]{1,40}$')]


class _UploadField(Shape):
    name: Text
    clause: Text
    paper: Text


class _Platform(Shape):
    name: Text
    note: str
    limit_mb: Annotated[int, Field(ge=1, le=10_000)]
    fields: Annotated[list[_UploadField], Field(min_length=1)]


class _Mail(Shape):
    limit_mb: Annotated[int, Field(ge=1, le=10_000)]
    limits_mb: Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(min_length=1)]


class _Retrofit(Shape):
    months: Annotated[int, Field(ge=0, le=120)]
    source: Text


class _Batch(Shape):
    name: Text
    window_from: Day | None
    window_to: Day
    share: Number
    cap_wan: Number
    kinds: Texts
    source: Text
    list_published: Day | None = None
    papers_by: Day | None = None


class _Period(Shape):
    batch: Text
    begins: Day
    accepted_by: Day


class _Pilot(Shape):
    source: Text
    periods: list[_Period]


class _Limits(Shape):
    staff: Count
    revenue: Count


class _Size(_Limits):
    name: Text


class _Sizes(Shape):
    source: Text
    large: _Limits
    steps: Annotated[list[_Size], Field(min_length=1)]


class _Pack(Shape):
    id: Text
    title: Text
    document: Text
    issued: Day
    bureau: Text
    city: Text
    bureau_email: str
    districts: Texts
    industries: Texts
    term_days: Annotated[int, Field(ge=1, le=3650)]
    fence_m: Annotated[int, Field(ge=1, le=100_000)]
    drafts: bool
    platform: _Platform
    mail: _Mail
    retrofit: _Retrofit
    batches: Annotated[list[_Batch], Field(min_length=1)]
    pilot: _Pilot
    sizes: _Sizes
    rules_from: Text | None = None
    cites: dict[Text, Text] = Field(default_factory=dict)
    papers: dict[Text, _FileName] = Field(default_factory=dict)
    words: dict[Text, str] = Field(default_factory=dict)


class _Rule(Shape):
    """A row over another pack's rule; of a rule of its own the rest must be there too."""

    id: Text
    severity: Literal["block", "warn", "info"] | None = None
    clause: Text | None = None
    message: Text | None = None
    remedy: Text | None = None
    page: Text | None = None
    about: Text | None = None
    limit: Number | None = None
    gap: bool | None = None


class _Section(Shape):
    key: Annotated[str, Field(min_length=1, max_length=60)]
    level: Annotated[int, Field(ge=1, le=4)]
    heading: str = ""
    guide: str = ""
    writable: bool = True
    own: bool = False
    optional: bool = False
    plans: bool = False
    annex: bool = False
    tells: Text | None = None
    shows: Annotated[list[Literal[(*NUMBERED, *ANNEXED)]], Field(min_length=1)] | None = None  # type: ignore[valid-type]
    captions: dict[Literal[tuple(NUMBERED)], Text] = Field(default_factory=dict)  # type: ignore[valid-type]


class _Group(Shape):
    name: Text
    scenes: Texts


class _First(Shape):
    name: Text
    groups: Annotated[list[_Group], Field(min_length=1)]


class _Article(Shape):
    heading: Text
    paragraphs: Texts


class _Agreement(Shape):
    opening: Text
    articles: Annotated[list[_Article], Field(min_length=1)]
    closing: Text


class _FilingTexts(Shape):
    title: Text
    declaration: Text


class _AcceptanceTexts(Shape):
    title: Text


class _Texts(Shape):
    agreement: _Agreement
    filing: _FilingTexts
    acceptance: _AcceptanceTexts


class _Clause(Shape):
    cite: Text
    document: Text | None = None
    text: Text | None = None
    note: Text | None = None


class _Clauses(Shape):
    documents: dict[Text, Text]
    clauses: Annotated[list[_Clause], Field(min_length=1)]


class _Minutes(Shape):
    arrival: Count
    opening: Count
    interview: Count
    shop: Count
    closing: Count


class _Asked(Shape):
    whom: Text
    where: Text | None = None
    papers: Texts


class _Survey(Shape):
    minutes: _Minutes
    subjects: dict[Text, _Asked]


class _Area(Shape):
    name: Text
    items: Texts | None = None
    scenes: Texts | None = None
    words: Texts | None = None


class _Project(Shape):
    key: Text
    name: Text
    items: Texts | None = None
    groups: Texts | None = None
    joins: Text | None = None
    joined: Text | None = None


class _Areas(Shape):
    pain: Annotated[list[_Area], Field(min_length=1)]
    projects: Annotated[list[_Project], Field(min_length=1)]
    needs: dict[Text, Text]


class _Question(Shape):
    key: Annotated[str, Field(min_length=1, max_length=60)]
    ask: Text
    hint: Text
    says: Text
    where: Text | None = None
    industries: Texts | None = None


class _Questions(Shape):
    section: Text
    paragraph: Text
    questions: Annotated[list[_Question], Field(min_length=1)]


class _Counsel(Shape):
    gap: Text
    effect: Text
    first: Text
    then: Text
    systems: Texts
    evidence: Texts
    ask: Texts
    industries: dict[Text, Text]


class _Do(Shape):
    do: Text
    effort: Annotated[Effort, Field(strict=False)]


class _ItemAdvice(_Counsel):
    item: Text
    result: bool = False
    options: dict[Text, _Do]


class _StepAdvice(_Counsel):
    to: Annotated[int, Field(ge=1, le=4)]
    effort: Annotated[Effort, Field(strict=False)]


class _SceneAdvice(Shape):
    scene: Text
    steps: Annotated[list[_StepAdvice], Field(min_length=1)]


class _Link(Shape):
    scene: Text
    evaluates: Texts
    items: list[Text] = Field(default_factory=list)
    need: Text
    description: Text
    systems: Texts
    industries: dict[Text, Text]


SCENES = "advice/scenes"
"""What the names of the files begin with that hold the scenes' advice; there may be several."""
SHAPES: Mapping[str, TypeAdapter[Any]] = {
    "pack.yaml": TypeAdapter(_Pack),
    "instrument.yaml": TypeAdapter(Instrument),
    "figures.yaml": TypeAdapter(Figures),
    "rules.yaml": TypeAdapter(Annotated[list[_Rule], Field(min_length=1)]),
    "outline.yaml": TypeAdapter(Annotated[list[_Section], Field(min_length=1)]),
    "library.yaml": TypeAdapter(Annotated[list[_First], Field(min_length=1)]),
    "areas.yaml": TypeAdapter(_Areas),
    "survey.yaml": TypeAdapter(_Survey),
    "texts.yaml": TypeAdapter(_Texts),
    "clauses.yaml": TypeAdapter(_Clauses),
    "advice/questions.yaml": TypeAdapter(Annotated[list[_Questions], Field(min_length=1)]),
    "advice/items.yaml": TypeAdapter(Annotated[list[_ItemAdvice], Field(min_length=1)]),
    "advice/library-links.yaml": TypeAdapter(Annotated[list[_Link], Field(min_length=1)]),
    SCENES: TypeAdapter(Annotated[list[_SceneAdvice], Field(min_length=1)]),
}
"""By the file's name in the pack, in the order in which a pack is written."""
