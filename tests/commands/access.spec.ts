import { expect } from "chai";
import { join } from "node:path";
import { readStackDocuments, type StackDocuments } from "../../commands/access/documents";
import type { AccessTable } from "../../commands/access/table";
import { inFolder, projectDirectory } from "../support/deployments";
import { exampleFile } from "../support/exampleProject";
import { type Ended, runCommand } from "../support/commands/processes";

/** The project's own program, and beside it a right that no setting means. */
const tooWide = `
const registry = require(${JSON.stringify(join(projectDirectory, "index.ts"))});
new pulumi.CustomResource("aws:iam/rolePolicy:RolePolicy", "wide", {
  name: "wide",
  role: registry.publisherRoleArns.apply(({ publisher }) => publisher.split("/")[1]),
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: { Sid: "Wide", Effect: "Allow", Action: "codeartifact:PublishPackageVersion", Resource: "*" },
  }),
});
module.exports = registry;
`;

describe("npm run access", () => {
  let json: Ended;
  let wide: Ended;
  let unread: Ended;
  let documents: Ended;

  before(async () => {
    const folder = { stacks: { dev: exampleFile("Pulumi.dev.yaml") }, program: tooWide };
    [json, [wide, unread, documents]] = await Promise.all([
      runCommand("access", ["--stack", "staging", "--format", "json"]),
      inFolder(folder, (directory) =>
        Promise.all([
          runCommand("access", [], { directory }),
          runCommand("access", [], { directory, closed: true }),
          runCommand("access", ["--format", "documents"], { directory }),
        ]),
      ),
    ]);
  });

  it("prints JSON of a shape that programs may rely on, with warnings beside it", () => {
    expect(json.stderr).to.match(
      /^… running the program of stack staging\n(?:warning: .* admits no one yet: .*\n){3}$/,
    );
    expect(json.exitCode).to.equal(0);

    const table = JSON.parse(json.stdout) as AccessTable & { readonly surprises: readonly unknown[] };
    const attempts = table.sections.flatMap((section) => section.attempts);
    expect(Object.keys(table)).to.deep.equal([
      ...["stack", "domain", "roles", "sections", "notes"],
      ...["account", "documents", "origins", "surprises"],
    ]);
    expect(table.documents.map(({ party, kind, name }) => `${party}: ${kind}, ${name}`)).to.deep.equal([
      "orb-integration-hub-staging-codeartifact-publisher: trust, trust policy",
      "orb-integration-hub-staging-codeartifact-publisher: permissions, permissions",
      ...["lambda-layers", "promotion"].flatMap((reader) => [
        `orb-integration-hub-staging-codeartifact-reader-${reader}: trust, trust policy`,
        `orb-integration-hub-staging-codeartifact-reader-${reader}: permissions, orb-integration-hub-staging-codeartifact-reader-8e21fee7`,
      ]),
    ]);
    expect(table.origins).to.deep.equal([
      {
        pattern: "/pypi/*",
        publish: "BLOCK",
        externalUpstream: ["pypi-store"],
        internalUpstream: ["python-packages"],
      },
      {
        pattern: "/pypi//orb~",
        publish: ["python-packages"],
        externalUpstream: "BLOCK",
        internalUpstream: "BLOCK",
      },
    ]);
    expect([table.stack, table.domain, table.surprises]).to.deep.equal(["staging", "orb-integration-hub-staging", []]);
    expect(table.roles.map((role) => Object.keys(role))).to.deep.equal(table.roles.map(() => ["role", "job", "may"]));
    expect(table.sections.map((section) => Object.keys(section))).to.deep.equal(
      table.sections.map(() => ["party", "relation", "attempts"]),
    );
    expect(attempts[0]).to.deep.equal({
      what: "the job, its subject by name",
      expected: "allowed",
      seen: "allowed",
      decidedBy: { document: "trust policy", statement: "AssumeFromGithubJob" },
      reason: 'allowed by statement "AssumeFromGithubJob" of trust policy',
    });
    expect([...new Set(attempts.flatMap((one) => Object.keys(one)))]).to.have.members([
      "what",
      "expected",
      "seen",
      "decidedBy",
      "unmet",
      "reason",
    ]);
  });

  it("ends with 1, and marks the attempts, where the documents allow what the settings do not mean", () => {
    const marked = wide.stdout.split("\n").filter((line) => line.includes(", expected "));

    expect(wide.exitCode).to.equal(1);
    expect(marked).to.deep.equal([
      "  allowed, expected denied  publish orb-not-in-packages, requests",
      "  allowed, expected denied  publish into pypi-store",
    ]);
    expect(wide.stdout.trimEnd().split("\n").at(-1)).to.match(
      /^\d+ attempts on orb-integration-hub-dev: 2 do not end as the settings mean them\.$/,
    );
  });

  it("prints the registered resources as data and decides nothing, so that it ends with 0 there", () => {
    const read = readStackDocuments(JSON.parse(documents.stdout)) as StackDocuments;
    const { stack, resources } = read;

    expect([documents.exitCode, documents.stderr]).to.deep.equal([0, wide.stderr]);
    expect(stack).to.equal("dev");
    expect(read.siblings).to.deep.equal([]); // eslint-disable-line plain-words/plain-words -- a key of the format
    expect(resources.map(({ type, name }) => `${type} ${name}`)).to.include.members([
      "aws:codeartifact/domain:Domain registry-domain",
      "aws:iam/role:Role registry-publisher-role",
      "aws:iam/rolePolicy:RolePolicy wide",
    ]);
    expect(resources.filter(({ type }) => type.startsWith("python-registry:"))).to.deep.equal([]);
  });

  it("names the formats where it is given another", async () => {
    const { exitCode, stderr } = await runCommand("access", ["--format", "xml"]);

    expect(exitCode).to.equal(2);
    expect(stderr).to.match(/^error: --format xml is not one of text, markdown, json, documents\.\n/);
  });

  it("ends with 1 there also where no one reads what it prints, without a word of that", () => {
    expect(unread.exitCode).to.equal(1);
    expect(unread.stderr).to.equal(wide.stderr);
    expect(wide.stderr).to.match(/^… running the program of stack dev\n(?:warning: .* admits no one yet: .*\n){3}$/);
  });
});
