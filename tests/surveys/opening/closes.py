"""Close statements for tests that have no database."""

from collections.abc import Sequence

from surveys.casting.receipts import leaf
from surveys.opening.keys import Key, PublicKeyring, Role
from surveys.opening.signed_close import CloseStatement
from surveys.opening.tree import box_root


def close_of(
    ring: PublicKeyring, envelopes: Sequence[bytes], *, campaign: str, server: Key | None = None
) -> CloseStatement:
    """What a box with these envelopes held, signed by the server if its key is given."""
    close = CloseStatement(
        {
            "format": 2,
            "campaign": {"id": int(campaign), "keys": ring.as_json()},
            "n_envelopes": len(envelopes),
            "root": box_root(leaf(envelope) for envelope in envelopes).hex(),
        }
    )
    return close.signed(server) if server else close


def signers(keys: dict[Role, Key]) -> list[Key]:
    """The keys that sign a close, in their order."""
    return [keys[role] for role in (Role.RECEIPTS, Role.OFFICER_A, Role.OFFICER_B)]
