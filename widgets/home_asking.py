"""Who works here, and a new dossier: asked in a strip over the list or, in an empty store, in
three steps in its place."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from forms.errors import UserError
from widgets.home_bands import AskBand

if TYPE_CHECKING:
    from widgets.first_run import FirstRun
    from widgets.pages.home import HomePage

_SETTING = "first_run"


class Asking:
    """Asks on the list's page. `first` is there while the store is empty and nobody left it; once
    left it does not come again."""

    def __init__(self, home: HomePage) -> None:
        self._home = home
        self._left = bool(home.store.setting(_SETTING))
        self.first: FirstRun | None = None
        self.name_band = AskBand("您的姓名", "记在您的每处改动旁，只存在本机。", "保存姓名", 40)
        self.new_band = AskBand("企业名称", "建立后即可填写，名称随时可改。", "建立档案", 80)
        self.name_band.answered.connect(home.waiting.slot(self.name_person, typed=True))
        self.new_band.answered.connect(home.waiting.slot(self.begin_dossier, typed=True))

    def greet(self) -> None:
        """Ask for what is not known yet; who is known goes on in the list."""
        home = self._home
        if not home.person:
            self.ask_name()
        elif self.first is not None:
            self.first.ask_enterprise()
        else:
            home.table.setFocus()

    def ask_name(self, typed: str = "") -> None:
        """Ask who works here."""
        (self.first.ask_name if self.first is not None else self.name_band.ask)(typed)

    def ask_new(self, typed: str = "") -> None:
        """Ask for the enterprise of a new dossier."""
        (self.first.ask_enterprise if self.first is not None else self.new_band.ask)(typed)

    def follow(self, empty: bool) -> None:
        """Show the three steps where the store has no dossier, and put them away else."""
        if empty and not self._left and self.first is None:
            self._begin()
        elif not empty and self.first is not None:
            self._end()

    def _begin(self) -> None:
        from widgets.first_run import FirstRun  # loaded in an empty store alone

        home = self._home
        self.first = first = FirstRun(home.person)
        first.named.connect(home.waiting.slot(self.name_person, typed=True))
        first.begun.connect(home.waiting.slot(self.begin_dossier, typed=True))
        first.asked.connect(home.act)
        first.left.connect(home.waiting.slot(self._leave))
        home.put_in_place_of_list(first)

    def _end(self) -> None:
        gone, self.first = self.first, None
        if gone is not None:
            self._home.put_in_place_of_list(None)
            gone.hide()
            gone.deleteLater()

    def _leave(self) -> None:
        from sqlalchemy.exc import OperationalError  # loaded by then, and not before the list

        self._left = True
        self._end()
        self._home.table.setFocus()
        with suppress(OperationalError):  # a store that cannot be written says so elsewhere
            self._home.store.set_setting(_SETTING, "left")
        if not self._home.store.setting("person"):
            self.name_band.ask()

    def name_person(self, name: str) -> None:
        """Keep who works here."""
        try:
            self._home.bench.set_person(name)
        except UserError as error:
            self._home.notice.say(str(error))
            self.ask_name(name)

    def begin_dossier(self, name: str) -> None:
        """A new dossier under the enterprise's name, opened at once."""
        try:
            made = self._home.bench.create(name)
        except UserError as error:
            self._home.notice.say(str(error))
            self.ask_new(name)
            return
        self._home.opened.emit(made)
