"""One closed box for everybody: what it held, who signed that, and how to check it."""

from flask import render_template

from surveys.errors import NotFound
from surveys.opening.receipt_lookup import box_of, published_statement
from surveys.opening.signed_close import SIGNERS, Standing
from webapp.access import public
from webapp.citizen.blueprint import citizen
from webapp.context import database


@citizen.get("/receipt/boxes/<int:campaign_id>")
@public
def published_box(campaign_id: int) -> str:
    """Verify the three signatures under the close, and say plainly which are missing."""
    with database().box() as connection:
        box = box_of(connection, campaign_id=campaign_id)
        close = published_statement(connection, campaign_id=campaign_id)
    if box.root is None:
        raise NotFound("receipt")
    standings = dict.fromkeys(SIGNERS, Standing.MISSING)
    if close is not None:
        stated = (close.statement["root"], close.statement["n_envelopes"])
        same = stated == (box.root.hex(), box.n_envelopes)
        standings = close.standings(box.keyring) if same else dict.fromkeys(SIGNERS, Standing.WRONG)
    return render_template(
        "citizen/published_box.html", box=box, standings=standings, signed=close is not None
    )
