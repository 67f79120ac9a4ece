"""How a text is cut into paragraphs, what of its translation stays when it changes, who may act.

Texts are Markdown. A paragraph is known by the hash of its words: it keeps its translation wherever
it moves, and loses it to nobody who changed another one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from citizen_diplomat.directory.rules import LanguageLevel

TEXT_LENGTH = 12_000
"""A translation is rarely longer than a fifth more than the longest text that it can be of."""
REASON_LENGTH = 1_000
HOLD = timedelta(minutes=30)
"""How long a paragraph is kept for who took it; saving it gives it back."""
GOOD_LEVELS = frozenset({LanguageLevel.FLUENT, LanguageLevel.NATIVE})
"""How well a volunteer speaks both languages, as their profile says."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


class SubjectKind(StrEnum):
    """What can be translated."""

    PROPOSAL = "proposal"
    NEWS = "news"
    PAGE = "page"


class Stage(StrEnum):
    """Where the translation of one paragraph stands."""

    TO_TRANSLATE = "to_translate"
    TO_CHECK = "to_check"
    STALE = "stale"
    """The original has changed since it was translated."""
    CHECKED = "checked"


class Told(StrEnum):
    """What a letter tells somebody about what they translated."""

    CHECKED = "checked"
    CHANGED = "changed"
    """Somebody changed it instead of approving it: it needs another look."""
    STALE = "stale"


@dataclass(frozen=True)
class Original:
    """What is translated, as everybody reads it now; `version` is another when its words change.

    `subject` is the number of a proposal or of a news item, or the slug of a page.
    """

    kind: SubjectKind
    subject: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    version: int

    @property
    def parts(self) -> tuple[str, ...]:
        """The title, then the paragraphs."""
        return (self.title, *self.paragraphs)


@dataclass(frozen=True)
class Kept:
    """A paragraph that has a translation: its row, its place (None: set aside) and its hash."""

    id: int
    position: int | None
    mark: str


@dataclass(frozen=True)
class Place:
    """A paragraph of the original, and the row that belongs to it now; None where none does."""

    position: int
    text: str
    row: int | None = None


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def blocks(text: str) -> tuple[str, ...]:
    """The paragraphs of a Markdown text: what blank lines part.

    Blank lines inside of fenced code part nothing, and an indented line goes on with what it stands
    under, as in a list.
    """
    found: list[list[str]] = []
    fence, is_new = "", True
    for line in text.split("\n"):
        if not line.strip() and not fence:
            is_new = True
            continue
        if is_new and not (found and line.startswith(("  ", "\t"))):
            found.append([])
        elif is_new:
            found[-1].append("")
        found[-1].append(line)
        is_new, fence = False, _fence_after(line, fence)
    return tuple("\n".join(lines).rstrip() for lines in found)


def mark_of(text: str) -> str:
    """The hash by which a paragraph is known again."""
    return sha256(text.encode()).hexdigest()


def version_of_words(*parts: str) -> int:
    """A version for a text that changes without being edited: 31 bits of the hash of its words."""
    return int(mark_of("\n".join(parts))[:8], 16) >> 1


def carried(kept: Sequence[Kept], parts: Sequence[str]) -> tuple[Place, ...]:
    """Which row belongs to each part of an original that may have changed.

    The title, which is the first part, keeps its row. A paragraph of the same words keeps its own,
    also moved, also after it was away. Of those left, one that stands where another one stood,
    after or before the same neighbour, takes over its row: its translation is then stale. What is
    left has none.
    """
    was_at = {row.id: row.position for row in kept}
    title = next((row.id for row in kept if row.position == 0), None)
    rows: dict[int, int] = {} if title is None else {0: title}
    left = {row.id: row for row in _in_order(kept) if row.position != 0}
    for position, text in enumerate(parts[1:], 1):
        same = next((row.id for row in left.values() if row.mark == mark_of(text)), None)
        if same is not None:
            rows[position] = left.pop(same).id
    by_place = {row.position: row.id for row in left.values() if row.position is not None}
    for position in range(1, len(parts)):
        if position in rows:
            continue
        before, after = (
            was_at.get(rows.get(position - 1, -1)),
            was_at.get(rows.get(position + 1, -1)),
        )
        wanted = [before + 1] if before is not None else []
        wanted += [after - 1] if after is not None else []
        there = next((place for place in wanted if place in by_place), None)
        if there is not None:
            rows[position] = by_place.pop(there)
    return tuple(Place(position, text, rows.get(position)) for position, text in enumerate(parts))


def stage_of(text: str, *, fits: bool, is_checked: bool) -> Stage:
    """Where a translation stands; `fits`: it was made from what the original says now."""
    if not text:
        return Stage.TO_TRANSLATE
    if not fits:
        return Stage.STALE
    return Stage.CHECKED if is_checked else Stage.TO_CHECK


def may_check(stage: Stage, translated_by: int | None, *, by: int) -> bool:
    """Whether somebody may approve a translation: never the one who wrote it."""
    return stage is Stage.TO_CHECK and translated_by != by


def is_held(
    claimed_by: int | None, claimed_until: datetime | None, *, by: int, at: datetime
) -> bool:
    """Whether somebody else works on a paragraph at a moment."""
    is_open = claimed_until is not None and claimed_until > at
    return is_open and claimed_by is not None and claimed_by != by


def direction(code: str) -> str:
    """The direction of the script of a language (BCP 47): "rtl" or "ltr"."""
    tag, _, rest = code.partition("-")
    return "rtl" if tag in RIGHT_TO_LEFT or rest == "Arab" else "ltr"


def strange_links(original: str, text: str) -> tuple[str, ...]:
    """The links of a translation that its original does not have: a translation brings none."""
    known = set(_links(original))
    return tuple(link for link in _links(text) if link not in known)


def _links(text: str) -> list[str]:
    return re.findall(r"(?:https?://|www\.)[^\s<>()\[\]\"'،؛»]+", text, re.IGNORECASE)


def _fence_after(line: str, fence: str) -> str:
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    is_end = match[1].startswith(fence) and not line.strip().strip(fence[0])
    return "" if is_end else fence


def _in_order(kept: Sequence[Kept]) -> list[Kept]:
    """Those of the text in their order, then those that were set aside."""
    return sorted(kept, key=lambda row: (row.position is None, row.position or 0, row.id))
