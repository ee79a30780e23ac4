"""Questionnaires and scales that offices use, ready to start from."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from surveys.errors import NotFound
from surveys.setup.questionnaires import Option, QuestionnaireContent
from surveys.setup.words import Words


@dataclass(frozen=True)
class Scale:
    """Options in common use; "don't know" is the last of them."""

    code: str
    name: Words
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Library:
    """All of it."""

    questionnaires: tuple[QuestionnaireContent, ...]
    scales: tuple[Scale, ...]

    def questionnaire(self, code: str) -> QuestionnaireContent:
        """One questionnaire; NotFound ``no_questionnaire`` (form)."""
        for each in self.questionnaires:
            if each.code == code:
                return each
        raise NotFound("no_questionnaire", form=code)

    def scale(self, code: str) -> Scale:
        """One scale; NotFound ``no_scale`` (scale)."""
        for each in self.scales:
            if each.code == code:
                return each
        raise NotFound("no_scale", scale=code)


@cache
def library() -> Library:
    """Read the library."""
    text = (resources.files("surveys.questionnaires") / "library.json").read_text("utf-8")
    document = json.loads(text)
    return Library(
        tuple(QuestionnaireContent.model_validate(each) for each in document["questionnaires"]),
        tuple(
            Scale(
                each["code"],
                Words.model_validate(each["name"]),
                tuple(Option.model_validate(option) for option in each["options"]),
            )
            for each in document["scales"]
        ),
    )
