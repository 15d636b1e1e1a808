#!/usr/bin/env python3
"""Mints short-lived tokens of CodeArtifact repositories, and gives them to pip, uv, poetry, pipenv and twine.

A person links this file as `registry-login`, and as `keyring` for the clients that ask a program of that name. The actions import it.
For Linux and macOS, with Python 3.11 or newer and the AWS CLI. The actions also run on Python 3.10.
"""

import argparse
import base64
import fcntl
import hashlib
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request

if sys.version_info < (3, 10):
    sys.exit(f"registry-login needs Python 3.11 or newer, and this is Python {sys.version.split()[0]}")

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

CLIENTS = ("pip", "uv", "poetry", "pipenv", "twine")

# A client that starts now must be able to finish. In seconds.
MARGIN = 300

# Plain HTTP only to the sandbox on this machine: every request carries the token.
LOOPBACK = r"http://127\.0\.0\.1(:\d+)?"

HOST = re.compile(r"(?P<domain>.+)-(?P<owner>\d{12})\.d\.codeartifact\.(?P<region>[a-z0-9-]+)\.(amazonaws\.com(\.cn)?|on\.aws)")

# Lengths and characters are CodeArtifact's: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateRepository.html
FORMS = {
    "domain": (r"[a-z][a-z0-9-]{0,48}[a-z0-9]", "2 to 50 lower-case letters, digits and hyphens"),
    "owner": (r"(\d{12})?", "the 12 digits of an account, in quotes"),
    "region": (r"[a-z]{2,4}(-[a-z]+)+-\d", "a region such as us-east-1"),
    "repository": (r"[A-Za-z0-9][A-Za-z0-9._-]{1,99}", "2 to 100 letters, digits, dots, underscores and hyphens"),
}

# What decides who calls AWS, apart from the two files: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
CALLER = (
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME"),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
)

# Calls an operation of CodeArtifact, with its options, and returns AWS's answer.
Call = Callable[..., dict[str, Any]]


class Failed(Exception):
    """Ends a command. Its text is shown without a stack trace."""


class NotFound(Failed):
    """AWS reports that the resource does not exist."""


@dataclass(frozen=True)
class Registry:
    domain: str
    region: str
    repository: str = "python-packages"
    # The account that owns the domain. Without it AWS takes the caller's.
    owner: str = ""
    # Of a token, in seconds.
    lifetime: int = 3600

    def check(self, source: str) -> "Registry":
        """Raises Failed with a line for each value that has another form."""
        values = asdict(self)
        errors = [
            f"{source}: {key} {values[key]!r} is not {form}"
            for key, (pattern, form) in FORMS.items()
            if not (isinstance(values[key], str) and re.fullmatch(pattern, values[key]))
        ]
        if errors:
            raise Failed("\n".join(errors))
        return replace(self, lifetime=read_lifetime(f"{source}: token-lifetime", self.lifetime))


@dataclass(frozen=True)
class Login:
    """A token, and the repository that it is for."""

    token: str
    # Seconds since 1970.
    expires: float
    # Where packages are uploaded to; ends in a slash.
    endpoint: str


# How a token is minted: by the actions and by people.


def read_lifetime(name: str, value: object) -> int:
    text = "" if isinstance(value, bool) else str(value)
    if not re.fullmatch(r"[0-9]{3,5}", text) or not 900 <= int(text) <= 43_200:
        raise Failed(f"{name}: {value!r} is not a number of seconds from 900 to 43200")
    return int(text)


def domain_options(registry: Registry) -> list[str]:
    owner = ["--domain-owner", registry.owner] if registry.owner else []
    return ["--region", registry.region, "--domain", registry.domain, *owner]


def repository_options(registry: Registry) -> list[str]:
    return [*domain_options(registry), "--repository", registry.repository, "--format", "pypi"]


def mint(call: Call, registry: Registry, mask: Callable[[str], None]) -> tuple[str, float]:
    """A token and when it expires. `mask` gets it before anything is printed."""
    answer = call("get-authorization-token", *domain_options(registry), "--duration-seconds", str(registry.lifetime))
    token = answer["authorizationToken"]
    mask(token)
    # A line break would end the mask, and start another variable or output.
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Failed("AWS's token is not one line of printable characters")
    return token, read_time(answer.get("expiration", 0))


