"""Reads registry.toml, in which a team names its branches, packages, layers and functions.

Every error is a line that names the table, the value, the rule and the way out. All of them are reported at once.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "registry.toml"

# PEP 503, normalized: https://packaging.python.org/en/latest/specifications/name-normalization/
PACKAGE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}")
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# Names that git accepts, without patterns: https://git-scm.com/docs/git-check-ref-format
BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*(?<![./])")
FOLDER = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./ -]*")
# AWS's own limits for layers and functions, with the placeholders that are replaced.
LAMBDA_NAME = re.compile(r"(?:[A-Za-z0-9_-]|\{environment\}|\{python\}|\{architecture\}){1,140}")

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
ARCHITECTURES = ("x86_64", "arm64")


class Invalid(Exception):
    """registry.toml does not follow its format. The message has a line for each error."""


@dataclass(frozen=True)
class Package:
    name: str
    # Where setup.py or pyproject.toml is, from the root of the repository.
    path: str
    # Other files that its build reads, as patterns of git: schemas/**
    sources: tuple[str, ...]
    # Where its version is written: in a file of the package, or in a tag NAME-vVERSION.
    version: str
    # A command that writes sources, such as a generator of models. Empty if there is none.
    generate: tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    key: str
    path: str
    # In Lambda, with {environment}, and with {python} and {architecture} if there is more than one build.
    name: str
    pythons: tuple[str, ...]
    architectures: tuple[str, ...]


@dataclass(frozen=True)
class Function:
    key: str
    path: str
    name: str
    python: str
    architecture: str
    # Keys of the layers that it uses, in their order.
    layers: tuple[str, ...]


@dataclass(frozen=True)
class RegistryFile:
    root: Path
    # The AWS region of each environment's registry, where it is named.
    regions: dict[str, str]
    pre_release_branches: tuple[str, ...]
    release_branches: tuple[str, ...]
    build_branches: tuple[str, ...]
    # Each after those that it depends on.
    packages: dict[str, Package]
    layers: dict[str, Layer]
    functions: dict[str, Function]

    def package(self, name: str) -> Package:
        if name not in self.packages:
            known = ", ".join(self.packages) or "none"
            raise Invalid(f"{NAME}: there is no [packages.{name}]. It has {known}")
        return self.packages[name]


def find(start: Path) -> Path:
    """The folder of registry.toml: this folder, or the nearest one above it."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / NAME).is_file():
            return folder
    raise Invalid(f"There is no {NAME} in {start.resolve()} or above it: npm run setup -- --hub DIR writes one")


