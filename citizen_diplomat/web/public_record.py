"""What the log says of a receipt: for whoever checks one, and for the author who takes a proof."""

import json
import re
from collections.abc import Sequence
from datetime import date

from citizen_diplomat.audit.days import DayHead, head_over
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.audit.proofs import entries_about, proof
from citizen_diplomat.proposals.receipts import reference_of
from citizen_diplomat.proposals.references import read_reference
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.database import db
from citizen_diplomat.web.services import services

KINDS = ("proposal", "change")
_HASH = re.compile("[0-9a-f]{64}")


def submissions(number: int) -> Sequence[AuditEntry]:
    """The entries of the log about each time that a proposal, or a change of it, was sent."""
    subjects = [f"{kind}:{number}" for kind in KINDS]
    return entries_about(db(), subjects, [f"{kind}.{State.SUBMITTED}" for kind in KINDS])


def entry_of(reference: str, sha256: str) -> AuditEntry | None:
    """The entry that holds a receipt; whatever is wrong with either of the two, there is none."""
    number = read_reference(reference)
    if number is None or not _HASH.fullmatch(sha256):
        return None
    sent = submissions(number)
    if not sent or _digits(reference) != _digits(reference_of(number, sent[0].at)):
        return None
    return next((entry for entry in sent if entry.detail.get("sha256") == sha256), None)


def day_of(entry: AuditEntry) -> date:
    """The municipality's day on which something happened."""
    return entry.at.astimezone(services().settings.timezone).date()


def head_of(entry: AuditEntry) -> DayHead | None:
    """The published head that stands on an entry, or None while its day is not over."""
    return head_over(db(), entry.id)


def proof_file(entry: AuditEntry, head: DayHead) -> bytes:
    """A proof as a file, a line of JSON for each of its parts."""
    lines = (json.dumps(part, ensure_ascii=False) for part in proof(db(), entry, head))
    return "".join(f"{line}\n" for line in lines).encode()


def _digits(reference: str) -> str:
    return re.sub("[^0-9]", "", reference)
