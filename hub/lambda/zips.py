"""The zips of a folder that build_lambda.py wrote, each compared with its manifest and with registry.toml."""

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws import Aws, Failed
from build_lambda import Listed, builds
from registry_file import RegistryFile

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: zipped, in a request.
DIRECT = 50 * 1024 * 1024

# The deployer's role may write nowhere else in the bucket.
PREFIX = "lambda-layers/"


@dataclass(frozen=True)
class Zip:
    build: Listed
    path: Path
    sha256: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def code_sha256(self) -> str:
        """As Lambda writes it."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()


def read_zips(team: RegistryFile, folder: Path) -> dict[str, Zip]:
    """By their stems. Raises Failed, with a line for each error."""
    listed = {one.stem: one for one in builds(team)}
    found, errors = {}, []
    for path in sorted(folder.glob("*.zip")):
        stem = path.stem
        if stem not in listed:
            errors.append(f"{path.name}: registry.toml has no such build. It has {', '.join(listed) or 'none'}")
            continue
        zip_file = Zip(listed[stem], path.absolute(), hashlib.sha256(path.read_bytes()).hexdigest())
        errors += check_manifest(zip_file)
        found[stem] = zip_file
    if not found and not errors:
        errors.append(f"{folder}: it has no zip. build_lambda.py build STEM --to {folder} makes one")
    if errors:
        raise Failed("\n".join([*errors, "Nothing was changed."]))
    return found


def check_manifest(zip_file: Zip) -> list[str]:
    path, build = zip_file.path, zip_file.build
    try:
        manifest = json.loads(path.with_suffix(".json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        return [f"{path.stem}.json: it cannot be read: {error}"]
    expected: dict[str, Any] = {
        **{"kind": build.kind, "key": build.key, "name": build.name, "zip": path.name, "sha256": zip_file.sha256},
        **{"python": build.target.python, "architecture": build.target.architecture},
    }
    return [
        f"{path.stem}.json: {key} is {manifest.get(key)!r}, and the zip and registry.toml have {value!r}. Build it again"
        for key, value in expected.items()
        if manifest.get(key) != value
    ]


def content_options(aws: Aws, zip_file: Zip, bucket: str, direct: str, stored: tuple[str, str]) -> list[str]:
    """How a request names the zip: in itself, or, over 50 MB, in the bucket, into which it is put first: size_error.

    direct: the option that takes a file
    stored: the forms of the options that take the bucket and the key
    """
    if zip_file.size <= DIRECT:
        return [direct, f"fileb://{zip_file.path}"]
    # The name says what it contains, so a repeated run writes the same bytes.
    key = f"{PREFIX}{zip_file.sha256}.zip"
    aws.call("s3api", "put-object", "--bucket", bucket, "--key", key, "--body", str(zip_file.path))
    return [word for form in stored for word in form.format(bucket=bucket, key=key).split(" ")]


def size_error(zip_file: Zip) -> str:
    return (
        f"{zip_file.path.name}: {zip_file.size} bytes are more than the {DIRECT} that Lambda takes in a request. Name a bucket for it, "
        "here and in the setting lambda of bootstrap"
    )
