import { expect } from "chai";
import { administratorRoute } from "../../../sandbox/sts/routes";
import { deploySandbox, type DeployedSandbox } from "../../support/sandbox/servedSandbox";
import { request, sendRaw } from "../../support/sandbox/rawHttp";

describe("POST /administrator", () => {
  let deployed: DeployedSandbox;
  let address: string;

  before(async () => {
    deployed = await deploySandbox();
    address = await deployed.serve(administratorRoute(deployed.context));
  });

  after(() => deployed.close());

  const ask = (headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${address}/administrator`, { method: "POST", headers });

  it("opens a session of the administrator for this machine, which no cache keeps", async () => {
    const answer = await ask();
    const { accessKeyId, region } = (await answer.json()) as Record<string, string>;

    expect([answer.status, answer.headers.get("cache-control"), region]).to.deep.equal([201, "no-store", "us-east-1"]);
    expect(deployed.context.sts.find(accessKeyId ?? "")?.assumedRoleArn).to.match(
      /:assumed-role\/Administrator\/administrator$/,
    );
  });

  it("opens none for a page whose own name was made to point here (DNS rebinding)", async () => {
    const { port } = new URL(address);
    const asked = (host: string) => sendRaw(Number(port), request("POST /administrator", { host }));

    expect((await asked("evil.example")).status).to.equal(421);
    expect((await asked(`127.0.0.1:${port}`)).status).to.equal(201);
  });

  it("opens none for a page of another site", async () => {
    const foreign = await ask({ origin: "https://evil.example" });
    const own = await ask({ origin: address });

    expect([foreign.status, own.status]).to.deep.equal([403, 201]);
    expect(((await foreign.json()) as { readonly message: string }).message).to.equal(
      "A page of another site asks: jobs and sessions are given to this machine alone.",
    );
  });
});
