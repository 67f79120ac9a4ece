"""The public fairness report: how quickly and how the office answered, month by month."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.calendar import (
    GREGORIAN_MONTHS,
    JALALI_MONTHS,
    format_date,
)
from citizen_diplomat.foundation.csv_cells import table
from citizen_diplomat.foundation.numbers import format_identifier, format_number, is_persian
from citizen_diplomat.overview.fairness import OTHER, FairnessReport, Figures, reports
from citizen_diplomat.overview.months import Month, read_month
from citizen_diplomat.overview.rules import FEWEST, Figure, Hidden
from citizen_diplomat.web.charts import Drawing, Series, columns, lines
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.public.blueprint import public

DRAWN = 6
"""How many months the charts go back."""
COLUMNS = ("month", "first_day", "last_day", "figure", "reason", "value")
"""Of the file: the same in every language but for the words of the reasons."""
FEW, WITHHELD, UNKNOWN = f"<{FEWEST}", "withheld", ""


@public.get("/fairness")
def fairness() -> str:
    """Show the report of the month in the address, else the newest one."""
    made = reports(db())
    asked = request.args.get("month")
    report = found(_of(made, asked)) if asked else next(iter(made), None)
    if report is None:
        return render_template("public/fairness/none.html")
    drawn = list(reversed([row for row in made if row.month <= report.month][:DRAWN]))
    return render_template(
        "public/fairness/report.html",
        report=report,
        figures=report.figures,
        choices=[(row.month, month_in_words(row)) for row in made],
        name=month_in_words(report),
        months=drawn,
        month_name=_month_name,
        counts=_counts_drawn(drawn),
        days=_days_drawn(drawn),
        said=figure_in_words,
        days_said=_days_in_words,
    )


@public.get("/fairness/<month>.csv")
def fairness_csv(month: str) -> Response:
    """One month for machines."""
    report = found(_of(reports(db()), month))
    return _file([report], f"citizen-diplomat-fairness-{report.month}.csv")


@public.get("/fairness.csv")
def fairness_all_csv() -> Response:
    """Every month for machines, the oldest first."""
    return _file(list(reversed(reports(db()))), "citizen-diplomat-fairness.csv")


def month_in_words(report: FairnessReport) -> str:
    """The month of a report in both calendars, the reader's own one first."""
    first, last = report.first_day, report.last_day
    in_jalali = f"{_month_name(report)} {format_identifier(_month(report).year, language())}"
    if is_persian(language()):
        return f"{in_jalali} ({_gregorian(first)} تا {_gregorian(last)})"
    return f"{format_date(first, 'en')} to {format_date(last, 'en')} ({in_jalali})"


def figure_in_words(figure: Figure) -> str:
    """A count as it is shown."""
    if figure == Hidden.FEW:
        return str(gettext("fewer than %(number)s", number=format_number(FEWEST, language())))
    return gettext("not shown") if figure == Hidden.WITHHELD else format_number(figure, language())


def _days_in_words(figure: float | None) -> str:
    return gettext("not shown") if figure is None else format_number(figure, language())


def _gregorian(day: date) -> str:
    name = GREGORIAN_MONTHS["fa"][day.month - 1]
    return f"{format_identifier(day.day, 'fa')} {name} {format_identifier(day.year, 'fa')}"


def _month(report: FairnessReport) -> Month:
    month = read_month(report.month)
    assert month is not None
    return month


def _month_name(report: FairnessReport) -> str:
    code = "fa" if is_persian(language()) else "en"
    return JALALI_MONTHS[code][_month(report).number - 1]


def _of(made: Sequence[FairnessReport], month: str) -> FairnessReport | None:
    return next((row for row in made if row.month == month), None)


def _write(value: float) -> str:
    return format_number(int(value) if value == int(value) else value, language())


def _counts_drawn(drawn: Sequence[FairnessReport]) -> Drawing:
    figures = [row.figures for row in drawn]
    return columns(
        gettext("Proposals received and published, month by month"),
        [_month_name(row) for row in drawn],
        [
            Series("received", [_drawable(one.received) for one in figures], "c1"),
            Series("published", [_drawable(one.outcomes["accept"]) for one in figures], "c2"),
        ],
        write=_write,
        mirrored=is_persian(language()),
    )


def _days_drawn(drawn: Sequence[FairnessReport]) -> Drawing:
    figures = [row.figures for row in drawn]
    return lines(
        gettext("Working days until the answer, month by month: median and 90th percentile"),
        [_month_name(row) for row in drawn],
        [
            Series("ninetieth", [one.ninetieth_days for one in figures], "c4", "l3"),
            Series("median", [one.median_days for one in figures], "c1", "l1"),
        ],
        write=_write,
        mirrored=is_persian(language()),
        target=figures[-1].promised_days,
    )


def _drawable(figure: Figure) -> int | None:
    return figure if isinstance(figure, int) else None


def _file(made: Sequence[FairnessReport], name: str) -> Response:
    rows = [row for report in made for row in _rows(report)]
    return Response(
        table(COLUMNS, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(report: FairnessReport) -> list[list[str]]:
    when = [report.month, report.first_day.isoformat(), report.last_day.isoformat()]
    told = [[*when, name, "", _value(figure)] for name, figure in _listed(report.figures)]
    words = "fa" if is_persian(language()) else "en"
    reasons = [
        [*when, f"declined:{row['slug'] or 'other'}", row[words], _value(row["count"])]
        for row in report.figures.reasons
    ]
    return [*told, *reasons]


def _listed(of: Figures) -> list[tuple[str, Any]]:
    return [
        ("received", of.received),
        ("published", of.outcomes["accept"]),
        ("returned", of.outcomes["request_changes"]),
        ("declined", of.outcomes["decline"]),
        ("duplicate", of.outcomes["duplicate"]),
        ("working_days_promised", of.promised_days),
        ("working_days_median", of.median_days),
        ("working_days_90th_percentile", of.ninetieth_days),
        ("answered_late", of.late),
        ("overdue_at_the_end", of.overdue),
        *((f"appeals_{name}", figure) for name, figure in of.appeals.items()),
    ]


def _value(figure: Figure | float | None) -> str:
    if figure is None:
        return UNKNOWN
    return {str(Hidden.FEW): FEW, str(Hidden.WITHHELD): WITHHELD}.get(str(figure), str(figure))


@public.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"other_reasons": OTHER}
