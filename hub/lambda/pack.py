"""Packs what pip installed, and a function's own files, into a zip for Lambda.

The zip's bytes depend only on the packages and files. It contains every file that a package's RECORD names, except scripts and pip's own
notes. It is written only if the folder has exactly these files with these bytes, every package came from the index, no file of the
function takes a package's place, and no file contains credentials of the registry.
"""

import base64
import csv
import hashlib
import re
import stat
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from credentials import Credentials

# pip's notes about this installation, which differ from one machine to the next.
NOTES = {"RECORD", "INSTALLER", "REQUESTED"}

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: unzipped, of a function with all its layers.
LARGEST = 250 * 1024 * 1024

# What a function does not need when it runs: its tests, its locks and what tools leave behind. A name with a dot at its start as well.
FOLDERS_LEFT_OUT = {"tests", "test", "__pycache__", "node_modules", "venv"}
FILES_LEFT_OUT = re.compile(
    r"\..*|Pipfile|.*\.lock|pyproject\.toml|poetry\.toml|pylock(\..+)?\.toml|requirements.*\.(txt|in)|test_.*\.py|.*_test\.py|conftest\.py|.*\.py[co]"
)


@dataclass
class Contents:
    """Files by their names in the zip, and what is wrong with them."""

    files: dict[str, Path] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def write_zip(target: Path, prefix: str, *contents: Contents) -> str:
    """The SHA-256 of the zip."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    files = {name: path for one in contents for name, path in one.files.items()}
    # Not compressed: zlib's output for the same bytes differs from one of its versions to the next.
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{prefix}{name}", (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = (0o100755 if path.stat().st_mode & 0o100 else 0o100644) << 16
            archive.writestr(entry, path.read_bytes())
    unfinished.replace(target)
    return hashlib.sha256(target.read_bytes()).hexdigest()


def require_no_findings(kind: str, installed: Contents, own: Contents, index: str) -> None:
    findings = [*installed.findings, *own.findings, *collisions(installed, own)]
    credentials = registry_credentials(index)
    files = [*sorted(installed.files.items()), *sorted(own.files.items())]
    for name, path in files:
        findings += credentials.find(name, path.read_bytes())
    size = sum(path.stat().st_size for _, path in files)
    if size > LARGEST:
        findings.append(f"{size} bytes are more than the {LARGEST} that a function may have with all its layers")
    if findings:
        raise SystemExit("\n".join([*findings, f"No {'layer' if kind == 'layer' else 'function package'} was made."]))


def installed_files(installed: Path) -> Contents:
    """The files of the packages, and where the folder differs from what pip recorded."""
    kept, scripts, notes, findings = set(), set(), set(), []
    for record in sorted(installed.glob("*.dist-info/RECORD")):
        package = record.parent.name
        for recorded, digest, _size in csv.reader(record.read_text("utf-8").splitlines()):
            # pip --target installs under lib/python. Then it moves the files there, and the folders next to lib, to the target.
            next_to_lib = recorded.startswith("../../")
            name = str(PurePosixPath(recorded.removeprefix("../../")))
            if next_to_lib and name.startswith("bin/"):
                # A script's first line names the Python of this machine, and a function runs no script.
                scripts.add(name)
            elif name.startswith(f"{package}/") and name.removeprefix(f"{package}/") in NOTES:
                notes.add(name)
            else:
                kept.add(name)
                findings += check_file(installed, name, digest, package)
    found = {str(path.relative_to(installed).as_posix()) for path in installed.rglob("*") if not path.is_dir()}
    findings += [f"{name}: no package's RECORD names it" for name in sorted(found - kept - scripts - notes)]
    # https://packaging.python.org/en/latest/specifications/direct-url/
    findings += [
        f"{path.relative_to(installed)}: says that it was installed from an address, not from the index"
        for path in sorted(installed.glob("*.dist-info/direct_url.json"))
    ]
    return Contents({name: installed / name for name in sorted(kept & found)}, findings)


def check_file(installed: Path, name: str, digest: str, package: str) -> list[str]:
    path = installed / name
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        return [f"{name}: {package} installed it outside the layer"]
    if not path.is_file() or path.is_symlink():
        return [f"{name}: {package} has this file, and pip left it out, because another file has its place"]
    algorithm, _, expected = digest.partition("=")
    if expected:
        actual = base64.urlsafe_b64encode(hashlib.new(algorithm, path.read_bytes()).digest()).rstrip(b"=").decode()
        if actual != expected:
            return [f"{name}: its bytes are not those of {package}; another package has the same file"]
    return []


def function_files(folder: Path) -> Contents:
    """A function's own files."""
    contents = Contents()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        left_out = any(part in FOLDERS_LEFT_OUT or part.startswith(".") for part in name.parts[:-1])
        mode = path.lstat().st_mode
        if left_out or stat.S_ISDIR(mode) or FILES_LEFT_OUT.fullmatch(name.name):
            continue
        if stat.S_ISREG(mode):
            contents.files[name.as_posix()] = path
        else:
            contents.findings.append(f"{name}: it is not a file, and a link's target may be outside the folder. Copy the file")
    if not contents.files:
        contents.findings.append(f"{folder}: it has no file of the function's own")
    return contents


def collisions(installed: Contents, own: Contents) -> list[str]:
    """Names at the top that both have: one of the two would not be imported, or would get the other's files."""
    packages = {import_name(name): name for name in reversed(installed.files)}
    return [
        f"{name}: a package of the lock has {packages[import_name(name)]}, and Python finds one of them. Rename the function's"
        for name in own.files
        if import_name(name) in packages
    ]


def import_name(name: str) -> str:
    return PurePosixPath(name).parts[0].removesuffix(".py").lower()


def registry_credentials(index: str) -> Credentials:
    """What to look for. Without an index there is no token, and addresses of any registry with credentials are found."""
    if not index:
        return Credentials("", "registry.invalid")
    address = urlsplit(index)
    token = unquote(address.password or "")
    if not token:
        raise SystemExit("CODEARTIFACT_INDEX_URL has no token, so there is nothing to look for")
    return Credentials(token, address.hostname or "")
