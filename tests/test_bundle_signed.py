"""Bundles signed: forgeries are told apart, and whoever signed is known by the key."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.bundle_check import check
from app.signers import Signer, Signers, fingerprint
from app.workbench import Workbench
from exporters.bundle import MANIFEST, Verdict, verify
from exporters.bundle_signature import CHANGES, SIGNATURE, State, heads
from tests.seal_kit import OURS, ROWS, THEIRS, log_of, packed, saved


def content(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(
    files: dict[str, bytes], change: Callable[[dict[str, Any]], None] | None = None
) -> bytes:
    """Packed by a forger who knows the format: the manifest lists what is there."""
    import hashlib

    manifest = json.loads(files[MANIFEST])
    for item in manifest["files"]:
        data = files[item["name"]]
        item.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    if change:
        change(manifest)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in {**files, MANIFEST: json.dumps(manifest).encode()}.items():
            archive.writestr(name, data)
    return stream.getvalue()


def state_of(folder: Path, raw: bytes) -> State:
    verdict = verify(saved(folder, raw))
    assert verdict.whole and verdict.signature is not None
    return verdict.signature.state


def test_a_signed_bundle_names_its_signer_and_an_unsigned_one_nobody(tmp_path: Path) -> None:
    found = check(saved(tmp_path, packed()))
    assert found.sound and found.signed and found.standing is None
    assert (found.name, found.fingerprint) == ("王工", fingerprint(bytes(OURS.verify_key)))
    assert "王工" in found.sentence and found.fingerprint in found.sentence
    found = check(saved(tmp_path, packed(key=None)))
    assert found.sound and not found.signed and found.verdict == Verdict()
    assert found.facts["signed_by"] is None and "没有签名" in found.sentence


def test_a_program_that_knows_of_no_signatures_finds_nothing_extra() -> None:
    files = content(packed())
    manifest = json.loads(files[MANIFEST])
    assert {item["name"] for item in manifest["files"]} == files.keys() - {MANIFEST}


def test_forgeries_are_told_apart(tmp_path: Path) -> None:
    whole = content(packed())
    assert state_of(tmp_path, packed()) is State.GOOD
    # Packed again by another program, in another order: nothing that was signed is touched.
    assert state_of(tmp_path, repacked(dict(reversed(whole.items())))) is State.GOOD

    assert state_of(tmp_path, repacked({**whole, "dossier.json": b"{ }"})) is State.CHANGED
    assert state_of(tmp_path, repacked(whole, lambda m: m.update(draft=True))) is State.CHANGED
    rewritten = log_of(ROWS).replace(b"a1", b"aX")
    assert state_of(tmp_path, repacked({**whole, CHANGES: rewritten})) is State.CHANGED

    foreign = content(packed(dossier="two"))[SIGNATURE]
    assert state_of(tmp_path, repacked({**whole, SIGNATURE: foreign})) is State.FOREIGN
    earlier = content(packed(ROWS[:2]))[SIGNATURE]
    assert state_of(tmp_path, repacked({**whole, SIGNATURE: earlier})) is State.STALE
    assert state_of(tmp_path, packed(signed=ROWS[:3])) is State.HEADS
    assert state_of(tmp_path, packed(signed=[*ROWS[:3], ("d2", 4, "other")])) is State.HEADS
    assert state_of(tmp_path, packed(rows=ROWS[:3], signed=ROWS)) is State.HEADS


def edited(**facts: Any) -> bytes:
    files = content(packed())
    whole = json.loads(files[SIGNATURE])
    whole["statement"].update(facts)
    return repacked({**files, SIGNATURE: json.dumps(whole).encode()})


def test_a_signature_that_was_touched_names_nobody(tmp_path: Path) -> None:
    files = content(packed())
    theirs = json.loads(content(packed(key=THEIRS))[SIGNATURE])
    ours = json.loads(files[SIGNATURE])
    swapped = {**ours, "key": theirs["key"]}
    broken = [edited(name="李工"), edited(heads=[]), edited(at=1)]
    broken += [
        repacked({**files, SIGNATURE: data})
        for data in (
            json.dumps(swapped).encode(), b"", b"[]", b"null", b"[" * 200_000, b"\xff",
            json.dumps({**ours, "key": "zz"}).encode(), json.dumps({**ours, "key": ""}).encode(),
            json.dumps({**ours, "signature": 5}).encode(), b" " * (2 << 20) + files[SIGNATURE],
        )
    ]  # fmt: skip
    for raw in broken:
        found = check(saved(tmp_path, raw))
        assert not found.sound and found.facts["signed_by"] is None
        assert found.facts["signature"] == "broken" and found.sentence.startswith("签名无效")


def test_what_a_signer_calls_themselves_cannot_break_a_line(tmp_path: Path) -> None:
    found = check(saved(tmp_path, packed(name="王\n工\u202e" + "长" * 60)))
    assert found.name == "王工" + "长" * 36  # 40 are signed, and two of them not shown


@pytest.mark.parametrize(
    "log", [b"{}", b"[]", b"\xff", b'{"device": 1, "counter": 1, "link": ""}', b"[" * 100_000]
)
def test_a_log_that_is_none_is_not_signed(log: bytes, tmp_path: Path) -> None:
    assert state_of(tmp_path, repacked({**content(packed()), CHANGES: log})) is State.CHANGED
    with pytest.raises(ValueError, match=r"."):
        heads([log])


def test_known_and_unknown_signers_are_told_apart(tmp_path: Path) -> None:
    bench = Workbench.open(tmp_path / "data")
    signers = Signers(bench.store)
    path, key = saved(tmp_path, packed()), bytes(OURS.verify_key)
    found = check(path, signers=signers)
    assert found.facts["signer"] == "unknown" and "尚未核实" in found.sentence and found.sound
    signers.confirm(Signer(key, "王工", ""))
    assert check(path, signers=signers).facts["signer"] == "known"
    posing = check(saved(tmp_path, packed(key=THEIRS)), signers=signers)
    assert posing.facts["signer"] == "namesake" and "同名，但密钥不同" in posing.sentence
    bench.close()
