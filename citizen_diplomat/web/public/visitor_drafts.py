"""Writing before registering: an idea is kept for this browser until its author has signed in."""

from hashlib import sha256

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.proposals import visitors
from citizen_diplomat.proposals.actions import Conflict
from citizen_diplomat.proposals.rules import (
    BODY_LENGTH,
    MOST_CITIES,
    MOST_VISITOR_DRAFTS,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Draft,
)
from citizen_diplomat.proposals.visitors import VisitorDraft
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    ChoiceField,
    KeptField,
    line,
    paragraphs,
)
from citizen_diplomat.web.languages import OWN_NAMES, language
from citizen_diplomat.web.pages import form_page, found, query_choice, say, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.reference import city_choices, reference, topic_choices
from citizen_diplomat.web.signin import account, request_time
from citizen_diplomat.web.throttle import throttled_by_address
from citizen_diplomat.web.visitor_key import new_visitor_key, visitor_key

PAGE = "public/proposals/begin.html"
LONGEST_VERSION = 15


class VisitorDraftForm(BaseForm):
    """The first words of a proposal; none of them is needed yet, and one is enough."""

    title = line(lazy_gettext("Title"), longest=TITLE_LENGTH, required=False)
    summary = paragraphs(lazy_gettext("Summary"), longest=SUMMARY_LENGTH, required=False)
    body = paragraphs(lazy_gettext("The proposal"), longest=BODY_LENGTH, required=False)
    topic = ChoiceField(lazy_gettext("Topic"), default="")
    language = ChoiceField(lazy_gettext("Language of the proposal"))
    cities = CheckboxesField(lazy_gettext("Which cities?"))
    form_key = KeptField()
    version = KeptField()

    def __init__(self, **values: object) -> None:
        """Offer today's topics and cities in the reader's language."""
        super().__init__(data={"language": language(), **values})
        self.topic.choices = [("", gettext("Choose a topic")), *topic_choices()]
        self.language.choices = list(OWN_NAMES.items())
        self.cities.choices = city_choices()

    def draft(self) -> Draft:
        """What was written, as a value of the room; ask after `is_right`."""
        return Draft(
            title=self.title.data or "",
            summary=self.summary.data or "",
            body=self.body.data or "",
            topic_slug=self.topic.data or None,
            city_slugs=tuple(sorted(set(self.cities.data or ()))),
            language=self.language.data,
        )

    def is_right(self) -> bool:
        """Whether it can be kept; if not, the errors stand beside their fields."""
        self.validate()
        if len(set(self.cities.data or ())) > MOST_CITIES:
            most = format_number(MOST_CITIES, language())
            self.refuse("cities", gettext("Choose at most %(most)s.", most=most))
        if self.draft().is_empty and not self.errors:
            self.refuse("title", gettext("Write a title or a few words, so that there is a draft."))
        return not self.errors


@public.route("/proposals/new", methods=["GET", "POST"])
@throttled_by_address
def begin() -> Response:
    """Write down an idea without an account; a member goes on to the page of members."""
    if account() is not None:
        return see_other("member.write", **request.args.to_dict())
    form = _empty_form()
    if request.method == "GET" or not form.is_right():
        return form_page(PAGE, form, text=None, has_texts=visitor_key() is not None)
    try:
        with transaction(db()):
            text, is_kept = visitors.begin(
                db(), new_visitor_key(), form.draft(), form_key=_form_key(form), at=request_time()
            )
    except visitors.TooMany:
        form.refuse("title", _too_many())
        return form_page(PAGE, form, text=None, has_texts=True)
    # Posted once more after it was written on elsewhere: that stays as it is.
    return see_other("public.kept") if is_kept else _both(text, form)


@public.get("/proposals/kept")
def kept() -> str | Response:
    """Show what this browser keeps, and how it gets to the office."""
    if account() is not None:
        return see_other("member.proposals", shelf="drafts")
    key = visitor_key()
    texts = visitors.kept(db(), key, at=request_time()) if key else ()
    return render_template("public/proposals/kept.html", texts=texts)


@public.route("/proposals/kept/<number:item>", methods=["GET", "POST"])
@throttled_by_address
def kept_text(item: int) -> Response:
    """Go on with a text that this browser keeps."""
    text = _kept_here(item)
    form = _form_of(text)
    if request.method == "GET" or not form.is_right():
        return form_page(PAGE, form, text=text, has_texts=True)
    try:
        with transaction(db()):
            visitors.save(text, form.draft(), version=_version(form), at=request_time())
    except Conflict:
        return _both(text, form)
    return see_other("public.kept")


@public.post("/proposals/kept/<number:item>/discard")
@throttled_by_address
def discard_kept(item: int) -> Response:
    """Delete a text that this browser keeps."""
    text = _kept_here(item)
    with transaction(db()):
        db().delete(text)
    say("ok", gettext("The text is deleted."))
    return see_other("public.kept")


def _kept_here(item: int) -> VisitorDraft:
    key, posted = visitor_key(), request.method == "POST"
    return found(
        visitors.one(db(), key, item, at=request_time(), to_change=posted) if key else None
    )


def _empty_form() -> VisitorDraftForm:
    city = query_choice("city", set(reference().cities))
    return VisitorDraftForm(form_key=new_secret(), cities=[city] if city else [])


def _form_of(text: VisitorDraft) -> VisitorDraftForm:
    words = text.draft
    return VisitorDraftForm(
        title=words.title,
        summary=words.summary,
        body=words.body,
        topic=words.topic_slug or "",
        language=words.language,
        cities=list(words.city_slugs),
        version=str(text.version),
    )


def _both(text: VisitorDraft, form: VisitorDraftForm) -> Response:
    """Show what was typed beside what is stored now; saving it again then replaces that."""
    form.version.data = str(text.version)
    return make_response(
        render_template(PAGE, form=form, text=text, has_texts=True, stored=text), 409
    )


def _form_key(form: VisitorDraftForm) -> str:
    made_of = form.form_key.data or repr(form.draft())
    return sha256(made_of.encode("utf-8", "replace")).hexdigest()


def _version(form: VisitorDraftForm) -> int:
    text = latin_digits(form.version.data or "")
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION
    return int(text) if is_number else 0


def _too_many() -> str:
    text: str = gettext(
        "This browser already keeps %(most)s texts. Sign in, or delete one of them first.",
        most=format_number(MOST_VISITOR_DRAFTS, language()),
    )
    return text
