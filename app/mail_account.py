"""The mailbox that mails are sent from: its server and names in the store, its password in the
system's keyring and nowhere else."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from email.headerregistry import Address
from typing import TYPE_CHECKING

from app import keys
from exporters.mail import is_address
from forms.errors import UserError

if TYPE_CHECKING:
    from app.store import Store

_SETTING = "mail-account"
_SERVICE = "zhengai-mail"
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
TLS_PORT, STARTTLS_PORT = 465, 587


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox. `starttls` says that the connection begins in clear and is encrypted before
    anything is said; else it is encrypted from the first byte on. There is no third way."""

    address: str = ""
    name: str = ""
    host: str = ""
    port: int = TLS_PORT
    starttls: bool = False
    user: str = ""

    @property
    def sender(self) -> Address:
        """Who a mail comes from."""
        return Address(self.name, addr_spec=self.address)

    @property
    def _kept_as(self) -> str:
        return f"{self.user}@{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Known:
    """A provider of mailboxes: its server, and whether it wants an 授权码 for a password."""

    host: str
    code: bool = True


KNOWN = {
    "qq.com": Known("smtp.qq.com"),
    "vip.qq.com": Known("smtp.qq.com"),
    "foxmail.com": Known("smtp.qq.com"),
    "163.com": Known("smtp.163.com"),
    "126.com": Known("smtp.126.com"),
    "139.com": Known("smtp.139.com"),
    "aliyun.com": Known("smtp.aliyun.com", code=False),
}
"""By the address's domain; all of them are encrypted from the first byte on, at TLS_PORT."""


def known(address: str) -> Known | None:
    """Who runs the mailbox of an address, where that follows from it."""
    return KNOWN.get(address.strip().rpartition("@")[2].lower())


def load(store: Store) -> Account | None:
    """The mailbox that was set; None where there is none."""
    try:
        found = Account(**json.loads(store.setting(_SETTING) or "{}"))
    except (TypeError, ValueError):
        return None
    return found if found.host else None


def save(store: Store, account: Account, password: str = "") -> None:
    """Keep the mailbox, and its password in the keyring; without one, the one before stays.

    Raises UserError where something is no address or server, or there is no keyring to be trusted.
    """
    account = checked(account)
    before = load(store)
    if password:
        if not password.isascii():
            raise UserError(
                "授权码（密码）含有汉字或全角字符，没有保存，原有设置未变，请核对后重新填写。"
            )
        if not keys.hold_secret(_SERVICE, account._kept_as, password):
            raise UserError(
                "本机没有可用的系统密钥环，授权码（密码）无处安全存放，没有保存，"
                "请用邮件程序打开邮件草稿后发送。"
            )
    if before is not None and before._kept_as != account._kept_as:
        keys.drop_secret(_SERVICE, before._kept_as)
    store.set_setting(_SETTING, json.dumps(asdict(account), ensure_ascii=False))


def password_of(account: Account) -> str:
    """The mailbox's password; "" where the keyring does not have it."""
    return keys.held_secret(_SERVICE, account._kept_as) or ""


def checked(account: Account) -> Account:
    """The mailbox without stray spaces. UserError where something of it cannot be right."""
    tidy = replace(
        account,
        address=account.address.strip(),
        name=" ".join(account.name.split())[:80],
        host=account.host.strip().lower(),
        user=account.user.strip() or account.address.strip(),
    )
    trouble = ""
    if not is_address(tidy.address):
        trouble = f"发件地址“{tidy.address[:60]}”不是邮箱地址"
    elif not (_HOST.fullmatch(tidy.host) and len(tidy.host) <= 253):
        trouble = f"发信服务器“{tidy.host[:60]}”不是服务器名"
    elif not 1 <= tidy.port <= 65535:
        trouble = "端口应在 1 至 65535 之间"
    elif not (tidy.user.isascii() and tidy.user.isprintable()):
        trouble = "用户名含有汉字或全角字符"
    if trouble:
        raise UserError(f"{trouble}，没有保存，原有设置未变，请改正后重新保存。")
    return tidy
