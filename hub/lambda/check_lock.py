"""Checks that a layer's packages come from only one index: python3 -I check_lock.py FILE...

FILE is a Pipfile, Pipfile.lock, pyproject.toml (of uv), uv.lock, poetry.lock or pylock.toml, or requirements in pip's format. From
requirements it prints only the pinned packages and their hashes, so that pip installs exactly what was checked. Every finding is a line
on standard error, and the exit code is then 1. Nothing is fetched.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# The source that a Pipfile and its lock name. Its address, with the token, is in no file.
INDEX = "${CODEARTIFACT_INDEX_URL}"

VERSION = r"[A-Za-z0-9][A-Za-z0-9._!+-]*"
MARKER = r"[\w\s.,'\"<>=!()~*+-]+"
REQUIREMENT = re.compile(
    rf"[A-Za-z0-9][A-Za-z0-9._-]*(\s*\[[A-Za-z0-9._,\s-]*\])?\s*==\s*{VERSION}\s*(;{MARKER})?", re.ASCII
)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
SPECIFIER = re.compile(r"[\w\s.,<>=!~*+-]*", re.ASCII)

# The keys that a package of an index may have. Any other key names another source, or may name one in a later release of a tool.
MARKERS = {
    *["python_version", "python_full_version", "os_name", "sys_platform", "platform_machine", "platform_system"],
    *["platform_release", "platform_version", "platform_python_implementation", "implementation_name"],
}
PIPFILE_KEYS = {"version", "extras", "markers", "index", *MARKERS}
LOCK_KEYS = {"hashes", "version", "extras", "markers", "index"}
UV_INDEX_KEYS = {"name", "url", "publish-url", "default", "authenticate"}
UV_OTHER_SOURCES = ["index-url", "extra-index-url", "find-links", "no-index", "workspace"]


def check_requirements(text: str) -> tuple[list[str], list[str]]:
    """The pinned packages, each with its hashes on one line, and the findings."""
    pinned, findings = [], []
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        line = re.sub(r"(^|\s)#.*$", "", line).strip()
        requirement, *options = re.split(r"\s+(?=-)", line)
        others = [option for option in options if not HASH.fullmatch(option)]
        if not line:
            continue
        if line.startswith("-"):
            findings.append(f"{line!r} is an option: a layer comes from one index, and from one lock")
        elif not REQUIREMENT.fullmatch(requirement):
            findings.append(f"{line!r} is not NAME==VERSION, so it may come from elsewhere than the index")
        elif others:
            findings.append(f"{requirement!r} has options other than --hash=sha256:…: {' '.join(others)}")
        else:
            pinned.append(" ".join([requirement, *options]))
    return pinned, findings


def check_sources(sources: Any) -> list[str]:
    named = [source.get("url") for source in sources or []]
    findings = [] if named == [INDEX] else [f"its sources are {named}: name one, with the url {INDEX!r}"]
    return findings + [f"{source['url']}: verify_ssl must not be off" for source in sources or [] if not verifies(source)]


def verifies(source: dict[str, Any]) -> bool:
    return source.get("verify_ssl", True) is True


def check_pipfile(pipfile: dict[str, Any]) -> list[str]:
    findings = check_sources(pipfile.get("source"))
    for category, packages in pipfile.items():
        if category not in ("source", "requires", "scripts", "pipenv"):
            findings += check_packages(category, packages, PIPFILE_KEYS, SPECIFIER, pipfile.get("source"))
    return findings


def check_pipfile_lock(lock: dict[str, Any]) -> list[str]:
    sources = lock.get("_meta", {}).get("sources")
    findings = check_sources(sources)
    for category, packages in lock.items():
        if category != "_meta":
            findings += check_packages(category, packages, LOCK_KEYS, re.compile(f"=={VERSION}"), sources)
    return findings


def check_packages(
    category: str, packages: dict[str, Any], keys: set[str], version: "re.Pattern[str]", sources: Any
) -> list[str]:
    findings = []
    names = [source.get("name") for source in sources or []]
    for name, entry in packages.items():
        said = {"version": entry} if isinstance(entry, str) else entry
        others = sorted(set(said) - keys)
        if others:
            findings.append(f"{category}: {name} has {', '.join(others)}, so it may come from elsewhere than the index")
        elif not version.fullmatch(said.get("version", "")):
            findings.append(f"{category}: {name} has the version {said.get('version')!r}, which is not one of an index")
        elif said.get("index", names[0] if names else None) not in names:
            findings.append(f"{category}: {name} comes from the index {said['index']!r}, which is not its source")
    return findings


def check_pyproject(pyproject: dict[str, Any]) -> list[str]:
    uv = pyproject.get("tool", {}).get("uv", {})
    findings = [f"tool.uv.{key}: a layer comes from the one [[tool.uv.index]]" for key in UV_OTHER_SOURCES if key in uv]
    indexes = uv.get("index", [])
    if len(indexes) != 1 or indexes[0].get("default") is not True:
        findings.append(f"it has {len(indexes)} of [[tool.uv.index]]: name one, with default = true, which keeps out PyPI")
    for index in indexes:
        others = sorted(set(index) - UV_INDEX_KEYS)
        findings += [f"tool.uv.index: {index.get('name')} has {', '.join(others)}"] if others else []
    for name, source in uv.get("sources", {}).items():
        if not isinstance(source, dict) or set(source) != {"index"}:
            findings.append(f"tool.uv.sources: {name} comes from {source}, not from the index")
    return findings


def check_uv_lock(lock: dict[str, Any], pyproject: dict[str, Any]) -> list[str]:
    findings = []
    project = pyproject.get("project", {}).get("name")
    indexes = {index.get("url", "").rstrip("/") for index in pyproject.get("tool", {}).get("uv", {}).get("index", [])}
    for package in lock.get("package", []):
        source, name = package.get("source", {}), package["name"]
        if set(source) == {"registry"} and source["registry"].rstrip("/") in indexes:
            findings += check_uv_files(package, urlsplit(source["registry"]).netloc)
        elif name != project or source not in ({"virtual": "."}, {"editable": "."}):
            findings.append(f"{name} comes from {source}, not from the index of pyproject.toml")
    return findings


def check_uv_files(package: dict[str, Any], host: str) -> list[str]:
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    elsewhere = [file for file in files if "url" not in file or urlsplit(file["url"]).netloc != host]
    return [f"{package['name']} has a file at {file.get('url') or file}, not at {host}" for file in elsewhere]


def check_poetry_lock(lock: dict[str, Any], pyproject: dict[str, Any]) -> list[str]:
    if not str(lock.get("metadata", {}).get("lock-version")).startswith("2.1"):
        return [f"its lock-version is {lock.get('metadata', {}).get('lock-version')!r}, not 2.1: lock again with poetry 2"]
    poetry = pyproject.get("tool", {}).get("poetry", {})
    sources = poetry.get("source", [])
    findings = []
    # Without a primary source, poetry adds PyPI: https://python-poetry.org/docs/repositories/#package-sources
    if len(sources) != 1 or sources[0].get("priority", "primary") != "primary":
        findings.append(
            f"pyproject.toml has {len(sources)} of [[tool.poetry.source]]: name one, with priority = \"primary\", which keeps out PyPI"
        )
    urls = {source.get("url", "").rstrip("/") for source in sources}
    findings += [f"pyproject.toml: {credentials_in(url)}" for url in sorted(urls) if credentials_in(url)]
    for package in lock.get("package", []):
        source, name = package.get("source", {}), package["name"]
        if set(source) != {"type", "url", "reference"} or source["type"] != "legacy" or source["url"].rstrip("/") not in urls:
            findings.append(f"{name} comes from {source or 'PyPI'}, not from the source of pyproject.toml")
    return findings


def check_pylock(lock: dict[str, Any]) -> list[str]:
    """https://packaging.python.org/en/latest/specifications/pylock-toml/"""
    findings = []
    places: set[str] = set()
    for package in lock.get("packages", []):
        name = package["name"]
        others = sorted({"vcs", "directory", "archive"} & set(package))
        if others:
            findings.append(f"{name} has {', '.join(others)}, so it may come from elsewhere than the index")
        for file in [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]:
            if "path" in file or "url" not in file:
                findings.append(f"{name} has a file at {file.get('path') or file.get('url')!r}, not at an index")
            elif found := credentials_in(file["url"]):
                findings.append(f"{name}: {found}")
            else:
                places.add(urlsplit(file["url"]).netloc.rpartition("@")[2])
        if "index" in package and (found := credentials_in(package["index"])):
            findings.append(f"{name}: {found}")
    indexes = {package["index"].rstrip("/") for package in lock.get("packages", []) if "index" in package}
    if len(indexes) > 1:
        findings.append(f"it names the indexes {' and '.join(sorted(map(without_credentials, indexes)))}: lock from one")
    if len(places) > 1:
        findings.append(f"its files are at {' and '.join(sorted(places))}: lock from one index")
    return findings


