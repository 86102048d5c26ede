"""One small widget a field kind: the declaration of a field in, its editor out."""

from __future__ import annotations

from forms.fields import Kind, Spec
from widgets.field_base import FieldContext, FieldWidget
from widgets.field_choice import ChoiceField, ChoicesField, RefsField
from widgets.field_moment import MomentField
from widgets.field_text import FigureField, NumbersField, ProseField, TextField

_WIDGETS: dict[Kind, type[FieldWidget]] = {
    Kind.TEXT: TextField,
    Kind.PROSE: ProseField,
    Kind.NUMBER: TextField,
    Kind.COUNT: TextField,
    Kind.DATE: MomentField,
    Kind.TIME: MomentField,
    Kind.CHOICE: ChoiceField,
    Kind.YESNO: ChoiceField,
    Kind.REF: ChoiceField,
    Kind.CHOICES: ChoicesField,
    Kind.REFS: RefsField,
    Kind.FIGURE: FigureField,
    Kind.NUMBERS: NumbersField,
}

#: Kinds that take the whole width of a form; the others stand in two columns.
WHOLE_WIDTH = frozenset({Kind.PROSE, Kind.CHOICES, Kind.REFS, Kind.FIGURE, Kind.NUMBERS})


def make_field(name: str, spec: Spec, context: FieldContext) -> FieldWidget:
    """The editor of one field. KeyError for a kind that nobody types (photo facts, moments)."""
    return _WIDGETS[spec.kind](name, spec, context)
