#!/usr/bin/env python3
"""Verify the log of a Citizen Diplomat site, offline, with nothing but Python 3.8 or newer.

    verify_log.py chain EXPORT [HEADS]         the whole log: the file of `flask audit export`
    verify_log.py proof PROOF HEADS [TEXT]     an author's proof that the log holds their receipt

HEADS is the list of published heads, /en/log.csv of the site; the older your copy, and the more
people have one, the more it proves. TEXT is the file whose SHA-256 stands on the receipt. The exit
status is 0 when all is well, 1 with one line that names the first entry that does not fit, and 2
when a file cannot be read.

How an entry is hashed (every hash is SHA-256 in hexadecimal digits; JSON has sorted keys, no
spaces, no escapes for letters, UTF-8):

    digest = hash(hash(JSON of who) + hash(JSON of what))
    seal   = hash(seal of the entry before + digest)          the first one stands on 64 zeros

Entries of the first releases have one piece, "all", and their seal is its hash; the seal before is
within it. A proof hides who acted behind a hash, and what others did behind digests.
"""

import csv
import json
import sys
from hashlib import sha256
from pathlib import Path

FIRST_SEAL = "0" * 64


class DoesNotFit(Exception):  # noqa: N818 - named for what was found
    """The log is not what it should be; the text is one line."""


def hashed(text):
    """The SHA-256 of a text."""
    return sha256(text.encode("utf-8")).hexdigest()


def written(value):
    """A value as the JSON that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal_of(row, previous):
    """The seal of one entry, standing on the seal before it."""
    if "all" in row:
        return hashed(written(row["all"]))
    if "digest" in row:
        return hashed(previous + row["digest"])
    who = row["who"] if isinstance(row["who"], str) else hashed(written(row["who"]))
    return hashed(previous + hashed(who + hashed(written(row["what"]))))


def before(row):
    """The seal that an entry says it stands on; None where it does not say."""
    return row["all"][0] if "all" in row else row.get("previous")


def rows_of(path):
    """The lines of an export or a proof, each with its number."""
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            yield number, json.loads(line)


def heads_of(path):
    """The published heads: the number of each day's last entry, with the day and the seal."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return {int(row["last_entry"]): (row["day"], row["head"]) for row in csv.DictReader(file)}


def verify_chain(path, heads):
    """Walk an export; returns what to say, raises DoesNotFit."""
    previous, last, count, open_heads = FIRST_SEAL, 0, 0, dict(heads)
    for _, row in rows_of(path):
        entry = row["entry"]
        if before(row) != previous:
            raise DoesNotFit(f"entry {entry} does not stand on the entry before it")
        previous = seal_of(row, previous)
        if row["seal"] != previous:
            raise DoesNotFit(f"entry {entry} was changed: its seal does not fit")
        day, head = open_heads.pop(entry, ("", previous))
        if head != previous:
            raise DoesNotFit(f"entry {entry}, the last of {day}, is not the one that was published")
        last, count = entry, count + 1
    for entry, (day, _) in sorted(open_heads.items()):
        raise DoesNotFit(f"entry {entry}, the last of {day}, is missing; the last one is {last}")
    return f"The log is whole: {count} entries, {len(heads)} published heads fit."


def verify_proof(path, heads, text):
    """Work a proof out up to its head; returns what to say, raises DoesNotFit."""
    rows = [row for _, row in rows_of(path)]
    own, later, claimed = rows[0], rows[1:-1], rows[-1]
    seal = seal_of(own, own["previous"])
    for row in later:
        seal = seal_of({"digest": row["digest"]}, seal)
    if seal != claimed["head"]:
        raise DoesNotFit("the proof does not lead to the head that it names")
    days = [day for day, head in heads.values() if head == seal]
    if not days:
        raise DoesNotFit("the head of the proof is not among those that were published")
    _, at, action, subject, detail = own["what"]
    if text is not None and sha256(text).hexdigest() != detail["sha256"]:
        raise DoesNotFit("the text is not the one of the proof: its SHA-256 is another one")
    return (
        f"The log holds it: {action} {subject} at {at}, SHA-256 {detail['sha256']}, "
        f"below the head of {days[0]}."
    )


def main(arguments):
    """Do what was asked for; returns the exit status."""
    try:
        kind, path, *more = arguments
        if kind == "chain" and len(more) <= 1:
            say = verify_chain(path, heads_of(more[0]) if more else {})
        elif kind == "proof" and 1 <= len(more) <= 2:
            text = Path(more[1]).read_bytes() if len(more) == 2 else None
            say = verify_proof(path, heads_of(more[0]), text)
        else:
            raise ValueError(f"no such use: {kind}")
    except DoesNotFit as found:
        sys.stderr.write(f"{found}\n")
        return 1
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        sys.stderr.write(
            f"cannot be read: {error}; usage: verify_log.py chain EXPORT [HEADS]"
            " | proof PROOF HEADS [TEXT]\n"
        )
        return 2
    sys.stdout.write(f"{say}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
