import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { projectDirectory } from "../support/deployments";

const read = (path: string) => readFileSync(join(projectDirectory, path), "utf8");

describe("the newest Node", () => {
  const { optionalDependencies: pins } = JSON.parse(read("tools/newest-node/package.json")) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };

  it("is one version for every machine, and no older than the one of .nvmrc", () => {
    const [version = "", ...others] = new Set(Object.values(pins));

    expect(others).to.deep.equal([]);
    expect(version).to.match(/^\d+\.\d+\.\d+$/);
    expect(Number.parseInt(version)).to.be.at.least(Number(read(".nvmrc")));
  });

  it("is pinned by digests, and runs no install script", () => {
    const { packages } = JSON.parse(read("tools/newest-node/package-lock.json")) as {
      readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
    };
    const locked = Object.entries(packages).filter(([place]) => place !== "");

    expect(Object.fromEntries(locked.map(([place, { version }]) => [place, version]))).to.deep.equal(
      Object.fromEntries(Object.entries(pins).map(([name, version]) => [`node_modules/${name}`, version])),
    );
    expect(locked.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ""))).to.deep.equal([]);
    expect(read("tools/newest-node/.npmrc")).to.equal(read(".npmrc"));
  });

  it("runs the tests of the rules and of the sandbox, and the tour, in .ci/run", () => {
    const run = read(".ci/run");

    expect(run).to.include("newest=$(sh tools/newest-node/install.sh)");
    expect(run).to.match(/PATH="\$newest:\$PATH"[^]*npx mocha[^]*PATH="\$newest:\$PATH" npm --silent start/);
  });
});
