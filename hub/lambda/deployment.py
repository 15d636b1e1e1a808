"""Publishes the layers of one environment, and moves its functions to them."""

from collections.abc import Callable, Sequence
from typing import Any

from aws import Aws, Failed
from build_lambda import layer_name
from layer_versions import LayerVersion, latest_version, publish_layer
from live_functions import ALIAS, LiveFunction, split_error
from registry_file import Function, RegistryFile
from targets import Target
from zips import DIRECT, Zip, content_options, size_error


class Deployment:
    """
    zips: what was built, by stem. A layer without a zip is used in its latest version, and a function without one keeps its code.
    bucket: takes zips over 50 MB, may have {environment}; empty if there is none
    say: takes a line for each result
    """

    def __init__(
        self, aws: Aws, team: RegistryFile, environment: str, zips: dict[str, Zip], bucket: str, say: Callable[[str], None]
    ) -> None:
        self.aws, self.team, self.environment, self.zips, self.say = aws, team, environment, zips, say
        self.bucket = self.named(bucket)

    def named(self, name: str) -> str:
        return name.replace("{environment}", self.environment)

    def function(self, function: Function) -> LiveFunction:
        return LiveFunction(self.aws, self.named(function.name))

    def publish(self, keys: list[str]) -> None:
        """Publishes the layers that have a zip; all of them if none is named."""
        unknown = [key for key in keys if key not in self.team.layers]
        zips = [one for one in self.zips.values() if one.build.kind == "layer" and (not keys or one.build.key in keys)]
        missing = [key for key in keys if key not in unknown and key not in {one.build.key for one in zips}]
        if unknown or missing:
            raise Failed(
                "\n".join(
                    [
                        *(f"{key}: registry.toml has no [layers.{key}]. It has {', '.join(self.team.layers) or 'none'}" for key in unknown),
                        *(f"{key}: the folder has no zip of this layer. build_lambda.py builds it" for key in missing),
                    ]
                )
            )
        if errors := self.too_large(zips):
            raise Failed("\n".join([*errors, "Nothing was changed."]))
        for one in zips:
            self.publish_zip(one)

    def too_large(self, contents: "Sequence[Zip | LayerVersion]") -> list[str]:
        return [size_error(one) for one in contents if isinstance(one, Zip) and one.size > DIRECT and not self.bucket]

    def publish_zip(self, zip_file: Zip) -> LayerVersion:
        version, new = publish_layer(self.aws, self.named(zip_file.build.name), zip_file, self.bucket)
        self.say(f"{zip_file.build.stem}: {version.arn} {'published' if new else 'has these bytes already'}")
        return version

    def deploy(self, keys: list[str]) -> None:
        """Moves these functions, or all, to their layers and code. All are checked before the first is changed."""
        unknown = [key for key in keys if key not in self.team.functions]
        functions = [one for key, one in self.team.functions.items() if not keys or key in keys]
        errors = [f"{key}: registry.toml has no [functions.{key}]. It has {', '.join(self.team.functions) or 'none'}" for key in unknown]
        layers = self.layers_of(functions)
        errors += self.too_large([*layers.values(), *filter(None, map(self.code_of, functions))])
        for function in functions:
            errors += self.check(function)
            errors += [
                f"{function.key}: the layer {name} has no version. Build it, or publish it first"
                for name in self.layer_names(function)
                if name not in layers
            ]
        if errors:
            raise Failed("\n".join([*errors, "Nothing was changed."]))
        versions = {name: self.publish_zip(found) if isinstance(found, Zip) else found for name, found in layers.items()}
        done: list[str] = []
        for function in functions:
            try:
                self.deploy_one(function, [versions[name].arn for name in self.layer_names(function)])
            except Failed as failure:
                left = [one.key for one in functions if one.key not in done]
                raise Failed(
                    f"{failure}\nDeployed: {', '.join(done) or 'none'}. Not deployed: {', '.join(left)}. {ALIAS} of these was not moved. "
                    "Run this again: what is deployed stays as it is"
                ) from None
            done.append(function.key)

    def layer_names(self, function: Function) -> list[str]:
        return [layer_name(self.team.layers[key].name, Target(function.python, function.architecture)) for key in function.layers]

    def layers_of(self, functions: list[Function]) -> dict[str, Zip | LayerVersion]:
        """By their names before {environment} is replaced: the zip to publish, or the latest version."""
        built = {one.build.name: one for one in self.zips.values() if one.build.kind == "layer"}
        names = dict.fromkeys(name for function in functions for name in self.layer_names(function))
        found = {name: built.get(name) or latest_version(self.aws, self.named(name)) for name in names}
        return {name: one for name, one in found.items() if one is not None}

    def code_of(self, function: Function) -> Zip | None:
        return next((one for one in self.zips.values() if (one.build.kind, one.build.key) == ("function", function.key)), None)

    def check(self, function: Function) -> list[str]:
        try:
            return self.differences(function)
        except Failed as failure:
            return [f"{function.key}: {failure}"]

    def differences(self, function: Function) -> list[str]:
        live_function = self.function(function)
        found = live_function.configuration()
        if found is None:
            return [f"{function.key}: there is no function {live_function.name} in {self.aws.region}. Its own stack makes it"]
        runtime, architectures = f"python{function.python}", [function.architecture]
        errors = []
        if found.get("PackageType", "Zip") != "Zip":
            errors.append(f"{function.key}: {live_function.name} is a container image, which has no layers")
        elif found["Runtime"] != runtime:
            errors.append(f"{function.key}: {live_function.name} has {found['Runtime']}, and registry.toml {runtime}. Change one of them")
        if found.get("Architectures", ["x86_64"]) != architectures:
            errors.append(
                f"{function.key}: {live_function.name} has {', '.join(found['Architectures'])}, and registry.toml "
                f"{function.architecture}. Change one of them"
            )
        live = live_function.live()
        return [*errors, *([split_error(live_function)] if live and live.splits else [])]

    def deploy_one(self, function: Function, layers: list[str]) -> None:
        live_function = self.function(function)
        latest = live_function.settled()
        # Without layers in registry.toml, others decide which the function has.
        if layers and layers_in(latest) != layers:
            for other in layers_in(latest):
                if without_version(other) not in map(without_version, layers):
                    self.say(f"{live_function.name}: {other} is removed, because registry.toml does not name it")
            live_function.call("update-function-configuration", "--layers", *layers, "--revision-id", latest["RevisionId"])
            latest = live_function.settled()
        code = self.code_of(function)
        if code is not None and latest["CodeSha256"] != code.code_sha256:
            content = content_options(self.aws, code, self.bucket, "--zip-file", ("--s3-bucket {bucket}", "--s3-key {key}"))
            live_function.call("update-function-code", *content, "--revision-id", latest["RevisionId"])
            latest = live_function.settled()
            if latest["CodeSha256"] != code.code_sha256:
                raise Failed(f"{live_function.name}: its code is not {code.path.name}. Another deployment is at work, or the bucket's file was changed")
        # Without a change since the last version, Lambda answers with that version.
        version = live_function.call(
            "publish-version", "--code-sha256", latest["CodeSha256"], "--revision-id", latest["RevisionId"]
        )["Version"]
        self.move(live_function, version)

    def move(self, live_function: LiveFunction, version: str) -> None:
        live = live_function.live()
        if live is not None and live.version == version:
            self.say(f"{live_function.name}: {ALIAS} is at version {version} already")
            return
        live_function.move(live, version, f"former version {live.version}" if live else "first version")
        self.say(f"{live_function.name}: {ALIAS} is at version {version}, formerly {live.version if live else 'nowhere'}")


def layers_in(configuration: dict[str, Any]) -> list[str]:
    return [layer["Arn"] for layer in configuration.get("Layers") or []]


def without_version(arn: str) -> str:
    return arn.rpartition(":")[0]
