"""The master key: where it lies, what opens it, and what is made of a hostile `keys.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked

from app import keys as keys_module
from app.keys import KEY_FILE, KeyFile, Keys, LockedError, keyring_name
from forms.errors import UserError
from tests.keyring_kit import Keyring

PHRASE = "春城轴套 2025"
STRETCHED = keys_module._OPS, keys_module._MEMORY
NULL, FAIL = null.Keyring(), fail.Keyring()  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """How slow the stretching is stands in the file, and makes no other difference."""
    monkeypatch.setattr(keys_module, "_OPS", 1)
    monkeypatch.setattr(keys_module, "_MEMORY", 1 << 16)


@pytest.fixture
def _own_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGAI_TEST_KEYRING", str(tmp_path / "keyring.json"))


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has the system hold its keys in another keyring."""
    return lambda backend: monkeypatch.setattr(keyring.core, "_keyring_backend", backend)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


def made(folder: Path, passphrase: str = "") -> Keys:
    held = KeyFile(folder)
    assert not held.exists
    keys = held.make("vault-1", passphrase)
    assert not held.path.exists()  # nothing before `save`
    held.save()
    return keys


def refused(folder: Path, secret: str = "") -> str:
    with pytest.raises(LockedError) as caught:
        KeyFile(folder).unlock(secret)
    assert not caught.value.new
    return str(caught.value)


def facts_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / KEY_FILE).read_text("utf-8")))


def write(folder: Path, facts: Any) -> None:
    (folder / KEY_FILE).write_text(json.dumps(facts), "utf-8")


class PlaintextKeyring(Keyring):
    """As `keyrings.alt` has one: it would write the key in clear."""


