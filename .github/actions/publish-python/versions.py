"""Versions in the normal form of PEP 440, for steps that run before the package `packaging` is installed."""

import re

# https://packaging.python.org/en/latest/specifications/version-specifiers/#appendix-parsing-version-strings-with-regular-expressions
VERSION = re.compile(
    r"\s*v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<stage>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<stage_number>\d+)?)?"
    r"(?:-(?P<hyphen_post>\d+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>\d+)?)?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>\d+)?)?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*",
    re.IGNORECASE | re.ASCII,
)


def normal_version(text: str) -> str | None:
    """The same as `str(packaging.version.Version(text))`, or None if the text is not a version."""
    found = VERSION.fullmatch(text)
    if found is None:
        return None
    epoch = number(found["epoch"])
    normal = "" if epoch == "0" else f"{epoch}!"
    normal += ".".join(map(number, found["release"].split(".")))
    if found["stage"]:
        letter = found["stage"][0].lower()
        normal += f"{letter if letter in 'ab' else 'rc'}{number(found['stage_number'])}"
    if found["post"] or found["hyphen_post"]:
        normal += f".post{number(found['hyphen_post'] or found['post_number'])}"
    if found["dev"]:
        normal += f".dev{number(found['dev_number'])}"
    if found["local"]:
        parts = re.split(r"[-_.]", found["local"].lower())
        normal += "+" + ".".join(number(part) if part.isdigit() else part for part in parts)
    return normal


def number(digits: str | None) -> str:
    """The number without leading zeros; a missing number is 0. int() would fail beyond 4,300 digits."""
    return (digits or "0").lstrip("0") or "0"
