import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { compareVersions, isPrerelease, normalVersion } from "../../naming/versions";
import { runProcess } from "../../commands/python/runProcess";
import { inTemporaryFolder } from "../../commands/python/temporaryFolder";
import { clientTools } from "../support/clients/tools";
import { pairOfTexts } from "../support/versionTexts";

const normal: Readonly<Record<string, string | undefined>> = {
  "1.0": "1.0",
  "v1.0": "1.0",
  "01.002.0": "1.2.0",
  "1!2.0": "1!2.0",
  "0!1.0": "1.0",
  "1.0-alpha_1": "1.0a1",
  "1.0.Beta": "1.0b0",
  "1.0PREVIEW2": "1.0rc2",
  "1.0c2": "1.0rc2",
  "1.0-1": "1.0.post1",
  "1.0-0": "1.0.post0",
  "1.0_rev3": "1.0.post3",
  "1.0.dev": "1.0.dev0",
  "1.0a1.post2.dev3": "1.0a1.post2.dev3",
  "1.0+Ubuntu-1_2": "1.0+ubuntu.1.2",
  "1.0+007": "1.0+7",
  "1.0+1e5": "1.0+1e5",
  "1.0+0x1f": "1.0+0x1f",
  "1.0+000": "1.0+0",
  "1.0+12345678901234567890": "1.0+12345678901234567890",
  "20260506070809": "20260506070809",
  "1.00012345678901234567890": "1.12345678901234567890",
  "1.0.post12345678901234567890": "1.0.post12345678901234567890",
  [`1.${"9".repeat(300)}`]: `1.${"9".repeat(300)}`,
  " 1.0\n": "1.0",
  "1.0.": undefined,
  "1.0+": undefined,
  "1.0+a..b": undefined,
  "1. 0": undefined,
  "1.0_1": undefined,
  "1.0-rc-x": undefined,
  "..": undefined,
  "": undefined,
  "１.０": undefined,
};

describe("a version's normal form", () => {
  for (const [text, expected] of Object.entries(normal)) {
    it(`is ${(expected ?? "none").slice(0, 40)} for ${JSON.stringify(text).slice(0, 40)}`, () => {
      expect(normalVersion(text)).to.equal(expected);
    });
  }
});

describe("the order of versions", () => {
  // Each line in ascending order. The first is PEP 440's own example.
  for (const line of [
    "1.dev0 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 " +
      "1.0rc1.dev456 1.0rc1 1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0.post456.dev34 1.0.post456 1.0.15 1.1.dev1",
    "6.0 6.0+12e4567 6.0+1e5 6.0+3e45678 6.0+0 6.0+100000 6.0+100000.a",
    "1.9007199254740992 1.9007199254740993 1.90071992547409930",
    "2026.1 1!0.1 1!1.0 10!0",
  ]) {
    it(`is that of ${line.slice(0, 60)}`, () => {
      const ordered = line.split(" ");
      const expected = ordered.map((_, one) => ordered.map((__, other) => Math.sign(one - other)));

      expect(ordered.map((one) => ordered.map((other) => Math.sign(compareVersions(one, other))))).to.deep.equal(
        expected,
      );
    });
  }

  it("does not see a trailing zero, a leading zero or another spelling", () => {
    for (const [one, other, higher] of [
      ["1.4", "1.4.0", "1.4.0.1"],
      ["0", "0.0.0", "0.0.1"],
      ["1.04", "1.4", "1.40"],
      ["1.0+ABC-01", "1.0+abc.1", "1.0+abc.10"],
      ["1.0-1", "1.0.post1", "1.0.post10"],
    ] as const) {
      expect(compareVersions(one, other), `${one} ${other}`).to.equal(0);
      expect(compareVersions(one, higher), `${one} ${higher}`).to.be.lessThan(0);
    }
  });

  it("has no place for a text that is not a version", () => {
    expect(() => compareVersions("1.0", "latest")).to.throw(
      RangeError,
      '"latest" is not a version as PEP 440 writes it',
    );
  });
});

describe("a pre-release", () => {
  it("is a version with a pre-release or development segment, and no other", () => {
    expect(["1.0a1", "1.0rc2.post1", "1.0.dev3", "1.0.post1.dev2"].map(isPrerelease)).to.deep.equal(
      Array(4).fill(true),
    );
    expect(["1.0", "1.0.post1", "1.0+a1", "1.0+dev"].map(isPrerelease)).to.deep.equal(Array(4).fill(false));
  });
});

/** Prints, for each pair, what packaging says of the first text, of the second one, and how they compare. */
const judge = `
import json, sys
from packaging.version import InvalidVersion, Version
def read(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None
answers = []
for pair in json.load(open(sys.argv[1])):
    one, other = map(read, pair)
    said = [None if version is None else [str(version), version.is_prerelease] for version in (one, other)]
    answers.append([*said, None if None in (one, other) else (one > other) - (one < other)])
print(json.dumps(answers))
`;

describe("versions and packaging.version", () => {
  it("agree on the form, the stage and the order of 12,000 generated pairs", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const pairs = fc.sample(pairOfTexts, { seed, numRuns: 12_000 });
    const { python } = await clientTools();
    const { exitCode, output } = await inTemporaryFolder((folder) => {
      const file = join(folder, "pairs.json");
      writeFileSync(file, JSON.stringify(pairs));
      return runProcess(python, ["-I", "-c", judge, file]);
    });

    expect(exitCode, output.slice(-500)).to.equal(0);
    const answers = JSON.parse(output) as readonly Answer[];
    const ours = pairs.map(ownAnswer);
    const wrong = pairs.findIndex((_, index) => JSON.stringify(ours[index]) !== JSON.stringify(answers[index]));
    expect(ours[wrong], `seed ${seed}, pair ${JSON.stringify(pairs[wrong])}`).to.deep.equal(answers[wrong]);
    const orders = new Set(answers.map(([, , order]) => order));
    expect(orders, `seed ${seed}`).to.deep.equal(new Set([null, -1, 0, 1]));
  });
});

type Answer = readonly [readonly [string, boolean] | null, readonly [string, boolean] | null, -1 | 0 | 1 | null];

function ownAnswer([one, other]: readonly [string, string]): unknown {
  const said = [one, other].map((text) => {
    const form = normalVersion(text);
    return form === undefined ? null : [form, isPrerelease(text)];
  });
  return [...said, said.includes(null) ? null : Math.sign(compareVersions(one, other))];
}
