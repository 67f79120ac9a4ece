"""What every page must be, whoever fetches it: checked for each page that any test opens.

Valid HTML (no parse error of the standard's algorithm), one h1, a title, a label for each control,
unique ids, `lang` and `dir` on html, no inline script or style, no request to another origin.
"""

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
UNLABELLED = frozenset({"hidden", "submit", "button", "image", "reset"})
FETCHING = ("src", "srcset", "poster", "data", "action", "formaction")


def check(html: str, address: str) -> None:
    """Raise AssertionError naming everything that is wrong with a page."""
    parser = html5lib.HTMLParser(strict=False)
    document: Element = parser.parse(html)
    problems = [f"{place}: {code} {values}" for place, code, values in parser.errors]
    problems += list(_problems(document))
    assert not problems, f"{address}:\n" + "\n".join(problems)


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
