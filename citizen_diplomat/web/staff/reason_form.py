"""The form of a reason of the catalogue, in both languages at once."""

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.moderation.reasons import Wording, may_hide
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.web.forms import BaseForm, KeptField, TickField, line

TEXT_LENGTH = 300


class ReasonForm(BaseForm):
    """What the reason says, on which rule it rests, and whether it also hides."""

    text_fa = line(lazy_gettext("Reason in Persian"), longest=TEXT_LENGTH)
    text_en = line(lazy_gettext("Reason in English"), longest=TEXT_LENGTH)
    rule_fa = line(lazy_gettext("Rule in Persian"), longest=TEXT_LENGTH, required=False)
    rule_en = line(lazy_gettext("Rule in English"), longest=TEXT_LENGTH, required=False)
    hides = TickField(lazy_gettext("It also hides the text"))
    version = KeptField()

    def is_right(self, outcome: Outcome) -> bool:
        """Whether a reason for `outcome` can say this; if not, the errors stand beside it."""
        self.validate()
        for name in ("rule_fa", "rule_en"):
            # A "no" names its rule (DSA art. 17(3)(e)), and always in both languages.
            is_half = bool(self.rule_fa.data) != bool(self.rule_en.data)
            if not self[name].data and (is_half or outcome is Outcome.DECLINE):
                self.refuse(name, gettext("Name the rule, in both languages."))
        if self.hides.data and not may_hide(outcome):
            self.refuse("hides", gettext("Only a reason to decline can also hide the text."))
        return not self.errors

    def wording(self) -> Wording:
        """What was written, as a value of the room; ask after `is_right`."""
        return Wording(
            text_fa=self.text_fa.data or "",
            text_en=self.text_en.data or "",
            rule_fa=self.rule_fa.data or "",
            rule_en=self.rule_en.data or "",
            hides=bool(self.hides.data),
        )


def form_of(wording: Wording, version: int) -> ReasonForm:
    """The form filled with what a reason says."""
    return ReasonForm(
        None,
        data={
            "text_fa": wording.text_fa,
            "text_en": wording.text_en,
            "rule_fa": wording.rule_fa,
            "rule_en": wording.rule_en,
            "hides": wording.hides,
            "version": str(version),
        },
    )
