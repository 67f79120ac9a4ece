"""Everything that the rooms keep about one person: handed out whole, or taken out whole."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from citizen_diplomat.accounts import export as accounts_export
from citizen_diplomat.accounts import forget as accounts
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit import export as audit_export
from citizen_diplomat.calls import export as calls_export
from citizen_diplomat.calls import forget as calls
from citizen_diplomat.cities import export as cities_export
from citizen_diplomat.community import export as community_export
from citizen_diplomat.community import forget as community
from citizen_diplomat.correspondence import export as correspondence_export
from citizen_diplomat.correspondence import forget as correspondence
from citizen_diplomat.digests import export as digests_export
from citizen_diplomat.digests import forget as digests
from citizen_diplomat.directory import export as directory_export
from citizen_diplomat.directory import forget as directory
from citizen_diplomat.events import export as events_export
from citizen_diplomat.events import forget as events
from citizen_diplomat.foundation.clock import written
from citizen_diplomat.mail import export as mail_export
from citizen_diplomat.mail import inbox, preferences
from citizen_diplomat.moderation import export as moderation_export
from citizen_diplomat.moderation import forget as moderation
from citizen_diplomat.news import export as news_export
from citizen_diplomat.newsletter import export as newsletter_export
from citizen_diplomat.newsletter import forget as newsletter
from citizen_diplomat.outcomes import certificates
from citizen_diplomat.outcomes import export as outcomes_export
from citizen_diplomat.outcomes import forget as outcomes
from citizen_diplomat.proposals import export as proposals_export
from citizen_diplomat.proposals import forget as proposals
from citizen_diplomat.proposals import handover
from citizen_diplomat.proposals.handover import LinkOf
from citizen_diplomat.translation import export as translation_export
from citizen_diplomat.translation import forget as translation
from citizen_diplomat.web.event_letters import letters as event_letters


def export(session: Session, account: Account, *, at: datetime) -> dict[str, Any]:
    """All personal data of an account as plain JSON values (GDPR art. 15 and 20)."""
    return {
        "made_at": written(at),
        **accounts_export.export(session, account),
        "profile": directory_export.export(session, account.id),
        "suggested_skills": directory_export.export_suggestions(session, account.id),
        "proposals": proposals_export.export(session, account.id),
        "co_authorships": proposals_export.co_authorships(session, account, at=at),
        "late_codes_of_calls": calls_export.export(session, account.id),
        "versions_of_cities": cities_export.export(session, account.id),
        "events": events_export.export(session, account.id),
        "promised_at_events": events_export.export_items(session, account.id),
        "news_written": news_export.export(session, account.id),
        "decisions": moderation_export.export(session, account.id),
        "texts_offered_by_office": moderation_export.export_edits(session, account.id),
        "remarks_on_passages": moderation_export.export_remarks(session, account.id),
        "questions_of_the_office": moderation_export.export_questions(session, account.id),
        "conflicts_of_interest": moderation_export.export_conflicts(session, account.id),
        "views_of_the_queue": moderation_export.export_views(session, account.id),
        "statements_of_reasons": moderation_export.export_statements(session, account.id),
        "appeals": moderation_export.export_appeals(session, account.id),
        "pen_names_lifted": moderation_export.export_lifted_pen_names(session, account.id),
        "work_at_desks": moderation_export.export_desk_work(session, account.id),
        "sanctions": moderation_export.export_sanctions(session, account.id),
        **_export_outcomes(session, account.id),
        "translations": translation_export.export(session, account.id),
        "community": community_export.export(session, account.id),
        "digest": digests_export.export(session, account.id),
        "newsletters": newsletter_export.export(session, account.id),
        "mail_preferences": preferences.export(session, account.id),
        "letters": mail_export.export(session, account.email),
        "contact_data_opened": audit_export.export_receipts(session, account.id),
        "inbox": inbox.export(session, account.id),
        "messages": correspondence_export.export(session, account.id),
        "log": audit_export.export(session, account.id),
    }


def _export_outcomes(session: Session, account_id: int) -> dict[str, Any]:
    return {
        "offers_of_help": outcomes_export.export_offers(session, account_id),
        "asked_for_help": outcomes_export.export_asks(session, account_id),
        "hours_of_help": outcomes_export.export_hours(session, account_id),
        "asked_whether_it_happened": outcomes_export.export_happened(session, account_id),
        "certificates": certificates.export_certificates(session, account_id),
    }


def close(session: Session, seen: Account, *, at: datetime, link_of: LinkOf) -> None:
    """Close an account and take out what made it somebody's, in the caller's transaction.

    What others write along is theirs from now on: `link_of` makes the links to it, by its number.

    `seen` is the account whose passphrase was compared, its roles loaded. Raises Changed or
    LastAdmin (`accounts.forget`) before anything is changed. All that others may be changing at
    this moment is locked first, in the order in which they lock it, so that nobody waits in a ring.
    """
    moderation.lock(session, seen.id)
    outcomes.lock(session, seen.id)
    directory.lock(session, seen.id)
    digests.lock(session, seen.id)
    events.lock(session, seen.id)
    account = accounts.lock(session, seen)
    directory.forget(session, account)
    newsletter.forget(session, account.id)
    digests.forget(session, account, at)
    handover.pass_on(session, account, at=at, link_of=link_of)
    moderation.forget(session, account, at)
    outcomes.forget(session, account, at)
    community.forget(session, account)
    translation.forget(session, account)
    proposals.forget(session, account, at)
    calls.forget(session, account)
    events.forget(session, account, letters=event_letters, at=at)
    correspondence.forget(session, account)
    accounts.forget(session, account, at)
