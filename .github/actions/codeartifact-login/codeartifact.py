"""Calls CodeArtifact through the runner's AWS CLI, with the credentials of this step's environment and no other setting."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import registry_login
from isolation import BY_HAND, environment, program
from registry_login import NotFound, mask_in_log, read_lifetime, repository_options, sandbox_variables

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

# Files and the machine's own role decide neither caller nor endpoint: a configured endpoint would receive the signed request.
NO_SETTINGS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": "",
}

# How the AWS CLI assumes a role with an identity token: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
WEB_IDENTITY = ("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME")


class Registry:
    """One repository of a domain, from the inputs that an action puts into its step's environment."""

    def __init__(self) -> None:
        self.domain = os.environ["DOMAIN"]
        self.repository = os.environ["REPOSITORY"]
        owner, region = os.environ.get("DOMAIN_OWNER", ""), os.environ["REGION"]
        self._registry = registry_login.Registry(self.domain, region, self.repository, owner)

    def token(self) -> str:
        """A token of TOKEN_LIFETIME seconds. Nothing is printed before the runner masks it."""
        lifetime = read_lifetime("token-lifetime", os.environ["TOKEN_LIFETIME"])
        token, _ = registry_login.mint(call, replace(self._registry, lifetime=lifetime), mask_in_log)
        return token

    def endpoint(self) -> str:
        """Where packages are uploaded to; ends in a slash."""
        return registry_login.find_endpoint(call, self._registry)

    def sha256_of_files(self, package: str, version: str) -> dict[str, str]:
        """SHA-256 of the files that a version has, by their names; empty where the version does not exist."""
        try:
            # The AWS CLI follows nextToken and joins the pages.
            answer = call(
                *["list-package-version-assets", *repository_options(self._registry)],
                *["--package", package, "--package-version", version],
            )
        except NotFound:
            return {}
        return {asset["name"]: asset["hashes"]["SHA-256"] for asset in answer["assets"]}


def call(operation: str, *options: str) -> dict[str, Any]:
    """AWS's answer. Raises NotFound, or Failed with AWS's message."""
    with tempfile.TemporaryDirectory() as home:
        variables = environment(Path(home), **{**NO_SETTINGS, **aws_variables()})
        return registry_login.run_aws(program("aws"), operation, *options, env=variables, cwd=home)


def aws_variables() -> dict[str, str]:
    """The caller and the endpoint. A job's step sets both itself; a person's shell may name a web identity and the sandbox."""
    names = CREDENTIALS + WEB_IDENTITY if BY_HAND else CREDENTIALS
    variables = {name: os.environ[name] for name in names if os.environ.get(name)}
    return {**variables, **sandbox_variables()} if BY_HAND else variables
