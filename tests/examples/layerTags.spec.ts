import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describeLayers } from "../support/examples/describeLayers";

/** Compares the tags that pip takes with build_layer.sh's options with those of packaging for a machine with this glibc. */
const compareTags = `
import sys
from unittest import mock
from packaging import _manylinux, tags
from pip._internal.utils.compatibility_tags import get_supported
python, machine, glibc, seen = sys.argv[1:]
given = open(seen).read().split()
values = lambda option: [value for name, value in zip(given, given[1:]) if name == option]
(version,) = values("--python-version")
pip = get_supported(version.replace(".", ""), values("--platform"), *values("--implementation"), values("--abi"))
with mock.patch.object(_manylinux, "_get_glibc_version", lambda: (2, int(glibc))), \\
        mock.patch.object(_manylinux, "_have_compatible_abi", lambda *_: True):
    platforms = [*_manylinux.platform_tags([machine]), f"linux_{machine}"]
numbers, name = tuple(map(int, python.split("."))), "cp" + python.replace(".", "")
wanted = [*tags.cpython_tags(numbers, [name], platforms), *tags.compatible_tags(numbers, name, platforms)]
differing = sorted({*map(str, pip)} ^ {*map(str, wanted)})
print(f"{len(wanted)} tags, {' '.join(differing) or 'none'} differs")
`;

describeLayers("the tags of a Lambda layer", (given) => {
  it("is built with the tags that packaging finds on the function's system", async () => {
    const seen = join(given.layers.person.home, "platforms");
    for (const [python, architecture, machine, glibc] of [
      ["3.10", "x86_64", "x86_64", 26],
      ["3.11", "arm64", "aarch64", 26],
      ["3.12", "x86_64", "x86_64", 34],
      ["3.12", "arm64", "aarch64", 34],
      ["3.14", "x86_64", "x86_64", 34],
    ] as const) {
      await given.layers.lock.pip("tags");
      // In place of pip's installation, it notes the options.
      given.layers.person.write(
        "tags-bin/python3",
        `#!/bin/sh\ncase "$*" in *"pip install"*) echo "$*" >${JSON.stringify(seen)}; exit 1 ;; esac\n` +
          `exec ${given.layers.person.tools.python} "$@"\n`,
      );
      chmodSync(join(given.layers.person.work, "tags-bin/python3"), 0o755);
      const options = [
        "--python",
        python,
        "--architecture",
        architecture,
        "tags",
        join(given.layers.person.work, "tags.zip"),
      ];
      const { exitCode } = await given.layers.script("build_layer.sh", options, {
        PATH: `${join(given.layers.person.work, "tags-bin")}:${given.layers.person.tools.bin}:${process.env.PATH ?? ""}`,
      });
      expect(exitCode).to.equal(1);

      const run = await given.layers.person.run("python", ["-c", compareTags, python, machine, String(glibc), seen]);

      expect(run.exitCode, run.text).to.equal(0);
      expect(run.text).to.match(/^[1-9][0-9]+ tags, none differs\s*$/);
    }
  });
});
