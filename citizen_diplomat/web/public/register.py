"""Registration: the answer is the same for every address, known or not."""

from flask import redirect, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field
from wtforms.validators import ValidationError

from citizen_diplomat.accounts import actions
from citizen_diplomat.accounts.actions import Newcomer
from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.accounts.rules import NAME_LENGTH, holds_link, terms_version
from citizen_diplomat.directory.actions import open_profile
from citizen_diplomat.directory.rules import CITY_NAME_LENGTH
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.pages.queries import number_in_force
from citizen_diplomat.pages.rules import Slug
from citizen_diplomat.proposals import visitors
from citizen_diplomat.web import passphrases
from citizen_diplomat.web.addresses import address_field, typed
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.forms import ChoiceField, Required, TickField, line
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.mailed_links import links
from citizen_diplomat.web.pages import form_page, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.login import onward
from citizen_diplomat.web.reference import city_choices, country_choices, reference
from citizen_diplomat.web.rush import RushForm
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import account, request_time
from citizen_diplomat.web.throttle import MAIL_PER_ACCOUNT, throttled
from citizen_diplomat.web.visitor_key import visitor_key

OTHER = "other"


class RegistrationForm(RushForm):
    display_name = line(
        lazy_gettext("Name other people see"),
        longest=NAME_LENGTH,
        required=lazy_gettext("Write the name that other people should see."),
    )
    email = address_field(lazy_gettext("E-mail"))
    password = passphrases.passphrase_field(
        lazy_gettext("Passphrase"), lazy_gettext("Choose a passphrase.")
    )
    city = ChoiceField(lazy_gettext("Where do you live?"))
    other_city = line(lazy_gettext("City"), longest=CITY_NAME_LENGTH, required=False)
    other_country = ChoiceField(lazy_gettext("Country"))
    accept_terms = TickField(
        lazy_gettext("I agree"),
        validators=[Required(lazy_gettext("Please agree, or we may not keep your data."))],
    )

    def __init__(self) -> None:
        """Fill the lists in the reader's language."""
        super().__init__()
        nothing, other = ("", gettext("Please choose")), (OTHER, gettext("Another city"))
        self.city.choices = [nothing, *city_choices(), other]
        self.other_country.choices = [nothing, *country_choices()]
        # A list that was not posted at all is one where nothing was chosen.
        self.city.data = self.city.data or ""
        self.other_country.data = self.other_country.data or ""

    def validate_display_name(self, field: Field) -> None:
        """Raise ValidationError for a name that would advertise in our mails."""
        if holds_link(field.data):
            raise ValidationError(gettext("A name cannot hold a web or e-mail address."))

    def validate_password(self, field: Field) -> None:
        """Raise ValidationError for a passphrase that is easy to guess."""
        passphrases.must_be_good(field, self.display_name.data, self.email.data)

    def validate_city(self, field: Field) -> None:
        """Raise ValidationError when no city was chosen."""
        if not field.data:
            raise ValidationError(gettext("Choose the city where you live, or “Another city”."))


@public.route("/register", methods=["GET", "POST"])
@throttled(MAIL_PER_ACCOUNT, only_done=True)
def register() -> Response:
    """Show the form, and make an account from it."""
    person = account()
    if person is not None:
        return redirect(onward(person, None), 303)
    form = RegistrationForm()
    if form.validate_on_submit() and _register(form):
        return see_other("public.register_sent")
    return form_page("public/register/register.html", form)


@public.get("/register/sent")
def register_sent() -> str:
    """Say that a mail is on its way: the same words for everybody."""
    settings = services().settings
    shows_mailbox = settings.mail_folder is not None and settings.is_loopback
    return render_template(
        "public/register/sent.html",
        shows_mailbox=shows_mailbox,
        has_texts=visitor_key() is not None,
    )


def _register(form: RegistrationForm) -> bool:
    """One comparison, one hash and one mail, whether the address is known or not.

    False when the proof that came with the form has just been used with another one.
    """
    with reading() as session:
        known = account_by_email(session, email_key(typed(form.email)))
    is_same = passphrases.fits(known, typed(form.password))
    contested = known is not None and not is_same
    newcomer = _newcomer(form, passphrases.hashed(typed(form.password)))
    slug = form.city.data if form.city.data != OTHER else None
    key = visitor_key()
    with transaction(db()):
        if not form.spend(db()):
            return False
        made = actions.register(
            db(),
            newcomer,
            contested=contested,
            links=links(),
            at=request_time(),
            terms=terms_version(number_in_force(db(), Slug.TERMS, at=request_time())),
        )
        if made is not None:
            open_profile(
                db(),
                made,
                city_slug=slug,
                other_city=typed(form.other_city),
                other_country=form.other_country.data,
            )
        if key is not None:
            visitors.bind(db(), key, email_key=email_key(newcomer.email), made=made)
    return True


def _newcomer(form: RegistrationForm, passphrase_hash: str) -> Newcomer:
    city = reference().cities.get(form.city.data)
    return Newcomer(
        email=typed(form.email),
        display_name=typed(form.display_name),
        passphrase_hash=passphrase_hash,
        language=language(),
        time_zone=city.time_zone if city else str(services().settings.timezone),
    )
