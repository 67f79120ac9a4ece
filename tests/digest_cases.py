"""Stories about when the worker runs, and about what somebody chooses, for the ledger's test."""

from tests.digest_stories import Case

RUNS = {
    "on time": Case("weekly", "25 12:00 item A|28 08:00 run", ["A"]),
    "a second early, then on time": Case(
        "weekly", "25 12:00 item A|28 07:59:59 run|28 08:00 run", ["A"]
    ),
    "an hour early, then never that day": Case("daily", "25 12:00 item A|26 07:00 run", []),
    "late by half a day": Case("weekly", "25 12:00 item A|28 20:00 run", ["A"]),
    "late by five days": Case(
        "weekly",
        "25 12:00 item A|29 12:00 item B|2026-12-03 09:00 run|2026-12-05 08:00 run",
        ["A", "B"],
    ),
    "twice in one moment": Case("weekly", "25 12:00 item A|28 08:00 run|28 08:00 run", ["A"]),
    "again each minute": Case(
        "daily", "25 12:00 item A|26 08:00 run|26 08:01 run|26 08:02 run|26 20:00 run", ["A"]
    ),
    "a quiet week, then news": Case(
        "weekly", "21 08:00 run|25 12:00 item A|28 08:00 run|2026-12-05 08:00 run", ["A"]
    ),
    "the borders of a week": Case(
        "weekly",
        "21 08:00 run|21 08:00 item First|28 07:59:59.999999 item Last|28 08:00 item Next"
        "|28 08:00:01 run|2026-12-05 08:00 run",
        ["First Last", "Next"],
    ),
    "entered twice, sent twice": Case(
        "weekly", "25 12:00 item A|28 08:00 enter|28 08:00 enter|28 08:01 send|28 08:01 send", ["A"]
    ),
    "a crash before it was durable": Case(
        "weekly", "25 12:00 item A|28 08:00 crash|28 08:01 run|28 08:02 run", ["A"]
    ),
    "a crash between entering and sending": Case(
        "weekly", "25 12:00 item A|28 08:00 enter|28 11:00 run", ["A"]
    ),
    "a crash after the server took it: the same letter": Case(
        "weekly", "25 12:00 item A|28 08:00 lost|28 08:10 run|28 08:20 run", ["A"]
    ),
    "published in time, visible after the run": Case(
        "weekly",
        "25 12:00 item A|28 08:00:01 run|28 08:00:02 late B 28 07:59:59|2026-12-05 08:00 run",
        ["A", "B"],
    ),
    "published in time, visible between entering and sending": Case(
        "weekly",
        "25 12:00 item A|28 08:00:01 enter|28 08:00:02 late B 28 07:59:59|28 08:00:03 send"
        "|2026-12-05 08:00 run",
        ["A", "B"],
    ),
    "the worker was away for a week": Case(
        "weekly", "14 08:00 run|18 12:00 item A|25 12:00 item B|28 08:00 run|28 08:01 run", ["A B"]
    ),
    "the worker was away for three days": Case(
        "daily",
        "24 08:00 run|24 12:00 item A|25 12:00 item B|26 12:00 item C|27 09:00 run|28 08:00 run",
        ["A B C"],
    ),
    "the worker was away for a month and a half": Case(
        "monthly",
        "2026-10-01 08:00 run|2026-10-20 12:00 item A|20 12:00 item B|2026-12-15 09:00 run"
        "|2027-01-01 08:00 run",
        ["A B"],
    ),
    "the mail server was away for a week": Case(
        "weekly",
        "18 12:00 item A|21 08:00 enter|25 12:00 item B|28 08:00 enter|28 09:00 send|28 09:01 run",
        ["A", "B"],
    ),
    "the mail server was away for four days, and the first was given up": Case(
        "daily",
        "24 12:00 item A|25 08:00 enter|25 12:00 item B|26 08:00 enter|27 08:00 enter"
        "|28 08:00 refused|28 08:01 enter|28 09:00 send|28 12:00 item C|29 08:00 run",
        ["A B", "C"],
    ),
    "the first waits long enough for a second": Case(
        "daily",
        "24 12:00 item A|25 08:00 enter|25 12:00 item B|26 08:00 enter|26 12:00 item C"
        "|26 13:00 send|26 13:01 run|27 08:00 run",
        ["A", "B", "C"],
    ),
}
"""Early, late, twice, in parts, after a crash, after an absence."""

