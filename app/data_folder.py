"""Where the data lie. A module of its own: the start asks before it loads what opens them."""

from __future__ import annotations

import os
from pathlib import Path


def default_folder() -> Path:
    """The data folder: ZHENGAI_DATA, else the platform's user-data folder."""
    import platformdirs  # loaded late: most often the folder is named

    named = os.environ.get("ZHENGAI_DATA")
    return Path(named) if named else Path(platformdirs.user_data_dir("zhengai", appauthor=False))
