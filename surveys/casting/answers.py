"""What a voter ticked, read by the frozen questionnaire into the bytes of a ballot.

Fields are named by place: ``<target>`` counts from 0 in the batch's order, ``<item>`` from 0 among
the items that are answered (`QuestionnaireContent.answered_items`, without comments and notes),
``<option>`` from 1 among the options of the item.

===================  =========================  ==================================================
kind of item         field                      value
===================  =========================  ==================================================
rating, choice,      ``a<target>_<item>``       number of the option, from 1 ("don't know" is one
yes/no                                          of them); "" or missing: no answer
number               ``a<target>_<item>``       the number in plain digits (``0`` … ``10``), or
                                                ``dont_know`` where the item has such an option
several              ``a<target>_<item>_        ``1`` where the option is ticked; that of "don't
                     <option>``                 know" stands alone
ranking              ``a<target>_<item>_        place of the option, from 1, without gaps; "" for
                     <option>``                 none; ``1`` for "don't know", which stands alone
comment              ``c<target>``, further     the text
                     ones of a form
                     ``c<target>_1``, ``_2`` …
note, section        none
===================  =========================  ==================================================

``d<target>`` = ``1`` says "don't know" to the items of a target that have no answer.

An item is asked where all its conditions hold; answers to others are dropped, comments included.
An item that is asked and required wants an answer: who leaves one out is told which. The bytes of
each kind: docs/adr/0012-kinds-of-items-in-bytes.md.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR
from functools import cached_property
from operator import itemgetter

from surveys.casting.comments import clean_comment
from surveys.casting.item_readers import Check, ReadItem, check_of, names_of, reader_of, values_of
from surveys.casting.packing import BallotBody, Comment, pack
from surveys.casting.sealing import LONGEST_BODY
from surveys.errors import Invalid
from surveys.setup.questionnaires import (
    BYTE_FOR_EACH_OPTION,
    DONT_KNOW,
    NO_ANSWER,
    Item,
    QuestionnaireContent,
)

_FIELD = re.compile(r"a[0-9]+_[0-9]+(_[0-9]+)?|c[0-9]+(_[0-9]+)?|d[0-9]+")


@dataclass(frozen=True, slots=True)
class Answers:
    """A ballot's content.

    Parameters
    ----------
    packed : for each target the bytes of its items: 0 none, 255 don't know, others by kind
    comments : at most one for each text field, by rising field
    """

    packed: bytes
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a ballot from being taken.

    Parameters
    ----------
    kind : ``"missing"``, ``"unknown_option"``, ``"unknown_field"``, ``"over_quota"``,
        ``"too_few"``, ``"too_many"``, ``"places_not_in_order"``, ``"dont_know_and_more"``,
        ``"comment_too_long"``, ``"comments_too_long"``
    field : name of the item's or comment's field; empty where it concerns no single one
    target, item : their places from 0; -1 where it concerns none in particular
    limit, found : how many are allowed or wanted and how many there are, where the kind counts
    """

    kind: str
    field: str = ""
    target: int = -1
    item: int = -1
    limit: int = 0
    found: int = 0


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

        Raises
        ------
        Invalid : ``bad_answers`` (problems: tuple of `Problem`, in the order of the paper)
        """
        packed = self._plain(fields)
        problems: list[Problem] = []
        comments: list[Comment] = []
        if packed is None:
            packed = b"".join(self._rows(fields, problems, comments))
        else:
            width = self.content.row_bytes
            for target in range(self.n_targets):
                row = packed[target * width : (target + 1) * width]
                comments += self._comments(target, fields, row, problems)
        problems = self._unknown_fields(fields) + problems
        problems += self._over_quota(packed)
        problems += self._too_much_text(comments)
        if problems:
            raise Invalid("bad_answers", problems=tuple(problems))
        return Answers(packed, tuple(comments))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items that take bytes, in order."""
        return self.content.answered_items

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Names of the items' own fields by target and item."""
        return tuple(
            tuple(f"a{target}_{item}" for item in range(len(self.items)))
            for target in range(self.n_targets)
        )

    @cached_property
    def comment_names(self) -> tuple[tuple[str, ...], ...]:
        """Names of the text fields by target and comment."""
        return tuple(
            tuple(
                f"c{target}_{number}" if number else f"c{target}"
                for number in range(len(self.content.comments))
            )
            for target in range(self.n_targets)
        )

    @cached_property
    def offers_dont_know_at_once(self) -> bool:
        """Whether a target may be passed over as a whole: several, and every item offers it."""
        return self.n_targets > 1 and all(
            any(option.dont_know for option in self.content.options_of(item)) for item in self.items
        )

    @cached_property
    def quota_limit(self) -> int | None:
        """How many targets may get the quota's option; None where there is no quota.

        `share` of the targets, rounded down, at least 1. One target alone has no quota.
        """
        quota = self.content.quota
        if quota is None or self.n_targets < 2 or self.content.quota_item is None:
            return None
        share = (quota.share * self.n_targets).to_integral_value(ROUND_FLOOR)
        return max(int(share), 1)

    @cached_property
    def room_for_comments(self) -> int:
        """Bytes of UTF-8 that the comments of one ballot may take together."""
        n_texts = self.n_targets * len(self.content.comments)
        comments = tuple(Comment(field, ".") for field in range(n_texts))
        n_answers = self.n_targets * self.content.row_bytes
        full = pack(BallotBody(batch=1, answers=bytes(n_answers), comments=comments))
        return LONGEST_BODY - len(full) + n_texts

    def _plain(self, fields: Mapping[str, str]) -> bytes | None:
        """The bytes of a ballot with every answer given; None where a second look is needed.

        Nearly all ballots are such, and here they are read by C alone.
        """
        if self._all_at_once is None:
            return None
        take, bytes_of = self._all_at_once
        try:
            packed = bytes(map(dict.__getitem__, bytes_of, take(fields)))
        except KeyError:
            return None
        return None if NO_ANSWER in packed else packed

    @cached_property
    def _all_at_once(
        self,
    ) -> tuple[Callable[[Mapping[str, str]], tuple[str, ...]], list[dict[str, int]]] | None:
        """Where each item is one byte and always asked: how to take all fields and their bytes."""
        plain = all(
            not item.show_if and item.kind not in BYTE_FOR_EACH_OPTION for item in self.items
        )
        names = [name for row in self.names for name in row]
        if not plain or len(names) < 2:
            return None
        tables = [values_of(self.content, item) for item in self.items]
        return itemgetter(*names), tables * self.n_targets

    def _rows(
        self, fields: Mapping[str, str], problems: list[Problem], comments: list[Comment]
    ) -> Iterator[bytes]:
        for target in range(self.n_targets):
            row = self._row(target, fields, problems)
            comments += self._comments(target, fields, row, problems)
            yield row

    def _row(self, target: int, fields: Mapping[str, str], problems: list[Problem]) -> bytes:
        """One target's bytes."""
        row = bytearray()
        otherwise = self.offers_dont_know_at_once and bool(fields.get(f"d{target}"))
        for place, name in enumerate(self.names[target]):
            item, read, checks = self._readers[place]
            if not all(check.holds(row) for check in checks):
                row += bytes(self.content.n_bytes(item))
                continue
            reading = read(fields, name)
            if reading.problem:
                problems.append(
                    Problem(reading.problem, name, target, place, reading.limit, reading.found)
                )
            elif reading.empty and otherwise:
                row += bytes([DONT_KNOW]) * len(reading.packed)
                continue
            elif reading.empty and item.required:
                problems.append(Problem("missing", name, target, place))
            row += reading.packed
        return bytes(row)

    def _comments(
        self, target: int, fields: Mapping[str, str], row: bytes, problems: list[Problem]
    ) -> Iterator[Comment]:
        """The texts about one target, whose bytes are `row`."""
        for number, name in enumerate(self.comment_names[target]):
            item, checks = self._texts[number]
            if not all(check.holds(row) for check in checks):
                continue
            written = fields.get(name)
            text = clean_comment(written) if written else ""
            if len(text) > item.max_length:
                longest = item.max_length
                problems.append(
                    Problem("comment_too_long", name, target, limit=longest, found=len(text))
                )
            elif text:
                yield Comment(target * len(self._texts) + number, text)
            elif item.required:
                problems.append(Problem("missing", name, target))

    def _unknown_fields(self, fields: Mapping[str, str]) -> list[Problem]:
        return [
            Problem("unknown_field", name)
            for name in fields
            if name not in self._known and _FIELD.fullmatch(name)
        ]

    def _over_quota(self, packed: bytes) -> Iterator[Problem]:
        quota, limit, item = self.content.quota, self.quota_limit, self.content.quota_item
        if quota is None or limit is None or item is None:
            return
        found = packed[self.content.offsets[item.code] :: self.content.row_bytes]
        n_found = found.count(quota.option)
        if n_found > limit:
            yield Problem("over_quota", item=self.items.index(item), limit=limit, found=n_found)

    def _too_much_text(self, comments: list[Comment]) -> Iterator[Problem]:
        # Every envelope is equally long, so all comments of one ballot share what room there is.
        found = sum(len(comment.text.encode()) for comment in comments)
        if found > self.room_for_comments:
            yield Problem("comments_too_long", limit=self.room_for_comments, found=found)

    @cached_property
    def _readers(self) -> tuple[tuple[Item, ReadItem, tuple[Check, ...]], ...]:
        return tuple(
            (item, reader_of(self.content, item), self._checks(item)) for item in self.items
        )

    @cached_property
    def _texts(self) -> tuple[tuple[Item, tuple[Check, ...]], ...]:
        return tuple((item, self._checks(item)) for item in self.content.comments)

    def _checks(self, item: Item) -> tuple[Check, ...]:
        return tuple(check_of(self.content, condition) for condition in item.show_if)

    @cached_property
    def _known(self) -> frozenset[str]:
        names = [
            name
            for row in self.names
            for item, own in zip(self.items, row, strict=True)
            for name in names_of(self.content, item, own)
        ]
        names += [name for row in self.comment_names for name in row]
        names += [f"d{target}" for target in range(self.n_targets)]
        return frozenset(names)
