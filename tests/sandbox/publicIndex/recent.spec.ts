import { expect } from "chai";
import { Recent } from "../../../sandbox/publicIndex/simpleIndex";

/** Something under way, which a test ends. */
class UnderWay<Answer> {
  end!: (answer: Answer) => void;
  fail!: (error: Error) => void;
  readonly promise = new Promise<Answer>((resolve, reject) => {
    this.end = resolve;
    this.fail = reject;
  });
}

describe("recent answers", () => {
  function recent(count = 10) {
    let time = 0;
    const asked: string[] = [];
    const answers = new Recent<string>(1000, count, () => time);
    const ask = (key: string, answer: Promise<string> = Promise.resolve(`${key} at ${time}`)) =>
      answers.get(key, () => {
        asked.push(key);
        return answer;
      });
    const pass = (milliseconds: number) => {
      time += milliseconds;
    };
    return { asked, ask, pass };
  }

  it("are given again until their time is over, each for its own key", async () => {
    const { asked, ask, pass } = recent();
    await ask("one");
    pass(999);
    expect(await ask("one")).to.equal("one at 0");
    expect(await ask("other")).to.equal("other at 999");
    pass(1);
    expect(await ask("one")).to.equal("one at 1000");
    expect(asked).to.deep.equal(["one", "other", "one"]);
  });

  it("are asked for once while they are under way, and last from their arrival on", async () => {
    const { asked, ask, pass } = recent();
    const page = new UnderWay<string>();
    const first = ask("one", page.promise);
    pass(5000);
    const second = ask("one");
    page.end("the page");
    expect(await Promise.all([first, second])).to.deep.equal(["the page", "the page"]);
    pass(999);
    expect(await ask("one")).to.equal("the page");
    expect(asked).to.deep.equal(["one"]);
  });

  it("are not kept where they failed", async () => {
    const { asked, ask } = recent();
    expect(await ask("one", Promise.reject(new Error("down"))).catch(String)).to.equal("Error: down");
    expect(await ask("one")).to.equal("one at 0");
    expect(asked).to.deep.equal(["one", "one"]);
  });

  it("are so many at most, of which the oldest goes first", async () => {
    const { asked, ask } = recent(2);
    for (const key of ["one", "two", "three", "three", "two", "one"]) {
      await ask(key);
    }
    expect(asked).to.deep.equal(["one", "two", "three", "one"]);
  });
});
