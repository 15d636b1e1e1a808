"""Packs what pip installed into a Lambda layer: python3 -I pack_layer.py FOLDER ZIP

The zip's bytes depend only on the installed packages. It contains every file that a package's RECORD names, except scripts and pip's own
notes. It is written only if the folder has exactly these files with these bytes, every package came from the index, and no file contains
credentials of the registry. CODEARTIFACT_INDEX_URL has the token to look for.
"""

import base64
import csv
import hashlib
import os
import sys
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

# Last, so that no module of this folder is imported in place of Python's own.
sys.path.append(str(Path(__file__).resolve().parent))

from credentials import Credentials  # noqa: E402

# pip's notes about this installation, which differ from one machine to the next.
NOTES = {"RECORD", "INSTALLER", "REQUESTED"}


def main(installed: Path, target: Path) -> None:
    files, findings = read_records(installed)
    # https://packaging.python.org/en/latest/specifications/direct-url/
    findings += [
        f"{path.relative_to(installed)}: says that it was installed from an address, not from the index"
        for path in sorted(installed.glob("*.dist-info/direct_url.json"))
    ]
    credentials = registry_credentials()
    for file in files:
        findings += credentials.find(file, (installed / file).read_bytes())
    if findings:
        raise SystemExit("\n".join([*findings, "No layer was made."]))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    # Not compressed: zlib's output for the same bytes differs from one of its versions to the next.
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            path = installed / file
            entry = zipfile.ZipInfo(f"python/{file}", (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = (0o100755 if path.stat().st_mode & 0o100 else 0o100644) << 16
            archive.writestr(entry, path.read_bytes())
    unfinished.replace(target)
    print(f"{hashlib.sha256(target.read_bytes()).hexdigest()}  {target.name}")


def read_records(installed: Path) -> tuple[list[str], list[str]]:
    """The files of the layer, and where the folder differs from what pip recorded."""
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
    return sorted(kept & found), findings


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


def registry_credentials() -> Credentials:
    index = urlsplit(os.environ["CODEARTIFACT_INDEX_URL"])
    token = unquote(index.password or "")
    if not token:
        raise SystemExit("CODEARTIFACT_INDEX_URL has no token, so there is nothing to look for")
    return Credentials(token, index.hostname or "")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("Usage: python pack_layer.py FOLDER ZIP")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
