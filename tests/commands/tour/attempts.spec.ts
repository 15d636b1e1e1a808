import { expect } from "chai";
import type { Outcome } from "../../../commands/tour/clients";
import { AttemptRecorder, type TourOptions } from "../../../commands/tour/attempts";

const printed: string[] = [];
const options = {
  address: "http://127.0.0.1:1",
  progress: (what: string) => printed.push(what),
} as unknown as TourOptions;

/** An attempt that ends when the test calls `end`. */
function later(): { readonly act: () => Promise<Outcome>; readonly end: (code: string, detail?: string) => void } {
  let end: (code: string, detail?: string) => void = () => undefined;
  const ending = new Promise<Outcome>((resolve) => {
    end = (code, detail) => {
      resolve({ code, detail });
    };
  });
  return { act: () => ending, end };
}

describe("a tour's recorder", () => {
  let recorder: AttemptRecorder;

  beforeEach(() => {
    printed.length = 0;
    recorder = new AttemptRecorder(options);
  });

  it("keeps attempts in the order in which they begin, whichever ends first, and prints each as it begins", async () => {
    const [slow, quick] = [later(), later()];
    const both = Promise.all([
      recorder.under("One").attempt("slow", "200", slow.act),
      recorder.under("Other").attempt("quick", "200", quick.act),
    ]);
    expect(printed).to.deep.equal(["slow", "quick"]);
    quick.end("200");
    slow.end("403", "because");
    await both;

    expect(recorder.attempts()).to.deep.equal([
      { chapter: "One", what: "slow", expected: "200", seen: "403", detail: "because" },
      { chapter: "Other", what: "quick", expected: "200", seen: "200", detail: "" },
    ]);
  });

  it("answers with all that an attempt ended in", async () => {
    const ending = await recorder.attempt("mint", "token", () => Promise.resolve({ code: "token", token: "of mine" }));

    expect(ending).to.deep.equal({ code: "token", token: "of mine" });
  });

  /** How several attempts that are one end, and what it says. */
  for (const [rule, endings, seen, detail] of [
    [
      "as expected where all do",
      [
        ["denied", "by sub"],
        ["denied", "by sub"],
      ],
      "denied",
      "by sub",
    ],
    [
      "without a reason where they have several",
      [
        ["denied", "by sub"],
        ["denied", "by ref"],
      ],
      "denied",
      "",
    ],
    [
      "as the one that does not end as expected",
      [
        ["denied", "by sub"],
        ["let in", "oh"],
      ],
      "let in",
      "oh",
    ],
    ["as what was not tried where there are none", [], "nothing was tried", ""],
  ] as const) {
    it(`takes several for one, which ends ${rule}`, async () => {
      await recorder.attemptAll(
        "impostors",
        "denied",
        endings.map(
          ([code, why]) =>
            () =>
              Promise.resolve({ code, detail: why }),
        ),
      );

      expect(recorder.attempts().map((attempt) => [attempt.seen, attempt.detail])).to.deep.equal([[seen, detail]]);
    });
  }

  it("knows where a repository is", () => {
    expect(recorder.access("python-packages", "a token")).to.deep.equal({
      endpoint: "http://127.0.0.1:1/pypi/python-packages/",
      token: "a token",
    });
  });
});
