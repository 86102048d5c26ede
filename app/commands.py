"""The commands without a window: the same facade the screens call (a stable contract).

JSON goes to standard output, one object a line; words for people go to standard error. Exit status:
0 all well; 1 done, but something fails a rule; 2 bad input or usage, with one plain sentence.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app import exchange_commands
from app.command_line import (
    BAD,
    FAILS,
    WELL,
    Parser,
    bench_of,
    folder_of,
    follow,
    passphrase_in,
    print_line,
    say,
    secret_of,
)
from app.outside import cause, read_plain
from app.packs import DEFAULT_PACK, load_pack
from forms.errors import RuleRefusal, UserError

if TYPE_CHECKING:
    from app.import_plan import Fault
    from app.signers import Signers
    from app.workbench import Workbench

SHEET_CEILING = 1 << 20


def run(argv: list[str]) -> int:
    """Run one command; the exit status. Errors of people never end in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        options = _parser().parse_args(argv)
        command: Callable[[argparse.Namespace], int] = options.run
        return command(options)
    except RuleRefusal as refusal:
        say(str(refusal))
        return FAILS
    except UserError as error:
        say(str(error))
        return BAD
    except BrokenPipeError:
        # Whoever reads has seen enough; what is still buffered must not be flushed at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WELL
    except OSError as error:
        say(f"没有做完（{cause(error)}），写完的内容保留，请检查文件、磁盘空间和权限后重试。")
        return BAD
    except KeyboardInterrupt:
        say("已停止，写完的内容保留，未写完的没有留下。")
        return BAD
    except Exception as error:
        if not _is_of_the_database(error):
            raise
        say(f"没有做完（{cause(error.__cause__)}），保存过的内容未动，请用 doctor 检查数据。")
        return BAD


def _is_of_the_database(error: Exception) -> bool:
    """Whether the database failed while it was read; loaded late, for `grade` needs no database."""
    from sqlalchemy.exc import DatabaseError

    return isinstance(error, DatabaseError)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="main.py", description="诊改工作台；不带命令则打开窗口。", allow_abbrev=False
    )
    parser.add_argument("--data", metavar="DIR", help="数据文件夹")
    parts = parser.add_subparsers(required=True, metavar="命令")

    def command(name: str, does: str, run_it: Callable[..., int]) -> argparse.ArgumentParser:
        part = parts.add_parser(name, help=does, description=does, allow_abbrev=False)
        part.add_argument("--data", dest="data_after", metavar="DIR", help="数据文件夹")
        part.add_argument("--passphrase-file", type=Path, metavar="FILE", help="口令所在文件")
        part.set_defaults(run=run_it)
        return part

    demonstrate = command("demo", "用随附样例走完全程", _demo)
    demonstrate.add_argument("out", type=Path)
    demonstrate.add_argument("--pack", metavar="NAME", default=DEFAULT_PACK, help="用哪个方案包")
    command("grade", "给答卷评分定级", _grade).add_argument("sheets", type=Path, nargs="+")
    _examining(command("photos", "检查照片", _photos))
    _importing(command("import", "导入档案或企业名单", _import))
    command("list", "列出档案", _list)
    command("check", "列出一份档案的全部问题", _check).add_argument("dossier")
    export = command("export", "导出文档和文件包", _export)
    _exporting(export)
    verify = command("verify", "核对文件包", _verify)
    verify.add_argument("bundles", type=Path, nargs="+")
    merge = command("merge", "收取同事的文件包并合并", exchange_commands.merge)
    merge.add_argument("bundles", type=Path, nargs="+")
    for part in (export, verify, merge):
        part.add_argument(
            "--bundle-passphrase-file", type=Path, metavar="FILE", help="文件包口令所在文件"
        )
    sync = command("sync", "与办公室数据库同步", exchange_commands.sync)
    sync.add_argument("dossiers", nargs="*", metavar="dossier")
    sync.add_argument("--to", metavar="URL", help="办公室数据库的地址，填写后保存")
    sync.add_argument("--folder", type=Path, metavar="DIR", help="办公室的共享文件夹，填写后保存")
    sync.add_argument("--all", action="store_true", help="一并取回办公室的其他档案")
    sync.add_argument("--prepare", action="store_true", help="以 --to 的账号建立或升级办公室数据库")
    update = command("update", "核对更新文件，不安装", _update)
    update.add_argument("--check", type=Path, required=True, metavar="FILE", help="更新文件")
    doctor = command("doctor", "检查运行环境和数据", _doctor)
    doctor.add_argument(
        "--self-test", action="store_true", help="在临时数据上逐项试用本程序的各部分"
    )
    doctor.add_argument("--pack", type=Path, metavar="FOLDER", help="只检查这个方案包")
    return parser


