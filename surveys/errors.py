"""What can go wrong in the domain: a stable code and facts, never prose.

DomainError
├── NotFound   what was asked for does not exist            (404)
├── Conflict   it exists, but its state does not allow this (409, 410)
├── Invalid    what was handed in breaks a rule             (422)
└── Refused    this person may not do this                  (403)

The web chooses the words (webapp/errors.py), the API shows the same code.
"""

from collections.abc import Mapping


class DomainError(Exception):
    """Base of all errors of the domain.

    Parameters
    ----------
    code : stable, lower case, underscores: ``"campaign_closed"``
    facts : what the words need: numbers, codes, names of fields
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: Mapping[str, object] = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{key}={value!r}" for key, value in self.facts.items())
        return f"{self.code}({facts})"


class NotFound(DomainError):
    """What was asked for does not exist."""


class Conflict(DomainError):
    """It exists, but its present state does not allow this."""


class Invalid(DomainError):
    """What was handed in breaks a rule."""


class Refused(DomainError):
    """This person may not do this."""
