"""What somebody with the database's own keys could do to the log, for tests that notice it."""

import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from citizen_diplomat.audit.chain import seal
from citizen_diplomat.audit.model import AuditEntry
from config import PROJECT

SCRIPT = PROJECT / "deploy" / "verify_log.py"


def set_seal_aside(session: Session, engine_name: str) -> None:
    """Let this transaction change what was only to be added to."""
    if engine_name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        session.execute(text("DROP TRIGGER audit_entry_no_update"))
        session.execute(text("DROP TRIGGER audit_entry_no_delete"))


def rewrite(session: Session, entry_id: int, actor_id: int) -> None:
    """Say that somebody else did it, and seal all that follows anew: the chain is whole again."""
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    previous = None
    for entry in entries:
        if entry.id == entry_id:
            entry.actor_id = actor_id
        entry.previous_seal = previous or entry.previous_seal
        entry.seal = previous = seal(entry)
        session.flush()


def old_entry(session: Session, number: int, previous: str) -> str:
    """An entry as the first release wrote it, without any code of today; returns its seal."""
    content = (
        f'["{previous}","2026-09-01T09:00:00.000000+00:00",null,"test.old","proposal:{number}",'
        f'{{"state":"پیش‌نویس"}}]'
    )
    sealed = sha256(content.encode()).hexdigest()
    row = insert(AuditEntry).values(
        at=datetime(2026, 9, 1, 9, tzinfo=UTC),
        action="test.old",
        subject=f"proposal:{number}",
        detail={"state": "پیش‌نویس"},
        previous_seal=previous,
        seal=sealed,
    )
    session.execute(row)
    return sealed


def verified(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the script as an outsider does: an isolated Python that knows nothing of ours."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
