"""Publishes layers and deploys functions from a folder of zips, with the credentials of this step's environment."""

import os
import sys
import tempfile
from pathlib import Path

ACTIONS = Path(__file__).resolve().parents[1]
REGISTRY = ACTIONS.parent / "registry"
sys.path += [str(folder) for folder in (ACTIONS / "codeartifact-login", REGISTRY / "lambda", REGISTRY)]

import aws  # noqa: E402
import registry_file  # noqa: E402
from codeartifact import CREDENTIALS, NO_SETTINGS  # noqa: E402
from deploy_lambda import checked_environment  # noqa: E402
from deployment import Deployment  # noqa: E402
from isolation import environment, program  # noqa: E402
from step import Failed, run_step  # noqa: E402
from zips import read_zips  # noqa: E402


def main() -> None:
    try:
        with tempfile.TemporaryDirectory() as home:
            deploy(Path(home))
    except (aws.Failed, registry_file.Invalid) as failure:
        raise Failed(str(failure)) from None


def deploy(home: Path) -> None:
    workspace = Path(os.environ["GITHUB_WORKSPACE"])
    team = registry_file.read(registry_file.find(workspace))
    name = checked_environment(team, os.environ["ENVIRONMENT"])
    credentials = {key: os.environ[key] for key in CREDENTIALS}
    caller = aws.Aws(os.environ["REGION"], program("aws"), environment(home, **NO_SETTINGS, **credentials))
    zips = read_zips(team, workspace / os.environ["FOLDER"])
    deployment = Deployment(caller, team, name, zips, os.environ["BUCKET"], say)
    deployment.publish([])
    functions = os.environ["FUNCTIONS"].split()
    if team.functions:
        deployment.deploy(functions)


def say(line: str) -> None:
    print(line, flush=True)
    with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
        summary.write(f"- `{line}`\n")


run_step(main, "Lambda")
