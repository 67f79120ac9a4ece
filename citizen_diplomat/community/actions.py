"""The verbs of this room; they stand in files by what they are about.

Those that staff have a part in are called by `moderation.comments` and `moderation.reports`.
"""

from citizen_diplomat.community.comments import answer
from citizen_diplomat.community.follows import follow, unfollow
from citizen_diplomat.community.supports import OwnProposal, support, take_back

__all__ = ["OwnProposal", "answer", "follow", "support", "take_back", "unfollow"]
