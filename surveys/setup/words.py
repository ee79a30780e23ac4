"""The same words in several languages: Chinese always, the others where a form has them."""

import re
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

CHINESE: Final = "zh"
# BCP 47, as far as languages of this country and its neighbours need it: ug, bo, mn-Mong, kk-Arab.
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
RIGHT_TO_LEFT: Final = frozenset({"ug", "ar", "fa", "ur", "he", "ps", "kk-Arab", "ky-Arab"})


class Words(BaseModel):
    """The same words in Chinese, in English, and in further languages by their tags.

    Examples
    --------
    >>> words = Words(zh="好", en="Good", ug="ياخشى")
    >>> words.in_language("ug"), words.in_language("bo")
    ('ياخشى', '好')
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, str] = Field(init=False)

    zh: Annotated[str, Field(min_length=1)]
    en: str = ""

    @model_validator(mode="after")
    def further_languages_are_tagged(self) -> "Words":
        """Refuse tags that name no language, and further languages without words."""
        for tag, text in self.further.items():
            if not LANGUAGE.fullmatch(tag):
                raise ValueError(f"{tag!r} is no language tag")
            if not text:
                raise ValueError(f"no words in {tag!r}")
        return self

    @property
    def further(self) -> dict[str, str]:
        """The words beyond Chinese and English, by tag."""
        return self.__pydantic_extra__ or {}

    @property
    def by_language(self) -> dict[str, str]:
        """All words by tag, Chinese first; English is missing where there is none."""
        english = {"en": self.en} if self.en else {}
        return {CHINESE: self.zh, **english, **self.further}

    @property
    def languages(self) -> tuple[str, ...]:
        """Tags of the languages that have words."""
        return tuple(self.by_language)

    def in_language(self, language: str) -> str:
        """The words in `language` or, without its script and country, in its main form.

        Chinese where there are none.
        """
        texts = self.by_language
        return texts.get(language) or texts.get(language.partition("-")[0]) or self.zh


def direction(language: str) -> str:
    """How a language is written: ``"ltr"`` or ``"rtl"``."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
