"""Taking somebody out of the outcomes: what was said and given stays, whose it was does not."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.trail_model import HelperHours, OutcomeStep, OutcomeTrail


def forget(session: Session, account: Account) -> None:
    """Keep the author's answer without a name, and a helper's hours without words as a number.

    What a member of staff saw to is seen to by nobody until it is handed over.
    """
    mine = account.id
    for table, column in (
        (OutcomeAnswer, OutcomeAnswer.account_id),
        (OutcomeStep, OutcomeStep.owner_id),
        (OutcomeTrail, OutcomeTrail.owner_id),
    ):
        session.execute(
            update(table)
            .where(column == mine)
            .values({column.key: None})
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(HelperHours)
        .where(HelperHours.helper_id == mine)
        .values(helper_id=None, words="")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(HelperHours)
        .where(HelperHours.noted_by == mine, HelperHours.helper_id.is_(None))
        .values(noted_by=None)
        .execution_options(synchronize_session=False)
    )
