"""Every letter with fixed values, and the golden files they must equal.

`python -m tests.mail.letters` writes the golden files again; read the difference before you commit.
"""

from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from citizen_diplomat.accounts.messages import (
    AccountClosed,
    AddressChange,
    AddressCheck,
    AddressTaken,
    AlreadyRegistered,
    NewAddress,
    PassphraseChanged,
    ResetPassphrase,
    StaffInvitation,
    VerifyAddress,
)
from citizen_diplomat.community.messages import CommentNews, ReportAnswered, TextRemoved
from citizen_diplomat.community.rules import Heard
from citizen_diplomat.correspondence.messages import MemberWrote
from citizen_diplomat.digests.messages import (
    CallAnnounced,
    DeskMorning,
    Digest,
    EventAnnounced,
    PublishedFollowed,
    PublishedInCity,
)
from citizen_diplomat.directory.messages import DataOpened
from citizen_diplomat.events.messages import EventNews
from citizen_diplomat.events.rules import News as EventsNews
from citizen_diplomat.mail.letter import Letter
from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.rendering import Renderer
from citizen_diplomat.moderation.desk_messages import (
    Mentioned,
    OfficeAsks,
    OpinionArrived,
    OpinionAsked,
    QuestionAnswered,
    TakenOver,
)
from citizen_diplomat.moderation.messages import (
    AnswerDelayed,
    AppealDecided,
    AppealReceived,
    ChangeDecided,
    DecisionMade,
    EditsOffered,
    EditsWithdrawn,
    PenNameLifted,
    SkillAnswered,
)
from citizen_diplomat.moderation.sanction_messages import (
    SanctionEnded,
    SanctionImposed,
    SanctionUpheld,
)
from citizen_diplomat.newsletter.messages import Newsletter, NewsletterTest
from citizen_diplomat.outcomes.certificate_messages import CertificateNews
from citizen_diplomat.outcomes.messages import HelpAnswered, HelpAsked, HelperChanged, HelpOffered
from citizen_diplomat.outcomes.trail_messages import (
    OutcomeAsksAuthor,
    OutcomeAsksPartner,
    OutcomeSilent,
)
from citizen_diplomat.proposals.messages import (
    ChangeReceived,
    CoauthorInvitation,
    CoauthorNews,
    News,
    ProposalReceived,
)
from citizen_diplomat.translation.messages import TranslationNews, TranslationWithdrawn
from citizen_diplomat.translation.rules import Told
from config import PROJECT

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("fa", "en")
UNSUBSCRIBE = "https://diplomat.example/unsubscribe/WzE3LCJkaWdlc3QiXQ.abc.def"
NAMES = {"fa": "نسرین بهرامی", "en": "Kamran Dehghan"}
TITLES = {
    "fa": "نقشهٔ سایه: مسیرهای دوچرخه که از زیر درخت‌ها می‌گذرند",
    "en": "Shade map: cycle routes that run under the trees",
}
CALL_TITLES = {
    "fa": "زاینده‌رود: شهر شما با آب کم چه می‌کند؟",
    "en": "Zayandehrud: how does your city live with scarce water?",
}
ANSWERS = {
    "fa": "دادهٔ درختان سه مادی را در اختیار گروه می‌گذاریم.\n\nنخستین مسیر ۶ کیلومتری است.",
    "en": "We share the tree data of three madi canals.\n\nThe first route is 6 km long.",
}
WORDS = {
    "fa": "سلام. نقشهٔ سایه را خواندم و در فرایبورگ همین کار را می‌کنیم.\n\nمی‌شود با هم گفتگو کنیم؟",
    "en": "Hello. I have read of the shade map; we do the same in Freiburg.\n\nShall we talk?",
}
REMARKS = (
    {"field": "title", "quote": "Shade map <b>", "text": "چه کسی آن را به‌روز نگه می‌دارد؟"},
    {
        "field": "body",
        "quote": "نخستین مسیر ۶ کیلومتری است.\nدومی ۴ کیلومتر.",
        "text": "Is this measured?\n\nPlease say how; see example.org.",
    },
)
QUESTIONS = {
    "fa": "چند خانه تا کنون چنین می‌کنند؟\nهزینهٔ هر خانه چه‌قدر است؟",
    "en": "How many houses do so already?\nWhat does it cost a house?",
}
REASONS = {"fa": "با برنامهٔ شهر هم‌خوان است.", "en": "It fits the city’s programme."}

