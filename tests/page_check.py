"""What every page must be, whoever fetches it: checked for each page that any test opens.

Valid HTML (no parse error of the standard's algorithm), one h1, a title, a label for each control,
unique ids, `lang` and `dir` on html, no inline script or style, no request to another origin.
"""

import re
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
UNLABELLED = frozenset({"hidden", "submit", "button", "image", "reset"})
FETCHING = ("src", "srcset", "poster", "data", "action", "formaction")


class GoodShapes:
    """The shapes found good in this run, by all its processes: parsing is what page tests wait for.

    Written to a file, a line each, which every process reads on from where it was.
    """

    def __init__(self) -> None:
        """Know nothing yet, and share it with nobody."""
        self._known: set[str] = set()
        self._file: Path | None = None
        self._read = 0

    def share(self, file: Path) -> None:
        """Share what is known with the other processes that are given this file."""
        self._file, self._read = file, 0

    def __contains__(self, mark: object) -> bool:
        """Whether a page of this mark was found good."""
        if mark not in self._known and self._file is not None and self._file.exists():
            with self._file.open() as lines:
                lines.seek(self._read)
                # The last line of another process may be half written.
                for line in lines.read().splitlines(keepends=True):
                    if line.endswith("\n"):
                        self._known.add(line.rstrip())
                        self._read += len(line)
        return mark in self._known

    def add(self, mark: str) -> None:
        """Remember that a page of this mark is good."""
        self._known.add(mark)
        if self._file is not None:
            with self._file.open("a") as lines:
                lines.write(f"{mark}\n")


good_shapes = GoodShapes()


def check(html: str, address: str) -> None:
    """Raise AssertionError naming everything that is wrong with a page."""
    mark = blake2b(shape(html).encode(), digest_size=16).hexdigest()
    if mark in good_shapes:
        return
    parser = html5lib.HTMLParser(strict=False)
    document: Element = parser.parse(html)
    problems = [f"{place}: {code} {values}" for place, code, values in parser.errors]
    problems += list(_problems(document))
    assert not problems, f"{address}:\n" + "\n".join(problems)
    good_shapes.add(mark)


def shape(html: str) -> str:
    """A page without what no check looks at: two pages of one shape are both good or neither.

    Words become an x, be they text or the value of an attribute that only has to be there, and the
    numbers in ids are counted anew. A page with a character that HTML refuses is its own shape.
    """
    if _REFUSED.search(html):
        return html
    numbers: dict[str, str] = {}

    def renumbered(found: re.Match[str]) -> str:
        return _NUMBER.sub(lambda one: numbers.setdefault(one[0], str(len(numbers))), found[0])

    return _NAMING.sub(renumbered, _VALUE.sub(r"\1x", _TEXT.sub("x", html)))


# A character as it stands in text, `<` and the like escaped as our templates do.
_PLAIN = r"""(?:[^<>&"]|&(?:amp|lt|gt|#3[49]);)"""
_TEXT = re.compile(rf"""(?<=>)(?=\s*+[^<\s])(?:{_PLAIN}|")++(?=<)""")
# What leaves the origin, or is blank, stays as it is.
_VALUE = re.compile(
    r"""( (?:href|action|value|content|datetime|title|alt|placeholder|aria-label|data-[a-z-]+)=")"""
    rf"""(?=\s*+[^"\s])(?![^"]*//){_PLAIN}++(?=")"""
)
_NAMING = re.compile(r' (?:id|for|aria-(?:describedby|labelledby|controls))="[^"]*[0-9][^"]*"')
_NUMBER = re.compile(r"[0-9]+")
_REFUSED = re.compile("[^\t\n\r -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]")


def _problems(document: Element) -> list[str]:
    found = []
    html = document
    if not html.get("lang") or html.get("dir") not in {"ltr", "rtl"}:
        found.append("html has no lang or dir")
    title = document.find(f".//{XHTML}title")
    if title is None or not (title.text or "").strip():
        found.append("no title")
    headings = document.findall(f".//{XHTML}h1")
    if len(headings) != 1 or not "".join(headings[0].itertext()).strip():
        found.append(f"{len(headings)} h1")
    found += [f"id {name!r} twice" for name, count in _ids(document).items() if count > 1]
    for element in document.iter():
        found += _element_problems(element, document)
    return found


def _element_problems(element: Element, document: Element) -> list[str]:
    tag = str(element.tag).removeprefix(XHTML)
    found = [
        f"<{tag}> has {name}="
        for name in element.attrib
        if name == "style" or name.startswith("on")
    ]
    if tag == "style" or (tag == "script" and not element.get("src")):
        found.append(f"inline <{tag}>")
    if tag in {"input", "select", "textarea"} and element.get("type") not in UNLABELLED:
        found += (
            []
            if _has_label(element, document)
            else [f"<{tag} name={element.get('name')!r}> has no label"]
        )
    if tag == "img" and element.get("alt") is None:
        found.append("<img> has no alt")
    for name in FETCHING:
        if "//" in (element.get(name) or ""):
            found.append(f"<{tag} {name}> leaves the origin")
    if (
        tag == "link"
        and (element.get("href") or "").startswith(("http:", "https:", "//"))
        and element.get("rel") in {"stylesheet", "icon", "preload"}
    ):
        found.append("<link> leaves the origin")
    if element.get("aria-describedby"):
        known = set(_ids(document))
        found += [
            f"aria-describedby names no element: {name}"
            for name in str(element.get("aria-describedby")).split()
            if name not in known
        ]
    return found


def _has_label(element: Element, document: Element) -> bool:
    if element.get("aria-label") or element.get("aria-labelledby"):
        return True
    labels = document.findall(f".//{XHTML}label")
    if any(label.get("for") == element.get("id") and element.get("id") for label in labels):
        return True
    return any(element in list(label.iter()) for label in labels)


def _ids(document: Any) -> Counter[str]:
    return Counter(element.get("id") for element in document.iter() if element.get("id"))
