"""Where to go next, if the address stays within this site."""

from urllib.parse import urlsplit

LONGEST = 500


def safe_path(target: str | None) -> str | None:
    """`target` when it is a plain path of this site, else None.

    Refuses other sites, schemes, `//host`, back-slashes and control characters, which browsers
    read as another site (OWASP ASVS 3.7.2).
    """
    if not target or len(target) > LONGEST or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(character) <= 32 or ord(character) == 127 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
