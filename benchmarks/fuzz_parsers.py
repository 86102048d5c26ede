"""Broken files without end before every parser of what comes from outside, but for photos.

    python -m benchmarks.fuzz_parsers [--minutes 10] [--only PARSER …] [--seed N] [--save FOLDER]

`--minutes` is for each parser. Good files are broken in their bytes and in their structure (values
of another kind, nesting, repetition), an archive's also within its members, which are then packed
again. Exits with 1 where a parser raises anything but a Chinese sentence, or takes longer than
HANG_SECONDS of processor time. `--save` keeps those files. Photos have `fuzz_photos`.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from nacl.signing import SigningKey
from pyrage import x25519

from app import return_file, signers
from app.exchange import Reader, read_file
from app.foreign_log import read_rows as read_rows_of
from app.foreign_table import read_rows
from app.keys import KeyFile
from app.log import CHAIN_START, LogRow, canonical, chain_link, payload_hash
from app.outside import read_plain
from app.packs import load_pack
from benchmarks.hostile_photos import mutated
from exporters import bundle, bundle_signature
from exporters.bundle import Member
from exporters.style import resource_path
from exporters.style_file import read_style_file
from forms.errors import UserError
from grading.sheet import parse_sheet

HANG_SECONDS = 10.0
SENTENCE = re.compile(r".*[\u4e00-\u9fff].*。", re.DOTALL)
_EXTREMES: tuple[Any, ...] = (
    None, True, "", "x" * 5000, "\ud800", "\0", -1, 10**400, 1e308, float("nan"), [], {}, [[]],
    "../a", "9" * 5000, "2025-02-30", "🏭", [{}] * 50, {"": {"": {}}},
)  # fmt: skip


@dataclass(frozen=True)
class Parser:
    """A parser: good files by name, and what reads one of them from a path."""

    seeds: dict[str, bytes]
    read: Callable[[Path], object]


@dataclass
class Tally:
    """What was found out so far."""

    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


def parsers() -> dict[str, Parser]:
    """Every parser by the name it has on the command line."""
    log = b"\n".join(
        json.dumps({"device": "d", "counter": n, "link": f"{n:064x}"}).encode() for n in range(20)
    )
    pack = load_pack()
    options = {item.name: [item.options[0].key] for item in pack.instrument.items}
    answers = {"items": options, "scenes": {}}
    sample = next(iter(sorted(resource_path("samples").rglob("*.yaml")))).read_bytes()
    mapping = yaml.load(sample, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    short = {key: value[:3] if isinstance(value, list) else value for key, value in mapping.items()}
    text = json.dumps(short, ensure_ascii=False, default=str)
    return {
        "json": Parser({"a.json": text.encode()}, lambda path: Reader(read_file(path)).edits()),
        "yaml": Parser(
            {"a.yaml": yaml.safe_dump(json.loads(text), allow_unicode=True).encode()},
            lambda path: Reader(read_file(path)).edits(),
        ),
        "answers": Parser(
            {"a.json": json.dumps(answers, ensure_ascii=False).encode()},
            lambda path: parse_sheet(read_plain(path, 1 << 20, "没有评分。"), pack.instrument),
        ),
        "bundle": Parser({"a.zip": _bundle(log)}, bundle.verify),
        "log": Parser({"a.jsonl": log}, _heads),
        "xlsx": Parser({"a.xlsx": _workbook()}, read_rows),
        "csv": Parser({"a.csv": "企业名称,联系人\n示例厂,王示例\n".encode() * 20}, read_rows),
        "style": Parser({"a.docx": _document()}, read_style_file),
        "rows": Parser({"a.jsonl": _rows()}, _taken),
        "contact": Parser({"a.json": _contact(_CONTACT)}, _met),
        "opinion": Parser({"a.json": _opinion()}, _understood),
        "keys": Parser({"keys.json": _keys()}, lambda path: KeyFile(path.parent).unlock("x")),
    }


_DOSSIER = UUID(int=7)
_CONTACT = {"name": "示例", "recipient": str(x25519.Identity.generate().to_public())}


def _rows() -> bytes:
    """A log of one device, with a row that supersedes another."""
    made, last = [], CHAIN_START
    for number in range(1, 9):
        value = canonical(f"示例 {number}")
        row = LogRow(
            id=UUID(int=number), dossier_id=_DOSSIER, form="enterprise", record_id=UUID(int=100),
            field="name", value=value, salt="ab", payload_hash=payload_hash("ab", value),
            supersedes=canonical([str(UUID(int=number - 1))] if number > 1 else []),
            counter=number, device=UUID(int=9), person="示例", at="2025-06-17T09:00:00+08:00",
        )  # fmt: skip
        row.link = last = chain_link(last, row)
        made.append(json.dumps(row.model_dump(mode="json", exclude={"live"}), ensure_ascii=False))
    return "\n".join(made).encode()


def _taken(path: Path) -> object:
    """Lines are tried one by one, too: a broken chain would hide what is in them."""
    try:
        return read_rows_of([path.read_bytes()], _DOSSIER, path.name)
    finally:
        for line in path.read_bytes().splitlines():
            with suppress(UserError):
                read_rows_of([line], _DOSSIER, path.name)


def _contact(facts: Any) -> bytes:
    """A contact file that says that, signed."""
    key = SigningKey(bytes(32))
    whole = {"format": "zhengai-contact/1", "key": bytes(key.verify_key).hex()}
    whole |= facts if isinstance(facts, dict) else {"name": facts}
    whole.pop("signature", None)
    signature = key.sign(signers.spelled(whole)).signature.hex()
    return json.dumps({**whole, "signature": signature}).encode()


def _met(path: Path) -> object:
    """What is broken is signed again, as its maker might."""
    with suppress(ValueError, RecursionError):
        path.write_bytes(_contact(json.loads(path.read_bytes())))
    return signers.read_contact(path)


def _opinion() -> bytes:
    whole = {
        "format": return_file.FORMAT, "dossier": str(_DOSSIER), "enterprise": "示例厂",
        "provider": "示例服务商", "opinion": {"number": "1", "office": "示例局"},
        "points": [{"text": "照片不足"}, {"text": "时长不足", "due": "2025-07-01"}],
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False).encode()


def _understood(path: Path) -> object:
    """ValueError is how it says so: its caller has the sentence."""
    try:
        return return_file.understood(path.read_bytes(), bytes(32))
    except ValueError:
        raise UserError("退回意见不合规定。") from None


def _heads(path: Path) -> object:
    """ValueError is how it says so: its callers have the sentence."""
    try:
        return bundle_signature.heads(path.read_bytes().splitlines())
    except ValueError:
        raise UserError("修改记录不合规定。") from None


def _bundle(log: bytes) -> bytes:
    stream = io.BytesIO()
    members = [Member("核验单.pdf", b"%PDF" * 50), Member("changes.jsonl", log)]
    list(bundle.write(members, {"enterprise": "示例厂"}, stream))
    return stream.getvalue()


def _workbook() -> bytes:
    import openpyxl

    made, stream = openpyxl.Workbook(), io.BytesIO()
    assert made.active is not None
    for row in (
        ["企业名称", "联系人", "日期"],
        ["示例厂", "王示例", 45000.5],
        ["=1+1", None, True],
    ):
        made.active.append(row)
    made.save(stream)
    return stream.getvalue()


def _document() -> bytes:
    import docx

    made, stream = docx.Document(), io.BytesIO()
    made.add_heading("示例", 1)
    made.add_paragraph("示例")
    made.save(stream)
    return stream.getvalue()


def _keys() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = KeyFile(Path(folder))
        made.make("vault-1", "passphrase")
        made.save()
        return made.path.read_bytes().replace(b'"keyring": true', b'"keyring": false')


# -- breaking --------------------------------------------------------------------------------------


def broken(name: str, data: bytes, chance: random.Random) -> bytes:
    """A good file with something broken."""
    if zipfile.is_zipfile(io.BytesIO(data)) and chance.random() < 0.7:
        return _repacked(data, chance)
    if name.endswith((".json", ".yaml", ".jsonl")) and chance.random() < 0.6:
        return _restructured(name, data, chance)
    return mutated(data, [data], chance)


def _repacked(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = {info.filename: archive.read(info) for info in archive.infolist()}
    for _ in range(chance.choice((1, 1, 2, 4))):
        name = chance.choice(list(content))
        if name.endswith(".json") and chance.random() < 0.6:
            content[name] = _restructured(name, content[name], chance)
        elif chance.random() < 0.05:
            content[chance.choice(list(content))] = content[name]
        else:
            content[name] = mutated(content[name], list(content.values()), chance)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in content.items():
            archive.writestr(name, each)
    return stream.getvalue()


def _restructured(name: str, data: bytes, chance: random.Random) -> bytes:
    """The same format with a value changed somewhere; what cannot be read any more is left so."""
    try:
        lines = data.splitlines() if name.endswith(".jsonl") else [data]
        at = chance.randrange(len(lines))
        plain = yaml.safe_load(lines[at]) if name.endswith(".yaml") else json.loads(lines[at])
        for _ in range(chance.choice((1, 1, 2, 5))):
            plain = _changed(plain, chance)
        if name.endswith(".yaml"):
            return yaml.safe_dump(plain, allow_unicode=True).encode("utf-8", "surrogatepass")
        lines[at] = json.dumps(plain, ensure_ascii=chance.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )
        return b"\n".join(lines)
    except (ValueError, yaml.YAMLError, IndexError):
        return mutated(data, [data], chance)


def _changed(value: Any, chance: random.Random) -> Any:
    """A value with one place in it changed: an extreme, doubled, dropped, or wrapped."""
    inside = bool(value) and isinstance(value, dict | list)
    if inside and chance.random() < 0.85:
        key = chance.choice(list(value) if isinstance(value, dict) else list(range(len(value))))
        made = value.copy()
        if chance.random() < 0.1:
            del made[key]
        elif isinstance(made, dict) and chance.random() < 0.1:
            made[str(chance.choice(_EXTREMES))[:50]] = made[key]
        else:
            made[key] = _changed(made[key], chance)
        return made
    choice = chance.randrange(4)
    if choice == 0:
        for _ in range(chance.choice((1, 5, 60))):
            value = [value] if chance.random() < 0.5 else {"a": value}
        return value
    return value * 2 if choice == 1 and isinstance(value, list | str) else chance.choice(_EXTREMES)


# -- trying ----------------------------------------------------------------------------------------


def tried(parser: Parser, name: str, data: bytes, folder: Path) -> tuple[str, float]:
    """What came of one file: read, refused, or what is wrong; and the seconds it took."""
    path = folder / name
    path.write_bytes(data)
    began = time.process_time()
    try:
        parser.read(path)
        outcome = "read"
    except UserError as error:
        outcome = "refused" if SENTENCE.fullmatch(str(error)) else f"said {str(error)[:200]!r}"
    except Exception as error:
        outcome = f"{type(error).__name__}: {str(error)[:200]}"
    took = time.process_time() - began
    return (outcome if took < HANG_SECONDS else f"took {took:.1f} s"), took


def stream(parser: Parser, seed: int) -> Iterator[tuple[str, bytes]]:
    """Broken files of a parser without end."""
    chance = random.Random(seed)
    while True:
        name = chance.choice(list(parser.seeds))
        yield name, broken(name, parser.seeds[name], chance)


def run(parser: Parser, seed: int, more: Callable[[int], bool], save: Path | None = None) -> Tally:
    """Try one file after another as long as there is to be `more` after so many."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as made:
        for number, (name, data) in enumerate(stream(parser, seed)):
            if not more(number):
                return tally
            outcome, took = tried(parser, name, data, Path(made))
            tally.slowest = max(tally.slowest, took)
            tally.seen[outcome if outcome in ("read", "refused") else "fault"] += 1
            if outcome not in ("read", "refused"):
                tally.faults.append(f"{number}-{name}: {outcome}")
                if save is not None:
                    (save / f"{number}-{name}").write_bytes(data)
    return tally


def _before(end: float, _number: int) -> bool:
    return time.monotonic() < end


def main() -> int:
    """Run as the command line says; 1 where a parser gave way."""
    every = parsers()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--only", nargs="*", choices=list(every), default=list(every))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", type=Path)
    told = parser.parse_args()
    faults = 0
    for name in told.only:
        end = time.monotonic() + told.minutes * 60
        tally = run(every[name], told.seed, partial(_before, end), told.save)
        print(f"{name}: {dict(tally.seen)}, slowest {tally.slowest:.2f} s", flush=True)
        print(*sorted(set(tally.faults))[:20], sep="\n")
        faults += len(tally.faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
