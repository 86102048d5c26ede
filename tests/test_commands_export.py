"""The commands on a dossier: what a list and a check say, what an export writes or refuses."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.handin import OWNER
from app.handin_choice import PARTS
from app.outside import plain_name
from app.samples import FAULTY, load_sample
from app.workbench import Workbench
from forms.dossier import Attachment, Enterprise, Photo, Visit
from forms.record import single_id
from tests.commands_kit import Shell

NAME = "示例·处处缺漏机械有限公司"

#: All on one process, lest each reads the sample's photos.
pytestmark = pytest.mark.xdist_group("commands")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the faulty sample, whose photos take seconds to draw and read."""
    folder = tmp_path_factory.mktemp("faulty") / "data"
    bench = Workbench.open(folder)
    *_steps, dossier_id = load_sample(bench, FAULTY)
    assert isinstance(dossier_id, UUID)
    list(bench.examine(dossier_id))
    bench.close()
    return folder


@pytest.fixture
def stocked(template: Path, data_folder: Path) -> Path:
    shutil.copytree(template, data_folder)
    return data_folder


def opened(folder: Path) -> Iterator[Workbench]:
    bench = Workbench.open(folder)
    yield bench
    bench.close()


def test_list_and_check_have_the_documented_keys(shell: Shell, stocked: Path) -> None:
    status, (line,), _ = shell("list")
    assert status == 0
    assert list(line) == [
        "id", "enterprise", "step", "steps", "level", "target", "score", "findings", "days_left"
    ]  # fmt: skip
    assert (line["enterprise"], line["target"]) == (NAME, 2)
    assert set(line["steps"].values()) <= {"empty", "open", "done", "blocked"}
    assert line["step"] == next(key for key, state in line["steps"].items() if state != "done")
    assert isinstance(line["score"], float) and 0 < line["score"] < 100
    status, lines, _ = shell("check", "处处缺漏")
    assert status == 1
    assert list(lines[0]) == [
        "rule", "severity", "message", "clause", "remedy", "page", "record", "field"
    ]  # fmt: skip
    counted = {weight: sum(f["severity"] == weight for f in lines) for weight in line["findings"]}
    assert counted == line["findings"]
    assert shell("check", line["id"])[1] == lines
    assert "没有找到" in shell.refused("check", "没有")
    assert "没有找到" in shell.refused("check", uuid4())


# export


def made(out: str) -> set[str]:
    paths = [Path(line) for line in out.splitlines()]
    assert all(path.is_file() for path in paths)
    return {path.name for path in paths}


def test_a_final_export_is_refused_while_a_rule_blocks(
    shell: Shell, stocked: Path, tmp_path: Path
) -> None:
    status, out, words = shell.raw("export", NAME, tmp_path / "out")
    assert (status, out) == (1, "")
    assert "没有导出终稿" in words and words.endswith("。\n") and words.count("\n") == 1
    assert not (tmp_path / "out").exists()
    assert "可选的有" in shell.refused("export", NAME, tmp_path, "--only", "report,没有")
    assert "草稿不供报送" in shell.refused("export", NAME, tmp_path, "--only", "mail", "--draft")


def test_a_draft_is_whole_and_says_that_rules_block(
    shell: Shell, stocked: Path, tmp_path: Path
) -> None:
    status, out, words = shell.raw("export", "--draft", NAME, tmp_path / "out")
    assert status == 1
    papers = (
        "核验单", "咨询诊断报告", "现场诊断记录表（第1次）", "咨询诊断服务协议", "企业满意度评价表",
        "数字化基础、管理及成效评测表", "数字化经营应用场景等级判定表", "报送函", "平台上传清单",
        "现场调研提纲", "现场调研计划", "诊断结果汇报会议纪要",
    )  # fmt: skip
    assert made(out) == {f"{NAME}-文件包（草稿）.zip", "日程.ics"} | {
        f"{paper}（草稿）.{ending}" for paper in papers for ending in ("pdf", "docx")
    }
    assert "正在编写" in words
    packed = tmp_path / "out" / NAME / f"{NAME}-文件包（草稿）.zip"
    status, (line,), words = shell("verify", packed)
    signer = line["signed_by"]
    assert (status, {**line, "signed_by": None}) == (0, {
        "file": str(packed), "whole": True, "signed_by": None, "signature": "good",
        "signer": None, "missing": [], "changed": [], "extra": [],
    })  # fmt: skip
    assert len(signer["fingerprint"].split()) == 8 and signer["fingerprint"] in words
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("多出.txt", "x")
    (tmp_path / "不是.zip").write_text("x")
    status, lines, _ = shell("verify", packed, tmp_path / "不是.zip", tmp_path / "没有.zip")
    assert (status, lines[0]["whole"], lines[0]["extra"]) == (2, False, ["多出.txt"])
    assert [list(line) for line in lines[1:]] == [["file", "error"]] * 2
    assert shell("verify", packed)[0] == 1