DESKS = {"fa": "آب و محیط زیست", "en": "Water and environment"}


@dataclass(frozen=True)
class Case:
    """One message in one language."""

    name: str
    language: str
    message: Message

    @cached_property
    def letter(self) -> Letter:
        """The letter as it is written now."""
        return write(self.message, self.language)

    def golden(self, part: str) -> Path:
        """The golden file of a part: subject.txt, txt or html."""
        return GOLDEN / f"{self.name}.{self.language}.{part}"


def write(message: Message, language: str, *, to_name: str | None = None) -> Letter:
    """The letter of a message to one of the cast."""
    return renderer().render(
        message.name,
        language,
        message.values(),
        to_name=NAMES[language] if to_name is None else to_name,
        unsubscribe_link=UNSUBSCRIBE if message.bulk else None,
    )


@cache
def renderer() -> Renderer:
    """The renderer of the site."""
    return Renderer(PROJECT / "templates", PROJECT / "translations")


def parts(letter: Letter) -> dict[str, str]:
    """A letter as the contents of its golden files."""
    return {"subject.txt": letter.subject + "\n", "txt": letter.text, "html": letter.html}


def cases() -> list[Case]:
    """All letters in all languages."""
    return [
        Case(name, language, message)
        for language in LANGUAGES
        for name, message in _messages(language).items()
    ]


def _newsletter(language: str) -> dict[str, Any]:
    site = f"https://diplomat.example/{language}"
    texts = {
        "fa": "## پاییز در شهرهای خواهر\n\nاز این هفته پیشنهادها **هر روز** بررسی می‌شوند:\n\n"
        "* آب\n* حمل‌ونقل\n\nبرنامه در [این صفحه](https://diplomat.example/fa/plan) است.",
        "en": "## Autumn in our sister cities\n\nFrom now on proposals are read **daily**:\n\n"
        "* water\n* transport\n\nThe plan is on [this page](https://diplomat.example/en/plan).",
    }
    prefaces = {
        "fa": "این شماره بار دیگر می‌آید، چون نامهٔ نخست نرسید.",
        "en": "This issue comes again, for the first letter did not arrive.",
    }
    return {
        "issue": 12,
        "subjects": {"fa": "خبرنامهٔ پاییز", "en": "Autumn newsletter"},
        "link": f"{site}/newsletter/12",
        "preferences_link": f"{site}/me/mail",
        "blocks": [
            {"kind": "preface", "text": prefaces[language]},
            {"kind": "text", "text": texts[language]},
            {
                "kind": "proposal",
                "number": 17,
                "title": TITLES[language],
                "summary": "A shade map for summer rides along the madis.",
                "language": "en",
                "city_names": [],
                "link": f"{site}/proposals/17",
            },
            {
                "kind": "call",
                "number": 3,
                "title": TITLES[language],
                "language": language,
                "city_names": ["Barcelona", "Freiburg"],
                "day": "2026-12-20",
                "link": f"{site}/calls/3",
            },
            {
                "kind": "event",
                "number": 4,
                "title": TITLES[language],
                "language": language,
                "city_names": ["Barcelona"],
                "hours": {
                    "whose": "yours",
                    "day": "2026-12-12",
                    "last_day": "2026-12-12",
                    "begins": "18:00",
                    "ends": "20:00",
                },
                "link": f"{site}/events/4",
            },
        ],
    }


