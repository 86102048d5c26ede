"""What was worked out of photos, kept by the originals' hashes beside the log.

It follows from the files, so that two laptops cannot disagree about it, and is worked out again
wherever it is missing or of an older method (`app.examine`). What a person says of a watermark is
the photo's own record, and stands in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.likeness import METHOD
from app.tables import ReadingRow
from forms.watermark import Watermark
from grading.twins import Twin

#: SQLite takes so many values in one query, by far.
_BATCH = 500


def readings(
    session: Session, hashes: Iterable[str]
) -> tuple[dict[str, Watermark], dict[str, str]]:
    """By hash: the readings there are, and the sentences of those photos that gave none.

    An older method's stand until they are read again.
    """
    found: dict[str, Watermark] = {}
    troubles: dict[str, str] = {}
    for batch in batches(hashes):
        query = select(ReadingRow).where(col(ReadingRow.sha256).in_(batch))
        for row in session.exec(query):
            if row.trouble and not row.watermark:
                troubles[row.sha256] = row.trouble
            else:
                found[row.sha256] = _parsed(row.watermark)
    return found, troubles


@lru_cache(maxsize=8192)
def _parsed(spelled: str) -> Watermark:
    """A reading; an empty one where the table holds none."""
    try:
        return Watermark.model_validate_json(spelled)
    except ValidationError:
        return Watermark()


def twins(session: Session, dossier_id: UUID) -> dict[str, tuple[Twin, ...]]:
    """By hash of the dossier's photos: the others in the store that show the same picture.

    Photos of another dossier count as far as they are used there, for a visit or a training.
    """
    found: dict[str, list[Twin]] = {}
    for mine, other, foreign, name in session.connection().execute(
        _TWINS, {"dossier": dossier_id.hex, "method": METHOD}
    ):
        words = f"“{name or '未命名企业'}”的档案" if foreign else ""
        owner = UUID(str(foreign)) if foreign else None
        found.setdefault(mine, []).append(Twin(other, words, owner))
    return {digest: tuple(rows) for digest, rows in found.items()}


def state(session: Session, dossier_id: UUID) -> list[tuple[str, ...]]:
    """What was read of the dossier's photos, and by which engine: judgements rest on it."""
    rows = session.connection().execute(_STATE, {"dossier": dossier_id.hex})
    return [tuple(row) for row in rows]


def keep_thumbnail(session: Session, digest: str, jpeg: bytes) -> None:
    """Keep a photo's small copy, over one that was there."""
    session.connection().execute(_KEEP_THUMBNAIL, {"sha256": digest, "jpeg": jpeg})


_KEEP_THUMBNAIL = text(
    "INSERT INTO thumb (sha256, jpeg) VALUES (:sha256, :jpeg) "
    "ON CONFLICT (sha256) DO UPDATE SET jpeg = excluded.jpeg"
)


def batches(values: Iterable[str]) -> Iterator[list[str]]:
    """The values, each once, in lots that one query takes."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]


_TWINS = text(
    "WITH pair(mine, other) AS ("
    " SELECT one, other FROM likeness WHERE alike AND method = :method"
    " UNION ALL SELECT other, one FROM likeness WHERE alike AND method = :method"
    " UNION ALL SELECT DISTINCT sha256, sha256 FROM photo"
    "  WHERE dossier_id = :dossier AND sha256 <> '') "
    "SELECT DISTINCT mine.sha256, other.sha256, "
    " CASE WHEN other.dossier_id <> :dossier THEN other.dossier_id END, "
    " CASE WHEN other.dossier_id <> :dossier THEN e.name END "
    "FROM photo mine JOIN pair ON pair.mine = mine.sha256 "
    "JOIN photo other ON other.sha256 = pair.other "
    "JOIN dossier d ON d.id = other.dossier_id "
    "LEFT JOIN enterprise e ON e.dossier_id = other.dossier_id "
    "LEFT JOIN visit v ON v.id = other.visit AND v.dossier_id = d.id AND NOT v.withdrawn "
    "LEFT JOIN training t ON t.id = other.training AND t.dossier_id = d.id AND NOT t.withdrawn "
    "WHERE mine.dossier_id = :dossier AND NOT mine.withdrawn AND NOT other.withdrawn "
    "AND (d.id = :dossier AND other.sha256 <> mine.sha256 OR "
    " d.id <> :dossier AND NOT d.withdrawn AND coalesce(v.id, t.id) IS NOT NULL)"
)
_STATE = text(
    "SELECT DISTINCT r.sha256, r.engine FROM reading r JOIN photo p ON p.sha256 = r.sha256 "
    "WHERE p.dossier_id = :dossier ORDER BY r.sha256"
)
