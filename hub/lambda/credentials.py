"""Finds a registry's credentials in files, in many forms in which a package may contain them.

A credential is the token itself, or an address or a configuration with a password that is not a placeholder. The search covers text in
UTF-8 and UTF-16, URL-encoding, escapes, hexadecimal, base64 at any alignment, lines that were folded or wrapped, and archives and
compressed streams in each other, also behind other data, in base64, damaged or cut short. It does not break encryption. It reads only the
compressed formats zip, tar, gzip, bzip2, xz and zlib.
"""

import base64
import re
from pathlib import PurePath
from urllib.parse import unquote_to_bytes

from archives import Unsearchable, contained
from placeholders import is_placeholder

CONFIGURATION = {"pip.conf", "pip.ini", ".netrc", "_netrc", ".pypirc", ".env"}

# Letters and digits in a piece of the token, 95 bits. Two tokens may share some pieces, but not most of them.
PIECE = 16
# A string of 16 characters contains one of these at a multiple of 8.
PART = 8
# A value after a name such as password or token, also in quotes.
SECRET = re.compile(
    rb"(?im)^[ \t]*(?:export[ \t]+)?[\w.-]*(?:password|passwd|token|secret)(?:_?key)?[ \t]*[=:][ \t]*[\"']?([^\s\"']+)"
)
NETRC = re.compile(rb"(?i)(?:^|\s)password\s+[\"']?([^\s\"']+)")
ADDRESS = re.compile(rb"://[^\s/@:]*:([^\s/@]+)@")


class Credentials:
    """The credentials of one registry: its token, and passwords in its addresses."""

    def __init__(self, token: str, host: str) -> None:
        # Base64 and its form for URLs differ only in characters that squeeze() removes.
        self.forms = {pieces for form in spellings(token.encode()) if (pieces := cut(form))}
        self.parts = parts_of(self.forms)
        hosts = rb"%s|[\w.-]*\.codeartifact\.[\w.-]*" % re.escape(host.encode())
        self.address = re.compile(rb"://[^\s/@:]*:([^\s/@]+)@(?:%s)\b" % hosts, re.IGNORECASE)

    def find(self, name: str, contents: bytes) -> list[str]:
        """A line for each finding. Members of archives are named ARCHIVE!MEMBER."""
        try:
            files = [(name, contents), *contained(name, contents)]
        except Unsearchable as error:
            return [f"{name}: {error}"]
        # Some members of a damaged archive are read twice.
        return list(dict.fromkeys(f"{path}: {finding}" for path, data in files for finding in self.find_in_file(path, data)))

    def find_in_file(self, name: str, contents: bytes) -> list[str]:
        texts = readings(contents)
        findings = []
        if any(self.has_token(text) for text in [name.encode("utf-8", "surrogateescape"), *texts]):
            findings.append("contains the token")
        if has_password(self.address, texts):
            findings.append("contains an address of the registry with credentials")
        patterns = [ADDRESS, SECRET, *([NETRC] if "netrc" in name else [])]
        if PurePath(name.rpartition("!")[2]).name.lower() in CONFIGURATION and any(has_password(p, texts) for p in patterns):
            findings.append("is a configuration with credentials")
        return findings

    def may_have_piece(self, squeezed: bytes) -> bool:
        # A piece covers at least one whole part of the text, wherever it is in it. Looking up each part once takes a hundredth of the
        # time of a search for each piece.
        return not self.parts or any(squeezed[at : at + PART] in self.parts for at in range(0, len(squeezed), PART))

    def has_token(self, text: bytes) -> bool:
        squeezed = squeeze(text)
        if not self.may_have_piece(squeezed):
            return False
        # Text between two lines of a token, such as a name or a comment, may break pieces. More than half of them are enough. If that
        # many are there, one of every second piece is there too, so those are searched first.
        likely = (pieces for pieces in self.forms if any(piece in squeezed for piece in pieces[::2]))
        return any(2 * sum(piece in squeezed for piece in pieces) > len(pieces) for pieces in likely)


def parts_of(forms: set[tuple[bytes, ...]]) -> set[bytes]:
    """All strings of PART characters in the pieces, or none if a piece is too short to contain a whole part of any text."""
    pieces = {piece for form in forms for piece in form}
    if any(len(piece) < PIECE for piece in pieces):
        return set()
    return {piece[at : at + PART] for piece in pieces for at in range(PIECE - PART + 1)}


def readings(contents: bytes) -> list[bytes]:
    """The contents as they are, and as URLs and string literals escape them; UTF-16 loses its zeros."""
    plain = contents.replace(b"\0", b"") if b"\0" in contents else contents
    unwrapped = re.sub(rb"=\r?\n", b"", plain)
    unescaped = re.sub(rb"\\(?:x|u00)([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), unwrapped)
    texts = [contents, plain, unwrapped, unescaped]
    # Only URL-encoded text is decoded, so that a placeholder such as %DB_TOKEN% stays as it is.
    if re.search(rb"(?i)%3a%2f%2f|(?:%[0-9a-f]{2}){8}", unescaped) or b"%2" in unescaped:
        texts.append(unquote_to_bytes(unescaped))
    return list(dict.fromkeys(texts))


def has_password(pattern: "re.Pattern[bytes]", texts: list[bytes]) -> bool:
    return any(not is_placeholder(password) for text in texts for password in pattern.findall(text))


def spellings(token: bytes) -> set[bytes]:
    """The token as text, hexadecimal and base64, and base64 of base64."""
    texts = {token, token.decode().encode("utf-16-le")}
    once = {form for text in texts for form in in_base64(text)}
    twice = {form for text in once for form in in_base64(text)}
    return {token, token.hex().encode(), token.hex().upper().encode(), *once, *twice}


def in_base64(text: bytes) -> set[bytes]:
    """The base64 characters that depend only on the text, for each of its three alignments."""
    forms = set()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + text)
        kept = encoded[(0, 2, 3)[before] : (before + len(text)) * 8 // 6]
        forms |= {kept, kept.translate(bytes.maketrans(b"+/", b"-_"))}
    return forms


def squeeze(text: bytes) -> bytes:
    return re.sub(rb"[^A-Za-z0-9]+", b"", text)


def cut(form: bytes) -> tuple[bytes, ...]:
    squeezed = squeeze(form)
    return tuple(squeezed[at : at + PIECE] for at in range(0, max(1, len(squeezed) - PIECE + 1), PIECE)) if squeezed else ()
