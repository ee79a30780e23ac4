"""What a ballot box is, in a page: the machine is held against this."""

from dataclasses import dataclass, field


@dataclass
class BoxModel:
    """Codes go in, ballots go in, and each answer is known beforehand.

    Parameters
    ----------
    batch_of : code → its batch
    void : batches whose codes admit nothing
    used : code → the nonce of its ballot; of a poster, (code, browser) → the nonce
    annulled : codes in whose place another one was issued
    posters : codes with which every browser votes once
    annulment : the code that is to be annulled, and who asked for it
    asked_by : the officer who asked that the box be opened
    state : "open", "closed", "opened" or "certified"
    """

    batch_of: dict[str, int] = field(default_factory=dict)
    void: set[int] = field(default_factory=set)
    used: dict[str | tuple[str, bytes], bytes] = field(default_factory=dict)
    annulled: set[str] = field(default_factory=set)
    posters: set[str] = field(default_factory=set)
    annulment: tuple[str, int] | None = None
    asked_by: int | None = None
    state: str = "open"

    def issue(self, batch: int, codes: tuple[str, ...]) -> None:
        self.batch_of |= dict.fromkeys(codes, batch)

    def may_issue(self) -> str:
        return "ok" if self.state == "open" else "campaign_closed"

    def submit(self, code: str, nonce: bytes) -> str:
        if code not in self.batch_of:
            return "code_unknown"
        if self.used.get(code) == nonce:
            return "ok"  # again, whatever has happened since
        if code in self.used:
            return "code_used"
        standing = self._standing(code)
        if standing == "ok":
            self.used[code] = nonce
        return standing

    def submit_open(self, code: str, browser: bytes, nonce: bytes) -> str:
        if self.used.get((code, browser)) == nonce:
            return "ok"
        standing = self._standing(code)
        if standing == "ok" and (code, browser) in self.used:
            return "code_used"
        if standing == "ok":
            self.used[code, browser] = nonce
        return standing

    def look(self, code: str) -> str:
        if code not in self.batch_of:
            return "code_unknown"
        standing = self._standing(code)
        if code in self.used and standing != "batch_void":
            return "code_used"
        return standing

    def _standing(self, code: str) -> str:
        if self.batch_of[code] in self.void:
            return "batch_void"
        if code in self.annulled:
            return "code_annulled"
        return "ok" if self.state == "open" else "campaign_closed"

    def void_batch(self, batch: int) -> str:
        if self.state != "open":
            return "campaign_closed"
        if batch in self.void:
            return "batch_void"
        self.void.add(batch)
        return "ok"

    def ask_annulment(self, code: str, by: int) -> str:
        if self.state != "open":
            return "annulled_only_while_open"
        if (refusal := self._not_annullable(code)) is not None:
            return refusal
        if self.annulment is not None:
            return "already_requested_annulment"
        self.annulment = code, by
        return "ok"

    def annul(self, by: int) -> str:
        if self.state != "open":
            return "annulled_only_while_open"
        if self.annulment is None:
            return "no_annulment"
        code, asked_by = self.annulment
        if asked_by == by:
            return "same_person"
        if (refusal := self._not_annullable(code)) is not None:
            return refusal
        self.annulment = None
        self.annulled.add(code)
        self.used.pop(code, None)
        return "ok"

    def withdraw_annulment(self) -> str:
        if self.annulment is None:
            return "no_annulment"
        self.annulment = None
        return "ok"

    def _not_annullable(self, code: str) -> str | None:
        if code not in self.batch_of:
            return "code_not_of_campaign"
        if code in self.posters:
            return "poster_not_annulled"
        if self.batch_of[code] in self.void:
            return "batch_void"
        return "code_annulled" if code in self.annulled else None

    def close(self) -> str:
        if self.state != "open":
            return "campaign_not_open"
        self.state = "closed"
        return "ok"

    def ask(self, by: int) -> str:
        if self.state != "closed":
            return "campaign_not_closed"
        if self.asked_by is not None:
            return "already_requested"
        self.asked_by = by
        return "ok"

    def open(self, by: int) -> str:
        if self.state != "closed":
            return "campaign_not_closed"
        if self.asked_by is None:
            return "no_request"
        if self.asked_by == by:
            return "same_person"
        self.state = "opened"
        return "ok"

    def certify(self) -> None:
        if self.state == "opened":
            self.state = "certified"
