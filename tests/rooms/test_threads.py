"""Letters that leave: those about one proposal are one thread, whatever they are about else."""

from email import message_from_bytes

from flask import Flask
from sqlalchemy.orm import Session

from citizen_diplomat.cli import worker
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.web.services import KEY
from tests.cast import Cast
from tests.mail import letters

ABOUT_ONE = ("received", "text_removed", "report_outcome-upheld", "mentioned", "taken_over")
ABOUT_NONE = ("passphrase_changed", "mentioned-untitled", "skill_answered-added")


def test_letters_about_one_proposal_are_one_thread(
    app: Flask, session: Session, cast: Cast
) -> None:
    messages = {case.name: case.message for case in letters.cases() if case.language == "en"}
    names = (*ABOUT_ONE, *ABOUT_NONE)
    for name in names:
        post(session, messages[name], cast.hamid.recipient, key=name, at=now())
    session.commit()
    with app.app_context():
        worker.send_due(now)
    folder = app.extensions[KEY].settings.mail_folder
    roots = {}
    for path in sorted(folder.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes())
        roots[path.name.partition("Z-")[2][7:-4]] = mail["References"]
        assert mail["References"] == mail["In-Reply-To"]
    together = {messages[name].name for name in ABOUT_ONE}
    assert {roots[name] for name in together - {"mentioned"}} == {"<proposal-341@localhost>"}
    assert {
        roots[messages[name].name] for name in ("passphrase_changed", "skill_answered-added")
    } == {None}
