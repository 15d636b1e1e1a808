"""Runs the tests of packages: python test.py [--wheels FOLDER] [PACKAGE...]

Each package is built first, and its tests run with its wheel and those of the packages before it in registry.toml. The tests are in the
folder `tests` beside setup.py or pyproject.toml. pytest runs them if the environment has it, else unittest.
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
from environments import environment_of, run  # noqa: E402
from registry_file import Package, RegistryFile  # noqa: E402

# pytest's exit code if it found no test, and unittest's since Python 3.12.
NO_TESTS = 5


def test(team: RegistryFile, package: Package, wheels: Path | None, temporary: Path) -> None:
    """Tests one package. `temporary` has what the packages before it came to."""
    folder, installed = team.root / package.path, temporary / "installed"
    with environment_of(team, package, wheels) as python:
        files = build(team, package.name, temporary / package.name, python)
        (wheel,) = [file for file in files if file.suffix == ".whl"]
        run([python, *INSTALL, "--target", str(installed), str(wheel)], wheel.name)
        if not (folder / "tests").is_dir():
            print(f"{package.name}: it has no folder tests", flush=True)
            return
        path = os.pathsep.join([str(installed), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        ended = subprocess.run([python, "-m", *runner(python, folder)], cwd=folder, env=environment).returncode
    if ended not in (0, NO_TESTS):
        raise SystemExit(f"{package.name}: its tests failed, see above")
    print(f"{package.name}: {'it has no test' if ended == NO_TESTS else 'its tests pass'}", flush=True)


INSTALL = ("-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-index", "--no-deps")


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
        packages = [team.package(name) for name in options.packages or team.packages]
        with tempfile.TemporaryDirectory() as temporary:
            for package in packages:
                test(team, package, options.wheels, Path(temporary))
    except registry_file.Invalid as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
