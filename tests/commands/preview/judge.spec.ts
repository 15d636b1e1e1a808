import { expect } from "chai";
import { type Judgement, judgeStack, judgeStacks } from "../../../commands/preview/judge";
import { exampleProject } from "../../support/exampleProject";

describe("a stack of a change", () => {
  const judgement: Judgement = {
    stack: { name: "dev", isInBase: true, isInChange: true },
    folders: {
      base: exampleProject,
      configuration: exampleProject,
      documents: "no such folder",
      plans: "nor this",
    },
  };
  const log = 'see the log of the job "Describe the change"';

  it("is judged in a process of its own, which answers in its time", async () => {
    const { warnings } = await judgeStack(judgement);

    expect(warnings).to.deep.equal([
      "**it cannot be judged**: `its program registered nothing; see the log of the job that runs it`",
    ]);
  });

  it("is not judged, and not passed, where the process takes too long", async () => {
    expect(await judgeStack(judgement, { milliseconds: 100, megabytes: 500 })).to.deep.equal({
      stack: "dev",
      warnings: [
        `**it cannot be judged**: the process that judges it was ended by SIGKILL, after 0.1 s at most; ${log}`,
      ],
      isWhole: false,
      isAsExpected: false,
      pieces: [],
    });
  });

  it("is not judged, and not passed, where the process takes too much memory", async () => {
    const { isAsExpected, warnings } = await judgeStack(judgement, { milliseconds: 100_000, megabytes: 20 });

    expect(isAsExpected).to.equal(false);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(
      /^\*\*it cannot be judged\*\*: the process that judges it (?:ended with|was ended by) /,
    );
  });

  it("is one of eight at most: those after them are named as not judged", async () => {
    const stacks = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `x${index}`, isInBase: true, isInChange: true }));
    const part = { warnings: [], isWhole: true, isAsExpected: true, pieces: [] };
    const judge = ({ stack }: Judgement) => Promise.resolve({ ...part, stack: stack.name });
    const judged = async (count: number) => judgeStacks(stacks(count), judgement.folders, judge);

    expect((await judged(8)).map(({ isAsExpected }) => isAsExpected)).to.deep.equal(Array(8).fill(true));
    expect((await judged(11)).slice(8)).to.deep.equal([
      {
        stack: "x8",
        warnings: ["**it cannot be judged**: with 2 others, as 8 stacks are the most that are judged"],
        isWhole: false,
        isAsExpected: false,
        pieces: [],
      },
    ]);
  });
});
