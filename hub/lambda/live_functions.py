"""Functions in Lambda that are called through the alias `live`: what it points at, and how it is moved.

The alias's description names the version from which it was moved. A rollback reads it there.
"""

import re
import time
from dataclasses import dataclass
from typing import Any

from aws import Aws, Failed, NotFound

ALIAS = "live"
DEPLOYED = re.compile(r"former version ([0-9]+)")
ROLLED_BACK = re.compile(r"rolled back from version ([0-9]+)")

# How long an update of a function may take, in seconds.
PATIENCE = 300


@dataclass(frozen=True)
class Live:
    version: str
    description: str
    revision: str
    # Whether it sends part of the calls to another version.
    splits: bool


class LiveFunction:
    """One function, by its name in Lambda."""

    def __init__(self, aws: Aws, name: str) -> None:
        self.aws, self.name = aws, name

    def call(self, operation: str, *options: str) -> dict[str, Any]:
        return self.aws.call("lambda", operation, "--function-name", self.name, *options)

    def configuration(self, qualifier: str | None = None) -> dict[str, Any] | None:
        try:
            return self.call("get-function-configuration", *(["--qualifier", qualifier] if qualifier else []))
        except NotFound:
            return None

    def settled(self) -> dict[str, Any]:
        """The configuration of $LATEST, once no update of it is in progress."""
        until = time.monotonic() + PATIENCE
        while True:
            found = self.configuration()
            if found is None:
                raise Failed(f"{self.name}: the function does not exist any more")
            if found.get("State") == "Failed" or found.get("LastUpdateStatus") == "Failed":
                reason = found.get("StateReason") or found.get("LastUpdateStatusReason") or "it gives no reason"
                raise Failed(f"{self.name}: Lambda could not update it: {reason}")
            if found.get("State") != "Pending" and found.get("LastUpdateStatus", "Successful") == "Successful":
                return found
            if time.monotonic() > until:
                raise Failed(f"{self.name}: its update has not ended after {PATIENCE} seconds. Run this again later")
            time.sleep(1)

    def live(self) -> Live | None:
        try:
            alias = self.call("get-alias", "--name", ALIAS)
        except NotFound:
            return None
        weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return Live(alias["FunctionVersion"], alias.get("Description", ""), alias["RevisionId"], bool(weights))

    def move(self, live: Live | None, version: str, description: str) -> None:
        """Fails if the alias was moved since it was read."""
        options = ["--name", ALIAS, "--function-version", version, "--description", description]
        if live is None:
            self.call("create-alias", *options)
        else:
            self.call("update-alias", *options, "--revision-id", live.revision)

    def versions(self) -> list[str]:
        found = self.call("list-versions-by-function").get("Versions", [])
        return [one["Version"] for one in found if one["Version"] != "$LATEST"]


def roll_back(function: LiveFunction, to: str) -> str:
    """Moves the alias to a former version: `to`, or the one from which the last deployment moved it. Returns what it did."""
    live = function.live()
    if live is None:
        raise Failed(f"{function.name}: it has no alias {ALIAS}, so nothing was deployed. deploy makes it")
    if live.splits:
        raise Failed(split_error(function))
    deployed = DEPLOYED.fullmatch(live.description)
    rolled_back = ROLLED_BACK.fullmatch(live.description)
    versions = function.versions()
    known = f"It has the versions {', '.join(versions) or 'none'}"
    if not to and rolled_back:
        raise Failed(
            f"{function.name}: {ALIAS} is at version {live.version}, already rolled back from version {rolled_back[1]}. "
            f"Name the version with --to. {known}"
        )
    if not to and not deployed:
        raise Failed(
            f"{function.name}: the description of {ALIAS}, {live.description!r}, names no former version. "
            f"Name the version with --to. {known}"
        )
    version = to or (deployed[1] if deployed else "")
    if version not in versions:
        raise Failed(f"{function.name}: there is no version {version}. {known}")
    if version == live.version:
        return f"{function.name}: {ALIAS} is at version {version} already"
    function.move(live, version, f"rolled back from version {live.version}")
    return f"{function.name}: {ALIAS} is at version {version}, rolled back from version {live.version}"


def split_error(function: LiveFunction) -> str:
    return f"{function.name}: {ALIAS} sends part of the calls to another version. End that first: aws lambda update-alias"
