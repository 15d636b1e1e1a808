import { expect } from "chai";
import {
  domain,
  inspectorRole,
  jobs,
  maintainerRole,
  openAuditedRegistry,
  play,
  publisherRole,
  readerRole,
} from "../support/commands/auditedRegistry";
import type { AuditedRegistry } from "../support/commands/auditedRegistry";
import { runCommand } from "../support/commands/processes";

const hub = "orb-integration-hub/orb-integration-hub";
const publisher = `publisher of ${hub} deploy-packages.yml run 1001 attempt 1`;
const reader = `reader lambda-layers of ${hub} deploy-lambda-layers.yml run 2002 attempt 3`;
const maintainer = `maintainer of ${hub} maintain.yml run 5005 attempt 1`;
const administrator = "role Administrator session administrator";
const lookAlike = "repo:orb-integration-hub-team/orb-integration-hub:environment:dev";
const file = "orb_common-1.4.0-py3-none-any.whl";

/** What was done, the oldest first: verdict, caller and call. */
const done = [
  ["allowed", `token of repo:${hub}:environment:dev run 1001 attempt 1`, `assume ${publisherRole}`],
  ["allowed", publisher, "get a registry token"],
  ["allowed", publisher, "publish orb-common 1.4.0 to python-packages"],
  ["allowed", `token of repo:${hub}:environment:dev run 2002 attempt 3`, `assume ${readerRole}`],
  ["allowed", reader, "get a registry token"],
  ["allowed", reader, "read the index page of orb-common in python-packages"],
  ["allowed", reader, `read ${file} from python-packages`],
  ["denied", reader, "publish orb-common 9.9 to python-packages"],
  ["denied", `token of ${lookAlike} run 3003 attempt 1`, `assume ${publisherRole}`],
  ["allowed", `token of repo:${hub}:environment:dev run 5005 attempt 1`, `assume ${maintainerRole}`],
  ["allowed", maintainer, "set orb-common 1.4.0 in python-packages to Archived"],
  ["allowed", maintainer, "delete orb-common 1.4.0 from python-packages"],
  ["allowed", administrator, `TagRole of ${publisherRole}`],
  ["allowed", `token of repo:${hub}:environment:dev run 6006 attempt 1`, `assume ${inspectorRole}`],
] as const;

/** What became of versions, as CodeArtifact reported it. */
const states: ReadonlyMap<string, string> = new Map([
  ["publish orb-common 1.4.0 to python-packages", "created, Published"],
  ["set orb-common 1.4.0 in python-packages to Archived", "updated, Archived"],
  ["delete orb-common 1.4.0 from python-packages", "deleted"],
]);

/** The JSON, as far as the tests read it. */
interface Report {
  readonly sources: object;
  readonly counts: { readonly verdicts: object; readonly kinds: object; readonly callers: object };
  readonly events: readonly {
    readonly id: string;
    readonly time: string;
    readonly verdict: string;
    readonly who: { readonly words: string } | null;
    readonly did: string;
  }[];
}

