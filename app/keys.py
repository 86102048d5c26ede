"""The store's keys: one master key, from which the database's and the files' keys are derived.

The master key lies in the operating system's keyring. Where there is none, and for the recovery
page in the safe, `keys.json` beside the store holds it sealed: under a passphrase (argon2id), and
under the recovery key, which is long enough to need no stretching. `keys.json` itself is no secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from app.durable import replace
from forms.errors import UserError

_FORMAT = "zhengai-keys/1"
_SERVICE = "zhengai"
KEY_FILE = "keys.json"
_OPS, _MEMORY = 3, 64 << 20
"""Argon2id as RFC 9106 has it for machines that are short of memory."""
_MOST_OPS, _MOST_MEMORY = 8, 256 << 20
"""What a `keys.json` from elsewhere may ask for: a few seconds, and no more than we have."""
PASSPHRASE_LEAST = 8
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U, which are misread."""
_RECOVERY = 32
"""Characters of a recovery key, 160 bits."""


class LockedError(UserError):
    """The store's key is not to be had without a passphrase or recovery key.

    `new` says that the store does not exist yet, and that a passphrase is to be chosen.
    """

    def __init__(self, message: str, *, new: bool = False) -> None:
        super().__init__(message)
        self.new = new


@dataclass(frozen=True, slots=True)
class Keys:
    """A master key of 32 bytes and what is derived from it; its representation tells nothing."""

    master: bytes = field(repr=False)

    @property
    def database(self) -> str:
        """SQLCipher's raw key, in hexadecimal."""
        return self._derived(b"database").hex()

    @property
    def files(self) -> bytes:
        """Seals the files."""
        return self._derived(b"files")

    @property
    def names(self) -> bytes:
        """Names the files: without it nobody can tell whether a known photo lies here."""
        return self._derived(b"names")

    def _derived(self, use: bytes) -> bytes:
        return hashlib.blake2b(key=self.master, person=use, digest_size=32).digest()


def new_keys() -> Keys:
    """Keys of a new master key; for a throw-away store they are kept nowhere."""
    return Keys(secrets.token_bytes(32))


class KeyFile:
    """`keys.json` of a data folder: where its master key is kept, and which vault it opens."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / KEY_FILE
        self._facts = self._read()

    @property
    def exists(self) -> bool:
        """Whether the store has keys already."""
        return bool(self._facts)

    @property
    def vault(self) -> str:
        """The name of the folder that these keys open."""
        return str(self._facts["vault"])

    @property
    def in_keyring(self) -> bool:
        """Whether the system's keyring holds the master key."""
        return bool(self._facts.get("keyring"))

    @property
    def has_passphrase(self) -> bool:
        """Whether a passphrase opens the store."""
        return "passphrase" in self._facts

    @property
    def has_recovery(self) -> bool:
        """Whether a recovery key was made."""
        return "recovery" in self._facts

    @property
    def short(self) -> str:
        """The store's name for people, who keep a recovery key for each: eight digits."""
        return self._name[:8].upper()

    def is_remembered(self, keys: Keys) -> bool:
        """Whether this machine's keyring gives these keys; it may take a moment to answer."""
        return self.in_keyring and _from_keyring(self._name) == keys.master

    def says_as(self, other: KeyFile) -> bool:
        """Whether both have read the same: then the keys of one are those of the other."""
        return self._facts == other._facts

    # -- opening ----------------------------------------------------------------------------------

    def unlock(self, secret: str = "") -> Keys:
        """The keys: from the keyring, else by a passphrase or recovery key.

        Raises LockedError where neither gives them.
        """
        if self.in_keyring:
            held = _from_keyring(self._name)
            if held is not None:
                return Keys(held)
        if not secret:
            raise LockedError(
                "数据已加密，本机的密钥环中没有这份数据的密钥，数据未受影响，"
                "请输入口令或恢复密钥后再打开。"
            )
        for kind, open_with in (("passphrase", _by_passphrase), ("recovery", _by_recovery)):
            sealed = self._facts.get(kind)
            if sealed is not None:
                with suppress(CryptoError, ValueError, KeyError, TypeError, binascii.Error):
                    return Keys(open_with(secret, sealed))
        raise LockedError("口令或恢复密钥不对，数据未受影响，请核对后重新输入。")

    def make(self, vault: str, passphrase: str = "") -> Keys:
        """New keys of a new store: kept in the keyring, or sealed under a passphrase.

        Nothing is written to the folder before `save`. Raises LockedError where there is no keyring
        and no passphrase was given.
        """
        return self.keep(new_keys(), vault, passphrase)

    def keep(self, keys: Keys, vault: str, passphrase: str = "") -> Keys:
        """Have these keys open `vault` from the next `save` on; an older recovery key does not."""
        if passphrase:
            _check(passphrase)
        facts: dict[str, Any] = {"format": _FORMAT, "store": uuid4().hex, "vault": vault}
        facts["keyring"] = hold_secret(_SERVICE, facts["store"], _text(keys.master))
        if not facts["keyring"] or passphrase:
            _check(passphrase)
            facts["passphrase"] = _sealed_by_passphrase(passphrase, keys.master)
        self._facts = facts
        return keys

    # -- keeping ----------------------------------------------------------------------------------

    def save(self) -> None:
        """Write what was decided; whole or not at all. OSError where that is not to be had."""
        text = json.dumps(self._facts, ensure_ascii=False, indent=1)
        replace(self.path, text.encode())

    def set_passphrase(self, keys: Keys, passphrase: str) -> None:
        """Let a passphrase open the store too, in place of the one before."""
        _check(passphrase)
        self._facts["passphrase"] = _sealed_by_passphrase(passphrase, keys.master)
        self.save()

    def make_recovery(self, keys: Keys) -> str:
        """A new recovery key, in groups of four; the one before opens nothing any more.

        It is shown once, and kept nowhere.
        """
        made = "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY))
        sealed = SecretBox(_stretched(made)).encrypt(keys.master)
        self._facts["recovery"] = {"sealed": _text(sealed)}
        self.save()
        return "-".join(made[at : at + 4] for at in range(0, _RECOVERY, 4))

    def remember(self, keys: Keys) -> bool:
        """Put the key into this machine's keyring, after a recovery; False where there is none."""
        self._facts["keyring"] = hold_secret(_SERVICE, self._name, _text(keys.master))
        self.save()
        return bool(self._facts["keyring"])

    def forget(self) -> None:
        """Take the key out of the keyring: without passphrase or recovery key the store is lost."""
        if self.in_keyring:
            drop_secret(_SERVICE, self._name)

    @property
    def _name(self) -> str:
        return str(self._facts["store"])

    def _read(self) -> dict[str, Any]:
        try:
            facts = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            facts = None
        if not isinstance(facts, dict) or facts.get("format") != _FORMAT or not _named(facts):
            raise UserError(
                f"密钥说明“{KEY_FILE}”已损坏，数据未受影响，"
                "请从 vault 文件夹内的 backups 复制同名文件后再打开。"
            )
        return facts


