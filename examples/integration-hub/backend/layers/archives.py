"""Reads what archives hold, and archives in them, in memory."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

# More than a layer can have (250 MB, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), so that an archive that
# unpacks without end stops the build.
LARGEST = 500_000_000
DEEPEST = 8


class Unsearchable(Exception):
    """An archive that is too large or too deep to be searched."""


def contained(name: str, contents: bytes) -> Iterator[tuple[str, bytes]]:
    """Every file in an archive and in the archives in it, as ARCHIVE!MEMBER. A file that is no archive, or a broken one, holds none."""
    budget = [LARGEST]
    yield from members(name, contents, budget, DEEPEST)


def members(name: str, contents: bytes, budget: list[int], depth: int) -> Iterator[tuple[str, bytes]]:
    for member, data in unpack(contents, budget):
        if depth == 0:
            raise Unsearchable(f"holds more than {DEEPEST} archives in each other, so it cannot be searched for credentials")
        path = f"{name}!{member}"
        yield path, data
        yield from members(path, data, budget, depth - 1)


def unpack(contents: bytes, budget: list[int]) -> Iterator[tuple[str, bytes]]:
    for magic, open_stream in ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ\0", lzma.open)):
        if contents.startswith(magic):
            with open_stream(io.BytesIO(contents)) as stream:
                yield "", read(stream, budget)
            return
    if contents[257:262] == b"ustar":
        yield from unpack_tar(contents, budget)
    elif zipfile.is_zipfile(io.BytesIO(contents)):
        yield from unpack_zip(contents, budget)


def unpack_tar(contents: bytes, budget: list[int]) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(contents)) as archive:
            for member in archive:
                if member.isfile() and (file := archive.extractfile(member)) is not None:
                    yield member.name, read(file, budget)
    except (tarfile.TarError, OSError, ValueError, EOFError):
        return


def unpack_zip(contents: bytes, budget: list[int]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(contents)) as archive:
            for entry in archive.infolist():
                # Bit 0: encrypted. Its bytes are searched as they are.
                if not entry.is_dir() and not entry.flag_bits & 1:
                    with archive.open(entry) as file:
                        yield entry.filename, read(file, budget)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return


def read(file, budget: list[int]) -> bytes:
    """What can be read of it before its first damage, in whole parts."""
    parts = []
    try:
        while part := file.read(min(1 << 16, budget[0] + 1)):
            parts.append(part)
            budget[0] -= len(part)
            if budget[0] < 0:
                raise Unsearchable(f"unpacks to more than {LARGEST} bytes, so it cannot be searched for credentials")
    except (OSError, EOFError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, tarfile.TarError, ValueError):
        pass
    return b"".join(parts)
