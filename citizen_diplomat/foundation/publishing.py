"""Why what the office writes and publishes (calls, events, news) cannot be stored as it stands."""


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague changed it since it was last looked at."""


class Incomplete(Exception):  # noqa: N818 - named for what happened
    """It cannot be public like this; `fields` are the names of what it lacks."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        """Take the names of the fields that are empty or cannot stand so."""
        super().__init__(", ".join(fields))
        self.fields = fields
