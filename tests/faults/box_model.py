"""What a ballot box is, in a page: the machine is held against this."""

from dataclasses import dataclass, field


@dataclass
class BoxModel:
    """Codes go in, ballots go in, and each answer is known beforehand.

    Parameters
    ----------
    batch_of : code → its batch
    void : batches whose codes admit nothing
    used : code → the nonce of its ballot
    state : "open", "closed", "opened" or "certified"
    """

    batch_of: dict[str, int] = field(default_factory=dict)
    void: set[int] = field(default_factory=set)
    used: dict[str, bytes] = field(default_factory=dict)
    state: str = "open"
    asked: bool = False

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
        if self.batch_of[code] in self.void:
            return "batch_void"
        if self.state != "open":
            return "campaign_closed"
        self.used[code] = nonce
        return "ok"

    def look(self, code: str) -> str:
        if code not in self.batch_of:
            return "code_unknown"
        if self.batch_of[code] in self.void:
            return "batch_void"
        if code in self.used:
            return "code_used"
        return "ok" if self.state == "open" else "campaign_closed"

    def void_batch(self, batch: int) -> str:
        if self.state != "open":
            return "campaign_closed"
        if batch in self.void:
            return "batch_void"
        self.void.add(batch)
        return "ok"

    def close(self) -> str:
        if self.state != "open":
            return "campaign_not_open"
        self.state = "closed"
        return "ok"

    def ask(self) -> str:
        if self.state != "closed":
            return "campaign_not_closed"
        if self.asked:
            return "already_requested"
        self.asked = True
        return "ok"

    def open(self, *, same_person: bool) -> str:
        if self.state != "closed":
            return "campaign_not_closed"
        if not self.asked:
            return "no_request"
        if same_person:
            return "same_person"
        self.state = "opened"
        return "ok"

    def certify(self) -> None:
        if self.state == "opened":
            self.state = "certified"
