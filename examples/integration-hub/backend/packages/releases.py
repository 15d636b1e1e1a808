"""Prints what a workflow run releases: python releases.py orb-common orb-models

Prints NAME==VERSION of each package to release, in the order of the arguments, on one line.

- develop: a pre-release VERSION.devRUN of each package that the push changed.
- main: VERSION of each package that is not tagged NAME-vVERSION, or has changed since that tag. The tag is set once a version
  is published, so the next run releases what a failed or superseded run left out.
- a pull request: VERSION of each package that it changes, to build and test it.

Needs the whole history. Reads GITHUB_EVENT_NAME, GITHUB_REF and GITHUB_RUN_NUMBER as GitHub sets them, and BEFORE: the commit
that develop was at before the push, or that the pull request will be merged into.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

# In the normal form, without .dev, which develop adds, and without a local part, which an index does not accept:
# https://packaging.python.org/en/latest/specifications/version-specifiers/
NUMBER = "(0|[1-9][0-9]*)"
LONGEST = 100
RELEASE = re.compile(rf"([1-9][0-9]*!)?{NUMBER}(\.{NUMBER})*((a|b|rc){NUMBER})?(\.post{NUMBER})?")


def release(name: str) -> str | None:
    event, ref, before = (os.environ.get(key, "") for key in ("GITHUB_EVENT_NAME", "GITHUB_REF", "BEFORE"))
    version = read_version(name)
    if event == "pull_request":
        return f"{name}=={version}" if changed(name, f"{before}...HEAD") else None
    if event == "push" and ref == "refs/heads/develop":
        # Without that commit, as for a new branch or after a forced push, the changes are unknown.
        known = git("cat-file", "-e", f"{before}^{{commit}}").returncode == 0
        return f"{name}=={version}.dev{run_number()}" if not known or changed(name, f"{before}..HEAD") else None
    if event == "push" and ref == "refs/heads/main":
        tag = f"refs/tags/{name}-v{version}"
        tagged = git("show-ref", "--verify", "--quiet", tag).returncode == 0
        return f"{name}=={version}" if not tagged or changed(name, f"{tag}..HEAD") else None
    raise SystemExit(f"{event} of {ref}: releases come only from pushes to develop and main")


def read_version(name: str) -> str:
    path = f"{name}/VERSION"
    try:
        version = (HERE / path).read_bytes().decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"{path}: it cannot be read ({error}): write one line, such as 1.4.0, in UTF-8") from None
    if len(version) > LONGEST or not RELEASE.fullmatch(version):
        raise SystemExit(
            f"{path}: {shown(version)} is not a release as PEP 440 writes it: write one line of at most {LONGEST} characters, "
            "such as 1.4.0 or 1.4.0rc1, without v, byte order mark, .dev or local part"
        )
    return version


def shown(text: str) -> str:
    return repr(text) if len(text) <= LONGEST else f"{text[:LONGEST]!r}… ({len(text)} characters)"


def run_number() -> str:
    number = os.environ.get("GITHUB_RUN_NUMBER", "")
    if not re.fullmatch("[1-9][0-9]{0,17}", number):
        raise SystemExit(f"GITHUB_RUN_NUMBER: {shown(number)} is not the number of a run, which GitHub sets: write one, such as 42")
    return number


def changed(name: str, commits: str) -> bool:
    """Whether a file differs that a build of the package reads. A build does not read its tests."""
    done = git("diff", "--quiet", commits, "--", name, f":(exclude){name}/tests")
    if done.returncode not in (0, 1):
        raise SystemExit(f"{name}: git cannot compare {commits}: {done.stderr.strip()}")
    return done.returncode == 1


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(["git", *arguments], cwd=HERE, capture_output=True, text=True)
    except OSError as error:
        raise SystemExit(f"git cannot be started ({error}): install it") from None


if __name__ == "__main__":
    print(*(found for name in sys.argv[1:] if (found := release(name)) is not None))
