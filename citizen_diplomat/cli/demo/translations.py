"""What the invented volunteers translated: one that is all checked, and one that went stale."""

import json
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.cli.demo.proposals import Stage
from citizen_diplomat.translation import actions, queries, volunteers
from citizen_diplomat.translation.rules import SubjectKind
from citizen_diplomat.web.translation_sources import original_of
from citizen_diplomat.web.translation_words import desk_link


@cache
def translations_file() -> list[dict[str, Any]]:
    """The invented translations; `before` is what the last paragraph of an original once said."""
    rows: list[dict[str, Any]] = json.loads((DATA / "demo_translations.json").read_text("utf-8"))
    return rows


def translate(stage: Stage, row: dict[str, Any], *, at: datetime) -> None:
    """Let two people translate a proposal, and then its last paragraph change if it did."""
    session = stage.session
    # What was accepted before is looked for in the database.
    session.flush()
    translator, checker = (stage.people[row[who]] for who in ("translator", "checker"))
    for person in (translator, checker):
        volunteers.choose(session, person, is_active=True, may_be_named=True, at=at)
    original = original_of(session, SubjectKind.PROPOSAL, str(stage.numbers[row["of"]]))
    assert original is not None
    was = original
    if row["before"]:
        earlier = (*original.paragraphs[:-1], row["before"])
        was = replace(original, paragraphs=earlier, version=0)
    made = actions.begin(session, was, row["language"], by=translator, at=at)
    for paragraph, text in zip(queries.paragraphs_of(session, made), row["texts"], strict=True):
        version = paragraph.version
        actions.save(
            session, paragraph, text, version=version, by=translator, at=at, link=desk_link
        )
        actions.approve(session, paragraph, version=version + 1, by=checker, at=at, link=desk_link)
    actions.follow(session, made, original, at=at, link=desk_link)