def mask_in_log(token: str, **options: Any) -> None:
    """Makes GitHub's runner hide a token. Basic authentication encodes it in base64."""
    for secret in (token, base64.b64encode(f"aws:{token}".encode()).decode()):
        print(f"::add-mask::{secret}", flush=True, **options)


def find_endpoint(call: Call, registry: Registry) -> str:
    """Where packages are uploaded to; ends in a slash."""
    url = call("get-repository-endpoint", *repository_options(registry))["repositoryEndpoint"].rstrip("/") + "/"
    if not re.fullmatch(rf"(https://[\w.-]+|{LOOPBACK})/[\w./-]+/", url):
        raise Failed(f"AWS's endpoint {url!r} is not an address that a token may be sent to")
    return url


def read_time(value: object) -> float:
    """The AWS CLI writes seconds or ISO 8601, as it is configured."""
    return float(value) if isinstance(value, int | float) else datetime.fromisoformat(str(value)).timestamp()


def index_urls(endpoint: str, token: str) -> tuple[str, str]:
    """What installers read, without and with the token."""
    scheme, _, rest = f"{endpoint}simple/".partition("://")
    return f"{scheme}://{rest}", f"{scheme}://aws:{quote(token, safe='')}@{rest}"


def run_aws(program: str, operation: str, *options: str, profile: str = "", **process: Any) -> dict[str, Any]:
    """AWS's answer. Raises NotFound, or Failed with AWS's message and the way out."""
    command = [program, "codeartifact", operation, *options, "--output", "json"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, **process)
    if done.returncode != 0:
        message = f"aws codeartifact {operation}: {done.stderr.strip()}"
        raise (NotFound if "(ResourceNotFoundException)" in message else Failed)(message + advice(message, profile))
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Failed(f"aws codeartifact {operation}: its answer is not JSON") from None


def advice(message: str, profile: str) -> str:
    """What to do about an error of AWS, on a line of its own."""
    sign_in = "aws sso login" + (f" --profile {shlex.quote(profile)}" if profile else "")
    for pattern, text in (
        (r"\bSSO\b|session has expired", f"The session has expired. Sign in again: {sign_in}"),
        (
            r"ExpiredToken|RequestExpired|token.{0,60} expired",
            f"The credentials have expired. Sign in again: {sign_in}, or renew the keys in the environment or in the credentials file",
        ),
        (
            r"Unable to locate credentials|Partial credentials",
            f"There are no credentials. Sign in: {sign_in}. If you have no profile yet: aws configure sso",
        ),
        (r"config profile \(.*\) could not be found", "The profiles are: aws configure list-profiles"),
        (
            r"InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature",
            f"AWS does not accept these credentials. Sign in again: {sign_in}, or correct the keys",
        ),
        (
            r"get-authorization-token: .*\(AccessDenied",
            "Either the lifetime is longer than the stack's setting tokenLifetime allows: lower token-lifetime or --duration. Or the "
            "identity lacks codeartifact:GetAuthorizationToken and sts:GetServiceBearerToken, which readerPolicyArn allows",
        ),
    ):
        if re.search(pattern, message, re.IGNORECASE):
            return f"\n{text}."
    return ""


def sandbox_address() -> str:
    """AWS_ENDPOINT_URL, which may only be a sandbox on this machine; empty if it is not set."""
    address = os.environ.get("AWS_ENDPOINT_URL", "")
    if address and not re.fullmatch(rf"{LOOPBACK}/?", address):
        raise Failed(
            f"AWS_ENDPOINT_URL: {address!r} is not a sandbox on this machine: unset it, or set http://127.0.0.1:PORT"
        )
    return address


def sandbox_variables() -> dict[str, str]:
    """Only the sandbox's address may be configured: another endpoint would receive the signed request."""
    address = sandbox_address()
    ignored = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false" if address else "true"}
    return {**ignored, "AWS_ENDPOINT_URL": address} if address else ignored


# What a person runs.


