"""What was translated, for everyone: with who made it, what is stale, and the original at hand."""

from flask import render_template, request

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.pages.rules import Slug
from citizen_diplomat.translation import glossary, queries
from citizen_diplomat.translation.rules import SubjectKind, direction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.translation_sources import SOURCES
from citizen_diplomat.web.translation_words import readings_of


@public.get("/proposals/<number:number>/in/<code>")
def translated_proposal(number: int, code: str) -> str:
    """Show an accepted proposal in another language, once all of it was translated and checked."""
    return reading_page(SubjectKind.PROPOSAL, str(number), code)


@public.get("/news/<number:number>/in/<code>")
def translated_news(number: int, code: str) -> str:
    """Show a piece of news in another language, once all of it was translated and checked."""
    return reading_page(SubjectKind.NEWS, str(number), code)


@public.get(f"/<any({', '.join(repr(slug.value) for slug in Slug)}):page>/in/<code>")
def translated_page(page: str, code: str) -> str:
    """Show a page of text in another language, once all of it was translated and checked."""
    return reading_page(SubjectKind.PAGE, page, code)


@public.get("/glossary")
def glossary_page() -> str:
    """List the terms that translators use, in alphabetical order."""
    return render_template("public/glossary/glossary.html", terms=glossary.terms(db(), language()))


def reading_page(kind: SubjectKind, subject: str, code: str) -> str:
    """The page of a translation; `beside=1` in the address shows the original beside all of it."""
    source = SOURCES[kind]
    original = found(source.load(db(), subject))
    row = found(queries.published_one(db(), original, code))
    pieces = queries.pieces(original, row.paragraphs)

    def signed(person: Account) -> str:
        return source.signed(db(), subject, person)

    return render_template(
        "public/translations/reading.html",
        translation=row,
        original=original,
        pieces=pieces,
        is_partial=any(one.is_stale or not one.text for one in pieces),
        beside=request.args.get("beside") == "1",
        credits=queries.credits_of(db(), row.paragraphs),
        signed=signed,
        direction_of=direction,
        address=source.address(subject),
        reading=source.reading(subject, code),
        readings=[
            one
            for one in readings_of(kind, subject, original.language)
            if one[1] != source.reading(subject, code)
        ],
    )
