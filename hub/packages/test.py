"""Runs the tests of packages: python test.py [--wheels FOLDER] [PACKAGE...]

A package's tests run with its wheel and those of the packages before it in registry.toml, all built first. The tests are in the folder
`tests` beside setup.py or pyproject.toml. pytest runs them if the environment has it, else unittest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

import registry_file  # noqa: E402
from build import build  # noqa: E402
from environments import environment_of, install  # noqa: E402
from registry_file import Package, RegistryFile  # noqa: E402

# pytest's exit code if it found no test, and unittest's since Python 3.12.
NO_TESTS = 5


def install_and_test(team: RegistryFile, package: Package, wheels: Path | None, temporary: Path, wanted: bool) -> None:
    """Builds one package and, if that is wanted, runs its tests. `temporary` has the packages before it."""
    folder, installed = team.root / package.path, temporary / "installed"
    with environment_of(team, package, wheels) as python:
        files = build(team, package.name, temporary / package.name, python)
        (wheel,) = [file for file in files if file.suffix == ".whl"]
        install(python, "--target", str(installed), str(wheel))
        if not wanted:
            return
        if not (folder / "tests").is_dir():
            print(f"{package.name}: it has no folder tests", flush=True)
            return
        path = os.pathsep.join([str(installed), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        ended = subprocess.run([python, "-m", *runner(python, folder)], cwd=folder, env=environment).returncode
    if ended not in (0, NO_TESTS):
        raise SystemExit(f"{package.name}: its tests failed, see above")
    print(f"{package.name}: {'it has no test' if ended == NO_TESTS else 'its tests pass'}", flush=True)


def runner(python: str, folder: Path) -> list[str]:
    if subprocess.run([python, "-I", "-c", "import pytest"], capture_output=True).returncode == 0:
        return ["pytest", "-p", "no:cacheprovider", "tests"]
    top = ["-t", "."] if (folder / "tests/__init__.py").exists() else []
    return ["unittest", "discover", "-s", "tests", *top]


def main() -> None:
    parser = argparse.ArgumentParser(description="Builds packages and runs their tests.")
    parser.add_argument("--wheels", type=Path, metavar="FOLDER", help="what dependencies.py downloaded")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="default: all of registry.toml")
    options = parser.parse_args()
    try:
        team = registry_file.read(registry_file.find(Path.cwd()))
        wanted = [team.package(name) for name in options.packages or team.packages]
        every = list(team.packages.values())
        last = max(map(every.index, wanted), default=-1)
        with tempfile.TemporaryDirectory() as temporary:
            for package in every[: last + 1]:
                install_and_test(team, package, options.wheels, Path(temporary), package in wanted)
    except registry_file.Invalid as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