def log_in(registry: Registry, profile: str, use_cache: bool) -> Login:
    if not use_cache:
        token, expires = mint(person_call(profile), registry, mask_for_person)
        return Login(token, expires, find_endpoint(person_call(profile), registry))
    cache, name = Cache(), cache_name(registry, profile)
    found = cache.read(name)
    if found:
        return found
    # The second of two calls waits, and finds the token of the first.
    with cache.lock():
        found = cache.read(name)
        if found is None:
            found = log_in(registry, profile, use_cache=False)
            cache.write(name, found)
    return found


def mask_for_person(token: str) -> None:
    if in_github_job():
        mask_in_log(token, file=sys.stderr)


def in_github_job() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def person_call(profile: str) -> Call:
    """The person's AWS CLI, with the person's settings, except for endpoints."""
    program = shutil.which("aws")
    if program is None:
        raise Failed("The AWS CLI is not on PATH. Install it: https://docs.aws.amazon.com/cli/latest/userguide/")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_ENDPOINT_URL")}
    environment = {**kept, **sandbox_variables(), "AWS_PAGER": ""}
    chosen = ["--profile", profile] if profile else []
    shown = profile or os.environ.get("AWS_PROFILE", "")
    return lambda operation, *options: run_aws(program, operation, *options, *chosen, profile=shown, env=environment)


def cache_name(registry: Registry, profile: str) -> str:
    """A name of its own for each registry and caller. Files of profiles count as a whole, so that no two identities share a token."""
    files = (
        os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config",
        os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials",
    )
    paths = [Path(file).expanduser() for file in files]
    callers = [os.environ.get(name, "") for name in CALLER]
    contents = [hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in paths]
    key = [asdict(registry), profile, sandbox_address(), callers, [str(path) for path in paths], contents]
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest() + ".json"


