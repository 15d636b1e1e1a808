"""Reads archives and compressed streams, and those in them, in memory."""

import base64
import bz2
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Any

# More than a layer can have (250 MB, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). The limit stops the build
# if an archive unpacks without end.
LARGEST = 500_000_000
DEEPEST = 8

# How a compressed stream begins, anywhere in a file.
STREAM = re.compile(
    rb"(?P<gzip>\x1f\x8b\x08)|(?P<bzip2>BZh[1-9]1AY&SY)|(?P<xz>\xfd7zXZ\0)|(?P<zip>PK\x03\x04)|(?P<zlib>x[\x01\x5e\x9c\xda])"
)
DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(31),
    "bzip2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
    "zlib": zlib.decompressobj,
    "zip": lambda: zlib.decompressobj(-15),
}
# An error loses the output of its part.
PART = 256

# The same beginnings in base64, on one line or on several.
LETTER = rb"[A-Za-z0-9+/_-]"
BASE64 = re.compile(
    rb"(?<!%(l)s)(?:H4sI|QlpoO|/Td6WFo|UEsDB|e[JN]|eA[E-H]|eF[4-7])%(l)s{20,}(?:\s+%(l)s{20,})*(?:\s+%(l)s+)?" % {b"l": LETTER}
)

DAMAGE = (OSError, EOFError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, tarfile.TarError, ValueError, RuntimeError)


class Unsearchable(Exception):
    """An archive that is too large or too deep to be searched."""


def contained(name: str, contents: bytes) -> Iterator[tuple[str, bytes]]:
    """Every file in an archive and in the archives in it, as ARCHIVE!MEMBER. From a damaged archive, what comes before the damage."""
    budget = [LARGEST]
    yield from members(name, contents, budget, DEEPEST)


def members(name: str, contents: bytes, budget: list[int], depth: int) -> Iterator[tuple[str, bytes]]:
    for member, data in unpack(contents, budget):
        if depth == 0:
            raise Unsearchable(f"has more than {DEEPEST} archives in each other, so it cannot be searched for credentials")
        path = f"{name}!{member}"
        yield path, data
        yield from members(path, data, budget, depth - 1)


def unpack(contents: bytes, budget: list[int]) -> Iterator[tuple[str, bytes]]:
    whole = False
    if contents[257:262] == b"ustar":
        whole = yield from unpack_tar(contents, budget)
    elif zipfile.is_zipfile(io.BytesIO(contents)):
        whole = yield from unpack_zip(contents, budget)
    if not whole:
        yield from unpack_streams(contents, budget)
        for encoded in BASE64.finditer(contents):
            text = re.sub(rb"\s", b"", encoded[0]).translate(bytes.maketrans(b"-_", b"+/"))
            decoded = base64.b64decode(text[: len(text) // 4 * 4])
            yield from ((f"@{encoded.start()}{member}", data) for member, data in unpack_streams(decoded, budget))


def unpack_tar(contents: bytes, budget: list[int]) -> Generator[tuple[str, bytes], None, bool]:
    """Returns whether all of it could be read."""
    try:
        with tarfile.open(fileobj=io.BytesIO(contents)) as archive:
            for member in archive:
                if member.isfile() and (file := archive.extractfile(member)) is not None:
                    yield member.name, read(file, budget)
    except DAMAGE:
        return False
    return True


def unpack_zip(contents: bytes, budget: list[int]) -> Generator[tuple[str, bytes], None, bool]:
    """Returns whether all of it could be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(contents)) as archive:
            for entry in archive.infolist():
                # Bit 0 means encrypted. The bytes of such a member are searched as they are.
                if not entry.is_dir() and not entry.flag_bits & 1:
                    with archive.open(entry) as file:
                        yield entry.filename, read(file, budget)
    except DAMAGE:
        return False
    return True


def unpack_streams(contents: bytes, budget: list[int]) -> Iterator[tuple[str, bytes]]:
    """Streams on their own, behind other data, or in an archive that has lost its directory or its end."""
    at = 0
    while found := STREAM.search(contents, at):
        start, kind = found.start(), found.lastgroup or ""
        at, name = start + 1, f"@{start}" if start else ""
        if kind == "zip":
            # 4.3.7 of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
            method, name_length, extra = (int.from_bytes(contents[start + i : start + i + 2], "little") for i in (8, 26, 28))
            if method != zipfile.ZIP_DEFLATED:
                continue
            name = contents[start + 30 : start + 30 + name_length].decode("utf-8", "replace")
            start += 30 + name_length + extra
        left = budget[0]
        data, end = decompress(contents, start, kind, budget)
        # Two bytes do not identify a zlib stream: it must be complete, or be the whole file.
        if end or kind != "zlib" or start == 0:
            yield name, data
            # A zip member has no checksum at its end: a damaged one may end within the next one.
            at = at if kind == "zip" else max(at, end)
        else:
            budget[0] = left


def decompress(contents: bytes, start: int, kind: str, budget: list[int]) -> tuple[bytes, int]:
    """
    Decompresses a stream up to its end or first damage, with directly following streams of its kind, which gzip and xz treat as one.
    The number is where it ends, or 0 if it does not end.
    """
    decompressor, parts, end = DECOMPRESSORS[kind](), [], 0
    try:
        while start < len(contents):
            part = contents[start : start + PART]
            parts.append(decompressor.decompress(part))
            charge(len(parts[-1]), budget)
            start += len(part)
            if decompressor.eof:
                start = end = start - len(decompressor.unused_data)
                found = STREAM.match(contents, start)
                if kind in ("zip", "zlib") or found is None or found.lastgroup != kind:
                    break
                decompressor = DECOMPRESSORS[kind]()
    except DAMAGE:
        pass
    return b"".join(parts), end


def read(file: Any, budget: list[int]) -> bytes:
    """Reads a file up to its first damage, in whole parts."""
    parts = []
    while part := file.read(min(1 << 16, budget[0] + 1)):
        parts.append(part)
        charge(len(part), budget)
    return b"".join(parts)


def charge(size: int, budget: list[int]) -> None:
    budget[0] -= size
    if budget[0] < 0:
        raise Unsearchable(f"unpacks to more than {LARGEST} bytes, so it cannot be searched for credentials")
