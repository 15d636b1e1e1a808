import { join } from "node:path";
import { expect } from "chai";
import { makeWheel, type MadeDistribution } from "../../sandbox/fixtures/distributions";
import { runProcess } from "../../commands/python/runProcess";
import { realPython } from "../support/realPython";
import { RegistryStandIn } from "../support/github-actions/registryStandIn";
import { actionsFolder, registryInputs, RunnerStep } from "../support/github-actions/runnerStep";

const program = join(actionsFolder, "publish-python/publish.py");
const webIdentity = {
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/publisher",
  AWS_ROLE_SESSION_NAME: "me",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/identity",
};
const sandbox = "http://127.0.0.1:4711";

describe("publish.py that a person starts by hand", () => {
  let step: RunnerStep;
  let wheel: MadeDistribution;

  beforeEach(async () => {
    step = new RunnerStep();
    wheel = await makeWheel({ name: "orb-common", version: "1.0.0" });
    step.write(`dist/${wheel.filename}`, wheel.bytes);
  });

  afterEach(() => {
    step.remove();
  });

  const run = async (environment: Readonly<Record<string, string>>, start: "by hand" | "by the action" = "by hand") => {
    const registry = new RegistryStandIn(step);
    const variables = {
      ...registryInputs,
      PACKAGES: "orb-common",
      FILES: "dist",
      TOOLS: registry.tools,
      GITHUB_STEP_SUMMARY: step.writeOutside("summary", ""),
      ...environment,
    };
    const end =
      start === "by the action"
        ? await step.python(program, variables)
        : await runProcess(realPython(), [program], {
            directory: step.workspace,
            environment: {
              PATH: `${join(step.folder, "bin")}:${process.env.PATH ?? ""}`,
              PYTHONDONTWRITEBYTECODE: "1",
              ...variables,
            },
          });
    return { ...end, uploads: registry.uploads, aws: registry.awsEnvironments };
  };
  const named = (environments: readonly Readonly<Record<string, string>>[], names: readonly string[]) =>
    environments.map((environment) => names.map((name) => environment[name]));

  it("gives the AWS CLI the sandbox's address and a web identity, and twine neither", async () => {
    const { exitCode, output, aws, uploads } = await run({ ...webIdentity, AWS_ENDPOINT_URL: sandbox });

    expect(exitCode, output).to.equal(0);
    expect(aws).to.have.length(4);
    const names = ["AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ...Object.keys(webIdentity)];
    for (const seen of named(aws, names)) {
      expect(seen).to.deep.equal([sandbox, "false", ...Object.values(webIdentity)]);
    }
    expect(uploads).to.have.length(1);
    expect(Object.keys(uploads[0]!.environment).filter((name) => name.startsWith("AWS_"))).to.deep.equal([]);
  });

  it("ignores the same variables in a job", async () => {
    const { exitCode, output, aws } = await run({ ...webIdentity, AWS_ENDPOINT_URL: sandbox }, "by the action");

    expect(exitCode, output).to.equal(0);
    const names = ["AWS_ENDPOINT_URL", ...Object.keys(webIdentity), "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];
    for (const seen of named(aws, names)) {
      expect(seen).to.deep.equal([undefined, undefined, undefined, undefined, "true"]);
    }
  });

  for (const address of [
    ...[
      "http://evil.example",
      "https://127.0.0.1:4711",
      "http://127.0.0.1.evil.example",
      "http://127.0.0.1:1@evil.example",
    ],
    ...["http://localhost:4711", "http://127.0.0.1:4711/path", "http://127.0.0.1:4711\n"],
  ]) {
    it(`sends nothing to ${JSON.stringify(address)}, which is not a sandbox on this machine`, async () => {
      const { exitCode, output, aws, uploads } = await run({ AWS_ENDPOINT_URL: address });

      expect(exitCode).to.equal(1);
      expect(output).to.match(/^::error title=CodeArtifact::AWS_ENDPOINT_URL: '.*' is not a sandbox on this machine: /);
      expect([aws, uploads]).to.deep.equal([[], []]);
    });
  }

  it("asks AWS itself without AWS_ENDPOINT_URL, and takes no other variable for it", async () => {
    const others = { AWS_ENDPOINT_URL_CODEARTIFACT: sandbox, AWS_ENDPOINT_URL_STS: sandbox, AWS_PROFILE: "x" };
    const { exitCode, output, aws } = await run({ AWS_ENDPOINT_URL: "", ...others });

    expect(exitCode, output).to.equal(0);
    const names = ["AWS_ENDPOINT_URL", ...Object.keys(others), "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"];
    for (const seen of named(aws, names)) {
      expect(seen).to.deep.equal([undefined, undefined, undefined, undefined, "true"]);
    }
  });

  it("runs the twine of its own Python without TOOLS; in a job that is an error", async () => {
    const byHand = await run({ TOOLS: "" });
    const inJob = await run({ TOOLS: "" }, "by the action");

    // The interpreter of this test has none.
    expect(byHand.output).to.include("No module named twine");
    expect(byHand.exitCode).to.equal(1);
    expect(inJob.output).to.include(
      "::error title=CodeArtifact::TOOLS is not set: it names the folder that prepare.py",
    );
    expect(inJob.exitCode).to.equal(1);
  });

  it("names every setting that is missing, and needs no summary", async () => {
    const missing = await run({ DOMAIN: "", FILES: "", TOKEN_LIFETIME: "" });
    const unsummarized = await run({ GITHUB_STEP_SUMMARY: "" });

    expect(missing.exitCode).to.equal(1);
    expect(missing.output).to.equal(
      "::error title=CodeArtifact::DOMAIN, TOKEN_LIFETIME, FILES: not set, see action.yml for the inputs of the same names\n",
    );
    expect([missing.aws, unsummarized.exitCode]).to.deep.equal([[], 0]);
  });
});
