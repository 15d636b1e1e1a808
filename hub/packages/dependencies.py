"""Downloads what the builds and tests of packages need: python dependencies.py FOLDER [PACKAGE...]

Locks with hashes name it: environments.py. Only wheels are downloaded, and nothing of them is run, so this is the one step of a build
that gets the registry's token: in PIP_INDEX_URL, the one index.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

import registry_file  # noqa: E402
from environments import locks_of  # noqa: E402

CHECK_LOCK = Path(__file__).resolve().parents[1] / "lambda/check_lock.py"


def download(lock: Path, folder: Path, home: Path) -> None:
    # Only the pinned packages are left of the file: an option in it could name another index.
    checked = subprocess.run([sys.executable, "-I", "-S", str(CHECK_LOCK), str(lock)], stdout=subprocess.PIPE, text=True)
    if checked.returncode != 0:
        raise SystemExit(f"{lock}: lock it with uv pip compile --generate-hashes, see above")
    pinned = home / "requirements.txt"
    pinned.write_text(checked.stdout)
    done = subprocess.run(
        [
            *[sys.executable, "-I", "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"],
            *["--dest", str(folder), "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(pinned)],
        ]
    )
    if done.returncode != 0:
        raise SystemExit(f"{lock}: pip cannot download it, see above")


def main(folder: Path, names: list[str]) -> None:
    try:
        team = registry_file.read(registry_file.find(Path.cwd()))
        wanted = [team.package(name) for name in names or team.packages]
        # The packages before them are built too: test.py.
        every = list(team.packages.values())
        packages = every[: max(map(every.index, wanted), default=-1) + 1]
    except registry_file.Invalid as error:
        raise SystemExit(str(error)) from None
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        for lock in dict.fromkeys(lock for package in packages for lock in locks_of(team, package)):
            download(lock, folder, Path(home))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("Usage: python dependencies.py FOLDER [PACKAGE...]")
    main(Path(sys.argv[1]), sys.argv[2:])