def _messages(language: str) -> dict[str, Message]:
    site = f"https://diplomat.example/{language}"
    return {
        "verify": VerifyAddress(link=f"{site}/verify/4f7c-91ab"),
        "already_registered": AlreadyRegistered(
            login_link=f"{site}/login", reset_link=f"{site}/password/forgot"
        ),
        "reset": ResetPassphrase(link=f"{site}/password/reset/4f7c-91ab"),
        "passphrase_changed": PassphraseChanged(reset_link=f"{site}/password/forgot"),
        "account_closed": AccountClosed(),
        "new_address": NewAddress(link=f"{site}/address/new/4f7c-91ab"),
        "address_taken": AddressTaken(
            login_link=f"{site}/login", reset_link=f"{site}/password/forgot"
        ),
        **{
            f"address_change-{when}": AddressChange(
                is_done=when == "done", link=f"{site}/address/refuse/4f7c-91ab"
            )
            for when in ("asked", "done")
        },
        "address_check": AddressCheck(link=f"{site}/me/mail/reach", days=2),
        "newsletter": Newsletter(**_newsletter(language)),
        "newsletter_test": NewsletterTest(**_newsletter(language)),
        "sanction_warning": _sanction(language, "warn", ends_on=None),
        "sanction_limit": _sanction(language, "limit", acts_a_day=3, ends_on="2027-01-10"),
        "sanction_suspension": _sanction(language, "suspend", ends_on="2027-01-10", hides=True),
        "sanction_closure": _sanction(language, "close", ends_on=None, hides=True),
        "sanction_lifted": _sanction_ended(language, "suspend", "lifted", hid=True),
        "sanction_ran_out": _sanction_ended(language, "limit", "ran_out"),
        "sanction_appealed": _sanction_ended(language, "warn", "appealed"),
        "sanction_upheld": _sanction_upheld(language),
        "invitation": StaffInvitation(link=f"{site}/invitation/4f7c-91ab", role="moderator"),
        "received": _received(language, revision=1),
        "received-again": _received(language, revision=2),
        **{
            f"decision-{state}": _decision(language, state)
            for state in ("accepted", "changes_requested", "declined", "duplicate")
        },
        "decision-remarks": replace(_decision(language, "changes_requested"), remarks=REMARKS),
        "decision-joined": replace(_decision(language, "duplicate"), follows_other=True),
        "change_decided-remarks": replace(
            _decision(language, "changes_requested", ChangeDecided), remarks=REMARKS
        ),
        **{
            f"edits_offered-{who}": EditsOffered(
                number=341,
                title=TITLES[language],
                reason=REASONS[language],
                message=ANSWERS[language],
                may_agree=who == "first",
                link=f"{site}/me/proposals/341",
            )
            for who in ("first", "along")
        },
        "edits_withdrawn": EditsWithdrawn(
            341, TITLES[language], ANSWERS[language], f"{site}/me/proposals/341"
        ),
        "appeal_received": AppealReceived(
            number=341, title=TITLES[language], link=f"{site}/me/proposals/341"
        ),
        **{
            f"appeal_decided-{state}": _decision(language, state, AppealDecided)
            for state in ("accepted", "declined")
        },
        "pen_name_lifted": PenNameLifted(
            number=341,
            title=TITLES[language],
            pen_name={"fa": "سایه", "en": "Shade"}[language],
            asked_by="moderator",
            approved_by="coordinator",
            reason=REASONS[language],
            day="2026-11-26",
            link=f"{site}/me/proposals/341",
        ),
        "coauthor_invitation": CoauthorInvitation(
            number=341,
            title=TITLES[language],
            author=NAMES[language],
            link=f"{site}/me/proposals/341/invitation",
            register_link=f"{site}/register",
        ),
        **{f"coauthor_news-{news}": _coauthor_news(language, news) for news in News},
        **{
            f"comment_news-{news}": CommentNews(
                news=news,
                title=TITLES[language],
                link=f"{site}/proposals/341?thread=12#comment-14",
                number=341,
            )
            for news in Heard
        },
        **{f"event_news-{news}": _event_news(language, news) for news in EventsNews},
        "answer_delayed": _delayed(language, "decision", desk=DESKS[language], has_head=True),
        "answer_delayed-answer": _delayed(language, "answer", desk=""),
        "change_received": ChangeReceived(
            number=341, title=TITLES[language], revision=3, link=f"{site}/me/proposals/341"
        ),
        **{
            f"change_decided-{state}": _decision(language, state, ChangeDecided)
            for state in ("accepted", "changes_requested", "declined")
        },
        **{
            f"skill_answered-{state}": _skill_answered(language, state)
            for state in ("added", "known", "declined")
        },
        **_at_desk(language),
        "data_opened": _data_opened(language),
        "data_opened-file": _data_opened(language, in_file=True),
        "member_wrote": _member_wrote(language, first=False),
        "member_wrote-first": _member_wrote(language, first=True),
        "help_offered": _help_offered(language),
        "help_answered-accepted": _help_answered(language, "", ""),
        "help_answered-declined": _help_answered(language, "author", "other_skills"),
        "help_answered-author_left": _help_answered(language, "author", "author_left"),
        "helper_changed-joined": _helper_changed(language, has_joined=True),
        "helper_changed-left": _helper_changed(language, has_joined=False),
        "help_asked": _help_asked(language),
        "certificate-issued": _certificate(language, ""),
        "certificate-revoked": _certificate(language, "replaced"),
        **_translated(language),
        "opinion_asked": _opinion_asked(language),
        "opinion_arrived": OpinionArrived(
            number=341, title=TITLES[language], link=f"{site}/staff/queue/17"
        ),
        "outcome_silent": _outcome_silent(language),
        "outcome_silent-escalation": _outcome_silent(language, is_escalation=True),
        "outcome_silent-unowned": replace(
            _outcome_silent(language), is_owner=False, is_unowned=True
        ),
        "outcome_asks_author": OutcomeAsksAuthor(
            number=341, title=TITLES[language], link=f"{site}/me/proposals/341/outcome"
        ),
        "outcome_asks_partner": OutcomeAsksPartner(
            title=TITLES[language],
            organisation="Ajuntament de Barcelona",
            link=f"{site}/happened/4f7c-91ab",
            day="2026-12-26",
        ),
        "text_removed": _removed(language, "comment", was_reported=True),
        "text_removed-unseen": _removed(language, "comment", was_shown=False),
        "text_removed-message": _removed(language, "message", was_reported=True),
        "text_removed-proposal": _removed(language, "proposal", was_reported=True),
        **{
            f"report_outcome-{outcome}": ReportAnswered(
                "comment", "insult", outcome, f"{site}/proposals/341?thread=12", 341
            )
            for outcome in ("upheld", "dismissed")
        },
        "digest": _digest(language),
        "announced-call": CallAnnounced(
            **_noticed(language), news="call", notice=7, preferences_link=f"{site}/me/mail"
        ),
        "announced-event": EventAnnounced(
            **_noticed(language), news="event", notice=7, preferences_link=f"{site}/me/mail"
        ),
        "published-city": PublishedInCity(**_published(language), because="city"),
        "published-followed": PublishedFollowed(**_published(language), because="followed"),
        "digest-desk": Digest(
            frequency="daily",
            period_start="2026-11-25",
            period_end="2026-11-26",
            preferences_link=f"{site}/me/mail",
            more_link=f"{site}/proposals",
            queue={
                "open": 14,
                "oldest_days": 9,
                "link": f"{site}/staff/queue",
                "work": _work(language),
            },
        ),
        "desk_morning": _morning(language, _work(language)),
        "desk_morning-week": _morning(
            language,
            {
                **_work(language),
                "mine": [],
                "late": [],
                "mine_count": 0,
                "late_count": 0,
            },
        ),
        "digest-short": Digest(
            frequency="monthly",
            period_start="2026-11-01",
            period_end="2026-12-01",
            preferences_link=f"{site}/me/mail",
            more_link=f"{site}/proposals",
            answers=[
                {"title": TITLES[language], "state": "accepted", "link": f"{site}/me/proposals/341"}
            ],
        ),
    }


