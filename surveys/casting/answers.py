"""What a voter ticked, read by the frozen questionnaire into one byte per (target, item).

Fields are named by place, counted from 0: ``a<target>_<item>`` holds the 1-based number of an
option, ``c<target>`` a comment, and ``d<target>`` says "don't know" to the items of a target that
have no answer. Every item that is asked wants an answer: who leaves one out is told which.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR
from functools import cached_property

from surveys.casting.comments import clean_comment
from surveys.casting.packing import BallotBody, Comment, pack
from surveys.casting.sealing import LONGEST_BODY
from surveys.errors import Invalid
from surveys.setup.questionnaires import (
    DONT_KNOW,
    NO_ANSWER,
    Item,
    ItemKind,
    QuestionnaireContent,
    Route,
)

_FIELD = re.compile(r"a[0-9]+_[0-9]+|[cd][0-9]+")
_ASK_ALL: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Answers:
    """A ballot's content.

    Parameters
    ----------
    packed : one byte per (target, item): 0 none, 255 don't know, 1..k the option
    comments : at most one for each target, by rising target
    """

    packed: bytes
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a ballot from being taken.

    Parameters
    ----------
    kind : ``"missing"``, ``"unknown_option"``, ``"unknown_field"``, ``"over_quota"``,
        ``"comment_too_long"``, ``"comments_too_long"``
    field : name of the field it starts at; empty where it concerns no single one
    target, item : their places from 0; -1 where it concerns none in particular
    limit, found : how many are allowed and how many there are, where the kind counts
    """

    kind: str
    field: str = ""
    target: int = -1
    item: int = -1
    limit: int = 0
    found: int = 0


def overall_item(content: QuestionnaireContent) -> Item | None:
    """The item on which a quota counts: the last rating without weight (T0, P0, C7, R0)."""
    items = (item for item in reversed(content.items) if item.kind is ItemKind.RATING)
    return next((item for item in items if item.weight == 0), None)


