"""Exchanging with an office's PostgreSQL: what goes, what comes, and what is refused."""

from __future__ import annotations

import errno
import hashlib
import shutil
from contextlib import closing
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event

from app.hub import Hub, HubLostError
from app.hub_exchange import elsewhere, exchange
from app.log import PURGED
from app.purge import purge
from app.workbench import Workbench
from forms.dossier import Attachment, Equipment, Photo
from forms.record import single_id
from tests.hub_kit import Laptop, _office, address, enterprise, hub, laptop, share, swapped
from tests.photo_files import photo as taken_photo
from tests.postgres_kit import Server
from tests.same_store_kit import content


def test_edits_go_and_come_and_only_what_is_new_is_read(laptop: Laptop, hub: Hub) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例·甲厂", district="二道区")
    assert "送出" in swapped(one, hub).text
    assert elsewhere(two, hub) == [dossier_id] and elsewhere(one, hub) == []
    assert "收入" in swapped(two, hub, dossier_id).text
    assert content(one.dossier(dossier_id)) == content(two.dossier(dossier_id))
    record = single_id(dossier_id, "enterprise")
    one.put(dossier_id, "enterprise", record, "phone", "1")
    two.put(dossier_id, "enterprise", record, "contact", "张示例")
    assert swapped(one, hub).text == "“示例·甲厂”：送出 1 条，收入 0 条"
    asked: list[str] = []
    event.listen(hub.engine, "before_cursor_execute", lambda *each: asked.append(each[2]))
    assert swapped(two, hub).text == "“示例·甲厂”：送出 1 条，收入 1 条"
    assert swapped(one, hub).text == "“示例·甲厂”：送出 0 条，收入 1 条"
    del asked[:]
    assert swapped(one, hub).text == "“示例·甲厂”：没有新的改动"
    assert len(asked) < 6 and not [each for each in asked if "FROM log" in each]
    assert content(one.dossier(dossier_id)) == content(two.dossier(dossier_id))
    assert enterprise(one, dossier_id).contact == "张示例"


def test_both_sides_of_a_conflict_stand_on_every_side(laptop: Laptop, hub: Hub) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例")
    swapped(one, hub)
    swapped(two, hub, dossier_id)
    record = single_id(dossier_id, "enterprise")
    for bench in (one, two):
        bench.put(dossier_id, "enterprise", record, "phone", bench.person)
    for bench in (one, two, one):
        swapped(bench, hub)
    for bench in (one, two):
        with bench.writing() as (_, log, _records):
            rows = log.conflicts(dossier_id)[record, "phone"]
        assert {row.payload() for row in rows} == {"王示例", "李示例"}
    one.choose(dossier_id, "enterprise", record, "phone", "定")
    swapped(one, hub)
    swapped(two, hub)
    assert enterprise(two, dossier_id).phone == "定"
    assert two.dossier(dossier_id).conflicts == set()


def test_a_line_that_breaks_loses_nothing(
    laptop: Laptop, hub: Hub, address: str, postgres: Server
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    first, second = one.create("甲厂"), one.create("乙厂")
    steps = exchange(one, hub, [first, second])
    for step in steps:
        if "甲厂" in step.text:
            postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                         "WHERE application_name = 'zhengai'")  # fmt: skip
            break
    with pytest.raises(HubLostError, match="已同步的部分保留"):
        list(steps)
    swapped(one, hub)
    # Cut after the office has committed, before the laptop takes in what came.
    record = single_id(first, "enterprise")
    swapped(two, hub, first, second)
    two.put(first, "enterprise", record, "phone", "2")
    swapped(two, hub)
    one.put(first, "enterprise", record, "contact", "1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.hub_exchange._One._take", _cut)
        with pytest.raises(KeyboardInterrupt):
            list(exchange(one, hub))
    assert enterprise(one, first).phone == ""
    for bench in (one, two):
        swapped(bench, hub)
        assert (enterprise(bench, first).phone, enterprise(bench, first).contact) == ("2", "1")


