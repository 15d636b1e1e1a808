import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { makeSdist, makeWheel } from "../../sandbox/fixtures/distributions";
import { clientTools } from "../support/clients/tools";
import { actionsFolder, registryInputs, RunnerStep } from "../support/github-actions/runnerStep";

describe("publish-python, with the real AWS CLI", () => {
  it("sees every page of a version's files, so that it sends none that is on a later one", async () => {
    const { bin } = await clientTools();
    const step = new RunnerStep();
    const description = { name: "orb-common", version: "1.0.0" };
    const files = [await makeWheel(description), await makeSdist(description)];
    const other = "0".repeat(64);
    const asked: (string | null)[] = [];
    const server = createServer((request, response) => {
      const page = new URL(request.url ?? "", "http://any").searchParams.get("next-token");
      asked.push(page);
      const { filename: name } = files[page === null ? 0 : 1]!;
      const assets = [{ name, size: 1, hashes: { "SHA-256": other } }];
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ assets, ...(page === null ? { nextToken: "second" } : {}) }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    step.program("aws", `exec "${join(bin, "aws")}" --endpoint-url "http://127.0.0.1:${port}" "$@"`);
    for (const { filename, bytes } of files) {
      step.write(`dist/${filename}`, bytes);
    }

    const { exitCode, output } = await step.python(join(actionsFolder, "publish-python/publish.py"), {
      ...registryInputs,
      PACKAGES: "orb-common",
      FILES: "dist",
      TOOLS: "",
      NO_PROXY: "127.0.0.1",
      AWS_ACCESS_KEY_ID: "AKIA",
      AWS_SECRET_ACCESS_KEY: "secret",
    });
    step.remove();
    server.closeAllConnections();
    server.close();

    expect(asked, output).to.deep.equal([null, "second"]);
    expect(exitCode).to.equal(1);
    for (const { filename } of files) {
      expect(output).to.include(
        `${filename} is in orb-integration-hub-dev/python-packages with other bytes: there SHA-256 ${other}`,
      );
    }
  });
});
