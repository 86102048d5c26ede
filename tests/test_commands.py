"""The commands: the JSON that scripts read, the exit statuses, one sentence for every mistake."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.commands import run
from app.handin import OWNER
from app.handin_choice import PARTS
from app.outside import plain_name
from app.samples import FAULTY, load_sample
from app.workbench import Workbench
from forms.dossier import Attachment, Enterprise, Photo, Visit
from forms.record import single_id
from tests.app_kit import database_of
from tests.photo_files import photo, taken

ROOT = Path(__file__).parent.parent
COMMANDS = ("demo", "grade", "photos", "import", "list", "check", "export", "verify", "doctor")
NAME = "示例·处处缺漏机械有限公司"

#: All on one process, lest each reads the sample's photos.
pytestmark = pytest.mark.xdist_group("commands")


class Shell:
    """Runs commands in this process; each answers with status, JSON lines, and words."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *argv: object) -> tuple[int, list[dict[str, Any]], str]:
        status, out, words = self.raw(*argv)
        return status, [json.loads(line) for line in out.splitlines()], words

    def raw(self, *argv: object) -> tuple[int, str, str]:
        status = run([str(part) for part in argv])
        out, words = self._capsys.readouterr()
        assert "Traceback" not in words
        return status, out, words

    def refused(self, *argv: object) -> str:
        """The one sentence of a command that is refused, with status 2 and no output."""
        status, out, words = self.raw(*argv)
        assert (status, out) == (2, "")
        assert words.endswith("。\n") and words.count("\n") == 1
        return words


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


# As programs of their own


def program(*argv: object, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "main.py", *map(str, argv)],
        capture_output=True, text=True, encoding="utf-8", check=False, **more,
    )  # fmt: skip


def test_a_program_of_its_own_says_what_is_wrong_in_one_sentence(tmp_path: Path) -> None:
    for argv in (["没有"], ["--data=x", "没有"], ["--data"]):
        done = program(*argv, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("命令写法不对（") and done.stderr.endswith("。\n")
    assert list(tmp_path.iterdir()) == []


def test_a_program_of_its_own_grades_and_loads_no_window(tmp_path: Path) -> None:
    (tmp_path / "卷.json").write_text('{"items": {}}', "utf-8")
    command = (
        "import sys, main; status = main.main(['grade', '卷.json']);"
        "sys.exit(status or any(m.split('.')[0] in ('PySide6', 'widgets') for m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=tmp_path, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["file"] == "卷.json"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipe that closes early")
def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"items": {}}', "utf-8")
    with subprocess.Popen(
        [sys.executable, ROOT / "main.py", "grade", *["a.json"] * 300],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


# Usage


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        ([], "缺少 命令"),
        (["export"], "缺少 dossier, out"),
        (["list", "--draft"], "多出 --draft"),
        (["photos", "a", "--fence", "远"], "--fence 的值“远”不合要求"),
        (["photos", "a", "--site"], "--site 后面缺少内容"),
        (["export", "a", "b", "--draft=yes"], "--draft 后面不带内容"),
        (["没有"], "没有“没有”这个命令"),
        (["list", "--dat", "x"], "多出 --dat x"),
        (["photos", "a", "--fence", "nan"], "围栏半径"),
        (["photos", "a", "--fence", "-5"], "围栏半径"),
        (["photos", "a", "--site", "北京"], "厂址"),
        (["photos", "a", "--visit", "上午"], "诊断时段"),
    ],
)
def test_wrong_usage_is_one_sentence(argv: list[str], word: str, shell: Shell) -> None:
    assert word in shell.refused(*argv)


def test_help_names_every_command(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["--help"])
    assert ended.value.code == 0
    words = capsys.readouterr().out
    assert all(f" {name} " in words for name in COMMANDS)
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            run([name, "--help"])
        assert f"main.py {name}" in capsys.readouterr().out


