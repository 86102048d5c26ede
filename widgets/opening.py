"""What the start does off the main thread, as generators for the job runner; each loads its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from forms.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.keys import KeyFile, Keys
    from app.salvage import Rescue
    from app.store import Store
    from app.workbench import Workbench

T = TypeVar("T")


def ready() -> None:
    """Import what opens a store."""
    import app.database
    import app.portfolio
    import app.store  # noqa: F401


def opening(named: Path | None, secret: str) -> Iterator[Store | Rescue | Exception]:
    """Open the folder, or find what can be had back of it; refusals are handed over whole."""
    from app.data_folder import default_folder

    folder = named or default_folder()
    unlocked = _unlocked(folder, secret)  # before anything is imported that another thread imports
    import datetime as dt

    from app import portfolio
    from app.database import told
    from app.store import Store

    def opened() -> Store:
        with told():
            store = Store(folder, secret, unlocked=unlocked)
            try:
                portfolio.page(store, portfolio.Query(), dt.date.today())
            except BaseException:
                store.close()
                raise
            return store

    yield _or_rescue(opened, folder, secret)


def _unlocked(folder: Path, secret: str) -> tuple[KeyFile, Keys] | None:
    """The keys, where a passphrase gives them; what it is refused for the store says in its turn.

    The keyring is left to the store: it may ask the person, and is not to ask twice.
    """
    from app.keys import KeyFile

    try:
        key_file = KeyFile(folder)
        if secret and key_file.exists and not key_file.in_keyring:
            return key_file, key_file.unlock(secret)
    except UserError:
        pass
    return None


def loading(store: Store, secret: str) -> Iterator[tuple[Workbench, str] | Rescue | Exception]:
    """Load what works on dossiers, over an open store; with it the name of the keyring that could
    hold the key, where a secret was asked for."""
    from app.keys import keyring_name

    def loaded() -> tuple[Workbench, str]:
        import widgets.dossier_window  # noqa: F401 - the first dossier opens the sooner
        from app.workbench import Workbench

        return Workbench.over(store), keyring_name() if secret else ""

    yield _or_rescue(loaded, store.folder, secret)


def _or_rescue(work: Callable[[], T], folder: Path, secret: str) -> T | Rescue | Exception:
    """What `work` makes; of a damaged store what can be had back; else what it raised."""
    from app.database import DamagedStoreError

    try:
        try:
            return work()
        except DamagedStoreError:
            from app.salvage import survey

            return survey(folder, secret)
    except Exception as error:
        return error


def restoring(folder: Path, rescue: Rescue) -> Iterator[Any]:
    """Have the data back; what that is refused for is handed over."""
    from app.salvage import restore

    try:
        yield from restore(folder, rescue)
    except UserError as error:
        yield error


def checking(bench: Workbench) -> Iterator[list[str]]:
    """The store's problems, which it is looked through for again at the next start."""
    problems = bench.store.integrity()
    if problems:
        bench.store.unsettle()
    yield problems
