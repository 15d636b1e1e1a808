import { expect } from "chai";
import { publishAsset } from "../../../sandbox/codeartifact/packages/publishAsset";
import { type HTMLElement, parse } from "node-html-parser";
import type { Session } from "../../../sandbox/sts/sts";
import { queryRoutes } from "../../../sandbox/core/queryProtocol";
import { sts } from "../../../sandbox/sts/api";
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

  const shown = async (): Promise<HTMLElement> => parse(await (await fetch(`${address}/`)).text());

  /** Rows of the table under a heading, as the texts of their cells; the heads of the columns come first. */
  const table = async (heading: string): Promise<readonly (readonly string[])[]> => {
    const headings = (await shown()).querySelectorAll("h2");
    const found = headings.find(({ text }) => text === heading)?.nextElementSibling; // eslint-disable-line plain-words/plain-words -- the DOM's name
    return (found?.querySelectorAll("tr") ?? []).map((row) => row.querySelectorAll("th, td").map(({ text }) => text));
  };

  const add = (who: string, reason: string, allowed = false) => {
    deployed.context.decisions.add(
      { who, action: "codeartifact:ReadFromRepository", resource: "*" },
      { allowed, reason },
    );
  };

  it("is HTML in UTF-8 that no one keeps", async () => {
    const { status, headers } = await fetch(`${address}/`);

    expect(status).to.equal(200);
    expect([
      headers.get("content-type"),
      headers.get("cache-control"),
      headers.get("x-content-type-options"),
    ]).to.deep.equal(["text/html; charset=utf-8", "no-store", "nosniff"]);
    expect((await shown()).querySelector("title")?.text).to.equal(domain);
  });

  it("runs no script, loads nothing, and is shown within no other page", async () => {
    const { headers } = await fetch(`${address}/`);

    expect(headers.get("content-security-policy")).to.equal(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect((await shown()).querySelectorAll("script, link, img, iframe, [onclick], [src], [href]")).to.have.length(0);
  });

  it("shows a generic package with its format and namespace, and so does the event", async () => {
    const { packages } = deployed.context;
    const bytes = Buffer.from("one");
    const sent = { version: "2.0", filename: "setup.bin", bytes, sha256: sha256(bytes), unfinished: true };
    await publishAsset(packages, private_, "generic/tools/setup", sent);
    const named = (rows: readonly (readonly string[])[]) =>
      rows.find((cells) => cells.includes("generic/tools/setup"))?.filter((cell) => !cell.includes(":"));

    expect(named(await table("Packages"))).to.deep.equal([
      ...["generic/tools/setup", "python-packages", "2.0", "Unfinished", "INTERNAL python-packages", "setup.bin"],
    ]);
    expect(named(await table("Events of package versions, the newest first"))).to.deep.equal([
      ...["Created", "generic/tools/setup", "2.0", "Unfinished", `${domain}/python-packages`],
    ]);
    await packages.store.delete(private_, "generic/tools/setup");
  });

  it("shows the repositories, with what is behind each", async () => {
    const arn = (name: string) => `arn:aws:codeartifact:us-east-1:123456789012:repository/${domain}/${name}`;

    expect(await table("Repositories")).to.deep.equal([
      ["repository", "upstreams", "external connection", "ARN"],
      ["pypi-store", "", "public:pypi", arn("pypi-store")],
      ["python-packages", "pypi-store", "", arn("python-packages")],
    ]);
  });

  it("shows the packages, version by version", async () => {
    expect(await table("Packages")).to.deep.equal([
      ["package", "repository", "version", "status", "origin", "files"],
      [
        ...["orb-common", "python-packages", "1.0.0", "Published", "INTERNAL python-packages"],
        "orb_common-1.0.0-py3-none-any.whl",
      ],
    ]);
  });

  it("shows the package groups, with what each lets in and from where", async () => {
    expect(await table("Package groups")).to.deep.equal([
      ["pattern", "publish", "external upstream", "internal upstream"],
      ["/*", "ALLOW", "ALLOW", "ALLOW"],
      [
        ...["/pypi/*", "BLOCK", "ALLOW_SPECIFIC_REPOSITORIES pypi-store"],
        "ALLOW_SPECIFIC_REPOSITORIES python-packages",
      ],
      ["/pypi//orb~", "ALLOW_SPECIFIC_REPOSITORIES python-packages", "BLOCK", "BLOCK"],
    ]);
  });

  it("shows the roles: whom each trusts, and all that it may, by inline and managed policies", async () => {
    const [heads, ...roles] = await table("Roles");
    const [publishing, reading] = ["publisher", "reader-lambda-layers"].map((kind) =>
      roles.find(([name]) => name === `${domain}-codeartifact-${kind}`),
    );

    expect(heads).to.deep.equal(["role", "trusts", "may"]);
    expect(roles).to.have.length(3);
    expect(publishing![1]).to.include("token.actions.githubusercontent.com:job_workflow_ref");
    expect(publishing![2]).to.include("codeartifact:PublishPackageVersion");
    expect(reading![2]).to.include("codeartifact:ReadFromRepository").and.not.include("Publish");
  });

  it("shows decisions, the newest first: when, who, what, on what, how it ended and why", async () => {
    add("the first", "no statement allows it");
    add("the second", 'allowed by statement "Read"', true);
    const [heads, newest, older] = await table("Decisions, the newest first");

    expect(heads).to.deep.equal(["time", "who", "what", "on what", "verdict", "why"]);
    expect(newest!.slice(1)).to.deep.equal([
      ...["the second", "codeartifact:ReadFromRepository", "*", "allowed", 'allowed by statement "Read"'],
    ]);
    expect(older!.slice(1)).to.deep.equal([
      ...["the first", "codeartifact:ReadFromRepository", "*", "denied", "no statement allows it"],
    ]);
    expect(newest![0]).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect((await shown()).querySelectorAll("tr.allowed, tr.denied").map(({ classNames }) => classNames)).to.deep.equal(
      [...["allowed", "denied"]],
    );
  });

  it("shows what clients named as text, whatever it holds", async () => {
    const evil = `</td></table><script>alert(1)</script><img src=x onerror="alert(2)">'&amp;`;
    add(evil, evil);
    await deployed.context.packages.store.put(private_, {
      name: evil,
      restrictions: { publish: "ALLOW", upstream: "ALLOW" },
      versions: {
        [evil]: {
          version: evil,
          status: "Published",
          revision: evil,
          publishedTime: "",
          assets: {},
          origin: { originType: "EXTERNAL", domainEntryPoint: { externalConnectionName: evil } },
        },
      },
    });
    const text = await (await fetch(`${address}/`)).text();
    const [, newest] = await table("Decisions, the newest first");
    const packages = await table("Packages");

    expect(text).not.to.match(/<script|<img|onerror="|'&amp;/);
    expect([newest![1], newest![5]]).to.deep.equal([evil, evil]);
    expect(packages.find(([name]) => name === evil)).to.deep.equal([
      ...[evil, "python-packages", evil, "Published", `EXTERNAL ${evil}`, ""],
    ]);
    await deployed.context.packages.store.delete(private_, evil);
  });

  it("shows no token and no key", async () => {
    const { context } = deployed;
    const { authorizationToken } = context.tokens.mint(publisher, domain, 900);
    add(`anonymous (${authorizationToken})`, `no repository ${publisher.sessionToken}`);
    const text = await (await fetch(`${address}/`)).text();

    for (const secret of [authorizationToken, publisher.sessionToken, publisher.secretAccessKey]) {
      expect(text).not.to.include(secret.slice(0, 40));
    }
    expect(text).to.include("anonymous ((a token))");
  });

  it("is not shown to a page whose own name was made to point here (DNS rebinding)", async () => {
    const host = address.replace("http://", "");
    const served = { address, host, close: () => Promise.resolve() };
    const status = async (headers: Readonly<Record<string, string>>) => (await send(served, { headers })).status;

    expect(await status({ host: "evil.example" })).to.equal(421);
    expect(await status({ host: "codeartifact.us-east-1.amazonaws.com" })).to.equal(421);
    expect(await status({ host })).to.equal(200);
    expect(await status({ host: "localhost" })).to.equal(200);
  });

  it("does not answer in STS's place", async () => {
    const { status, headers } = await fetch(`${address}/?Action=GetCallerIdentity&Version=2011-06-15`);

    expect([status, headers.get("content-type")]).to.deep.equal([501, "text/xml; charset=utf-8"]);
    expect((await fetch(`${address}/?action=x`)).status).to.equal(200);
  });
});