@pytest.mark.parametrize("where", ["before", "after", "environment"])
def test_the_data_folder_is_named_in_three_ways(
    where: str, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "档案 柜"
    argv: list[object] = ["list"]
    if where == "before":
        argv = ["--data", folder, "list"]
    elif where == "after":
        argv = ["list", "--data", folder]
    else:
        monkeypatch.setenv("ZHENGAI_DATA", str(folder))
    bench = Workbench.open(folder)
    bench.create("示例·甲厂")
    bench.close()
    status, lines, _ = shell(*argv)
    assert (status, [line["enterprise"] for line in lines]) == (0, ["示例·甲厂"])


def test_a_data_folder_in_use_or_unusable_is_one_sentence(shell: Shell, data_folder: Path) -> None:
    bench = Workbench.open(data_folder)
    assert "另一个诊改工作台窗口" in shell.refused("list")
    bench.close()
    assert "数据文件夹" in shell.refused("list", "--data", database_of(data_folder))
    database_of(data_folder).write_bytes(b"x" * 5000)
    assert "损坏" in shell.refused("check", "x")


# grade


def test_good_and_bad_sheets_are_graded_side_by_side(shell: Shell, tmp_path: Path) -> None:
    sheets = {
        "好.json": '{"items": {"网络建设": ["B", "C"]}, "scenes": {"产品设计": 2}}',
        "好.yaml": "items:\n  网络建设: [B, C]\nscenes: {产品设计: 2}\n",
        "坏项.json": '{"items": {"没有": ["A"]}}',
        "坏级.json": '{"scenes": {"产品设计": 9}}',
        "断.json": '{"items": ',
        "列.json": "[]",
        "深.json": "[" * 100_000,
        "深.yaml": "[" * 100_000,
        "笑.yaml": "a: &a [x]\nb: [*a, *a]\n",
        "乱.yaml": "a: [b",
    }
    for name, text in sheets.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "码.json").write_bytes(b"\xff\xfe")
    (tmp_path / "大.json").write_bytes(b" " * (1 << 20) + b"{}")
    names = [*sheets, "码.json", "大.json", "没有.json", "."]
    status, lines, _ = shell("grade", *(tmp_path / name for name in names))
    assert status == 2
    assert [Path(line["file"]).name for line in lines[:-1]] == names[:-1]
    good, bad = lines[:2], lines[2:]
    assert all(list(line) == ["file", "error"] and line["error"].endswith("。") for line in bad)
    assert list(good[0]) == [
        "file", "score", "dimensions", "indicators", "level", "complete", "unanswered", "next"
    ]  # fmt: skip
    assert list(good[0]["next"]) == ["level", "points", "scenes", "binding_scenes"]
    assert {**good[0], "file": ""} == {**good[1], "file": ""}
    assert (good[0]["complete"], "信息系统" in good[0]["unanswered"]) == (False, True)
    assert shell("grade", tmp_path / "好.json")[0] == 0


# photos