def _examining(part: argparse.ArgumentParser) -> None:
    part.add_argument("paths", type=Path, nargs="+")
    part.add_argument("--site", metavar="LAT,LON", help="厂址，WGS-84 坐标，度")
    part.add_argument("--fence", type=float, metavar="METRES", help="围栏半径，米")
    part.add_argument("--visit", metavar="START/END", help="现场诊断起止时间，ISO 8601")
    part.add_argument("--no-ocr", action="store_true", help="不读水印")


def _exporting(part: argparse.ArgumentParser) -> None:
    part.add_argument("dossier")
    part.add_argument("out", type=Path)
    part.add_argument("--only", metavar="NAME,…", default="", help="只导出所列各种文档")
    part.add_argument("--draft", action="store_true", help="导出草稿")
    part.add_argument("--pack", metavar="NAME,…", default="", help="文件包只装所列各种文档")
    part.add_argument("--small-photos", action="store_true", help="文件包中的照片用缩小副本")
    part.add_argument("--mail-limit", type=int, metavar="MB", help="按每封邮件的大小分卷")


def _importing(part: argparse.ArgumentParser) -> None:
    part.add_argument("files", type=Path, nargs="+")
    part.add_argument("--preview", action="store_true", help="只预览企业名单，不导入")
    part.add_argument("--update", action="store_true", help="按名单改写已有档案中不同的各项")


def _demo(options: argparse.Namespace) -> int:
    from app.demo import demo

    return follow(demo(options.out, options.pack))


def _grade(options: argparse.Namespace) -> int:
    from grading.route import grade_line
    from grading.score import grade
    from grading.sheet import parse_sheet

    instrument = load_pack().instrument
    status = WELL
    for path in options.sheets:
        try:
            raw = read_plain(path, SHEET_CEILING, "没有评分，请核对文件。")
            sheet = parse_sheet(raw, instrument)
        except UserError as error:
            print_line({"file": str(path), "error": str(error)})
            status = BAD
            continue
        print_line({"file": str(path), **grade_line(grade(instrument, sheet))})
    return status


def _photos(options: argparse.Namespace) -> int:
    from app.photo_check import parse_site, parse_visit, photos_lines

    status = WELL
    fence = load_pack().fence_m if options.fence is None else options.fence
    if not 0 < fence < 100_000:
        raise UserError("围栏半径应为 0 到 100,000 之间的米数，没有检查任何照片，请改正后再试。")
    site = parse_site(options.site) if options.site else None
    visit = parse_visit(options.visit) if options.visit else None
    for line in photos_lines(options.paths, site, fence, visit, ocr=not options.no_ocr):
        print_line(line)
        if "error" in line:
            status = BAD
        elif _fails(line["findings"]):
            status = max(status, FAILS)
    return status


def _fails(findings: Any) -> bool:
    return any(finding["severity"] in ("block", "warn") for finding in findings)


def _import(options: argparse.Namespace) -> int:
    from app.registry import SUFFIXES
    from forms.dossier import Enterprise

    with bench_of(options) as bench:
        status = WELL
        for path in options.files:
            try:
                if path.suffix.lower() in SUFFIXES:
                    status = max(status, _registry(bench, path, options))
                elif options.preview:
                    raise UserError(f"“{path.name}”不是企业名单，不能预览，没有导入。")
                else:
                    dossier_id = bench.import_dossier(path)
                    name = bench.dossier(dossier_id).one(Enterprise).name
                    print_line({"file": str(path), "id": str(dossier_id), "enterprise": name})
            except UserError as error:
                print_line({"file": str(path), "error": str(error)})
                status = BAD
        return status


def _registry(bench: Workbench, path: Path, options: argparse.Namespace) -> int:
    """A registry's rows, a line each that comes in, or is wrong; with --preview every row."""
    from app.registry import apply, preview

    plan = preview(bench, path)
    file = {"file": str(path)}
    faulty = WELL
    if options.preview:
        for each in plan.rows:
            row = {"row": each.row.line, "enterprise": each.row.name, "state": each.state.value}
            print_line({**file, **row, "note": each.note, "cells": _cells(each.faults)})
            faulty = FAILS if each.faults else faulty
        return faulty
    for entry in apply(bench, plan, update=options.update):
        if entry.dossier_id is not None:
            print_line({**file, "id": str(entry.dossier_id), "enterprise": entry.name})
        else:
            say(entry.note)
        if entry.faults:
            wrong = {"row": entry.row, "enterprise": entry.name, "cells": _cells(entry.faults)}
            print_line({**file, **wrong, "error": entry.note})
            faulty = FAILS
    return faulty


def _cells(faults: Sequence[Fault]) -> list[dict[str, str]]:
    return [{"cell": fault.cell, "reason": fault.reason} for fault in faults]


