import { expect } from "chai";
import * as fc from "fast-check";
import { type Page, pager } from "../../../sandbox/core/pages";

const list = "packages of orb";

function page(items: readonly string[], size: number, token?: string): Page<string> {
  return pager(list, size, token)!(items, (item) => item);
}

/** All pages in turn; `before` sees each and says what the list is by then. */
function pages(
  items: readonly string[],
  sizes: readonly number[],
  before: (seen: readonly string[]) => readonly string[] = () => items,
): readonly (readonly string[])[] {
  const seen: (readonly string[])[] = [];
  let nextToken: string | undefined;
  do {
    const next = page(before(seen.flat()), sizes[seen.length % sizes.length] ?? 1, nextToken);
    seen.push(next.items);
    nextToken = next.nextToken;
    if (seen.length > 100) {
      throw new Error("the pages come to no end");
    }
  } while (nextToken !== undefined);
  return seen;
}

const names = fc.uniqueArray(fc.string(), { maxLength: 40 });
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

describe("the pages of a list", () => {
  it("are together the whole list, in its order, whatever their sizes", () => {
    fc.assert(
      fc.property(names, sizes, (items, maxResults) => {
        expect(pages(items, maxResults).flat()).to.deep.equal(items);
      }),
    );
  });

  it("have the size that is asked for, but for the last one; none is empty unless the list is", () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 50 }), (items, size) => {
        const lengths = pages(items, [size]).map(({ length }) => length);
        const last = lengths.pop() ?? 0;

        expect(lengths.every((length) => length === size)).to.equal(true);
        expect(last).to.be.within(items.length === 0 ? 0 : 1, size);
      }),
    );
  });

  it("go on behind the last item that was seen, whatever is added before it or taken away", () => {
    const change = fc.record({ added: fc.nat({ max: 5 }), removed: fc.nat({ max: 5 }) });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 7 }), change, (items, size, { added, removed }) => {
        const result = pages(items, [size], (seen) => {
          const last = seen.at(-1);
          const rest = items.slice(last === undefined ? 0 : items.indexOf(last) + 1);
          const kept = last === undefined ? [] : [...seen.slice(removed, -1), last];
          const fresh = Array.from({ length: last === undefined ? 0 : added }, (_, number) => `new ${number}`);
          return [...fresh, ...kept, ...rest];
        });

        expect(result.flat()).to.deep.equal(items);
      }),
    );
  });

  it("go on where the last item was, if that is gone", () => {
    const { nextToken } = page(["a", "b", "c", "d"], 2);

    expect(page(["a", "b", "c", "d"], 2, nextToken).items).to.deep.equal(["c", "d"]);
    expect(page(["a", "c", "d"], 2, nextToken).items).to.deep.equal(["d"]);
    expect(page([], 2, nextToken)).to.deep.equal({ items: [], nextToken: undefined });
  });

  it("are found by a token of the same list, and not by another text", () => {
    const { nextToken = "" } = page(["a", "b", "c"], 1);
    const [of, , last] = nextToken.split(".");

    expect(page(["a", "b", "c"], 1, nextToken).items).to.deep.equal(["b"]);
    expect(pager("packages of app", 1, nextToken)).to.equal(undefined);
    for (const other of [
      "",
      "1",
      "=",
      "Mi4z",
      `A${nextToken}`,
      ...["01", "-1", "1.5", "x", ""].map((end) => `${of}.${end}.${last}`),
    ]) {
      expect(pager(list, 1, other), other).to.equal(undefined);
    }
  });

  it("have tokens that AWS's APIs take, however long the names are", () => {
    const { nextToken = "" } = page(["\u{1F600}".repeat(500), "b"], 1);

    expect(nextToken).to.match(/^\S{1,2000}$/);
  });
});
