"""Publishes layers, deploys functions and rolls them back: python3 deploy_lambda.py --help"""

import argparse
import json
import re
import sys
from pathlib import Path

# The team's repository stays as it is.
sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent)]

import registry_file  # noqa: E402
from aws import Aws, Failed  # noqa: E402
from deployment import Deployment  # noqa: E402
from layer_uses import as_text, uses_of  # noqa: E402
from live_functions import roll_back  # noqa: E402
from registry_file import RegistryFile  # noqa: E402
from zips import read_zips  # noqa: E402

ABOUT = """
Functions are called through the alias live. deploy updates a function's layers
and code, publishes a version, and moves live to it. rollback moves live back to
the version before, and changes nothing else. What is done already is not done
again, so an interrupted command is repeated.

AWS's own credentials and configuration apply, such as AWS_PROFILE.
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="deploy_lambda.py",
        description="Publishes the layers of registry.toml, deploys its functions, rolls them back.",
        epilog=ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    publish = command(commands, "publish", "publish layers that were built")
    publish.add_argument("names", nargs="*", metavar="LAYER", help="key in registry.toml (default: all that FOLDER has)")
    deploy = command(commands, "deploy", "publish what functions need, and move live to it")
    deploy.add_argument("names", nargs="*", metavar="FUNCTION", help="key in registry.toml (default: all)")
    for one in (publish, deploy):
        one.add_argument("--from", dest="folder", metavar="FOLDER", type=Path, required=one is publish, help="zips and manifests of build_lambda.py")
        one.add_argument("--bucket", default="", help="takes zips over 50 MB; may have {environment}")
    rollback = command(commands, "rollback", "move live of one function to a former version")
    rollback.add_argument("names", nargs=1, metavar="FUNCTION", help="key in registry.toml")
    rollback.add_argument("--to", default="", metavar="VERSION", help="version of the function (default: the one before the last deployment)")
    uses = command(commands, "uses", "list which functions use which version of a layer")
    uses.add_argument("names", nargs="?", metavar="LAYER", default="", help="key in registry.toml (default: all)")
    uses.add_argument("--format", choices=["text", "json"], default="text")
    options = parser.parse_args()
    try:
        run(options, team_file())
    except Failed as failure:
        raise SystemExit(str(failure)) from None


def command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False)
    parser.add_argument("--environment", required=True, metavar="NAME", help="replaces {environment} in names, such as dev")
    parser.add_argument("--region", metavar="REGION", help="AWS region (default: that of [registries.NAME] in registry.toml)")
    return parser


def run(options: argparse.Namespace, team: RegistryFile) -> None:
    environment = checked_environment(team, options.environment)
    region = options.region or team.regions.get(environment, "")
    if not region:
        raise Failed(f"--region: registry.toml has no [registries.{environment}]. Name the region")
    folder = getattr(options, "folder", None)
    zips = read_zips(team, folder) if folder else {}
    deployment = Deployment(Aws(region), team, environment, zips, getattr(options, "bucket", ""), print)
    if options.command == "publish":
        deployment.publish(options.names)
    elif options.command == "deploy":
        deployment.deploy(options.names)
    elif options.command == "rollback":
        (key,) = options.names
        if key not in team.functions:
            raise Failed(f"{key}: registry.toml has no [functions.{key}]. It has {', '.join(team.functions) or 'none'}")
        print(roll_back(deployment.function(team.functions[key]), options.to))
    else:
        key = options.names
        if key and key not in team.layers:
            raise Failed(f"{key}: registry.toml has no [layers.{key}]. It has {', '.join(team.layers) or 'none'}")
        uses = uses_of(deployment, key)
        print(json.dumps([vars(use) for use in uses], indent=2) if options.format == "json" else as_text(uses))


def checked_environment(team: RegistryFile, environment: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", environment):
        raise Failed(f"--environment: {environment!r} is not a name of letters, digits and hyphens, such as dev")
    if team.regions and environment not in team.regions:
        raise Failed(f"--environment: registry.toml has no [registries.{environment}]. It has {', '.join(team.regions)}")
    return environment


def team_file() -> RegistryFile:
    try:
        return registry_file.read(registry_file.find(Path.cwd()))
    except registry_file.Invalid as error:
        raise Failed(str(error)) from None


if __name__ == "__main__":
    main()