def _received(language: str, *, revision: int) -> ProposalReceived:
    return ProposalReceived(
        number=341,
        title=TITLES[language],
        revision=revision,
        link=f"https://diplomat.example/{language}/me/proposals/341",
        reference="1405-0341-8",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        day="2026-11-26",
        clock="12:45",
    )


def _delayed(language: str, target: str, *, desk: str, has_head: bool = False) -> AnswerDelayed:
    return AnswerDelayed(
        number=341,
        title=TITLES[language],
        kind="proposal",
        target=target,
        day=11 if target == "decision" else 6,
        promised=10,
        desk=desk,
        has_head=has_head,
        link=f"https://diplomat.example/{language}/me/proposals/341",
    )


def _decision(language: str, state: str, kind: type[DecisionMade] = DecisionMade) -> DecisionMade:
    site = f"https://diplomat.example/{language}"
    is_negative = state in {"declined", "duplicate"}
    return kind(
        number=341,
        title=TITLES[language],
        state=state,
        reason=REASONS[language],
        message=ANSWERS[language],
        link=f"{site}/me/proposals/341",
        duplicate_link=f"{site}/proposals/12" if state == "duplicate" else None,
        statement_link=f"{site}/me/statements/7" if is_negative else None,
        appeal_until="2026-12-26" if is_negative and kind is not AppealDecided else "",
    )


