"""Remove sealed files that nothing refers to: left by work whose process died."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from surveys.issuing.handout import known_files
from surveys.jobs.standing import waiting_args
from webapp.context import now
from webapp.office.handing_out import handout_files
from webapp.office.uploads import stem, uploads

# A younger file may belong to work that is not committed yet.
ORPHAN_AFTER: Final = timedelta(days=1)


def sweep_files(session: Session) -> int:
    """Remove them, and say how many."""
    before = now() - ORPHAN_AFTER
    sent = {stem(args["upload"]) for args in waiting_args(session) if "upload" in args}
    n = handout_files().sweep(known_files(session), before=before)
    return n + uploads().files.sweep(sent, before=before)
