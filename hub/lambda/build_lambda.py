"""Lists and builds the layers and functions that registry.toml names.

    python3 -I build_lambda.py list
    python3 -I build_lambda.py build STEM --to FOLDER
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

# The team's repository stays as it is.
sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent)]

import registry_file  # noqa: E402
from build_folder import INDEX, Build, build  # noqa: E402
from locks import tools_of  # noqa: E402
from registry_file import RegistryFile  # noqa: E402
from targets import Target  # noqa: E402


@dataclass(frozen=True)
class Listed:
    """One zip that is built."""

    kind: str
    key: str
    name: str
    folder: str
    target: Target

    @property
    def stem(self) -> str:
        return f"{self.kind}-{self.key}-python{self.target.python}-{self.target.architecture}"


def builds(team: RegistryFile) -> list[Listed]:
    layers = [
        Listed("layer", layer.key, layer_name(layer.name, Target(python, architecture)), layer.path, Target(python, architecture))
        for layer in team.layers.values()
        for python in layer.pythons
        for architecture in layer.architectures
    ]
    functions = [
        Listed("function", one.key, one.name, one.path, Target(one.python, one.architecture)) for one in team.functions.values()
    ]
    return [*layers, *functions]


def layer_name(name: str, target: Target) -> str:
    """A layer's name in Lambda, still with {environment}."""
    return name.replace("{python}", target.python.replace(".", "")).replace("{architecture}", target.architecture)


def print_list(team: RegistryFile) -> None:
    tools = Path(os.path.relpath(HERE, team.root))
    print(
        json.dumps(
            [
                {
                    **{"stem": one.stem, "kind": one.kind, "key": one.key, "folder": one.folder},
                    **{"python": one.target.python, "architecture": one.target.architecture},
                    "tools": (tools / tools_of(team.root / one.folder)).as_posix(),
                }
                for one in builds(team)
            ]
        )
    )


def build_one(team: RegistryFile, stem: str, folder: Path) -> None:
    listed = {one.stem: one for one in builds(team)}
    if stem not in listed:
        raise SystemExit(f"{stem}: {registry_file.NAME} has no such build. It has {', '.join(listed) or 'none'}")
    one = listed[stem]
    build(
        Build(one.kind, one.key, one.name, team.root / one.folder, one.target),
        folder.absolute() / f"{stem}.zip",
        os.environ.pop(INDEX, ""),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="build_lambda.py", description="Lists and builds the layers and functions that registry.toml names.", allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="print all builds as one line of JSON, which a workflow can take as its matrix")
    one = commands.add_parser(
        "build",
        help="build one zip with its manifest and SBOM",
        description=f"Builds one zip with its manifest and SBOM. {INDEX} is the address of the index with user and token.",
        allow_abbrev=False,
    )
    one.add_argument("stem", metavar="STEM", help="as list names it, such as layer-shared-python3.12-x86_64")
    one.add_argument("--to", metavar="FOLDER", type=Path, required=True, help="where the files are written")
    options = parser.parse_args()
    try:
        team = registry_file.read(registry_file.find(Path.cwd()))
    except registry_file.Invalid as error:
        raise SystemExit(str(error)) from None
    if options.command == "list":
        print_list(team)
    else:
        build_one(team, options.stem, options.to)


if __name__ == "__main__":
    main()
