"""What every signature and every seal is bound to: a purpose and a campaign."""


def context(purpose: str, campaign: str | int) -> bytes:
    """Say for what, and for which campaign, bytes are signed or sealed.

    Without it a ballot sealed or a receipt signed for one campaign would pass in another.

    Parameters
    ----------
    purpose : ASCII without a bar: ``"officer_a"``, ``"stamp"``
    campaign : its id; a number and its decimal digits are the same campaign

    Returns
    -------
    ``gongping|purpose|`` + two bytes of length + the campaign in UTF-8: the length keeps
    what follows apart from the name.
    """
    name = str(campaign).encode()
    return b"gongping|" + purpose.encode("ascii") + b"|" + len(name).to_bytes(2) + name
