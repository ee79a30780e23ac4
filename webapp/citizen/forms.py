"""What the citizen's pages send: one field holds the whole ballot."""

import re
from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField
from wtforms.i18n import DummyTranslations

NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
NO_WORDS = DummyTranslations()
_NUMBER = re.compile(r"[0-9]{1,9}")
_ANSWER = re.compile(r"[acd][0-9_]+|age")


class Sent:
    """The fields of a ballot's page, read without the form library.

    Parameters
    ----------
    fields : name → value
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields
        self.code = fields.get("code", "")
        self.nonce = fields.get("nonce", "")

    @property
    def names(self) -> set[str]:
        """Names of all fields."""
        return set(self.fields)

    @property
    def answers(self) -> dict[str, str]:
        """The answers' fields."""
        return {name: value for name, value in self.fields.items() if _ANSWER.fullmatch(name)}

    @property
    def batch_id(self) -> int:
        """Whose paper was answered; 0, which no batch has, where that cannot be read."""
        return _whole_number(self.fields.get("batch")) or 0

    def duration(self, *, now: float) -> float | None:
        """Seconds from the first sight of the paper: as the page measured, or by the clock."""
        measured = _whole_number(self.fields.get("seconds"))
        if measured is not None:
            return measured
        shown = _whole_number(self.fields.get("shown"))
        return None if shown is None else max(now - shown, 0)


class BallotField(Field):  # type: ignore[misc]
    """All answers of a ballot as sent: names of fields → values.

    `AnswerSheet.read` judges them; `compiled_forms` draws them. A radio field of its own for
    every item would cost more than everything else together.
    """

    data: Mapping[str, str]

    def process(self, formdata: Any, *_: Any, **__: Any) -> None:
        """Take the fields of the ballot out of the form; of a name sent twice, the first."""
        self.process_errors: list[str] = []
        sent = formdata or {}
        self.data = {name: sent[name] for name in sent if _ANSWER.fullmatch(name)}


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A code that was scanned or typed; with answers where the page was open already."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """No words, and no second look at a token that was checked before the view.

        Looking the form library's own words up took a quarter of a ballot's time.
        """

        csrf = False

        def get_translations(self, _: FlaskForm) -> DummyTranslations:
            """Return none."""
            return NO_WORDS

    code = StringField()
    nonce = HiddenField()
    shown = HiddenField()
    challenge = HiddenField()
    proof = HiddenField()
    answers = BallotField()

    @property
    def kept_nonce(self) -> str | None:
        """The page's nonce, where it has one already."""
        nonce = self.nonce.data or ""
        return nonce if NONCE.fullmatch(nonce) else None

    @property
    def nonce_bytes(self) -> bytes:
        """The page's nonce; none where it was spoilt on the way."""
        return (self.kept_nonce or "").encode("ascii")


class BallotForm(CodeForm):
    """A ballot to be cast."""

    batch = HiddenField()
    seconds = HiddenField()
    identity = HiddenField()

    @property
    def sent(self) -> Sent:
        """The fields as they were sent."""
        return Sent({name: self[name].data or "" for name in ("batch", "seconds", "shown")})

    @property
    def batch_id(self) -> int:
        """Whose paper was answered; 0 where that cannot be read."""
        return self.sent.batch_id

    def duration(self, *, now: float) -> float | None:
        """Seconds from the first sight of the paper."""
        return self.sent.duration(now=now)


def _whole_number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None
