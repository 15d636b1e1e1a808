"""Identifiers as people read them aloud: `org-7k2m-9q4x`, without letters that look like digits."""

import re
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
PATTERN = re.compile(rf"([a-z]{{2,8}})-([{ALPHABET}]{{4}})-([{ALPHABET}]{{4}})")


class InvalidIdentifier(ValueError):
    """A text that is not an identifier of the required kind."""


def new_identifier(kind: str) -> str:
    """A new identifier: 8 random characters out of 31, about 10**12 possibilities."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return parse_identifier(f"{kind}-{drawn[:4]}-{drawn[4:]}", kind)


def parse_identifier(text: str, kind: str) -> str:
    """The identifier in its normal form, from any case. Raises InvalidIdentifier."""
    found = PATTERN.fullmatch(text.strip().lower())
    if found is None or found[1] != kind:
        raise InvalidIdentifier(f"{text!r} is not an identifier such as {kind}-7k2m-9q4x")
    return found[0]
