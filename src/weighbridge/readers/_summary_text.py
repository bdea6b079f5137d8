"""Pasted text brought back to what was printed: without quotation marks, markup, mojibake."""

from __future__ import annotations

import html
import re
import sys

from weighbridge.errors import LIMITS, Malformed, TooLarge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers import Source

_MOJIBAKE = re.compile(r"â[^\x00-\x7f]{1,2}|Ã[^\x00-\x7f]|Â[\u0080-\u00bf]")
_OTHER_SETS = ("cp437", "cp850", "mac_roman")
"""Character sets of old terminals that UTF-8 is misread as; ``│`` becomes ``Γöé``."""
_BOXES = (b"\xe2\x94", b"\xe2\x95")
"""How the signs that boxes are drawn with begin in UTF-8."""
_ASKED = re.compile(r"^\s*\?.*\?\s*$")
_DRAWN = 3
"""Lines between question marks from which on these stand for a drawn box."""
_MARKUP = re.compile(
    r"</?(?:pre|code|span|div|p|b|i|strong|em|samp|tt|font|body|html)\b[^<>]{0,400}>", re.I
)
_BREAKS = re.compile(r"<(?:br|/tr|/p|/div)\s*/?>", re.I)
_CELLS = re.compile(r"</t[dh]>\s*<t[dh][^<>]{0,200}>", re.I)
_TABLE = re.compile(r"</?(?:table|thead|tbody|tr|td|th)\b[^<>]{0,400}>", re.I)
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_QUOTE = re.compile(r"^\s{0,3}(?:> ?)+")
_TAB = 8
"""Columns from one stop of a tabulator to the next."""


def text_of(source: Source) -> str:
    """The text of a file, of standard input, or the source itself.

    Raises ``TooLarge`` beyond ``LIMITS.source_bytes``, ``Malformed`` for what is not text.
    """
    if source.text == "-":
        stream = getattr(sys.stdin, "buffer", None)
        data = stream.read(LIMITS.source_bytes + 1) if stream else sys.stdin.read().encode()
        return _decoded(data, "standard input")
    if not source.is_file:
        return _decoded(source.text.encode("utf-8", "replace"), "the text given")
    try:
        with open(source.text, "rb") as file:
            return _decoded(file.read(LIMITS.source_bytes + 1), source.text)
    except OSError as error:
        raise Malformed(f"{source.text} cannot be read: {error.strerror}", source.text) from None


def _decoded(data: bytes, place: str) -> str:
    if len(data) > LIMITS.source_bytes:
        raise TooLarge(f"{place} is larger than {LIMITS.source_bytes >> 10} KiB", place)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise Malformed(f"{place} is not text", place, "a printed summary is plain text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def lines_of(text: str) -> list[str]:
    """The lines as they were printed, without what pasting, mail and web pages put around them."""
    text = _unmangled(_COLOURS.sub("", text))
    if "<" in text or "&" in text:
        text = _CELLS.sub(" | ", _BREAKS.sub("\n", text))
        text = html.unescape(_TABLE.sub(" ", _MARKUP.sub("", text)))
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.rstrip() for line in _unquoted(lines) if not line.strip().startswith("```")]


def _unmangled(text: str) -> str:
    """UTF-8 that was read in another character set, Windows' own even twice, is turned back."""
    text = _asked(_misread(text))
    for _ in range(2):
        if not _MOJIBAKE.search(text):
            break
        text = "".join(map(_turned, re.split(r"(\n)", text)))
    return text


def _misread(text: str) -> str:
    """The text where its boxes were read in the character set of an old terminal."""
    for name in _OTHER_SETS:
        if any(begin.decode(name) in text for begin in _BOXES):
            lines = (line.encode(name, "replace") for line in text.split("\n"))
            return "\n".join(line.decode("utf-8", "replace") for line in lines)
    return text


def _asked(text: str) -> str:
    """The text with bars where each sign of a drawn box became a question mark."""
    lines = text.split("\n")
    if sum(_ASKED.match(line) is not None for line in lines) < _DRAWN:
        return text
    text = re.sub(r"\?{2,}", "-", text)
    return re.sub(r"(?m)(?:(?<=\s)|^)\?(?=\s|$)", "|", text)


def _turned(line: str) -> str:
    if not _MOJIBAKE.search(line):
        return line
    data = b"".join(_byte(letter) for letter in line)
    return data.decode("utf-8", "replace")


def _byte(letter: str) -> bytes:
    """The byte a letter was before it was misread; five bytes have no letter in cp1252."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1") if ord(letter) < 256 else letter.encode("utf-8")  # noqa: PLR2004  # latin-1 ends there


def _unquoted(lines: list[str]) -> list[str]:
    """Without the ``>`` of a quotation where all lines that say something have it."""
    said = [line for line in lines if line.strip()]
    while said and all(_QUOTE.match(line) for line in said):
        lines = [_QUOTE.sub("", line, count=1) for line in lines]
        said = [line for line in lines if line.strip()]
    return lines
