"""Which files are pictures by their names, where a folder is looked through for photos."""

from __future__ import annotations

from pathlib import PurePath

ENDINGS = frozenset(
    (".jpg", ".jpeg", ".heic", ".heif", ".png", ".webp", ".tif", ".tiff", ".bmp", ".avif")
)


def is_picture(name: str) -> bool:
    """Whether a file may be a photo that is all there.

    Hidden files are none, nor those that programs write under a name of their own until they are
    whole: ~$a.jpg, a.jpg~, a.jpg.part, a.jpg.crdownload.
    """
    return not name.startswith((".", "~")) and PurePath(name).suffix.lower() in ENDINGS
