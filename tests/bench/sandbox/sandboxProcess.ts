import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import { noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { repositoryName } from "../../../naming/registryNames";
import { assumeRoleAsJob } from "../../../sandbox/github/client";
import { openSandbox } from "../../../sandbox/sandbox";
import { deployChanged } from "../../support/deployments";
import { benchWheels } from "./projects";
import { uploadForm } from "../../../sandbox/fixtures/distributions";

/** Sent to the parent once every wheel is there. */
export interface SandboxServes {
  readonly endpoint: string;
  readonly token: string;
}

const job = {
  repository: "acme/bench",
  repositoryId: 700000001,
  ownerId: 700000002,
  environment: "dev",
  ref: "refs/heads/main",
  workflow: ".github/workflows/bench.yml",
};

async function serve(): Promise<void> {
  const wheels = await benchWheels();
  const deployment = await deployChanged({
    settings: {
      packages: [...new Set(wheels.map(({ name }) => name))],
      origins: { private: ["bench~"] },
      publishers: [job],
      readers: undefined,
    },
  });
  const sandbox = await openSandbox({
    deployment,
    store: new MemoryPackageStore(),
    publicIndex: noPublicIndex,
  });
  const { context, address } = sandbox;
  const { publisherRoleArns } = deployment.outputs as { publisherRoleArns: Record<string, string> };
  const credentials = await assumeRoleAsJob(
    address,
    { repository: job.repository, environment: job.environment, ref: job.ref },
    publisherRoleArns.publisher ?? "",
  );
  const session = "accessKeyId" in credentials ? context.sts.find(credentials.accessKeyId) : undefined;
  if (session === undefined) {
    throw new Error(`the publisher may not assume its role: ${JSON.stringify(credentials)}`);
  }
  const { authorizationToken: token } = context.tokens.mint(session, context.domain, 3600);
  const endpoint = `${address}/pypi/${repositoryName}/`;
  for (const wheel of wheels) {
    const { status } = await fetch(endpoint, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: uploadForm(wheel),
    });
    if (status !== 200) {
      throw new Error(`the sandbox answers ${status} to ${wheel.filename}`);
    }
  }
  process.once("disconnect", () => void sandbox.close());
  process.send?.({ endpoint, token } satisfies SandboxServes);
}

void serve();
