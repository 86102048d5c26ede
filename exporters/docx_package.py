"""Saving a .docx: the same document gives the same bytes, and pictures are stored, not deflated."""

import zipfile
from pathlib import Path

from docx.document import Document as DocxDocument
from docx.opc.packuri import CONTENT_TYPES_URI, PACKAGE_URI, PackURI
from docx.opc.pkgwriter import _ContentTypesItem

# The earliest time that a zip can hold; the real one stands in the core properties.
_TIME = (1980, 1, 1, 0, 0, 0)
_STORED = ("jpeg", "jpg", "png")


def save(docx: DocxDocument, path: Path) -> None:
    """Write the package. Deflating photos again would take half of the time and gain nothing."""
    package = docx.part.package
    for part in package.parts:
        part.before_marshal()
    parts = sorted(package.parts, key=lambda part: str(part.partname))
    with zipfile.ZipFile(path, "w") as archive:
        _write(archive, CONTENT_TYPES_URI, _ContentTypesItem.from_parts(parts).blob)  # type: ignore[no-untyped-call]
        _write(archive, PACKAGE_URI.rels_uri, package.rels.xml)
        for part in parts:
            _write(archive, part.partname, part.blob)
            if len(part.rels):
                _write(archive, part.partname.rels_uri, part.rels.xml)


def _write(archive: zipfile.ZipFile, uri: PackURI, blob: bytes | str) -> None:
    info = zipfile.ZipInfo(uri.membername, _TIME)
    stored = uri.ext.lower() in _STORED
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    archive.writestr(info, blob)
