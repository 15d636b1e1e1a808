import { expect } from "chai";
import { Room } from "../../../sandbox/core/semaphore";

/** Work that ends when it is told to, and what has begun so far. */
function stage() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name);
      ends.set(name, () => {
        resolve(name);
      });
    });
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}

describe("room for uploads", () => {
  it("is given side by side as long as it suffices, and then in turn", async () => {
    const { begun, work, end } = stage();
    const room = new Room(10);
    const answers = [
      room.hold(6, work("a")),
      room.hold(4, work("b")),
      room.hold(3, work("c")),
      room.hold(1, work("d")),
    ];
    await Promise.resolve();
    expect(begun).to.deep.equal(["a", "b"]);

    end("b");
    expect(await answers[1]).to.equal("b");
    await Promise.resolve();
    expect(begun).to.deep.equal(["a", "b", "c", "d"]);

    for (const name of ["a", "c", "d"]) {
      end(name);
    }
    expect(await Promise.all(answers)).to.deep.equal(["a", "b", "c", "d"]);
  });

  it("makes a small one wait behind a large one that waits, so that the large one comes in", async () => {
    const { begun, work, end } = stage();
    const room = new Room(10);
    const answers = [room.hold(5, work("a")), room.hold(10, work("large")), room.hold(1, work("small"))];
    await Promise.resolve();
    expect(begun).to.deep.equal(["a"]);
    end("a");
    await answers[0];
    await Promise.resolve();
    expect(begun).to.deep.equal(["a", "large"]);
    end("large");
    await answers[1];
    await Promise.resolve();
    end("small");
    await answers[2];
    expect(begun).to.deep.equal(["a", "large", "small"]);
  });

  it("is given back by work that fails", async () => {
    const room = new Room(1);
    const failing = room.hold(1, () => Promise.reject(new Error("failed")));
    const next = room.hold(1, () => Promise.resolve("next"));
    expect(await failing.catch((error: unknown) => (error as Error).message)).to.equal("failed");
    expect(await next).to.equal("next");
  });
});
