import { expect } from "chai";
import { progressOn } from "../../../commands/terminal/progress";

function stream(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) > 0 };
}

describe("progress", () => {
  it("is one line on a terminal, never longer than it is wide, and gone at the end", () => {
    const terminal = stream(true, 12);
    const progress = progressOn(terminal);
    progress.step("short");
    progress.wait("longer than the line");
    progress.end();

    expect(terminal.written).to.deep.equal(["\r\u001b[K… short", "\r\u001b[K… longer th", "\r\u001b[K"]);
  });

  it("is a line for what takes its time elsewhere, and nothing for the rest", () => {
    const log = stream(false);
    const progress = progressOn(log);
    progress.step("soon done");
    progress.wait("takes its time");
    progress.end();

    expect(log.written).to.deep.equal(["… takes its time\n"]);
  });
});
