"""The score of spam sorts the queue and decides nothing: who may know of it, name by name."""

import ast
from pathlib import Path

from config import PROJECT

CODE = PROJECT / "citizen_diplomat"
SOURCES = {f"citizen_diplomat.moderation.{name}" for name in ("spam_rules", "spam_scores")}
SOURCES.add("citizen_diplomat.moderation.spam_words")
MAY_TEACH = {"learn", "unlearn", "Verdict", "verdict_of_removal", "verdict_of_decision"}
KNOWN_TO = {
    # What is decided teaches the score, and is never told it.
    "moderation/comments.py": MAY_TEACH,
    "moderation/reports.py": MAY_TEACH,
    "moderation/decisions.py": MAY_TEACH,
    # It is written down, by which the list is sorted, and shown.
    "moderation/queue.py": {"keep_score"},
    "moderation/conditions.py": {"SpamScore", "looks_like_spam"},
    "cli/worker.py": {"refresh_scores"},
    "web/staff/spam.py": {"score_of", "LIKELY"},
}
ITSELF = {"moderation/spam_rules.py", "moderation/spam_words.py", "moderation/spam_scores.py"}


def names_of(path: Path) -> set[str]:
    """What a file takes from the modules of the score, by whichever way of importing."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module in SOURCES:
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {one.name for one in node.names if f"{node.module}.{one.name}" in SOURCES}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names if one.name in SOURCES}
    return found


def test_nobody_who_decides_knows_the_score() -> None:
    known = {
        place: names
        for path in sorted(CODE.rglob("*.py"))
        if (place := path.relative_to(CODE).as_posix()) not in {*ITSELF, "schema.py"}
        and (names := names_of(path))
    }
    assert set(known) == set(KNOWN_TO)
    assert [place for place, names in known.items() if names - KNOWN_TO[place]] == []
