"""Laying the paragraphs of a translation beside what its original says now."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.translation.model import Translation, TranslationParagraph
from citizen_diplomat.translation.rules import Original, Place, Stage, carried, mark_of


def lay_beside(
    session: Session, row: Translation, original: Original, *, at: datetime
) -> list[TranslationParagraph]:
    """Give each part of an original its paragraph; returns those that became stale by that.

    Paragraphs that the original has no more are set aside with their words: they come back with it.
    """
    rows = _all_of(session, row)
    by_id = {one.id: one for one in rows}
    fresh = {one.id for one in rows if one.stage in {Stage.TO_CHECK, Stage.CHECKED}}
    places = carried([one.kept for one in rows], original.parts)
    for place in places:
        paragraph = by_id.get(place.row or 0) or _new(session, row)
        _put(paragraph, place)
    _set_aside(rows, {place.row for place in places})
    row.title, row.source_language = original.title, original.language
    row.original_version, row.changed_at = original.version, at
    # Questions that follow count these rows.
    session.flush()
    return [
        one
        for one in rows
        if one.id in fresh and one.stage is Stage.STALE and one.position is not None
    ]


def after_number(session: Session, number: int, *, limit: int) -> Sequence[Translation]:
    """The translations after a number, for who looks whether their originals have changed."""
    return session.scalars(
        select(Translation).where(Translation.id > number).order_by(Translation.id).limit(limit)
    ).all()


def _all_of(session: Session, row: Translation) -> Sequence[TranslationParagraph]:
    wanted = select(TranslationParagraph).where(TranslationParagraph.translation_id == row.id)
    return session.scalars(
        wanted.order_by(TranslationParagraph.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _new(session: Session, row: Translation) -> TranslationParagraph:
    paragraph = TranslationParagraph(
        translation_id=row.id,
        text="",
        made_from="",
        original="",
        version=0,
    )
    session.add(paragraph)
    return paragraph


def _put(paragraph: TranslationParagraph, place: Place) -> None:
    paragraph.position = place.position
    if paragraph.original == place.text and paragraph.version:
        return
    paragraph.original, paragraph.original_mark = place.text, mark_of(place.text)
    paragraph.version += 1
    paragraph.settle()


def _set_aside(rows: Sequence[TranslationParagraph], kept: Collection[int | None]) -> None:
    for one in rows:
        if one.id not in kept:
            one.position = None
