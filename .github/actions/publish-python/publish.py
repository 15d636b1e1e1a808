"""Publishes what a folder holds: each file is uploaded, left alone because the same bytes are there, or refused."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "codeartifact-login"))

from codeartifact import Failed, Registry, run_step  # noqa: E402
from distributions import Distribution, NotADistribution, normalize, read_distributions  # noqa: E402


def main() -> None:
    registry = Registry()
    place = f"{registry.domain}/{registry.repository}"
    distributions = in_order(Path(os.environ["FILES"]), os.environ["PACKAGES"].split())
    absent = absent_ones(registry, place, distributions)
    outcomes = {found.path.name: "not published" if found in absent else "there already" for found in distributions}
    try:
        if absent:
            environment = twine_environment(registry.token(), registry.endpoint())
        for found in absent:
            upload(found, environment)
            outcomes[found.path.name] = "published"
            print(f"{found.path.name}: published to {place}, SHA-256 {found.sha256}", flush=True)
    finally:
        summarize(place, distributions, outcomes)


def in_order(folder: Path, packages: list[str]) -> list[Distribution]:
    """What is to be published, in the order of the packages; nothing has been sent when this refuses."""
    try:
        distributions = read_distributions(folder)
    except (NotADistribution, OSError) as error:
        raise Failed(f"files: {error}") from error
    if not distributions:
        raise Failed(f"files: {folder} is empty")
    order = [normalize(name) for name in packages]
    foreign = sorted({found.package for found in distributions if found.package not in order})
    if foreign:
        raise Failed(
            f"{', '.join(foreign)}: not among the packages of this registry ({', '.join(order)}). Nothing was sent. "
            "A new package is added to `packages` of the stack first, then to the input `packages`."
        )
    return sorted(distributions, key=lambda found: order.index(found.package))


def absent_ones(registry: Registry, place: str, distributions: list[Distribution]) -> list[Distribution]:
    """Those that the registry does not have; other bytes under the name of one end the step."""
    absent, conflicts, asked = [], [], {}
    for found in distributions:
        name, version = found.path.name, (found.package, found.version)
        if version not in asked:
            asked[version] = registry.sha256_of_files(*version)
        there = asked[version].get(name)
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


def twine_environment(token: str, endpoint: str) -> dict[str, str]:
    """twine needs the token, and not the credentials that more tokens can be made with."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "TWINE_REPOSITORY_URL": endpoint, "TWINE_USERNAME": "aws", "TWINE_PASSWORD": token}


def upload(distribution: Distribution, environment: dict[str, str]) -> None:
    # Never --skip-existing: it would take any conflict for success, and twine refuses it here.
    command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    command += ["--config-file", os.devnull, str(distribution.path)]
    if subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode != 0:
        raise Failed(f"{distribution.path.name}: twine could not publish it; its words stand above")


def summarize(place: str, distributions: list[Distribution], outcomes: dict[str, str]) -> None:
    rows = [f"| {found.path.name} | {outcomes[found.path.name]} | `{found.sha256}` |" for found in distributions]
    table = ["| file | | SHA-256 |", "| --- | --- | --- |", *rows]
    with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as file:
        file.write("\n".join([f"### {place}", "", *table, ""]))


run_step(main)