def _coauthor_news(language: str, news: News) -> CoauthorNews:
    return CoauthorNews(
        event=news.value,
        number=341,
        title=TITLES[language],
        person="sina@example.org" if news is News.DECLINED else "Sina Mobini",
        link=f"https://diplomat.example/{language}/me/proposals/341/coauthors",
    )


def _skill_answered(language: str, state: str) -> SkillAnswered:
    suggested = {"fa": "کاشی هفت‌رنگ", "en": "Haft-rang tiles"}[language]
    listed = {"fa": "کاشی‌کاری", "en": "Tile making"}[language]
    return SkillAnswered(
        suggested=suggested,
        state=state,
        listed_as={"added": suggested, "known": listed, "declined": ""}[state],
        message=ANSWERS[language] if state == "declined" else "",
        link=f"https://diplomat.example/{language}/me/profile",
    )


def _published(language: str) -> dict[str, Any]:
    site = f"https://diplomat.example/{language}"
    return {
        "number": 341,
        "title": TITLES[language],
        "summary": ANSWERS[language],
        "city_names": {"fa": ["بارسلون", "فلورانس"], "en": ["Barcelona", "Florence"]}[language],
        "topic_name": {"fa": "محیط زیست و آب", "en": "Environment and water"}[language],
        "link": f"{site}/proposals/341",
        "preferences_link": f"{site}/me/mail",
    }


def _at_desk(language: str) -> dict[str, Message]:
    site = f"https://diplomat.example/{language}"
    title, question = TITLES[language], QUESTIONS[language]
    about: dict[str, Any] = {"number": 341, "title": title, "question": question}
    return {
        "mentioned": Mentioned(NAMES[language], title, f"{site}/staff/queue/12", 341),
        "mentioned-untitled": Mentioned(NAMES[language], "", f"{site}/staff/queue/12"),
        "office_asks": OfficeAsks(**about, link=f"{site}/me/proposals/341#questions"),
        "question_answered": QuestionAnswered(**about, link=f"{site}/staff/queue/12"),
        "taken_over": TakenOver(
            NAMES[language], title, WORDS[language], f"{site}/staff/queue/12", 341
        ),
        "taken_over-untitled": TakenOver(NAMES[language], "", "OK", f"{site}/staff/queue/12"),
    }


