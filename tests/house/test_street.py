"""The one-way street: who imports whom, where a change is committed, who reads the clock."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CODE = PROJECT / "citizen_diplomat"
SHELLS = (CODE / "web", CODE / "cli")
FOUNDATION = CODE / "foundation"
ROOMS = sorted(path.parent for path in CODE.glob("*/__init__.py") if path.parent not in SHELLS)
RULES = sorted(CODE.rglob("rules.py"))
CLOCKS = {"now", "utcnow", "today"}


def modules(*, besides: tuple[Path, ...]) -> list[Path]:
    return [
        path
        for path in sorted(CODE.rglob("*.py"))
        if not any(path.is_relative_to(folder) for folder in besides)
    ]


def calls(path: Path) -> Iterator[tuple[ast.Call, str, str]]:
    """Yield each call of a method with its line, what it is called on, and the method's name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, ast.unparse(node.func.value), node.func.attr


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_import_contracts_are_kept() -> None:
    checked = subprocess.run(
        [sys.executable, Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.parent.name)
def test_rules_know_only_other_rules_and_no_library(path: Path) -> None:
    foreign = [
        name
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not (name.startswith("citizen_diplomat.") and name.endswith(".rules"))
    ]
    assert foreign == []


def test_only_the_transaction_commits() -> None:
    """Rooms and pages alike leave it to `foundation.database.transaction`."""
    commits = {
        str(path.relative_to(CODE))
        for path in modules(besides=())
        for _, _, name in calls(path)
        if name == "commit"
    }
    assert commits == {"foundation/database.py"}


def test_a_flush_has_its_reason_beside_it() -> None:
    bare = []
    for path in modules(besides=()):
        lines = path.read_text("utf-8").splitlines()
        for call, on, name in calls(path):
            beside = "".join(lines[max(call.lineno - 2, 0) : call.lineno])
            if name == "flush" and on != "file" and "#" not in beside:
                bare.append(f"{path.relative_to(PROJECT)}:{call.lineno}")
    assert bare == []


def test_rooms_are_told_the_time() -> None:
    readers = [
        f"{path.relative_to(PROJECT)}:{call.lineno}"
        for path in modules(besides=(*SHELLS, FOUNDATION / "clock.py"))
        for call, on, name in calls(path)
        if name in CLOCKS and on.rpartition(".")[2] in {"datetime", "date", "clock"}
    ]
    assert readers == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_says_in_one_docstring_what_it_is_for(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text("utf-8"))
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


@pytest.mark.parametrize("path", sorted(CODE.rglob("model.py")), ids=lambda path: path.parent.name)
def test_relationships_load_only_on_purpose(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "relationship":
            words = {word.arg: ast.unparse(word.value) for word in node.keywords}
            assert words.get("lazy") == "'raise_on_sql'", f"{path}:{node.lineno}"
