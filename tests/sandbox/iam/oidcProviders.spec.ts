import { expect } from "chai";
import { SandboxAccount } from "../../../sandbox/account";
import { awsErrorOf } from "../../support/sandbox/awsErrorOf";

const url = "https://token.actions.githubusercontent.com";

describe("an OIDC provider", () => {
  it("is named by its host, and by its path where it has one", () => {
    const { iam } = new SandboxAccount({ now: () => new Date("2026-09-01T12:00:00Z") });
    const made = iam.oidcProviders.create({ url, clientIDList: ["sts.amazonaws.com"], tags: { team: "orb" } });

    expect(made).to.deep.equal({
      arn: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      url: "token.actions.githubusercontent.com",
      clientIDList: ["sts.amazonaws.com"],
      thumbprintList: [],
      createDate: new Date("2026-09-01T12:00:00Z"),
      tags: { team: "orb" },
    });
    expect(iam.oidcProviders.create({ url: `${url}/octo` }).arn).to.equal(`${made.arn}/octo`);
    expect(iam.oidcProviders.get({ arn: made.arn })).to.equal(made);
    expect(iam.oidcProviders.list()).to.have.length(2);
  });

  it("has a URL that begins with https:// and has no query", () => {
    const { iam } = new SandboxAccount();

    expect(iam.oidcProviders.create({ url: "https://issuer.example.com" }).url).to.equal("issuer.example.com");
    for (const rejected of [
      "http://issuer.example.com",
      "issuer.example.com",
      "https://",
      "https://issuer.example.com?a=b",
    ]) {
      expect(awsErrorOf(() => iam.oidcProviders.create({ url: rejected }))).to.equal(
        `ValidationError 400: Invalid Open ID Connect Provider URL '${rejected}': give https:// and a host, with no query.`,
      );
    }
  });

  it("is unique in its account", () => {
    const { iam } = new SandboxAccount();
    iam.oidcProviders.create({ url });

    expect(iam.oidcProviders.create({ url: `${url}/octo` }).url).to.match(/octo$/);
    for (const same of [url, `${url}/`]) {
      expect(awsErrorOf(() => iam.oidcProviders.create({ url: same }))).to.equal(
        `EntityAlreadyExists 409: Provider with url ${url} already exists.`,
      );
    }
  });

  it("has at most 100 client ids", () => {
    const { iam } = new SandboxAccount();
    const ids = Array.from({ length: 101 }, (_, number) => `client-${number}`);

    expect(awsErrorOf(() => iam.oidcProviders.create({ url, clientIDList: ids }))).to.equal(
      "LimitExceeded 409: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100 (101 given)",
    );
    expect(iam.oidcProviders.create({ url, clientIDList: ids.slice(0, 100) }).clientIDList).to.have.length(100);
  });

  it("has client ids of 1 to 255 characters", () => {
    const { iam } = new SandboxAccount();

    expect(awsErrorOf(() => iam.oidcProviders.create({ url, clientIDList: [""] }))).to.equal(
      "ValidationError 400: 1 validation error detected: Value '' at 'clientIDList' failed to satisfy constraint: " +
        "Member must have length greater than or equal to 1",
    );
    expect(iam.oidcProviders.create({ url, clientIDList: ["i".repeat(255)] }).arn).to.match(/^arn:/);
  });

  it("is deleted once", () => {
    const { iam } = new SandboxAccount();
    const { arn } = iam.oidcProviders.create({ url });

    iam.oidcProviders.delete({ arn });
    expect(
      awsErrorOf(() => {
        iam.oidcProviders.delete({ arn });
      }),
    ).to.equal(`NoSuchEntity 404: OpenId connect Provider ${arn} cannot be found.`);
    expect(iam.oidcProviders.create({ url }).arn).to.equal(arn);
  });
});
