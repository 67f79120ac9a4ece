"""What goes over from a duplicate to the proposal that came first.

Supporters and followers go over as they are. Its authors follow the original from then on; nobody
is made a co-author of it: that takes their own request and the first author's yes
(`proposals.coauthors.ask`), because a co-author reads what is not public.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.community.merging import carry_over as carry_people_over
from citizen_diplomat.community.merging import let_follow
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.proposals.writers import authors_ever, writers


def carry_over(
    session: Session, duplicate: Proposal, original: Proposal, *, at: datetime
) -> frozenset[int]:
    """Let all who stand behind `duplicate` stand behind `original`; gives its authors who follow.

    Who writes the original needs not follow it. Raises nothing; doing it again changes nothing.
    """
    text = newest_revision(session, original.number)
    assert text is not None, "what came first was submitted"
    carry_people_over(session, duplicate.number, original.number, cities=text.city_slugs)
    known = authors_ever(session, original.number)
    people = [one for one in writers(session, duplicate.number) if one.id not in known]
    let_follow(session, original.number, people, at=at)
    return frozenset(one.id for one in people)
