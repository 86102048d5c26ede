"""The office's database: the store's tables on a PostgreSQL server that somebody already runs.

It is a peer like a colleague's laptop, reached by its address: `app.hub_exchange` unites logs with
it. Who may read and write what is said by PostgreSQL's own roles (`resources/hub-roles.sql`); the
line is TLS with the server's certificate verified, unless it does not leave this machine.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import URL, Column, Engine, String, Uuid, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlmodel import Session

from app import keys
from app.store import SCHEMA, Store
from exporters.style import resource_path
from forms.errors import UserError

log_to = logging.getLogger(__name__)
ADDRESS, FOLDER = "hub", "hub-folder"
"""The settings that say where the office's database and its shared folder are."""
LOCAL = ("localhost", "127.0.0.1", "::1")
_SERVICE = "zhengai-hub"
"""Whose the passwords in the keyring are."""
_OPTIONS = {"host", "sslmode", "sslrootcert", "sslcert", "sslkey"}
"""What an address may say besides: no other host, no other file and no code is to come in by it."""
_CONNECT_S = 10
#: How long others' exchanges of the same dossier are waited for, and how long a laptop that fell
#: silent keeps others waiting.
WAIT_MS, SILENCE_MS = 20_000, 60_000
#: What the server answers with where another exchange was in the way: the same again may succeed.
IN_THE_WAY = ("40001", "40P01", "55P03")
_FORBIDDEN = "42501"
#: As far as a name may be indexed; no district's is near it.
_DISTRICT_MOST = 60
_SCRIPT_LOCK = 7_402_618


class HubLostError(UserError):
    """The line to the office's database broke: nothing more can be exchanged now."""


def parsed(address: str) -> tuple[URL, str]:
    """An address without its password, and that. UserError where it is none, or asks for less than
    a verified certificate although the server is another machine."""
    try:
        url = make_url(address.strip())
        hosts = _hosts(url)
    except (ArgumentError, ValueError):
        raise _no_address("") from None
    if url.drivername.partition("+")[0] not in ("postgresql", "postgres") or not url.database:
        raise _no_address("")
    if strange := set(url.query) - _OPTIONS:
        raise _no_address(f"，其中的“{min(strange)[:20]}”不能用在这里")
    password = str(url.password or "")
    url = url.set(drivername="postgresql+psycopg")._replace(password=None)
    # Without a host libpq takes one from its environment; over a socket it does without TLS.
    if not hosts or not all(host in LOCAL or host.startswith("/") for host in hosts):
        if url.query.get("sslmode", "verify-full") != "verify-full":
            raise UserError(
                "办公室数据库不在本机，地址中的 sslmode 只能是 verify-full"
                "（核对服务器证书的加密连接），没有连接，请改正后再试。"
            )
        url = url.update_query_dict({"sslmode": "verify-full"})
    return url, password


def _hosts(url: URL) -> list[str]:
    named = url.query.get("host", ())
    several = [named] if isinstance(named, str) else list(named)
    return [part for host in (url.host, *several) if host for part in host.split(",")]


def _no_address(detail: str) -> UserError:
    return UserError(
        f"办公室数据库的地址不合规定{detail}，没有连接，"
        "请写成 postgresql://账号@服务器/数据库 的样子后再试。"
    )


def settings(store: Store) -> tuple[str, str]:
    """The address (without a password) and the shared folder; each "" where none was set."""
    return store.setting(ADDRESS), store.setting(FOLDER)


def set_up(store: Store, address: str, folder: str = "") -> None:
    """Keep where the office's database is. A password in the address goes into the keyring, or is
    refused (UserError) where there is none: it is kept nowhere else."""
    shown = ""
    if address.strip():
        url, password = parsed(address)
        shown = url.set(drivername="postgresql").render_as_string(hide_password=False)
        if password and not keys.hold_secret(_SERVICE, _secret_name(url), password):
            raise UserError(
                "本机没有可用的密钥环，口令没有保存，设置未变，"
                "请去掉地址中的口令，改存入 PostgreSQL 自己的口令文件（~/.pgpass）。"
            )
    if folder and not Path(folder).is_absolute():
        raise UserError("共享文件夹应写完整路径，设置未变，请改正后再试。")
    store.set_setting(ADDRESS, shown)
    store.set_setting(FOLDER, folder)


def _secret_name(url: URL) -> str:
    return f"hub {url.username or ''}@{','.join(_hosts(url))}:{url.port or ''}/{url.database}"


