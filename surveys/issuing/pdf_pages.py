"""More pages for a PDF that typst made: the same page again and again, with other marks on it.

Only what typst writes is understood: plain objects and one table of their places (PDF 1.7, 7.5).
The pages of the original are templates; new ones are appended as they come, so that a document of
any length needs the memory of one page.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

POINTS_PER_MM: Final = 72 / 25.4

_NUMBER = re.compile(rb"(\d+) 0 R")
_PAIR = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})>")


class Target(Protocol):
    """Where the document goes, piece by piece."""

    def write(self, data: bytes, /) -> int: ...


class Original:
    """The objects of a PDF, by number.

    Raises
    ------
    ValueError : not a PDF as typst writes it
    """

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
        if pdf[start : start + 4] != b"xref":
            raise ValueError("pdf: no plain table of objects")
        count = int(pdf[start:].split(maxsplit=3)[2])
        lines = pdf[pdf.index(b"\n", pdf.index(b"\n", start) + 1) + 1 :]
        self.offsets = [int(lines[20 * number :][:10]) for number in range(count)]
        self.end = start
        trailer = pdf[pdf.index(b"trailer", start) :]
        self.info = _NUMBER.search(trailer[i:]) if (i := trailer.find(b"/Info")) >= 0 else None
        root = self.object(_reference(trailer, b"/Root"))
        pages = self.object(_reference(root, b"/Pages"))
        kids = pages[pages.index(b"/Kids") :]
        self.pages = [int(n) for n in _NUMBER.findall(kids[: kids.index(b"]")])]

    def object(self, number: int) -> bytes:
        """The bytes of an object, without its number."""
        start = self.offsets[number]
        end = min([at for at in self.offsets if at > start] + [self.end])
        return self.pdf[start:end].split(b" obj\n", 1)[1].rsplit(b"\nendobj", 1)[0]

    def stream(self, number: int) -> bytes:
        """The content of a stream."""
        head, _, rest = self.object(number).partition(b"\nstream\n")
        return zlib.decompress(rest) if b"/FlateDecode" in head else rest

    def resources(self, page: int) -> bytes:
        """The dictionary of what a page uses."""
        return self.object(_reference(self.object(self.pages[page]), b"/Resources"))

    def contents(self, page: int) -> int:
        """The number of a page's content."""
        return _reference(self.object(self.pages[page]), b"/Contents")

    def media_box(self, page: int) -> bytes:
        """The size of a page."""
        found = re.search(rb"/MediaBox(\[[^]]*\])", self.object(self.pages[page]))
        if found is None:
            raise ValueError("pdf: a page without size")
        return found.group(1)

    def only_font(self, page: int) -> int:
        """The number of the font that a page uses, its only one."""
        fonts = re.search(rb"/Font<<([^>]*)>>", self.resources(page))
        found = _NUMBER.findall(fonts.group(1)) if fonts else []
        if len(found) != 1:
            raise ValueError("pdf: not one font")
        return int(found[0])

    def glyphs(self, font: int) -> dict[str, bytes]:
        """How each letter is written in a font: two bytes, hexadecimal."""
        table = self.stream(_reference(self.object(font), b"/ToUnicode"))
        written: dict[str, bytes] = {}
        for part in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
            written |= {chr(int(to, 16)): glyph for glyph, to in _PAIR.findall(part)}
        for part in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
            for first, last, to in _RANGE.findall(part):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    written[chr(int(to, 16) + step)] = b"%04X" % (int(first, 16) + step)
        return written


@dataclass(frozen=True)
class Stencil:
    """A page to be drawn upon: its content, its resources, its size."""

    contents: int
    resources: int
    media_box: bytes


class PdfPages:
    """Writes a document: an original's objects first, then page after page, then what binds them.

    Parameters
    ----------
    original : kept as it is
    target : takes the document
    """

    def __init__(self, original: Original, target: Target) -> None:
        self._original = original
        self._target = target
        self._offsets = list(original.offsets)
        self._at = 0
        self._kids: list[int] = []
        self._write(original.pdf[: original.end])
        self._parent = self._reserved()
        self._save = self._stream(b"q\n")

    def keep(self, page: int) -> None:
        """Take a page of the original as it is."""
        old = self._original.object(self._original.pages[page])
        renewed = re.sub(rb"/Parent \d+ 0 R", b"/Parent %d 0 R" % self._parent, old)
        self._kids.append(self._object(re.sub(rb"/StructParents \d+", b"", renewed)))

    def stencil(self, page: int, *, font: int, name: bytes) -> Stencil:
        """A page of the original to draw upon, with one more font."""
        resources = self._original.resources(page)
        added = b"/%s %d 0 R" % (name, font)
        if b"/Font<<" in resources:
            resources = resources.replace(b"/Font<<", b"/Font<<" + added, 1)
        else:
            resources = resources.replace(b"<<", b"<</Font<<" + added + b">>", 1)
        return Stencil(
            self._original.contents(page), self._object(resources), self._original.media_box(page)
        )

    def draw(self, stencil: Stencil, marks: bytes) -> None:
        """Append a page: the stencil, and marks upon it."""
        drawn = self._stream(b"Q\n" + marks)
        page = (
            b"<</Type/Page/Parent %d 0 R/Resources %d 0 R/MediaBox%s"
            b"/Contents[%d 0 R %d 0 R %d 0 R]>>"
        )
        parts = (
            self._parent,
            stencil.resources,
            stencil.media_box,
            self._save,
            stencil.contents,
            drawn,
        )
        self._kids.append(self._object(page % parts))

    def finish(self) -> None:
        """Bind the pages together."""
        kids = b" ".join(b"%d 0 R" % kid for kid in self._kids)
        self._object(
            b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self._kids), kids), number=self._parent
        )
        root = self._object(b"<</Type/Catalog/Pages %d 0 R/Lang(zh-CN)>>" % self._parent)
        info = b"/Info " + self._original.info.group() if self._original.info else b""
        at, n = self._at, len(self._offsets)
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % n)
        self._write(b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets[1:]))
        self._write(b"trailer\n<</Size %d/Root %d 0 R%s>>\n" % (n, root, info))
        self._write(b"startxref\n%d\n%%%%EOF\n" % at)

    def _reserved(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _object(self, content: bytes, *, number: int | None = None) -> int:
        number = self._reserved() if number is None else number
        self._offsets[number] = self._at
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        return number

    def _stream(self, content: bytes) -> int:
        packed = zlib.compress(content, 1)
        head = b"<</Length %d/Filter/FlateDecode>>\nstream\n" % len(packed)
        return self._object(head + packed + b"\nendstream")

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._at += len(data)


def text_marks(lines: Sequence[tuple[float, float, bytes]], *, font: bytes, size: float) -> bytes:
    """Lines of text, each at its place in points, written as a font's glyphs."""
    shown = b"".join(b"1 0 0 1 %.2f %.2f Tm<%s>Tj\n" % line for line in lines)
    return b"BT /%s %.2f Tf\n%sET\n" % (font, size, shown)


def _reference(dictionary: bytes, key: bytes) -> int:
    found = _NUMBER.match(dictionary[dictionary.index(key) + len(key) :].lstrip())
    if found is None:
        raise ValueError(f"pdf: no reference {key.decode()}")
    return int(found.group(1))
