"""A bundle's signature: who says that this is what they packed, and how far its log had come.

`signature.json` holds a statement, its signer's Ed25519 key and the signature over the statement's
canonical spelling. The statement names the dossier, the hash of the manifest and, for each device,
the head of its chain in `changes.jsonl`. The manifest lists the signature like every other file, so
that a program that knows of no signatures finds nothing wrong; what is signed is the manifest
without that entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

SIGNATURE = "signature.json"
CHANGES = "changes.jsonl"
_FORMAT = "zhengai-signature/1"
CEILING = 1 << 20
"""Bytes of a signature; a head takes 130, and no dossier sees thousands of devices."""
LINE_CEILING, LOG_CEILING = 4 << 20, 128 << 20
"""Bytes of a line of `changes.jsonl`, and of all of it."""
_NAME_MOST = 40

Heads = dict[str, tuple[int, str]]
"""By device: the counter and the link of the last row of its chain."""


class State(StrEnum):
    """What a signature is worth."""

    GOOD = "good"
    CHANGED = "changed"
    """Of this dossier, but the manifest is another one than was signed."""
    STALE = "stale"
    """Of an earlier bundle: the log has gone on since."""
    HEADS = "heads"
    """The manifest is the one that was signed, the log is not."""
    FOREIGN = "foreign"
    """Of another dossier's bundle."""
    BROKEN = "broken"
    """No signature that can be read, or not by the key that it names."""


@dataclass(frozen=True, slots=True)
class Signing:
    """With what to sign: the key's public half (32 bytes), who holds it, and the call that signs.

    `heads` are those of the log that is packed; `at` wall time with offset, for display alone.
    """

    name: str
    device: str
    key: bytes
    at: str
    heads: Heads
    sign: Callable[[bytes], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that was looked at. Name and key are those of whoever made the statement, and
    are empty where it is BROKEN: then nobody did."""

    state: State
    name: str = ""
    key: bytes = b""
    at: str = ""


_BROKEN = Signature(State.BROKEN)


def compose(manifest: dict[str, Any], signing: Signing) -> bytes:
    """`signature.json` for a manifest that does not list it yet."""
    heads = [[device, *signing.heads[device]] for device in sorted(signing.heads)]
    statement = {
        "format": _FORMAT,
        "name": signing.name[:_NAME_MOST],
        "device": signing.device,
        "at": signing.at,
        "dossier": manifest.get("dossier"),
        "manifest": _digest(manifest),
        "heads": heads,
    }
    made = signing.sign(_canonical(statement))
    whole = {"statement": statement, "key": signing.key.hex(), "signature": made.hex()}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def check(raw: bytes, manifest: dict[str, Any], log: Iterable[bytes] | None) -> Signature:
    """What a signature says of a manifest, and of the lines of the log that lies beside it.

    `log` None says that the log is not what the manifest lists, which is named elsewhere.
    """
    try:
        whole = json.loads(raw)
        statement, key = whole["statement"], bytes.fromhex(whole["key"])
        VerifyKey(key).verify(_canonical(statement), bytes.fromhex(whole["signature"]))
        signed = {
            str(device): (int(counter), str(link)) for device, counter, link in statement["heads"]
        }
        made = Signature(State.GOOD, _plain(statement["name"]), key, _plain(statement["at"]))
        sound = statement["format"] == _FORMAT
    except (ValueError, TypeError, KeyError, RecursionError, BadSignatureError):
        return _BROKEN
    if not sound:
        return _BROKEN
    return Signature(_state(statement, signed, manifest, log), made.name, made.key, made.at)


def _state(
    statement: dict[str, Any],
    signed: Heads,
    manifest: dict[str, Any],
    log: Iterable[bytes] | None,
) -> State:
    if statement.get("dossier") != manifest.get("dossier"):
        return State.FOREIGN
    same = statement.get("manifest") == _digest(manifest)
    if log is None:
        return State.GOOD if same else State.CHANGED
    try:
        found, passed = heads(log, signed)
    except ValueError:
        return State.HEADS if same else State.CHANGED
    if same:
        return State.GOOD if found == signed else State.HEADS
    return State.STALE if found != signed and passed else State.CHANGED


def heads(lines: Iterable[bytes], sought: Heads | None = None) -> tuple[Heads, bool]:
    """The chains' heads in a log's lines, and whether all those sought are rows of it.

    Raises ValueError where a line is no row, or the log is beyond all bounds.
    """
    found: Heads = {}
    left = {(device, *head) for device, head in (sought or {}).items()}
    total = 0
    for line in lines:
        total += len(line)
        if len(line) > LINE_CEILING or total > LOG_CEILING:
            raise ValueError("too long a log")
        device, counter, link = _row(line)
        left.discard((device, counter, link))
        if device not in found or found[device][0] < counter:
            found[device] = counter, link
    return found, not left


def _row(line: bytes) -> tuple[str, int, str]:
    try:
        row = json.loads(line)
        device, counter, link = row["device"], row["counter"], row["link"]
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError("no row") from error
    if not isinstance(device, str) or type(counter) is not int or not isinstance(link, str):
        raise ValueError("no row")
    return device, counter, link


def _digest(manifest: dict[str, Any]) -> str:
    files = [item for item in manifest["files"] if item["name"] != SIGNATURE]
    return hashlib.sha256(_canonical({**manifest, "files": files})).hexdigest()


def _canonical(value: Any) -> bytes:
    """One spelling a value, whoever wrote the file; led by what it is, so that a signature under
    something else the key signs is none under this."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{_FORMAT}\n{text}".encode("utf-8", "surrogatepass")


def _plain(text: Any) -> str:
    """A name from outside as it may be shown: one line, nothing invisible, not long."""
    if not isinstance(text, str):
        raise TypeError("no text")
    return "".join(c for c in text if c.isprintable())[:_NAME_MOST]
