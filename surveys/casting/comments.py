"""Free text as it is kept: no control characters, no telephone or identity numbers."""

import re
import unicodedata

MASK = "***"

_FULL_WIDTH_DIGITS = {0xFF10 + digit: ord("0") + digit for digit in range(10)}
_MANY_LINE_FEEDS = re.compile(r"\n{3,}")
_NUMBERS = re.compile(
    r"""(?<![0-9])(?:
        [0-9]{17}[0-9Xx] | [0-9]{15}                         # identity card, new and old
      | (?:\+?86[ -]?)? 1[3-9][0-9] [ -]? [0-9]{4} [ -]? [0-9]{4}   # mobile telephone
      | 0[0-9]{2,3} [ -]? [0-9]{7,8}                         # telephone with its area
      | (?!(?:19|20)[0-9]{6}(?![0-9])) [2-9][0-9]{6,7}       # telephone, but no date
      | [0-9]{9,}                                            # account, messenger
    )(?![0-9])""",
    re.VERBOSE,
)


def clean_comment(text: str) -> str:
    """Take out what does harm or names a person; what is left may be empty.

    Line feeds stay. A number that could be a telephone, an identity card or an account becomes
    ``***``; years and dates stay.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", lines)
        if character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    masked = _NUMBERS.sub(MASK, kept.translate(_FULL_WIDTH_DIGITS))
    return _MANY_LINE_FEEDS.sub("\n\n", masked).strip()
