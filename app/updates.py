"""Updates by file: an installer, and beside it what its makers signed of it. Nothing is installed.

`zhengai_0.2.0_amd64.deb` comes with `zhengai_0.2.0_amd64.deb.update.json`: a statement (version,
platform, the installer's name, size and SHA-256, day, notes), and an Ed25519 signature over its
canonical spelling. The keys that are trusted lie in `resources/update-keys.txt`; a program without
one takes no update at all.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from app.outside import cause, read_plain
from app.progress import Progress
from app.signers import fingerprint
from app.version import ordered, version
from exporters.style import resource_path
from forms.errors import RuleRefusal, UserError

SUFFIX = ".update.json"
_FORMAT = "zhengai-update/1"
_CEILING = 1 << 16
_CHUNK = 8 << 20
_SYSTEMS = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}
_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed of an installer: bytes in `size`, `released` an ISO date, notes in Chinese."""

    version: str
    platform: str
    file: str
    size: int
    sha256: str
    released: str
    notes: str


@dataclass(frozen=True, slots=True)
class Update:
    """An installer that may be opened: whole, newer, for this system, and signed by a known key."""

    installer: Path
    statement: Statement
    key: bytes

    @property
    def fingerprint(self) -> str:
        """The signing key's in words."""
        return fingerprint(self.key)


def here() -> str:
    """This system as update files name it: ``linux-x86_64``, ``macos-arm64``."""
    system = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
    machine = platform.machine().lower()
    return f"{system}-{_MACHINES.get(machine, machine)}"


def trusted_keys(path: Path | None = None) -> tuple[bytes, ...]:
    """The Ed25519 keys (32 bytes) whose updates are taken: one a line, in base64, before a #."""
    lines = (path or resource_path("update-keys.txt")).read_text("utf-8").splitlines()
    held = (line.partition("#")[0].strip() for line in lines)
    return tuple(base64.b64decode(each, validate=True) for each in held if each)


def compose(statement: Statement, key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """What lies beside the installer: `sign` signs with the other half of `key`."""
    made = sign(_canonical(asdict(statement)))
    whole = {
        "format": _FORMAT,
        "statement": asdict(statement),
        "key": key.hex(),
        "signature": made.hex(),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def check(path: Path, keys: tuple[bytes, ...] | None = None) -> Iterator[Progress | Update]:
    """Look an update through: `path` is the installer or what lies beside it; the Update comes
    last.

    UserError where there is nothing that can be read, RuleRefusal for what must not be installed:
    signed by nobody known, damaged, for another system, or no newer than this program.
    """
    keys = trusted_keys() if keys is None else keys
    if not keys:
        raise RuleRefusal(
            "本程序没有随附更新签名的公钥，任何更新文件都不能核对，没有打开，"
            "请向提供本程序的单位索取安装程序。"
        )
    beside = path if path.name.endswith(SUFFIX) else path.with_name(path.name + SUFFIX)
    statement, key = _signed(beside, keys)
    _fits(statement)
    installer = beside.with_name(statement.file)
    yield from _compared(installer, statement)
    yield Update(installer, statement, key)


def _signed(path: Path, keys: tuple[bytes, ...]) -> tuple[Statement, bytes]:
    """The statement, once its signature holds: nothing in it is looked at before that."""
    if not path.is_file():
        raise UserError(f"没有找到“{path.name}”，没有核对，请把它与安装程序放在同一文件夹中再试。")
    rest = "没有核对，请重新取得更新文件。"
    whole = read_plain(path, _CEILING, rest)
    try:
        key = bytes.fromhex(whole["key"])
        if key not in keys:
            raise BadSignatureError
        VerifyKey(key).verify(_canonical(whole["statement"]), bytes.fromhex(whole["signature"]))
    except (BadSignatureError, ValueError, TypeError, KeyError):
        raise RuleRefusal(
            f"“{path.name}”不是由本程序认可的密钥签名，或签名后有改动，没有打开安装程序，"
            "请勿安装，并向提供方重新索取。"
        ) from None
    try:
        statement = Statement(**whole["statement"])
        ordered(statement.version)
        dt.date.fromisoformat(statement.released)
        plain = Path(statement.file).name == statement.file and "\\" not in statement.file
        known = whole["format"] == _FORMAT and isinstance(statement.notes, str)
        if not known or not plain or statement.size < 1:
            raise ValueError
    except (ValueError, TypeError, KeyError):
        raise UserError(f"“{path.name}”的格式本程序不能识别，{rest}") from None
    return statement, key


def _fits(statement: Statement) -> None:
    if statement.platform != here():
        name, _, machine = statement.platform.partition("-")
        raise RuleRefusal(
            f"更新文件用于 {_SYSTEMS.get(name, name)}（{machine}），与本机系统不符，没有打开，"
            f"请取用于 {here()} 的更新文件。"
        )
    if ordered(statement.version) <= ordered(version()):
        raise RuleRefusal(
            f"更新文件的版本 {statement.version} 不高于本机的 {version()}，没有打开，不需要更新。"
        )


def _compared(path: Path, statement: Statement) -> Iterator[Progress]:
    """Hold the installer to the size and hash that were signed."""
    digest, done = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                if done > statement.size:
                    break
                yield Progress(done, statement.size, f"正在核对“{path.name}”")
    except OSError as error:
        raise UserError(
            f"“{path.name}”不能读取（{cause(error)}），没有核对，"
            "请把安装程序与更新说明放在同一文件夹中再试。"
        ) from None
    if done != statement.size or digest.hexdigest() != statement.sha256:
        raise RuleRefusal(
            f"“{path.name}”与签名时不一致（可能没有复制完整，或有改动），没有打开，"
            "请勿安装，并重新复制或索取。"
        )


def _canonical(statement: Any) -> bytes:
    """The one spelling that is signed, with the format before it: no other signature fits."""
    spelt = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{_FORMAT}\n{spelt}".encode()