describe("audit", () => {
  let registry: AuditedRegistry;
  let secrets: readonly string[];
  let environment: Readonly<Record<string, string>>;

  before(async () => {
    registry = await openAuditedRegistry({ logged: true });
    secrets = await play(registry);
    const inspector = await registry.assume(jobs.inspector, inspectorRole, "6006-1");
    environment = registry.environment("code" in inspector ? undefined : inspector);
  });

  after(() => registry.close());

  const audit = (...words: readonly string[]) =>
    runCommand("audit", ["--stack", "dev", ...words], { ...registry, environment });
  const report = async (...words: readonly string[]) => {
    const { stdout, stderr, exitCode } = await audit("--format", "json", ...words);
    expect(exitCode, stderr).to.equal(0);
    return JSON.parse(stdout) as Report;
  };
  const found = async (...words: readonly string[]) => {
    const { events } = await report(...words);
    return events.map(({ verdict, who, did }) => [verdict, who?.words, did]);
  };

  it("names who did what from which job and run, the oldest first, and what was denied", async () => {
    const { stdout, exitCode } = await audit();
    const [header = "", events = "", byKind = "", byCaller = "", limits = ""] = stdout.split("\n\n");

    expect(exitCode).to.equal(0);
    expect(header).to.match(/^dev: domain orb-integration-hub-dev, \S+ \S+ to \S+ \S+ UTC\n/);
    expect(header.replace(/\s+/g, " ")).to.match(
      /event history of us-east-1\. Log group \/aws\/events\/orb-integration-hub-dev-codeartifact-audit\.$/,
    );
    expect(
      events.split(/\n(?! )/).map((line) =>
        line
          .replace(/\s+/g, " ")
          .replace(/^\S{10} \S{8} /, "")
          .replace(/^(\w+) /, "$1|")
          .replace(/: (?=\S+ )(?!environment)/, "|")
          .split("|"),
      ),
    ).to.deep.equal(
      done.map(([verdict, who, did]) => [verdict, who, states.has(did) ? `${did} (${states.get(did)})` : did]),
    );
    expect(Math.max(...events.split("\n").map((line) => line.length))).to.be.at.most(80);
    expect(byKind.replace(/ +/g, " ").split("\n")).to.deep.equal([
      "What allowed denied",
      "assume a role 4 1",
      "get a registry token 2 0",
      "publish versions 1 1",
      "read an index page 1 0",
      "read a file 1 0",
      "change the status of versions 1 0",
      "delete or dispose of versions 1 0",
      "change roles or policies of IAM 1 0",
    ]);
    expect(byCaller).to.match(/^Who +allowed +denied\n/);
    expect(limits).to.match(/^What AWS does not record\n- A request to the registry without a valid token /);
  });

  it("prints an event as JSON with caller, job, run, target and the error, and counts all", async () => {
    const { events, sources, counts, ...rest } = await report();
    const [, , published, , , , , denied] = events;
    const who = {
      account: "123456789012",
      repository: hub,
      repositoryFrom: "subject",
      subject: `repo:${hub}:environment:dev`,
    };
    const target = { file: null, packageGroup: null, role: null, policy: null };
    const read = {
      address: "127.0.0.1",
      action: "codeartifact:PublishPackageVersion",
    };

    expect({ ...published, id: "", time: "" }).to.deep.equal({
      ...{ id: "", time: "", verdict: "allowed", error: null, kind: "publish" },
      ...read,
      sources: ["cloudTrail", "logGroup"],
      changes: [{ repository: "python-packages", version: "1.4.0", operation: "Created", state: "Published" }],
      did: "publish orb-common 1.4.0 to python-packages",
      who: {
        ...who,
        words: publisher,
        role: publisherRole,
        session: "1001-1",
        workflow: `${hub}/.github/workflows/deploy-packages.yml@refs/heads/develop`,
        ...{ run: "1001", attempt: "1" },
      },
      target: { ...target, repository: "python-packages", package: "orb-common", versions: ["1.4.0"] },
    });
    expect({ ...denied, id: "", time: "" }).to.deep.equal({
      ...{ id: "", time: "", verdict: "denied", kind: "publish" },
      ...read,
      sources: ["cloudTrail", "logGroup"],
      changes: [],
      error: {
        code: "AccessDeniedException",
        message: (denied as unknown as { readonly error: { readonly message: string } }).error.message,
      },
      did: "publish orb-common 9.9 to python-packages",
      who: {
        ...who,
        words: reader,
        role: readerRole,
        session: "2002-3",
        workflow: `${hub}/.github/workflows/deploy-lambda-layers.yml@refs/heads/develop`,
        ...{ run: "2002", attempt: "3" },
      },
      target: { ...target, repository: "python-packages", package: "orb-common", versions: ["9.9"] },
    });
    expect(events.map(({ verdict, who, did }) => [verdict, who?.words, did])).to.deep.equal(done);
    expect(rest).to.include({ version: 1, stack: "dev", domain });
    expect(Object.keys(rest)).to.deep.equal(["version", "stack", "domain", "since", "until", "notRecorded"]);
    expect(sources).to.deep.include({
      logGroup: { name: "/aws/events/orb-integration-hub-dev-codeartifact-audit", found: true },
    });
    expect(counts.verdicts).to.deep.equal({ allowed: 12, denied: 2, failed: 0, changed: 0 });
    expect(Object.keys(counts.callers)).to.include.members(["role Administrator", `token of ${lookAlike}`]);
    expect(counts.kinds).to.deep.include({ publish: { allowed: 1, denied: 1, failed: 0, changed: 0 } });
  });

  it("prints CSV with a header and a row for each event", async () => {
    const { stdout } = await audit("--format", "csv");
    const [header, ...rows] = stdout.trimEnd().split("\r\n");

    expect(header).to.equal(
      "time,verdict,error,who,role,session,account,github_repository,repository_from,workflow,run,attempt,subject,address," +
        "action,kind,did,repository,package,versions,file,package_group,target_role,policy,states,sources,id",
    );
    expect(rows.map((row) => row.split(",")).map(([, verdict, , who]) => [verdict, who])).to.deep.equal(
      done.map(([verdict, who]) => [verdict, who]),
    );
    expect(rows[2]?.replace(/^[^,]*,/, "").replace(/,[^,]*$/, "")).to.equal(
      `allowed,,${publisher},${publisherRole},1001-1,123456789012,${hub},subject,` +
        `${hub}/.github/workflows/deploy-packages.yml@refs/heads/develop,1001,1,repo:${hub}:environment:dev,127.0.0.1,` +
        "codeartifact:PublishPackageVersion,publish,publish orb-common 1.4.0 to python-packages," +
        "python-packages,orb-common,1.4.0,,,,,1.4.0 Published,cloudTrail logGroup",
    );
  });

  it("chooses by package, role, ARN of a role, session and verdict", async () => {
    const [opened, minted, published] = done;
    const ofPublisher = [opened, minted, published, done[8], done[12]];

    expect(await found("--package", "Orb_Common")).to.deep.equal([
      published,
      ...done.slice(5, 8),
      ...done.slice(10, 12),
    ]);
    expect(await found("--package", "orb-models")).to.deep.equal([]);
    expect(await found("--who", publisherRole)).to.deep.equal(ofPublisher);
    expect(await found("--who", `arn:aws:iam::123456789012:role/${publisherRole}`)).to.deep.equal(ofPublisher);
    expect(await found("--who", "2002-3")).to.deep.equal(done.slice(3, 8));
    expect(await found("--who", "2002-3", "--denied")).to.deep.equal([done[7]]);
    expect(await found("--denied")).to.deep.equal([done[7], done[8]]);
  });

  it("shows no token and no key, in any format", async () => {
    const texts = await Promise.all(["text", "json", "csv"].map((format) => audit("--format", format)));

    expect(secrets).to.have.length(14);
    for (const { stdout, stderr } of texts) {
      expect(stdout).to.include("orb-common");
      expect(secrets.filter((secret) => `${stdout}${stderr}`.includes(secret))).to.deep.equal([]);
    }
  });

  it("asks for LookupEvents and FilterLogEvents and nothing else, as an inspector may, and says who may where it is denied", async () => {
    const { decisions } = registry.sandbox.context;
    const before = decisions.entries().length;
    await audit();
    const asked = decisions.entries().slice(before);
    const credentials = await registry.assume(jobs.publisher, publisherRole, "4004-1");
    const denied = await runCommand("audit", [], {
      directory: registry.directory,
      environment: registry.environment("code" in credentials ? undefined : credentials),
    });

    expect([...new Set(asked.map(({ action }) => action))]).to.deep.equal([
      "cloudtrail:LookupEvents",
      "logs:FilterLogEvents",
    ]);
    expect(asked.filter(({ allowed }) => !allowed)).to.deep.equal([]);
    expect([denied.exitCode, denied.stdout]).to.deep.equal([2, ""]);
    expect(denied.stderr.split("\n").slice(1)).to.deep.equal([
      "error: Could not look: CloudTrail's event history of us-east-1: codeartifact.amazonaws.com: AccessDeniedException: User: " +
        `arn:aws:sts::123456789012:assumed-role/${publisherRole}/4004-1 is not authorized to perform: cloudtrail:LookupEvents ` +
        "on resource: * (no statement allows cloudtrail:LookupEvents)",
      `Ask as ${domain}-codeartifact-inspector, the role of a job of the setting inspectors, or as an administrator.`,
      "",
    ]);
  });
});