def read(root: Path) -> RegistryFile:
    path = root / NAME
    try:
        return parse(root, tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise Invalid(f"{NAME}: it cannot be read: {error}") from None


def parse(root: Path, document: dict[str, Any]) -> RegistryFile:
    errors: list[str] = []
    table = Table("", document, errors)
    table.reject_others("registries", "attestations", "branches", "promotion", "packages", "layers", "functions")
    table.choice("attestations", ("public", "always", "never"), "public")
    branches = table.table("branches")
    branches.reject_others("pre-release", "release", "build")
    read_file = RegistryFile(
        root,
        {
            key: one.text("region", REGION, "a region, such as us-east-1")
            for key, one in table.tables("registries", KEY)
            if "region" in one.values
        },
        branches.texts("pre-release", BRANCH, "a branch, such as develop"),
        branches.texts("release", BRANCH, "a branch, such as main"),
        branches.texts("build", BRANCH, "a branch, such as feature"),
        {key: read_package(key, one) for key, one in table.tables("packages", PACKAGE)},
        {key: read_layer(key, one) for key, one in table.tables("layers", KEY)},
        {key: read_function(key, one) for key, one in table.tables("functions", KEY)},
    )
    check_branches(read_file, errors)
    for function in read_file.functions.values():
        check_layers_of(function, read_file, errors)
    if errors:
        raise Invalid("\n".join(f"{NAME}: {error}" for error in errors))
    return read_file


def check_branches(found: RegistryFile, errors: list[str]) -> None:
    named = [*found.pre_release_branches, *found.release_branches, *found.build_branches]
    for branch in sorted({branch for branch in named if named.count(branch) > 1}):
        errors.append(f"branches: {branch!r} is named twice. Write each branch once")


def check_layers_of(function: Function, found: RegistryFile, errors: list[str]) -> None:
    where = f"functions.{function.key}.layers"
    if len(function.layers) > 5:
        errors.append(f"{where}: {len(function.layers)} layers. A function can use 5")
    for key in function.layers:
        layer = found.layers.get(key)
        if layer is None:
            errors.append(f"{where}: there is no [layers.{key}]. Write one of {', '.join(found.layers) or 'none'}")
        elif function.python not in layer.pythons or function.architecture not in layer.architectures:
            errors.append(
                f"{where}: {key} is not built for Python {function.python} on {function.architecture}. "
                f"Add both to [layers.{key}]"
            )


def read_package(key: str, table: "Table") -> Package:
    table.reject_others("path", "sources", "version", "generate")
    return Package(
        key,
        table.folder("path"),
        table.texts("sources", FOLDER_PATTERN, "a pattern of files, such as schemas/**"),
        table.choice("version", ("file", "tag"), "file"),
        table.texts("generate", ANY, "a word of a command"),
    )


def read_layer(key: str, table: "Table") -> Layer:
    table.reject_others("path", "name", "python", "architectures")
    layer = Layer(
        key,
        table.folder("path"),
        table.text("name", LAMBDA_NAME, "a layer's name in Lambda, as in orb-{environment}-shared", key),
        table.choices("python", PYTHONS, ("3.12",)),
        table.choices("architectures", ARCHITECTURES, ("x86_64",)),
    )
    for placeholder, values in (("{python}", layer.pythons), ("{architecture}", layer.architectures)):
        if len(values) > 1 and placeholder not in layer.name:
            table.error("name", f"{layer.name!r} is the same for {' and '.join(values)}. Add {placeholder}")
    return layer


def read_function(key: str, table: "Table") -> Function:
    table.reject_others("path", "name", "python", "architecture", "layers")
    return Function(
        key,
        table.folder("path"),
        table.text("name", LAMBDA_NAME, "a function's name in Lambda, as in orb-{environment}-users", key),
        table.choice("python", PYTHONS, "3.12"),
        table.choice("architecture", ARCHITECTURES, "x86_64"),
        table.texts("layers", KEY, "the key of a layer, such as shared"),
    )


ANY = re.compile(r"[^\0\n]+")
FOLDER_PATTERN = re.compile(r"[A-Za-z0-9_.*?\[\]][A-Za-z0-9_.*?\[\]/ -]*")


class Table:
    """A table of the file, and what is wrong in it."""

    def __init__(self, path: str, values: Any, errors: list[str]) -> None:
        self.path, self.errors = path, errors
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            errors.append(f"{path}: {values!r} is not a table. Write [{path}]")

    def error(self, key: str, text: str) -> None:
        self.errors.append(f"{self.path}.{key}: {text}" if self.path else f"{key}: {text}")

    def reject_others(self, *known: str) -> None:
        for key in self.values:
            if key not in known:
                self.error(key, f"there is no such key. Write one of {', '.join(known)}")

    def table(self, key: str) -> "Table":
        return Table(f"{self.path}.{key}" if self.path else key, self.values.get(key, {}), self.errors)

    def tables(self, key: str, name: "re.Pattern[str]") -> list[tuple[str, "Table"]]:
        outer = self.table(key)
        for inner in outer.values:
            if not name.fullmatch(inner):
                outer.error(inner, f"{inner!r} is not a name here. Write letters, digits and hyphens, as in orb-common")
        return [(inner, outer.table(inner)) for inner in outer.values]

    def text(self, key: str, form: "re.Pattern[str]", what: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or not form.fullmatch(value):
            self.error(key, f"{value!r} is not {what}" if value is not None else f"it is missing. Write {what}")
            return ""
        return value

    def folder(self, key: str) -> str:
        value = self.text(key, FOLDER, "a folder from the root of the repository, as in backend/packages/orb-common")
        if ".." in value.split("/"):
            self.error(key, f"{value!r} leaves the repository. Write a folder in it")
        return value.rstrip("/")

    def texts(self, key: str, form: "re.Pattern[str]", what: str) -> tuple[str, ...]:
        return self.several(key, lambda value: bool(form.fullmatch(value)), what, ())

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.values.get(key, default)
        if value not in choices:
            self.error(key, f"{value!r} is not one of {', '.join(choices)}")
            return default
        return str(value)

    def choices(self, key: str, choices: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
        found = self.several(key, lambda value: value in choices, f"one of {', '.join(choices)}", default)
        if not found:
            self.error(key, f"it is empty. Write at least one of {', '.join(choices)}")
        return found

    def several(self, key: str, fits: Callable[[str], bool], what: str, default: tuple[str, ...]) -> tuple[str, ...]:
        values = self.values.get(key, list(default))
        if not isinstance(values, list):
            self.error(key, f"{values!r} is not a list. Write [\"…\"]")
            return default
        wrong = [value for value in values if not isinstance(value, str) or not fits(value)]
        for value in wrong:
            self.error(key, f"{value!r} is not {what}")
        return tuple(value for value in values if value not in wrong)
