"""The commands: the JSON that scripts read, the exit statuses, one sentence for every mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.commands import run
from app.workbench import Workbench
from tests.app_kit import database_of
from tests.commands_kit import Shell
from tests.photo_files import photo, taken

ROOT = Path(__file__).parent.parent
COMMANDS = ("demo", "grade", "photos", "import", "list", "check", "export", "verify", "doctor")

#: On one process with the tests of what is exported.
pytestmark = pytest.mark.xdist_group("commands")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


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
