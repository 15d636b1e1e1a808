import { join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";
import { awsProgram, registryInputs, RunnerStep } from "../support/github-actions/runnerStep";

const login = join(projectDirectory, ".github/actions/codeartifact-login/login.py");
const token = "eyJ2ZXIiOjF9.canary";
const endpoint =
  "https://orb-integration-hub-dev-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/";

describe("the step of codeartifact-login that mints a token", () => {
  let step: RunnerStep;

  beforeEach(() => {
    step = new RunnerStep();
  });

  afterEach(() => {
    step.remove();
  });

  const run = (
    answers: Readonly<Record<string, string>> = {},
    inputs: Readonly<Partial<Record<keyof typeof registryInputs, string>>> = {},
  ) => {
    step.program(
      "aws",
      awsProgram({
        "get-authorization-token": JSON.stringify({ authorizationToken: token, expiration: 1 }),
        "get-repository-endpoint": JSON.stringify({ repositoryEndpoint: endpoint }),
        ...answers,
      }),
    );
    return step.python(login, { ...registryInputs, ...inputs });
  };

  it("hands the token and the addresses to its outputs", async () => {
    const { exitCode, outputs } = await run();

    expect(exitCode).to.equal(0);
    expect(outputs).to.deep.equal({
      token,
      "upload-url": endpoint,
      "index-url": `${endpoint}simple/`,
      "authenticated-index-url": `${endpoint.replace("https://", `https://aws:${token}@`)}simple/`,
    });
  });

  it("masks the token, in both forms that are sent, before anything else is printed; then it prints neither", async () => {
    const { output } = await run();

    const basic = Buffer.from(`aws:${token}`).toString("base64");
    expect(output).to.equal(
      `::add-mask::${token}\n::add-mask::${basic}\nA token of orb-integration-hub-dev for 900 seconds; ${endpoint}simple/\n`,
    );
  });

  it("asks for a token of the wished life, and names the domain's account where one is given", async () => {
    const place = "--region us-east-1 --domain orb-integration-hub-dev";
    const answerAs = "--output json";

    expect((await run()).calls).to.deep.equal([
      `aws codeartifact get-authorization-token ${place} --duration-seconds 900 ${answerAs}`,
      `aws codeartifact get-repository-endpoint ${place} --repository python-packages --format pypi ${answerAs}`,
    ]);
    const { calls } = await run({}, { TOKEN_LIFETIME: "3600", DOMAIN_OWNER: "210987654321" });
    expect(calls[0]).to.equal(
      `aws codeartifact get-authorization-token ${place} --domain-owner 210987654321 --duration-seconds 3600 ${answerAs}`,
    );
  });

  for (const lifetime of ["0", "899", "43201", "3600s", "-1", "", "1e3"]) {
    it(`asks for none of ${JSON.stringify(lifetime)} seconds`, async () => {
      const { exitCode, output, calls } = await run({}, { TOKEN_LIFETIME: lifetime });

      expect(exitCode).to.equal(1);
      expect(output).to.equal(
        `::error title=CodeArtifact::token-lifetime: '${lifetime}' is not a number of seconds from 900 to 43200\n`,
      );
      expect(calls).to.deep.equal([]);
    });
  }

  it("ends with what AWS says, where AWS rejects, and has no outputs", async () => {
    const { exitCode, output, outputs } = await run({ "get-authorization-token": "fail AccessDeniedException" });

    expect(exitCode).to.equal(1);
    expect(output).to.equal(
      "::error title=CodeArtifact::aws codeartifact get-authorization-token: " +
        "An error occurred (AccessDeniedException) when calling it: rejected%0A" +
        "Either the lifetime is longer than the stack's setting tokenLifetime allows: lower token-lifetime or --duration. " +
        "Or the identity lacks codeartifact:GetAuthorizationToken and sts:GetServiceBearerToken, which readerPolicyArn allows.\n",
    );
    expect(outputs).to.deep.equal({});
  });

  it("takes no token that could write other outputs", async () => {
    const { exitCode, outputs } = await run({
      "get-authorization-token": JSON.stringify({ authorizationToken: "first\nindex-url=https://evil.example/" }),
    });

    expect(exitCode).to.equal(1);
    expect(outputs).to.deep.equal({});
  });

  for (const address of [
    "http://registry.example/pypi/r/",
    "https://aws:x@registry.example/pypi/r/",
    "ftp://127.0.0.1/r/",
  ]) {
    it(`sends the token to no address such as ${address}`, async () => {
      const { exitCode, output, outputs } = await run({
        "get-repository-endpoint": JSON.stringify({ repositoryEndpoint: address }),
      });

      expect(exitCode).to.equal(1);
      expect(output).to.include(`::error title=CodeArtifact::AWS's endpoint '${address}' is not an address`);
      expect(outputs).to.deep.equal({});
    });
  }

  it("takes a stand-in on this machine", async () => {
    const address = "http://127.0.0.1:8787/pypi/python-packages/";

    const { outputs } = await run({ "get-repository-endpoint": JSON.stringify({ repositoryEndpoint: address }) });

    expect(outputs["upload-url"]).to.equal(address);
  });
});
