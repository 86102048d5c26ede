"""The enterprise's written consent: article 3 of annex 2 asks for it before a third party sees what
the enterprise disclosed, and the bureau is one."""

from __future__ import annotations

from forms.dossier import Attachment, Dossier
from forms.visit import CONSENT

WANTING = (
    "档案中没有企业的书面同意，文件包内为保密信息（附件2第三条：未经对方书面同意，任何一方均不得"
    f"向任何第三方披露），请先取得书面同意，以“{CONSENT}”类别存入附件后再对外报送。"
)


def on_file(dossier: Dossier) -> Attachment | None:
    """The newest attachment that holds the consent; None where there is none."""
    held = [each for each in dossier.all(Attachment) if each.kind == CONSENT and each.sha256]
    return held[-1] if held else None
