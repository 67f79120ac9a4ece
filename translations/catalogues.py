"""The visible texts of the site, in every language.

`update` reads them from code and templates into each language's messages.po, `check` fails when one
has no translation, `compile` makes the messages.mo that the site reads. English is the text in the
code itself, so its catalogue is always complete.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).resolve().parent
SOURCE_LANGUAGE = "en"
LANGUAGES = ("en", "fa")
KEYWORDS = {**DEFAULT_KEYWORDS, **parse_keywords(["lazy_gettext", "lazy_ngettext:1,2", "_l"])}
# They change with every run and say nothing that the history does not.
NOISE = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Generated-By',
    '"Report-Msgid',
)
PLACEHOLDER = re.compile(r"%\((\w+)\)")
ARABIC_LETTERS = {"ي": "ی", "ك": "ک"}


def main() -> int:
    """Run one of the three commands; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["update", "check", "compile"])
    parser.add_argument("catalogues", nargs="*", type=Path, help="for compile; all when not given")
    arguments = parser.parse_args()
    if arguments.command == "compile":
        for path in arguments.catalogues or map(path_of, LANGUAGES):
            compile_catalogue(path)
        return 0
    template = extract()
    if arguments.command == "update":
        for language in LANGUAGES:
            update(language, template)
    complaints = [line for language in LANGUAGES for line in complaints_about(language, template)]
    print(*complaints, sep="\n", end="\n" if complaints else "", file=sys.stderr)  # noqa: T201
    return 1 if complaints else 0


def path_of(language: str) -> Path:
    """Return where the catalogue of `language` stands."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def extract() -> Catalog:
    """Return every text that code and templates mark as visible."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    template = Catalog()
    found = extract_from_dir(
        FOLDER.parent, methods, options, keywords=KEYWORDS, strip_comment_tags=True
    )
    for _file, _line, message, comments, context in found:
        template.add(message, auto_comments=comments, context=context)
    return template


def read(language: str) -> Catalog:
    """Return the catalogue of `language`; an empty one when there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, template: Catalog) -> None:
    """Bring the catalogue of `language` to the texts of `template`; translations are kept."""
    known = read(language)
    catalogue = Catalog(
        locale=language,
        project="Citizen Diplomat",
        version="1",
        header_comment="# Citizen Diplomat",
        charset="utf-8",
        fuzzy=False,
    )
    for message in texts(template):
        before = known.get(message.id, message.context)
        text = message.id if language == SOURCE_LANGUAGE else before.string if before else ""
        flags = before.flags if before and language != SOURCE_LANGUAGE else message.flags
        catalogue.add(
            message.id,
            text or message.string,
            flags=flags,
            auto_comments=message.auto_comments,
            context=message.context,
        )
    write(path_of(language), catalogue)


def write(path: Path, catalogue: Catalog) -> None:
    """Write `catalogue` in an order and form that keep differences between versions small."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, sort_output=True, ignore_obsolete=True)
    lines = out.getvalue().decode().splitlines()
    text = "\n".join(line for line in lines if not line.startswith(NOISE))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def compile_catalogue(path: Path) -> None:
    """Make the messages.mo beside the messages.po at `path`."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    unfinished = path.with_suffix(".mo.new")
    with unfinished.open("wb") as file:
        write_mo(file, catalogue)
    # One step, so that a site that starts meanwhile reads the old file or the new one.
    unfinished.replace(path.with_suffix(".mo"))


def complaints_about(language: str, template: Catalog) -> Iterator[str]:
    """Yield a line for each text that is missing, doubtful or no longer used in `language`."""
    catalogue = read(language)
    for message in texts(template):
        ours = catalogue.get(message.id, message.context)
        name = f"{language}: {_first(message.id)!r}"
        if ours is None:
            yield f"{name} is not in the catalogue; `make messages` adds it"
        elif not all(_forms(ours.string)):
            yield f"{name} has no translation"
        elif ours.fuzzy:
            yield f"{name} is marked fuzzy: somebody who reads {language} has to look at it"
        else:
            yield from (f"{name} {fault}" for fault in _faults(language, ours))
    for message in texts(catalogue):
        if template.get(message.id, message.context) is None:
            yield f"{language}: {_first(message.id)!r} is used nowhere; `make messages` removes it"


def texts(catalogue: Catalog) -> list[Message]:
    """Return the messages of `catalogue` without its header."""
    return [message for message in catalogue if message.id]


def _faults(language: str, message: Message) -> Iterator[str]:
    known = {name for form in _forms(message.id) for name in PLACEHOLDER.findall(form)}
    for form in _forms(message.string):
        unknown = set(PLACEHOLDER.findall(form)) - known
        if unknown:
            yield f"names {', '.join(sorted(unknown))}, which the text does not have"
        if language == "fa":
            yield from (
                f"has the Arabic letter {arabic} where Persian writes {persian}"
                for arabic, persian in ARABIC_LETTERS.items()
                if arabic in form
            )
    if isinstance(message.id, str):
        lost = known - set(PLACEHOLDER.findall(_first(message.string)))
        if lost:
            yield f"lost {', '.join(sorted(lost))}"


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    if isinstance(text, str):
        return (text,)
    return tuple(text or [""])


def _first(text: str | list[str] | tuple[str, ...] | None) -> str:
    return _forms(text)[0]


if __name__ == "__main__":
    sys.exit(main())
