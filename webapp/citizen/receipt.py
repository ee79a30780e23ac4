"""Look a receipt up: everybody may, after the close, without an account."""

from collections.abc import Iterator
from typing import Final, cast

from flask import Response, current_app, jsonify, render_template, request

from surveys.errors import Invalid, NotFound
from surveys.opening.receipt_lookup import (
    Answer,
    PublicBox,
    PublishedTrees,
    box_of,
    boxes,
    inclusion_document,
    look_up_receipt,
    published_statement,
)
from surveys.opening.signed_close import SIGNERS
from webapp.access import public
from webapp.citizen.blueprint import citizen
from webapp.context import database
from webapp.error_words import ErrorWords
from webapp.errors import words_of

TREES: Final = "gongping-trees"
LONGEST: Final = 400
LINES: Final = 2000
FOR_A_DAY: Final = "public, max-age=86400"


@citizen.get("/receipt")
@public
def receipt() -> str | tuple[str, int]:
    """Show the field, and the answer to what was typed."""
    typed = request.args.get("number", "")[:LONGEST].strip()
    answer: Answer | None = None
    wrong: ErrorWords | None = None
    with database().box() as connection:
        known = boxes(connection)
        if typed:
            try:
                answer = look_up_receipt(connection, typed=typed)
            except Invalid as error:
                wrong = words_of(error)
    page = receipt_page(typed, answer, wrong, known)
    return (page, wrong.status) if wrong else page


def receipt_page(
    typed: str, answer: Answer | None, wrong: ErrorWords | None, known: list[PublicBox]
) -> str:
    """Lay the page out."""
    return render_template(
        "citizen/receipt_lookup.html",
        typed=typed,
        answer=answer,
        wrong=wrong,
        open_boxes=[box for box in known if box.is_open],
        closed_boxes=[box for box in known if not box.is_open],
    )


@citizen.get("/receipt/proof/<leaf>.json")
@public
def inclusion_proof(leaf: str) -> Response:
    """Give out the proof that a leaf is in its box."""
    try:
        raw = bytes.fromhex(leaf)
    except ValueError:
        raise NotFound("receipt") from None
    with database().box() as connection:
        document = inclusion_document(connection, leaf=raw, trees=published_trees())
    answer = jsonify(document)
    answer.headers.set("Content-Disposition", "attachment", filename="proof.json")
    answer.headers["Cache-Control"] = FOR_A_DAY
    return answer


@citizen.get("/receipt/boxes/<int:campaign_id>/leaves.txt")
@public
def published_list(campaign_id: int) -> Response:
    """Give out the list of a closed box: one leaf a line, in rising order."""
    with database().box() as connection:
        # Of an open box nothing may be kept: its list is still to come.
        if not box_of(connection, campaign_id=campaign_id).n_envelopes:
            raise NotFound("receipt")
        leaves, _ = published_trees().of(connection, campaign_id=campaign_id)
    answer = Response(lines_of(leaves), mimetype="text/plain")
    answer.headers.set("Content-Disposition", "attachment", filename=f"leaves_{campaign_id}.txt")
    answer.headers["Cache-Control"] = FOR_A_DAY
    return answer


def lines_of(leaves: list[bytes]) -> Iterator[str]:
    """The list, some lines at a time: a million of them are 65 MB, and many may ask at once."""
    for start in range(0, len(leaves), LINES):
        yield "".join(f"{leaf.hex()}\n" for leaf in leaves[start : start + LINES])


@citizen.get("/receipt/boxes/<int:campaign_id>/close.json")
@public
def published_close(campaign_id: int) -> Response:
    """Give out what a box held when it was closed, as it was signed."""
    with database().box() as connection:
        statement = published_statement(connection, campaign_id=campaign_id)
    if statement is None:
        raise NotFound("receipt")
    answer = Response(statement.document(), mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"close_{campaign_id}.json")
    # Until both officers have signed there is more to come.
    whole = len(statement.signatures) == len(SIGNERS)
    answer.headers["Cache-Control"] = FOR_A_DAY if whole else "no-cache"
    return answer


def published_trees() -> PublishedTrees:
    """What was published at a close never changes: a tree is built once for each process."""
    kept = current_app.extensions.setdefault(TREES, PublishedTrees())
    return cast("PublishedTrees", kept)
