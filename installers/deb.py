"""The Debian package: `python -m installers.deb PROGRAM ICONS OUT`, prints the file it wrote.

PROGRAM is what `make package` built, ICONS what `installers.icons` drew. dpkg-deb packs the tree.
The program lies in /opt/zhengai with all its libraries but those that belong to the system.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from email.utils import formatdate
from pathlib import Path

from app.version import version
from installers.icons import SIZES

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parent
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "loongarch64": "loong64"}
#: What is not bundled: what speaks to the screen and its driver, and data that bundled libraries
#: read. Beside them the C library, at least as new as where the program was built.
_DEPENDS = (
    *("libegl1", "libgl1", "libwayland-client0", "libwayland-cursor0", "libxcb1"),
    *("fontconfig-config", "xkb-data"),
)
_RECOMMENDS = ("ca-certificates", "gnome-keyring | kwalletmanager | kwallet6", "libx11-data")
_SUGGESTS = ("cups-client", "xdg-desktop-portal")
#: What lintian would have otherwise, by its tags, with why it is so.
_OVERRIDES = """\
# Not of the distribution: all of it lies in /opt, with the libraries that it was built with.
zhengai: dir-or-file-in-opt
zhengai: embedded-library
# Wheels' libraries are as they were built: some were patched after linking, and stripping breaks
# those; a search path among them was their builder's.
zhengai: unstripped-binary-or-object
zhengai: custom-library-search-path
zhengai: library-not-linked-against-libc
zhengai: shared-library-lacks-prerequisites
# The loader is PyInstaller's.
zhengai: hardening-no-pie
"""
_LICENSE = """\
诊改工作台 (zhengai) is licensed under the Apache License, Version 2.0. On Debian systems its text
is in /usr/share/common-licenses/Apache-2.0. The fonts that come with it:
"""
_AFTER_REMOVAL = """#!/bin/sh
set -e
if [ "$1" = remove ] || [ "$1" = purge ]; then
    echo "诊改工作台已卸载。档案数据未动，保留在各用户主目录的 .local/share/zhengai 文件夹中。"
fi
"""


def stage(program: Path, icons: Path, tree: Path) -> None:
    """Lay the package's files out below `tree`, but for what dpkg itself reads."""
    share = tree / "usr/share"
    shutil.copytree(program, tree / "opt/zhengai", symlinks=True)
    places = {
        _HERE / "zhengai.desktop": share / "applications/zhengai.desktop",
        _HERE / "zhengai.mime.xml": share / "mime/packages/zhengai.xml",
        _ROOT / "resources/zhengai.svg": share / "icons/hicolor/scalable/apps/zhengai.svg",
    }
    for size in SIZES:
        folder = share / f"icons/hicolor/{size}x{size}/apps"
        places[icons / f"zhengai-{size}.png"] = folder / "zhengai.png"
    for source, target in places.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/zhengai").symlink_to("/opt/zhengai/zhengai")
    _documents(share / "doc/zhengai")
    (share / "man/man1").mkdir(parents=True)
    _pack(share / "man/man1/zhengai.1.gz", (_HERE / "zhengai.1").read_bytes())
    (share / "lintian/overrides").mkdir(parents=True)
    (share / "lintian/overrides/zhengai").write_text(_OVERRIDES, "utf-8")
    for path in tree.rglob("*"):
        if path.is_symlink():
            continue
        runs = path.is_dir() or path == tree / "opt/zhengai/zhengai"
        path.chmod(0o755 if runs else 0o644)


def _documents(folder: Path) -> None:
    folder.mkdir(parents=True)
    fonts = sorted((_ROOT / "resources/fonts").glob("OFL-*.txt"))
    texts = (path.read_text("utf-8") for path in fonts)
    (folder / "copyright").write_text("\n\n".join((_LICENSE, *texts)), "utf-8")
    changes = _ROOT / "CHANGELOG.md"
    made = int(os.environ.get("SOURCE_DATE_EPOCH", changes.stat().st_mtime))
    entry = (
        f"zhengai ({version()}) unstable; urgency=medium\n\n  * 修改内容见 NEWS.gz。\n\n"
        f" -- {_maintainer()}  {formatdate(made)}\n"
    )
    _pack(folder / "changelog.gz", entry.encode())
    _pack(folder / "NEWS.gz", changes.read_bytes())


def _pack(target: Path, said: bytes) -> None:
    """The same bytes of the same text, whatever the time is."""
    with gzip.GzipFile(target, "wb", compresslevel=9, mtime=0) as packed:
        packed.write(said)


def _maintainer() -> str:
    return os.environ.get("DEB_MAINTAINER", "zhengai <zhengai@example.org>")


def describe(tree: Path, machine: str) -> None:
    """Write what dpkg reads: the control file, the checksums, what is said after the removal."""
    control = tree / "DEBIAN"
    files = [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink()]
    sums = (f"{_md5(path)}  {path.relative_to(tree)}\n" for path in files)
    text = f"""\
Package: zhengai
Version: {version()}
Architecture: {machine}
Maintainer: {_maintainer()}
Section: misc
Priority: optional
Installed-Size: {sum(path.stat().st_size for path in files) // 1024}
Depends: {", ".join((f"libc6 (>= {_c_library(files)})", *_DEPENDS))}
Recommends: {", ".join(_RECOMMENDS)}
Suggests: {", ".join(_SUGGESTS)}
Description: workbench for diagnosing SMEs in a digital-transformation pilot (诊改工作台)
 供中小企业数字化转型城市试点诊断团队使用的离线桌面程序：一企一档、现场诊断及照片核对、
 水平评测、诊断报告和各项报送材料。
 .
 An offline desktop program; the data are encrypted and stay on the machine.
"""
    written = "".join(sums)
    control.mkdir()
    (control / "control").write_text(text, "utf-8")
    (control / "md5sums").write_text(written, "utf-8")
    (control / "postrm").write_text(_AFTER_REMOVAL, "utf-8")
    (control / "postrm").chmod(0o755)


def _c_library(files: list[Path]) -> str:
    """The newest version of the C library that any of the files names."""
    found = {(2, 17)}
    for path in files:
        with path.open("rb") as stream:
            if stream.read(4) != b"\x7fELF":
                continue
        said = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True)
        found |= {(2, int(minor)) for minor in re.findall(r"\bGLIBC_2\.(\d+)", said.stdout)}
    return "{}.{}".format(*max(found))


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "md5").hexdigest()


def main(program: Path, icons: Path, out: Path) -> None:
    """Stage, describe, pack. CalledProcessError where dpkg-deb refuses."""
    machine = _MACHINES.get(platform.machine(), platform.machine())
    target = out / f"zhengai_{version()}_{machine}.deb"
    with tempfile.TemporaryDirectory(dir=out) as folder:
        tree = Path(folder) / "tree"
        tree.mkdir(mode=0o755)
        stage(program, icons, tree)
        describe(tree, machine)
        # xz: Debian 11 and what is made from it cannot unpack zstd.
        packing = ("--root-owner-group", "-Zxz", f"-z{os.environ.get('DEB_LEVEL', '6')}")
        subprocess.run(["dpkg-deb", *packing, "--build", str(tree), str(target)], check=True)
    print(target)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
