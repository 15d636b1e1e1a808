import { expect } from "chai";
import { parse } from "node-html-parser";
import type { Session } from "../../../sandbox/sts/sts";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { sts } from "../../../sandbox/sts/api";
import type { DecisionList, DecisionRow, Overview } from "../../../sandbox/page/answers";
import { pageRoutes } from "../../../sandbox/page/page";
import { type DeployedSandbox, deploySandbox } from "../../support/sandbox/servedSandbox";
import { wheel } from "../../support/sandbox/packages";
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
    for (const path of ["/page/overview", "/page/decisions", "/page/events", "/page/page.js"]) {
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
