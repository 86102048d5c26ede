"""The editor's blocks against the records: nothing lost, nothing in the wrong record."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from widgets.pages.report_diff import (
    Add,
    Block,
    Edit,
    Held,
    Move,
    Put,
    Restore,
    Sheet,
    Withdraw,
    plan,
)


class Shelf:
    """A store of one section as the facade behaves: withdrawn records keep their places."""

    def __init__(self, sheet: Sheet, order: list[UUID]) -> None:
        known = {held.id: held for held in (*sheet.live, *sheet.gone)}
        self.rows = [known[record] for record in order]
        self.hidden = {held.id for held in sheet.gone}

    def take(self, edit: Edit) -> None:
        if isinstance(edit, Withdraw):
            self.hidden.add(edit.id)
        elif isinstance(edit, Restore):
            self.hidden.remove(edit.id)
        elif isinstance(edit, Add):
            self._behind(Held(edit.id, edit.text, edit.drafted), edit.after)
        elif isinstance(edit, Move):
            held = self._of(edit.id)
            assert edit.after != edit.id
            self.rows.remove(held)
            self._behind(held, edit.after)
        else:
            held = self._of(edit.id)
            text, drafted = (
                (held.text, edit.value)
                if isinstance(edit.value, bool)
                else (edit.value, held.drafted)
            )
            self.rows[self.rows.index(held)] = Held(edit.id, text, drafted)

    def _of(self, record: UUID) -> Held:
        return next(held for held in self.rows if held.id == record)

    def _behind(self, held: Held, after: UUID | None) -> None:
        place = len(self.rows) if after is None else self.rows.index(self._of(after)) + 1
        self.rows.insert(place, held)

    def live(self) -> list[Held]:
        return [held for held in self.rows if held.id not in self.hidden]

    def blocks(self) -> list[Block]:
        return [Block(held.text, held.drafted) for held in self.live()]


TEXTS = st.text("甲乙丙丁", min_size=1, max_size=6)


@st.composite
def states(draw: st.DrawFn) -> tuple[Sheet, list[UUID]]:
    numbers = count(1)
    rows = [
        Held(UUID(int=next(numbers)), text, drafted)
        for text, drafted in draw(st.lists(st.tuples(st.one_of(TEXTS, st.just("")), st.booleans())))
    ]
    gone = [Held(UUID(int=next(numbers)), text) for text in draw(st.lists(TEXTS, max_size=4))]
    order = [held.id for held in rows]
    for held in gone:
        order.insert(draw(st.integers(0, len(order))), held.id)
    return Sheet(tuple(rows), tuple(gone)), order


def run(sheet: Sheet, order: list[UUID], blocks: list[Block]) -> tuple[list[Edit], Shelf]:
    numbers = count(1000)
    edits = plan(sheet, blocks, lambda: UUID(int=next(numbers)))
    shelf = Shelf(sheet, order)
    for edit in edits:
        shelf.take(edit)
    return edits, shelf


@given(states(), st.lists(st.builds(Block, TEXTS, st.booleans())))
def test_after_the_edits_the_store_holds_what_the_editor_shows(
    state: tuple[Sheet, list[UUID]], blocks: list[Block]
) -> None:
    sheet, order = state
    edits, shelf = run(sheet, order, blocks)
    assert shelf.blocks() == blocks
    for edit in edits:
        sheet = sheet.with_edit(edit)
    assert list(sheet.live) == shelf.live()
    assert plan(sheet, blocks, lambda: UUID(int=0)) == []


@given(states(), st.lists(st.builds(Block, TEXTS, st.booleans())))
def test_no_text_is_ever_missing_between_two_edits(
    state: tuple[Sheet, list[UUID]], blocks: list[Block]
) -> None:
    sheet, order = state
    kept = {block.text for block in blocks} & {held.text for held in sheet.live}
    edits = plan(sheet, blocks, iter([UUID(int=n) for n in range(5000, 6000)]).__next__)
    shelf = Shelf(sheet, order)
    for edit in edits:
        shelf.take(edit)
        withdrawing = isinstance(edit, Withdraw)
        texts = {held.text for held in shelf.live()}
        assert kept <= texts | ({held.text for held in sheet.live} if not withdrawing else set())


@given(states(), st.data())
def test_typing_in_one_paragraph_touches_that_record_alone(
    state: tuple[Sheet, list[UUID]], data: st.DataObject
) -> None:
    rows = [held for held in state[0].live if held.text]
    sheet, order = Sheet(tuple(rows)), [held.id for held in rows]
    if not rows:
        return
    place = data.draw(st.integers(0, len(rows) - 1))
    typed = rows[place].text + data.draw(st.text("戊己", min_size=1, max_size=3))
    blocks = sheet.blocks()
    blocks[place] = Block(typed, rows[place].drafted)
    edits, _ = run(sheet, order, blocks)
    assert edits == [Put(rows[place].id, "text", typed)]


@given(states(), st.data())
def test_the_fewest_records_change_when_one_paragraph_comes_or_goes(
    state: tuple[Sheet, list[UUID]], data: st.DataObject
) -> None:
    live = tuple(Held(held.id, held.text) for held in state[0].live if held.text)
    sheet = Sheet(live, ())
    order = [held.id for held in live]
    place = data.draw(st.integers(0, len(live)))
    blocks = sheet.blocks()
    blocks.insert(place, Block("全新的一段"))
    edits, shelf = run(sheet, order, blocks)
    assert [type(edit) for edit in edits] in ([Add], [Add, Move])
    assert [held.id for held in shelf.live() if held.id in order] == order
    if live:
        gone = data.draw(st.integers(0, len(live) - 1))
        blocks = sheet.blocks()
        del blocks[gone]
        edits, shelf = run(sheet, order, blocks)
        assert len(edits) == 1 and isinstance(edits[0], Withdraw)
        assert live[gone].text == next(h.text for h in live if h.id == edits[0].id)


A, B, C = (UUID(int=n) for n in (1, 2, 3))
SHEET = Sheet((Held(A, "企业现有设备46台。其中21台已数字化。"), Held(B, "乙段"), Held(C, "丙段")))


def _texts(*texts: str) -> list[Block]:
    return [Block(text) for text in texts]


def test_enter_leaves_the_record_with_most_of_the_text_and_adds_one_behind() -> None:
    blocks = _texts("企业现有设备46台。其中", "21台已数字化。", "乙段", "丙段")
    edits, _ = run(SHEET, SHEET.ids(), blocks)
    assert edits[0] == Put(A, "text", "企业现有设备46台。其中")
    assert isinstance(edits[1], Add) and edits[1].after == A and len(edits) == 2


def test_joining_withdraws_the_second_after_the_first_was_saved() -> None:
    blocks = _texts(SHEET.live[0].text + "乙段", "丙段")
    edits, _ = run(SHEET, SHEET.ids(), blocks)
    assert edits == [Put(A, "text", SHEET.live[0].text + "乙段"), Withdraw(B)]


def test_undoing_a_removal_brings_the_same_record_back() -> None:
    removed = SHEET.with_edit(Withdraw(B))
    edits, shelf = run(removed, SHEET.ids(), SHEET.blocks())
    assert edits == [Restore(B), Move(B, A)]
    assert [held.id for held in shelf.live()] == [A, B, C]


def test_a_paragraph_that_was_carried_elsewhere_keeps_its_record() -> None:
    blocks = _texts("乙段", "丙段", SHEET.live[0].text)
    edits, shelf = run(SHEET, SHEET.ids(), blocks)
    assert all(isinstance(edit, Move) for edit in edits)
    assert [held.id for held in shelf.live()] == [B, C, A]


def test_confirming_changes_the_mark_alone() -> None:
    sheet = Sheet((Held(A, "甲段", True), Held(B, "甲段", True)))
    edits, _ = run(sheet, sheet.ids(), [Block("甲段", True), Block("甲段", False)])
    assert edits == [Put(B, "drafted", False)]


def test_a_whole_section_over_another_is_quick_and_right() -> None:
    rows = tuple(Held(UUID(int=n), f"旧文第{n}段" * 40) for n in range(1, 200))
    sheet = Sheet(rows)
    blocks = [Block(f"新文第{n}段" * 40) for n in range(300)]
    _, shelf = run(sheet, sheet.ids(), blocks)
    assert shelf.blocks() == blocks
