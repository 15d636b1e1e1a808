import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { type ClientRun, Person } from "../support/clients/person";
import { clientTools, withVersion } from "../support/clients/tools";
import { runCommand } from "../support/commands/processes";
import { RunningSandbox } from "../support/commands/runningSandbox";

const account = "111122223333";
const lines = readFileSync(join(__dirname, "fromEmpty.sh"), "utf8");
const program = readFileSync(join(__dirname, "fromEmpty.py"), "utf8");

describe(`an empty account, with ${withVersion("awscli")}, ${withVersion("boto3")}, twine and pip`, () => {
  let person: Person;
  let sandbox: RunningSandbox;
  let data: string;
  const start = () => RunningSandbox.start(["--empty", "--account", account, "--offline", "--data", data]);

  /** The variables of a shell that npm run job makes. */
  const identity = async (...options: readonly string[]) => {
    const { stdout, stderr } = await runCommand("job", ["--format", "json", "--sandbox", sandbox.address, ...options]);
    expect(stdout, stderr).not.to.equal("");
    const { job, ...variables } = JSON.parse(stdout) as Record<string, string>;
    return { ...variables, AWS_MAX_ATTEMPTS: "1", AWS_PAGER: "", job: JSON.stringify(job) };
  };
  const job = (repository: string) =>
    identity("--repository", repository, "--environment", "dev", "--role", "acme-publisher", ...ids);
  const ids = ["--repository-id", "700000001", "--owner-id", "700000002"];
  const ended = ({ exitCode, text }: ClientRun) => {
    expect(exitCode, text).to.equal(0);
    return text;
  };

  before(async () => {
    data = mkdtempSync(join(tmpdir(), "package-registry-"));
    person = new Person(await clientTools());
    sandbox = await start();
  });

  after(async () => {
    await sandbox.end("SIGKILL");
    person.leave();
    rmSync(data, { recursive: true });
  });

  it("is served at an address that the printed settings of Terraform's provider name for each service", () => {
    const [settings = ""] = /^provider "aws" \{[^]*?^\}$/m.exec(sandbox.stdout.text) ?? [];

    expect([...settings.matchAll(/(\w+) += "(.*)"/g)].map(([, service, address]) => [service, address])).to.deep.equal(
      ["codeartifact", "iam", "kms", "sts"].map((service) => [service, sandbox.address]),
    );
  });

  it("has GitHub's OIDC provider, and neither domain nor role", async () => {
    const administrator = await identity("--administrator");
    const ask = (lines: string) => person.shell(lines, administrator).then(ended);

    expect(
      await ask("aws iam list-open-id-connect-providers --query 'OpenIDConnectProviderList[].Arn' --output text"),
    ).to.equal(`arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com `);
    expect(
      await ask("aws codeartifact list-domains --query 'length(domains)'; aws iam list-roles --query 'length(Roles)'"),
    ).to.match(/^0 0 $/);
  });

  it("gets a registry by the AWS CLI alone, and each step again is AWS's conflict", async () => {
    const administrator = await identity("--administrator");
    const variables = {
      ...administrator,
      DOMAIN: "acme-dev",
      ACCOUNT: account,
      REPOSITORY_ID: "700000001",
      OWNER_ID: "700000002",
    };

    ended(await person.shell(lines, variables));
    const again = await person.shell(lines, variables);
    expect([again.exitCode, again.text]).to.satisfy(
      ([code, text]: [number, string]) => code !== 0 && text.includes("(ConflictException)"),
      again.text,
    );
    const role = await person.shell(
      "aws iam create-role --role-name acme-publisher --assume-role-policy-document file://trust.json",
      administrator,
    );
    expect(role.text)
      .to.include("(EntityAlreadyExists)")
      .and.to.include("Role with name acme-publisher already exists.");
  });

  it("lets the job that the role names publish and install, and denies a look-alike, another package and a long token", async () => {
    const wheels = await Promise.all(["acme-core", "acme-other"].map((name) => makeWheel({ name, version: "1.0" })));
    const [core, other] = wheels.map(({ filename, bytes }) => person.write(`dist/${filename}`, bytes));
    const publisher = await job("acme/services");
    const token = "aws codeartifact get-authorization-token --domain acme-dev --query authorizationToken --output text";
    const endpoint = `${sandbox.address}/d/acme-dev-${account}/pypi/python-packages/`;
    const send = (file = "") =>
      `TWINE_USERNAME=aws TWINE_PASSWORD="$(${token} --duration-seconds 900)" ` +
      `python -m twine upload --non-interactive --repository-url ${endpoint} ${file}`;
    const install = `PIP_INDEX_URL="${endpoint.replace("://", `://aws:$(${token} --duration-seconds 900)@`)}simple/" `;

    ended(await person.shell(send(core), publisher));
    ended(await person.shell(`${install} python -m pip download --no-deps --dest got acme-core`, publisher));
    expect((await person.shell(send(other), publisher)).text).to.include("403");
    expect((await person.shell(`${token} --duration-seconds 43200`, publisher)).text).to.include(
      "(AccessDeniedException)",
    );
    expect((await person.shell(token, await job("acme/services-evil"))).text).to.include(
      "(AccessDenied) when calling the AssumeRoleWithWebIdentity operation",
    );
    expect((await person.shell("aws codeartifact create-domain --domain mine", publisher)).text).to.include(
      "(AccessDeniedException) when calling the CreateDomain operation",
    );
  });

  it("gets another registry by boto3 alone", async () => {
    const made = await person.run("python", ["-c", program, "acme-prod", account], await identity("--administrator"));

    expect(JSON.parse(ended(made))).to.deep.equal({
      repositories: ["pypi-store", "python-packages"],
      upstreams: [{ repositoryName: "pypi-store" }],
      groups: ["/*", "/pypi//acme~"],
      policies: [{ PolicyName: "acme-prod-reader", PolicyArn: `arn:aws:iam::${account}:policy/acme-prod-reader` }],
    });
  });

  it("takes a generic package by the AWS CLI once a package group lets its namespace in", async () => {
    const administrator = await identity("--administrator");
    person.write("setup.bin", "a program");
    const publish =
      "aws codeartifact publish-package-version --domain acme-dev --repository python-packages --format generic " +
      "--namespace tools --package setup --package-version 1.0 --asset-name setup.bin --asset-content setup.bin " +
      "--asset-sha256 $(sha256sum setup.bin | cut -d' ' -f1) --unfinished";
    const group = "--domain acme-dev --package-group '/generic/tools/*'";

    expect((await person.shell(publish, administrator)).text)
      .to.include("(AccessDeniedException)")
      .and.to.include("PUBLISH of package group /*, to which package generic/tools/setup belongs, is BLOCK");
    ended(
      await person.shell(
        `aws codeartifact create-package-group ${group}; ` +
          `aws codeartifact update-package-group-origin-configuration ${group} --restrictions PUBLISH=ALLOW; ${publish}`,
        administrator,
      ),
    );
  });

  it("is there again after kill -9, with its packages, and takes the same jobs", async () => {
    const ask = async () => {
      const administrator = await identity("--administrator");
      return ended(
        await person.shell(
          "for domain in acme-dev acme-prod; do " +
            "aws codeartifact describe-domain --domain $domain; " +
            "aws codeartifact list-package-groups --domain $domain; " +
            "aws codeartifact describe-repository --domain $domain --repository python-packages; done; " +
            "aws codeartifact list-package-versions --domain acme-dev --repository python-packages --format pypi --package acme-core; " +
            "generic='--domain acme-dev --repository python-packages --format generic --namespace tools --package setup'; " +
            "aws codeartifact describe-package-version $generic --package-version 1.0; " +
            "aws codeartifact get-package-version-asset $generic --package-version 1.0 --asset setup.bin got.bin; cat got.bin; " +
            "aws codeartifact get-repository-permissions-policy --domain acme-prod --repository python-packages; " +
            "aws iam get-role --role-name acme-publisher; aws iam get-policy --policy-arn " +
            `arn:aws:iam::${account}:policy/acme-prod-reader`,
          administrator,
        ),
      );
    };
    const before = await ask();
    await sandbox.end("SIGKILL");
    sandbox = await start();

    expect(before).to.include('"status": "Unfinished"').and.to.include("a program");
    expect(await ask()).to.equal(before);
    const publisher = await job("acme/services");
    ended(await person.shell("aws sts get-caller-identity", publisher));
  });

  it("is not opened as another account", async () => {
    await sandbox.end();
    const { exitCode, stderr } = await runCommand("sandbox", ["--empty", "--port", "0", "--offline", "--data", data]);

    expect([exitCode, stderr]).to.deep.equal([
      1,
      `error: ${data}/account.jsonl is of account ${account} in us-east-1, not of 123456789012 in us-east-1: ` +
        "choose another folder, or that account with --account\n",
    ]);
    sandbox = await start();
  });
});