def connect(store: Store) -> Hub:
    """The office's database as it was set up. UserError where none was, or it is not to be had."""
    address, folder = settings(store)
    if not address:
        raise UserError(
            "还没有填写办公室数据库的地址，没有同步，请先在“数据安全”中填写，或用 sync --to 写明。"
        )
    return Hub(address, Path(folder) if folder else None)


def _engine(address: str) -> Engine:
    url, password = parsed(address)
    held = password or keys.held_secret(_SERVICE, _secret_name(url))
    return create_engine(
        url.set(password=held or None),  # else libpq looks for it in its own places
        connect_args={"connect_timeout": _CONNECT_S, "application_name": "zhengai"},
        pool_size=1,
        max_overflow=0,
    )


def prepare(address: str) -> str:
    """Make or bring up to date the tables, roles and rights, as the database's owner; the revision
    that they are at now. UserError where that cannot be done."""
    from app.migrations import known_revisions, upgrade_engine

    engine = _engine(address)
    try:
        with told(), engine.connect() as held:
            # Two administrators at once would make the same tables.
            held.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _SCRIPT_LOCK})
            held.commit()  # the lock is the connection's
            found = _revision(held)
            if found and found not in known_revisions():
                raise _newer()
            script = resource_path("hub-roles.sql").read_text("utf-8")
            second = create_engine(engine.url, connect_args={"connect_timeout": _CONNECT_S})
            try:
                upgrade_engine(second)
            finally:
                second.dispose()
            raw = held.connection.driver_connection
            assert raw is not None
            raw.execute(script)
            held.commit()
    finally:
        engine.dispose()
    return SCHEMA


def _revision(connection: Any) -> str:
    """The revision that the tables are at, "" where there are none."""
    made = connection.execute(text("SELECT to_regclass('alembic_version')")).scalar()
    found = connection.execute(text("SELECT version_num FROM alembic_version")) if made else None
    return str(found.scalar() or "") if found is not None else ""


def _newer() -> UserError:
    return UserError(
        "办公室数据库由更新版本的诊改工作台建立，没有连接，本机内容未变，请先更新本程序。"
    )


class Hub:
    """An open office database. One connection; to be closed by whoever opened it.

    `folder` is the office's shared folder of photos and attachments, None where none is named.
    Raises UserError where it is not to be had, or is of another version.
    """

    def __init__(self, address: str, folder: Path | None = None) -> None:
        self.folder = folder
        self.engine = _engine(address)
        self.name = str(parsed(address)[0].set(query={}))
        try:
            with told(), self.engine.connect() as connection:
                self._check(_revision(connection))
                rights = connection.execute(_RIGHTS).one()
        except BaseException:
            self.engine.dispose()
            raise
        self.may_read, self.may_write, self._may_register = map(bool, rights)
        if not self.may_read:
            self.close()
            raise UserError(
                "这一账号不能读取办公室数据库的修改记录，没有同步，本机内容未变，"
                "请向数据库管理员申请相应角色。"
            )

    @staticmethod
    def _check(found: str) -> None:
        if found == SCHEMA:
            return
        from app.migrations import known_revisions

        if found and found not in known_revisions():
            raise _newer()
        raise UserError(
            "办公室数据库尚未建立或版本较旧，没有同步，本机内容未变，"
            "请数据库管理员用本版本程序执行 sync --prepare --to。"
        )

    def close(self) -> None:
        """Close the connection."""
        self.engine.dispose()

    @contextmanager
    def session(self, *, writes: bool) -> Iterator[Session]:
        """A transaction, committed where the block ends well. What only reads sees one moment; what
        writes sees what others committed, and holds what it changes by `hold`."""
        level = "READ COMMITTED" if writes else "REPEATABLE READ"
        with Session(self.engine, expire_on_commit=False) as session:
            connection = session.connection(execution_options={"isolation_level": level})
            connection.execute(_LIMITS, {"wait": str(WAIT_MS), "silence": str(SILENCE_MS)})
            yield session
            session.commit()

    def marks(self) -> dict[UUID, str]:
        """The mark (`hub_exchange.mark_of`) of every dossier that this person may see."""
        with told(), self.session(writes=False) as session:
            return {row.dossier_id: row.mark for row in session.connection().execute(_MARKS)}

    def hold(self, session: Session, dossier_id: UUID) -> None:
        """Hold a dossier until the transaction ends; one that is new is registered as this person's
        organisation's. UserError where that is another's."""
        where = {"dossier": dossier_id.hex}
        connection = session.connection()
        if connection.execute(_HOLD, where).first() is None:
            if not self._may_register:
                raise UserError(
                    "尚未在办公室数据库登记，这一账号不能登记，没有同步，请由组长先同步这份档案。"
                )
            connection.execute(_REGISTER, where)
            if connection.execute(_HOLD, where).first() is None:
                raise UserError(
                    "这份档案在办公室数据库中属于其他单位，没有同步，请联系数据库管理员。"
                )

    def release(self, session: Session, dossier_id: UUID, mark: str, district: str) -> None:
        """Note in the register what a held dossier's log and district are now."""
        session.connection().execute(
            _NOTE, {"dossier": dossier_id.hex, "mark": mark, "district": district[:_DISTRICT_MOST]}
        )

    def erase(self, session: Session, digests: set[str]) -> None:
        """Note files that a purge left without a record, until `erased` is done with them."""
        for digest in sorted(digests):
            session.connection().execute(_ERASE, {"digest": digest})

    def erased(self) -> Iterator[str]:
        """The files that are to go from the shared folder; each is done with when the next is asked
        for."""
        with told(), self.session(writes=True) as session:
            if not session.connection().execute(_MAY_ERASE).scalar():
                return
            for digest, named in session.connection().execute(_ERASED).all():
                if not named:
                    yield digest
                session.connection().execute(_DONE, {"digest": digest})


