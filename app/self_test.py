"""`doctor --self-test`: whether this copy of the program can do its work, on data of its own.

For a program that was built or installed just now: without network, and without a Python beside it.
What is missing in a package shows only where it is used, so each part is used once for real.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.doctor import read_watermark
from app.handin_choice import PARTS
from app.keys import KeyFile
from forms.dossier import Enterprise, Photo
from forms.errors import UserError
from forms.evaluation import Stage
from forms.instrument import NUMERALS
from forms.papers import PAPERS

if TYPE_CHECKING:
    from app.workbench import Workbench

_PASSPHRASE = "self-test-7F4K-9QXW"
"""Of a store and a bundle that are gone with the test."""
_PICTURES = 2
_SCAN_DPI = 150
_WINDOW_SECONDS = 120
_REINSTALL = "请重新安装本程序；仍不能通过的，请把本结果交给维护人员"
_MAIN = Path(__file__).resolve().parent.parent / "main.py"


class _FailedError(Exception):
    """A check came to another result than it must; the words say which."""


def examine() -> Iterator[dict[str, Any]]:
    """One result a check: as `doctor.examine` has them, with the `seconds` that it took.

    All happens in a folder of its own, which is gone afterwards. A check that fails does not keep
    the others from being made.
    """
    with tempfile.TemporaryDirectory() as folder, _SelfTest(Path(folder)) as test:
        for name, check in test.checks:
            begun, ok = time.perf_counter(), True
            try:
                detail = check()
            except (_FailedError, UserError) as error:
                ok, detail = False, str(error)
            except Exception as error:  # whatever a package lacks, the next check is made too
                ok, detail = False, f"{type(error).__name__}：{error}"
            yield {
                "check": name,
                "ok": ok,
                "detail": detail,
                "remedy": "" if ok else _REINSTALL,
                "essential": True,
                "seconds": round(time.perf_counter() - begun, 2),
            }


class _SelfTest:
    """The checks in their order: each answers in words what was found, and may rest on those before
    it. A context manager: it holds the store."""

    def __init__(self, folder: Path) -> None:
        self.bench: Workbench
        self._data, self._out = folder / "data", folder / "out"
        self._secret = folder / "passphrase"
        self._sample: UUID | None = None
        self._made: list[Path] = []
        self._held = ExitStack()
        self.checks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("加密存储", self._store),
            ("样例和照片", self._load),
            ("水印识别", self._watermark),
            ("评测和规则", self._judge),
            ("文书", self._papers),
            ("识别码", self._code),
            ("文件包", self._bundle),
            ("公钥封装", self._recipients),
            ("台账", self._table),
            ("日程", self._calendar),
            ("拼音查找", self._pinyin),
            ("加密连接", self._connections),
            ("窗口", self._window),
        )

    def __enter__(self) -> _SelfTest:
        return self

    def __exit__(self, *_why: object) -> None:
        self._held.close()

    @property
    def _dossier(self) -> UUID:
        if self._sample is None:
            raise _FailedError("样例没有载入，未作此项检查")
        return self._sample

    def _store(self) -> str:
        from app.workbench import Workbench

        self._secret.write_text(_PASSPHRASE, "utf-8")
        self._out.mkdir()
        self.bench = Workbench.open(self._data, _PASSPHRASE)
        self._held.callback(self._close)
        if any(path.read_bytes()[:6] == b"SQLite" for path in self._data.rglob("*.db")):
            raise _FailedError("数据库没有加密")
        return "已在临时文件夹中建立"

    def _close(self) -> None:
        """Close the store; what its new key left in this machine's keyring goes too."""
        self.bench.close()
        KeyFile(self._data).forget()

    def _load(self) -> str:
        from app.samples import COMPLETE, load_sample

        for made in load_sample(self.bench, COMPLETE[0], _PICTURES):
            if isinstance(made, UUID):
                self._sample = made
        dossier = self.bench.dossier(self._dossier)
        photos = dossier.all(Photo)
        if not photos or not all(self.bench.picture(photo) for photo in photos):
            raise _FailedError("样例的照片没有收入")
        return f"{dossier.one(Enterprise).name}，照片 {len(photos)} 张"

    def _watermark(self) -> str:
        if trouble := read_watermark():
            raise _FailedError(trouble)
        return "读出的时间与所写一致"

    def _judge(self) -> str:
        review = self.bench.review(self._dossier)
        level = review.grades[Stage.DIAGNOSIS].level
        if not level or not review.findings:
            raise _FailedError("样例没有评出等级，或没有查出问题")
        return f"{NUMERALS[level]}级，问题 {len(review.findings)} 个"

    def _papers(self) -> str:
        """Every kind of paper, both files of it; the slides; all in a bundle with a passphrase."""
        from app.closing import Closing

        steps = self.bench.export(
            self._dossier, self._out, tuple(PARTS), draft=True, closing=Closing(_PASSPHRASE)
        )
        self._made = [step.made for step in steps if step.made]
        names = {path.name for path in self._made}
        wanted = [f"{paper.name}（草稿）" for paper in PAPERS if not paper.each_visit]
        files = [each + ending for each in wanted for ending in (".docx", ".pdf")]
        lacking = [name for name in files if name not in names]
        lacking += [ending for ending in (".pptx", ".ics", ".zip") if not self._of(ending)]
        if lacking:
            raise _FailedError(f"没有写出：{'、'.join(lacking)}")
        kinds = (".docx", ".pdf", ".pptx", ".ics")
        return "，".join(f"{kind} {len(self._of(kind))} 个" for kind in kinds)

    def _of(self, ending: str) -> list[Path]:
        return [path for path in self._made if path.suffix == ending]

    def _code(self) -> str:
        """A printed page as a scanner would bring it back."""
        from app.pdf_pages import PdfPages
        from app.scans import ScanReader

        coded = {f"{paper.name}（草稿）" for paper in PAPERS}
        paper = next(path for path in self._of(".pdf") if path.stem in coded)
        scan = self._out / "scan.png"
        with PdfPages(paper) as pages:
            pages.picture(0, _SCAN_DPI).save(scan)
        with ScanReader() as reader:
            parts = reader.read(scan, self._out)
        if not any(part.code for part in parts):
            raise _FailedError(f"“{paper.name}”上的识别码没有读出")
        return f"读出“{paper.name}”上的识别码"

    def _bundle(self) -> str:
        """The bundle of the papers, opened by its passphrase."""
        from app.bundle_check import check
        from app.signers import Signers

        found = check(self._of(".zip")[0], _PASSPHRASE, Signers(self.bench.store))
        if not found.sound:
            raise _FailedError(found.sentence)
        return found.sentence

    def _recipients(self) -> str:
        """What is closed for a colleague's device, opened by that device."""
        from app.closing import Closing, closed, opened
        from app.signers import Signers

        own, words, target = Signers(self.bench.store), os.urandom(1 << 16), self._out / "to.age"
        closing = Closing(recipients=(own.own().recipient,))
        with target.open("wb") as stream, closed(closing, stream) as inner:
            inner.write(words)
        with opened(target, "", own.identities()) as again:
            if again.read() != words or words in target.read_bytes():
                raise _FailedError("封装后打开，内容不符")
        return "封装后原样打开"

    def _table(self) -> str:
        """The registry, written and read in again."""
        from app.registry import preview
        from app.registry_export import export_registry

        path = self._out / "registry.xlsx"
        for _ in export_registry(self.bench, path):
            pass
        return f"写出并读入 {len(preview(self.bench, path).rows)} 行"

    def _calendar(self) -> str:
        from app.schedule import export_schedule

        path = self._out / "schedule.ics"
        for _ in export_schedule(self.bench, path):
            pass
        count = path.read_text("utf-8").count("BEGIN:VEVENT")
        if not count:
            raise _FailedError("日程中没有事项")
        return f"事项 {count} 个"

    def _pinyin(self) -> str:
        from app.lookup import Named, Names, load_sounds

        names = Names([Named("长春"), Named("重庆")], load_sounds())
        for typed in ("zc", "changchun"):
            if [match.place for match in names.find(typed, 1)] != [0]:
                raise _FailedError(f"按“{typed}”没有找到“长春”")
        return "按全拼和首字母找到"

    def _connections(self) -> str:
        """What the mailbox and the office's database need; nothing is connected to."""
        import ssl

        from psycopg import pq

        ssl.create_default_context()
        return f"{ssl.OPENSSL_VERSION}，libpq {pq.version()}"

    def _window(self) -> str:
        """The window over the store, in a process of its own; it closes by itself."""
        self._held.close()  # one program at a time has a store
        frozen = getattr(sys, "frozen", False)
        program = [sys.executable] if frozen else [sys.executable, str(_MAIN)]
        named = ["--data", str(self._data), "--passphrase-file", str(self._secret)]
        ended = subprocess.run(
            [*program, "--measure-start", *named],
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
            capture_output=True,
            timeout=_WINDOW_SECONDS,
        )
        said = ended.stdout.decode("utf-8", "replace").strip()
        if ended.returncode or "usable_ms" not in said:
            trouble = ended.stderr.decode("utf-8", "replace").strip()[-500:]
            raise _FailedError(f"窗口没有打开（{ended.returncode}）：{trouble}")
        return f"{json.loads(said)['usable_ms']:,.0f} 毫秒后可用"
