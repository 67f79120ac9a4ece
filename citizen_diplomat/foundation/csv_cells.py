"""Tables that a spreadsheet opens without running anything that a stranger typed.

A spreadsheet takes a cell that begins with = + - or @ for a formula (CWE-1236, OWASP "CSV
Injection"), also in their full-width and other forms, after spaces, and, where it splits a line at
semicolons or tabs, in the middle of a text of ours. An apostrophe before it makes it plain text.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that the file is UTF-8: Persian is readable at once."""

# The minus of mathematics has no compatibility form, but some spreadsheets read it as one.
_STARTERS = "".join(
    character
    for character in map(chr, range(0x20, 0x10000))
    if unicodedata.normalize("NFKC", character) in {"=", "+", "-", "@", "\N{MINUS SIGN}"}
)
_LINE_BREAKS = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BEGINNING = re.compile(rf"(\A|[,;|])([^\w{re.escape(_STARTERS)},;|]*)([{re.escape(_STARTERS)}])")


def cell(text: str) -> str:
    """`text` as it stands in a table: in one line, and a formula nowhere a cell could begin.

    What holds no such beginning is unchanged, but for its line breaks and control characters.
    """
    one_line = _LINE_BREAKS.sub(" ", text)
    shown = "".join(letter for letter in one_line if unicodedata.category(letter) != "Cc")
    return _BEGINNING.sub(r"\1'\2\3", shown)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A file of comma-separated values (RFC 4180), every cell quoted and neutralised, as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (heads, *rows):
        writer.writerow([cell(text) for text in row])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()
