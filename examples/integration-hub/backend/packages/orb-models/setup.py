"""Builds orb-models. Its version stands in VERSION; PACKAGE_VERSION overrides it, as for a pre-release."""

import os
from pathlib import Path

from packaging.version import Version
from setuptools import find_packages, setup
from setuptools.command.sdist import sdist

HERE = Path(__file__).parent
VERSION = os.environ.get("PACKAGE_VERSION") or (HERE / "VERSION").read_text().strip()

if str(Version(VERSION)) != VERSION:
    raise SystemExit(f"version {VERSION!r}: write it as PEP 440 does, {Version(VERSION)}")


class SdistWithVersion(sdist):
    """Says the version inside as well, for whoever builds from the archive without PACKAGE_VERSION."""

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
        # From the first pre-release of 1.4.0 on, so that the registry of dev, which holds no other, has it too.
        "orb-common>=1.4.0.dev0,<2",
    ],
    cmdclass={"sdist": SdistWithVersion},
)
