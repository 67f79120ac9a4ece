"""What stands in the repository: no machine's paths, no one else's files, small parts in place."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from inspect import unwrap
from itertools import chain
from pathlib import Path

import click
import pytest
from flask import Flask

from config import Settings

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONGEST_TEMPLATE = 150

# In pieces, so that this file is not the one it looks for.
PACKAGE_HOSTS = re.compile(
    r"\b(?:"
    + "|".join([r"pypi\.", r"pythonhosted\.", r"registry\.np", r"registry\.yar"])
    + r")[a-z]"
    r"|(?:deb|security)\." + r"debian\.org|unpkg\." + r"com|jsdelivr\." + r"net|cdnjs\."
    r"|fonts\.(?:googleapis|gstatic)\." + "com"
)
MACHINE_PATHS = re.compile(r"(?<![\w.:/>~-])/(?:home|root|Users|work|workspace)/[\w.-]")
OTHERS_FILES = (".min.js", ".min.css", ".woff2", ".woff", ".ttf", ".otf", ".map", ".mo")

STREET = next(
    contract["layers"]
    for contract in tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    if contract["type"] == "layers"
)
SHELLS = {"citizen_diplomat.cli", "citizen_diplomat.web"}
# Rooms that stand side by side share a layer.
ROOMS = [room for layer in STREET if layer not in SHELLS for room in layer.split(" | ")]
# Each room hands out, and takes out, what it keeps about a person: export, forget.
FLOOR_PLAN = {"__init__", "rules", "model", "queries", "messages", "actions", "export", "forget"}
# A room that outgrows a file splits by noun; each of these nouns was worth it.
NOUNS = {
    "accounts": {
        "sessions",
        "feed_tokens",
        "forms_kept",
        "consents",
        "invitations",
        "mail_choices",
        "sanctions",
        "sanction_rules",
        "standing_rules",
        "rush_rules",
        "spent_proofs",
        *{"address_changes", "changed_address"},
        "reachability",
    },
    "audit": {"receipts", "chain", "days", "proofs"},
    "directory": {
        *{
            "taxonomy",
            "suggestions",
            "merging",
            "ladder",
            "photos",
            "contact",
            "unreachable",
            "naming",
        },
    },
    "community": {
        *{
            "comments",
            "follows",
            "reports",
            "supports",
            "tallies",
            "threads",
            "verdicts",
            "answered",
            "publications",
        },
        *{"merging", "matters", "letters"},
    },
    "moderation": {
        *{"reasons", "claims", "decisions", "queue", "skills", "similar", "changes"},
        *{"comments", "reports", "unshielding", "conditions", "conflicts"},
        *{"clock", "delays", "office", "office_days"},
        *{"desks", "desk_setup", "absences", "assignments", "referrals", "sharing"},
        *{"following", "bulk", "views", "finding"},
        *{"edits", "agreement", "remarks", "passages", "duplicates"},
        *{"pending", "keeping", "batches"},
        *{"opinions", "opinion_rules", "outside_opinion", "advice"},
        *{
            "declarations",
            "absences",
            "assignments",
            "desk_setup",
            "referrals",
            "sharing",
            "taking_over",
            "blindness",
            "review_criteria",
            "reviews",
            "scoring",
        },
        *{"mentions", "file_questions", "desk_messages", "results", "outcome_watch"},
        *{"spam_rules", "spam_words", "spam_scores"},
        *{"sanctions", "sanction_appeals", "sanction_limits", "sanction_messages", "hiding"},
        *{"appeals", "appealing", "deadlines", "statements", "wording", "answers", "removals"},
    },
    "calls": {"codes"},
    "cities": {
        *{"relations", "contacts", "versions", "editing"},
        *{"meeting_hours", "meeting_rules"},
    },
    "pages": {"built_in"},
    "events": {"seats", "letters", "check_in", "reminders", "minutes"},
    "translation": {"glossary", "letters", "originals", "publicity", "volunteers", "withdrawals"},
    "correspondence": {"removals"},
    "digests": {"editions", "mornings", "ledger", "news", "readers", "feed_news", "feed_dates"}
    | {"publications", "announcements", "notices", "links"},
    "newsletter": {"audience", "composing", "named", "sending"},
    "overview": {
        *{"fairness", "months", "today", "trends", "load", "recount", "second_count", "places"},
        *{"briefing", "briefing_readers", "briefing_meetings"},
        *{"explain", "explain_digests", "explain_rules"},
    },
    "outcomes": {
        *{"offers", "requests", "matching", "answers", "needs"},
        *{"trail", "trail_rules", "trail_model", "trail_queries", "trail_messages"},
        *{
            "trail_settings",
            "trail_forget",
            "happened",
            "happened_model",
            "hours",
            "silence",
            "promised",
        },
        *{"certificates", "certificate_model", "certificate_rules", "certificate_messages"},
    },
    "proposals": {
        *{"drafts", "visitors", "questions", "receipts", "references"},
        *{"changes", "written", "versions", "attachments", "files"},
        *{"similar", "resemblance", "vocabulary", "disclosure", "glance", "adoption"},
        *{"coauthors", "invitations", "writers", "handover", "bonds", "publicity"},
        *{"hiding", "uploads", "answering", "places"},
    },
    "mail": {
        *{"message", "inbox", "outbox", "holding", "letter", "rendering", "delivery"},
        *{"claiming", "journal", "domains", "stops", "moving"},
        *{"bulk", "form_letters"},
        *{"preferences", "preference_model", "preference_rules"},
        *{"bounces", "bounce_boxes", "bounce_events", "bounce_model", "bounce_reports"},
        *{"bounce_rules", "return_path"},
    },
}
NAMES_OF_NOTHING = {"utils", "util", "helpers", "common", "misc", "manager", "tools", "stuff"}


def tree() -> list[Path]:
    """Return every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        # The checkout may belong to another user than the one who tests it.
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [PROJECT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        content = path.read_bytes()
        if b"\0" not in content:
            yield path, content.decode("utf-8")


def below(folder: str, *suffixes: str) -> list[Path]:
    return [
        path for path in tree() if path.is_relative_to(PROJECT / folder) and path.suffix in suffixes
    ]


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:120]}"
        for path, text in texts(tree())
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def too_long(paths: list[Path], limit: int) -> list[str]:
    lengths = [(path, len(text.splitlines())) for path, text in texts(paths)]
    return [
        f"{path.relative_to(PROJECT)}: {length} lines" for path, length in lengths if length > limit
    ]


