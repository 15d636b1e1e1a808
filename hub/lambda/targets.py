"""Where a build runs later: a Python and an architecture of Lambda, whatever machine builds it."""

import re
from dataclasses import dataclass

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html (2026): 3.10 and 3.11 run on Amazon Linux 2, which AWS continues
# to patch for them after its end of life on 2026-06-30. Later ones run on Amazon Linux 2023.
# https://docs.aws.amazon.com/linux/al2023/ug/glibc-gcc-and-binutils.html: Amazon Linux 2 has glibc 2.26, 2023 has 2.34.
GLIBC = {"3.10": 26, "3.11": 26, "3.12": 34, "3.13": 34, "3.14": 34}

# The machine as Python names it, and the oldest manylinux for it: https://peps.python.org/pep-0600/
MACHINES = {"x86_64": ("x86_64", 5), "arm64": ("aarch64", 17)}

# AWS changes them without notice, so no lock may depend on them.
UNKNOWN = re.compile(r"\b(platform_release|platform_version|implementation_version)\b")


@dataclass(frozen=True)
class Target:
    python: str = "3.12"
    architecture: str = "x86_64"

    @property
    def errors(self) -> list[str]:
        errors = []
        if self.python not in GLIBC:
            errors.append(f"--python {self.python}: Lambda has no such runtime, choose {either(list(GLIBC))}")
        if self.architecture not in MACHINES:
            errors.append(
                f"--architecture {self.architecture}: Lambda has no such architecture, choose {either(list(MACHINES))}"
            )
        return errors

    @property
    def machine(self) -> str:
        return MACHINES[self.architecture][0]

    @property
    def platforms(self) -> list[str]:
        """The newest first: pip prefers what comes first. pip expands manylinux2014 to the two older names, and no manylinux_2_N."""
        machine, oldest = MACHINES[self.architecture]
        numbered = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC[self.python], oldest - 1, -1)]
        return [*numbered, f"manylinux2014_{machine}", f"linux_{machine}"]

    @property
    def abi(self) -> str:
        return f"cp{self.python.replace('.', '')}"

    @property
    def pip_options(self) -> list[str]:
        platforms = [word for platform in self.platforms for word in ("--platform", platform)]
        return [*platforms, "--python-version", self.python, "--implementation", "cp", "--abi", self.abi]

    def environment(self, patch: int) -> dict[str, str]:
        """What conditions of a lock are compared with: https://packaging.python.org/en/latest/specifications/dependency-specifiers/"""
        full = f"{self.python}.{patch}"
        return {
            **{"python_version": self.python, "python_full_version": full, "implementation_version": full},
            **{"implementation_name": "cpython", "platform_python_implementation": "CPython"},
            **{"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": self.machine},
            **{"platform_release": "", "platform_version": "", "extra": ""},
        }

    def holds(self, marker: str, **others: object) -> bool:
        """Whether a condition holds for this target. Raises ValueError if that depends on what is not known before it runs."""
        from packaging.markers import Marker

        if found := UNKNOWN.search(marker):
            raise ValueError(f"{marker!r} depends on {found[1]}, which is not known before a function runs")
        # AWS moves a runtime to Python's newest patch by itself.
        context = "lock_file" if others else "metadata"
        results = {
            Marker(marker).evaluate({**self.environment(patch), **others}, context=context)  # type: ignore[arg-type]
            for patch in (0, 999)
        }
        if len(results) > 1:
            raise ValueError(f"{marker!r} depends on the patch of Python {self.python}, which AWS changes by itself")
        return results == {True}


def either(values: list[str]) -> str:
    return f"{', '.join(values[:-1])} or {values[-1]}"
