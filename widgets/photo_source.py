"""Fills a view with a photo's picture: the copy first, the original where one looks closely."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app.workbench import Workbench
from forms.dossier import Photo
from widgets.photo_view import PhotoView
from widgets.thumbnails import SAFE, Where, thumbnails

#: An original is read to so many px a side, so that one takes 100 MB at most.
_ORIGINAL = 5000
#: What a file says of its size is taken for true up to here.
_LARGEST_SIDE = 30_000


class PhotoSource(QObject):
    """Belongs to its view, which shows one photo at a time; all reading is off the screen's thread.

    An original that Qt does not read (HEIC, TIFF) leaves the copy where it is.
    """

    def __init__(self, view: PhotoView, bench: Workbench) -> None:
        super().__init__(view)
        self._view, self._bench = view, bench
        self._photo: Photo | None = None
        self._name, self._words = "", ""
        view.sharper_wanted.connect(self._load_original)
        thumbnails().loaded.connect(self._loaded)

    def show(self, photo: Photo) -> None:
        """Show a photo of the store."""
        self._photo, self._name = photo, photo.sha256
        self._words = photo.caption or photo.filename
        image = self._ask("report") or self._ask("thumb")
        self._fill(image)

    def show_copy(self, digest: str, words: str) -> None:
        """Show the copy of a photo of any dossier, by its original's hash."""
        self._photo, self._name, self._words = None, digest, words
        self._fill(thumbnails().get(f"{digest}.report", partial(self._bench.copy_of, digest)))

    def _ask(self, size: str) -> QImage | None:
        photo = self._photo
        if photo is None:
            return None
        where: Where = partial(self._bench.photo_file, photo, size)
        name = f"{photo.sha256}.{size}"
        if size == "original":
            return thumbnails().get(name, where, _ORIGINAL, SAFE)
        return thumbnails().get(name, where)

    def _full(self) -> int:
        """The longer side of the original in px, 0 where it is not known."""
        facts = self._photo.facts if self._photo else {}
        sides = [side for name in ("width", "height") if isinstance(side := facts.get(name), int)]
        return min(max(sides, default=0), _LARGEST_SIDE)

    def _fill(self, image: QImage | None) -> None:
        self._view.show_photo(self._name, image, self._words, self._full())

    def _load_original(self) -> None:
        image = self._ask("original")
        if image is not None:
            self._fill(image)

    def _loaded(self, name: str, image: QImage) -> None:
        if self._name and name.rpartition(".")[0] == self._name:
            self._fill(image)
