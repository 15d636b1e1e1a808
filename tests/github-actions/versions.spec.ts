import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { runProcess } from "../../commands/python/runProcess";
import { inTemporaryFolder } from "../../commands/python/temporaryFolder";
import { clientTools } from "../support/clients/tools";
import { oneText } from "../support/versionTexts";
import { actionsFolder } from "../support/github-actions/runnerStep";

/** Prints the texts that the action and packaging.version read differently, and how many are versions. */
const judge = `
import json, sys
sys.path.append(sys.argv[1])
from packaging.version import InvalidVersion, Version
from versions import normal_version
def read(text):
    try:
        return str(Version(text))
    except InvalidVersion:
        return None
texts = json.load(open(sys.argv[2]))
differing = [text for text in texts if normal_version(text) != read(text)]
print(json.dumps({"differing": differing, "versions": sum(read(text) is not None for text in texts)}))
`;

describe("the versions of publish-python and packaging.version", () => {
  it("agree on 12,000 generated texts, most of them versions", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const texts = [...fc.sample(oneText, { seed, numRuns: 12_000 }), "", "latest", "1.0.", "1.0_1", "１.０", "1.0+é"];
    const { python } = await clientTools();
    const { exitCode, output } = await inTemporaryFolder((folder) => {
      const file = join(folder, "texts.json");
      writeFileSync(file, JSON.stringify(texts));
      return runProcess(python, ["-I", "-B", "-c", judge, join(actionsFolder, "publish-python"), file]);
    });

    expect(exitCode, output.slice(-500)).to.equal(0);
    const { differing, versions } = JSON.parse(output) as { differing: readonly string[]; versions: number };
    expect(differing, `seed ${seed}`).to.deep.equal([]);
    expect(versions).to.be.within(6_000, 12_000);
  });
});