def test_a_bundle_goes_out_in_parts_that_are_checked_together(
    shell: Shell, stocked: Path, tmp_path: Path
) -> None:
    parts = ("--only", "bundle", "--pack", "agreement", "--small-photos", "--mail-limit", "2")
    status, out, _ = shell.raw("export", "--draft", NAME, tmp_path, *parts)
    paths = [Path(line) for line in out.splitlines()]
    count = len(paths)
    assert status == 1 and count > 1
    assert [path.name for path in paths] == [
        f"{NAME}-文件包（草稿）（{number}-{count}）.zip" for number in range(1, count + 1)
    ]
    status, lines, words = shell("verify", *paths)
    assert (status, [line["part"]["number"] for line in lines]) == (0, list(range(1, count + 1)))
    assert f"共 {count} 卷，已齐全。" in words
    status, (line,), words = shell("verify", paths[1])
    assert (status, line["whole"], line["part"]["of"]) == (0, True, count)
    assert f"第 2 卷，共 {count} 卷" in words and "缺第" not in words
    status, _, words = shell("verify", paths[0], paths[0])
    assert status == 0 and "缺第" not in words
    shutil.copyfile(paths[0], tmp_path / "再收.zip")
    status, _, words = shell("verify", paths[0], tmp_path / "再收.zip")
    assert status == 1 and "缺第 2" in words
    with zipfile.ZipFile(paths[0]) as archive:
        papers = [name for name in archive.namelist() if name.startswith("文档/")]
    assert papers == [f"文档/咨询诊断服务协议（草稿）.{kind}" for kind in ("pdf", "docx")]
    assert "应为 1 到 10,000 MB" in shell.refused("export", NAME, tmp_path, "--mail-limit", "0")
    assert "不能放“filing”" in shell.refused("export", NAME, tmp_path, "--pack", "filing")


