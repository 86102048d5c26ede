"""Fills a view with a photo's picture: the copy first, the original where one looks closely."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app.workbench import Workbench
from forms.dossier import Photo
from widgets.photo_view import READING, PhotoView
from widgets.thumbnails import LARGEST, SAFE, Where, thumbnails

#: An original is read to so many px a side, so that one takes 100 MB at most.
_ORIGINAL = 5000
#: What a file says of its size is taken for true up to here.
_LARGEST_SIDE = 30_000


class PhotoSource(QObject):
    """Belongs to its view, which shows one photo at a time; all reading is off the screen's thread.

    Of an original that Qt does not read (HEIC, TIFF), or is not trusted to, a large copy is made in
    the worker's process when it is first looked into.
    """

    def __init__(self, view: PhotoView, bench: Workbench) -> None:
        super().__init__(view)
        self._view, self._bench = view, bench
        self._photo: Photo | None = None
        self._name, self._words = "", ""
        view.sharper_wanted.connect(self._look_closely)
        thumbnails().loaded.connect(self._loaded)
        thumbnails().missing.connect(self._missing)

    def show(self, photo: Photo, whose: str = "") -> None:
        """Show a photo of the store; one whose file never came, and that `whose` laptop has, is not
        looked for."""
        self._photo, self._name = (None if whose else photo), photo.sha256
        self._words = photo.caption or photo.filename
        self._view.wanting = f"原图由“{whose}”收入，没有发到本机" if whose else READING
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
        where: Where = partial(self._bench.picture, photo, size)
        name = f"{photo.sha256}.{size}"
        if size == "original":
            return thumbnails().get(name, where, _ORIGINAL, SAFE, self._fact("orientation"))
        return thumbnails().get(name, where, _ORIGINAL if size == "full" else LARGEST)

    def _fact(self, name: str) -> int:
        """A number that the file says of itself, 0 where it is not known."""
        value = self._photo.facts.get(name) if self._photo else None
        return value if isinstance(value, int) else 0

    def _full(self) -> int:
        """The longer side of the original in px, 0 where it is not known."""
        return min(max(self._fact("width"), self._fact("height")), _LARGEST_SIDE)

    def _sharp(self) -> str:
        """The size to look into: the original itself, or a copy of what Qt does not read."""
        kind = self._photo.facts.get("format") if self._photo else None
        return "original" if str(kind).lower() in SAFE else "full"

    def _fill(self, image: QImage | None) -> None:
        self._view.show_photo(self._name, image, self._words, self._full())

    def _look_closely(self) -> None:
        image = self._ask(self._sharp())
        if image is not None:
            self._fill(image)
        elif self._photo is not None:
            self._view.say("正在读取原图。")

    def _loaded(self, key: str, image: QImage) -> None:
        name, _, size = key.rpartition(".")
        if self._name and name == self._name:
            self._fill(image)
            if size == self._sharp():
                self._view.say("")

    def _missing(self, key: str) -> None:
        """Of the original itself: the next look at it tries anew, for it may have been the moment
        and not the file."""
        if self._photo is None or key != f"{self._name}.{self._sharp()}":
            return
        thumbnails().retry(key)
        file = f"“{self._photo.filename}”" if self._photo.filename else ""
        self._view.say(f"原图不能在此放大，现为缩小的副本；请用其他看图程序打开原文件{file}核对。")
