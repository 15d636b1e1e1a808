"""Isolates a program that an action starts: of the job it sees only a list of variables, and it has its own home folder."""

import os
import shutil
import sys
from pathlib import Path

from step import Failed

# How this machine reaches the network, and the libraries of its Python. No variable that makes a client trust another certificate.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")

# Whether a person started this program directly. isolated.sh starts Python with -I, which nothing in a job can undo.
BY_HAND = not sys.flags.isolated


def environment(home: Path, **variables: str) -> dict[str, str]:
    """The whole environment of a program. `home` also takes its temporary files."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if os.environ.get(name)}
    return {**passed_on, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", **variables}


def program(name: str) -> str:
    """Path of a program on PATH, from which isolated.sh has removed the workspace. Raises Failed."""
    path = shutil.which(name)
    if path is None:
        raise Failed(f"{name} is not installed on this runner, or only in the workspace, whose programs are not used")
    return path