def _cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_whoever_is_in_the_way_is_waited_for(
    laptop: Laptop, hub: Hub, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = laptop("王示例")
    dossier_id = bench.create("示例")
    swapped(bench, hub)
    bench.put(dossier_id, "enterprise", single_id(dossier_id, "enterprise"), "phone", "1")
    monkeypatch.setattr("app.hub.WAIT_MS", 50)
    with psycopg.connect(address) as other:
        other.execute("SELECT FROM hub_dossier FOR UPDATE")
        *_, last = exchange(bench, hub)
        assert "由他人同步" in last.trouble
        tries: list[str] = []

        @event.listens_for(hub.engine, "handle_error")
        def _let_go(context: object) -> None:
            tries.append(str(context))
            other.rollback()

        assert swapped(bench, hub).text == "“示例”：送出 1 条，收入 0 条"
        assert len(tries) == 1


def test_rows_that_were_changed_at_the_office_are_refused(
    laptop: Laptop, hub: Hub, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id = one.create("示例")
    swapped(one, hub)
    with psycopg.connect(address, autocommit=True) as raw:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("UPDATE log SET value = '\"改\"' WHERE field = 'name'")
        raw.execute("ALTER TABLE log DISABLE TRIGGER hub_log_stays")
        raw.execute("UPDATE log SET value = '\"改\"' WHERE field = 'name'")
    *_, last = exchange(two, hub, [dossier_id])
    assert "接不上或不合规定" in last.trouble and elsewhere(two, hub) == [dossier_id]
    with psycopg.connect(address, autocommit=True) as raw:
        raw.execute("DELETE FROM log WHERE field = 'pack'")
    one.put(dossier_id, "enterprise", single_id(dossier_id, "enterprise"), "phone", "1")
    *_, last = exchange(two, hub, [dossier_id])
    assert "接不上或不合规定" in last.trouble
    assert len(caplog.records) == 2
    caplog.clear()


def test_two_copies_of_one_folder_are_told(laptop: Laptop, hub: Hub, tmp_path: Path) -> None:
    one = laptop("王示例")
    dossier_id = one.create("示例")
    one.close()
    shutil.copytree(tmp_path / "王示例", tmp_path / "副本")
    one, copy = laptop("王示例"), laptop("副本")
    copy.store.device = one.store.device  # as a store that did not notice that it was copied
    record = single_id(dossier_id, "enterprise")
    one.put(dossier_id, "enterprise", record, "phone", "1")
    copy.put(dossier_id, "enterprise", record, "phone", "2")
    swapped(one, hub)
    *_, last = exchange(copy, hub)
    assert "两份副本" in last.trouble and enterprise(copy, dossier_id).phone == "2"


def test_a_dossier_that_nobody_has_is_told(laptop: Laptop, hub: Hub) -> None:
    *_, last = exchange(laptop("王示例"), hub, [UUID(int=5)])
    assert "都没有这份档案" in last.trouble and hub.marks() == {}


def test_a_dossier_of_another_citys_pack_is_not_taken(
    laptop: Laptop, hub: Hub, tmp_path: Path
) -> None:
    one = laptop("王示例")
    dossier_id = one.create("示例")
    swapped(one, hub)
    with closing(Workbench.open(tmp_path / "云川", pack="yunchuan-2025")) as other:
        last = list(exchange(other, hub, [dossier_id]))[-1]
        assert "没有同步，请用按该方案建立的数据文件夹收取" in last.trouble
        assert one.pack.title in last.trouble and other.pack.title in last.trouble
        assert other.summaries() == []


def _with_photo(bench: Workbench, folder: Path) -> tuple[UUID, UUID, str]:
    dossier_id = bench.create("示例")
    path = taken_photo(folder / "厂门.jpg")
    *_, last = bench.import_photos(dossier_id, [path])
    assert last.record is not None
    plan = folder / "清单.txt"
    plan.write_text("设备清单", "utf-8")
    bench.attach(dossier_id, plan)
    return dossier_id, last.record, hashlib.sha256(path.read_bytes()).hexdigest()


def test_photos_and_attachments_come_by_the_shared_folder(
    laptop: Laptop, hub: Hub, share: Path, tmp_path: Path
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id, photo, digest = _with_photo(one, tmp_path)
    shutil.move(share, tmp_path / "away")  # the network drive is not there
    steps = list(exchange(one, hub))
    assert all("没有连通" in step.trouble for step in steps[-1:]) and "送出" in steps[-1].text
    share.mkdir()  # an empty mount point
    *_, last = exchange(one, hub)
    assert "没有连通" in last.trouble and list(share.iterdir()) == []
    share.rmdir()
    shutil.move(tmp_path / "away", share)
    assert swapped(one, hub).text == "“示例”：照片和附件 2 个"
    assert hashlib.sha256((share / digest[:2] / digest).read_bytes()).hexdigest() == digest
    assert swapped(two, hub, dossier_id).text.endswith("照片和附件 2 个")
    for bench in (one, two):
        (row,) = bench.dossier(dossier_id).all(Photo)
        assert row.id == photo
        assert bench.picture(row, "original") == (share / digest[:2] / digest).read_bytes()
        assert bench.picture(row, "thumb")[:3] == b"\xff\xd8\xff"
    assert not list(share.rglob("*.part-*"))


@pytest.mark.parametrize("harm", ["other", "link", "folder", "no picture"])
def test_a_file_that_is_not_what_its_name_says_is_not_taken(
    harm: str, laptop: Laptop, hub: Hub, share: Path, tmp_path: Path
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id, photo, digest = _with_photo(one, tmp_path)
    if harm == "no picture":  # its record says that it is one
        (plan,) = one.dossier(dossier_id).all(Attachment)
        one.put(dossier_id, "photo", photo, "sha256", plan.sha256)
    swapped(one, hub) if harm != "no picture" else list(exchange(one, hub))
    path = share / digest[:2] / digest
    if harm == "other":
        path.write_bytes(path.read_bytes() + b"\0")
    elif harm == "link":
        secret = tmp_path / "secret"
        shutil.move(path, secret)
        path.symlink_to(secret)
    elif harm == "folder":
        shutil.move(path.parent, tmp_path / "elsewhere")
        path.parent.symlink_to(tmp_path / "elsewhere")
    *_, last = exchange(two, hub, [dossier_id])
    assert "没有收入" in last.trouble or "没有同步" in last.trouble
    (row,) = two.dossier(dossier_id).all(Photo)
    with pytest.raises(OSError):
        two.picture(row, "original")


def test_a_purge_takes_rows_and_files_everywhere(
    laptop: Laptop, hub: Hub, share: Path, tmp_path: Path, address: str
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id, photo, digest = _with_photo(one, tmp_path)
    machine = one.add(dossier_id, "equipment", name="秘密车床")
    swapped(one, hub)
    swapped(two, hub, dossier_id)
    two.put(dossier_id, "equipment", machine, "maker", "秘密厂家")  # not seen by who purges
    for form, record in (("photo", photo), ("equipment", machine)):
        list(purge(one, dossier_id, form, record, "企业要求"))
    swapped(one, hub)
    assert not (share / digest[:2] / digest).exists() and len(list(share.glob("??/*"))) == 1
    swapped(two, hub)
    swapped(one, hub)
    swapped(two, hub)
    with psycopg.connect(address) as raw:
        said = raw.execute("SELECT value FROM log").fetchall()
        left = raw.execute("SELECT count(*) FROM hub_erased").fetchone()
    assert not [value for (value,) in said if "秘密" in (value or "") or digest in (value or "")]
    assert left == (0,)
    for bench in (one, two):
        _, rows = bench.whole(dossier_id)
        assert not [row for row in rows if "秘密" in (row.value or "")]
        assert len([row for row in rows if row.field == PURGED]) == 2
        assert not bench.dossier(dossier_id).all(Equipment)
        assert not bench.store.vault.path("originals", digest).exists()


def test_a_purged_photo_that_the_disk_keeps_is_told(
    laptop: Laptop, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = laptop("王示例"), laptop("李示例")
    dossier_id, photo, digest = _with_photo(one, tmp_path)
    swapped(one, hub)
    swapped(two, hub, dossier_id)
    list(purge(one, dossier_id, "photo", photo, "企业要求"))
    swapped(one, hub)
    held, unlink = two.store.vault.path("originals", digest), Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path == held:
            raise PermissionError(errno.EACCES, "in use")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    told = [step.trouble for step in exchange(two, hub)]
    assert any("1 个照片和附件暂未从磁盘清除" in each for each in told), told
