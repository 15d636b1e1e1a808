import * as sdk from "@aws-sdk/client-codeartifact";
import { expect } from "chai";
import { operations } from "../../../../sandbox/codeartifact/api/operations";
import { operationAt, routes } from "../../../../sandbox/codeartifact/api/routeTable";

/** `METHOD PATH` of every operation, as the SDK's own schemas have it. */
const known = new Map(
  Object.entries(sdk)
    .filter(([name]) => name.endsWith("$"))
    .map(([, schema]) => schema as unknown as readonly [number, string, string, { readonly http?: readonly string[] }])
    .filter(([kind]) => kind === 9)
    .map(([, , name, { http = [] }]) => [name, `${http[0]} ${http[1]}`] as const),
);

describe("the routes of CodeArtifact's API", () => {
  it("are those of the SDK, and no others", () => {
    const ours = Object.entries(routes).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, name]) => [name, `${method} ${path}`] as const),
    );

    expect(known.size).to.equal(48);
    expect(Object.fromEntries(ours)).to.deep.equal(Object.fromEntries(known));
    expect(ours).to.have.length(48);
  });

  it("lead to every operation that is modelled", () => {
    expect(operations.size).to.equal(29);
    expect([...operations.keys()].filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("take path and method to the letter", () => {
    expect(operationAt("GET", "/v1/domain")).to.equal("DescribeDomain");
    for (const [method, path] of [
      ["get", "/v1/domain"],
      ["PATCH", "/v1/domain"],
      ["HEAD", "/v1/domain"],
      ["constructor", "/v1/domain"],
      ["GET", "/v1/domain/"],
      ["GET", "/v1/Domain"],
      ["GET", "//v1/domain"],
      ["GET", "constructor"],
      ["GET", "__proto__"],
    ] as const) {
      expect(operationAt(method, path), `${method} ${path}`).to.equal(undefined);
    }
  });
});
