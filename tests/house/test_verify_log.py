"""The log verified from outside: exported, and walked by a script that knows nothing of ours."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.audit.chain import FIRST_SEAL
from citizen_diplomat.cli import worker
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.proposals.rules import State
from tests.cast import LONG_AGO, Cast
from tests.conftest import database_of
from tests.sealed_log import SCRIPT, old_entry, rewrite, set_seal_aside, verified
from tests.web.proposal_stories import tell

BrowserOf = Callable[[Account], FlaskClient]


@pytest.fixture
def exported(app: Flask, cast: Cast, client: FlaskClient, tmp_path: Path) -> tuple[Path, Path]:
    """An export of a log of old and new entries, and the heads that were published."""
    with database_of(app).writing() as session:
        old_entry(session, 1, newest_seal(session))
        for number in range(3):
            record(session, "test.made", f"proposal:{number}", by=7, at=LONG_AGO, word="پیشنهاد")
        session.commit()
    publish(app)
    with database_of(app).writing() as session:
        record(session, "test.after", "proposal:9", by=None, at=now())
        session.commit()
    heads, chain = tmp_path / "heads.csv", tmp_path / "log.jsonl"
    heads.write_bytes(client.get("/fa/log.csv").data)
    export(app, chain)
    return chain, heads


def publish(app: Flask) -> None:
    worker.work_once(app, now())


def newest_seal(session: Session) -> str:
    newest = text("SELECT seal FROM audit_entry ORDER BY id DESC LIMIT 1")
    return session.scalar(newest) or FIRST_SEAL


def export(app: Flask, path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["audit", "export", str(path)])
    assert result.exit_code == 0, result.output


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def test_an_untouched_export_is_whole(exported: tuple[Path, Path]) -> None:
    chain, heads = exported
    count, published = len(lines(chain)), len(lines(heads)) - 1
    done = verified("chain", chain, heads)
    expected = f"The log is whole: {count} entries, {published} published heads fit.\n"
    assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)
    assert published >= 1
    assert verified("chain", chain).returncode == 0


def test_the_export_is_the_owners_and_holds_numbers_alone(
    app: Flask, cast: Cast, exported: tuple[Path, Path]
) -> None:
    chain, _ = exported
    assert chain.stat().st_mode & 0o077 == 0
    content = chain.read_text("utf-8")
    for person in (cast.nasrin, cast.hamid):
        assert person.email not in content
        assert person.display_name not in content
    again = app.test_cli_runner().invoke(args=["audit", "export", str(chain)])
    assert again.exit_code == 1
    assert len(again.output.splitlines()) == 1
    assert chain.read_text("utf-8") == content


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"test.made"', '"test.lied"'),
        ('"proposal:1"', '"proposal:8"'),
        (",7]", ",8]"),
        ("پیشنهاد", "دیگر"),
        ("2026-09-01T09:00", "2026-09-01T09:01"),
        ("پیش‌نویس", "پذیرفته"),
    ],
)
def test_a_changed_entry_is_named(exported: tuple[Path, Path], old: str, new: str) -> None:
    chain, heads = exported
    changed = lines(chain)
    at = next(number for number, line in enumerate(changed) if old in line)
    changed[at] = changed[at].replace(old, new)
    chain.write_text("\n".join(changed) + "\n", "utf-8")
    entry = json.loads(changed[at])["entry"]
    done = verified("chain", chain, heads)
    assert done.returncode == 1
    assert done.stderr == f"entry {entry} was changed: its seal does not fit\n"


def test_a_removed_entry_is_named(exported: tuple[Path, Path]) -> None:
    chain, heads = exported
    rest = lines(chain)
    del rest[-3]
    chain.write_text("\n".join(rest) + "\n", "utf-8")
    entry = json.loads(rest[-2])["entry"]
    done = verified("chain", chain, heads)
    assert (done.returncode, done.stderr) == (
        1,
        f"entry {entry} does not stand on the entry before it\n",
    )


def test_removed_last_entries_are_named(exported: tuple[Path, Path]) -> None:
    chain, heads = exported
    *rest, last, _after = lines(chain)
    chain.write_text("\n".join(rest) + "\n", "utf-8")
    done = verified("chain", chain, heads)
    assert done.returncode == 1
    assert f"entry {json.loads(last)['entry']}, the last of " in done.stderr
    assert "is missing" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_chain_rewritten_after_a_head_was_published_is_named(
    app: Flask, exported: tuple[Path, Path], engine_name: str, tmp_path: Path
) -> None:
    """By `audit verify`, from the heads that are kept; by the script, from those that were."""
    chain, heads = exported
    second = json.loads(lines(chain)[1])["entry"]
    with database_of(app).writing() as session:
        set_seal_aside(session, engine_name)
        rewrite(session, second, 999)
        session.commit()
    said = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert said.exit_code == 1
    assert re.match(
        r"Error: entry \d+, the last of 2026-\d\d-\d\d, is gone or is not the one", said.output
    )
    rewritten = tmp_path / "rewritten.jsonl"
    export(app, rewritten)
    assert verified("chain", rewritten).returncode == 0
    done = verified("chain", rewritten, heads)
    assert done.returncode == 1
    assert "is not the one that was published" in done.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["chain"], ["chain", "nowhere"], ["sing", str(SCRIPT)], ["chain", SCRIPT]]
)
def test_what_cannot_be_read_is_said_in_one_line(arguments: list[str]) -> None:
    done = verified(*arguments)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "usage" in done.stderr


def test_an_author_proves_their_receipt_and_shows_nobody_else(
    app: Flask, cast: Cast, browser_of: BrowserOf, tmp_path: Path
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    browser, own = browser_of(cast.nasrin), f"/en/me/proposals/{number}/versions/1"
    assert browser.get(f"{own}/proof").status_code == 404
    assert "From tomorrow on" in browser.get(f"/en/me/proposals/{number}/receipt").text
    publish(app)
    files = {name: tmp_path / name for name in ("proof", "text", "heads")}
    for name, address in (("proof", f"{own}/proof"), ("text", f"{own}/text")):
        files[name].write_bytes(browser.get(address).data)
    files["heads"].write_bytes(browser.get("/en/log.csv").data)
    done = verified("proof", files["proof"], files["heads"], files["text"])
    assert (done.stderr, done.returncode) == ("", 0)
    assert f"The log holds it: proposal.submitted proposal:{number} at 2026-10-04" in done.stdout
    mine, *others, head = map(json.loads, lines(files["proof"]))
    assert set(mine) == {"previous", "who", "what"}
    assert re.fullmatch("[0-9a-f]{64}", mine["who"])
    assert others
    assert all(set(row) == {"digest"} for row in others)
    assert set(head) == {"day", "head"}


def test_a_false_proof_is_refused(
    app: Flask, cast: Cast, browser_of: BrowserOf, tmp_path: Path
) -> None:
    [number] = tell(app, cast, State.ACCEPTED)
    publish(app)
    browser, proof, heads, other = (
        browser_of(cast.nasrin),
        *(tmp_path / name for name in ("proof", "heads", "other")),
    )
    good = browser.get(f"/en/me/proposals/{number}/versions/1/proof").text
    heads.write_bytes(browser.get("/en/log.csv").data)
    other.write_text("another text", "utf-8")
    proof.write_text(good, "utf-8")
    assert "another one" in verified("proof", proof, heads, other).stderr
    proof.write_text(good.replace("2026-10-04", "2026-10-03"), "utf-8")
    assert "does not lead to the head" in verified("proof", proof, heads).stderr
    heads.write_text("day,entries,last_entry,head\n2026-10-04,1,1," + "0" * 64 + "\n", "utf-8")
    proof.write_text(good, "utf-8")
    refused = verified("proof", proof, heads)
    assert "not among those that were published" in refused.stderr
    assert refused.returncode == 1
