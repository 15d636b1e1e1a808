import { expect } from "chai";
import * as fc from "fast-check";
import { app, domain, registry, wheel } from "../../../support/sandbox/packages";

describe("the search order of any tree of upstreams", () => {
  const names = ["one", "two", "three"];
  const versions = ["1", "2", "3", "4"];
  const placement = fc.record({
    upstreams: fc.shuffledSubarray(names),
    /** What `two` and `three` draw on. */
    behind: fc.record({ two: fc.subarray(["one"]), three: fc.shuffledSubarray(["one", "two"]) }),
    held: fc.record(Object.fromEntries([...names, "app"].map((name) => [name, fc.subarray(versions)]))),
    public: fc.subarray(versions),
  });

  it("gives every version once, from the first repository that a depth-first walk finds it in", async () => {
    await fc.assert(
      fc.asyncProperty(placement, async ({ upstreams, behind, held, public: outside }) => {
        const { account, index, packages } = registry();
        const upstreamsOf: Record<string, readonly string[]> = { one: [], ...behind, app: upstreams };
        for (const repository of names) {
          account.codeartifact.repositories.create({ domain, repository, upstreams: upstreamsOf[repository] });
        }
        account.codeartifact.repositories.update({ ...app, upstreams });
        account.codeartifact.repositories.associateExternalConnection({
          domain,
          repository: "one",
          externalConnection: "public:pypi",
        });
        outside.forEach((version) => index.add("lib", version));
        for (const [repository, numbers] of Object.entries(held)) {
          const place = { domain, repository };
          const other = registry();
          for (const version of numbers) {
            await other.packages.publish(app, "lib", wheel("lib", version));
          }
          const record = other.packages.store.find(app, "lib");
          if (record !== undefined) {
            await packages.store.put(place, { ...record, restrictions: { publish: "ALLOW", upstream: "ALLOW" } });
          }
        }

        const walk = (repository: string): string[] => [
          repository,
          ...(upstreamsOf[repository] ?? []).flatMap(walk),
          ...(repository === "one" ? ["public:pypi"] : []),
        ];
        const places = walk("app");
        const expected = versions.flatMap((version) => {
          const first = places.find((place) =>
            (place === "public:pypi" ? outside : (held[place] ?? [])).includes(version),
          );
          return first === undefined ? [] : [`${version} from ${first}`];
        });
        const seen = expected.length === 0 ? [] : await packages.files(app, "lib");
        expect(seen.map(({ version, from }) => `${version} from ${from}`).sort()).to.deep.equal(expected);
      }),
      { numRuns: 60 },
    );
  });
});