@contextmanager
def told() -> Iterator[None]:
    """What the server or the line refuses, as a sentence."""
    try:
        yield
    except DBAPIError as error:
        raise _sentence(error) from error


def state_of(error: DBAPIError) -> str:
    """The server's five characters for what went wrong; "" where the line did."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def _sentence(error: DBAPIError) -> UserError:
    state, words = state_of(error), str(error.orig)
    if state == _FORBIDDEN:
        return UserError("办公室数据库没有授予这一账号所需的权限，没有同步，请联系数据库管理员。")
    if state in IN_THE_WAY:
        return UserError("办公室数据库正由他人同步同一份档案，这一份没有同步，请稍后再试。")
    if error.connection_invalidated or not state or state[:2] in ("08", "28", "57", "3D", "53"):
        reason = next(
            (said for part, said in _REASONS if part in words), "线路中断或服务器没有回应"
        )
        return HubLostError(
            f"与办公室数据库没有连通（{reason}），已同步的部分保留，其余内容未变，请稍后再同步。"
        )
    # The words may hold what was sent, which is confidential; the state does not.
    log_to.warning("the office's database refused: %s %s", state, type(error.orig).__name__)
    return UserError(
        f"办公室数据库没有接受（错误 {state}），没有同步，本机内容未变，请联系维护人员。"
    )


_REASONS = (
    ("password", "账号或者口令不对"),
    ("no pg_hba.conf entry", "服务器不允许本机或者这一账号连接"),
    ("root certificate file", "本机没有核对服务器所用的根证书，请在地址中以 sslrootcert 写明"),
    ("does not support SSL", "服务器没有启用加密连接"),
    ("certificate", "服务器的证书没有通过核对"),
    ("does not exist", "没有这一账号或者数据库"),
    ("too many", "服务器的连接数已满"),
)
_LIMITS = text(
    "SELECT set_config('lock_timeout', :wait, true), "
    "set_config('idle_in_transaction_session_timeout', :silence, true)"
)
_RIGHTS = text(
    "SELECT has_table_privilege('log', 'SELECT'), has_table_privilege('log', 'INSERT'), "
    "has_table_privilege('hub_dossier', 'INSERT')"
)
_MARKS = text("SELECT dossier_id, mark FROM hub_dossier").columns(
    Column("dossier_id", Uuid), Column("mark", String)
)
_HOLD = text("SELECT FROM hub_dossier WHERE dossier_id = :dossier FOR UPDATE")
_REGISTER = text(
    "INSERT INTO hub_dossier (dossier_id, provider) "
    "VALUES (:dossier, coalesce(hub_organisation(), '')) ON CONFLICT DO NOTHING"
)
_NOTE = text(
    "UPDATE hub_dossier SET mark = :mark, district = :district WHERE dossier_id = :dossier"
)
_ERASE = text("INSERT INTO hub_erased VALUES (:digest) ON CONFLICT DO NOTHING")
_MAY_ERASE = text("SELECT has_table_privilege('hub_erased', 'DELETE')")
_ERASED = text("SELECT sha256, hub_names_file(sha256) FROM hub_erased ORDER BY sha256")
_DONE = text("DELETE FROM hub_erased WHERE sha256 = :digest")
