import { expect } from "chai";
import { connectLines } from "../../../commands/sandbox/connectLines";
import { instructions } from "../../../commands/sandbox/instructions";
import type { ConnectLines } from "../../../sandbox/page/answers";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { stripVTControlCharacters } from "node:util";
import { deployChanged } from "../../support/deployments";

const address = "http://127.0.0.1:4321";
const place = { address, endpointOf: () => address };

describe("the lines to paste that the page shows", () => {
  let deployment: Deployment;
  let stack: ConnectLines["stacks"][number];

  before(async () => {
    deployment = await deployChanged({});
    [stack] = connectLines([deployment], [], place).stacks as [typeof stack];
  });

  it("have each identity of the stack, and the administrator last", () => {
    expect(stack.stack).to.equal("dev");
    expect(stack.identities.map(({ name }) => name)).to.deep.equal([
      ...["Publisher", "Reader-lambda-layers", "Reader-promotion", "Administrator"],
    ]);
    for (const { lines } of stack.identities) {
      expect(lines).to.match(/^eval "\$\(npm run --silent job -- .+ --sandbox http:\/\/127\.0\.0\.1:4321.*\)"$/);
    }
  });

  it("are those that the start prints, with the sandbox's address in place of the registry's", () => {
    const printed = stripVTControlCharacters(instructions(deployment, place)).split("\n");

    for (const name of ["Token", "pip", "twine"]) {
      expect(printed, name).to.include(stack.clients.find((client) => client.name === name)?.lines);
    }
    expect(stack.clients.map(({ name }) => name)).to.deep.equal([
      ...["Token", "pip", "twine", "uv", "uv: credentials", "pipenv", "poetry", "poetry: credentials"],
    ]);
    const hosts = stack.clients.flatMap(({ lines }) =>
      [...lines.matchAll(/https?:\/\/(?:[^\s@"]*@)?([\w.:-]+)/g)].map(([, host]) => host),
    );
    expect(new Set(hosts)).to.deep.equal(new Set(["127.0.0.1:4321"]));
  });
});
