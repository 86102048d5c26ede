"""A new master key: everything is sealed anew into a new vault beside the old one.

Only when the new vault is whole does `keys.json` name it, in one step; whatever stops the work
before leaves the old one in use. It takes as much room again while it lasts.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

from app import database, durable
from app.keys import KeyFile, Keys, new_keys
from app.outside import cause
from app.progress import Progress
from app.store import KEPT, KEPT_FILES, Store
from app.vault import Kept, Vault
from forms.errors import UserError


def change_keys(store: Store, passphrase: str = "") -> Iterator[Progress]:
    """Seal everything under a new key, with which the store goes on.

    Nobody may write meanwhile. Backups are sealed anew too; a file that is damaged stays behind in
    the old vault, which is then kept and named in the last Progress. An older recovery key and
    passphrase open nothing any more. Raises UserError, and changes nothing, where it fails.
    """
    old = store.key_file.vault
    vault = f"vault-{int(old.partition('-')[2] or 0) + 1}"
    key_file = KeyFile(store.folder)
    keys = key_file.keep(new_keys(), vault, passphrase)
    made = store.folder / f"{vault}.new"
    try:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(store.folder / vault, ignore_errors=True)
        (made / "backups").mkdir(parents=True)
        left = yield from _sealed_anew(store, keys, made)
        durable.sync_folder(made / "backups")
        durable.sync_folder(made)
        if left:
            durable.replace(store.home / KEPT, b"")
        durable.place(made, store.folder / vault)
        _decided(key_file, vault)
    except (OSError, database.DatabaseError) as error:
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(store.folder / vault, ignore_errors=True)
        key_file.forget()
        raise UserError(
            f"密钥没有更换（{cause(error)}），仍用原来的密钥，数据未受影响，请检查磁盘空间后重试。"
        ) from error
    store.engine.dispose()
    before = store.key_file
    store.use(key_file, keys, vault)
    if left:
        yield Progress(1, 1, "密钥已更换", f"{left} 个损坏的存件留在“{old}”文件夹内，没有删除。")
        return
    shutil.rmtree(store.folder / old, ignore_errors=True)
    before.forget()
    yield Progress(1, 1, "密钥已更换")


def _decided(key_file: KeyFile, vault: str) -> None:
    """Save the new keys; OSError means that they are not in use, and that alone."""
    try:
        key_file.save()
    except OSError:
        if KeyFile(key_file.path.parent).vault != vault:
            raise


def _sealed_anew(store: Store, keys: Keys, made: Path) -> Generator[Progress, None, int]:
    """Fill the new vault; answers with how many files could not be read."""
    yield Progress(0, 0, "正在以新密钥加密数据库")
    _resealed(store.database, store.keys, made / "zhengai.db", keys)
    for backup in sorted((store.home / "backups").glob("*.db")):
        _resealed(backup, store.keys, made / "backups" / backup.name, keys)
    with closing(database.connect(store.database, store.keys)) as raw:
        named = raw.execute(KEPT_FILES).fetchall()
    target, left = Vault(made / "files", keys), 0
    for done, (area, digest) in enumerate(named, 1):
        kept = Kept(store.vault, area, digest)
        try:
            if digest and kept.exists():
                target.stage(area, digest, kept.pieces()).place()
        except UserError:
            left += 1
        yield Progress(done, len(named), "正在以新密钥加密照片和附件")
    return left


def _resealed(path: Path, old: Keys, target: Path, new: Keys) -> None:
    database.reseal(path, old, target, new)
    durable.sync(target)