def _data_opened(language: str, *, in_file: bool = False) -> DataOpened:
    desk = {"fa": "میز بارسلون", "en": "Barcelona desk"}[language]
    office = {"fa": "ادارهٔ ارتباطات بین‌الملل", "en": "International Relations Office"}[language]
    return DataOpened(
        role="coordinator" if in_file else "moderator",
        desk=office if in_file else desk,
        in_file=in_file,
        reason="overview" if in_file else "invitation",
        words="دیدار هیئت بارسلون در آذرماه <b>",
        day="2026-11-26",
        clock="12:45",
        link=f"https://diplomat.example/{language}/me/access",
    )


def _member_wrote(language: str, *, first: bool) -> MemberWrote:
    site = f"https://diplomat.example/{language}/me/messages/12"
    return MemberWrote(
        sender={"fa": "Kamran Dehghan", "en": "نسرین بهرامی"}[language],
        text=WORDS[language],
        first=first,
        link=site,
        block_link=f"{site}/block",
    )


def _event_news(language: str, news: str) -> EventNews:
    evening = {"day": "2026-12-08", "last_day": "2026-12-08"}
    has_seat = news != "waiting"
    is_on = news != "cancelled"
    return EventNews(
        news=news,
        title={"fa": "شب اصفهان در بارسلون", "en": "Isfahan evening in Barcelona"}[language],
        link=f"https://diplomat.example/{language}/events/7",
        times=[
            {"whose": "yours", **evening, "begins": "19:00", "ends": "21:00"},
            {"whose": "isfahan", **evening, "begins": "21:30", "ends": "23:30"},
        ],
        has_seat=has_seat,
        address="Carrer de Verdi" if is_on else "",
        online="https://diplomat.example/meet/7" if has_seat and is_on else "",
        code="VKQ-TMX" if has_seat and is_on else "",
        reason="" if is_on else {"fa": "سخنران بیمار است.", "en": "The speaker is ill."}[language],
    )


def _translated(language: str) -> dict[str, Message]:
    title, link = TITLES[language], f"https://diplomat.example/{language}/me/translations/7"
    texts = {
        "fa": ("نقشهٔ سایه برای تابستان.", "این بند چیز دیگری می‌گوید."),
        "en": ("A shade map for the summer.", "It says something else."),
    }
    text, reason = texts[language]
    return {
        **{f"translation_news-{told}": TranslationNews(title, told, link) for told in Told},
        "translation_withdrawn": TranslationWithdrawn(title, text, reason, link),
    }


def _help_offered(language: str) -> HelpOffered:
    return HelpOffered(
        number=341,
        title=TITLES[language],
        helper={"fa": "کامران دهقان", "en": "Nasrin Bahrami"}[language],
        hours_a_month=8,
        words={
            "fa": "در فرایبورگ نقشهٔ سایه کشیده‌ام.\nداده‌ها را می‌آورم.",
            "en": "I drew the shade map of Barcelona.\nI bring its data.",
        }[language],
        link=f"https://diplomat.example/{language}/me/proposals/341/help",
        skills={"fa": ["نقشه‌کشی", "عکاسی"], "en": ["Mapping", "Photography"]}[language],
    )


def _help_answered(language: str, by: str, reason: str) -> HelpAnswered:
    return HelpAnswered(
        number=341,
        title=TITLES[language],
        state="declined" if by else "accepted",
        by=by,
        reason=reason,
        answer=ANSWERS[language] if reason == "other_skills" else "",
        link="" if reason == "author_left" else f"https://diplomat.example/{language}/me/help",
    )


