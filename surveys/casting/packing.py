"""A ballot as bytes: the body that is stamped and sealed. Layout: docs/envelope-format.md."""

import struct
import unicodedata
from dataclasses import dataclass

from surveys.casting.moments import NO_TIMES, TIMES_BYTES
from surveys.errors import Invalid

FORMAT = 2
NO_ANSWER = 0
DONT_KNOW = 255
TAG_BYTES = 8
NOT_RECORDED = bytes(TAG_BYTES)
LONGEST_COMMENT = 200

_HEAD = struct.Struct(f">BI{TIMES_BYTES}sH8s8sH")
_COMMENT = struct.Struct(">BH")


@dataclass(frozen=True, slots=True)
class Comment:
    """Free text about one target.

    Parameters
    ----------
    field : 0..255, the place of the target in the batch; where the form has n texts, n times that
        place plus the number of the text
    text : 1..200 characters, no control character but the line feed
    """

    field: int
    text: str


@dataclass(frozen=True, slots=True)
class BallotBody:
    """What a voter said, and the little that is kept beside it.

    Parameters
    ----------
    batch : 1..2³²-1
    answers : targets in the batch's order, within a target the bytes of the questionnaire's items:
        0 no answer, 255 don't know, others by kind
    comments : at most one for each text field, by rising field
    times : commitments to the times that officer A may tell, zeros if not recorded
    seconds : time taken, 1..65535, 0 not recorded
    network, device : keyed tags of 8 bytes, zeros if not recorded
    """

    batch: int
    answers: bytes
    comments: tuple[Comment, ...] = ()
    times: bytes = NO_TIMES
    seconds: int = 0
    network: bytes = NOT_RECORDED
    device: bytes = NOT_RECORDED


def pack(body: BallotBody) -> bytes:
    """Turn a body into bytes; equal bodies give equal bytes.

    Raises
    ------
    Invalid
        ``ballot_field_out_of_range`` (field), ``comment_wrong_length`` (field, length, longest),
        ``comment_bad_character`` (field, character), ``comments_out_of_order`` (field)
    """
    _check(body)
    head = _HEAD.pack(
        FORMAT,
        body.batch,
        body.times,
        body.seconds,
        body.network,
        body.device,
        len(body.answers),
    )
    parts = [head, body.answers, bytes([len(body.comments)])]
    for comment in body.comments:
        text = comment.text.encode()
        parts += (_COMMENT.pack(comment.field, len(text)), text)
    return b"".join(parts)


def unpack(data: bytes) -> BallotBody:
    """Read a body; nothing that `pack` does not write is accepted.

    Raises
    ------
    Invalid : ``ballot_unreadable`` (reason), or what `pack` raises
    """
    if not data or data[0] != FORMAT:
        raise Invalid("ballot_unreadable", reason="format")
    try:
        _, batch, times, seconds, network, device, n_answers = _HEAD.unpack_from(data)
        end = _HEAD.size + n_answers
        comments, used = _unpack_comments(data, end)
    except (struct.error, IndexError):
        raise Invalid("ballot_unreadable", reason="too_short") from None
    except UnicodeDecodeError:
        raise Invalid("ballot_unreadable", reason="text") from None
    if used != len(data):
        raise Invalid("ballot_unreadable", reason="length")
    answers = data[_HEAD.size : end]
    body = BallotBody(batch, answers, comments, times, seconds, network, device)
    _check(body)
    return body


def _unpack_comments(data: bytes, start: int) -> tuple[tuple[Comment, ...], int]:
    comments = []
    place = start + 1
    for _ in range(data[start]):
        field, length = _COMMENT.unpack_from(data, place)
        place += _COMMENT.size
        comments.append(Comment(field, data[place : place + length].decode()))
        place += length
    return tuple(comments), place


def _check(body: BallotBody) -> None:
    fits = {
        "batch": 1 <= body.batch < 1 << 32,
        "times": len(body.times) == TIMES_BYTES,
        "seconds": 0 <= body.seconds < 1 << 16,
        "network": len(body.network) == TAG_BYTES,
        "device": len(body.device) == TAG_BYTES,
        "answers": len(body.answers) < 1 << 16,
        "comments": len(body.comments) < 1 << 8,
    }
    for field, good in fits.items():
        if not good:
            raise Invalid("ballot_field_out_of_range", field=field)
    before = -1
    for comment in body.comments:
        if not before < comment.field < 1 << 8:
            raise Invalid("comments_out_of_order", field=comment.field)
        before = comment.field
        _check_comment(comment)


def _check_comment(comment: Comment) -> None:
    if not 1 <= len(comment.text) <= LONGEST_COMMENT:
        raise Invalid(
            "comment_wrong_length",
            field=comment.field,
            length=len(comment.text),
            longest=LONGEST_COMMENT,
        )
    for character in comment.text:
        # PostgreSQL takes no NUL and UTF-8 no lone surrogate; other controls only do harm.
        if unicodedata.category(character) in {"Cc", "Cs"} and character != "\n":
            raise Invalid("comment_bad_character", field=comment.field, character=character)
