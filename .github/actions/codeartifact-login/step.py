"""A step of an action: how it fails, and how it writes its outputs."""

import os
import re
import sys
from collections.abc import Callable

from registry_login import Failed as Failed


def run_step(main: Callable[[], None], title: str = "CodeArtifact") -> None:
    """Runs a step's program. If it fails, the run's page shows why."""
    try:
        main()
    except Failed as failure:
        text = str(failure).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        print(f"::error title={title}::{text}")
        sys.exit(1)


def set_outputs(outputs: dict[str, str]) -> None:
    for name, value in outputs.items():
        # A line break would start another output.
        if not re.fullmatch(r"[^\r\n]*", value):
            raise Failed(f"the output {name} is not one line")
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())