def test_only_what_is_named_is_exported(shell: Shell, stocked: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, printed, _ = shell.raw(
        "export", NAME, out, "--draft", "--only", " records , checksheet"
    )
    assert status == 1
    assert made(printed) == {
        f"{paper}（草稿）.{ending}"
        for paper in ("核验单", "现场诊断记录表（第1次）")
        for ending in ("pdf", "docx")
    }
    assert len([p for p in out.rglob("*") if p.is_file() and p.name != OWNER]) == 4


def test_papers_of_early_steps_leave_as_finals(
    shell: Shell, tmp_path: Path, data_folder: Path
) -> None:
    bench = Workbench.open(data_folder)
    dossier_id = bench.create("示例·甲厂")
    filing = single_id(dossier_id, "filing")
    bench.put(dossier_id, "filing", filing, "content", "长" * 1501)
    bench.close()
    early = ("export", dossier_id, tmp_path, "--only", "agreement,satisfaction,outline,plan")
    status, printed, _ = shell.raw(*early)
    assert status == 0
    assert {name for name in made(printed) if "草稿" in name} == set()
    assert "咨询诊断服务协议.docx" in made(printed)
    status, printed, words = shell.raw("export", dossier_id, tmp_path, "--only", "report")
    assert (status, printed) == (1, "") and "没有导出终稿" in words
    status, printed, words = shell.raw("export", dossier_id, tmp_path, "--only", "filing")
    assert (status, printed) == (1, "") and "没有导出终稿" in words
    assert "超过 1500 字" in shell.raw("check", dossier_id)[1]
    assert shell.raw("export", dossier_id, tmp_path, "--draft", "--only", "filing")[0] == 1


def test_files_that_are_gone_are_named(shell: Shell, stocked: Path, tmp_path: Path) -> None:
    for bench in opened(stocked):
        dossier = bench.dossier(bench.resolve_name(NAME))
        first, second = dossier.all(Photo)[:2]
        bench.store.vault.path("originals", first.sha256).unlink()
        bench.store.vault.path("originals", second.sha256).write_bytes(b"rotten")
        for photo_ in (first, second):
            bench.store.vault.path("copies", photo_.sha256).unlink()
        bench.add(dossier.id, "photo", sha256="../x", filename="外来.jpg")
        bench.add(dossier.id, "attachment", sha256="c" * 64, name="协议", kind="协议")
        attachments = len(dossier.all(Attachment))
    status, out, words = shell.raw("export", NAME, tmp_path, "--draft", "--only", "records,bundle")
    assert status == 1
    for gone in (first.filename, "外来.jpg", "协议"):
        assert f"“{gone}”的原始文件不在数据文件夹中" in words
    assert f"{NAME}-文件包（草稿）.zip" in made(out)
    packed = tmp_path / NAME / f"{NAME}-文件包（草稿）.zip"
    assert shell("verify", packed)[0] == 0
    with zipfile.ZipFile(packed) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        kept = [name for name in archive.namelist() if name.startswith("附件/")]
    assert f"“{second.filename}”在本机的存件已损坏，导出的材料里没有它" in words
    assert manifest["left_out"] == [first.filename, second.filename, "外来.jpg", "协议"]
    assert len(kept) == attachments


def test_two_enterprises_of_one_name_do_not_overwrite_one_another(
    shell: Shell, tmp_path: Path, data_folder: Path
) -> None:
    bench = Workbench.open(data_folder)
    ids = [bench.create("示例/甲厂") for _ in range(2)]
    bench.close()
    argv = (tmp_path / "out", "--draft", "--only", "checksheet")
    for dossier_id in (*ids, *ids):
        assert shell.raw("export", dossier_id, *argv)[0] == 1
    folders = {path.name: path for path in (tmp_path / "out").iterdir()}
    assert set(folders) == {"示例_甲厂", f"示例_甲厂-{ids[1].hex[:8]}"}
    owners = [UUID(path.joinpath(OWNER).read_text().strip()) for path in folders.values()]
    assert set(owners) == set(ids)
    for path in folders.values():
        path.joinpath(OWNER).write_text(str(uuid4()))
    assert "另一份档案的材料" in shell.refused("export", ids[1], *argv)


def test_the_record_of_a_visit_that_is_no_more_goes(
    shell: Shell, tmp_path: Path, data_folder: Path
) -> None:
    bench = Workbench.open(data_folder)
    dossier_id = bench.create("示例·甲厂")
    for day in (17, 18):
        bench.add(dossier_id, "visit", date=f"2025-06-{day}")
    bench.close()
    argv = ("export", dossier_id, tmp_path, "--draft", "--only", "records")
    uploads = tmp_path / "示例·甲厂" / "上传材料"
    assert len(made(shell.raw(*argv)[1])) == 4
    (uploads / "我的.docx").write_text("x")
    for bench in opened(data_folder):
        bench.withdraw(dossier_id, "visit", bench.dossier(dossier_id).all(Visit)[1].id)
    assert len(made(shell.raw(*argv)[1])) == 2
    assert {path.name for path in uploads.iterdir()} == {
        "现场诊断记录表（第1次）（草稿）.docx", "现场诊断记录表（第1次）（草稿）.pdf", "我的.docx"
    }  # fmt: skip


ODD_NAMES = [
    "a/b\\c:d*e?f\"g<h>i|j", "..", ".", "...", "CON", "com1.公司", "nul .x", " 尾点. ", "😀" * 80,
    "长" * 200, "a\nb\tc\0d", "\u202e反写gpj.exe", "e\u0301" * 70, "",
]  # fmt: skip
BUNDLED = ('a/b\\c:d*e?f"g<h>i|j', "😀" * 80, "nul .x")


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_any_name_becomes_a_folder(
    name: str, shell: Shell, tmp_path: Path, data_folder: Path
) -> None:
    bench = Workbench.open(data_folder)
    dossier_id = bench.create(name)
    assert bench.dossier(dossier_id).one(Enterprise).name == name.replace("\0", "")
    bench.close()
    out = tmp_path / "out"
    # One paper tells the folder's name; the whole bundle, whose name has it too, takes seconds.
    part = "bundle" if name in BUNDLED else "checksheet"
    status, printed, _ = shell.raw("export", dossier_id, out, "--draft", "--only", part)
    assert status == 1
    (folder,) = out.iterdir()
    assert {path.parent for path in map(Path, printed.splitlines())} == {folder}
    assert folder.name == plain_name(name or "未命名企业")
    assert not set(folder.name) & set('\\/:*?"<>|\n\t\u202e')
    assert folder.name == folder.name.strip(" .") and len(folder.name.encode()) <= 181
    assert folder.name.split(".")[0].strip().upper() not in {"CON", "COM1", "NUL"}
    if part == "bundle":
        (packed,) = folder.glob("*.zip")
        assert shell("verify", packed)[0] == 0


def test_a_place_that_cannot_be_written_is_one_sentence(
    shell: Shell, stocked: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    words = shell.raw("export", NAME, tmp_path / "file" / "x", "--draft")
    assert words[:2] == (2, "")
    assert "所在位置不是文件夹" in words[2] and words[2].endswith("。\n")
    assert shell.raw("demo", tmp_path / "file")[0] == 2


def test_stopping_an_export_leaves_what_was_there(stocked: Path, tmp_path: Path) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / "核验单（草稿）.pdf").write_text("从前的")
    for bench in opened(stocked):
        steps = bench.export(bench.resolve_name(NAME), tmp_path, ("checksheet",), draft=True)
        next(steps)
        next(steps)
        steps.close()  # type: ignore[attr-defined]
    assert {path.name for path in folder.iterdir()} == {"核验单（草稿）.pdf", OWNER}
    assert (folder / "核验单（草稿）.pdf").read_text() == "从前的"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_part_that_can_be_exported(name: str) -> None:
    text = (Path(__file__).parent.parent / name).read_text("utf-8")
    (named,) = re.findall(r"^`--only` .*?`mail`", text, re.M | re.S)
    assert sorted(re.findall(r"`(\w+)`", named)) == sorted(PARTS)
