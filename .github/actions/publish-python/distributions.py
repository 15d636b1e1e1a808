"""Built packages in a folder, each known by what its own metadata says."""

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

# Metadata is a few kilobytes; what claims more is not read.
LARGEST_METADATA = 1_000_000


# What build tools, signing tools and systems leave beside distributions. None is an upload of its own: twine sends a signature
# and an attestation as fields of their distribution's upload, and only where it is asked to: https://twine.readthedocs.io
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
    """A file that is neither a wheel nor an sdist, or says one thing in its name and another inside."""


@dataclass(frozen=True)
class Distribution:
    path: Path
    # In the form in which the registry knows it: https://packaging.python.org/en/latest/specifications/name-normalization/
    package: str
    # The texts by which the registry may know it: in the normal form, and as the metadata has it where that differs. AWS documents
    # what it does to names, and nothing of versions: https://docs.aws.amazon.com/codeartifact/latest/ug/python-name-normalization.html
    versions: tuple[str, ...]
    sha256: str


def distribution_files(folder: Path) -> list[Path]:
    """All files except hidden ones, signatures, attestations, checksums and SBOMs; one line of the log names those."""
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
    # Text that is not ASCII comes as an object of its own.
    name, version = (str(metadata.get(header, "")).strip() for header in ("Name", "Version"))
    package, normal = normalize(name), normal_version(version)
    if normal is None:
        raise NotADistribution(f"{path.name}: its metadata says the version {version!r}, which PEP 440 does not allow")
    if normal_version(version_in_name(path.name, package) or "") != normal:
        raise NotADistribution(f"{path.name}: its metadata says {name} {version}")
    versions = (normal,) if version == normal else (normal, version)
    return Distribution(path, package, versions, hashlib.sha256(path.read_bytes()).hexdigest())


def version_in_name(filename: str, package: str) -> str | None:
    """Some tools write a version into a file's name in another form than into its metadata: hatch 1.1.0rc1 for 1.1.0-rc.1."""
    # A file name has underscores for what separates words, in older tools also dots or hyphens.
    stem = "[-_.]+".join(re.escape(word) for word in package.split("-"))
    ending = r"(?:-\d\w*)?(?:-[\w.]+){3}\.whl" if filename.endswith(".whl") else r"\.tar\.gz"
    version = "[^-]+" if filename.endswith(".whl") else ".+"
    found = re.fullmatch(rf"{stem}-({version}){ending}", filename, re.IGNORECASE)
    return found[1] if found else None


def normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_metadata(path: Path) -> bytes:
    """Reads the whole archive for it: one that is damaged or cut short anywhere must not be published, since no file changes."""
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
    # Damage comes out of zipfile and tarfile as zlib.error, NotImplementedError, OverflowError and others, none of them documented.
    except Exception as error:
        raise NotADistribution(f"{path.name}: no wheel or sdist can be read in it ({error})") from error
    raise NotADistribution(f"{path.name}: neither a wheel (.whl) nor an sdist (.tar.gz)")
