"""Built packages in a folder, each known by what its own metadata says."""

import hashlib
import re
import tarfile
import zipfile
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from step import Failed

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


def read_distributions(folder: Path, packages: list[str]) -> list[Distribution]:
    """The folder's files in the order of the packages; raises Failed with every error. Nothing has been sent then."""
    distributions, errors = [], []
    for path in sorted(folder.iterdir()):
        try:
            distributions.append(read_distribution(path))
        except NotADistribution as error:
            errors.append(f"files: {error}")
    if not distributions and not errors:
        errors.append(f"files: {folder} is empty")
    order = [normalize(name) for name in packages]
    foreign = sorted({found.package for found in distributions if found.package not in order})
    if foreign:
        errors.append(
            f"{', '.join(foreign)}: not among the packages of this registry ({', '.join(order)}). Nothing was sent. "
            "A new package is added to `packages` of the stack first, then to the input `packages`."
        )
    if errors:
        raise Failed("\n".join(errors))
    return sorted(distributions, key=lambda found: order.index(found.package))


def read_distribution(path: Path) -> Distribution:
    metadata = BytesHeaderParser().parsebytes(read_metadata(path))
    name, version = metadata.get("Name", ""), metadata.get("Version", "")
    package = normalize(name)
    # A file name has underscores for what separates words, in older tools also dots or hyphens.
    stem = "[-_.]+".join(re.escape(word) for word in package.split("-"))
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
