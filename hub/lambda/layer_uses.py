"""Which functions use which version of a layer: what is called, and what the next version starts from."""

from dataclasses import dataclass

from build_lambda import builds
from deployment import Deployment, layers_in
from live_functions import ALIAS


@dataclass(frozen=True)
class Use:
    """A layer of a function. A version is None where the function does not have the layer there."""

    layer: str
    function: str
    # To which live points; None without it.
    function_version: str | None
    live: int | None
    latest: int | None


def uses_of(deployment: Deployment, key: str) -> list[Use]:
    """Of all functions of registry.toml that exist, and all layers that they have; of one layer if its key is given."""
    found = []
    wanted = {deployment.named(one.name) for one in builds(deployment.team) if (one.kind, one.key) == ("layer", key)}
    for function in deployment.team.functions.values():
        live_function = deployment.function(function)
        latest = live_function.configuration()
        live = live_function.configuration(ALIAS)
        layers = {**versions_in(latest), **versions_in(live)}
        for layer in layers:
            if not key or layer in wanted:
                found.append(
                    Use(
                        layer,
                        live_function.name,
                        live["Version"] if live else None,
                        versions_in(live).get(layer),
                        versions_in(latest).get(layer),
                    )
                )
    return sorted(found, key=lambda use: (use.layer, use.function))


def versions_in(configuration: "dict[str, object] | None") -> dict[str, int]:
    arns = [arn.split(":") for arn in layers_in(configuration or {})]
    return {parts[-2]: int(parts[-1]) for parts in arns}


def as_text(uses: list[Use]) -> str:
    """A block for each layer, which fits 80 columns with names of usual length."""
    lines = []
    for layer in dict.fromkeys(use.layer for use in uses):
        lines.append(layer)
        for use in (use for use in uses if use.layer == layer):
            called = f"version {use.live}" if use.live else "none"
            lines.append(f"  {use.function}")
            lines.append(f"    live: {called} (function version {use.function_version or 'none'}); $LATEST: {use.latest or 'none'}")
    return "\n".join(lines) or "No function uses a layer."
