import { expect } from "chai";
import { callsFor, halves, questionKey, type SimulationCall } from "../../../commands/smoke/calls";
import type { AskedQuestion, Simulation } from "../../../commands/smoke/questions";

const simulation: Simulation = { policies: ["{}"], context: {} };
const row = { party: "role", relation: "may", what: "something" };
const ask = (action: string, resource: string, given = simulation): AskedQuestion => ({
  ...{ row, action, resource, simulation: given, outcome: "allowed" },
});
const pairs = (calls: readonly SimulationCall[]) =>
  calls.flatMap((call) =>
    call.actions.flatMap((action) => call.resources.map((resource) => questionKey(call.simulation, action, resource))),
  );

describe("the calls of SimulateCustomPolicy", () => {
  it("take together what has the same documents, context and actions, and ask nothing more", () => {
    const other = { ...simulation, context: { "aws:PrincipalAccount": ["123456789012"] } };
    const calls = callsFor([
      ...["one", "two"].flatMap((resource) => [ask("a:Read", resource), ask("a:Write", resource)]),
      ask("a:Read", "three"),
      ask("a:Read", "one", other),
    ]);

    expect(calls.map(({ actions, resources }) => [actions, resources])).to.deep.equal([
      [
        ["a:Read", "a:Write"],
        ["one", "two"],
      ],
      [["a:Read"], ["three"]],
      [["a:Read"], ["one"]],
    ]);
  });

  it("ask a request of several rows once, also where its documents are equal and not the same", () => {
    const questions = [ask("a:Read", "one"), ask("a:Read", "one", { ...simulation })];
    expect(pairs(callsFor(questions))).to.have.length(1);
  });

  it("have at most 100 pairs, and each request is in one of them", () => {
    const questions = Array.from({ length: 30 }, (_, action) =>
      Array.from({ length: 30 }, (_none, resource) => ask(`a:Action${action}`, `resource${resource}`)),
    ).flat();
    const many = Array.from({ length: 250 }, (_, index) => ask(`b:Action${index}`, "*"));
    const calls = callsFor([...questions, ...many]);

    expect(Math.max(...calls.map(({ actions, resources }) => actions.length * resources.length))).to.be.within(80, 100);
    expect(pairs(calls)).to.have.length(1150);
    expect(new Set(pairs(calls)).size).to.equal(1150);
  });

  it("are asked in halves down to one request, none of them lost", () => {
    const [call] = callsFor(["one", "two", "three"].flatMap((name) => [ask("a:Read", name), ask("a:Write", name)]));
    const split = (one: SimulationCall): readonly SimulationCall[] => {
      const parts = halves(one);
      return parts.length === 0 ? [one] : parts.flatMap(split);
    };

    expect(split(call!).map(({ actions, resources }) => [actions.length, resources.length])).to.deep.equal(
      Array<number[]>(6).fill([1, 1]),
    );
    expect(pairs(split(call!)).sort()).to.deep.equal([...pairs([call!])].sort());
  });
});
