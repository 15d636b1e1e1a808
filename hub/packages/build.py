"""Builds sdist and wheel of packages: python build.py [--wheels FOLDER] TARGET PACKAGE[==VERSION]...

The same sources and version make the same bytes at any time, on any machine and from any commit, so that a re-run uploads the
files that the registry has already. A package without a version gets the one that its sources have: versions.py.

Sources come from the folder that registry.toml names. With --wheels each package is built in an environment of its own, with what
its lock names: environments.py. Without it, the Python that runs this builds.

An sdist that makes another version when it is built without PACKAGE_VERSION is left out, because pip rejects it.
"""

import argparse
import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from email.parser import BytesHeaderParser
from pathlib import Path
from zipfile import ZipFile

sys.path.append(str(Path(__file__).resolve().parents[1]))

import registry_file  # noqa: E402
from environments import environment_of  # noqa: E402
from registry_file import Package, RegistryFile  # noqa: E402
from versions import LONGEST, NUMBER, RELEASE, read_version, shown, write_version  # noqa: E402

# 1980-01-01, the first day that a zip file can represent. With a commit's own time, the same sources would have other bytes in every
# commit.
EPOCH = 315532800

# A release, or a pre-release of a branch.
BUILT = re.compile(rf"{RELEASE.pattern}(\.dev{NUMBER})?")


def build(team: RegistryFile, given: str, target: Path, python: str = sys.executable) -> list[Path]:
    """Builds a package, and returns the files in the order of their names."""
    name, has_version, version = given.partition("==")
    package = team.package(name)
    version = check_version(given, version) if has_version else read_version(team.root, package)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        source, made = Path(temporary, name), Path(temporary, "made")
        generate(team.root, package, python)
        copy_sources(team.root / package.path, source)
        write_version(source, version)
        run_build(python, "--sdist", source, made, version)
        (sdist,) = made.glob("*.tar.gz")
        repack(sdist)
        # From the sdist, so that both have the same sources.
        with tarfile.open(sdist) as archive:
            # Before Python 3.11.4 tarfile has no filters.
            # https://docs.python.org/3/library/tarfile.html#supporting-older-python-versions
            archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
            archive.extractall(temporary)
        unpacked = Path(temporary, sdist.name.removesuffix(".tar.gz"))
        run_build(python, "--wheel", unpacked, made, version)
        check_wheel(package, made, version)
        leave_out_useless_sdist(python, package, sdist, unpacked, version)
        return [Path(shutil.copy(file, target)) for file in sorted(made.iterdir())]


def check_version(package: str, version: str) -> str:
    if len(version) > LONGEST or not BUILT.fullmatch(version):
        raise SystemExit(
            f"{shown(package)}: {shown(version)} is not a version as PEP 440 writes it: write one such as 1.4.0 or 1.4.0.dev7"
        )
    return version


def generate(root: Path, package: Package, python: str) -> None:
    """Runs the package's generator, such as one that writes models from schemas, in the root of the repository."""
    if package.generate:
        path = os.pathsep.join([str(Path(python).parent), os.environ.get("PATH", "")])
        done = subprocess.run(package.generate, cwd=root, env={**os.environ, "PATH": path, "PYTHONHASHSEED": "0"})
        if done.returncode != 0:
            raise SystemExit(f"{package.name}: {' '.join(package.generate)} failed, see above")


def copy_sources(source: Path, target: Path) -> None:
    """Copies without leftovers of an earlier build or test, and with one mode for all: both would go into the archives."""
    leftovers = shutil.ignore_patterns(".git", "*.egg-info", "__pycache__", ".pytest_cache", "build", "dist")
    shutil.copytree(source, target, ignore=leftovers)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def run_build(python: str, kind: str, source: Path, target: Path, version: str) -> None:
    # No isolation: locks pin the tools by their hashes.
    command = [python, "-m", "build", "--no-isolation", kind, "--outdir", str(target), str(source)]
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


def check_wheel(package: Package, made: Path, version: str) -> None:
    (wheel,) = made.glob("*.whl")
    with ZipFile(wheel) as archive:
        (entry,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        built = BytesHeaderParser().parsebytes(archive.read(entry)).get("Version", "")
    if built != version:
        raise SystemExit(
            f"{package.name}: the build made version {built}, not {version}. It must read VERSION or PACKAGE_VERSION, or have its "
            f"version in {package.path}/pyproject.toml"
        )


METADATA = "import sys, build.util; print(build.util.project_wheel_metadata(sys.argv[1], isolated=False)['Version'])"


def leave_out_useless_sdist(python: str, package: Package, sdist: Path, unpacked: Path, version: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PACKAGE_VERSION"}
    done = subprocess.run([python, "-I", "-c", METADATA, str(unpacked)], env=environment, capture_output=True, text=True)
    alone = done.stdout.split()[-1:] if done.returncode == 0 else []
    if alone != [version]:
        sdist.unlink()
        made = f"it makes version {alone[0]}" if alone else "it cannot be built"
        print(
            f"{package.name}: its sdist is left out. Without PACKAGE_VERSION {made}, not {version}, and pip rejects that. "
            "To publish it, read VERSION in setup.py and include the file",
            file=sys.stderr,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Builds sdist and wheel of packages, the same bytes every time.")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="what dependencies.py downloaded")
    parser.add_argument("target", type=Path, metavar="TARGET")
    parser.add_argument("packages", nargs="+", metavar="PACKAGE[==VERSION]")
    options = parser.parse_args()
    try:
        team = registry_file.read(registry_file.find(Path.cwd()))
        for given in options.packages:
            name = given.partition("==")[0]
            with environment_of(team, team.package(name), options.wheels) as python:
                for file in build(team, given, options.target, python):
                    print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}", flush=True)
    except registry_file.Invalid as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
