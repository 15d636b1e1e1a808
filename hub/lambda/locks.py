"""Reads a folder's lock: for one target, the pinned packages with their hashes, as lines for pip.

Every lock is checked first: its packages come from one index (check_lock.py), and it matches the file from which it was made. The
second check is done by the tool that wrote the lock. requirements.txt and pylock.toml do not say what they were made from, so they have
only the first.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from check_lock import check, read_toml
from targets import Target

# Which of requirements-TOOLS.txt a build needs. The first ones are preferred to requirements.txt, which tools also export.
LOCKS = {"Pipfile.lock": "pipenv", "uv.lock": "uv", "poetry.lock": "poetry", "pylock.toml": "pip", "requirements.txt": "pip"}

# Runs a tool in a folder without variables or configuration of this shell. Its output is on standard output.
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def lock_of(folder: Path) -> str | None:
    """The name of the folder's lock; None if it has none."""
    found = [name for name in LOCKS if (folder / name).is_file()]
    if len(found) > 1 and "requirements.txt" in found:
        found.remove("requirements.txt")
    if len(found) > 1:
        raise SystemExit(f"{folder}: it has {' and '.join(found)}. Keep one, so that it is clear which packages are used")
    return found[0] if found else None


def tools_of(folder: Path) -> str:
    """The name of the file with the tools that a build of this folder needs."""
    return f"requirements-{LOCKS[lock_of(folder) or 'requirements.txt']}.txt"


def pinned(folder: Path, lock: str, target: Target, run: Run) -> list[str]:
    """What pip installs for the target: NAME==VERSION --hash=…, without conditions."""
    read = {
        "Pipfile.lock": from_pipenv,
        "uv.lock": from_uv,
        "poetry.lock": from_poetry,
        "pylock.toml": from_pylock,
        "requirements.txt": from_requirements,
    }[lock]
    try:
        lines = read(folder, target, run)
    except ImportError as error:
        raise SystemExit(f"{error}: install what requirements-{LOCKS[lock]}.txt names") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SystemExit(f"{lock}: {error}") from None
    return lines


def from_pipenv(folder: Path, target: Target, run: Run) -> list[str]:
    require_one_index(folder, "Pipfile", "Pipfile.lock")
    options = {"PIPENV_IGNORE_VIRTUALENVS": "1", "PIPENV_DONT_LOAD_ENV": "1"}
    require(run("pipenv", "verify", **options), "Pipfile.lock", "lock again with pipenv lock")
    exported = require(run("pipenv", "requirements", "--hash", **options), "Pipfile.lock", "pipenv cannot read it")
    # Its first line names the index. pip gets the index of the build.
    return for_target("Pipfile.lock", re.sub(r"(?m)^-i .*$", "", exported), target)


def from_uv(folder: Path, target: Target, run: Run) -> list[str]:
    require_one_index(folder, "pyproject.toml", "uv.lock")
    done = run("uv", "export", "--quiet", "--locked", "--no-dev", "--no-emit-project", "--no-annotate", "--no-header", UV_OFFLINE="1")
    text = require(done, "uv.lock does not match pyproject.toml any more, or uv cannot read it", "lock again with uv lock")
    return for_target("uv.lock", text, target)


def from_poetry(folder: Path, target: Target, run: Run) -> list[str]:
    require_one_index(folder, "poetry.lock")
    # Without plugins: pyproject.toml may name some, and poetry would install them.
    done = run("poetry", "--no-plugins", "--no-interaction", "check", "--lock")
    require(done, "poetry.lock does not match pyproject.toml any more, or poetry rejects it", "lock again with poetry lock")
    lines = []
    for package in read_toml(folder / "poetry.lock").get("package", []):
        marker = package.get("markers", "")
        marker = marker.get("main", "") if isinstance(marker, dict) else marker
        if "main" in package["groups"] and not package.get("optional") and (not marker or target.holds(marker)):
            lines.append(line_of(package["name"], package["version"], [file["hash"] for file in package["files"]]))
    return lines


def from_pylock(folder: Path, target: Target, _run: Run) -> list[str]:
    from packaging.pylock import PackageWheel, Pylock, PylockSelectError, PylockValidationError
    from packaging.tags import compatible_tags, cpython_tags

    require_one_index(folder, "pylock.toml")
    version = tuple(map(int, target.python.split(".")))
    tags = [
        *cpython_tags(version, [target.abi], target.platforms),
        *compatible_tags(version, target.abi, target.platforms),
    ]
    try:
        lock = Pylock.from_dict(read_toml(folder / "pylock.toml"))
        groups = frozenset(lock.default_groups or [])
        for package in lock.packages:
            # Only for its error: select() decides with one patch of Python.
            if package.marker:
                target.holds(str(package.marker), extras=frozenset(), dependency_groups=groups)
        chosen = list(lock.select(environment=target.environment(999), tags=tags))  # type: ignore[arg-type]
    except (PylockValidationError, PylockSelectError) as error:
        raise ValueError(str(error)) from None
    sources = [package.name for package, file in chosen if not isinstance(file, PackageWheel)]
    if sources:
        raise ValueError(f"no wheel for Python {target.python} on {target.architecture}: {', '.join(sources)}")
    return [
        line_of(package.name, str(package.version), [f"sha256:{wheel.hashes['sha256']}" for wheel in package.wheels or ()])
        for package, _ in chosen
    ]


def from_requirements(folder: Path, target: Target, _run: Run) -> list[str]:
    return for_target("requirements.txt", (folder / "requirements.txt").read_text("utf-8"), target)


def for_target(lock: str, text: str, target: Target) -> list[str]:
    """Pip's requirements whose conditions hold for the target, without the conditions."""
    lines, findings = check_text(lock, text)
    kept = []
    for line in lines:
        requirement, *hashes = line.split(" --hash=")
        pin, _, marker = requirement.partition(";")
        try:
            if not marker.strip() or target.holds(marker.strip()):
                kept.append(" ".join([pin.strip(), *(f"--hash={one}" for one in hashes)]))
        except ValueError as error:
            findings.append(f"{lock}: {pin.strip()}: {error}")
    stop(findings)
    return kept


def check_text(name: str, text: str) -> tuple[list[str], list[str]]:
    from check_lock import check_requirements

    lines, findings = check_requirements(text)
    return lines, [f"{name}: {finding}" for finding in findings]


def require_one_index(folder: Path, *names: str) -> None:
    findings = []
    for name in names:
        try:
            findings += [f"{name}: {finding}" for finding in check(folder / name)[1]]
        except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
            findings.append(f"{name}: it cannot be read: {error}")
    stop(findings)


def stop(findings: list[str]) -> None:
    if findings:
        raise SystemExit("\n".join([*findings, "A layer's packages come from one index. Nothing was installed."]))


def require(done: "subprocess.CompletedProcess[str]", what: str, way_out: str) -> str:
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}{done.stderr}{what}: {way_out}")
    return done.stdout


def line_of(name: str, version: str, hashes: list[str]) -> str:
    others: list[Any] = [one for one in hashes if not re.fullmatch(r"sha256:[0-9a-f]{64}", one)]
    if others or not hashes:
        raise ValueError(f"{name} has no SHA-256 of each of its files: {others or 'no hashes'}")
    return " ".join([f"{name}=={version}", *(f"--hash={one}" for one in hashes)])
