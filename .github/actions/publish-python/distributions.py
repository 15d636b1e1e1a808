"""Built packages in a folder, each known by what its own metadata says."""

import hashlib
import re
import tarfile
import zipfile
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

# Metadata is a few kilobytes; what claims more is not read.
LARGEST_METADATA = 1_000_000


class NotADistribution(Exception):
    """A file that is neither a wheel nor an sdist, or says one thing in its name and another inside."""


@dataclass(frozen=True)
class Distribution:
    path: Path
    # In the form in which the registry knows it: https://packaging.python.org/en/latest/specifications/name-normalization/
    package: str
    version: str
    sha256: str


def read_distributions(folder: Path) -> list[Distribution]:
    """In the order of their file names; raises NotADistribution."""
    return [read_distribution(path) for path in sorted(folder.iterdir())]


def read_distribution(path: Path) -> Distribution:
    metadata = BytesHeaderParser().parsebytes(read_metadata(path))
    name, version = metadata.get("Name", ""), metadata.get("Version", "")
    package = normalize(name)
    # A file name has underscores for what separates words, in older tools also dots or hyphens.
    stem = re.sub(r"[-_.]+", "[-_.]+", package)
    ending = r"-[\w.-]+\.whl" if path.name.endswith(".whl") else r"\.tar\.gz"
    if not re.fullmatch(rf"{stem}-{re.escape(version)}{ending}", path.name, re.IGNORECASE):
        raise NotADistribution(f"{path.name}: its metadata says {name} {version}")
    return Distribution(path, package, version, hashlib.sha256(path.read_bytes()).hexdigest())


def normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_metadata(path: Path) -> bytes:
    try:
        if path.name.endswith(".whl"):
            with zipfile.ZipFile(path) as archive:
                (entry,) = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
                with archive.open(entry) as file:
                    return file.read(LARGEST_METADATA)
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                file = archive.extractfile(path.name.removesuffix(".tar.gz") + "/PKG-INFO")
                return file.read(LARGEST_METADATA)
    except (OSError, EOFError, ValueError, KeyError, AttributeError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise NotADistribution(f"{path.name}: no wheel or sdist can be read in it ({error})") from error
    raise NotADistribution(f"{path.name}: neither a wheel (.whl) nor an sdist (.tar.gz)")