def _named(facts: dict[str, Any]) -> bool:
    """Whether its names are such as this module gives: they become paths and keyring entries."""
    store, vault = facts.get("store"), facts.get("vault")
    return (
        isinstance(store, str)
        and store.isalnum()
        and isinstance(vault, str)
        and vault.replace("-", "").isalnum()
    )


# -- secrets --------------------------------------------------------------------------------------


def _check(passphrase: str) -> None:
    if not passphrase:
        raise LockedError(
            "本机没有可用的系统密钥环，尚未建立任何数据，请设定口令后再打开；"
            "使用命令的，请以 --passphrase-file 或环境变量 ZHENGAI_PASSPHRASE 给出口令。",
            new=True,
        )
    if len(passphrase) < PASSPHRASE_LEAST:
        raise LockedError(
            f"口令少于 {PASSPHRASE_LEAST} 个字符，没有采用，请换一个较长的。", new=True
        )


def _sealed_by_passphrase(passphrase: str, master: bytes) -> dict[str, Any]:
    salt = secrets.token_bytes(pwhash.argon2id.SALTBYTES)
    key = pwhash.argon2id.kdf(32, passphrase.encode(), salt, _OPS, _MEMORY)
    sealed = SecretBox(key).encrypt(master)
    return {"salt": _text(salt), "ops": _OPS, "memory": _MEMORY, "sealed": _text(sealed)}


def _by_passphrase(passphrase: str, kept: dict[str, Any]) -> bytes:
    ops, memory = kept["ops"], kept["memory"]
    if not (isinstance(ops, int) and isinstance(memory, int)):
        raise TypeError("no numbers")
    if ops > _MOST_OPS or memory > _MOST_MEMORY:
        raise ValueError("asks for more than this program ever does")
    salt = base64.b64decode(kept["salt"])
    key = pwhash.argon2id.kdf(32, passphrase.encode(), salt, ops, memory)
    return SecretBox(key).decrypt(base64.b64decode(kept["sealed"]))


def _by_recovery(typed: str, kept: dict[str, Any]) -> bytes:
    plain = typed.upper().translate(str.maketrans("ILO", "110"))
    plain = "".join(letter for letter in plain if letter in _ALPHABET)
    return SecretBox(_stretched(plain)).decrypt(base64.b64decode(kept["sealed"]))


def _stretched(recovery: str) -> bytes:
    """160 random bits need no slow hash."""
    return hashlib.blake2b(recovery.encode(), person=b"recovery", digest_size=32).digest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


# -- the system's keyring -------------------------------------------------------------------------


def keyring_name() -> str:
    """The name of the keyring that holds keys here; "" where there is none to be trusted.

    The null backend forgets what it is given, and others write it in clear: they are none. Of
    several strung together it is the first that is given a key.
    """
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    first = next(iter(getattr(backend, "backends", [backend])), None)
    if first is None or isinstance(first, fail.Keyring | null.Keyring):
        return ""
    return "" if "plaintext" in type(first).__qualname__.lower() else str(first.name)


def held_secret(service: str, name: str) -> str | None:
    """What the keyring holds under a name; None where it holds nothing, or there is none."""
    import keyring

    found = _trying(lambda: keyring.get_password(service, name))
    return found if isinstance(found, str) else None


def hold_secret(service: str, name: str, secret: str) -> bool:
    """Whether it is there: what was put in is read back, for some keyrings keep nothing."""
    import keyring

    _trying(lambda: keyring.set_password(service, name, secret))
    held = held_secret(service, name)
    return held is not None and secrets.compare_digest(held.encode(), secret.encode())


def drop_secret(service: str, name: str) -> None:
    """Take it out of the keyring, if it is there."""
    import keyring

    _trying(lambda: keyring.delete_password(service, name))


def _trying(call: Callable[[], Any]) -> Any:
    """None where the keyring refuses: it may be locked, or its service be away."""
    from keyring.errors import KeyringError

    if not keyring_name():
        return None
    try:
        return call()
    except (KeyringError, OSError, RuntimeError):
        return None


def _from_keyring(name: str) -> bytes | None:
    held = held_secret(_SERVICE, name)
    with suppress(binascii.Error, TypeError, ValueError):
        master = base64.b64decode(held or "", validate=True)
        return master if len(master) == 32 else None
    return None
