"""Built packages in a folder, each identified by its own metadata."""

import gzip
import hashlib
import re
import tarfile
import zipfile
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from step import Failed
from versions import normal_version

# Metadata is a few kilobytes. Anything beyond this is not read.
LARGEST_METADATA = 1_000_000


# What build tools, signing tools and systems leave next to distributions. twine does not upload these by themselves: it sends a
# signature or an attestation as a field of its distribution's upload, and only on request: https://twine.readthedocs.io
LEFT_ALONE = re.compile(
    r"\..*"
    # Signatures, certificates and attestations: GnuPG, minisign, sigstore, PEP 740, in-toto, and gh's bundles.
    r"|.*\.(asc|sig|minisig|sigstore|sigstore\.json|crt|pem|attestation|jsonl)"
    r"|.*\.(sha1|sha256|sha384|sha512|md5|b2|blake2b)|(md5|sha1|sha256|sha384|sha512|b2)sums(\.txt)?|checksums(\.txt)?"
    # https://cyclonedx.org/specification/overview/ and https://spdx.github.io/spdx-spec/v2.3/conformance/
    r"|(bom|sbom|.*\.cdx)\.(json|xml)|.*\.spdx(\.(json|xml|ya?ml|rdf))?",
    re.IGNORECASE | re.DOTALL,
)


class NotADistribution(Exception):
    """A file that is neither a wheel nor an sdist, or whose name and metadata disagree."""


@dataclass(frozen=True)
class Distribution:
    path: Path
    # In the form in which the registry knows it: https://packaging.python.org/en/latest/specifications/name-normalization/
    package: str
    # The registry may use either form: the normal one, and that of the metadata if it differs. AWS documents how it normalizes names,
    # but nothing about versions: https://docs.aws.amazon.com/codeartifact/latest/ug/python-name-normalization.html
    versions: tuple[str, ...]
    sha256: str


def distribution_files(folder: Path) -> list[Path]:
    """All files except hidden ones, signatures, attestations, checksums and SBOMs; one line of the log names those."""
    paths = sorted(folder.iterdir())
    left = [path.name for path in paths if LEFT_ALONE.fullmatch(path.name)]
    if left:
        # A line break in a name could start a command of the runner.
        print(f"files: ignored, because they are not distributions: {', '.join(map(shown, left))}", flush=True)
    return [path for path in paths if path.name not in left]


def shown(name: str) -> str:
    return name if name.isprintable() else repr(name)


def read_distributions(folder: Path, packages: list[str]) -> list[Distribution]:
    """The folder's files in the order of the packages. Raises Failed with every error, before anything is sent."""
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
            "Add a new package to `packages` of the stack first, then to the input `packages`."
        )
    if errors:
        raise Failed("\n".join(errors))
    return sorted(distributions, key=lambda found: order.index(found.package))


def read_distribution(path: Path) -> Distribution:
    metadata = BytesHeaderParser().parsebytes(read_metadata(path))
    # Text that is not ASCII comes as a Header object.
    name, version = (str(metadata.get(header, "")).strip() for header in ("Name", "Version"))
    package, normal = normalize(name), normal_version(version)
    if normal is None:
        raise NotADistribution(f"{path.name}: its metadata says the version {version!r}, which PEP 440 does not allow")
    if normal_version(version_in_name(path.name, package) or "") != normal:
        raise NotADistribution(f"{path.name}: its metadata says {name} {version}")
    versions = (normal,) if version == normal else (normal, version)
    return Distribution(path, package, versions, hashlib.sha256(path.read_bytes()).hexdigest())


def version_in_name(filename: str, package: str) -> str | None:
    """The version in a file's name. Some tools write another form than in the metadata: hatch 1.1.0rc1 for 1.1.0-rc.1."""
    # A file name separates words with underscores, from older tools also with dots or hyphens.
    stem = "[-_.]+".join(re.escape(word) for word in package.split("-"))
    ending = r"(?:-\d\w*)?(?:-[\w.]+){3}\.whl" if filename.endswith(".whl") else r"\.tar\.gz"
    version = "[^-]+" if filename.endswith(".whl") else ".+"
    found = re.fullmatch(rf"{stem}-({version}){ending}", filename, re.IGNORECASE)
    return found[1] if found else None


def normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_metadata(path: Path) -> bytes:
    """Reads the whole archive. A damaged or truncated one must not be published, because a published file never changes."""
    try:
        if path.name.endswith(".whl"):
            with zipfile.ZipFile(path) as archive:
                (entry,) = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
                with archive.open(entry) as file:
                    metadata = file.read(LARGEST_METADATA)
                damaged = archive.testzip()
                if damaged is not None:
                    raise zipfile.BadZipFile(f"Bad CRC-32 for file {damaged!r}")
                return metadata
        if path.name.endswith(".tar.gz"):
            with gzip.open(path) as stream:
                while stream.read(1 << 20):
                    pass
            with tarfile.open(path) as archive:
                file = archive.extractfile(path.name.removesuffix(".tar.gz") + "/PKG-INFO")
                return file.read(LARGEST_METADATA)
    # For damage, zipfile and tarfile raise zlib.error, NotImplementedError, OverflowError and others, none of them documented.
    except Exception as error:
        raise NotADistribution(f"{path.name}: no wheel or sdist can be read in it ({error})") from error
    raise NotADistribution(f"{path.name}: neither a wheel (.whl) nor an sdist (.tar.gz)")
