"""Numbers as Persian and English readers write them, and as both may type them.

Babel changes separators for Persian but keeps ASCII digits, so both are done here. Do not use it
inside addresses, codes and phone links: those stay in ASCII.
"""

import re

from citizen_diplomat.foundation.text import latin_digits

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
# CLDR fa: Arabic thousands and decimal separators; the mark keeps the minus left of the number.
_PERSIAN_SIGNS = str.maketrans({",": "٬", ".": "٫", "-": "\u200e\u2212"})
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


def is_persian(language: str) -> bool:
    """Whether a language code ("fa", "fa_IR", "en"...) asks for Persian figures and dates."""
    return language.partition("_")[0].partition("-")[0] == "fa"


def persian_digits(text: str) -> str:
    """`text` with 0-9 as ۰-۹, all else as it is."""
    return text.translate(_PERSIAN_DIGITS)


def format_number(value: int | float, language: str) -> str:
    """۱٬۲۳۴٫۵ in Persian, 1,234.5 otherwise; fractions are rounded to three places."""
    figures = f"{value:,}" if isinstance(value, int) else _without_zeros(f"{value:,.3f}")
    if is_persian(language):
        return persian_digits(figures.translate(_PERSIAN_SIGNS))
    return figures


def format_identifier(value: int, language: str) -> str:
    """A number that names something: the reader's digits, and no separators between them."""
    return persian_digits(str(value)) if is_persian(language) else str(value)


def format_reference(text: str, language: str) -> str:
    """What is made of figures and hyphens, such as 1405-0341-8, in the reader's digits."""
    return persian_digits(text) if is_persian(language) else text


def format_percent(share: float, language: str) -> str:
    """A share of one in whole percent: 0.25 is ۲۵٪ in Persian, 25% otherwise."""
    sign = "٪" if is_persian(language) else "%"
    return f"{format_number(round(share * 100), language)}{sign}"


def parse_int(text: str, *, lowest: int, highest: int) -> int | None:
    """The whole number in `text`, or None when there is none or it is out of bounds.

    Persian, Arabic-Indic and ASCII digits are taken, at most 18 of them: that fits the 64 bits of
    a database, and no input is long enough to be slow to convert. Never raises.
    """
    digits = latin_digits(text.strip())
    if not _INTEGER.fullmatch(digits):
        return None
    number = int(digits)
    return number if lowest <= number <= highest else None


def _without_zeros(figures: str) -> str:
    shortened = figures.rstrip("0").rstrip(".") if "." in figures else figures
    return "0" if shortened == "-0" else shortened
