import { RunError } from "@pulumi/pulumi";
import { expect } from "chai";
import { findGithubOidcProvider } from "../../components/githubOidcProvider";
import { reasonOf, record, valueOf } from "../support/mocks";

describe("the account's OIDC provider for GitHub", () => {
  it("is looked up by its URL", async () => {
    const { result, calls, resources } = await record(() =>
      findGithubOidcProvider("token.actions.githubusercontent.com"),
    );

    expect(await valueOf(result)).to.equal(
      "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
    );
    expect(calls).to.deep.equal([
      {
        token: "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider",
        inputs: { url: "https://token.actions.githubusercontent.com" },
      },
    ]);
    expect(resources).to.deep.equal([]);
  });

  it("is the enterprise's own where its tokens come from an issuer of their own", async () => {
    const { result } = await record(() => findGithubOidcProvider("token.actions.githubusercontent.com/octo"));

    expect(await valueOf(result)).to.equal(
      "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com/octo",
    );
  });

  it("is taken where it knows other audiences beside the one of the roles", async () => {
    const { result } = await record(() => findGithubOidcProvider("iss.example.com"), ["other", "sts.amazonaws.com"]);

    expect(await valueOf(result)).to.equal("arn:aws:iam::111122223333:oidc-provider/iss.example.com");
  });

  it("is rejected where it does not know the audience of the roles, with the command that adds it", async () => {
    const { result } = await record(
      () => reasonOf(findGithubOidcProvider("iss.example.com")),
      ["other", "sts.amazonaws.com.cn"],
    );
    const reason = await result;

    expect(RunError.isInstance(reason)).to.equal(true);
    expect((reason as Error).message).to.equal(
      'The OIDC provider arn:aws:iam::111122223333:oidc-provider/iss.example.com has the audiences ["other",' +
        '"sts.amazonaws.com.cn"], without "sts.amazonaws.com". Add it with: aws iam add-client-id-to-open-id-connect-' +
        "provider --open-id-connect-provider-arn arn:aws:iam::111122223333:oidc-provider/iss.example.com " +
        "--client-id sts.amazonaws.com",
    );
  });
});
