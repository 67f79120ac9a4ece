"""Writing before registering: an idea is kept for this browser until its author has signed in.

How it is kept at each pause in typing stands in `public/autosave.py`.
"""

from hashlib import sha256

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number
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
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.forms import (
    BaseForm,
    CheckboxesField,
    ChoiceField,
    KeptField,
    line,
    paragraphs,
)
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import OWN_NAMES, language
from citizen_diplomat.web.pages import form_page, found, query_choice, say, see_other
from citizen_diplomat.web.pauses import version_of
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.reference import city_choices, reference, topic_choices
from citizen_diplomat.web.signin import account, request_time
from citizen_diplomat.web.throttle import throttled_by_address, throttled_texts
from citizen_diplomat.web.visitor_key import new_visitor_key, visitor_key

PAGE = "public/proposals/begin.html"
SIGN_IN = "sign-in"


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

    def __init__(self, kept: MultiDict[str, str] | None = None, **values: object) -> None:
        """Offer today's topics and cities; `kept` is what came back of a form that had expired."""
        typed = request.form if request.method == "POST" else kept
        super().__init__(typed, data={"language": language(), **values})
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

    @property
    def own_key(self) -> str:
        """What makes one text of a form posted twice: its key, else what was written."""
        made_of = self.form_key.data or repr(self.draft())
        return sha256(made_of.encode("utf-8", "replace")).hexdigest()

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
@throttled_texts
def begin() -> Response:
    """Write down an idea without an account; a member goes on to the page of members."""
    if account() is not None:
        return see_other("member.write", **request.args.to_dict())
    form = _empty_form()
    if _goes_to_sign_in() and form.draft().is_empty:
        return see_other("public.login", next=page_url("member.write"))
    if request.method == "GET" or not form.is_right():
        return form_page(PAGE, form, text=None, has_texts=visitor_key() is not None)
    try:
        with transaction(db()):
            text, is_kept = keep_new(form)
    except visitors.TooMany:
        form.refuse("title", too_many())
        return form_page(PAGE, form, text=None, has_texts=True)
    # Posted once more after it was written on elsewhere: that stays as it is.
    return _onward() if is_kept else _both(text, form)


def keep_new(form: VisitorDraftForm, *, window: str | None = None) -> tuple[VisitorDraft, bool]:
    """Keep the text of a new form, in the caller's transaction, as `visitors.begin` does.

    This makes the cookie that finds it again. Raises TooMany.
    """
    key, draft, at = new_visitor_key(), form.draft(), request_time()
    begun = visitors.begin(db(), key, draft, form_key=form.own_key, window=window, at=at)
    forget_kept_form()
    return begun


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
    text = kept_here(item)
    form = form_of(text)
    if request.method == "GET" or not form.is_right():
        return form_page(PAGE, form, text=text, has_texts=True)
    try:
        with transaction(db()):
            visitors.save(text, form.draft(), version=version_of(form.version), at=request_time())
            new_visitor_key()
    except Conflict:
        return _both(text, form)
    return _onward()


@public.post("/proposals/kept/<number:item>/discard")
@throttled_by_address
def discard_kept(item: int) -> Response:
    """Delete a text that this browser keeps."""
    text = kept_here(item)
    with transaction(db()):
        db().delete(text)
    say("ok", gettext("The text is deleted."))
    return see_other("public.kept")


def kept_here(item: int) -> VisitorDraft:
    """A text that this browser keeps, locked if it is to be changed; another is not found (404)."""
    key, posted = visitor_key(), request.method == "POST"
    return found(
        visitors.one(db(), key, item, at=request_time(), to_change=posted) if key else None
    )


def form_of(text: VisitorDraft) -> VisitorDraftForm:
    """The form filled with a text, or with what was posted to it."""
    words = text.draft
    return VisitorDraftForm(
        title=words.title,
        summary=words.summary,
        body=words.body,
        topic=words.topic_slug or "",
        language=words.language,
        cities=list(words.city_slugs),
        form_key=new_secret(),
        version=str(text.version),
    )


def too_many() -> str:
    """Say that this browser keeps as many texts as it may."""
    text: str = gettext(
        "This browser already keeps %(most)s texts. Sign in, or delete one of them first.",
        most=format_number(MOST_VISITOR_DRAFTS, language()),
    )
    return text


def _empty_form() -> VisitorDraftForm:
    city = query_choice("city", set(reference().cities))
    # It waits for the page of members, where it comes back to whoever has signed in meanwhile.
    kept = kept_form(page_url("member.write"))
    return VisitorDraftForm(kept, form_key=new_secret(), cities=[city] if city else [])


def _goes_to_sign_in() -> bool:
    return request.form.get("action") == SIGN_IN


def _onward() -> Response:
    """After keeping: what this browser keeps, or the sign-in, where it becomes a draft."""
    return see_other("public.login" if _goes_to_sign_in() else "public.kept")


def _both(text: VisitorDraft, form: VisitorDraftForm) -> Response:
    """Show what was typed beside what is stored now; saving it again then replaces that."""
    form.version.data = str(text.version)
    return make_response(
        render_template(PAGE, form=form, text=text, has_texts=True, stored=text), 409
    )