describe("audit of a stack outside us-east-1", () => {
  it("asks there too, where IAM's events are, and lists each event once", async () => {
    const registry = await openAuditedRegistry({ region: "eu-central-1" });
    try {
      await registry.assume(jobs.publisher, publisherRole, "1001-1");
      const { stdout, stderr } = await runCommand("audit", ["--format", "json"], {
        ...registry,
        environment: registry.environment(),
      });
      expect(stderr).not.to.include("error");
      const { events, sources } = JSON.parse(stdout) as Report;

      expect(sources).to.have.deep.nested.property("cloudTrail.regions", ["eu-central-1", "us-east-1"]);
      expect(sources).to.have.nested.property("logGroup.found", false);
      expect(events.filter(({ did }) => did === `assume ${publisherRole}`)).to.have.length(1);
    } finally {
      await registry.close();
    }
  });
});

describe("audit's period", () => {
  let registry: AuditedRegistry;
  const day = 86_400_000;

  before(async () => {
    registry = await openAuditedRegistry();
    const { clock, sandbox } = registry;
    const { account, sts } = sandbox.context;
    for (const [days, calls] of [
      [120, 1],
      [8, 1],
      [3, 120],
    ] as const) {
      clock.aheadBy = -days * day;
      for (let call = 0; call < calls; call++) {
        account.cloudTrail.add({
          service: "codeartifact",
          operation: "ReadFromRepository",
          caller: sts.administrator(),
          origin: { sourceIp: "127.0.0.1", userAgent: "pip" },
          input: { domainName: domain, repositoryName: "python-packages", packageName: `orb-${days}-${call}` },
        });
      }
    }
    clock.aheadBy = 0;
  });

  after(() => registry.close());

  const audit = (...words: readonly string[]) =>
    runCommand("audit", words, { ...registry, environment: registry.environment() });
  const count = async (since: string) => {
    const { stdout, stderr } = await audit("--format", "json", "--since", since);
    expect(stderr).not.to.include("error");
    return (JSON.parse(stdout) as Report).events.length;
  };

  it("is 7 days unless --since says otherwise, and all pages are read", async () => {
    const { stdout } = await audit("--format", "json");
    const { events } = JSON.parse(stdout) as Report;

    expect(events.map(({ did }) => did)).to.deep.equal(
      Array.from({ length: 120 }, (_, call) => `read the index page of orb-3-${call} in python-packages`),
    );
    expect(await count("9d")).to.equal(121);
    expect(await count("12h")).to.equal(0);
    expect(await count(new Date(Date.now() - 9 * day).toISOString().slice(0, 10))).to.equal(121);
  });

  it("is 90 days at most in CloudTrail, which the report says", async () => {
    const { stdout, exitCode } = await audit("--since", "200d", "--package", "none");
    const [header = "", events] = stdout.split("\n\n");
    const earliest = new Date(Date.now() - 90 * day).toISOString().slice(0, 10);

    expect(exitCode).to.equal(0);
    expect(header.replace(/\s+/g, " ")).to.match(
      new RegExp(`CloudTrail's event history of us-east-1 since ${earliest} \\d\\d:\\d\\d, as it has 90 days\\.`),
    );
    expect(events).to.equal("Nothing is recorded.");
    expect(await count("200d")).to.equal(121);
  });

  it("has no other form, does not lie in the future, and is an existing day", async () => {
    const error = async (since: string) => (await audit("--since", since)).stderr.split("\n")[0];
    const form = "is no period: write hours or days such as 12h or 7d, or a day such as 2026-11-01";

    expect(await error("0d")).to.equal(`error: --since 0d ${form}`);
    expect(await error("1w")).to.equal(`error: --since 1w ${form}`);
    expect(await error("2026-02-30")).to.equal(`error: --since 2026-02-30 ${form}`);
    expect(await error("2999-01-01")).to.match(
      /^error: --since 2999-01-01 is in the future: it is \d{4}-\d\d-\d\d in UTC$/,
    );
  });
});
