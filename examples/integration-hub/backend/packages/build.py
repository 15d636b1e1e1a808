"""Builds sdist and wheel of packages: python build.py dist orb-common==1.4.0.dev7 orb-models

The same sources and version make the same bytes at any time, on any machine and from any commit, so that a re-run uploads the
files that the registry has already. A package without a version gets the one in its VERSION.
"""

import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from packaging.version import InvalidVersion, Version
from releases import LONGEST, read_version, shown

# 1980-01-01, the first day that a zip file can represent. With a commit's own time, the same sources would have other bytes in every
# commit.
EPOCH = 315532800


def build(package: str, target: Path) -> list[Path]:
    """Builds a package, and returns the files in the order of their names."""
    name, given, version = package.partition("==")
    version = check_version(package, version) if given else read_version(name)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        source, made = Path(temporary, name), Path(temporary, "made")
        copy_sources(Path(__file__).parent / name, source)
        run_build("--sdist", source, made, version)
        (sdist,) = made.glob("*.tar.gz")
        repack(sdist)
        # From the sdist, so that both have the same sources.
        with tarfile.open(sdist) as archive:
            # Before Python 3.11.4 tarfile has no filters.
            # https://docs.python.org/3/library/tarfile.html#supporting-older-python-versions
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
            archive.extractall(temporary)
        run_build("--wheel", Path(temporary, sdist.name.removesuffix(".tar.gz")), made, version)
        return [Path(shutil.copy(file, target)) for file in sorted(made.iterdir())]


def check_version(package: str, version: str) -> str:
    try:
        normal = str(Version(version[: LONGEST + 1]))
    except InvalidVersion:
        normal = None
    if normal != version or len(version) > LONGEST:
        right = normal if normal is not None and len(version) <= LONGEST else "1.4.0 or 1.4.0.dev7"
        raise SystemExit(f"{shown(package)}: {shown(version)} is not a version as PEP 440 writes it: write {right}")
    return version


def copy_sources(source: Path, target: Path) -> None:
    """Copies without leftovers of an earlier build or test, and with one mode for all: both would go into the archives."""
    leftovers = shutil.ignore_patterns("*.egg-info", "__pycache__", "build", "dist")
    shutil.copytree(source, target, ignore=leftovers)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def run_build(kind: str, source: Path, target: Path, version: str) -> None:
    # No isolation: requirements.txt pins the tools by their hashes.
    command = [sys.executable, "-m", "build", "--no-isolation", kind, "--outdir", str(target), str(source)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH), "PYTHONHASHSEED": "0", "PACKAGE_VERSION": version}
    # In a folder without this file: -m prefers a module of the current folder.
    done = subprocess.run(
        command,
        env=environment,
        cwd=source.parent,
        umask=0o022,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}\n{source.name}: the build failed, see above")


def repack(sdist: Path) -> None:
    """setuptools writes the time of day and the builder's name into the archive."""
    with tarfile.open(sdist) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, contents in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(contents), EPOCH, 0o644
            archive.addfile(member, io.BytesIO(contents))
    sdist.write_bytes(gzip.compress(plain.getvalue(), mtime=0))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit("Usage: python build.py FOLDER PACKAGE[==VERSION]...")
    for package in sys.argv[2:]:
        for file in build(package, Path(sys.argv[1])):
            print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}")
