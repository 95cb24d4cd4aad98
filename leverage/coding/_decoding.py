"""From the bytes of a file to its text: what is no text is refused, what had to be guessed is told."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from leverage.documents import plain_newlines

SAMPLE = 65_536
"""Bytes that are looked at to tell what a file is and, where nothing states it, its encoding."""
CONTROLS = 0.01
"""A larger share of control characters is no text: prose has none."""
STRAY = 4
"""So many may stand in a text of any length."""
ODD = 0.1
"""Where more of the special letters are unlikely in Western prose, another encoding is looked for."""
NAMED_LINES = 5

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KINDS = (
    (b"%PDF-", "a PDF file", "save its text as a .txt or .html file"),
    (b"{\\rtf", "an RTF file", "save it as plain text"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an old office program", "save it as plain text"),
    (b"\x89PNG\r\n", "a picture (PNG)", "write its words into a text file"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "write its words into a text file"),
    (b"GIF8", "a picture (GIF)", "write its words into a text file"),
    (b"II*\x00", "a picture (TIFF)", "write its words into a text file"),
    (b"MM\x00*", "a picture (TIFF)", "write its words into a text file"),
    (b"\x1f\x8b\x08", "a packed file (gzip)", "unpack it, and name the text file in it"),
    (b"BZh", "a packed file (bzip2)", "unpack it, and name the text file in it"),
    (b"\xfd7zXZ\x00", "a packed file (xz)", "unpack it, and name the text file in it"),
    (b"7z\xbc\xaf\x27\x1c", "a packed file (7z)", "unpack it, and name the text file in it"),
    (b"SQLite format 3\x00", "a database (SQLite)", "name a text, Markdown or HTML file"),
)
_META_CHARSET = re.compile(
    rb"""<meta\b[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)|\A\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)""",
    re.IGNORECASE,
)
# Windows-1252 is what programs mean by these names, as browsers know.
_SAID_FOR_WINDOWS = {"iso8859-1", "latin-1", "ascii", "iso8859-15"}
# Those that a page may state; others would read its letters as something else.
_OF_PAGES = re.compile(r"cp\d+|iso8859-\d+|koi8-[ru]|gb\w+|big5\w*|euc_\w+|shift_jis\w*|mac-\w+|utf-8")
_UNLIKELY = re.compile(r"[\x80-\x9f¤¥¦¨ª¬¯±¸¹ºƒˆ‡†‰×÷ÐÞðþÝý]")
_LETTER = re.compile(r"[^\W\d_]")


class Decoded(NamedTuple):
    r"""A text with newlines as ``\n``, the encoding that it was read in, and what was guessed."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


class NoTextError(Exception):
    """The bytes are no text; carries what is wrong, what to do, and the line where there is one."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem, self.remedy = problem, remedy


def decode(raw: bytes) -> Decoded:
    """The text of a file's bytes.

    A byte order mark decides, then valid UTF-8, then what a page states of itself, then Windows-1252 where
    that gives plausible prose; charset-normalizer looks at the rest. A file that is UTF-8 in part is read
    byte by byte. Nothing is left out.

    Raises
    ------
    NoTextError
        The bytes are those of another kind of file, or damaged.
    """
    _refuse_other_kinds(raw)
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return Decoded(plain_newlines(_strictly(raw, name)), name.removesuffix("-sig"))
    wide = _wide(raw)
    if wide is not None:
        note = f"the file states no encoding; it was read as {wide.upper()}"
        return Decoded(plain_newlines(_strictly(raw, wide)), wide, (note,))
    _refuse_binary(raw)
    try:
        return Decoded(plain_newlines(raw.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        return _stated(raw) or _mixed(raw) or _guessed(raw)


def _refuse_other_kinds(raw: bytes) -> None:
    for start, kind, remedy in _KINDS:
        if raw.startswith(start):
            raise NoTextError(f"this is {kind}, not a text", remedy)
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        raise NoTextError("this is a picture (WebP), not a text", "write its words into a text file")
    if raw.startswith(b"PK\x03\x04"):
        if b"word/" in raw:
            raise NoTextError("this is a Word file (DOCX), not a text", "save it as plain text")
        if b"opendocument.text" in raw[:200]:
            raise NoTextError("this is an OpenDocument file (ODT), not a text", "save it as plain text")
        raise NoTextError(
            "this is a packed file (zip), not a text", "unpack it, and name the text file in it"
        )


def _refuse_binary(raw: bytes) -> None:
    sample = raw[:SAMPLE]
    controls = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x1b")
    if controls > max(STRAY, CONTROLS * len(sample)):
        raise NoTextError("this is a binary file, not a text", "name a text, Markdown or HTML file")


def _strictly(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        told = name.removesuffix("-sig").upper()
        raise NoTextError(
            f"the file is marked as {told}, and byte {error.start} is not", "save the file as UTF-8"
        ) from error


def _wide(raw: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin letters is zero."""
    sample = raw[: SAMPLE - SAMPLE % 2]
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zero, other = sample[offset::2].count(0), sample[1 - offset :: 2].count(0)
        if zero > len(sample) / 4 and other <= CONTROLS * len(sample):
            return name
    return None


