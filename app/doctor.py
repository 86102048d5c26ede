"""`doctor`: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app import backups, durable, pack_doctor
from app.data_folder import default_folder
from app.database import DatabaseError
from app.keys import keyring_name
from app.outside import cause
from app.store import Store
from app.version import version
from app.workbench import Workbench
from exporters.style import resource_path
from forms.errors import UserError

LIBRARIES = ("PySide6_Essentials", "sqlmodel", "alembic", "python-docx", "reportlab", "pillow")
SPACE_NEEDED = 500 * 1024 * 1024


def examine(
    folder: Path | None, secret: str = "", store: Store | None = None
) -> Iterator[dict[str, Any]]:
    """One result a check: name, whether it is well, in words what was found and what to do.

    `store` is one that is open already, whose folder nobody else can open.
    """
    yield _result("版本", True, f"本程序 {version()}；{_versions()}")
    if store is not None:
        yield from _open_data(store)
    else:
        yield from _data(folder or default_folder(), secret)
    yield _packs()
    yield _fonts()
    yield _keyring()
    yield _ocr()


def _result(
    name: str, ok: bool, detail: str, remedy: str = "", essential: bool = True
) -> dict[str, Any]:
    remedy = "" if ok else remedy
    return {"check": name, "ok": ok, "detail": detail, "remedy": remedy, "essential": essential}


def _versions() -> str:
    """The libraries' versions; a packaged program may carry no metadata."""
    found = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name}（随程序打包）")
    return "，".join(found)


def _data(folder: Path, secret: str) -> Iterator[dict[str, Any]]:
    try:
        store = Workbench.open(folder, secret).store
    except UserError as error:
        yield _result("数据文件夹", False, str(error), "请按上述说明处理后重试")
        return
    try:
        yield from _open_data(store)
    finally:
        store.close()


def _open_data(store: Store) -> Iterator[dict[str, Any]]:
    free = shutil.disk_usage(store.folder).free
    detail = f"{store.folder}，剩余空间 {free // 1024**2:,} 兆字节"
    yield _result("数据文件夹", free > SPACE_NEEDED, detail, "请清理磁盘，留出 500 兆字节以上")
    share = durable.on_share(store.folder)
    where = "在网络共享上" if share else "不在网络共享上"
    yield _result("存放位置", not share, where, durable.ON_A_SHARE, essential=False)
    try:
        problems = store.integrity()
    except DatabaseError as error:
        problems = [cause(error)]
    detail = "完好" if not problems else "；".join(problems[:3])
    yield _result("数据库", not problems, detail, "请打开窗口，按提示从备份恢复")
    yield _backup(store)


def _backup(store: Store) -> dict[str, Any]:
    """Whether the newest backup would serve: it is opened, counted and checked."""
    made = next(iter(backups.newest(store)), None)
    if made is None:
        return _result("备份", True, "还没有备份，工作满一小时后自动备份")
    proof = backups.prove(made.path, store.keys, store.vault)
    if proof.problems:
        detail = f"{made.path.name} 不能使用（{proof.problems[0]}）"
        return _result("备份", False, detail, "请打开窗口，在“数据安全”中重新备份")
    detail = f"{made.made_at:%Y-%m-%d %H:%M}，档案 {proof.dossiers} 份，修改记录 {proof.edits} 条"
    if proof.gone:
        remedy = "请从第二备份位置复制 files 文件夹，或重新导入原件"
        return _result("备份", False, f"{detail}，{proof.gone} 个照片或附件的存件不在", remedy)
    return _result("备份", True, detail)


def _packs() -> dict[str, Any]:
    """Whether the packs that came with the program are whole."""
    held = dict(pack_doctor.shipped())
    faults = [f"{name}/{each.sentence}" for name, found in held.items() for each in found]
    detail = f"{'、'.join(held)}，完好" if not faults else " ".join(faults[:3])
    return _result("方案包", not faults, detail, "请重新安装本程序，或按所列各行改正方案包")


def examine_pack(folder: Path) -> Iterator[dict[str, Any]]:
    """One result a fault of the pack in a folder, or one that says it has none. Raises UserError
    where there is no such folder."""
    faults = pack_doctor.examine(folder)
    for each in faults:
        yield _result("方案包", False, each.sentence, "请改正后重新检查")
    if not faults:
        yield _result("方案包", True, f"{folder.resolve().name}，完好")


def _fonts() -> dict[str, Any]:
    """The faces that .pdf files carry, and how many fonts rare characters can be taken from."""
    from exporters import system_fonts
    from exporters.pdf_text import BUNDLED

    folder = resource_path("fonts")
    lacking = [f"{name}.ttf" for name in BUNDLED if not (folder / f"{name}.ttf").is_file()]
    if lacking:
        return _result("字体", False, f"缺少随附字体 {'、'.join(lacking)}", "请重新安装本程序")
    named = "、".join(f"{name}（{use}）" for name, use in BUNDLED.items())
    others = len(system_fonts.charts(system_fonts.folders()))
    return _result("字体", True, f"{named}；其中没有的生僻字，可取自本机的 {others} 种字体")


def _keyring() -> dict[str, Any]:
    """Whether the system keeps keys safely; without it a passphrase is asked for at each start."""
    try:
        name = keyring_name()
    except Exception:  # backends are plug-ins of the system's, and set by its environment
        name = ""
    detail = name or "系统没有可用的密钥环"
    return _result(
        "密钥环", bool(name), detail, "数据改以口令加密，启动时输入口令", essential=False
    )


def _ocr() -> dict[str, Any]:
    detail = read_watermark()
    remedy = "照片暂只凭拍摄信息核对；请重新安装本程序"
    return _result("水印识别", not detail, detail or "可用", remedy, essential=False)


def read_watermark() -> str:
    """Draw a watermark and read it again: the models, the process, its limits. "" where it is read
    as drawn, else what went wrong."""
    from PIL import Image, ImageDraw, ImageFont

    from app.killable import StartError
    from app.photo_worker import Refused
    from app.watermark_reader import WatermarkReader

    written = dt.datetime(2025, 6, 17, 9, 5)
    picture = Image.new("RGB", (1280, 960), "#5a6470")
    font = ImageFont.truetype(resource_path("fonts", "NotoSansSC-Regular.ttf"), 40)
    words = f"{written:%Y-%m-%d %H:%M}  星期二\n长春市绿园区示例路 18 号"
    ImageDraw.Draw(picture).multiline_text((40, 820), words, "white", font, spacing=16)
    with TemporaryDirectory() as folder, WatermarkReader() as reader:
        path = Path(folder) / "watermark.jpg"
        picture.save(path, quality=90)
        try:
            seen = reader.read(path)
        except StartError:
            seen = Refused(path, "识别程序没有启动")
    if isinstance(seen, Refused):
        return seen.message
    return "" if seen.taken_local == written else "读取结果与所写不符"
