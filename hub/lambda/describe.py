"""Describes a zip for Lambda in two files beside it: a manifest (.json) and an SBOM in CycloneDX 1.6 (.cdx.json).

Both depend only on the build: they have no time and no random number. The manifest also names the index from which each package came,
without user and token.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pack import Contents
from targets import Target


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    # Of the wheel that was installed.
    file: str
    sha256: str
    # Host and path of the index.
    source: str


@dataclass(frozen=True)
class Described:
    kind: str
    key: str
    name: str
    target: Target
    lock: Path | None
    packages: list[Package]
    own: Contents


def packages_of(report: Path, index: str) -> list[Package]:
    """What pip installed, from its report: https://pip.pypa.io/en/stable/reference/installation-report/"""
    address = urlsplit(index)
    source = f"{address.hostname}{f':{address.port}' if address.port else ''}{address.path}".removesuffix("/").removesuffix("/simple")
    found = []
    for item in json.loads(report.read_text("utf-8"))["install"]:
        download, metadata = item["download_info"], item["metadata"]
        file = urlsplit(download["url"]).path.rpartition("/")[2]
        found.append(Package(normalized(metadata["name"]), metadata["version"], file, download["archive_info"]["hashes"]["sha256"], source))
    return sorted(found, key=lambda package: package.name)


def normalized(name: str) -> str:
    """https://packaging.python.org/en/latest/specifications/name-normalization/"""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def write(described: Described, zip_file: Path, sha256: str) -> None:
    for suffix, document in ((".json", manifest(described, zip_file, sha256)), (".cdx.json", sbom(described, zip_file, sha256))):
        zip_file.with_suffix(suffix).write_text(f"{json.dumps(document, indent=2)}\n", "utf-8")


def manifest(described: Described, zip_file: Path, sha256: str) -> dict[str, Any]:
    lock = described.lock
    return {
        "kind": described.kind,
        "key": described.key or None,
        "name": described.name or zip_file.stem,
        "zip": zip_file.name,
        "sha256": sha256,
        "size": zip_file.stat().st_size,
        "python": described.target.python,
        "architecture": described.target.architecture,
        "lock": {"file": lock.name, "sha256": sha256_of(lock)} if lock else None,
        "packages": [vars(package) for package in described.packages],
        "files": [{"path": name, "sha256": sha256_of(path)} for name, path in described.own.files.items()],
    }


def sbom(described: Described, zip_file: Path, sha256: str) -> dict[str, Any]:
    """https://cyclonedx.org/docs/1.6/json/"""
    body = {
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": {
                "type": "application",
                "bom-ref": zip_file.stem,
                "name": zip_file.stem,
                "hashes": [{"alg": "SHA-256", "content": sha256}],
                "properties": [
                    {"name": "aws:lambda:runtime", "value": f"python{described.target.python}"},
                    {"name": "aws:lambda:architecture", "value": described.target.architecture},
                ],
            },
        },
        "components": [component(package) for package in described.packages],
    }
    # The same build always has the same number.
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1, **body}


def component(package: Package) -> dict[str, Any]:
    # https://github.com/package-url/purl-spec
    purl = f"pkg:pypi/{package.name}@{quote(package.version, safe='.')}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": package.sha256}],
    }


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
