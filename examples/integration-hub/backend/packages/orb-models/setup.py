"""Builds orb-models. Its version is in VERSION; PACKAGE_VERSION overrides it, for example for a pre-release."""

import os
from pathlib import Path

from packaging.version import Version
from setuptools import find_packages, setup
from setuptools.command.sdist import sdist

HERE = Path(__file__).parent


def read_version() -> str:
    source = "PACKAGE_VERSION" if os.environ.get("PACKAGE_VERSION") else f"{HERE.resolve().name}/VERSION"
    try:
        text = os.environ.get("PACKAGE_VERSION") or (HERE / "VERSION").read_text("utf-8").strip()
        normal = str(Version(text[:100]))
    # A version that cannot be parsed and a text that is not UTF-8 are ValueErrors.
    except (OSError, ValueError) as error:
        raise SystemExit(f"{source}: {error}: write one line, such as 1.4.0, in UTF-8") from None
    if text != normal:
        raise SystemExit(f"{source}: version {text[:100]!r}: write it as PEP 440 does, {normal}")
    return text


VERSION = read_version()


class SdistWithVersion(sdist):
    """Writes the version into the archive too, for builds from it without PACKAGE_VERSION."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        written = Path(base_dir, "VERSION")
        # It may be a hard link to the source's own.
        written.unlink()
        written.write_text(f"{VERSION}\n")


setup(
    name="orb-models",
    version=VERSION,
    description="The records that services of the integration hub exchange.",
    python_requires=">=3.11",
    package_dir={"": "src"},
    packages=find_packages("src"),
    install_requires=[
        "attrs>=24.1",
        # From the first pre-release of 1.4.0, because the registry of dev has only pre-releases.
        "orb-common>=1.4.0.dev0,<2",
    ],
    cmdclass={"sdist": SdistWithVersion},
)
