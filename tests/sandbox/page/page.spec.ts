import { expect } from "chai";
import { parse } from "node-html-parser";
import type { Session } from "../../../sandbox/sts/sts";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { sts } from "../../../sandbox/sts/api";
import { publishAsset } from "../../../sandbox/codeartifact/packages/publishAsset";
import { authorize } from "../../../sandbox/context";
import type {
  DecisionDetail,
  DecisionList,
  DecisionRow,
  GroupList,
  Overview,
  PackageDetail,
  PackageList,
  RoleList,
} from "../../../sandbox/page/answers";
import { pageRoutes } from "../../../sandbox/page/page";
import { type DeployedSandbox, deploySandbox } from "../../support/sandbox/servedSandbox";
import { sha256, wheel } from "../../support/sandbox/packages";
import { send } from "../../support/sandbox/identities";

const domain = "orb-integration-hub-dev";
const private_ = { domain, repository: "python-packages" };

describe("the page", () => {
  let deployed: DeployedSandbox;
  let publisher: Session;
  let address: string;

  before(async () => {
    deployed = await deploySandbox();
    const { context } = deployed;
    publisher = await deployed.publisher();
    await context.packages.publish(private_, "orb-common", wheel("orb-common", "1.0.0"));
    address = await deployed.serve(queryRoutes(context, [sts]), pageRoutes(context));
  });

  after(() => deployed.close());

  const read = async <Answer>(path: string): Promise<Answer> =>
    (await (await fetch(`${address}/page/${path}`)).json()) as Answer;

  /** The newest lines of the timeline, the newest last. */
  const newest = async (count: number): Promise<readonly DecisionRow[]> =>
    (await read<DecisionList>("decisions")).decisions.slice(-count);

  const add = (who: string, reason: string, allowed = false) => {
    deployed.context.decisions.add(
      { who, action: "codeartifact:ReadFromRepository", resource: "*" },
      { allowed, reason },
    );
  };

  it("is HTML in UTF-8 that no one keeps", async () => {
    const response = await fetch(`${address}/`);
    const { status, headers } = response;

    expect(status).to.equal(200);
    expect([
      headers.get("content-type"),
      headers.get("cache-control"),
      headers.get("x-content-type-options"),
    ]).to.deep.equal(["text/html; charset=utf-8", "no-store", "nosniff"]);
    expect(parse(await response.text()).querySelector("title")?.text).to.equal(domain);
  });

  it("runs its own script alone, loads nothing of another host, and is shown within no other page", async () => {
    const policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    const page = parse(await (await fetch(`${address}/`)).text());
    const loaded = page.querySelectorAll("[src], [href]").map(({ attributes: { src, href } }) => src ?? href ?? "");

    expect(loaded).to.deep.equal(["/page/icon.svg", "/page/page.css", "/page/page.js"]);
    expect(page.querySelectorAll("style, script:not([src]), iframe, [style], [onclick]")).to.have.length(0);
    for (const path of ["/", ...loaded, "/page/overview", "/page/decisions"]) {
      const { status, headers } = await fetch(`${address}${path}`);
      expect([status, headers.get("content-security-policy")], path).to.deep.equal([200, policy]);
    }
  });

  it("loads one script, in which preact is, and one style sheet", async () => {
    const [script, style] = await Promise.all(
      ["page.js", "page.css"].map(async (name) => {
        const response = await fetch(`${address}/page/${name}`);
        return { type: response.headers.get("content-type"), text: await response.text() };
      }),
    );

    expect(script!.type).to.equal("text/javascript; charset=utf-8");
    expect(script!.text).not.to.match(/^import |\bimport\(|https?:\/\/(?!www\.w3\.org)/m);
    expect(style!.type).to.equal("text/css; charset=utf-8");
    expect(style!.text).not.to.match(/@import|url\(/);
  });

  it("says which account and region it is of, what is behind its repository, and how many packages it has", async () => {
    const { since, total, ...facts } = await read<Overview>("overview");

    expect(facts).to.deep.equal({
      title: domain,
      stacks: [],
      accountId: "123456789012",
      region: "us-east-1",
      address,
      repository: "python-packages",
      store: "pypi-store",
      externalConnection: "public:pypi",
      packages: { own: 1, public: 0 },
      mostDecisions: 1000,
    });
    expect(new Date(since).getTime()).to.be.within(Date.now() - 60 * 60_000, Date.now());
    expect(total).to.deep.equal(deployed.context.decisions.counts());
  });

  it("shows decisions in words: when, who, did what to what, how it ended and why", async () => {
    deployed.context.decisions.add(
      {
        who: publisher.assumedRoleArn,
        action: "codeartifact:PublishPackageVersion",
        resource: `arn:aws:codeartifact:us-east-1:123456789012:package/${domain}/python-packages/pypi//orb-common`,
        subject: { packageName: "orb-common", packageVersion: "1.0.0", filename: "orb_common-1.0.0.tar.gz" },
      },
      { allowed: true, reason: 'allowed by statement "PublishPackages" of inline policy permissions' },
    );
    const [{ id, time, ...row }] = (await newest(1)) as [DecisionRow];

    expect(row).to.deep.equal({
      who: { kind: "role", name: "publisher", note: "publisher-job" },
      did: "Publish",
      action: "codeartifact:PublishPackageVersion",
      subject: "orb-common",
      packageName: "orb-common",
      version: "1.0.0",
      file: "orb_common-1.0.0.tar.gz",
      allowed: true,
      why: 'allowed by statement "PublishPackages" of inline policy permissions',
      stage: "repository",
    });
    expect(id).to.equal(deployed.context.decisions.entries().at(-1)?.id);
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("explains a denial: the context, the statement that came nearest, and what it lacked", async () => {
    const { context } = deployed;
    const arn = `arn:aws:codeartifact:us-east-1:123456789012:package/${domain}/python-packages/pypi//orb-none`;
    expect(() => {
      authorize(
        context,
        { ...publisher, origin: { sourceIp: "127.0.0.1" } },
        "codeartifact:PublishPackageVersion",
        arn,
      );
    }).to.throw("is not authorized to perform");
    const [row] = (await newest(1)) as [DecisionRow];
    const detail = await read<DecisionDetail>(`decisions/${row.id}`);

    expect(detail.row).to.deep.equal(row);
    expect([detail.outcome, detail.caller, detail.resource, detail.unmet]).to.deep.equal([
      ...["implicitlyDenied", publisher.assumedRoleArn, arn, []],
    ]);
    expect(detail.reason).to.match(
      /^statement "PublishPackages" of .* allows codeartifact:PublishPackageVersion, but not on /,
    );
    const { mark, statement, statements } = detail.document!;
    expect([mark, statement]).to.deep.equal(["nearest", "PublishPackages"]);
    expect(detail.reason).to.include(` of ${detail.document!.name} allows`);
    const text = statements.find(({ name }) => name === "PublishPackages")!.text;
    expect((JSON.parse(text) as { Sid: string }).Sid).to.equal("PublishPackages");
    expect(detail.context.find(({ key }) => key === "aws:SourceIp")?.values).to.deep.equal(["127.0.0.1"]);
    expect(detail.context.find(({ key }) => key === "aws:Referer")?.values).to.deep.equal([]);
  });

  it("explains what is allowed by the statement that allows it, as it was then", async () => {
    const { context } = deployed;
    const reading = { ...(await deployed.reader()), origin: { sourceIp: "127.0.0.1" } };
    const arn = `arn:aws:codeartifact:us-east-1:123456789012:repository/${domain}/python-packages`;
    authorize(context, reading, "codeartifact:ReadFromRepository", arn);
    const [{ id }] = (await newest(1)) as [DecisionRow];
    deployed.clock.aheadBy += 60_000;
    const detail = await read<DecisionDetail>(`decisions/${id}`);
    deployed.clock.aheadBy -= 60_000;

    expect([detail.outcome, detail.document?.mark, detail.document?.statement]).to.deep.equal([
      ...["allowed", "allows", "ReadRepository"],
    ]);
    const [time = ""] = detail.context.find(({ key }) => key === "aws:CurrentTime")?.values ?? [];
    expect(Math.abs(Date.parse(time) - Date.parse(detail.row.time))).to.be.below(30_000);
  });

  it("says that it has no decision of a number that was not given", async () => {
    for (const id of ["0", "100000", "x"]) {
      const response = await fetch(`${address}/page/decisions/${id}`);
      expect([response.status, await response.json()]).to.deep.equal([
        ...[404, { message: `The log has no decision ${id}: it keeps the latest 1000.` }],
      ]);
    }
  });

  it("shows packages, own ones first, and of each the versions, files, hashes and where it may come from", async () => {
    const { packages } = deployed.context;
    const bytes = Buffer.from("one");
    const sent = { version: "2.0", filename: "setup.bin", bytes, sha256: sha256(bytes), unfinished: true };
    await publishAsset(packages, private_, "generic/tools/setup", sent);
    await packages.store.put(private_, {
      name: "a-public-one",
      restrictions: { publish: "BLOCK", upstream: "ALLOW" },
      versions: Object.fromEntries(
        ["1.9", "1.10"].map((version) => [
          version,
          {
            ...{ version, status: "Published", revision: version, publishedTime: "", assets: {} },
            origin: { originType: "EXTERNAL", domainEntryPoint: { externalConnectionName: "public:pypi" } },
          },
        ]),
      ),
    });
    const { packages: list } = await read<PackageList>("packages");
    const query = new URLSearchParams({ ...private_, key: "generic/tools/setup" });
    const { group, restrictions, releases } = await read<PackageDetail>(`package?${query.toString()}`);
    const none = await fetch(`${address}/page/package?domain=none&repository=none&key=none`);
    await packages.store.delete(private_, "generic/tools/setup");
    await packages.store.delete(private_, "a-public-one");

    expect(list.map(({ key, isOwn, versions, newest: latest }) => [key, isOwn, versions, latest])).to.deep.equal([
      ["orb-common", true, 1, "1.0.0"],
      ["generic/tools/setup", true, 1, "2.0"],
      ["a-public-one", false, 2, "1.10"],
    ]);
    expect([group, restrictions.publish, restrictions.upstream]).to.deep.equal(["/*", "ALLOW", "BLOCK"]);
    expect(releases).to.deep.equal([
      {
        version: "2.0",
        published: releases[0]!.published,
        status: "Unfinished",
        origin: "python-packages",
        files: [{ filename: "setup.bin", size: 3, sha256: sha256(bytes) }],
      },
    ]);
    expect(none.status).to.equal(404);
  });

  it("shows the package groups with what holds in each, and the repositories", async () => {
    const { domains } = await read<GroupList>("groups");
    const arn = (name: string) => `arn:aws:codeartifact:us-east-1:123456789012:repository/${domain}/${name}`;

    expect(
      domains[0]!.groups.map(({ pattern, parent, ways }) => [pattern, parent, ...ways.map(({ text }) => text)]),
    ).to.deep.equal([
      ["/*", undefined, "every repository", "every repository", "every repository"],
      ["/pypi/*", "/*", "blocked", "pypi-store", "python-packages"],
      ["/pypi//orb~", "/pypi/*", "python-packages", "blocked", "blocked"],
    ]);
    expect(domains[0]!.repositories).to.deep.equal([
      { name: "pypi-store", arn: arn("pypi-store"), upstreams: [], externalConnection: "public:pypi" },
      { name: "python-packages", arn: arn("python-packages"), upstreams: ["pypi-store"] },
    ]);
  });

  it("says of each role whom it is for and what it may, by inline and managed policies", async () => {
    const { roles } = await read<RoleList>("roles");
    const [publishing, reading] = ["publisher", "reader-lambda-layers"].map((label) =>
      roles.find((role) => role.label === label),
    );

    expect(roles).to.have.length(3);
    expect(publishing!.trusts).to.have.length(1);
    expect(publishing!.trusts[0]).to.match(/^a job of .+, in environment dev, with the workflow .+\.yml@refs\//);
    expect(publishing!.may.some((text) => text.startsWith("publish "))).to.equal(true);
    expect(reading!.may).to.deep.equal([
      `get tokens of ${domain}`,
      "have AWS issue a registry token of at most 1 hour",
      "read python-packages",
    ]);
    expect(publishing!.documents[0]!.name).to.equal("trust policy");
    expect(publishing!.documents[0]!.statements[0]!.text).to.include("job_workflow_ref");
  });

  it("has no lines to paste where the start gave none", async () => {
    expect(await read("connect")).to.deep.equal({ stacks: [] });
  });

  it("gives the decisions after one, and sends those and each new one as events", async () => {
    add("the first", "no statement allows it");
    const [{ id }] = (await newest(1)) as [DecisionRow];
    add("the second", 'allowed by statement "Read"', true);
    const { decisions } = await read<DecisionList>(`decisions?after=${id}`);
    const aborting = new AbortController();
    const { headers, body } = await fetch(`${address}/page/events?after=${id}`, { signal: aborting.signal });
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const until = async (part: string) => {
      while (!text.includes(part)) {
        text += (await reader.read()).value ?? "";
      }
    };
    await until("the second");
    add("the third", "no statement allows it");
    await until("the third");
    aborting.abort();

    expect(decisions.map(({ who }) => who.name)).to.deep.equal(["the second"]);
    expect(headers.get("content-type")).to.equal("text/event-stream; charset=utf-8");
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, sent]) => Number(sent))).to.deep.equal([id + 1, id + 2]);
    expect(text).not.to.include("the first");
  });

  it("shows no token and no key, in answers and in events", async () => {
    const { context } = deployed;
    const { authorizationToken } = context.tokens.mint(publisher, domain, 900);
    add(`anonymous (${authorizationToken})`, `no repository ${publisher.sessionToken}`);
    const [{ id }] = (await newest(1)) as [DecisionRow];
    const text = await (await fetch(`${address}/page/decisions`)).text();
    const aborting = new AbortController();
    const { body } = await fetch(`${address}/page/events?after=${id - 1}`, { signal: aborting.signal });
    const { value: sent } = await body!.pipeThrough(new TextDecoderStream()).getReader().read();
    aborting.abort();

    for (const secret of [authorizationToken, publisher.sessionToken, publisher.secretAccessKey]) {
      expect(text + (sent ?? "")).not.to.include(secret.slice(0, 40));
    }
    expect(text).to.include('"note":"(a token)"');
  });

  it("is not shown to a page whose own name was made to point here (DNS rebinding)", async () => {
    const host = address.replace("http://", "");
    const served = { address, host, close: () => Promise.resolve() };
    const status = async (headers: Readonly<Record<string, string>>) => (await send(served, { headers })).status;

    expect(await status({ host: "evil.example" })).to.equal(421);
    expect(await status({ host: "codeartifact.us-east-1.amazonaws.com" })).to.equal(421);
    expect(await status({ host })).to.equal(200);
    expect(await status({ host: "localhost" })).to.equal(200);
    for (const path of [
      "/page/overview",
      "/page/decisions",
      "/page/events",
      "/page/roles",
      "/page/decisions/1",
      "/page/page.js",
    ]) {
      const misdirected = await send(served, { target: path, headers: { host: "evil.example" } });
      expect(misdirected.status, path).to.equal(421);
    }
  });

  it("does not answer in STS's place", async () => {
    const { status, headers } = await fetch(`${address}/?Action=GetCallerIdentity&Version=2011-06-15`);

    expect([status, headers.get("content-type")]).to.deep.equal([501, "text/xml; charset=utf-8"]);
    expect((await fetch(`${address}/?action=x`)).status).to.equal(200);
  });
});
