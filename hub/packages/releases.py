"""Prints what a workflow run releases: python releases.py [PACKAGE...]

Prints NAME==VERSION of each package to release, in the order of the names, on one line. Without names it looks at all packages of
registry.toml, in their order.

- A pre-release branch: a pre-release VERSION.devRUN of each package that the push changed.
- A release branch: VERSION of each package that is not tagged NAME-vVERSION, or has changed since that tag. The tag is set once a
  version is published, so the next run releases what a failed or superseded run left out. A package with `version = "tag"` is
  released if the commit has its tag.
- A build branch and a pull request: VERSION of each package that it changes, to build and test it.

Needs the whole history. Reads GITHUB_EVENT_NAME, GITHUB_REF and GITHUB_RUN_NUMBER as GitHub sets them, and BEFORE: the commit
that the branch was at before the push, or that the pull request will be merged into.
"""

import os
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

import registry_file  # noqa: E402
from registry_file import Package, RegistryFile  # noqa: E402
from versions import git, read_version, shown, tagged_version  # noqa: E402


def release(team: RegistryFile, package: Package) -> str | None:
    event, ref, before = (os.environ.get(key, "") for key in ("GITHUB_EVENT_NAME", "GITHUB_REF", "BEFORE"))
    name, branch = package.name, ref.removeprefix("refs/heads/")
    if event == "pull_request":
        version = read_version(team.root, package)
        return f"{name}=={version}" if changed(team.root, package, f"{before}...HEAD") else None
    if event not in ("push", "workflow_dispatch") or branch == ref:
        raise SystemExit(f"{event} of {ref}: releases come only from pushes to {branches(team)}")
    if branch in team.pre_release_branches:
        version = f"{read_version(team.root, package)}.dev{run_number()}"
        return f"{name}=={version}" if changed_by_push(team.root, package, before) else None
    if branch in team.release_branches:
        return release_of_branch(team.root, package)
    if branch in team.build_branches:
        version = read_version(team.root, package)
        return f"{name}=={version}" if changed_by_push(team.root, package, before) else None
    raise SystemExit(f"{event} of {ref}: releases come only from pushes to {branches(team)}")


def release_of_branch(root: Path, package: Package) -> str | None:
    if package.version == "tag" and not os.environ.get("PACKAGE_VERSION"):
        version = tagged_version(root, package)
        return f"{package.name}=={version}" if version else None
    version = read_version(root, package)
    tag = f"refs/tags/{package.name}-v{version}"
    tagged = git(root, "show-ref", "--verify", "--quiet", tag).returncode == 0
    return f"{package.name}=={version}" if not tagged or changed(root, package, f"{tag}..HEAD") else None


def branches(team: RegistryFile) -> str:
    return " and ".join([*team.pre_release_branches, *team.release_branches]) or "no branch, because registry.toml names none"


def run_number() -> str:
    number = os.environ.get("GITHUB_RUN_NUMBER", "")
    if not re.fullmatch("[1-9][0-9]{0,17}", number):
        raise SystemExit(f"GITHUB_RUN_NUMBER: {shown(number)} is not the number of a run, which GitHub sets: write one, such as 42")
    return number


def changed_by_push(root: Path, package: Package, before: str) -> bool:
    # Without that commit, as for a new branch or after a forced push, the changes are unknown.
    known = git(root, "cat-file", "-e", f"{before}^{{commit}}").returncode == 0
    return not known or changed(root, package, f"{before}..HEAD")


def changed(root: Path, package: Package, commits: str) -> bool:
    """Whether a file differs that a build of the package reads. A build does not read its tests."""
    sources = [f":(glob){pattern}" for pattern in package.sources]
    done = git(root, "diff", "--quiet", commits, "--", package.path, f":(exclude){package.path}/tests", *sources)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{package.name}: git cannot compare {commits}: {done.stderr.strip()}")
    return done.returncode == 1


def main(names: list[str]) -> None:
    try:
        team = registry_file.read(registry_file.find(Path.cwd()))
        packages = [team.package(name) for name in names or team.packages]
    except registry_file.Invalid as error:
        raise SystemExit(str(error)) from None
    print(*(found for package in packages if (found := release(team, package)) is not None))


if __name__ == "__main__":
    main(sys.argv[1:])
