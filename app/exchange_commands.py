"""The commands by which stores exchange: `merge` by bundles, `sync` with the office's database."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.command_line import (
    BAD,
    FAILS,
    WELL,
    bench_of,
    follow,
    passphrase_in,
    print_line,
    say,
)
from forms.errors import UserError

if TYPE_CHECKING:
    from app.workbench import Workbench


def merge(options: argparse.Namespace) -> int:
    """Take colleagues' bundles in."""
    from app.closing import PassphraseError

    passphrase = passphrase_in(options.bundle_passphrase_file, "没有收入")
    status = WELL
    with bench_of(options) as bench:
        for path in options.bundles:
            try:
                whole = _merged(bench, path, passphrase)
            except UserError as error:
                words = str(error)
                if isinstance(error, PassphraseError) and not passphrase:
                    words = f"{words.rstrip('。')}（--bundle-passphrase-file）。"
                print_line({"file": str(path), "error": words})
                status = BAD
                continue
            status = max(status, WELL if whole else FAILS)
    return status


def _merged(bench: Workbench, path: Path, passphrase: str) -> bool:
    """Take one bundle in and print what came of it; whether nothing is left to do there."""
    from app.merging import arrived

    with arrived(bench, path, passphrase) as arrival:
        told = arrival.look()
        say(f"{path.name}：{told.checked.sentence}")
        whole = follow(arrival.take()) == WELL
    conflicts = [
        {
            "form": clash.form,
            "record": str(clash.record),
            "field": clash.path,
            "label": " ".join(filter(None, (clash.title, clash.name, clash.label))),
            "values": [
                {"value": side.value, "person": side.person, "at": side.at} for side in clash.sides
            ],
        }
        for clash in told.conflicts
    ]
    line = {
        "file": str(path),
        "dossier": str(told.dossier),
        "enterprise": told.enterprise,
        "new": told.new,
        "came": {
            "edits": told.edits,
            "photos": told.photos - told.photos_here,
            "attachments": told.attachments,
            "files": told.files,
            "withdrawn": told.withdrawn,
        },
        "known": {"edits": told.known, "photos": told.photos_here},
        "missing": told.missing,
        "conflicts": conflicts,
        "signed_by": told.checked.facts["signed_by"],
    }
    print_line(line)
    return whole and not conflicts


def sync(options: argparse.Namespace) -> int:
    """Exchange with the office's database; or, as its owner, make it ready."""
    from app import hub, shared_folder
    from app.hub_exchange import Exchanged, elsewhere, exchange, here

    if options.prepare:  # an administrator's address is not one to work with
        print_line({"prepared": hub.prepare(options.to or "")})
        return WELL
    with bench_of(options) as bench:
        address, folder = hub.settings(bench.store)
        if options.folder is not None:
            shared_folder.make(options.folder)
            folder = str(options.folder)
        if options.to or options.folder is not None:
            hub.set_up(bench.store, options.to or address, folder)
        chosen = [bench.resolve_name(each) for each in options.dossiers] or list(here(bench))
        status = WELL
        with closing(hub.connect(bench.store)) as office:
            more = elsewhere(bench, office) if options.all else []
            for step in exchange(bench, office, chosen + more):
                say(f"[{step.done}/{step.total}] {step.text}")
                if step.trouble:
                    say(step.trouble)
                    status = FAILS
                if isinstance(step, Exchanged):
                    print_line(step.facts)
    return status
