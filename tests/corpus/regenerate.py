"""Writes distributions.json from real wheels and source distributions in folders.

    pip download --no-deps --only-binary :all: -d FOLDER NAME==VERSION ...
    python tests/corpus/regenerate.py FOLDER ...

Keeps a file's name, its SHA-256 and the headers of its METADATA or PKG-INFO. The description is left out.
"""

import hashlib
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

DESCRIPTION = re.compile(r"^Description:.*\n(?:[ \t].*\n)*", re.MULTILINE | re.IGNORECASE)


def metadata(path: Path) -> bytes:
    wanted = re.compile(r"^[^/]+\.dist-info/METADATA$" if path.suffix == ".whl" else r"^[^/]+/PKG-INFO$")
    if path.name.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            [member] = [member for member in archive if wanted.match(member.name)]
            return archive.extractfile(member).read()
    with zipfile.ZipFile(path) as archive:
        [name] = [name for name in archive.namelist() if wanted.match(name)]
        return archive.read(name)


def headers(path: Path) -> str:
    text = metadata(path).decode(errors="replace").replace("\r\n", "\n")
    return DESCRIPTION.sub("", text.split("\n\n")[0] + "\n")


def main(folders: list[str]) -> None:
    files = sorted(path for folder in folders for path in Path(folder).iterdir())
    made = [
        {
            "filename": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "metadata": headers(path),
        }
        for path in files
    ]
    target = Path(__file__).with_name("distributions.json")
    target.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")


main(sys.argv[1:])
