"""The catalogue of reasons, loaded from the file of this release."""

from pathlib import Path

from sqlalchemy.orm import Session

from citizen_diplomat.foundation.reference_file import load, read_rows
from citizen_diplomat.moderation.model import Reason

FILE = Path(__file__).parent / "data" / "reasons.json"


def load_reference(session: Session) -> None:
    """Add or refresh all reasons."""
    load(session, Reason, read_rows(FILE))
