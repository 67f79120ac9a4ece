"""The form of one's own review: a score and words for each criterion, or a reason to abstain."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.moderation.review_criteria import ReviewCriterion
from citizen_diplomat.moderation.reviews import ABSTENTION_LENGTH, WORDS_LENGTH, Opinion, Review
from citizen_diplomat.moderation.scoring import HIGHEST_SCORE, LOWEST_SCORE
from citizen_diplomat.web.forms import BaseForm, KeptField, RadioChoiceField, paragraphs
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import LARGEST_VERSION


class ReviewForm(BaseForm):
    """What every such form has; the fields of the criteria are added by `review_form`."""

    abstained_because = paragraphs(
        lazy_gettext("Why do you abstain?"), longest=ABSTENTION_LENGTH, required=False
    )
    review_of = KeptField()
    review_version = KeptField()
    criteria: Sequence[ReviewCriterion] = ()

    def score_of(self, slug: str) -> Any:
        """The field with the score for a criterion."""
        return self[f"score_{slug}"]

    def words_of(self, slug: str) -> Any:
        """The field with the words beside that score."""
        return self[f"words_{slug}"]

    @property
    def seen_revision(self) -> int:
        """The version of the text that the form was opened with; 0 when that cannot be read."""
        return parse_int(self.review_of.data or "", lowest=0, highest=LARGEST_VERSION) or 0

    @property
    def seen_version(self) -> int:
        """The version of one's own review that the form was opened with; 0 before the first."""
        return parse_int(self.review_version.data or "", lowest=0, highest=LARGEST_VERSION) or 0

    def is_right(self, *, abstains: bool) -> bool:
        """Whether it says enough; if not, the errors stand beside their fields."""
        self.validate()
        for criterion in self.criteria:
            score = self.score_of(criterion.slug)
            if abstains:
                score.errors = []
            elif score.errors:
                score.errors = [
                    gettext("Choose a score for “%(criterion)s”.", criterion=name_of(criterion))
                ]
        if abstains and not (self.abstained_because.data or "").strip():
            self.refuse("abstained_because", gettext("Write why you abstain."))
        return not self.errors

    def opinion(self, *, abstains: bool) -> Opinion:
        """What was given, as a value of the room; ask after `is_right`."""
        if abstains:
            return Opinion(abstained_because=self.abstained_because.data or "")
        slugs = [criterion.slug for criterion in self.criteria]
        return Opinion(
            {slug: int(self.score_of(slug).data) for slug in slugs},
            {slug: self.words_of(slug).data or "" for slug in slugs},
        )


def review_form(
    criteria: Sequence[ReviewCriterion],
    formdata: MultiDict[str, str] | None,
    *,
    own: Review | None,
    revision: int,
) -> ReviewForm:
    """The form for these criteria, filled with what was posted, else with one's own review."""
    fields: dict[str, Any] = {"criteria": criteria}
    for criterion in criteria:
        fields[f"score_{criterion.slug}"] = RadioChoiceField(
            name_of(criterion), choices=_score_choices
        )
        fields[f"words_{criterion.slug}"] = paragraphs(
            gettext("Words on “%(criterion)s”", criterion=name_of(criterion)),
            longest=WORDS_LENGTH,
            required=False,
        )
    made: type[ReviewForm] = type("ReviewFormOfToday", (ReviewForm,), fields)
    return made(formdata, data=_values(own, revision))


def name_of(criterion: ReviewCriterion) -> str:
    """What a criterion is called in the language of the page."""
    return criterion.name_fa if language() == "fa" else criterion.name_en


def meanings_of(criterion: ReviewCriterion) -> tuple[str, str]:
    """What 1 and 5 mean in the language of the page."""
    is_persian = language() == "fa"
    return (
        criterion.low_fa if is_persian else criterion.low_en,
        criterion.high_fa if is_persian else criterion.high_en,
    )


def _score_choices() -> list[tuple[str, str]]:
    scale = range(LOWEST_SCORE, HIGHEST_SCORE + 1)
    return [(str(score), format_number(score, language())) for score in scale]


def _values(own: Review | None, revision: int) -> dict[str, Any]:
    values: dict[str, Any] = {
        "review_of": str(revision),
        "review_version": str(own.version if own else 0),
    }
    if own is not None:
        values["abstained_because"] = own.abstained_because
        values |= {f"score_{slug}": str(score) for slug, score in own.scores.items()}
        values |= {f"words_{slug}": words for slug, words in own.words.items()}
    return values
