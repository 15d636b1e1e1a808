import { expect } from "chai";
import { stateTokens } from "../../../policies/rules/stateTokens";
import { judge, judgeStack } from "../../support/policies/judge";

/** `{"ver":1,"isu":1795950000` in base64url, and more. */
const token = `eyJ2ZXIiOjEsImlzdSI6MTc5NTk1MDAwM${"a0_-".repeat(40)}.${"b".repeat(16)}`;
const index = "wheels-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/index/simple/";

const reports = (value: unknown) =>
  judge(stateTokens, {
    type: "aws:lambda/function:Function",
    name: "builds",
    props: { environment: { variables: value } },
  });

describe("no-token-in-state", () => {
  it("rejects a token wherever it is among a resource's inputs, and names the property but not the token", () => {
    const messages = reports({ A: "1", B: ["", `Bearer ${token}`] });

    expect(messages).to.deep.equal([
      "builds: environment.variables.B[1] contains a CodeArtifact token, which would be in the state of the stack. Do not read a " +
        "token in a program: who needs one mints it, as by aws codeartifact get-authorization-token.",
    ]);
    expect(reports({ A: "1", B: ["", "Bearer"] })).to.deep.equal([]);
  });

  it("rejects an index URL with a token of any form, and takes one with a variable in its place", () => {
    expect(reports({ A: `https://aws:${token}@${index}` })).to.have.length(1);
    expect(reports({ A: `https://aws:${"x".repeat(64)}@${index}` })).to.have.length(1);
    for (const password of ["$TOKEN", "${CODEARTIFACT_AUTH_TOKEN}", "{env:TOKEN}"]) {
      expect(reports({ A: `https://aws:${password}@${index}` }), password).to.deep.equal([]);
    }
    expect(reports({ A: `https://${index}` })).to.deep.equal([]);
  });

  it("rejects a token in Basic authorization, and takes other tokens", () => {
    const basic = (text: string) => reports({ A: `Basic ${Buffer.from(text).toString("base64")}` });

    expect(basic(`aws:${token}`)).to.have.length(1);
    expect(basic("aws:none")).to.deep.equal([]);
    // A signed token of another service: {"alg":"RS256"}.
    expect(reports({ A: `eyJhbGciOiJSUzI1NiJ9.${"e".repeat(80)}` })).to.deep.equal([]);
  });

  it("rejects a token among the outputs of a stack and of its resources", () => {
    const stack = (outputs: object) =>
      judgeStack(stateTokens, [{ type: "pulumi:pulumi:Stack", name: "wheels-prod", props: { ...outputs } }]);

    expect(stack({ login: { token } })).to.deep.equal([
      "wheels-prod wheels-prod: login.token contains a CodeArtifact token, which would be in the state of the stack. Do not read " +
        "a token in a program: who needs one mints it, as by aws codeartifact get-authorization-token.",
    ]);
    expect(stack({ login: { user: "aws" } })).to.deep.equal([]);
  });
});
