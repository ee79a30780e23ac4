"""Answers that are files to keep."""

from collections.abc import Iterator
from unicodedata import normalize
from urllib.parse import quote

from flask import Response


def download(body: bytes | Iterator[bytes], name: str, kind: str) -> Response:
    """Answer with a file.

    Parameters
    ----------
    name : in any language; browsers that read only ASCII see what is left of it
    kind : media type
    """
    answer = Response(body, mimetype=kind)
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    answer.headers.set("Content-Disposition", "attachment", **names(plain, name))
    return answer


def names(plain: str, name: str) -> dict[str, str]:
    """Both forms of the file's name: headers are Latin-1, so RFC 5987 spells the other one."""
    if plain == name:
        return {"filename": name}
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