def credentials_in(url: str) -> str:
    found = urlsplit(url).password
    return f"{without_credentials(url)} has a password in it: lock with an address without one" if found else ""


def without_credentials(url: str) -> str:
    address = urlsplit(url)
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()


def check(path: Path) -> tuple[list[str], list[str]]:
    if path.name == "Pipfile":
        return [], check_pipfile(read_toml(path))
    if path.name == "Pipfile.lock":
        return [], check_pipfile_lock(json.loads(path.read_text("utf-8")))
    if path.name == "pyproject.toml":
        return [], check_pyproject(read_toml(path))
    if path.name == "uv.lock":
        return [], check_uv_lock(read_toml(path), read_toml(path.with_name("pyproject.toml")))
    if path.name == "poetry.lock":
        return [], check_poetry_lock(read_toml(path), read_toml(path.with_name("pyproject.toml")))
    if path.name == "pylock.toml":
        return [], check_pylock(read_toml(path))
    return check_requirements(path.read_text("utf-8"))


def read_toml(path: Path) -> dict[str, Any]:
    if sys.version_info < (3, 11):
        raise SystemExit(f"{path}: Python 3.11 or newer reads it, and this is {sys.version.split()[0]}")
    import tomllib

    return tomllib.loads(path.read_text("utf-8"))


def main(paths: list[Path]) -> None:
    findings = []
    for path in paths:
        try:
            pinned, found = check(path)
        except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
            pinned, found = [], [f"it cannot be read: {error}"]
        findings += [f"{path.name}: {finding}" for finding in found]
        print(*pinned, sep="\n", end="\n" if pinned else "")
    if findings:
        raise SystemExit("\n".join([*findings, "A layer's packages come from one index. Nothing was installed."]))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("Usage: python3 -I check_lock.py FILE...")
    main([Path(path) for path in sys.argv[1:]])