CHOICES = {
    "daily, then weekly": Case(
        "daily",
        "24 12:00 item A|25 08:00 run|25 10:00 item B|25 12:00 choose weekly|26 08:00 run"
        "|28 08:00 run",
        ["A", "B"],
    ),
    "daily, then monthly": Case(
        "daily",
        "24 12:00 item A|25 08:00 run|25 10:00 item B|25 12:00 choose monthly|28 08:00 run"
        "|2026-12-01 08:00 run",
        ["A", "B"],
    ),
    "weekly, then daily: from the next morning on": Case(
        "weekly",
        "21 08:00 run|24 12:00 item A|25 12:00 choose daily|25 12:01 run|25 13:00 item B"
        "|26 08:00 run|28 08:00 run",
        ["A B"],
    ),
    "weekly, then monthly": Case(
        "weekly",
        "18 12:00 item A|21 08:00 run|24 12:00 item B|25 12:00 choose monthly|28 08:00 run"
        "|2026-12-01 08:00 run",
        ["A", "B"],
    ),
    "monthly, then daily": Case(
        "monthly",
        "2026-11-01 08:00 run|24 12:00 item A|25 12:00 choose daily|25 12:01 run|26 08:00 run",
        ["A"],
    ),
    "monthly, then weekly": Case(
        "monthly",
        "2026-11-01 08:00 run|24 12:00 item A|25 12:00 choose weekly|25 12:01 run|28 08:00 run"
        "|2026-12-01 08:00 run",
        ["A"],
    ),
    "weekly on the morning of a daily one": Case(
        "daily",
        "27 12:00 item A|28 08:00 run|28 08:30 choose weekly|28 09:00 run|29 08:00 run"
        "|29 09:00 item B|2026-12-05 08:00 run",
        ["A", "B"],
    ),
    "there and back within a day": Case(
        "weekly",
        "24 12:00 item A|25 12:00 choose daily|25 13:00 choose weekly|26 08:00 run|28 08:00 run",
        ["A"],
    ),
    "changed while one waits to be sent": Case(
        "daily",
        "24 12:00 item A|25 08:00 enter|25 08:01 choose weekly|25 08:02 send|25 10:00 item B"
        "|28 08:00 run",
        ["A", "B"],
    ),
    "never, and weekly again": Case(
        "weekly",
        "18 12:00 item A|21 08:00 run|22 12:00 choose never|23 12:00 item Between"
        "|24 12:00 choose weekly|25 12:00 item B|28 08:00 run",
        ["A", "B"],
    ),
    "ended while it waits": Case(
        "weekly", "25 12:00 item A|28 08:00 enter|28 08:01 unsubscribe|28 08:02 send", []
    ),
    "ended and begun again while it waits": Case(
        "weekly",
        "25 12:00 item A|28 08:00 enter|28 08:01 unsubscribe|28 08:02 choose weekly|28 08:03 send"
        "|29 12:00 item B|2026-12-05 08:00 run",
        ["B"],
    ),
    "mail was stopped for two days; ended and begun again meanwhile": Case(
        "daily",
        "24 12:00 item A|25 08:00 enter|25 12:00 item B|26 08:00 enter|26 09:00 unsubscribe"
        "|26 09:01 choose daily|26 12:00 item C|26 13:00 send|27 08:00 run|28 08:00 run",
        ["C"],
    ),
    "Monday instead of Saturday": Case(
        "weekly",
        "25 12:00 item A|28 08:00 run|28 09:00 choose weekly day=0|29 12:00 item B|30 08:00 run"
        "|2026-12-05 08:00 run|2026-12-07 08:00 run",
        ["A", "B"],
    ),
    "Saturday instead of Monday": Case(
        "weekly day=0",
        "22 12:00 item A|23 08:00 run|24 12:00 choose weekly day=5|25 12:00 item B|28 08:00 run",
        ["A", "B"],
    ),
    "evenings, chosen in the morning": Case(
        "daily",
        "25 12:00 item A|26 08:00 run|26 09:00 choose daily hour=20|26 12:00 item B|26 20:00 run"
        "|27 08:00 run|27 20:00 run",
        ["A", "B"],
    ),
    "mornings, chosen in the evening": Case(
        "daily hour=20",
        "25 12:00 item A|25 20:00 run|25 21:00 choose daily hour=8|25 22:00 item B|26 08:00 run"
        "|26 20:00 run",
        ["A", "B"],
    ),
    "an hour that is over today": Case(
        "daily hour=20",
        "25 20:00 run|26 08:30 item A|26 09:00 choose daily hour=7|26 09:01 run|27 07:00 run",
        ["A"],
    ),
}
"""A change of frequency in every direction, of the day, of the hour, and an end."""
