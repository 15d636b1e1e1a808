import { createHash } from "node:crypto";
import { Session as Inspector } from "node:inspector";
import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { AuthorizationTokens } from "../../../sandbox/sts/authorizationTokens";
import { Sts } from "../../../sandbox/sts/sts";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";
import { after, start } from "../../support/sandbox/identityTokens";

const constraint = "ValidationException 400: 1 validation error detected: Value";

describe("a registry token", () => {
  const clock = { now: start };
  const account = new SandboxAccount({ now: () => clock.now });
  const session = new Sts(account).administrator();
  let tokens: AuthorizationTokens;

  beforeEach(() => {
    clock.now = start;
    tokens = new AuthorizationTokens(account);
  });

  it("acts for the session that minted it, on the domain that it was minted for", () => {
    const token = tokens.mint(session, "orb-dev", 900);

    expect(token).to.deep.equal({
      authorizationToken: token.authorizationToken,
      domain: "orb-dev",
      expiration: after(900),
      session,
    });
    expect(tokens.find(token.authorizationToken)).to.deep.equal(token);
  });

  it("fits into an address, a header and a command line as it is, and begins as AWS's do", () => {
    for (let minted = 0; minted < 50; minted++) {
      expect(tokens.mint(session, "orb-dev", 900).authorizationToken).to.match(/^eyJ2ZXIiOjF9[\w-]{512}$/);
    }
  });

  it("lives from 15 minutes to 12 hours", () => {
    const lasting = (seconds: number) => () => tokens.mint(session, "orb-dev", seconds);

    expect(lasting(900)().expiration).to.deep.equal(after(900));
    expect(lasting(43_200)().expiration).to.deep.equal(after(43_200));
    expect(awsErrorOf(lasting(899))).to.equal(
      `${constraint} '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
    );
    expect(awsErrorOf(lasting(43_201))).to.equal(
      `${constraint} '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200`,
    );
    for (const none of [-1, 1, 900.5, Number.NaN]) {
      expect(awsErrorOf(lasting(none))).to.match(/^ValidationException 400: .* at 'durationSeconds' failed to satisfy/);
    }
  });

  it("of life 0 ends with the session, whatever is left of it", () => {
    clock.now = after(43_100);

    expect(tokens.mint(session, "orb-dev", 0).expiration).to.deep.equal(session.expiration);
  });

  it("otherwise outlives the session that minted it, as AWS has it", () => {
    clock.now = after(43_100);

    expect(tokens.mint(session, "orb-dev", 43_200).expiration).to.deep.equal(after(43_100 + 43_200));
  });

  it("is found after it has expired too, so that the answer can say so", () => {
    const { authorizationToken, expiration } = tokens.mint(session, "orb-dev", 900);

    clock.now = after(901);
    expect(tokens.find(authorizationToken)?.expiration).to.deep.equal(expiration);
  });

  it("is another every time, and no other text is one", () => {
    const { authorizationToken } = tokens.mint(session, "orb-dev", 900);
    const hashed = createHash("sha256").update(authorizationToken).digest("base64");

    expect(tokens.mint(session, "orb-dev", 900).authorizationToken).not.to.equal(authorizationToken);
    for (const text of ["", "aws", authorizationToken.slice(0, -1), `${authorizationToken} `, hashed]) {
      expect(tokens.find(text), text).to.equal(undefined);
    }
    expect(new AuthorizationTokens(account).find(authorizationToken)).to.equal(undefined);
  });

  it("is kept as its hash alone", async () => {
    const { authorizationToken } = tokens.mint(session, "orb-dev", 900);
    const kept = await insides(tokens);

    expect(kept).to.include(createHash("sha256").update(authorizationToken).digest("base64"));
    expect(kept).not.to.include(authorizationToken.slice(20, 60));
  });
});

/** Everything that an object holds in its private fields, as text. */
async function insides(object: object): Promise<string> {
  const inspector = new Inspector();
  inspector.connect();
  const ask = (method: string, parameters: object) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      inspector.post(method, parameters, (error, answer) => {
        if (error === null) {
          resolve(answer as Record<string, unknown>);
        } else {
          reject(error);
        }
      });
    });
  const shared = globalThis as typeof globalThis & { inspected?: unknown };
  try {
    shared.inspected = object;
    const { result } = await ask("Runtime.evaluate", { expression: "inspected" });
    const { objectId } = result as { objectId: string };
    const { privateProperties } = (await ask("Runtime.getProperties", { objectId, ownProperties: true })) as {
      privateProperties: readonly { readonly value: { readonly objectId?: string } }[];
    };
    const texts: string[] = [];
    for (const { value } of privateProperties) {
      const functionDeclaration = "function () { inspected = this instanceof Map ? [...this] : this; }";
      await ask("Runtime.callFunctionOn", { functionDeclaration, objectId: value.objectId });
      texts.push(JSON.stringify(shared.inspected));
    }
    return texts.join("\n");
  } finally {
    delete shared.inspected;
    inspector.disconnect();
  }
}
