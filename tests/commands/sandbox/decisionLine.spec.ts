import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { decisionLine, messageLine } from "../../../commands/sandbox/decisionLine";

const decision = {
  time: new Date("2026-05-06T07:08:09.123Z"),
  who: "arn:aws:sts::123456789012:assumed-role/publisher/job",
  action: "codeartifact:ReadFromRepository",
  resource: "arn:aws:codeartifact:us-east-1:123456789012:repository/team-dev/app",
  allowed: true,
  reason: 'allowed by statement "ReadRepository" of inline policy permissions',
};

const line = (changed: Partial<typeof decision> = {}) =>
  stripVTControlCharacters(decisionLine({ ...decision, ...changed }));

describe("a decision as a line", () => {
  it("says when, who, what, on what and why", () => {
    expect(line()).to.equal(
      "07:08:09 allowed assumed-role/publisher/job codeartifact:ReadFromRepository repository/team-dev/app " +
        'allowed by statement "ReadRepository" of inline policy permissions',
    );
  });

  it("says of one that is denied why not, and leaves alone what is no ARN", () => {
    expect(line({ who: "anonymous (no token)", resource: "*", allowed: false, reason: "401: no token" })).to.equal(
      "07:08:09 denied  anonymous (no token) codeartifact:ReadFromRepository * 401: no token",
    );
  });

  it("is one line that does not steer the terminal, whatever a client names", () => {
    const line = decisionLine({ ...decision, resource: "a\u001b[2Jb\nc\u202ed\u009be", reason: "é\r\u0007" });
    expect(stripVTControlCharacters(line)).to.match(/ a\?\[2Jb\?c\?d\?e é\?\?$/);
  });
});

describe("a message at a topic as a line", () => {
  const shown = (message: string, subject?: string) =>
    stripVTControlCharacters(
      messageLine("arn:aws:sns:us-east-1:123456789012:alarms", { ...decision, messageId: "1", subject, message }),
    );

  it("says when, where and what, up to 200 characters, and does not steer the terminal", () => {
    expect(shown("Denied.", "Audit")).to.equal("07:08:09 message alarms Audit: Denied.");
    expect(shown("a\u001b[2J")).to.equal("07:08:09 message alarms a?[2J");
    expect(shown("a".repeat(200))).to.equal(`07:08:09 message alarms ${"a".repeat(200)}`);
    expect(shown("a".repeat(201))).to.equal(`07:08:09 message alarms ${"a".repeat(200)}…`);
  });
});
