"""Versions of layers in Lambda: publishes a zip as one, unless the latest version has the same bytes."""

from dataclasses import dataclass

from aws import Aws, Failed, NotFound
from zips import Zip, content_options


@dataclass(frozen=True)
class LayerVersion:
    arn: str
    code_sha256: str

    @property
    def short(self) -> str:
        """NAME:VERSION, without the account."""
        return ":".join(self.arn.split(":")[-2:])


def latest_version(aws: Aws, name: str) -> LayerVersion | None:
    try:
        versions = aws.call("lambda", "list-layer-versions", "--layer-name", name, "--max-items", "1").get("LayerVersions", [])
    except NotFound:
        versions = []
    if not versions:
        return None
    answer = aws.call("lambda", "get-layer-version", "--layer-name", name, "--version-number", str(versions[0]["Version"]))
    return LayerVersion(answer["LayerVersionArn"], answer["Content"]["CodeSha256"])


def publish_layer(aws: Aws, name: str, zip_file: Zip, bucket: str) -> tuple[LayerVersion, bool]:
    """The version with the bytes of the zip, and whether it is new."""
    latest = latest_version(aws, name)
    if latest is not None and latest.code_sha256 == zip_file.code_sha256:
        return latest, False
    target = zip_file.build.target
    answer = aws.call(
        *["lambda", "publish-layer-version", "--layer-name", name, "--description", f"sha256:{zip_file.sha256}"],
        *["--compatible-runtimes", f"python{target.python}", "--compatible-architectures", target.architecture],
        *content_options(aws, zip_file, bucket, "--zip-file", ("--content S3Bucket={bucket},S3Key={key}",)),
    )
    published = LayerVersion(answer["LayerVersionArn"], answer["Content"]["CodeSha256"])
    if published.code_sha256 != zip_file.code_sha256:
        raise Failed(
            f"{published.short} has other bytes than {zip_file.path.name}: SHA-256 {published.code_sha256}, not "
            f"{zip_file.code_sha256}. No function uses it. Find out who changed the file in the bucket"
        )
    return published, True
