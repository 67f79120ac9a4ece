"""The member's own first page: what waits for them, where their proposals stand, what came."""

from flask import render_template

from citizen_diplomat.accounts.reachability import trouble_of
from citizen_diplomat.community.follows import newest_of
from citizen_diplomat.correspondence.queries import requests
from citizen_diplomat.mail import inbox as letters
from citizen_diplomat.moderation.clock import standings_of, waits_as
from citizen_diplomat.outcomes.answers import asked_of
from citizen_diplomat.outcomes.queries import offers_waiting_for
from citizen_diplomat.outcomes.requests import title_for
from citizen_diplomat.pages.queries import coming
from citizen_diplomat.pages.rules import Answer, Slug
from citizen_diplomat.proposals import queries
from citizen_diplomat.proposals.glance import at_hand
from citizen_diplomat.proposals.rules import WAITING_FOR_STAFF, State
from citizen_diplomat.proposals.writers import waiting_for
from citizen_diplomat.web.asking import ask_url
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.letters import headline, page_behind
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.terms import answer

AT_A_GLANCE = 5


@member.get("/me")
def dashboard() -> str:
    """Show all of it at a glance; each part leads to the page that has the rest."""
    person = signed_in()
    mine = at_hand(db(), person.id, limit=AT_A_GLANCE)
    sent = [one for one in mine if one.state not in {State.CHANGES_REQUESTED, State.DRAFT}]
    waiting = {one.number: waits_as(one.state) for one in sent if one.state in WAITING_FOR_STAFF}
    return render_template(
        "member/dashboard/dashboard.html",
        asked=[one for one in mine if one.state == State.CHANGES_REQUESTED],
        drafts=[one for one in mine if one.state == State.DRAFT],
        sent=sent,
        clocks=standings_of(db(), waiting, at=request_time()),
        bonds=waiting_for(db(), person, at=request_time(), limit=AT_A_GLANCE),
        offers=offers_waiting_for(db(), person.id, limit=AT_A_GLANCE),
        asks=asked_of(db(), person.id, limit=AT_A_GLANCE),
        ask_url=ask_url,
        title_of=lambda ask: title_for(ask.request, language()),
        requests=requests(db(), person.id, limit=AT_A_GLANCE),
        followed=newest_of(db(), person.id, limit=AT_A_GLANCE),
        counts=queries.counts_of_author(db(), person.id),
        letters=letters.entries(db(), person.id, limit=AT_A_GLANCE),
        trouble=trouble_of(db(), person, at=request_time()),
        terms_wait=answer() is Answer.NOT_YET,
        coming_terms=coming(db(), Slug.TERMS, at=request_time()),
        headline=headline,
        page_behind=page_behind,
    )
