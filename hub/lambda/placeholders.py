"""Distinguishes a password from what documentation writes in its place.

The registry's own token is searched for separately, so an error here can hide only other passwords, such as a former token.
"""

import html
import re
from urllib.parse import unquote

LONGEST = 64
VARIABLE = r"(?:[A-Za-z]+:)?[A-Za-z_]\w{0,63}"

# What another tool fills in: $NAME, ${NAME}, ${NAME:?text}, $(command), `command`, {{ name }}, {name}, #{name}, <name>, [name],
# %NAME%, %s, %(name)s, "+name+".
FILLED_IN = re.compile(
    rf"(?:\$\(.*|`.*|\${VARIABLE}|\$\{{{VARIABLE}(?::?\?[^{{}}]*|:?-)?\}}|\$?\{{\{{[\s\w.'\"\[\]()|-]*\}}\}}"
    r"|#?\{[\w.'\"\[\]()!:-]*\}|<[\w .:-]+>|\[[\w .:-]+\]|%[A-Za-z_]\w*%|%\([A-Za-z_][\w.-]*\)s|%s"
    r"|[\"']\s*[+.&]\s*[\w.()\[\]]+\s*[+.&]\s*[\"'])+",
    re.DOTALL,
)
# What is left out, such as eyJ2ZXI..., ***, xxxx and 0000.
LEFT_OUT = re.compile(r".*(?:\.{3}|\u2026|\*{3}|\u2022{3}).*|(.)\1*|[#;].*|none|null|true|false", re.IGNORECASE | re.DOTALL)

# YOUR_TOKEN, auth-token-here and myPassword consist of words, and one of them names what belongs there.
WORDS = re.compile(r"_*[A-Za-z]+(?:[-_.]+[A-Za-z]+)*_*")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
TELLING = {
    *["token", "password", "passwd", "pass", "secret", "key", "credential", "credentials", "pat", "jwt"],
    *["placeholder", "example", "sample", "dummy", "redacted", "hidden", "removed", "masked", "changeme", "changeit", "todo", "fixme"],
}


def is_placeholder(password: bytes) -> bool:
    written = password.decode("utf-8", "replace")
    # In an address, in HTML, and in Markdown or a string literal.
    return any(reads_as_placeholder(text) for text in (written, unquote(written), html.unescape(written), written.replace("\\", "")))


def reads_as_placeholder(text: str) -> bool:
    if len(text) > LONGEST:
        return False
    bare = text.strip("\"'`*,;")
    return any(FILLED_IN.fullmatch(form) or LEFT_OUT.fullmatch(form) or says_so(form) for form in (text, bare))


def says_so(text: str) -> bool:
    return bool(WORDS.fullmatch(text)) and any(word.lower() in TELLING for word in WORD.findall(text))
