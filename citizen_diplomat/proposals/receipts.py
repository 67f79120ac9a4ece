"""What a receipt says of a version that was sent: its reference, its hash and its time.

The hash is the SHA-256 of the canonical text of a version, encoded in UTF-8. Anybody who has that
text can work it out again: `sha256sum FILE`. The canonical text is made so:

* every line ends with one line feed (U+000A), and there is no byte-order mark;
* the first line is `citizen-diplomat proposal`; each further line is `name: value`, in this order:
  `number`, `version`, `submitted` (UTC, to the second, as 2026-11-26T09:15:00Z), `language`,
  `topic`, `cities`, `skills`, `cost`, `duration`, `title`, `summary`, `body`, `beneficiaries`,
  `partners`, `own-part`, `call` (the number of the call that it answers), and for each answer, in
  the order asked, `question-fa`, `question-en`, `answer-fa`, `answer-en`;
* cities and skills are the names used in addresses, sorted, with one space between them;
* a value of several lines has its further lines indented by two spaces, empty lines too: no text
  can pass for another field;
* a field that holds nothing is left out. So a field that later versions gain changes no old hash.

Nothing of this is stored: a version never changes, and so its receipt can always be made again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.calendar import jalali
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.references import reference

FIRST_LINE = "citizen-diplomat proposal"


@dataclass(frozen=True)
class Receipt:
    """That a version arrived: which one, what it said, and when."""

    reference: str
    number: int
    revision: int
    sha256: str
    sent_at: datetime

    @property
    def day(self) -> date:
        """The day in Isfahan on which it arrived."""
        return self.sent_at.astimezone(ISFAHAN).date()

    @property
    def clock(self) -> str:
        """Hours and minutes in Isfahan."""
        return f"{self.sent_at.astimezone(ISFAHAN):%H:%M}"


def receipt_of(revision: Revision, *, first_at: datetime) -> Receipt:
    """The receipt of a version; `first_at` is when the first one of its proposal was sent."""
    return Receipt(
        reference=reference_of(revision.proposal_number, first_at),
        number=revision.proposal_number,
        revision=revision.revision,
        sha256=text_hash(revision),
        sent_at=revision.submitted_at,
    )


def reference_of(number: int, first_at: datetime) -> str:
    """The number of a proposal as people read it out; the same for all of its versions."""
    day = first_at.astimezone(ISFAHAN).date()
    in_iran = jalali(day)
    return reference(in_iran.year if in_iran else day.year, number)


def text_hash(revision: Revision) -> str:
    """The SHA-256 of the canonical text, in lower-case hexadecimal digits."""
    return sha256(canonical_text(revision).encode("utf-8")).hexdigest()


def canonical_text(revision: Revision) -> str:
    """The text of a version as it is hashed; how it is made stands at the top of this file."""
    lines = (f"{name}: {_indented(value)}" for name, value in _fields(revision) if value)
    return "".join(f"{line}\n" for line in (FIRST_LINE, *lines))


def _indented(value: str) -> str:
    return value.replace("\n", "\n  ")


def _fields(revision: Revision) -> Iterator[tuple[str, str]]:
    draft = revision.draft
    yield "number", str(revision.proposal_number)
    yield "version", str(revision.revision)
    yield "submitted", f"{revision.submitted_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    yield "language", draft.language
    yield "topic", draft.topic_slug or ""
    yield "cities", " ".join(draft.city_slugs)
    yield "skills", " ".join(draft.skill_slugs)
    yield "cost", draft.cost or ""
    yield "duration", draft.duration or ""
    yield "title", draft.title
    yield "summary", draft.summary
    yield "body", draft.body
    yield "beneficiaries", draft.beneficiaries
    yield "partners", draft.partners
    yield "own-part", draft.own_part
    yield "call", str(draft.call_number or "")
    for answer in draft.answers:
        yield "question-fa", answer.asked_fa
        yield "question-en", answer.asked_en
        yield "answer-fa", answer.text_fa
        yield "answer-en", answer.text_en
