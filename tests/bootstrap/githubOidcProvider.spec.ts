import * as pulumi from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi";
import { expect } from "chai";
import { githubOidcProvider } from "../../bootstrap/githubOidcProvider";
import { valueOf } from "../support/mocks";

const issuer = "token.actions.githubusercontent.com";
const arn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;

interface Request {
  getObject(): { toJavaScript(): Record<string, unknown> };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getImportid(): string;
  getIgnorechangesList(): string[];
}

/** What the account answers when it is asked for its provider, and what is registered then. */
async function register(answer: () => object) {
  await pulumi.runtime.setMocks(
    { newResource: ({ inputs }) => ({ id: arn, state: { ...(inputs as object), arn } }), call: answer },
    "package-registry-bootstrap",
    "account",
    false,
    "organization",
  );
  const requests: Request[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: Request, done: unknown) => unknown;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    requests.push(request);
    return register(request, done);
  };
  const provider = await githubOidcProvider(issuer);
  const madeArn = await valueOf(provider.arn);
  await pulumi.runtime.disconnect();
  return {
    madeArn,
    requests: requests.map((request) => ({
      inputs: request.getObject().toJavaScript(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      import: request.getImportid(),
      ignoreChanges: request.getIgnorechangesList(),
    })),
  };
}

/** Fails as the engine does, whose message is in the details. */
const throwing = (details: string) => () => {
  throw Object.assign(new Error(), { details });
};

/** How an account without a provider has been heard to say so. */
const absences = [
  `finding IAM OIDC Provider by url (https://${issuer}): not found`,
  `reading IAM OIDC Provider (https://${issuer}): couldn't find resource`,
];

describe("GitHub's OIDC provider of an account", () => {
  const kept = {
    protect: true,
    retainOnDelete: true,
    ignoreChanges: ["clientIdLists", "tags", "thumbprintLists"],
  };

  for (const absence of absences) {
    it(`is made where there is none, and kept from deletion (${absence.split(":").at(-1)!.trim()})`, async () => {
      const { madeArn, requests } = await register(throwing(absence));

      expect(madeArn).to.equal(arn);
      expect(requests).to.deep.equal([
        { inputs: { url: `https://${issuer}`, clientIdLists: ["sts.amazonaws.com"] }, import: "", ...kept },
      ]);
    });
  }

  it("is taken over where there is one, with the audiences that others gave it, and kept from deletion too", async () => {
    const clientIdLists = ["https://another-use.example", "sts.amazonaws.com"];
    const { madeArn, requests } = await register(() => ({ arn, clientIdLists, url: issuer }));

    expect(madeArn).to.equal(arn);
    expect(requests).to.deep.equal([{ inputs: { url: `https://${issuer}`, clientIdLists }, import: arn, ...kept }]);
  });

  it("is rejected where it does not know the roles' audience, with the command that adds it", async () => {
    const reason = await register(() => ({ arn, clientIdLists: ["other"], url: issuer })).catch(
      (error: unknown) => error,
    );

    expect(RunError.isInstance(reason)).to.equal(true);
    expect((reason as Error).message).to.equal(
      `The OIDC provider ${arn} has the audiences ["other"], without "sts.amazonaws.com". Add it with: aws iam ` +
        `add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id sts.amazonaws.com`,
    );
  });

  it("is not made where the account could not be asked", async () => {
    const reason = await register(
      throwing("AccessDenied: not authorized to perform: iam:ListOpenIDConnectProviders"),
    ).catch((error: unknown) => error);

    expect((reason as Error).message).to.include("AccessDenied");
  });
});