def _certificate(language: str, reason: str) -> CertificateNews:
    return CertificateNews(
        state="revoked" if reason else "issued",
        text={
            "fa": "ترجمهٔ همزمان در دیدار با هیئت فرایبورگ",
            "en": "Interpreted at the meeting with the delegation of Freiburg",
        }[language],
        reason=reason,
        verify_link=f"https://diplomat.example/{language}/certificates/7K2M-Q0XR-9D4W",
        link=f"https://diplomat.example/{language}/me/certificates/17",
    )


def _help_asked(language: str) -> HelpAsked:
    link = f"https://diplomat.example/{language}/asked/WzE3LDRd.abc.def"
    return HelpAsked(
        title={"fa": "مترجمی در شیان", "en": "An interpreter in Xi’an"}[language],
        text={"fa": "سه روز در اردیبهشت.", "en": "Three days in May."}[language],
        yes_link=f"{link}?answer=yes",
        no_link=f"{link}?answer=no",
    )


def _opinion_asked(language: str) -> OpinionAsked:
    return OpinionAsked(
        question={
            "fa": "آیا درخت‌های این سه مادی سایهٔ کافی دارند؟\nچه خطری می‌بینید؟",
            "en": "Do the trees of these canals give enough shade?\nWhich risk do you see?",
        }[language],
        link=f"https://diplomat.example/{language}/opinion/4f7c-91ab",
        day="2026-12-10",
        clock="12:45",
    )


def _outcome_silent(language: str, *, is_escalation: bool = False) -> OutcomeSilent:
    step = {"fa": "نامه به شهرداری بارسلون", "en": "Letter to the city of Barcelona"}[language]
    return OutcomeSilent(
        number=341,
        title=TITLES[language],
        days=90 if is_escalation else 45,
        is_owner=not is_escalation,
        is_escalation=is_escalation,
        last=step,
        next="" if is_escalation else step,
        next_on="" if is_escalation else "2026-10-12",
        link=f"https://diplomat.example/{language}/staff/outcomes/341",
    )


def _helper_changed(language: str, *, has_joined: bool) -> HelperChanged:
    return HelperChanged(
        number=341,
        title=TITLES[language],
        helper={"fa": "کامران دهقان", "en": "Nasrin Bahrami"}[language],
        has_joined=has_joined,
        link=f"https://diplomat.example/{language}/me/proposals/341/help",
    )


def _removed(
    language: str, kind: str, *, was_shown: bool = True, was_reported: bool = False
) -> TextRemoved:
    return TextRemoved(
        kind=kind,
        subject=341 if kind == "proposal" else 12,
        number=None if kind == "message" else 341,
        words=TITLES[language],
        ground="advertising",
        message=ANSWERS[language],
        was_shown=was_shown,
        was_reported=was_reported,
        link=f"https://diplomat.example/{language}/proposals/341",
        statement_link=f"https://diplomat.example/{language}/me/statements/7",
        appeal_until="2026-12-26",
    )


FACTS = {
    "fa": "در سه دیدگاه زیر پیشنهاد ۳۴۱ همان آگهی فروش را نوشتید.\n\nدو بار به شما یادآوری شد.",
    "en": "Three comments below proposal 341 repeat one advertisement.\n\nYou were told twice.",
}


def _sanction(
    language: str, kind: str, *, acts_a_day: int = 0, ends_on: str | None, hides: bool = False
) -> SanctionImposed:
    site = f"https://diplomat.example/{language}"
    return SanctionImposed(
        kind=kind,
        breach="advertising",
        facts=FACTS[language],
        was_reported=hides,
        hides=hides,
        acts_a_day=acts_a_day,
        begins_on="2026-11-26",
        ends_on=ends_on,
        link=f"{site}/sanction/4f7c-91ab",
        own_link=f"{site}/me/sanctions",
    )


def _sanction_ended(language: str, kind: str, ending: str, *, hid: bool = False) -> SanctionEnded:
    site = f"https://diplomat.example/{language}"
    reason = "" if ending == "ran_out" else REASONS[language]
    link, own_link = f"{site}/sanction/4f7c-91ab", f"{site}/me/sanctions"
    return SanctionEnded(kind, ending, reason, hid, link, own_link)