@dataclass(frozen=True)
class AnswerSheet:
    """Reads the answers on one paper; made once per paper, used for every ballot.

    Parameters
    ----------
    content : the frozen questionnaire
    n_targets : at least 1
    """

    content: QuestionnaireContent
    n_targets: int

    def read(self, fields: Mapping[str, str]) -> Answers:
        """Turn a form's fields into answers.

        Answers to items that an earlier answer routes past are dropped, comments included.

        Raises
        ------
        Invalid : ``bad_answers`` (problems: tuple of `Problem`, in the order of the paper)
        """
        problems = [
            Problem("unknown_field", name)
            for name in fields
            if name not in self._known and _FIELD.fullmatch(name)
        ]
        packed = bytearray()
        comments: list[Comment] = []
        for target in range(self.n_targets):
            row, skipped = self._row(target, fields, problems)
            packed += row
            if self._comment_place not in skipped:
                comments += self._comment(target, fields, problems)
        problems += self._over_quota(packed)
        problems += self._too_much_text(comments)
        if problems:
            raise Invalid("bad_answers", problems=tuple(problems))
        return Answers(bytes(packed), tuple(comments))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items that take a byte, in order."""
        return self.content.answered_items

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Names of the answers' fields by target and item."""
        return tuple(
            tuple(f"a{target}_{item}" for item in range(len(self.items)))
            for target in range(self.n_targets)
        )

    @cached_property
    def offers_dont_know_at_once(self) -> bool:
        """Whether a target may be passed over as a whole: several of them, ratings alone."""
        return self.n_targets > 1 and all(
            any(option.dont_know for option in self.content.options_of(item)) for item in self.items
        )

    @cached_property
    def quota_limit(self) -> int | None:
        """How many targets may get the quota's option overall; None where there is no quota.

        `share` of the targets, rounded down, at least 1. One target alone has no quota.
        """
        quota = self.content.quota
        if quota is None or self.n_targets < 2 or self._overall_place is None:
            return None
        share = (quota.share * self.n_targets).to_integral_value(ROUND_FLOOR)
        return max(int(share), 1)

    def skipped_by(self, route: Route) -> frozenset[int]:
        """Places in `content.items` that are not asked once a route is taken."""
        codes = [item.code for item in self.content.items]
        return frozenset(
            place
            for place in range(codes.index(route.item) + 1, len(codes))
            if codes[place] not in route.then
        )

    def _row(
        self, target: int, fields: Mapping[str, str], problems: list[Problem]
    ) -> tuple[bytes, frozenset[int]]:
        """One target's bytes, and the places in `content.items` it was routed past."""
        row = bytearray()
        skipped = _ASK_ALL
        otherwise = self._otherwise(target, fields)
        for item, name in enumerate(self.names[target]):
            if self._places[item] in skipped:
                row.append(NO_ANSWER)
                continue
            value = fields.get(name, "")
            byte = self._bytes[item].get(value)
            if byte is None:
                problems.append(Problem("unknown_option", name, target, item))
            elif byte == NO_ANSWER and otherwise == NO_ANSWER:
                problems.append(Problem("missing", name, target, item))
            row.append(byte or otherwise)
            skipped |= self._skips.get((item, value), _ASK_ALL)
        return bytes(row), skipped

    def _otherwise(self, target: int, fields: Mapping[str, str]) -> int:
        ticked = self.offers_dont_know_at_once and f"d{target}" in fields
        return DONT_KNOW if ticked else NO_ANSWER

    def _comment(
        self, target: int, fields: Mapping[str, str], problems: list[Problem]
    ) -> Iterator[Comment]:
        written = fields.get(f"c{target}")
        if not written or self.content.comment is None:
            return
        text = clean_comment(written)
        longest = self.content.comment.max_length
        if len(text) > longest:
            problems.append(
                Problem("comment_too_long", f"c{target}", target, limit=longest, found=len(text))
            )
        elif text:
            yield Comment(target, text)

    def _over_quota(self, packed: bytearray) -> Iterator[Problem]:
        quota, limit, place = self.content.quota, self.quota_limit, self._overall_place
        if quota is None or limit is None or place is None:
            return
        found = packed[place :: len(self.items)].count(quota.option)
        if found > limit:
            yield Problem("over_quota", item=place, limit=limit, found=found)

    def _too_much_text(self, comments: list[Comment]) -> Iterator[Problem]:
        # Every envelope is equally long, so all comments of one ballot share what room there is.
        found = sum(len(comment.text.encode()) for comment in comments)
        if found > self.room_for_comments:
            yield Problem("comments_too_long", limit=self.room_for_comments, found=found)

    @cached_property
    def room_for_comments(self) -> int:
        """Bytes of UTF-8 that the comments of one ballot may take together."""
        comments = tuple(Comment(target, ".") for target in range(self.n_targets))
        n_answers = self.n_targets * len(self.items)
        full = pack(BallotBody(batch=1, answers=bytes(n_answers), comments=comments))
        return LONGEST_BODY - len(full) + self.n_targets

    @cached_property
    def _known(self) -> frozenset[str]:
        names = [name for row in self.names for name in row]
        names += [f"{kind}{target}" for kind in "cd" for target in range(self.n_targets)]
        return frozenset(names)

    @cached_property
    def _bytes(self) -> tuple[dict[str, int], ...]:
        """By item: the byte each value of its field stands for."""
        return tuple(
            {"": NO_ANSWER}
            | {
                str(option): self.content.byte_of(item, option)
                for option in range(1, len(self.content.options_of(item)) + 1)
            }
            for item in self.items
        )

    @cached_property
    def _places(self) -> tuple[int, ...]:
        """By item: its place in `content.items`, comments counted."""
        return tuple(self.content.items.index(item) for item in self.items)

    @cached_property
    def _comment_place(self) -> int:
        return (
            -1 if self.content.comment is None else self.content.items.index(self.content.comment)
        )

    @cached_property
    def _overall_place(self) -> int | None:
        overall = overall_item(self.content)
        return None if overall is None else self.items.index(overall)

    @cached_property
    def _skips(self) -> dict[tuple[int, str], frozenset[int]]:
        """By item and value of its field: the places in `content.items` not asked after it."""
        codes = [item.code for item in self.items]
        return {
            (codes.index(route.item), str(route.option)): self.skipped_by(route)
            for route in self.content.routes
        }
