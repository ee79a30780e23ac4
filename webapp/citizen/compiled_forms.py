"""Ballot pages rendered once for each paper and language, with slots for what changes.

Ten radio groups through a form library cost milliseconds, more than the ballot's own INSERT; a
joined list of strings costs microseconds. Why and how fast: docs/adr/0005-forms-compiled-once.md.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from flask import render_template, url_for
from markupsafe import Markup, escape

from surveys.casting.answers import Problem
from surveys.casting.papers import Paper
from surveys.casting.shown_order import shown_order
from surveys.setup.questionnaires import QuestionnaireContent
from webapp.citizen.paper_views import PaperView
from webapp.palettes import SYSTEM, palette_words

MOST_FORMS = 256

# What indents a template; no text on these pages keeps its line breaks.
_INDENT = re.compile(r"\s*\n\s*")
# Private-use characters: no questionnaire is written in them.
_SLOT = re.compile("\ue000([a-z_]+)\ue001")
_TICK = re.compile(r'name="([ad][0-9]+(?:_[0-9]+){0,2})" value="([a-z0-9_]+)"')
_PLACE = re.compile(r'<select name="(a[0-9_]+)">.*?</select>', re.DOTALL)
_TEXT_AREA = re.compile(r'(<textarea [^>]*name="(c[0-9_]+)"[^>]*>)')
_ITEM = re.compile(r'class="item([^"]*)" id="i-(a[0-9]+_[0-9]+)"(.*?</legend>)', re.DOTALL)


def slot(name: str) -> Markup:
    """Mark a place in a template that is filled anew for each request."""
    return Markup(f"\ue000{name}\ue001")  # noqa: S704


# The palette is the visitor's, the page everybody's.
_PALETTE = {name: slot(name) for name in palette_words(SYSTEM)}


@dataclass(frozen=True)
class CompiledPage:
    """A page cut at its slots.

    Parameters
    ----------
    parts : the text before, between and behind the slots
    slots : their names, one fewer than the parts
    """

    parts: tuple[str, ...]
    slots: tuple[str, ...]

    @classmethod
    def of(cls, html: str) -> "CompiledPage":
        """Cut a rendered page."""
        pieces = _SLOT.split(_INDENT.sub("\n", html))
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]))

    def render(self, values: Mapping[str, str]) -> str:
        """Fill the slots; one without a value stays empty. Values that are no Markup are escaped.

        Examples
        --------
        >>> CompiledPage(("<p>", "</p>"), ("name",)).render({"name": "<b>"})
        '<p>&lt;b&gt;</p>'
        """
        pieces = [self.parts[0]]
        for name, part in zip(self.slots, self.parts[1:], strict=True):
            pieces += (escape(values.get(name, "")), part)
        return "".join(pieces)

    def filled_in(self, fields: Mapping[str, str], problems: Iterable[Problem]) -> "CompiledPage":
        """Tick what a voter ticked already, and mark the items that need another look."""
        marked = {problem.field: problem.kind for problem in problems}
        parts = (_mark(_tick(part, fields), marked) for part in self.parts)
        return CompiledPage(tuple(parts), self.slots)


@dataclass(frozen=True)
class CompiledPaper:
    """A ballot's page, and apart from it a card for each unit: each ballot may shuffle them.

    Parameters
    ----------
    page : with a slot ``cards``
    cards : in the batch's order, each with a slot ``number`` for its place on the page
    """

    content: QuestionnaireContent
    page: CompiledPage
    cards: tuple[CompiledPage, ...]

    def render(self, values: Mapping[str, str]) -> str:
        """Fill the page, cards in the order of this ballot's nonce."""
        if not self.content.random_order:
            return self.page.render({**values, "cards": self._unshuffled})
        n_targets, nonce = len(self.cards), values.get("nonce", "")
        order = shown_order(self.content, n_targets=n_targets, nonce=nonce)
        return self.page.render({**values, "cards": self._in_order(order)})

    def filled_in(self, fields: Mapping[str, str], problems: Iterable[Problem]) -> "CompiledPaper":
        """The same with ticks and problems; see `CompiledPage.filled_in`."""
        found = tuple(problems)
        cards = tuple(card.filled_in(fields, found) for card in self.cards)
        return CompiledPaper(self.content, self.page.filled_in(fields, found), cards)

    @cached_property
    def _unshuffled(self) -> Markup:
        return self._in_order(range(len(self.cards)))

    def _in_order(self, order: Iterable[int]) -> Markup:
        cards = (
            self.cards[place].render({"number": str(number)})
            for number, place in enumerate(order, start=1)
        )
        return Markup("".join(cards))  # noqa: S704


