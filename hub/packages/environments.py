"""Makes an environment for a package's build and tests, from wheels that were downloaded before.

It contains the tools of requirements.txt beside this file, and what requirements.txt beside the package's setup.py or
pyproject.toml names. Both are locks with hashes. Nothing comes from a network here, so the job needs no credentials.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry_file import Package, RegistryFile

TOOLS = Path(__file__).resolve().parent / "requirements.txt"


@contextmanager
def environment_of(team: RegistryFile, package: Package, wheels: Path | None) -> Iterator[str]:
    """The Python of a new environment; without wheels, this Python."""
    if wheels is None:
        yield sys.executable
        return
    with tempfile.TemporaryDirectory() as folder:
        python = str(Path(folder, "bin/python"))
        run([sys.executable, "-I", "-m", "venv", folder], "the environment")
        for lock in locks_of(team, package):
            install(python, "--find-links", str(wheels), "--only-binary", ":all:", "--require-hashes", "-r", str(lock))
        yield python


def locks_of(team: RegistryFile, package: Package) -> list[Path]:
    own = team.root / package.path / "requirements.txt"
    return [TOOLS, *([own] if own.exists() else [])]


def install(python: str, *what: str) -> None:
    """Installs without a network, and without what the packages depend on."""
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-index", "--no-deps"]
    run([python, "-I", "-m", "pip", "install", *options, *what], what[-1])


def run(command: list[str], what: str) -> None:
    if subprocess.run(command).returncode != 0:
        raise SystemExit(f"{what}: it cannot be installed, see above")