class Locked(Keyring):
    """One whose owner does not unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked("locked")


class Forgetful(Locked):
    """One that takes a key and has another one afterwards."""

    def get_password(self, service: str, username: str) -> str | None:
        return "AAAA"

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Chain(KeyringBackend):
    """Several keyrings, as the library strings them together: what is kept goes into the first."""

    priority = 1.0
    get_password = ChainerBackend.get_password
    set_password = ChainerBackend.set_password
    delete_password = ChainerBackend.delete_password

    def __init__(self, *backends: KeyringBackend) -> None:
        self.backends = backends
        super().__init__()  # type: ignore[no-untyped-call]


# -- the keyring ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_own_keyring")
def test_the_keyring_holds_the_key_and_the_folder_does_not(folder: Path) -> None:
    keys = made(folder)
    held = KeyFile(folder)
    assert (held.exists, held.in_keyring, held.has_passphrase, held.has_recovery) == (
        True, True, False, False,
    )  # fmt: skip
    assert held.vault == "vault-1" and held.unlock() == keys and held.is_remembered(keys)
    written = (folder / KEY_FILE).read_text("utf-8")
    assert keys.master.hex() not in written and keys_module._text(keys.master) not in written
    assert keys.database not in repr(keys) and str(keys.master) not in repr(keys)


@pytest.mark.usefixtures("_own_keyring")
def test_each_use_has_a_key_of_its_own(folder: Path) -> None:
    keys = made(folder)
    derived = [bytes.fromhex(keys.database), keys.files, keys.names, keys.master]
    assert len({*derived}) == 4 and all(len(key) == 32 for key in derived)


@pytest.mark.parametrize(
    "backend",
    [
        NULL,
        FAIL,
        PlaintextKeyring(),
        Locked(),
        Forgetful(),
        Chain(),
        Chain(NULL, Keyring()),
        Chain(PlaintextKeyring(), Keyring()),
    ],
    ids=["null", "fail", "plaintext", "locked", "forgetful", "none", "null first", "plain first"],
)
@pytest.mark.usefixtures("_own_keyring")
def test_a_keyring_that_is_none_is_never_used(
    folder: Path, tmp_path: Path, backend: KeyringBackend, use: Any
) -> None:
    use(backend)
    held = KeyFile(folder)
    with pytest.raises(LockedError, match="没有可用的系统密钥环，尚未建立任何数据") as e:
        held.make("vault-1")
    assert e.value.new and list(folder.iterdir()) == []
    keys = made(folder, PHRASE)
    assert not KeyFile(folder).in_keyring and not KeyFile(folder).remember(keys)
    assert not (tmp_path / "keyring.json").exists()
    assert KeyFile(folder).unlock(PHRASE) == keys


@pytest.mark.usefixtures("_own_keyring")
def test_a_keyring_is_named_where_it_is_to_be_trusted(use: Any) -> None:
    use(Keyring())
    assert keyring_name() == Keyring().name
    use(Chain(Keyring(), PlaintextKeyring()))
    assert keyring_name() == Keyring().name
    for none in (NULL, FAIL, PlaintextKeyring(), Chain()):
        use(none)
        assert keyring_name() == ""


@pytest.mark.usefixtures("_own_keyring")
def test_a_key_that_the_keyring_has_lost_or_mangled_is_asked_for(
    folder: Path, tmp_path: Path
) -> None:
    keys = made(folder, PHRASE)
    (held,) = json.loads((tmp_path / "keyring.json").read_text()).items()
    for lost in ("", "not base64!", "AAAA", held[1] + "AAAA", "数"):
        (tmp_path / "keyring.json").write_text(json.dumps({held[0]: lost}))
        assert "密钥环中没有这份数据的密钥，数据未受影响，请输入口令" in refused(folder)
        assert not KeyFile(folder).is_remembered(keys)
    assert KeyFile(folder).unlock(PHRASE) == keys
    assert KeyFile(folder).remember(keys)
    assert KeyFile(folder).unlock() == keys


@pytest.mark.usefixtures("_own_keyring")
def test_a_forgotten_key_is_out_of_the_keyring(folder: Path, tmp_path: Path) -> None:
    made(folder)
    KeyFile(folder).forget()
    KeyFile(folder).forget()
    assert json.loads((tmp_path / "keyring.json").read_text()) == {}
    assert "密钥环中没有" in refused(folder)


# -- the passphrase -------------------------------------------------------------------------------


def test_a_passphrase_opens_what_it_sealed_and_no_other_does(folder: Path, use: Any) -> None:
    use(NULL)
    keys = made(folder, PHRASE)
    assert KeyFile(folder).has_passphrase
    assert PHRASE not in (folder / KEY_FILE).read_text("utf-8")
    for wrong in (PHRASE + " ", PHRASE[:-1], PHRASE.replace("2025", "２０２５"), "\ud800" * 8):
        assert "口令或恢复密钥不对，数据未受影响" in refused(folder, wrong)
    assert "请输入口令" in refused(folder)
    assert KeyFile(folder).unlock(PHRASE) == keys


def test_a_passphrase_takes_the_place_of_the_one_before(folder: Path, use: Any) -> None:
    use(NULL)
    keys = made(folder, PHRASE)
    KeyFile(folder).set_passphrase(keys, "第二个口令 abc")
    assert "不对" in refused(folder, PHRASE)
    assert KeyFile(folder).unlock("第二个口令 abc") == keys
    with pytest.raises(LockedError, match="少于 8 个字符，没有采用"):
        KeyFile(folder).set_passphrase(keys, "1234567")
    assert KeyFile(folder).unlock("第二个口令 abc") == keys


@pytest.mark.usefixtures("_own_keyring")
def test_a_passphrase_that_is_too_short_makes_no_store(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LockedError, match="少于 8 个字符") as caught:
        KeyFile(folder).make("vault-1", "1234567")
    assert caught.value.new and list(folder.iterdir()) == []
    assert not (tmp_path / "keyring.json").exists()  # nor does a key without a store stay there


def test_a_passphrase_is_stretched_as_rfc_9106_has_it() -> None:
    assert STRETCHED == (3, 64 << 20)


# -- the recovery key -----------------------------------------------------------------------------


def test_a_recovery_key_opens_however_it_is_typed(
    folder: Path, use: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(NULL)
    keys = made(folder, PHRASE)
    letters = iter("0O1IL8ZQ".translate(str.maketrans("OIL", "011")) * 4)
    monkeypatch.setattr("secrets.choice", lambda _letters: next(letters))
    shown = KeyFile(folder).make_recovery(keys)
    assert shown == "0011-18ZQ-" * 3 + "0011-18ZQ"
    assert KeyFile(folder).has_recovery
    assert shown.replace("-", "") not in (folder / KEY_FILE).read_text().replace("-", "")
    for typed in (
        shown,
        shown.lower(),
        shown.replace("0", "O").replace("1", "l"),
        shown.replace("0", "o").replace("1", "I").replace("-", ""),
        f"  {shown.replace('-', ' ')}\n",
    ):
        assert KeyFile(folder).unlock(typed) == keys
    for wrong in (shown[:-1], shown + "0", "1" + shown[1:], shown[::-1], "-", "0"):
        assert "不对" in refused(folder, wrong)


def test_a_recovery_key_is_long_and_of_letters_that_are_not_misread(folder: Path) -> None:
    held = KeyFile(folder)
    keys = held.make("vault-1")
    seen = "".join(held.make_recovery(keys) for _ in range(20))
    assert set(seen) <= {*"0123456789ABCDEFGHJKMNPQRSTVWXYZ-"}
    assert len(seen.replace("-", "")) == 20 * 32 and len({*seen}) == 33


def test_a_second_recovery_key_takes_the_firsts_place(folder: Path, use: Any) -> None:
    use(NULL)
    keys = made(folder, PHRASE)
    first, second = (KeyFile(folder).make_recovery(keys) for _ in range(2))
    assert first != second
    assert "不对" in refused(folder, first)
    assert KeyFile(folder).unlock(second) == keys == KeyFile(folder).unlock(PHRASE)


@pytest.mark.usefixtures("_own_keyring")
def test_a_recovered_store_is_remembered_on_another_machine(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = made(folder)
    recovery = KeyFile(folder).make_recovery(keys)
    monkeypatch.setenv("ZHENGAI_TEST_KEYRING", str(tmp_path / "another machine's.json"))
    assert "密钥环中没有" in refused(folder)
    held = KeyFile(folder)
    assert held.remember(held.unlock(recovery))
    assert KeyFile(folder).unlock() == keys


# -- what is made of a file from elsewhere --------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"format": "zhengai-keys/2", "store": "a", "vault": "vault-1"}',
        b'{"format": "zhengai-keys/1"}',
        b'{"format": "zhengai-keys/1", "store": "a", "vault": "../../etc"}',
        b'{"format": "zhengai-keys/1", "store": "a", "vault": ".."}',
        b'{"format": "zhengai-keys/1", "store": "a", "vault": "/"}',
        b'{"format": "zhengai-keys/1", "store": "a", "vault": "C:\\\\x"}',
        b'{"format": "zhengai-keys/1", "store": "a", "vault": ""}',
        b'{"format": "zhengai-keys/1", "store": "a", "vault": ["vault-1"]}',
        b'{"format": "zhengai-keys/1", "store": "../a", "vault": "vault-1"}',
        b'{"format": "zhengai-keys/1", "store": 7, "vault": "vault-1"}',
    ],
    ids=range(16),
)
def test_a_key_file_that_is_none_is_told_and_left_alone(folder: Path, content: bytes) -> None:
    (folder / KEY_FILE).write_bytes(content)
    with pytest.raises(UserError, match=r"密钥说明“keys\.json”已损坏，数据未受影响"):
        KeyFile(folder)
    assert (folder / KEY_FILE).read_bytes() == content


OPS: tuple[Any, ...] = (10**9, 17, 0, -1, 1.5, float("inf"), "3", None, [3])
MEMORY: tuple[Any, ...] = (1 << 40, (1 << 30) + 1, 0, -1, float("nan"), "x", None, {})
SALT: tuple[Any, ...] = ("", "AAAA", "not base64", None, 7)
SEALED: tuple[Any, ...] = ("", "AAAA", "数", None, [])
HOSTILE = [
    *(("ops", value) for value in OPS),
    *(("memory", value) for value in MEMORY),
    *(("salt", value) for value in SALT),
    *(("sealed", value) for value in SEALED),
]


@pytest.mark.parametrize(("name", "value"), HOSTILE, ids=str)
def test_what_a_crafted_key_file_asks_for_is_not_done(
    folder: Path, name: str, value: Any, use: Any
) -> None:
    use(NULL)
    made(folder, PHRASE)
    facts = facts_of(folder)
    facts["passphrase"][name] = value
    write(folder, facts)
    assert "不对" in refused(folder, PHRASE)


@pytest.mark.parametrize("sealed", [None, [], "x", 7, {}, {"sealed": None}, {"sealed": "AAAA"}])
def test_a_crafted_entry_opens_nothing(folder: Path, sealed: Any, use: Any) -> None:
    use(NULL)
    keys = made(folder, PHRASE)
    whole = facts_of(folder)
    write(folder, whole | {"passphrase": sealed, "recovery": sealed})
    assert "不对" in refused(folder, PHRASE)
    write(folder, whole | {"recovery": sealed, "keyring": sealed})
    assert KeyFile(folder).unlock(PHRASE) == keys


def test_a_key_file_is_whole_or_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = made(folder)
    before = (folder / KEY_FILE).read_bytes()

    def full(*_given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    for change in (KeyFile(folder).make_recovery, KeyFile(folder).remember):
        with pytest.raises(OSError, match="No space"):
            change(keys)
        assert (folder / KEY_FILE).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
