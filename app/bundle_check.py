"""Checking a bundle that came: is it whole, untouched, and signed by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.closing import opened
from app.signers import Signers, Standing, fingerprint
from exporters import bundle, bundle_parts
from exporters.bundle import Verdict
from exporters.bundle_parts import Part
from exporters.bundle_signature import State

_FAULTS = {
    State.CHANGED: "清单在签名之后改动过",
    State.STALE: "签名是同一档案较早的文件包的",
    State.HEADS: "签名所记的修改记录与 changes.jsonl 不符",
    State.FOREIGN: "签名是另一份档案的文件包的",
    State.BROKEN: "签名已被改动，不能辨认签名人",
}
_STANDINGS = {
    Standing.OWN: "即本机",
    Standing.KNOWN: "本机已核实其指纹",
    Standing.UNKNOWN: "本机尚未核实此人，请以电话核对指纹",
    Standing.NAMESAKE: "与本机已核实的联系人同名，但密钥不同，请以电话核对，核实前不要采信",
    None: "请以电话核对指纹",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict; `standing` is None where no store was asked, or nobody's signature holds."""

    verdict: Verdict
    standing: Standing | None = None

    @property
    def signed(self) -> bool:
        """Whether somebody's signature holds."""
        made = self.verdict.signature
        return made is not None and made.state is State.GOOD

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong; a bundle without a signature may be sound."""
        return self.verdict.whole and (self.signed or self.verdict.signature is None)

    @property
    def name(self) -> str:
        """Who signed, as they called themselves, if they did."""
        made = self.verdict.signature
        return made.name if made is not None and self.signed else ""

    @property
    def fingerprint(self) -> str:
        """Their key in words; "" where nobody's signature holds."""
        made = self.verdict.signature
        return fingerprint(made.key) if made is not None and self.signed else ""

    @property
    def facts(self) -> dict[str, Any]:
        """What `verify` prints of it."""
        made = self.verdict.signature
        by = {"name": self.name, "fingerprint": self.fingerprint} if self.signed else None
        return {
            "whole": self.verdict.whole,
            "signed_by": by,
            "signature": made.state.value if made else None,
            "signer": self.standing.value if self.standing else None,
            "missing": self.verdict.missing,
            "changed": self.verdict.changed,
            "extra": self.verdict.extra,
            **(self.verdict.part.fact if self.verdict.part else {}),
        }

    @property
    def part_sentence(self) -> str:
        """Which part it is; "" where it is none of several."""
        part = self.verdict.part
        return f"这是文件包的第 {part.number} 卷，共 {part.of} 卷。" if part else ""

    @property
    def sentence(self) -> str:
        """What there is to say of the signature."""
        made = self.verdict.signature
        if made is None:
            return "文件包没有签名，不能确认出自何人。"
        if made.state is not State.GOOD:
            return f"签名无效：{_FAULTS[made.state]}，请不要采信，并让对方重新导出。"
        who = f"由“{self.name}”签名" if self.name else "已签名，签名人未署姓名"
        return f"{who}，{_STANDINGS[self.standing]}；指纹：{self.fingerprint}。"


def check(path: Path, passphrase: str = "", signers: Signers | None = None) -> Checked:
    """Look a bundle through, open or closed. UserError as of `opened` and `bundle.verify`."""
    identities = signers.identities() if signers else ()
    with opened(path, passphrase, identities) as stream:
        return checked(bundle.verify_stream(stream, path.name), signers)


def checked(verdict: Verdict, signers: Signers | None) -> Checked:
    """A verdict with what a store knows of the signer."""
    made = verdict.signature
    if signers is None or made is None or made.state is not State.GOOD:
        return Checked(verdict)
    return Checked(verdict, signers.standing(made.key, made.name))


def of_sets(found: Mapping[str, Checked]) -> dict[str, bool]:
    """What there is to say of bundles, by their names, that are parts of one: a sentence for each
    set of which several are there, and whether all are."""
    sets: dict[str, dict[str, Part]] = {}
    for name, each in found.items():
        if part := each.verdict.part:
            sets.setdefault(part.set, {})[name] = part
    told = {}
    for parts in sets.values():
        lacking = bundle_parts.missing(parts.values())
        if len(parts) > 1:
            said = f"缺第 {'、'.join(map(str, lacking))} 卷，请让对方补发" if lacking else "已齐全"
            name, part = next(iter(parts.items()))
            told[f"“{name}”等各卷属于同一个文件包，共 {part.of} 卷，{said}。"] = not lacking
    return told
