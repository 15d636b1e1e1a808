"""Reads the version of a package, and writes another one into a copy of its sources.

A version is in one of these places. The first one that exists counts:

1. PACKAGE_VERSION in the environment, which a workflow may set.
2. With `version = "tag"` in registry.toml, a tag NAME-vVERSION of git.
3. The file VERSION beside setup.py or pyproject.toml.
4. `version` in [project] or [tool.poetry] of pyproject.toml.
5. `__version__` in the module that [tool.hatch.version] names, or that flit builds.
6. `version="1.4.0"` in setup.py.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))

from registry_file import Package  # noqa: E402

# In the normal form, without .dev, which a pre-release branch adds, and without a local part, which an index does not accept:
# https://packaging.python.org/en/latest/specifications/version-specifiers/
NUMBER = "(0|[1-9][0-9]*)"
LONGEST = 100
RELEASE = re.compile(rf"([1-9][0-9]*!)?{NUMBER}(\.{NUMBER})*((a|b|rc){NUMBER})?(\.post{NUMBER})?")

# Before the first tag of a package.
FIRST = "0.1.0"


def read_version(root: Path, package: Package) -> str:
    """The version of the sources. It ends the program if there is none."""
    if os.environ.get("PACKAGE_VERSION"):
        return checked(os.environ["PACKAGE_VERSION"], "PACKAGE_VERSION")
    if package.version == "tag":
        return next_version(root, package)
    folder = root / package.path
    if (folder / "VERSION").exists():
        return checked(read_text(folder / "VERSION", f"{package.path}/VERSION").strip(), f"{package.path}/VERSION")
    place = version_place(folder)
    if place is None:
        raise SystemExit(
            f"{package.path}: no version of {package.name} is written there. Write {package.path}/VERSION with one line, such as "
            '1.4.0, or give [project] in pyproject.toml a version, or write version = "tag" into registry.toml'
        )
    path, pattern = place
    found = pattern.search(read_text(path, path.name))
    return checked(found["version"], f"{package.path}/{path.relative_to(folder).as_posix()}")


def tagged_version(root: Path, package: Package) -> str | None:
    """The version of the tag that the commit has."""
    names = git(root, "tag", "--points-at", "HEAD", "--list", f"{package.name}-v*").stdout.split()
    if len(names) > 1:
        raise SystemExit(f"{package.name}: the commit has {' and '.join(names)}. Delete all of them but one")
    return checked(names[0].removeprefix(f"{package.name}-v"), f"tag {names[0]}") if names else None


def next_version(root: Path, package: Package) -> str:
    """The version after the nearest tag: 1.4.1 after 1.4.0, 2.0rc2 after 2.0rc1."""
    done = git(root, "describe", "--tags", "--abbrev=0", "--match", f"{package.name}-v*")
    if done.returncode != 0:
        return FIRST
    tag = done.stdout.strip()
    version = checked(tag.removeprefix(f"{package.name}-v"), f"tag {tag}")
    head, last = re.fullmatch(r"(.*?)([0-9]+)", version).groups()
    return f"{head}{int(last) + 1}"


def write_version(folder: Path, version: str) -> None:
    """Writes a version into a copy of a package's sources, in each place that has one."""
    if (folder / "VERSION").exists():
        (folder / "VERSION").write_text(f"{version}\n", "utf-8")
    place = version_place(folder)
    if place is not None:
        path, pattern = place
        text = read_text(path, path.name)
        start, end = pattern.search(text).span("version")
        path.write_text(text[:start] + version + text[end:], "utf-8")


KEYWORD = re.compile(r"""(?<![\w.])version\s*=\s*["'](?P<version>[^"'\n]*)["']""")
ASSIGNMENT = re.compile(r"""(?m)^__version__\s*(?::\s*str\s*)?=\s*["'](?P<version>[^"'\n]*)["']""")


def version_place(folder: Path) -> tuple[Path, "re.Pattern[str]"] | None:
    """The file that has the version, and what finds it there."""
    return place_in_pyproject(folder) or place_in_setup(folder / "setup.py")


def place_in_setup(path: Path) -> tuple[Path, "re.Pattern[str]"] | None:
    return (path, KEYWORD) if path.exists() and len(KEYWORD.findall(read_text(path, "setup.py"))) == 1 else None


def place_in_pyproject(folder: Path) -> tuple[Path, "re.Pattern[str]"] | None:
    path = folder / "pyproject.toml"
    if not path.exists():
        return None
    text = read_text(path, "pyproject.toml")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SystemExit(f"{path}: {error}") from None
    tool = document.get("tool", {})
    for name, table in (("project", document.get("project", {})), ("tool.poetry", tool.get("poetry", {}))):
        if isinstance(table.get("version"), str):
            header = rf"(?m)^[ \t]*\[{re.escape(name)}\](?:(?!^[ \t]*\[)[\s\S])*?"
            assignment = re.compile(header + r"""^[ \t]*version\s*=\s*["'](?P<version>[^"'\n]*)["']""", re.MULTILINE)
            return (path, assignment) if assignment.search(text) else None
    module = version_module(folder, document, tool)
    return (module, ASSIGNMENT) if module and ASSIGNMENT.search(read_text(module, module.name)) else None


def version_module(folder: Path, document: dict[str, Any], tool: dict[str, Any]) -> Path | None:
    """The module with `__version__`, for build backends that read it there."""
    named = tool.get("hatch", {}).get("version", {}).get("path")
    if named:
        return folder / named if (folder / named).is_file() else None
    if not str(document.get("build-system", {}).get("build-backend", "")).startswith("flit_core"):
        return None
    # https://flit.pypa.io/en/stable/pyproject_toml.html#module-section
    name = tool.get("flit", {}).get("module", {}).get("name") or document.get("project", {}).get("name", "").replace("-", "_")
    candidates = [folder / at / f"{name}{end}" for at in (".", "src") for end in ("/__init__.py", ".py")]
    return next((path for path in candidates if path.is_file()), None)


def checked(version: str, place: str) -> str:
    if len(version) > LONGEST or not RELEASE.fullmatch(version):
        raise SystemExit(
            f"{place}: {shown(version)} is not a release as PEP 440 writes it: write one line of at most {LONGEST} characters, "
            "such as 1.4.0 or 1.4.0rc1, without v, byte order mark, .dev or local part"
        )
    return version


def read_text(path: Path, name: str) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"{name}: it cannot be read ({error}): write one line, such as 1.4.0, in UTF-8") from None


def shown(text: str) -> str:
    return repr(text) if len(text) <= LONGEST else f"{text[:LONGEST]!r}… ({len(text)} characters)"


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except OSError as error:
        raise SystemExit(f"git cannot be started ({error}): install it") from None