class Cache:
    """Tokens in a folder that only this user reads. Every file is opened from the folder, whose path may change meanwhile."""

    def __init__(self) -> None:
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        self.path = (base if base.is_absolute() else Path.home() / ".cache") / "registry-login"
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.mkdir(mode=0o700, exist_ok=True)
            self._folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            raise Failed(f"{self.path}: {error.strerror}. It must be a folder of yours. Set XDG_CACHE_HOME, or use --no-cache") from None
        self._require_private(self._folder, self.path)

    def _require_private(self, file: int, path: Path) -> None:
        status = os.fstat(file)
        if status.st_uid != os.geteuid():
            raise Failed(f"{path}: it belongs to another user. Set XDG_CACHE_HOME to a folder of yours, or use --no-cache")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise Failed(f"{path}: other users may open it. Remove it: rm -r {shlex.quote(str(self.path))}")

    def _open(self, name: str, flags: int) -> int:
        try:
            file = os.open(name, flags | os.O_NOFOLLOW, 0o600, dir_fd=self._folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Failed(f"{self.path / name}: {error.strerror}. Remove it") from None
        self._require_private(file, self.path / name)
        return file

    @contextmanager
    def lock(self) -> Iterator[None]:
        file = self._open("lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def read(self, name: str) -> Login | None:
        """A token that a client can still work with. Any other is dropped."""
        try:
            with os.fdopen(self._open(name, os.O_RDONLY), encoding="utf-8") as file:
                found = Login(**json.load(file))
            if found.expires > time.time() + MARGIN:
                return found
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            # Written by another version, or cut off.
            pass
        self.drop(name)
        return None

    def write(self, name: str, login: Login) -> None:
        new = f"{secrets.token_hex(8)}.new"
        with os.fdopen(self._open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w", encoding="utf-8") as file:
            json.dump(asdict(login), file)
        os.replace(new, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)

    def drop(self, name: str) -> None:
        try:
            os.unlink(name, dir_fd=self._folder)
        except FileNotFoundError:
            pass

    def names(self) -> list[str]:
        """Of all tokens, those that were being written included."""
        return sorted(name for name in os.listdir(self._folder) if name.endswith((".json", ".new")))


def variables(login: Login, repository: str, clients: list[str]) -> dict[str, str]:
    """What each client reads."""
    index, with_token = index_urls(login.endpoint, login.token)
    name = re.sub(r"[^A-Z0-9]", "_", repository.upper())
    of = {
        "pip": {"PIP_INDEX_URL": with_token},
        # By the name, which a project's own index of this name has too, so that no address contains the token.
        "uv": {
            "UV_DEFAULT_INDEX": f"{repository}={index}",
            f"UV_INDEX_{name}_USERNAME": "aws",
            f"UV_INDEX_{name}_PASSWORD": login.token,
        },
        "poetry": {f"POETRY_HTTP_BASIC_{name}_USERNAME": "aws", f"POETRY_HTTP_BASIC_{name}_PASSWORD": login.token},
        # A Pipfile's source contains one or the other.
        "pipenv": {"CODEARTIFACT_AUTH_TOKEN": login.token, "CODEARTIFACT_INDEX_URL": with_token},
        "twine": {"TWINE_REPOSITORY_URL": login.endpoint, "TWINE_USERNAME": "aws", "TWINE_PASSWORD": login.token},
    }
    return {key: value for client in clients for key, value in of[client].items()}


def read_registries() -> tuple[Path | None, dict[str, Registry]]:
    """The nearest registry.toml, from the current folder upwards, and its registries. Without such a file: None, and no registry."""
    here = Path.cwd()
    path = next((folder / "registry.toml" for folder in (here, *here.parents) if (folder / "registry.toml").is_file()), None)
    if path is None:
        return None, {}
    if path.parent.stat().st_mode & stat.S_IWOTH:
        raise Failed(f"{path}: every user may replace it, because its folder is open to all. Move it to a folder of yours")
    try:
        import tomllib

        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("registries", {})
    except ModuleNotFoundError:
        raise Failed(f"{path}: only Python 3.11 or newer reads TOML, and this is {sys.version.split()[0]}") from None
    except ValueError as error:
        raise Failed(f"{path}: {error}") from None
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise Failed(f"{path}: [registries] has other entries than tables. Write [registries.dev]")
    registries, errors = {}, []
    for name, table in tables.items():
        source = f"{path}: [registries.{name}]"
        values = {"domain": "", "region": "", **{KEYS.get(key, key): value for key, value in table.items()}}
        unknown = values.keys() - asdict(Registry("", "")).keys()
        try:
            if unknown:
                raise Failed(f"{source}: {', '.join(sorted(unknown))}: unknown. Write domain, owner, region, repository or token-lifetime")
            registries[name] = Registry(**values).check(source)
        except Failed as failure:
            errors.append(str(failure))
    if errors:
        raise Failed("\n".join(errors))
    return path, registries


KEYS = {"token-lifetime": "lifetime", "lifetime": "lifetime (write token-lifetime)"}


def choose(options: argparse.Namespace) -> Registry:
    """The registry that the options name. Raises Failed."""
    given = {key: getattr(options, key) for key in ("domain", "owner", "region", "repository") if getattr(options, key)}
    if options.duration:
        given["lifetime"] = options.duration
    if options.url:
        host = HOST.fullmatch(urlsplit(options.url).hostname or "")
        if host is None:
            raise Failed(f"--url: {options.url!r} is not an address of CodeArtifact, as https://DOMAIN-OWNER.d.codeartifact.REGION.amazonaws.com/")
        _, _, format_and_repository = urlsplit(options.url).path.partition("/pypi/")
        repository = format_and_repository.split("/")[0]
        chosen = Registry(**host.groupdict(), **({"repository": repository} if repository else {}))
    elif options.domain:
        chosen = Registry(options.domain, os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "")
    else:
        path, registries = read_registries()
        name = options.registry or os.environ.get("REGISTRY") or (next(iter(registries)) if len(registries) == 1 else "")
        if not registries:
            place = f"{path} has no [registries.NAME]" if path else f"there is no registry.toml in {Path.cwd()} or above"
            raise Failed(f"{place}. Write one, or use --url, or --domain and --region")
        if name not in registries:
            wrong = f"{name!r} is not a registry of {path}" if name else f"{path} has several registries"
            raise Failed(f"{wrong}. Write --registry, or set REGISTRY, with one of {', '.join(registries)}")
        chosen = registries[name]
    return replace(chosen, **given).check("the registry")


def env(options: argparse.Namespace) -> int:
    registry = choose(options)
    login = log_in(registry, options.profile, options.cache)
    values = variables(login, registry.repository, options.client)
    if options.format == "json":
        print(json.dumps(values, indent=2))
    else:
        print("\n".join(f"export {name}={shlex.quote(value)}" for name, value in values.items()))
    return 0


def run(options: argparse.Namespace) -> int:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise Failed("Give a command, as in: registry-login run -- uv sync")
    registry = choose(options)
    values = variables(log_in(registry, options.profile, options.cache), registry.repository, options.client)
    # Python ignores it, and the command would inherit that.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvpe(command[0], command, {**os.environ, **values})
    except OSError as error:
        print(f"registry-login: {command[0]}: {error.strerror}", file=sys.stderr)
        # As a shell ends.
        return 127 if isinstance(error, FileNotFoundError) else 126


def status(options: argparse.Namespace) -> int:
    registry = choose(options)
    cache, name = Cache(), cache_name(registry, options.profile)
    found = cache.read(name)
    accepted = found and is_accepted(found)
    if found and accepted is False:
        cache.drop(name)
    report = {
        **{key: value for key, value in asdict(registry).items() if key != "lifetime"},
        "profile": options.profile or os.environ.get("AWS_PROFILE", ""),
        "expires": datetime.fromtimestamp(found.expires).astimezone().isoformat(timespec="seconds") if found else None,
        "accepted": accepted,
    }
    if options.format == "json":
        print(json.dumps(report, indent=2))
    else:
        print("\n".join(f"{key:<10} {value}" for key, value in report.items() if value not in ("", None)))
        if not found:
            print("There is no token in the cache. The next command mints one.")
        elif accepted is False:
            print("The registry rejects the token, which is now dropped. The next command mints one.")
    return 0 if found and accepted is not False else 1


def is_accepted(login: Login) -> bool | None:
    """Whether the registry knows the token. Without an answer: None."""
    basic = base64.b64encode(f"aws:{login.token}".encode()).decode()
    # A name that no package has: a registry that knows the token answers 404, or 403.
    request = urllib.request.Request(f"{login.endpoint}simple/registry-login--status/", headers={"Authorization": f"Basic {basic}"})

    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            """The token goes to the registry and to no other address."""

    try:
        urllib.request.build_opener(NoRedirect).open(request, timeout=10).close()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code != 401
    except OSError:
        return None
    return True


def logout(_: argparse.Namespace) -> int:
    cache = Cache()
    with cache.lock():
        names = cache.names()
        for name in names:
            cache.drop(name)
    print(
        f"{len(names)} removed from {cache.path}. CodeArtifact has no operation that withdraws a token: each works until it expires, "
        "or its identity loses its rights."
    )
    return 0


def keyring(arguments: list[str]) -> int:
    """The command `keyring`, as pip and uv call it. Ends with 1 and prints nothing if it has no password."""
    parser = argparse.ArgumentParser(
        prog="keyring",
        description="Prints the token of a registry that the registry.toml in this folder, or above, names: registry-login under another "
        "name. It stores no passwords.",
    )
    parser.add_argument("--mode", choices=["password", "creds"], default="password", help="with creds also the user")
    parser.add_argument("--output", choices=["plain", "json"], default="plain")
    parser.add_argument("operation", choices=["get"])
    parser.add_argument("service", metavar="URL", help="of an index, with its scheme")
    parser.add_argument("username", metavar="USER", nargs="?", help="aws; may be left out with --mode creds")
    options = parser.parse_args(arguments)
    if options.username is None and options.mode == "password":
        parser.error("get requires URL and USER")
    service = urlsplit(options.service)
    if options.username not in (None, "aws") or not service.scheme:
        return 1
    path, registries = read_registries()
    matching = [name for name, registry in registries.items() if matches(registry, service)]
    if not matching:
        if HOST.fullmatch(service.hostname or ""):
            print(f"registry-login: {service.hostname} is not a registry of {path or 'a registry.toml in this folder or above'}", file=sys.stderr)
        return 1
    # They may differ in the repository, and a token is for the whole domain.
    chosen = os.environ.get("REGISTRY") if os.environ.get("REGISTRY") in matching else matching[0]
    login = log_in(registries[chosen], "", not in_github_job())
    endpoint = urlsplit(login.endpoint)
    # The scheme too: a token does not travel in the clear. Without an owner, only AWS knows the whole host.
    if (service.scheme, service.hostname, service.port) != (endpoint.scheme, endpoint.hostname, endpoint.port):
        return 1
    answer = {**({"username": "aws"} if options.mode == "creds" else {}), "password": login.token}
    print(json.dumps(answer) if options.output == "json" else "\n".join(answer.values()))
    return 0


def matches(registry: Registry, service: SplitResult) -> bool:
    host = HOST.fullmatch(service.hostname or "")
    if host is None:
        return bool(sandbox_address()) and service.netloc.rpartition("@")[2] == urlsplit(sandbox_address()).netloc
    return host["domain"] == registry.domain and host["region"] == registry.region and registry.owner in ("", host["owner"])


def read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="registry-login",
        description="""Gives pip, uv, poetry, pipenv and twine a short-lived token of a CodeArtifact
repository. Sign in to AWS first, as with: aws sso login""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="""Tokens are kept in ~/.cache/registry-login, or in XDG_CACHE_HOME, until five
minutes before they expire. In a GitHub job they are not kept.

  registry-login run -- uv sync
  eval "$(registry-login env --registry dev --client poetry)"

The registry is one of the registry.toml in this folder or above:

  [registries.dev]
  domain = "acme-packages-dev"
  owner = "123456789012"
  region = "us-east-1"
  repository = "python-packages"
  token-lifetime = 3600

Ends with 0, with 1 after an error, and with 2 if an option is wrong. `run`
ends as its command does.""",
    )
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")
    for function, text in (
        (env, "print the variables that clients read, with the token in them"),
        (run, "run a command with these variables"),
        (status, "show whether there is a token in the cache, and whether the registry accepts it"),
        (logout, "remove all tokens from the cache"),
    ):
        command = commands.add_parser(function.__name__, help=text, description=text[0].upper() + text[1:] + ".")
        command.set_defaults(function=function)
        if function is logout:
            continue
        command.add_argument("--registry", metavar="NAME", help="of registry.toml; default: REGISTRY, or the only one")
        command.add_argument("--url", help="the registry's own address, in place of registry.toml")
        command.add_argument("--domain", help="in place of registry.toml")
        command.add_argument("--owner", metavar="ACCOUNT", help="that owns the domain; default: the caller's")
        command.add_argument("--region", help="of the domain; default with --domain: AWS_REGION")
        command.add_argument("--repository", metavar="NAME", help="default: python-packages")
        command.add_argument("--duration", metavar="SECONDS", help="of the token; default: token-lifetime, or 3600")
        command.add_argument("--profile", default="", help="of the AWS CLI; default: AWS_PROFILE")
        if function is not run:
            formats = ["shell" if function is env else "text", "json"]
            command.add_argument("--format", choices=formats, default=formats[0])
        if function is not status:
            command.add_argument("--no-cache", dest="cache", action="store_false", help="mint a token, and do not keep it")
            command.add_argument(
                "--client", action="append", choices=[*CLIENTS, "all"], help="repeat it for several; default: all"
            )
        if function is run:
            command.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    options = parser.parse_args(arguments)
    chosen = getattr(options, "client", None)
    options.client = list(CLIENTS) if not chosen or "all" in chosen else list(dict.fromkeys(chosen))
    options.cache = getattr(options, "cache", True) and not in_github_job()
    return options


def main() -> int:
    try:
        if Path(sys.argv[0]).name == "keyring":
            return keyring(sys.argv[1:])
        options = read_options(sys.argv[1:])
        return options.function(options)
    except Failed as failure:
        print("\n".join(f"registry-login: {line}" for line in str(failure).splitlines()), file=sys.stderr)
    except OSError as error:
        print(f"registry-login: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
