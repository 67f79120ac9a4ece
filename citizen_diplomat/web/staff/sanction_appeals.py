"""Appeals against sanctions: read beside the statement, decided by another, with an explanation."""

from flask import abort, make_response, render_template
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import sanction_appeals as desk
from citizen_diplomat.moderation.claims import AlreadyClaimed, NotOpen, OwnProposal
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.queries import notes_of
from citizen_diplomat.moderation.rules import HEARTBEAT_EVERY, ItemKind
from citizen_diplomat.moderation.sanction_appeals import Answered, AppealOutcome, SanctionAppeal
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.sanction_letters import letters
from citizen_diplomat.web.sanction_words import shown
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import NoteForm, TakeOverForm
from citizen_diplomat.web.staff.kinds import shows, standing
from citizen_diplomat.web.staff.panels import panels_of
from citizen_diplomat.web.staff.sanction_form import AppealAnswerForm


@shows(ItemKind.SANCTION_APPEAL)
def sanction_appeal_page(
    waiting: QueueItem,
    *,
    note_form: NoteForm | None = None,
    form: AppealAnswerForm | None = None,
) -> Response:
    """The page of an appeal, with what was typed into its forms so far."""
    row = desk.appeal_of_item(db(), waiting)
    note_form = note_form or NoteForm(MultiDict())
    form = form or AppealAnswerForm(MultiDict())
    wrong = next((each for each in (form, note_form) if each.errors), None)
    page = render_template(
        "staff/sanctions/appeal.html",
        item=waiting,
        form=wrong,
        answer_form=form,
        note_form=note_form,
        take_over_form=TakeOverForm(MultiDict()),
        notes=notes_of(db(), waiting.id),
        heartbeat_seconds=int(HEARTBEAT_EVERY.total_seconds()),
        person=row.sanction.account,
        panels=panels_of(waiting),
        **shown(row.sanction, row),
        **standing(waiting),
    )
    return make_response(page, UNPROCESSABLE if wrong else 200)


@staff.page("/sanctions/appeals/<number:number>", duty=Duty.SANCTION)
def sanction_appeal(number: int) -> Response:
    """Show an appeal to those too who review nothing else."""
    return sanction_appeal_page(_item(number), form=AppealAnswerForm(kept_form()))


@staff.page("/sanctions/appeals/<number:number>", duty=Duty.SANCTION, methods=("POST",))
def answer_sanction_appeal(number: int) -> Response:
    """Let the sanction stand or end it, and write to the member why."""
    waiting, form = _item(number), AppealAnswerForm()
    row = desk.appeal_of_item(db(), waiting)
    if not form.is_right():
        return sanction_appeal_page(waiting, form=form)
    if not _decided(waiting, row, form):
        say("warn", gettext("Somebody was faster. This is how it stands now."))
        return see_other("staff.sanction_appeal", number=number)
    say("ok", gettext("Decided. The member is told by e-mail."))
    return see_other("staff.sanctions")


def _item(number: int) -> QueueItem:
    return found(desk.item_for_answer(db(), number, viewer=signed_in().id))


def _decided(waiting: QueueItem, row: SanctionAppeal, form: AppealAnswerForm) -> bool:
    with transaction(db()):
        try:
            desk.decide(
                db(), waiting, row, AppealOutcome(form.outcome.data),
                explanation=typed(form.explanation),
                by=signed_in(), at=request_time(), letters=letters(),
            )  # fmt: skip
            forget_kept_form()
        except OwnProposal:
            abort(403)
        except (Answered, AlreadyClaimed, NotOpen):
            return False
    return True
