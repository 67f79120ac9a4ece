"""All tables of all rooms, known before the first query: relationships and migrations need them."""

from citizen_diplomat.accounts import changed_address, feed_tokens, sanctions, spent_proofs
from citizen_diplomat.accounts import model as accounts
from citizen_diplomat.audit import days
from citizen_diplomat.audit import model as audit
from citizen_diplomat.calls import model as calls
from citizen_diplomat.cities import contacts, relations
from citizen_diplomat.cities import model as cities
from citizen_diplomat.cities import versions as city_versions
from citizen_diplomat.community import model as community
from citizen_diplomat.correspondence import model as correspondence
from citizen_diplomat.digests import model as digests
from citizen_diplomat.digests import news
from citizen_diplomat.directory import model as directory
from citizen_diplomat.events import model as events
from citizen_diplomat.foundation import heartbeat
from citizen_diplomat.foundation.database import Base
from citizen_diplomat.mail import bounce_model, domains, stops
from citizen_diplomat.mail import model as mail
from citizen_diplomat.mail import preference_model as mail_preferences
from citizen_diplomat.moderation import (
    appeals,
    batches,
    blindness,
    conflicts,
    desks,
    edits,
    file_questions,
    mentions,
    office,
    outside_opinion,
    pending,
    referrals,
    remarks,
    review_criteria,
    reviews,
    sanction_appeals,
    spam_scores,
    spam_words,
    statements,
    views,
)
from citizen_diplomat.moderation import model as moderation
from citizen_diplomat.news import model as office_news
from citizen_diplomat.newsletter import model as newsletter
from citizen_diplomat.outcomes import certificate_model, happened_model, trail_model
from citizen_diplomat.outcomes import model as outcomes
from citizen_diplomat.overview import fairness
from citizen_diplomat.pages import model as pages
from citizen_diplomat.proposals import bonds, hiding, questions, visitors, written
from citizen_diplomat.proposals import model as proposals
from citizen_diplomat.translation import glossary
from citizen_diplomat.translation import model as translation

ROOMS = (
    *(accounts, audit, calls, cities, community, correspondence, digests, directory, heartbeat),
    mail,
    mail_preferences,
    *(moderation, newsletter, office_news, outcomes, pages, proposals),
    *(bonds, changed_address, domains, feed_tokens, hiding, questions, stops, visitors, written),
    *(batches, blindness, conflicts, days, desks, edits, file_questions, mentions, office),
    *(outside_opinion, pending, remarks, review_criteria, reviews, sanction_appeals, sanctions),
    *(appeals, fairness, news, referrals, spam_scores, spam_words, spent_proofs, statements),
    *(bounce_model, certificate_model, events, happened_model, trail_model, views),
    *(contacts, relations, city_versions, glossary, translation),
)
METADATA = Base.metadata