def test_no_file_names_a_package_host() -> None:
    assert found(PACKAGE_HOSTS) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert found(MACHINE_PATHS) == []


def test_nothing_of_others_and_nothing_made_is_kept_here() -> None:
    assert [path.name for path in tree() if path.name.endswith(OTHERS_FILES)] == []


def test_files_are_short_enough_to_read() -> None:
    assert too_long(below("citizen_diplomat", ".py", ".js"), LONGEST_FILE) == []


def test_templates_are_short_enough_to_read() -> None:
    assert too_long(below("templates", ".html", ".txt"), LONGEST_TEMPLATE) == []


def test_functions_are_short_enough_to_read() -> None:
    long = [
        f"{path.relative_to(PROJECT)}:{node.lineno}: {node.name}"
        for path, text in texts(below("citizen_diplomat", ".py"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("room", [room for room in ROOMS if not room.endswith(".foundation")])
def test_every_room_has_the_same_floor_plan(room: str) -> None:
    name = room.rpartition(".")[2]
    names = {path.stem for path in below(room.replace(".", "/"), ".py")}
    assert names - FLOOR_PLAN - NOUNS.get(name, set()) == set()
    assert "__init__" in names


def test_no_file_is_called_after_nothing() -> None:
    assert [path for path in tree() if path.stem in NAMES_OF_NOTHING] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for(room: str) -> None:
    source = (PROJECT / room.replace(".", "/") / "__init__.py").read_text("utf-8")
    module = ast.parse(source)
    assert ast.get_docstring(module)
    assert len(module.body) == 1, "a room's __init__.py is its docstring, nothing else"


# --- the README tells all that can be set and typed ---


@pytest.fixture(scope="module")
def readme() -> str:
    return (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("setting", [field.name.upper() for field in fields(Settings)])
def test_the_readme_explains_every_setting(setting: str, readme: str) -> None:
    assert f"`{setting}`" in readme


def make_targets() -> list[str]:
    return re.findall(r"^([a-z]+):.*##", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("target", make_targets())
def test_the_readme_explains_every_make_target(target: str, readme: str) -> None:
    assert f"`make {target}`" in readme


def commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        # Flask's extensions bring commands of their own.
        elif unwrap(command.callback or click.echo).__module__.startswith("citizen_diplomat."):
            yield f"{prefix}{name}"


def test_the_readme_explains_every_command(app: Flask, readme: str) -> None:
    ours = list(commands(app.cli))
    # A command may be followed by its arguments: `staff add EMAIL`.
    assert ours
    assert [name for name in ours if not re.search(rf"`(?:flask )?{name}[ `\[]", readme)] == []


def test_make_and_ci_agree() -> None:
    script = (PROJECT / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in script if line.startswith("make ")] == ["make check", "make test"]


def test_every_locked_package_carries_its_checksum() -> None:
    locks = [path.read_text("utf-8") for path in below("requirements", ".txt")]
    pinned = chain.from_iterable(
        re.findall(r"^\S+==.*\n(.*)", lock, re.MULTILINE) for lock in locks
    )
    assert [line for line in pinned if "--hash=sha256:" not in line] == []