def _list(options: argparse.Namespace) -> int:
    with bench_of(options) as bench:
        for summary in bench.summaries():
            facts = bench.summary(summary.id)
            keys = ("step", "steps", "level", "target", "score", "findings", "days_left")
            shown = {key: facts[key] for key in keys} | {"score": facts["score"] / 1000}
            print_line({"id": str(summary.id), "enterprise": summary.name, **shown})
    return WELL


def _check(options: argparse.Namespace) -> int:
    with bench_of(options) as bench:
        dossier_id = bench.resolve_name(options.dossier)
        _examine(bench, dossier_id)
        review = bench.review(dossier_id)
        for found in review.findings:
            target = found.target
            print_line(
                {
                    "rule": found.rule,
                    "severity": found.severity.value,
                    "message": found.message,
                    "clause": found.clause,
                    "remedy": found.remedy,
                    "page": target.page if target else None,
                    "record": str(target.record) if target and target.record else None,
                    "field": target.field if target and target.field else None,
                }
            )
        return FAILS if any(f.severity.value != "info" for f in review.findings) else WELL


def _examine(bench: Workbench, dossier_id: UUID) -> None:
    """Read the watermarks that were not read yet; where that fails, judge without them."""
    try:
        follow(bench.examine(dossier_id))
    except UserError as error:
        say(str(error))


def _export(options: argparse.Namespace) -> int:
    from app import consent
    from app.closing import Closing
    from app.handin_choice import names_in, needs_whole, packing_of

    closing = Closing(passphrase_in(options.bundle_passphrase_file, "没有导出"))
    closing.check()
    packed = packing_of(options.pack, options.small_photos, options.mail_limit)
    with bench_of(options) as bench:
        dossier_id: UUID = bench.resolve_name(options.dossier)
        only = names_in(options.only)
        _examine(bench, dossier_id)
        steps = bench.export(dossier_id, options.out, only, options.draft, closing, packed)
        status = follow(steps)
        if closing.passphrase and not consent.on_file(bench.dossier(dossier_id)):
            say(consent.WANTING)
        blocked = bench.summary(dossier_id)["findings"]["block"]
        return FAILS if blocked and needs_whole(only, options.draft) else status


def _verify(options: argparse.Namespace) -> int:
    from app.bundle_check import Checked, check, of_sets
    from app.closing import PassphraseError

    passphrase = passphrase_in(options.bundle_passphrase_file, "没有核对")
    status, seen = WELL, dict[str, Checked]()
    with _signers(options) as signers:
        for path in options.bundles:
            try:
                found = check(path, passphrase, signers)
            except UserError as error:
                words = str(error)
                if isinstance(error, PassphraseError) and not passphrase:
                    words = f"{words.rstrip('。')}（--bundle-passphrase-file）。"
                print_line({"file": str(path), "error": words})
                say(words)
                status = BAD
                continue
            seen[path.name] = found
            print_line({"file": str(path), **found.facts})
            say(f"{path.name}：{found.part_sentence}{found.sentence}")
            status = max(status, WELL if found.sound else FAILS)
    for sentence, whole in of_sets(seen).items():
        say(sentence)
        status = max(status, WELL if whole else FAILS)
    return status


@contextmanager
def _signers(options: argparse.Namespace) -> Iterator[Signers | None]:
    """The signers that a named store knows; None where none is named, or it cannot be opened now.

    A bundle can be checked without; only what is closed for this store's device cannot be opened.
    """
    folder = folder_of(options)
    if folder is None or not folder.is_dir() or not any(folder.iterdir()):
        yield None
        return
    from app.signers import Signers

    with ExitStack() as held:
        try:
            bench = held.enter_context(bench_of(options))
        except UserError as error:
            say(str(error))
            yield None
            return
        yield Signers(bench.store)


def _update(options: argparse.Namespace) -> int:
    from app.updates import Update, check
    from app.version import version

    for step in check(options.check):
        if isinstance(step, Update):
            said = step.statement
            facts = {"file": str(step.installer), "version": said.version, "here": version()}
            signed = {"released": said.released, "notes": said.notes, "key": step.fingerprint}
            print_line({**facts, **signed})
        else:
            say(f"[{step.done}/{step.total}] {step.text}")
    return WELL


def _doctor(options: argparse.Namespace) -> int:
    from app import doctor, self_test

    status = WELL
    if options.pack is not None:
        results = doctor.examine_pack(options.pack)
    elif options.self_test:
        results = self_test.examine()
    else:
        results = doctor.examine(folder_of(options), secret_of(options))
    for result in results:
        print_line(result)
        status = max(status, WELL if result["ok"] or not result["essential"] else FAILS)
    return status
