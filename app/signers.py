"""Who signs: this device's keys, and those of colleagues whose fingerprints were compared.

The keys lie in the encrypted store and are derived from nothing, so that a change of the store's
keys keeps them. A data folder that was copied is another device, and signs with a key of its own.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey
from pyrage import RecipientError, x25519
from sqlmodel import col, delete, select

from app.durable import replace
from app.outside import cause, read_plain
from app.store import Store
from app.tables import Meta
from exporters.style import resource_path
from forms.errors import UserError

CONTACT_FILE = "联系密钥.json"
_CONTACT = "zhengai-contact/1"
_CONTACT_CEILING = 1 << 16
_OWN, _MET = "signing", "signer:"
_NAME_MOST = 40
_WORDS, _BITS = 8, 9
_making = threading.Lock()


class Standing(StrEnum):
    """What this store knows of a signer."""

    OWN = "own"
    KNOWN = "known"
    UNKNOWN = "unknown"
    NAMESAKE = "namesake"
    """Unknown, and bears the name of somebody known."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A person at a device: Ed25519 key (32 bytes), the name given with it, age recipient.

    `confirmed_on` (ISO date) is when the fingerprint was compared; "" where it was not.
    """

    key: bytes
    name: str
    recipient: str
    confirmed_on: str = ""

    @property
    def fingerprint(self) -> str:
        """The key's in words."""
        return fingerprint(self.key)


@cache
def words() -> tuple[str, ...]:
    """The 512 words of fingerprints: of two characters, none of which sounds like another."""
    lines = resource_path("words.txt").read_text("utf-8").splitlines()
    return tuple(line.split()[0] for line in lines)


def fingerprint(key: bytes) -> str:
    """A public key as eight words to be read over the telephone: 72 bits of its BLAKE2b."""
    digest = hashlib.blake2b(key, digest_size=_WORDS * _BITS // 8, person=b"fingerprint").digest()
    number, most = int.from_bytes(digest, "big"), (1 << _BITS) - 1
    places = [number >> _BITS * place & most for place in reversed(range(_WORDS))]
    return " ".join(words()[place] for place in places)


@dataclass(frozen=True, slots=True)
class _Own:
    """As it is kept: the device that the keys are of, the signing key's seed, the age key, and the
    age keys of devices that this folder was before, to which bundles may still be closed."""

    device: str
    seed: str = field(repr=False)
    age: str = field(repr=False)
    older: tuple[str, ...] = field(default=(), repr=False)


class Signers:
    """The signers of one open store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- this device ------------------------------------------------------------------------------

    def own(self, name: str = "") -> Signer:
        """This device's public keys, with the name of who works at it."""
        kept = self._own()
        key = bytes(_signing_key(kept).verify_key)
        return Signer(key, name, str(x25519.Identity.from_str(kept.age).to_public()))

    def signs(self) -> Callable[[bytes], bytes]:
        """What signs with this device's key."""
        key = _signing_key(self._own())
        return lambda message: key.sign(message).signature

    def identities(self) -> tuple[str, ...]:
        """The age keys that open what was closed for this device; secrets."""
        kept = self._own()
        return kept.age, *kept.older

    def _own(self) -> _Own:
        device = str(self._store.device)
        with _making:
            raw = self._store.setting(_OWN)
            kept = _Own(**json.loads(raw)) if raw else None
            if kept is not None and kept.device == device:
                return kept
            seed = base64.b64encode(bytes(SigningKey.generate())).decode()
            older = (kept.age, *kept.older) if kept else ()
            made = _Own(device, seed, str(x25519.Identity.generate()), older)
            self._store.set_setting(_OWN, json.dumps(asdict(made)))
            return made

    # -- colleagues -------------------------------------------------------------------------------

    def known(self) -> list[Signer]:
        """The colleagues whose fingerprints were compared, by name."""
        with self._store.session() as session:
            rows = session.exec(select(Meta).where(col(Meta.key).startswith(_MET))).all()
        found = []
        for row in rows:
            facts = json.loads(row.value)
            found.append(Signer(bytes.fromhex(row.key.removeprefix(_MET)), **facts))
        return sorted(found, key=lambda each: (each.name, each.key))

    def confirm(self, signer: Signer) -> None:
        """Somebody compared the words: the signer is known from now on."""
        facts = {
            "name": signer.name,
            "recipient": signer.recipient,
            "confirmed_on": dt.date.today().isoformat(),
        }
        self._store.set_setting(f"{_MET}{signer.key.hex()}", json.dumps(facts, ensure_ascii=False))

    def forget(self, key: bytes) -> None:
        """A colleague left, or lost the device: the signer is unknown again."""
        with self._store.session() as session:
            session.exec(delete(Meta).where(col(Meta.key) == f"{_MET}{key.hex()}"))
            session.commit()

    def standing(self, key: bytes, name: str) -> Standing:
        """What is known of the signer of a bundle, who gave that name."""
        if key == self.own().key:
            return Standing.OWN
        known = self.known()
        if any(each.key == key for each in known):
            return Standing.KNOWN
        same = name and any(each.name == name for each in known)
        return Standing.NAMESAKE if same else Standing.UNKNOWN


def _signing_key(kept: _Own) -> SigningKey:
    return SigningKey(base64.b64decode(kept.seed))


# -- the contact file -----------------------------------------------------------------------------


def contact(signers: Signers, name: str) -> bytes:
    """`联系密钥.json` of this device: what a colleague needs to close bundles for it, and to know
    its signature. It holds no secret."""
    own = signers.own(name)
    facts = {
        "format": _CONTACT,
        "name": own.name,
        "key": own.key.hex(),
        "recipient": own.recipient,
        "words": own.fingerprint,
    }
    made = signers.signs()(spelled(facts))
    whole = {**facts, "signature": made.hex()}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def save_contact(signers: Signers, name: str, path: Path) -> None:
    """Write this device's contact file. UserError where that is not to be had."""
    try:
        replace(path, contact(signers, name))
    except OSError as error:
        raise UserError(
            f"“{path.name}”没有写成（{cause(error)}），密钥未受影响，请换一个文件夹。"
        ) from error


def read_contact(path: Path) -> Signer:
    """The signer of a colleague's contact file, not yet confirmed. UserError where it is none."""
    rest = "没有收入，已有的联系人未变，请让对方重新导出联系密钥。"
    found = read_plain(path, _CONTACT_CEILING, rest)
    try:
        facts = {name: value for name, value in found.items() if name != "signature"}
        key = bytes.fromhex(facts["key"])
        VerifyKey(key).verify(spelled(facts), bytes.fromhex(found["signature"]))
        recipient = str(x25519.Recipient.from_str(facts["recipient"]))
        name = "".join(c for c in facts["name"] if c.isprintable()).strip()[:_NAME_MOST]
        sound = facts["format"] == _CONTACT
    except (AttributeError, KeyError, TypeError, ValueError, RecipientError, BadSignatureError):
        sound = False
    if not sound:
        raise UserError(f"“{path.name}”不是联系密钥，或已被改动，{rest}")
    return Signer(key, name, recipient)


def spelled(facts: dict[str, Any]) -> bytes:
    """A contact's facts as they are signed, led by what they are."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{_CONTACT}\n{text}".encode("utf-8", "surrogatepass")