def _stated(raw: bytes) -> Decoded | None:
    """What the page says of itself, where its bytes bear it out."""
    found = _META_CHARSET.search(raw[:4096])
    if not found:
        return None
    said = (found[1] or found[2]).decode("ascii", "replace")
    try:
        name = codecs.lookup(said).name
        if name in _SAID_FOR_WINDOWS:
            return Decoded(plain_newlines(windows(raw)), "cp1252")
        return Decoded(plain_newlines(raw.decode(name)), name) if _OF_PAGES.fullmatch(name) else None
    except (LookupError, UnicodeError, ValueError):
        return None


def _mixed(raw: bytes) -> Decoded | None:
    """A file that is UTF-8 in some lines and not in others."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    other = [number for number, line in enumerate(lines, 1) if not _is_utf8(line)]
    utf8 = [number for number, line in enumerate(lines, 1) if not line.isascii() and _is_utf8(line)]
    if not utf8:
        return None
    text = "\n".join(line.decode("utf-8", _PART) for line in lines)
    places = ", ".join(map(str, other[:NAMED_LINES])) + (", …" if len(other) > NAMED_LINES else "")
    note = (
        f"the file mixes encodings: {len(lines) - len(other)} of its lines were read as UTF-8, "
        f"{len(other)} as Windows-1252 (line{'s' if len(other) > 1 else ''} {places})"
    )
    return Decoded(text, "utf-8 and cp1252", (note,))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guessed(raw: bytes) -> Decoded:
    text, name = windows(raw), "cp1252"
    if not _plausible(text):
        from charset_normalizer import from_bytes

        best = from_bytes(raw[:SAMPLE]).best()
        if best is not None:
            try:
                text, name = raw.decode(best.encoding), best.encoding
            except UnicodeError:  # the sample is not like the rest
                text, name = windows(raw), "cp1252"
    told = "Windows-1252" if name == "cp1252" else name
    note = f"the file is not UTF-8 and states no encoding; it was read as {told}: check its special letters"
    return Decoded(plain_newlines(text), name, (note,))


def windows(raw: bytes) -> str:
    """The bytes as Windows-1252; the five that it does not know become the control characters of Latin-1."""
    return raw.decode("cp1252", _PART)


def _plausible(text: str) -> bool:
    """Whether it looks like Western European prose: few rare signs, and accents among plain letters."""
    high = [char for char in text if char > "\x7f"]
    letters = sum(1 for char in high if _LETTER.match(char))
    plain = sum(1 for char in text if char.isascii() and char.isalpha())
    odd = sum(1 for char in high if _UNLIKELY.match(char))
    return odd <= ODD * len(high) and letters <= plain / 3


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    """Read what UTF-8 (or Windows-1252) does not know as Windows-1252 (or Latin-1), and go on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    if error.encoding.lower().startswith("utf"):
        return windows(wrong), error.end
    return wrong.decode("latin-1"), error.end


_PART = "leverage-one-byte"
codecs.register_error(_PART, _one_byte)
