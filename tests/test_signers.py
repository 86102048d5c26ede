"""Who signs: keys that outlast a change of the store's, fingerprints in words, who is known."""

from __future__ import annotations

import json
import shutil
from itertools import combinations
from pathlib import Path

import pytest
from nacl.signing import SigningKey, VerifyKey
from pyrage import x25519

from app.change_keys import change_keys
from app.signers import (
    Signer,
    Signers,
    Standing,
    contact,
    fingerprint,
    read_contact,
    words,
)
from app.workbench import Workbench
from exporters.style import resource_path
from forms.errors import UserError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signers") / "data"
    Workbench.open(folder).close()
    return folder


@pytest.fixture
def bench(made: Path, tmp_path: Path) -> Workbench:
    shutil.copytree(made, tmp_path / "data")
    return Workbench.open(tmp_path / "data")


def folded(syllable: str) -> str:
    """A syllable as it is heard on a bad line by people from anywhere in China."""
    for initial, other in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l")):
        if syllable.startswith(initial):
            syllable = other + syllable.removeprefix(initial)
            break
    if syllable.startswith("hu"):
        syllable = "f" + (syllable[2:] or "u")
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def test_no_word_sounds_like_another() -> None:
    lines = [line.split() for line in resource_path("words.txt").read_text("utf-8").splitlines()]
    assert len(lines) == 512 == len({word for word, *_ in lines})
    assert all(len(word) == 2 == len(sounds) for word, *sounds in lines)
    heard = [tuple(map(folded, sounds)) for _, *sounds in lines]
    assert len(set(heard)) == len(heard)
    assert all(first != second[::-1] for first, second in combinations(words(), 2))


def test_a_fingerprint_is_eight_words_that_follow_from_the_key_alone() -> None:
    # What was once read over the telephone must stay the same in every later version.
    assert fingerprint(b"x" * 32) == "链条 作家 纸张 昆明 画家 冰糖 豆浆 眼镜"
    seen = {fingerprint(bytes(SigningKey.generate().verify_key)) for _ in range(300)}
    assert len(seen) == 300 and all(len(each.split()) == 8 for each in seen)
    assert {word for each in seen for word in each.split()} > set(words()[:3]) | set(words()[-3:])


def test_a_device_keeps_its_keys_over_a_start_and_a_change_of_keys(tmp_path: Path) -> None:
    bench = Workbench.open(tmp_path / "data")
    signers = Signers(bench.store)
    own = signers.own("王工")
    VerifyKey(own.key).verify(b"said", signers.signs()(b"said"))
    sealed = signers.identities()
    assert [str(x25519.Identity.from_str(each).to_public()) for each in sealed] == [own.recipient]
    list(change_keys(bench.store))
    assert Signers(bench.store).own("王工") == own
    bench.close()
    again = Workbench.open(tmp_path / "data")
    assert Signers(again.store).own("王工") == own
    assert Signers(again.store).identities() == sealed
    again.close()
    seed = json.loads(again.store.setting("signing"))["seed"].encode()
    secrets = [seed, sealed[0].encode()]
    files = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files and not any(secret in data for secret in secrets for data in files)


def test_a_copied_folder_signs_as_another_device_and_opens_what_was_sent_before(
    bench: Workbench, tmp_path: Path
) -> None:
    first = Signers(bench.store).own()
    opens = Signers(bench.store).identities()
    bench.close()
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    copy = Workbench.open(tmp_path / "copy")
    second = Signers(copy.store).own()
    assert second.key != first.key and second.recipient != first.recipient
    assert Signers(copy.store).identities()[1:] == opens
    copy.close()


def test_a_signer_is_known_once_confirmed_and_until_forgotten(bench: Workbench) -> None:
    signers = Signers(bench.store)
    key, other = (bytes(SigningKey.generate().verify_key) for _ in range(2))
    assert signers.standing(signers.own().key, "谁") is Standing.OWN
    assert signers.standing(key, "李工") is Standing.UNKNOWN
    recipient = str(x25519.Identity.generate().to_public())
    signers.confirm(Signer(key, "李工", recipient))
    assert signers.standing(key, "改了名") is Standing.KNOWN
    assert signers.standing(other, "李工") is Standing.NAMESAKE
    assert signers.standing(other, "") is Standing.UNKNOWN
    (kept,) = signers.known()
    assert (kept.key, kept.name, kept.recipient) == (key, "李工", recipient)
    assert len(kept.confirmed_on) == 10
    signers.forget(key)
    assert signers.known() == [] and signers.standing(key, "李工") is Standing.UNKNOWN
    bench.close()


def test_a_contact_file_says_what_closing_needs_and_no_secret(
    bench: Workbench, tmp_path: Path
) -> None:
    signers = Signers(bench.store)
    path = tmp_path / "联系密钥.json"
    path.write_bytes(contact(signers, "王工"))
    assert read_contact(path) == signers.own("王工")
    assert b"AGE-SECRET" not in path.read_bytes()
    bench.close()

    facts = json.loads(path.read_bytes())
    other = str(x25519.Identity.generate().to_public())
    for change in (
        {"recipient": other},
        {"name": "别人"},
        {"words": ""},
        {"key": "00" * 32},
        {"key": 5},
        {"signature": "00" * 64},
        {"format": "zhengai-contact/9"},
        {"more": 1},
    ):
        path.write_text(json.dumps({**facts, **change}), encoding="utf-8")
        with pytest.raises(UserError, match=r"不是联系密钥，或已被改动，没有收入.*。$"):
            read_contact(path)
    for text in ("", "[]", "{", "null", '"x"', "1" * 70_000):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=r"没有收入.*。$"):
            read_contact(path)
