"""Pages of plain text: who we are, how we decide, what we keep; and what each said before."""

from flask import render_template, request

from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.pages import queries
from citizen_diplomat.pages.rules import BUILT_IN, Slug
from citizen_diplomat.translation.rules import SubjectKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.page_texts import (
    NAMES,
    compared_texts,
    page_body,
    page_endpoint,
    page_title,
)
from citizen_diplomat.web.pages import LARGEST_VERSION, found
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.translation_sources import ORIGINAL
from citizen_diplomat.web.translation_words import readings_of

HISTORY = f"/<any({', '.join(repr(slug.value) for slug in Slug)}):page>/history"


@public.get("/about")
def about() -> str:
    """Say what this platform is and who runs it."""
    return _page(Slug.ABOUT)


@public.get("/how-we-decide")
def how_we_decide() -> str:
    """Say who reads a proposal and what may come of it."""
    return _page(Slug.HOW_WE_DECIDE)


@public.get("/privacy")
def privacy() -> str:
    """Say what is kept about people, for how long, and who sees it."""
    return _page(Slug.PRIVACY)


@public.get("/terms")
def terms() -> str:
    """Say what members agree to."""
    return _page(Slug.TERMS)


@public.get("/accessibility")
def accessibility() -> str:
    """Say how these pages can be used, and whom to tell when they cannot."""
    return _page(Slug.ACCESSIBILITY)


@public.get("/help")
def help() -> str:
    """Answer what people ask most."""
    return _page(Slug.HELP)


@public.get(HISTORY)
def page_history(page: str) -> str:
    """List every edition of a page, the newest first, with what was changed in words."""
    slug, at = Slug(page), request_time()
    return _render(
        "history",
        slug,
        editions=queries.editions(db(), slug, after=Cursor.decode(request.args.get("after"), int)),
        in_force=queries.number_in_force(db(), slug, at=at),
    )


@public.get(f"{HISTORY}/<number:number>")
def page_edition(page: str, number: int) -> str:
    """Show what a page said then, and what was changed from the edition before."""
    slug, at = Slug(page), request_time()
    wanted = min(number, LARGEST_VERSION)
    edition = found(queries.edition(db(), slug, wanted))
    before = queries.edition(db(), slug, wanted - 1) if wanted > BUILT_IN else None
    return _render(
        "edition",
        slug,
        edition=edition,
        body=page_body(edition.text),
        comparison=compared_texts(before.text, edition.text) if before else None,
        in_force=queries.number_in_force(db(), slug, at=at),
    )


def _page(slug: Slug) -> str:
    at = request_time()
    edition = queries.shown(db(), slug, at=at)
    text = queries.text_of(edition, slug)
    return _render(
        "page",
        slug,
        edition=edition,
        coming=queries.coming(db(), slug, at=at),
        title=page_title(text),
        body=page_body(text),
        readings=readings_of(SubjectKind.PAGE, slug, ORIGINAL),
    )


def _render(name: str, slug: Slug, **shown: object) -> str:
    return render_template(
        f"public/pages/{name}.html",
        slug=slug,
        names=NAMES,
        endpoint_of=page_endpoint,
        title_of=page_title,
        **shown,
    )
