"""What outside opinions are called on pages of staff and on the page of who is asked."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.moderation.opinion_rules import Advisor, Progress, Recommendation

ADVISORS: Mapping[str, LazyString] = {
    Advisor.EXPERT: lazy_gettext("An expert"),
    Advisor.EMBASSY: lazy_gettext("An embassy"),
    Advisor.FOREIGN_MINISTRY: lazy_gettext("The Ministry of Foreign Affairs"),
    Advisor.OTHER: lazy_gettext("Another body"),
}
RECOMMENDATIONS: Mapping[str, LazyString] = {
    Recommendation.IN_FAVOUR: lazy_gettext("In favour"),
    Recommendation.WITH_CONDITIONS: lazy_gettext("In favour, with conditions"),
    Recommendation.AGAINST: lazy_gettext("Against"),
    Recommendation.CANNOT_JUDGE: lazy_gettext("I cannot judge this"),
}
PROGRESS: Mapping[str, LazyString] = {
    Progress.SENT: lazy_gettext("not opened yet"),
    Progress.OPENED: lazy_gettext("opened"),
    Progress.ANSWERED: lazy_gettext("opinion given"),
    Progress.EXPIRED: lazy_gettext("expired"),
    Progress.REVOKED: lazy_gettext("revoked"),
    Progress.SETTLED: lazy_gettext("ended, the item does not wait any more"),
}
