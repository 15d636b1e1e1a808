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


# What build tools, signing tools and systems leave beside distributions. None of it can be uploaded to CodeArtifact.
LEFT_ALONE = re.compile(
    r"\..*|.*\.(asc|sig|minisig|sigstore|sigstore\.json|attestation|sha1|sha256|sha384|sha512|md5|b2|blake2b)"
    r"|(md5|sha1|sha256|sha384|sha512|b2)sums(\.txt)?|checksums(\.txt)?",
    re.IGNORECASE | re.DOTALL,
)


class NotADistribution(Exception):
    """A file that is neither a wheel nor an sdist, or says one thing in its name and another inside."""


@dataclass(frozen=True)
class Distribution:
    path: Path
    # In the form in which the registry knows it: https://packaging.python.org/en/latest/specifications/name-normalization/
    package: str
    version: str
    sha256: str


def distribution_files(folder: Path) -> list[Path]:
    """All files except hidden ones, signatures, attestations and checksums; one line of the log names those."""
    paths = sorted(folder.iterdir())
    left = [path.name for path in paths if LEFT_ALONE.fullmatch(path.name)]
    if left:
        # A line break in a name could start a command of the runner.
        print(f"files: left alone, since they are no distributions: {', '.join(map(shown, left))}", flush=True)
    return [path for path in paths if path.name not in left]


def shown(name: str) -> str:
    return name if name.isprintable() else repr(name)


def read_distributions(folder: Path, packages: list[str]) -> list[Distribution]:
    """The folder's files in the order of the packages; raises Failed with every error. Nothing has been sent then."""
    distributions, errors = [], []
    for path in distribution_files(folder):
        try:
            distributions.append(read_distribution(path))
        except NotADistribution as error:
            errors.append(f"files: {error}")
    if not distributions and not errors:
        errors.append(f"files: {folder} has no wheel or sdist")
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