def _sanction_upheld(language: str) -> SanctionUpheld:
    site = f"https://diplomat.example/{language}"
    link, own_link = f"{site}/sanction/4f7c-91ab", f"{site}/me/sanctions"
    return SanctionUpheld("suspend", ANSWERS[language], "2027-01-10", link, own_link)


def _morning(language: str, work: dict[str, Any]) -> DeskMorning:
    link = f"https://diplomat.example/{language}/staff/queue?assigned=me"
    return DeskMorning(day="2026-11-28", work=work, link=link)


def _work(language: str) -> dict[str, Any]:
    site = f"https://diplomat.example/{language}/staff/queue"
    untitled = {"kind": "report", "last_day": "2026-11-29", "is_late": False}
    return {
        "mine": [
            {
                "title": f"{TITLES[language]} <b>",
                "kind": "proposal",
                "last_day": "2026-12-01",
                "answer_last_day": "2026-11-24",
                "is_late": False,
                "link": f"{site}/12",
            },
            {"title": "", **untitled, "link": f"{site}/31"},
        ],
        "mine_count": 4,
        "late": [
            {
                "title": TITLES[language],
                "kind": "appeal",
                "last_day": "2026-11-25",
                "is_late": True,
                "link": f"{site}/17",
            }
        ],
        "late_count": 1,
        "week": [{"desk": DESKS[language], "came": 12, "closed": 9, "open": 14, "late": 1}],
    }


def _noticed(language: str) -> dict[str, Any]:
    return {
        "title": CALL_TITLES[language],
        "day": "2026-12-26",
        "link": f"https://diplomat.example/{language}/calls/7",
        "city_names": [{"fa": "بارسلون", "en": "Barcelona"}[language]],
    }


def _digest(language: str) -> Digest:
    site = f"https://diplomat.example/{language}"
    barcelona = {"fa": "بارسلون", "en": "Barcelona"}[language]
    return Digest(
        frequency="weekly",
        period_start="2026-11-14",
        period_end="2026-11-21",
        preferences_link=f"{site}/me/mail",
        accepted=[
            {
                "title": "Refugis climàtics i les madis d’Isfahan",
                "summary": "Un mapa comú de llocs frescos.",
                "link": f"{site}/proposals/377",
                "city_names": [barcelona, {"fa": "اصفهان", "en": "Isfahan"}[language]],
                "topic_name": {"fa": "آب و اقلیم", "en": "Water and climate"}[language],
            },
            {
                "title": TITLES[language],
                "summary": "",
                "link": f"{site}/proposals/341",
                "city_names": [barcelona],
                "topic_name": {"fa": "شهر", "en": "City life"}[language],
            },
        ],
        more=3,
        more_link=f"{site}/proposals",
        notices=[
            {
                "news": "call",
                "items": [_noticed(language)],
                "more": 2,
                "link": f"{site}/calls",
            },
            {
                "news": "event",
                "items": [{**_noticed(language), "link": f"{site}/events/7"}],
                "more": 0,
                "link": f"{site}/events",
            },
            {
                "news": "relation",
                "items": [{**_noticed(language), "day": "", "word": "memorandum"}],
                "more": 0,
                "link": f"{site}/cities",
            },
        ],
        answers=[
            {
                "title": TITLES[language],
                "state": "changes_requested",
                "link": f"{site}/me/proposals/382",
            }
        ],
        queue={"open": 4, "oldest_days": 1, "link": f"{site}/staff/queue"},
    )


def write_golden_files() -> None:
    """Write every golden file again."""
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.iterdir():
        old.unlink()
    for case in cases():
        for part, content in parts(case.letter).items():
            case.golden(part).write_text(content, "utf-8")


if __name__ == "__main__":
    write_golden_files()
