"""Publishes the files of a folder. Each is uploaded, skipped because the registry has the same bytes, or rejected."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent / "codeartifact-login")]

from codeartifact import Registry  # noqa: E402
from distributions import Distribution, read_distributions  # noqa: E402
from isolation import BY_HAND, environment  # noqa: E402
from step import Failed, run_step  # noqa: E402

# As `python -m twine`, but only twine's folder and Python's own library can be imported.
TWINE = "import runpy, sys; sys.path.append(sys.argv.pop(1)); runpy.run_module('twine', run_name='__main__')"

# The action sets these. A person sets them too.
SETTINGS = ("REGION", "DOMAIN", "REPOSITORY", "TOKEN_LIFETIME", "FILES", "PACKAGES")

# How long a file may take to be listed after its upload, in seconds.
LONGEST_WAIT = 60.0


def main() -> None:
    missing = [name for name in SETTINGS if not os.environ.get(name)]
    if missing:
        raise Failed(f"{', '.join(missing)}: not set, see action.yml for the inputs of the same names")
    registry = Registry()
    place = f"{registry.domain}/{registry.repository}"
    distributions = read_distributions(Path(os.environ["FILES"]), os.environ["PACKAGES"].split())
    absent = absent_ones(registry, place, distributions)
    outcomes = {found.path.name: "not published" if found in absent else "there already" for found in distributions}
    try:
        if absent:
            token, endpoint = registry.token(), registry.endpoint()
        for found in absent:
            upload(found, token, endpoint)
            outcomes[found.path.name] = "sent, not confirmed"
            confirm(registry, place, found)
            outcomes[found.path.name] = "published"
            print(f"{found.path.name}: published to {place}, SHA-256 {found.sha256}", flush=True)
    finally:
        summarize(place, distributions, outcomes)


def absent_ones(registry: Registry, place: str, distributions: list[Distribution]) -> list[Distribution]:
    """The files that the registry does not have. Raises Failed if it has a file of the same name with other bytes."""
    absent, conflicts, asked = [], [], {}
    for found in distributions:
        name, release = found.path.name, (found.package, *found.versions)
        if release not in asked:
            asked[release] = files_of(registry, found)
        there = asked[release].get(name)
        if there is None:
            absent.append(found)
        elif there == found.sha256:
            print(f"{name}: {place} has the same bytes, SHA-256 {there}", flush=True)
        else:
            conflicts.append(f"{name} is in {place} with other bytes: there SHA-256 {there}, here {found.sha256}.")
    if conflicts:
        advice = "A published version never changes: raise the version. Nothing was sent."
        raise Failed("\n".join([*conflicts, advice]))
    return absent


def files_of(registry: Registry, found: Distribution) -> dict[str, str]:
    """SHA-256 of the files of its release, under any spelling of its version, by their names."""
    listed = [registry.sha256_of_files(found.package, version) for version in found.versions]
    return {name: sha256 for files in listed for name, sha256 in files.items()}


def upload(distribution: Distribution, token: str, endpoint: str) -> None:
    # Never --skip-existing: it would treat any conflict as success, and twine rejects it for this endpoint.
    command = [*twine(), "upload", "--non-interactive", "--disable-progress-bar"]
    command += ["--config-file", os.devnull, str(distribution.path.absolute())]
    variables = {"TWINE_REPOSITORY_URL": endpoint, "TWINE_USERNAME": "aws", "TWINE_PASSWORD": token}
    with tempfile.TemporaryDirectory() as home:
        # twine gets the registry's token, and nothing that can mint more tokens.
        done = subprocess.run(command, env=environment(Path(home), **variables), cwd=home, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise Failed(f"{distribution.path.name}: twine could not publish it, see its output above")


def twine() -> list[str]:
    """twine in the folder TOOLS. For a person without that folder, twine of the Python in use."""
    tools = os.environ.get("TOOLS")
    if tools:
        return [sys.executable, "-I", "-S", "-c", TWINE, tools]
    if not BY_HAND:
        raise Failed("TOOLS is not set: it names the folder that prepare.py installs twine into")
    return [sys.executable, "-I", "-m", "twine"]


def confirm(registry: Registry, place: str, distribution: Distribution) -> None:
    """Reads the SHA-256 back: twine's success alone does not show what the registry stored."""
    name, deadline, pause = distribution.path.name, time.monotonic() + LONGEST_WAIT, 0.5
    while True:
        there = files_of(registry, distribution).get(name)
        if there == distribution.sha256:
            return
        if there is not None or time.monotonic() + pause > deadline:
            listed = f"SHA-256 {there}, not" if there else "no such file, not SHA-256"
            raise Failed(
                f"{name}: twine sent it, and {place} lists {listed} {distribution.sha256}."
                " Check the version before anything is built from it."
            )
        # The list may lag behind the upload.
        time.sleep(pause)
        pause *= 2


def summarize(place: str, distributions: list[Distribution], outcomes: dict[str, str]) -> None:
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return
    rows = [f"| {found.path.name} | {outcomes[found.path.name]} | `{found.sha256}` |" for found in distributions]
    table = ["| file | | SHA-256 |", "| --- | --- | --- |", *rows]
    with open(summary, "a", encoding="utf-8") as file:
        file.write("\n".join([f"### {place}", "", *table, ""]))


run_step(main)
