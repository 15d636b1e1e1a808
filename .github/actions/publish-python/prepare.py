"""Does everything that needs no credentials: checks the files, verifies who built them, and installs twine.

The outputs name a private copy of the files, which is published, and the folder with twine.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent / "codeartifact-login")]

from attestations import read_signer, verify_attestations  # noqa: E402
from distributions import distribution_files, read_distributions  # noqa: E402
from isolation import environment  # noqa: E402
from step import Failed, run_step, set_outputs  # noqa: E402

# The index that this machine uses. The hashes in requirements.txt decide what is installed.
PACKAGE_SOURCE = ("PIP_INDEX_URL", "PIP_CERT")


def main() -> None:
    signer = read_signer(os.environ["ATTESTED_BY"], os.environ["SIGNER_WORKFLOW"], os.environ["SOURCE_REF"])
    folder = Path(tempfile.mkdtemp(prefix="publish-python-", dir=os.environ["RUNNER_TEMP"]))
    files, tools, home = (folder / name for name in ("files", "tools", "home"))
    for made in (files, home):
        made.mkdir()
    copy_files(Path(os.environ["FILES"]), files)
    distributions = read_distributions(files, os.environ["PACKAGES"].split())
    if signer is not None:
        verify_attestations(distributions, signer, os.environ["GITHUB_SERVER_URL"], os.environ["GITHUB_TOKEN"])
    install_twine(tools, home)
    set_outputs({"files": str(files), "tools": str(tools)})


def copy_files(source: Path, target: Path) -> None:
    """Copies the files, so that nothing in the workspace can change one between its verification and its upload."""
    try:
        for path in distribution_files(source):
            shutil.copyfile(path, target / path.name)
    except OSError as error:
        raise Failed(f"files: {error}") from error
    if not any(target.iterdir()):
        raise Failed(f"files: {source} has no wheel or sdist")


def install_twine(target: Path, home: Path) -> None:
    """Installs twine into a new folder: files of an earlier step in the folder would be imported too."""
    source = {name: os.environ[name] for name in PACKAGE_SOURCE if os.environ.get(name)}
    done = subprocess.run(
        [
            *[sys.executable, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"],
            *["--target", str(target), "--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"],
            *["-r", str(HERE / "requirements.txt")],
        ],
        env=environment(home, PIP_CONFIG_FILE=os.devnull, **source),
        cwd=home,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise Failed("pip could not install twine, see above")


run_step(main)
