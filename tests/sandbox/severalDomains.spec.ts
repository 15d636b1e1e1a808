import { expect } from "chai";
import { SandboxAccount } from "../../sandbox/account";
import { noPublicIndex } from "../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../sandbox/codeartifact/packages/store";
import { type AccountSandbox, openSandbox } from "../../sandbox/sandbox";
import { send } from "../support/sandbox/identities";
import { makeWheel } from "../../sandbox/fixtures/distributions";
import { answerOf, basic, form } from "../support/sandbox/pypi";

const owner = "123456789012";

describe("an account without a stack", () => {
  const account = new SandboxAccount();
  let sandbox: AccountSandbox;

  before(async () => {
    for (const domain of ["orb-one", "orb-two"]) {
      account.codeartifact.domains.create({ domain });
      account.codeartifact.repositories.create({ domain, repository: "lib" });
    }
    sandbox = await openSandbox({ account, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
  });

  after(() => sandbox.close());

  const token = (domain: string) => {
    const { sts, tokens } = sandbox.context;
    return tokens.mint(sts.administrator(), domain, 900).authorizationToken;
  };
  const get = (path: string, domain: string) =>
    answerOf(fetch(`${sandbox.address}${path}`, { headers: basic(token(domain)), redirect: "manual" }));
  const root = (domain: string) => `/d/${domain}-${owner}/pypi/lib/`;

  it("keeps the packages of each domain at a path of the domain's own", async () => {
    const body = form(await makeWheel({ name: "orb-common", version: "1.0.0" }));
    const to = `${sandbox.address}${root("orb-one")}`;
    expect(await answerOf(fetch(to, { method: "POST", headers: basic(token("orb-one")), body }))).to.include({
      status: 200,
      text: "orb_common-1.0.0-py3-none-any.whl is in lib.\n",
    });

    const { text } = await get(`${root("orb-one")}simple/orb-common/`, "orb-one");
    const [, href = ""] = /href="([^"#]*)#/.exec(text) ?? [];
    expect(href).to.equal(`${root("orb-one")}simple/orb-common/1.0.0/orb_common-1.0.0-py3-none-any.whl`);
    expect(await get(href, "orb-one")).to.include({ status: 200 });
    expect(await get(`${root("orb-two")}simple/orb-common/`, "orb-two")).to.include({ status: 404 });
  });

  it("takes a domain's token in no other domain, and no account but its own in a path", async () => {
    const path = (domain: string, account: string) => `/d/${domain}-${account}/pypi/lib/simple/orb-common/`;

    expect(await get(path("orb-two", owner), "orb-one")).to.deep.include({ status: 401 });
    expect(await get(path("orb-one", "210987654321"), "orb-one")).to.deep.include({ status: 401 });
    expect(await get(path("orb-one", owner), "orb-one")).to.deep.include({ status: 200 });
  });

  it("has nothing at a path without a domain, and says which path to use", async () => {
    const { status, text } = await get("/pypi/lib/simple/orb-common/", "orb-one");

    expect([status, text]).to.deep.equal([
      404,
      "the path names no domain: use /d/DOMAIN-OWNER/pypi/REPOSITORY/, as get-repository-endpoint returns it\n",
    ]);
    expect(await answerOf(fetch(`${sandbox.address}/pypi/lib/simple/orb-common/`))).to.include({ status: 401 });
  });

  it("finds the domain in AWS's own host, where a client takes the sandbox for its proxy", async () => {
    const host = `orb-one-${owner}.d.codeartifact.us-east-1.amazonaws.com`;
    const served = { address: sandbox.address, host: sandbox.address.slice(7), close: () => Promise.resolve() };
    const ask = (target: string) => send(served, { target, headers: { host, ...basic(token("orb-one")) } });

    const page = await ask(`http://${host}/pypi/lib/simple/orb-common/`);
    const [, href = ""] = /href="([^"#]*)#/.exec(page.text) ?? [];
    expect([page.status, (await ask(`http://${host}${href}`)).status]).to.deep.equal([200, 200]);
    expect((await ask(`http://${host.replace("one", "two")}/pypi/lib/simple/orb-common/`)).status).to.equal(401);
  });

  it("has a page of the account", async () => {
    const { text } = await answerOf(fetch(`${sandbox.address}/`));

    expect(text).to.include(`<title>Account ${owner}</title>`);
  });
});
