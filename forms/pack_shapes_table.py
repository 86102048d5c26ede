"""The shape of a pack's evaluation table and of its figures, and what all shapes are made of."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from forms.figures import Formula, InputKind
from forms.instrument import Kind
from forms.reading import thousandths


class Shape(BaseModel):
    """Knows its keys and no others, and converts nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _number(value: Any) -> Any:
    try:
        thousandths({"": value}, "")
    except ValueError:
        raise PydanticCustomError("number", "应为不小于零、最多三位小数的数") from None
    return value


Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], Field(min_length=1)]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Number = Annotated[int | float | str, AfterValidator(_number)]
Day = dt.date


class _Head(Shape):
    id: Text
    title: Text
    document_number: Text
    issued: Day
    issuer: Text
    items_name: Text
    scenes_name: Text


class _Level(Shape):
    level: Annotated[int, Field(ge=1, le=4)]
    name: Text
    min_score: Number
    min_scenes: Count
    min_binding_scenes: Count
    description: str = ""


class _Option(Shape):
    key: Text
    text: Text
    weight: Percent
    score: Number


class _Item(Shape):
    name: Text
    weight: Percent
    points: Number
    question: Text
    note: str = ""
    kind: Annotated[Kind, Field(strict=False)]
    options: Annotated[list[_Option], Field(min_length=1)]
    fields: Texts | None = None


class _Indicator(Shape):
    name: Text
    weight: Percent
    items: Annotated[list[_Item], Field(min_length=1)]


class _Dimension(Shape):
    name: Text
    weight: Percent
    results: bool = False
    indicators: Annotated[list[_Indicator], Field(min_length=1)]


class _Scene(Shape):
    name: Text
    template_name: Text | None = None
    binding: bool
    criteria: dict[int, Text]


class _SceneGroup(Shape):
    name: Text
    scenes: Annotated[list[_Scene], Field(min_length=1)]


class Instrument(Shape):
    instrument: _Head
    levels: Annotated[list[_Level], Field(min_length=1)]
    dimensions: Annotated[list[_Dimension], Field(min_length=1)]
    scene_groups: Annotated[list[_SceneGroup], Field(min_length=1)]


class _Input(Shape):
    key: Text
    item: Text
    label: Text
    label_before: Text | None = None
    unit: Text
    kind: Annotated[InputKind, Field(strict=False)]
    field: Text | None = None


class _Figure(Shape):
    item: Text
    name: Text
    field: Text | None = None
    unit: Text
    formula: Annotated[Formula, Field(strict=False)]
    scale: Annotated[int, Field(ge=1)] = 1
    inputs: dict[Text, Text]
    basis: Text | None = None
    before_retrofit: Text | None = None


class Figures(Shape):
    inputs: Annotated[list[_Input], Field(min_length=1)]
    figures: Annotated[list[_Figure], Field(min_length=1)]
