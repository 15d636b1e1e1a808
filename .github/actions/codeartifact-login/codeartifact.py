"""Calls CodeArtifact through the runner's AWS CLI, with the credentials of this step's environment and no other setting."""

import base64
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from isolation import BY_HAND, environment, program
from step import Failed

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

# Files and the machine's own role decide neither caller nor endpoint: a configured endpoint would receive the signed request.
NO_SETTINGS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": "",
}

# Plain HTTP only to the sandbox on this machine: every request carries the token.
LOOPBACK = r"http://127\.0\.0\.1(:\d+)?"

# How the AWS CLI assumes a role with an identity token: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
WEB_IDENTITY = ("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME")


class NotFound(Failed):
    """AWS reports that the resource does not exist."""


class Registry:
    """One repository of a domain, from the inputs that an action puts into its step's environment."""

    def __init__(self) -> None:
        self.domain = os.environ["DOMAIN"]
        self.repository = os.environ["REPOSITORY"]
        self._domain = ["--region", os.environ["REGION"], "--domain", self.domain]
        if os.environ.get("DOMAIN_OWNER"):
            self._domain += ["--domain-owner", os.environ["DOMAIN_OWNER"]]
        self._repository = [*self._domain, "--repository", self.repository, "--format", "pypi"]

    def token(self) -> str:
        """A token of TOKEN_LIFETIME seconds. Nothing is printed before the runner masks it."""
        lifetime = os.environ["TOKEN_LIFETIME"]
        if not re.fullmatch(r"[0-9]{3,5}", lifetime) or not 900 <= int(lifetime) <= 43_200:
            raise Failed(f"token-lifetime: {lifetime!r} is not a number of seconds from 900 to 43200")
        answer = call("get-authorization-token", *self._domain, "--duration-seconds", lifetime)
        token = answer["authorizationToken"]
        # Basic authentication encodes it in base64.
        for secret in (token, base64.b64encode(f"aws:{token}".encode()).decode()):
            print(f"::add-mask::{secret}", flush=True)
        # A line break would end the mask.
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise Failed("AWS's token is not one line of printable characters")
        return token

    def endpoint(self) -> str:
        """Where packages are uploaded to; ends in a slash."""
        url = call("get-repository-endpoint", *self._repository)["repositoryEndpoint"].rstrip("/") + "/"
        if not re.fullmatch(rf"(https://[\w.-]+|{LOOPBACK})/[\w./-]+/", url):
            raise Failed(f"AWS's endpoint {url!r} is not an address that a token may be sent to")
        return url

    def sha256_of_files(self, package: str, version: str) -> dict[str, str]:
        """SHA-256 of the files that a version has, by their names; empty where the version does not exist."""
        try:
            # The AWS CLI follows nextToken and joins the pages.
            answer = call(
                *["list-package-version-assets", *self._repository],
                *["--package", package, "--package-version", version],
            )
        except NotFound:
            return {}
        return {asset["name"]: asset["hashes"]["SHA-256"] for asset in answer["assets"]}


def call(operation: str, *options: str) -> dict[str, Any]:
    """AWS's answer. Raises NotFound, or Failed with AWS's message."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [program("aws"), "codeartifact", operation, *options, "--output", "json"],
            env=environment(Path(home), **{**NO_SETTINGS, **aws_variables()}),
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    if done.returncode == 0:
        return json.loads(done.stdout)
    message = done.stderr.strip()
    raise (NotFound if "(ResourceNotFoundException)" in message else Failed)(f"aws codeartifact {operation}: {message}")


def aws_variables() -> dict[str, str]:
    """The caller and the endpoint. A job's step sets both itself; a person's shell may name a web identity and the sandbox."""
    names = CREDENTIALS + WEB_IDENTITY if BY_HAND else CREDENTIALS
    variables = {name: os.environ[name] for name in names if os.environ.get(name)}
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "") if BY_HAND else ""
    if not endpoint:
        return variables
    if not re.fullmatch(rf"{LOOPBACK}/?", endpoint):
        raise Failed(
            f"AWS_ENDPOINT_URL: {endpoint!r} is not a sandbox on this machine: unset it, or set http://127.0.0.1:PORT"
        )
    return {**variables, "AWS_ENDPOINT_URL": endpoint, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}
