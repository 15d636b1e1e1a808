"""Calls AWS through its CLI."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from typing import Any


class Failed(Exception):
    """A command ends with this text, without a stack trace."""


class NotFound(Failed):
    """AWS reports that the resource does not exist."""


class Aws:
    """A caller in one region."""

    def __init__(self, region: str, program: str = "aws", environment: Mapping[str, str] | None = None) -> None:
        """
        environment: all variables of the CLI. Without it, the CLI has those of this process, with its profile and configuration.
        """
        self.region, self.program = region, program
        self.environment = {**(os.environ if environment is None else environment), "AWS_PAGER": ""}

    def call(self, service: str, operation: str, *options: str) -> dict[str, Any]:
        """AWS's answer. Raises NotFound, or Failed with AWS's message."""
        # Not in the current folder, so that no file of it is read.
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [self.program, service, operation, "--region", self.region, *options, "--output", "json"],
                env=self.environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
        if done.returncode == 0:
            return json.loads(done.stdout or "{}")
        message = done.stderr.strip()
        raise (NotFound if "(ResourceNotFoundException)" in message else Failed)(f"aws {service} {operation}: {message}")
