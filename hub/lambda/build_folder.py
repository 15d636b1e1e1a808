"""Builds a Lambda layer or a function package from a folder: python3 -I build_folder.py layer|function [OPTION...] FOLDER ZIP"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The team's repository stays as it is.
sys.dont_write_bytecode = True
# Last, so that no module of this folder is imported in place of Python's own.
sys.path.append(str(Path(__file__).resolve().parent))

import describe  # noqa: E402
from locks import lock_of, pinned  # noqa: E402
from pack import Contents, function_files, installed_files, require_no_findings, write_zip  # noqa: E402
from targets import GLIBC, MACHINES, Target, either  # noqa: E402

INDEX = "CODEARTIFACT_INDEX_URL"

ABOUT = f"""
FOLDER has a lock with hashes: Pipfile.lock (pipenv), uv.lock (uv), poetry.lock
(poetry 2), pylock.toml, or requirements.txt (pip). Exactly what it names is
installed, from one index, and nothing is resolved. A lock that does not match
its Pipfile or pyproject.toml any more is an error. A package that comes from
elsewhere is an error too: check_lock.py. Conditions in the lock are decided for
the function's system, so every machine makes the same zip from the same lock.

A function package has the folder's own files too, without tests, locks and
files whose name starts with a dot. Its folder needs no lock if layers carry its
dependencies.

Beside ZIP are a manifest (.json) and a CycloneDX SBOM (.cdx.json).

{INDEX} is the address of the registry's index with user
and token. Of the programs that are started, only pip gets it.
"""


@dataclass(frozen=True)
class Build:
    kind: str
    # In registry.toml; empty for a folder by itself.
    key: str
    # In Lambda, with {environment} in it; empty for a folder by itself.
    name: str
    folder: Path
    target: Target


def build(wanted: Build, zip_file: Path, index: str) -> None:
    """Writes the zip, its manifest and its SBOM, or nothing."""
    lock = lock_of(wanted.folder)
    if lock is None and wanted.kind == "layer":
        raise SystemExit(
            f"{wanted.folder}: it has no Pipfile.lock, uv.lock, poetry.lock, pylock.toml or requirements.txt. Lock its packages"
        )
    if lock is not None and not index:
        raise SystemExit(f"{INDEX}: is not set: it is the output authenticated-index-url of the action codeartifact-login")
    own = function_files(wanted.folder) if wanted.kind == "function" else Contents()
    with tempfile.TemporaryDirectory() as home:
        packages: list[describe.Package] = []
        installed = Contents()
        if lock is not None:
            run = Isolated(wanted.folder, Path(home))
            lines = pinned(wanted.folder, lock, wanted.target, run)
            if not lines and wanted.kind == "layer":
                raise SystemExit(f"{lock}: it names no package for Python {wanted.target.python} on {wanted.target.architecture}")
            packages = install(lines, wanted.target, Path(home), index, run)
            installed = installed_files(Path(home, "python"))
        require_no_findings(wanted.kind, installed, own, index)
        digest = write_zip(zip_file, "python/" if wanted.kind == "layer" else "", installed, own)
        described = describe.Described(
            wanted.kind, wanted.key, wanted.name, wanted.target, wanted.folder / lock if lock else None, packages, own
        )
        describe.write(described, zip_file, digest)
    print(f"{digest}  {zip_file.name}")


def install(lines: list[str], target: Target, home: Path, index: str, run: "Isolated") -> list[describe.Package]:
    requirements, report = home / "requirements.txt", home / "report.json"
    requirements.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    Path(home, "python").mkdir()
    done = run(
        *["python3", "-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"],
        *["--target", str(home / "python"), "--report", str(report), "--require-hashes", "--no-deps", "--only-binary=:all:"],
        *[*target.pip_options, "-r", str(requirements)],
        PIP_INDEX_URL=index,
    )
    if done.returncode != 0:
        # pip leaves the password out of addresses that it prints.
        raise SystemExit(f"{done.stdout}{done.stderr}pip cannot install what the lock names, see above")
    print(done.stderr, end="", file=sys.stderr)
    return describe.packages_of(report, index)


class Isolated:
    """Runs programs in a folder. Neither variables nor files of the home folder decide where a package comes from, or which
    certificates are trusted."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        passed_on = ("PATH", "LD_LIBRARY_PATH", "HTTPS_PROXY", "NO_PROXY")
        self.environment = {name: os.environ[name] for name in passed_on if os.environ.get(name)}
        self.environment |= {"HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", "PIP_CONFIG_FILE": os.devnull}

    def __call__(self, program: str, *options: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        path = shutil.which(program)
        if path is None:
            raise SystemExit(f"{program}: it is not installed, and the lock was made with it. Install what requirements-{program}.txt names")
        return subprocess.run(
            [path, *options],
            env={**self.environment, **variables},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog=f"build_{'layer.sh' if sys.argv[1:2] == ['layer'] else 'folder.py'}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Builds a Lambda layer or a function package from a folder and its lock.",
        epilog=ABOUT,
        allow_abbrev=False,
    )
    parser.add_argument("kind", choices=["layer", "function"], help=argparse.SUPPRESS)
    parser.add_argument(
        "--python", default="3.12", metavar="VERSION", help=f"{either(list(GLIBC))}, as in the function's runtime (default: 3.12)"
    )
    parser.add_argument(
        "--architecture",
        default="x86_64",
        metavar="NAME",
        help=f"{either(list(MACHINES))}, as in the function's setting Architectures (default: x86_64)",
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("zip", metavar="ZIP", type=Path)
    options = parser.parse_args()
    target = Target(options.python, options.architecture)
    if target.errors:
        print(*target.errors, sep="\n", file=sys.stderr)
        sys.exit(2)
    if not options.folder.is_dir():
        parser.error(f"{options.folder}: there is no such folder")
    build(Build(options.kind, "", "", options.folder, target), options.zip.absolute(), os.environ.pop(INDEX, ""))


if __name__ == "__main__":
    main()
