"""Every letter with fixed values, and the golden files they must equal.

`python -m tests.mail.letters` writes the golden files again; read the difference before you commit.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from citizen_diplomat.accounts.messages import (
    AccountClosed,
    AlreadyRegistered,
    PassphraseChanged,
    ResetPassphrase,
    StaffInvitation,
    VerifyAddress,
)
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.mail.letter import Letter
from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.rendering import Renderer
from citizen_diplomat.moderation.messages import DecisionMade
from citizen_diplomat.proposals.messages import ProposalReceived
from config import PROJECT

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("fa", "en")
UNSUBSCRIBE = "https://diplomat.example/unsubscribe/WzE3LCJkaWdlc3QiXQ.abc.def"
NAMES = {"fa": "نسرین بهرامی", "en": "Kamran Dehghan"}
TITLES = {
    "fa": "نقشهٔ سایه: مسیرهای دوچرخه که از زیر درخت‌ها می‌گذرند",
    "en": "Shade map: cycle routes that run under the trees",
}
ANSWERS = {
    "fa": "دادهٔ درختان سه مادی را در اختیار گروه می‌گذاریم.\n\nنخستین مسیر ۶ کیلومتری است.",
    "en": "We share the tree data of three madi canals.\n\nThe first route is 6 km long.",
}
REASONS = {"fa": "با برنامهٔ شهر هم‌خوان است.", "en": "It fits the city’s programme."}


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
        "invitation": StaffInvitation(link=f"{site}/invitation/4f7c-91ab", role="moderator"),
        "received": _received(language, revision=1),
        "received-again": _received(language, revision=2),
        **{
            f"decision-{state}": _decision(language, state)
            for state in ("accepted", "changes_requested", "declined", "duplicate")
        },
        "digest": _digest(language),
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
    )


def _decision(language: str, state: str) -> DecisionMade:
    site = f"https://diplomat.example/{language}"
    return DecisionMade(
        number=341,
        title=TITLES[language],
        state=state,
        reason=REASONS[language],
        message=ANSWERS[language],
        link=f"{site}/me/proposals/341",
        duplicate_link=f"{site}/proposals/12" if state == "duplicate" else None,
    )


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