@lru_cache(MOST_FORMS)
def compiled_door(language: str) -> CompiledPage:  # noqa: ARG001
    """The page that asks for a code; needs a request's context in that language."""
    html = render_template(
        "citizen/casting/enter.html", code="", move=False, token=slot("token"), **_PALETTE
    )
    return CompiledPage.of(html)


@lru_cache(MOST_FORMS)
def compiled_paper(paper: Paper, language: str) -> CompiledPaper:
    """The ballot's page; needs a request's context in the language of its frame."""
    send, again = url_for("citizen.cast"), url_for("citizen.paper")
    return drawn_paper(PaperView(paper, language), send=send, again=again)


def drawn_paper(view: PaperView, *, send: str, again: str, trial: bool = False) -> CompiledPaper:
    """Render a paper's page.

    Parameters
    ----------
    send, again : addresses that take the ballot, and that show it in another language
    trial : nothing is kept on the device
    """
    page = render_template(
        "citizen/casting/paper.html",
        view=view,
        slot=slot,
        send=send,
        again=again,
        trial=trial,
        **_PALETTE,
    )
    cards = (
        render_template("citizen/casting/card.html", view=view, card=card, slot=slot)
        for card in view.cards
    )
    return CompiledPaper(
        view.paper.content, CompiledPage.of(page), tuple(CompiledPage.of(card) for card in cards)
    )


@lru_cache(MOST_FORMS)
def compiled_receipt(paper: Paper, language: str) -> CompiledPage:
    """The receipt's page; needs an application context in that language."""
    view = PaperView(paper, language)
    html = render_template("citizen/casting/receipt.html", view=view, slot=slot, **_PALETTE)
    return CompiledPage.of(html)


@lru_cache(MOST_FORMS)
def compiled_busy(path: str, language: str) -> CompiledPage:  # noqa: ARG001
    """The page that keeps what was sent; needs a request's context in that language."""
    html = render_template(
        "citizen/casting/busy.html", kept=slot("kept"), action=path, seconds=0, **_PALETTE
    )
    return CompiledPage.of(html)


def hidden_fields(sent: Mapping[str, str]) -> Markup:
    """Keep what was sent in a form's hidden fields."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("\n").join(field.format(name, value) for name, value in sent.items())


def _tick(part: str, fields: Mapping[str, str]) -> str:
    def tick(match: re.Match[str]) -> str:
        ticked = fields.get(match[1]) == match[2]
        return f"{match[0]} checked" if ticked else match[0]

    def place(match: re.Match[str]) -> str:
        chosen = f'value="{escape(fields.get(match[1], ""))}"'
        return match[0].replace(chosen, f"{chosen} selected")

    def text_area(match: re.Match[str]) -> str:
        return match[1] + str(escape(fields.get(match[2], "")))

    return _TEXT_AREA.sub(text_area, _PLACE.sub(place, _TICK.sub(tick, part)))


def _mark(part: str, marked: Mapping[str, str]) -> str:
    def item(match: re.Match[str]) -> str:
        if match[2] not in marked:
            return match[0]
        return f'class="item{match[1]} wrong" id="i-{match[2]}"{match[3]}'

    return _ITEM.sub(item, part) if marked else part
