"""Packs what pip installed into a Lambda layer: python3 -I pack_layer.py FOLDER ZIP

The zip's bytes follow from the installed packages alone. It is written only if no package came from elsewhere than the index, and
if nothing in it lets somebody into the registry: CODEARTIFACT_INDEX_URL has the token to look for.
"""

import base64
import hashlib
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

CONFIGURATION = {"pip.conf", "pip.ini", ".netrc", "_netrc", ".pypirc", ".env"}

# What pip notes about this installation. A script's first line names the Python of this machine; a function runs none.
NOTES = ["bin", "**/__pycache__", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED"]


def main(installed: Path, target: Path) -> None:
    for path in [path for pattern in NOTES for path in installed.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    files = sorted(path for path in installed.rglob("*") if path.is_file())
    # https://packaging.python.org/en/latest/specifications/direct-url/
    findings = [
        f"{path.relative_to(installed)}: says that it was installed from an address, not from the index"
        for path in sorted(installed.glob("*.dist-info/direct_url.json"))
    ]
    findings += find_secrets({str(file.relative_to(installed)): file.read_bytes() for file in files})
    if findings:
        raise SystemExit("\n".join([*findings, "No layer was made."]))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    # Not compressed: what zlib makes of the same bytes differs from one of its versions to the next.
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(f"python/{file.relative_to(installed).as_posix()}", (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = (0o100755 if file.stat().st_mode & 0o100 else 0o100644) << 16
            archive.writestr(entry, file.read_bytes())
    unfinished.replace(target)
    print(f"{hashlib.sha256(target.read_bytes()).hexdigest()}  {target.name}")


def find_secrets(files: dict[str, bytes]) -> list[str]:
    """What of a registry's credentials is in these files, a line for each."""
    index = urlsplit(os.environ["CODEARTIFACT_INDEX_URL"])
    token = unquote(index.password or "")
    if not token:
        raise SystemExit("CODEARTIFACT_INDEX_URL holds no token, so there is nothing to look for")
    forms = [token, quote(token, safe=""), base64.b64encode(f"aws:{token}".encode()).decode()]
    hosts = rf"{re.escape(index.hostname or '')}|[\w.-]*\.codeartifact\.[\w.-]*"
    url_with_password = re.compile(rf"://[^\s/@]*@(?:{hosts})\b".encode())
    findings = []
    for name, contents in files.items():
        if any(form.encode() in contents for form in forms):
            findings.append(f"{name}: holds the token")
        if url_with_password.search(contents):
            findings.append(f"{name}: holds an address of the registry with credentials")
        if Path(name).name in CONFIGURATION:
            findings.append(f"{name}: is a configuration of pip or of its credentials")
    return findings


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("Usage: python pack_layer.py FOLDER ZIP")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
