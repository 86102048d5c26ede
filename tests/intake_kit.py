"""A phone's folder of photos, and what of photos and attachments lies in a store."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from uuid import UUID

from sqlmodel import select

from app.progress import Progress
from app.tables import ThumbRow
from app.workbench import Workbench
from forms.dossier import Photo
from tests.photo_files import photo, taken

HEIC = Path(__file__).parent / "files" / "gate.heic"


def left_by_a_phone(parent: Path) -> Path:
    """A folder as a phone leaves it: below one another, hidden ones and other files among them."""
    folder = parent / "相机 6月"
    (folder / "下午" / ".缩略图").mkdir(parents=True)
    photo(folder / "a.jpg", detail=taken("2025:06:17 09:05:00"), size=(1600, 1200))
    photo(folder / "下午" / "b.PNG", detail=taken("2025:06:18 13:00:00"), size=(1600, 1200))
    shutil.copy(HEIC, folder / "下午" / "c.heic")
    photo(folder / "下午" / ".缩略图" / "hidden.jpg")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "下午" / "circle").symlink_to(folder)
    return folder


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def photos(bench: Workbench, dossier_id: UUID) -> list[Photo]:
    return bench.dossier(dossier_id).all(Photo)


def lying(bench: Workbench) -> list[Path]:
    """Every file in the vault, with what was staged and has no place."""
    return [path for path in (bench.store.home / "files").rglob("*") if path.is_file()]


def thumbs(bench: Workbench) -> set[str]:
    with bench.store.session() as session:
        return set(session.exec(select(ThumbRow.sha256)).all())


def assert_kept(bench: Workbench, digests: set[str]) -> None:
    """Exactly these photos lie in the store, each with both of its copies."""
    vault = bench.store.vault
    wanted = {vault.path(area, digest) for area in ("originals", "copies") for digest in digests}
    assert set(lying(bench)) == wanted
    assert thumbs(bench) == digests


def troubles(steps: list[Progress]) -> dict[str, str]:
    return {step.text: step.trouble for step in steps if step.trouble}
