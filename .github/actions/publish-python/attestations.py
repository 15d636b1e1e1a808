"""Checks with `gh attestation verify` that the expected GitHub Actions job attested a file.

https://cli.github.com/manual/gh_attestation_verify
"""

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from distributions import Distribution
from isolation import environment, program
from step import Failed


@dataclass(frozen=True)
class Signer:
    """A job that attests files. Without workflow or ref, any of that repository matches."""

    repository: str
    # OWNER/NAME/PATH of the workflow file. A reusable workflow may be in another repository.
    workflow: str = ""
    ref: str = ""

    def __str__(self) -> str:
        workflow = f"workflow {self.workflow}" if self.workflow else "any workflow of its own"
        return f"{self.repository}, {workflow}, {f'ref {self.ref}' if self.ref else 'any ref'}"


def read_signer(repository: str, workflow: str, ref: str) -> Signer | None:
    """The signer that the action's inputs name, or None if they require no attestation. Raises Failed with every error."""
    errors = []
    if not repository and (workflow or ref):
        errors.append("signer-workflow, source-ref: they need attested-by, the repository as OWNER/NAME")
    if repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
        errors.append(f"attested-by: {repository!r} is not a repository: write OWNER/NAME")
    if workflow and not re.fullmatch(r"([\w.-]+/[\w.-]+/)?\.github/workflows/[^/\s@]+\.ya?ml", workflow, re.ASCII):
        errors.append(
            f"signer-workflow: {workflow!r} is not a workflow: write its path, such as .github/workflows/release.yml, "
            "with OWNER/NAME/ before it if another repository has it"
        )
    if ref and not re.fullmatch(r"refs/(heads|tags)/\S+", ref):
        errors.append(f"source-ref: {ref!r} is not a ref: write it in full, such as refs/heads/main")
    if errors:
        raise Failed("\n".join(errors))
    if workflow.startswith(".github/"):
        workflow = f"{repository}/{workflow}"
    return Signer(repository, workflow, ref) if repository else None


def verify_attestations(distributions: list[Distribution], wanted: Signer, server_url: str, token: str) -> None:
    """Raises Failed with every file that `wanted` did not attest, and the signers found."""
    errors = []
    with tempfile.TemporaryDirectory() as home:
        gh = Gh(Path(home), server_url, token)
        for file in distributions:
            error = verify(gh, file, wanted)
            if error:
                errors.append(f"{file.path.name}, SHA-256 {file.sha256}: {error}")
            else:
                print(f"{file.path.name}: attested by {wanted}", flush=True)
    if errors:
        raise Failed("\n".join([*errors, f"Wanted is an attestation by {wanted}. Nothing was sent."]))


class Gh:
    """The runner's GitHub CLI. It gets the token, but neither AWS's credentials nor the job's right to an identity."""

    def __init__(self, home: Path, server_url: str, token: str) -> None:
        host = urlsplit(server_url).hostname or ""
        # In the form that certificates use.
        self._server = f"https://{host}/"
        self._environment = environment(
            home,
            **{"GH_TOKEN": token, "GH_HOST": host, "GH_PROMPT_DISABLED": "1"},
            **{"GH_NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"},
        )

    def signers(self, path: Path, repository: str, *policy: str) -> list[Signer]:
        """The signers of the attestations that match the policy. Raises Failed if none matches or gh cannot look."""
        done = subprocess.run(
            [*[program("gh"), "attestation", "verify", str(path), "--repo", repository], *policy, "--format", "json"],
            env=self._environment,
            cwd=path.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            lines = [line.removeprefix("Error: ") for line in done.stderr.splitlines() if line.strip()]
            raise Failed(lines[0] if lines else f"gh ended with {done.returncode}")
        certificates = [entry["verificationResult"]["signature"]["certificate"] for entry in json.loads(done.stdout)]
        return [self._signer(certificate) for certificate in certificates]

    def _signer(self, certificate: dict[str, str]) -> Signer:
        return Signer(
            certificate["sourceRepositoryURI"].removeprefix(self._server),
            certificate["buildSignerURI"].removeprefix(self._server).partition("@")[0],
            certificate["sourceRepositoryRef"],
        )


def verify(gh: Gh, file: Distribution, wanted: Signer) -> str | None:
    """Why the file is not attested as wanted, or None if it is."""
    policy = ["--signer-workflow", wanted.workflow] if wanted.workflow else []
    policy += ["--source-ref", wanted.ref] if wanted.ref else []
    try:
        found = gh.signers(file.path, wanted.repository, *policy)
        # gh ignores the case of a ref, and compares only the beginning of the workflow's address.
        if any(fits(signer, wanted) for signer in found):
            return None
    except Failed as failure:
        try:
            found = gh.signers(file.path, wanted.repository, "--cert-identity-regex", ".*")
        except Failed:
            return f"gh attestation verify: {failure}"
    return "attested by " + "; ".join(sorted({str(signer) for signer in found}))


def fits(found: Signer, wanted: Signer) -> bool:
    repository, path = split_workflow(found.workflow)
    wanted_repository, wanted_path = split_workflow(wanted.workflow or f"{wanted.repository}/{path}")
    return (
        found.repository.casefold() == wanted.repository.casefold()
        and (repository.casefold(), path) == (wanted_repository.casefold(), wanted_path)
        and (not wanted.ref or found.ref == wanted.ref)
    )


def split_workflow(workflow: str) -> tuple[str, str]:
    """Its repository, whose case GitHub ignores, and the path of its file."""
    owner, name, path = workflow.split("/", 2)
    return f"{owner}/{name}", path
