"""Sign an installer as an update: `python -m installers.sign_update --key FILE INSTALLER`.

Writes `INSTALLER.update.json` beside it. The key file holds the Ed25519 seed (32 bytes) in base64;
`--new-key FILE` makes one, readable by its owner alone, and prints the public key as a line for
`resources/update-keys.txt`. Keep the seed off the machine that builds, and a copy in a safe.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import hashlib
import os
from pathlib import Path

from nacl.signing import SigningKey

from app.updates import SUFFIX, Statement, compose, here
from app.version import version


def make_key(path: Path) -> str:
    """Write a new seed, never over another; the line that makes its updates trusted."""
    key = SigningKey.generate()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(base64.b64encode(bytes(key)) + b"\n")
    return f"{base64.b64encode(bytes(key.verify_key)).decode()}  # {dt.date.today()}"


def sign(installer: Path, key_file: Path, notes: str, system: str) -> Path:
    """Write what lies beside the installer; its path. ValueError for a key file that is none."""
    key = SigningKey(base64.b64decode(key_file.read_bytes().strip(), validate=True))
    with installer.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size, today = installer.stat().st_size, dt.date.today().isoformat()
    said = Statement(version(), system, installer.name, size, digest, today, notes)
    made = compose(said, bytes(key.verify_key), lambda message: key.sign(message).signature)
    target = installer.with_name(installer.name + SUFFIX)
    target.write_bytes(made)
    return target


def main() -> None:
    """Read the command line, and do either."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("installer", type=Path, nargs="?")
    parser.add_argument("--key", type=Path, help="the file with the seed")
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make a seed, and stop")
    parser.add_argument("--notes", type=Path, help="what is new, in Chinese: a text file in UTF-8")
    parser.add_argument("--platform", default=here(), help="as %(default)s, for which it is")
    options = parser.parse_args()
    if options.new_key:
        print(make_key(options.new_key))
    elif options.installer and options.key:
        notes = options.notes.read_text("utf-8").strip() if options.notes else ""
        print(sign(options.installer, options.key, notes, options.platform))
    else:
        parser.error("an installer and --key, or --new-key")


if __name__ == "__main__":
    main()
