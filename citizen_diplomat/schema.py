"""All tables of all rooms, known before the first query: relationships and migrations need them."""

from citizen_diplomat.accounts import model as accounts
from citizen_diplomat.audit import model as audit
from citizen_diplomat.cities import model as cities
from citizen_diplomat.digests import model as digests
from citizen_diplomat.directory import model as directory
from citizen_diplomat.foundation import heartbeat
from citizen_diplomat.foundation.database import Base
from citizen_diplomat.mail import model as mail
from citizen_diplomat.moderation import model as moderation
from citizen_diplomat.proposals import model as proposals

ROOMS = (accounts, audit, cities, digests, directory, heartbeat, mail, moderation, proposals)
METADATA = Base.metadata