def test_photos_of_a_folder_with_garbage(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "照片"
    folder.mkdir()
    photo(folder / "a.jpg", detail=taken("2025:06:17 09:05:00"))
    for year in ("0001", "9999", "1899", "2200"):
        photo(folder / f"{year}.jpg", detail=taken(f"{year}:01:01 00:00:00", "+14:00"))
    (folder / "b.txt").write_text("不是照片")
    status, lines, _ = shell(
        "photos", folder, "--site", "43.8868,125.3245", "--fence", "300",
        "--visit", "2025-06-17T09:00/2025-06-17T11:30", "--no-ocr",
    )  # fmt: skip
    assert status == 2
    found = {Path(line["file"]).name: line for line in lines}
    assert list(found["b.txt"]) == ["file", "error"]
    assert found["a.jpg"]["taken_at"] == "2025-06-17T09:05:00+08:00"
    assert all(found[f"{year}.jpg"]["taken_at"] is None for year in ("0001", "9999", "1899"))
    assert {f["severity"] for f in found["a.jpg"]["findings"]} <= {"block", "warn", "info"}
    assert shell("photos", folder / "a.jpg")[0] == 1  # no position: a warning


# import, list, check


def test_import_takes_files_of_both_kinds(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "名单.csv").write_text("企业名称\n示例·甲厂\n示例·乙厂\n", "utf-8")
    (tmp_path / "档案.json").write_text(
        '{"format": "zhengai-dossier/1", "id": "one", "enterprise": {"name": "示例·丙厂"}}', "utf-8"
    )
    (tmp_path / "坏.yaml").write_text("format: [", "utf-8")
    files = [tmp_path / name for name in ("名单.csv", "坏.yaml", "档案.json", "没有.json")]
    status, lines, words = shell("import", *files)
    assert status == 2
    assert [line.get("enterprise", "error") for line in lines] == [
        "示例·甲厂", "示例·乙厂", "error", "示例·丙厂", "error"
    ]  # fmt: skip
    assert [set(line) for line in lines if "id" in line] == [{"file", "id", "enterprise"}] * 3
    assert words == ""
    status, lines, words = shell("import", tmp_path / "名单.csv", tmp_path / "档案.json")
    assert (status, len(lines)) == (2, 1)
    assert "已在本机" in lines[0]["error"]
    assert words.count("已有档案") == 2
    assert len(shell("list")[1]) == 3


def test_a_registry_is_previewed_and_its_faulty_cells_are_named(
    shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("企业名称,信用代码\n示例·甲厂,\n示例·乙厂,9122\n", "utf-8")
    status, lines, _ = shell("import", path, "--preview")
    assert status == 1 and [line["state"] for line in lines] == ["新增", "有误"]
    assert [cell["cell"] for cell in lines[1]["cells"]] == ["B3"]
    assert shell("list")[1] == []
    status, lines, words = shell("import", path)
    assert status == 1 and lines[0]["enterprise"] == "示例·甲厂"
    assert lines[1]["error"].startswith("第 3 行 B 列：") and lines[1]["error"] in words
    path.write_text("企业名称,地址\n示例·甲厂,某路1号\n", "utf-8")
    assert "档案未改" in shell("import", path)[2]
    assert shell("import", path, "--update")[:2] == (0, [{**lines[0]}])
    assert shell("import", tmp_path / "a.json", "--preview")[0] == 2


REFUSED = [
    "id: &a [x, x]\nmember: [*a]\n",
    "visit: [{date: 0001-01-01}]\n",
    "visit: [{date: 9999-12-31}]\n",
    "stay: [{start: 20:30}]\n",
    "member: [{id: m, name: 甲}, {id: m, name: 乙}]\n",
    "answer: [{stage: self, subject: 网络建设}, {stage: self, subject: 网络建设}]\n",
    "equipment: [{position: 数}]\n",
    "id: {a: {b: c}}\n",
    "dossier: []\n",
    "x: " + "[" * 5000,
]


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_a_hostile_dossier_is_refused_whole(text: str, shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"format: zhengai-dossier/1\n{text}", "utf-8")
    status, (line,), _ = shell("import", path)
    assert (status, list(line)) == (2, ["file", "error"])
    assert line["error"].endswith("。")
    assert shell("list") == (0, [], "")


ODD = [
    'enterprise: {name: "\\0示例"}\n',
    "photo: [{facts: {width: 1, height: 1, format: X, taken_local: '0001-01-01T00:00:00'}}]\n",
    "enterprise: {revenue: {value: '1e999999'}, employees: {value: '1e-999999'}}\n",
    "visit: [{id: v, date: '1900-01-01'}]\nstay: [{parent: v, start: '00:00', end: '23:59'}]\n",
    "agreement: {signed_on: '2199-12-31', reported_on: '1900-01-01'}\n",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_an_odd_dossier_can_be_judged(text: str, shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"format: zhengai-dossier/1\n{text}", "utf-8")
    status, (line,), _ = shell("import", path)
    assert status == 0
    assert shell("check", line["id"])[0] == 1
    assert len(shell("list")[1]) == 1


def test_memory_that_cannot_be_read_is_one_line(shell: Shell) -> None:
    status, (line,), _ = shell("import", "/proc/self/mem")
    assert (status, list(line)) == (2, ["file", "error"])


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


# doctor


def test_doctor_says_what_works_and_what_to_do(shell: Shell, data_folder: Path) -> None:
    status, lines, _ = shell("doctor")
    assert status == 0
    assert all(list(line) == ["check", "ok", "detail", "remedy", "essential"] for line in lines)
    found = {line["check"]: line for line in lines}
    assert set(found) == {
        "版本", "存放位置", "数据文件夹", "数据库", "备份", "方案包", "字体", "密钥环", "水印识别"
    }  # fmt: skip
    assert (found["密钥环"]["ok"], found["密钥环"]["essential"]) == (True, False)
    assert all(bool(line["remedy"]) != line["ok"] for line in lines)
    broken = database_of(data_folder)
    broken.write_bytes(b"x" * 9000)
    for leftover in broken.parent.glob("zhengai.db-*"):
        leftover.unlink()
    status, lines, _ = shell("doctor")
    assert (status, [line["check"] for line in lines if not line["ok"] and line["essential"]]) == (
        1, ["数据文件夹"]
    )  # fmt: skip


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_part_that_can_be_exported(name: str) -> None:
    text = (Path(__file__).parent.parent / name).read_text("utf-8")
    (named,) = re.findall(r"^`--only` .*?`mail`", text, re.M | re.S)
    assert sorted(re.findall(r"`(\w+)`", named)) == sorted(PARTS)
