"""Receipts as JSON: is it in a published list, and the proof to check that offline.

The receipt number stands in the address. It tells nothing about a ballot: the list is public.
"""

from flask import Response, jsonify

from surveys.opening.receipt_lookup import PublishedTrees, inclusion_document, look_up_receipt
from webapp.access import public
from webapp.api.blueprint import api
from webapp.context import database

TREES = PublishedTrees()


@api.get("/receipts/<number>")
@public
def receipt(number: str) -> Response:
    """Say whether a receipt is in the list of a closed box."""
    with database().box() as connection:
        answer = look_up_receipt(connection, typed=number)
    body = {
        "verdict": answer.verdict.value,
        "receipt": answer.number,
        "leaf": answer.leaf and answer.leaf.hex(),
        "campaign": answer.box and answer.box.campaign,
    }
    return jsonify(body)


@api.get("/receipts/<number>/proof")
@public
def receipt_proof(number: str) -> Response:
    """Return the proof of inclusion (RFC 9162) with all that is needed to check it."""
    with database().box() as connection:
        answer = look_up_receipt(connection, typed=number)
        document = inclusion_document(connection, leaf=answer.leaf or b"", trees=TREES)
    return jsonify(document)
