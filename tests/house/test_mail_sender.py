"""What `doctor` says of the domain that mail comes from: information, never a fault."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from dns.resolver import NoNameservers

from citizen_diplomat import create_app
from citizen_diplomat.cli import findings_of_mail
from citizen_diplomat.cli.findings_of_mail import published
from config import read_settings

SPF = "v=spf1 include:relay.example -all"


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (
            {"city.ir": ["google-site=1", SPF], "_dmarc.city.ir": ["v=DMARC1; p=reject; rua=x"]},
            "SPF found, DMARC p=reject,",
        ),
        ({"city.ir": ["nothing of ours"]}, "SPF missing, DMARC missing,"),
        ({"_dmarc.city.ir": ["v=DMARC1;sp=none; P = quarantine"]}, "DMARC p=quarantine"),
        (NoNameservers, "not checked: no answer for city.ir"),
        (OSError, "not checked: no answer for city.ir"),
    ],
)
def test_what_receivers_find_is_said(
    records: dict[str, Sequence[str]] | type[Exception], said: str
) -> None:
    def lookup(name: str) -> Sequence[str]:
        if isinstance(records, type):
            raise records
        return records.get(name, [])

    assert said in published("city.ir", lookup)


@pytest.mark.parametrize(
    ("mail_url", "mail_from", "said"),
    [
        ("file:/tmp/x", "a@city.ir", "written to a folder"),
        ("smtp://127.0.0.1:9?tls=none", "Site <noreply@localhost>", "no public name"),
        ("smtp://127.0.0.1:9?tls=none", "noreply@diplomat.example", "no public name"),
    ],
)
def test_names_that_are_nobodys_are_not_looked_up(
    tmp_path: Path, mail_url: str, mail_from: str, said: str
) -> None:
    given = {"MAIL_URL": mail_url, "MAIL_FROM": mail_from, "DATA_DIR": str(tmp_path)}
    with create_app(read_settings(given)).app_context():
        finding = findings_of_mail.sender()
    assert finding.good
    assert said in finding.sentence
