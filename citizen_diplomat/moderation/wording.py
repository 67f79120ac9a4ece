"""What a statement of reasons says, part by part, in the language of who it is for.

The office's own sentences stand in `data/statements.json`, in both languages like the catalogue of
reasons: they become part of each statement, and a later release changes none that was given.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.calendar import format_date_both
from citizen_diplomat.foundation.numbers import format_identifier, format_number, format_reference
from citizen_diplomat.foundation.text import isolate
from citizen_diplomat.moderation.deadlines import last_day
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.moderation.rules import Measure

FILE = Path(__file__).parent / "data" / "statements.json"
ABOUT: dict[Measure, str] = {
    Measure.DECLINED: "proposal",
    Measure.DUPLICATE: "proposal",
    Measure.CHANGE_DECLINED: "change",
    Measure.DECLINE_UPHELD: "proposal",
    Measure.COMMENT_REMOVED: "comment",
    Measure.PROPOSAL_TAKEN_DOWN: "proposal",
    Measure.PROFILE_EMPTIED: "profile",
    Measure.MESSAGE_REMOVED: "message",
}
"""What each measure is about; the number of that is the statement's `subject_id`."""


@dataclass(frozen=True)
class Rule:
    """The rule that something breaks, or does not keep to, in both languages."""

    fa: str
    en: str

    def text(self, language: str) -> str:
        """The rule for a reader of `language`."""
        return self.fa if language == "fa" else self.en


@dataclass(frozen=True)
class Facts:
    """What was decided on which facts, before it is said in a language (DSA art. 17(3)(a) to (e)).

    `words` are those that were taken out, `message` is what the moderator wrote; `reference` and
    `version` are those of a proposal, `written_at` is when the words came; `is_on_news` says that a
    comment stood below news.
    """

    measure: Measure
    subject_id: int
    rule: Rule
    message: str
    title: str = ""
    reference: str = ""
    version: int = 0
    written_at: datetime | None = None
    words: str = ""
    was_reported: bool = False
    is_on_news: bool = False
    duplicate_of: int | None = None


def rule_of_reason(reason: Reason) -> Rule:
    """The ground that was chosen and the rule it rests on, which older grounds may not name."""
    return Rule(
        fa=" ".join(filter(None, (reason.text_fa, reason.rule_fa))),
        en=" ".join(filter(None, (reason.text_en, reason.rule_en))),
    )


def rule_of_ground(ground: str) -> Rule:
    """The rule of this site that reported or removed words break; `ground` is a `Ground`."""
    row = _sentences()["grounds"][ground]
    return Rule(fa=row["fa"], en=row["en"])


def document(
    facts: Facts, language: str, *, at: datetime, until: datetime | None
) -> dict[str, Any]:
    """The whole statement as plain values: title, day, and parts of a heading and its words.

    A part whose words are somebody's own is marked `quoted`. `until` is the end of the time to
    appeal, None where there is no appeal.
    """
    code = "fa" if language == "fa" else "en"
    parts = [
        _part(code, "measure", _say(code, "measures", facts.measure)),
        _part(code, "subject", _subject(facts, code)),
        _part(code, "words", facts.words, quoted=True),
        _part(code, "rule", _say(code, "rule").format(rule=facts.rule.text(code))),
        _part(code, "message", facts.message, quoted=True),
        _part(code, "source", _say(code, "sources", _source(facts))),
        _part(code, "decider", _say(code, "office")),
        _part(code, "redress", _redress(facts, code, until)),
    ]
    return {
        "title": _say(code, "title"),
        "labels": {name: _say(code, "labels", name) for name in ("number", "day", "to")},
        "day": format_date_both(_day(at), code),
        "parts": [part for part in parts if part["text"]],
    }


def _part(code: str, heading: str, text: str, *, quoted: bool = False) -> dict[str, Any]:
    return {"heading": _say(code, "headings", heading), "text": text, "quoted": quoted}


def _subject(facts: Facts, code: str) -> str:
    day = format_date_both(_day(facts.written_at), code) if facts.written_at else ""
    about = "news_comment" if facts.is_on_news else ABOUT[facts.measure]
    said = _say(code, "subjects", about).format(
        title=isolate(facts.title),
        number=format_identifier(facts.subject_id, code),
        reference=isolate(format_reference(facts.reference, code)),
        version=format_number(facts.version, code),
        day=day,
    )
    if facts.duplicate_of is None:
        return said
    number = format_identifier(facts.duplicate_of, code)
    return f"{said} {_say(code, 'original').format(number=number)}"


def _source(facts: Facts) -> str:
    if facts.measure is Measure.DECLINE_UPHELD:
        return "appeal"
    return "notice" if facts.was_reported else "own"


def _redress(facts: Facts, code: str, until: datetime | None) -> str:
    known = _sentences()["redress"]
    way = facts.measure.value if facts.measure in known else "other"
    day = format_date_both(last_day(until), code) if until else ""
    return f"{_say(code, 'redress', way).format(day=day)}\n\n{_say(code, 'elsewhere')}"


def _say(code: str, *path: str) -> str:
    found: Any = _sentences()
    for name in (*path, code):
        found = found[name]
    return str(found)


def _day(moment: datetime) -> date:
    return moment.astimezone(ISFAHAN).date()


@cache
def _sentences() -> dict[str, Any]:
    sentences: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return sentences
