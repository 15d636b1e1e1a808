import { expect } from "chai";
import { DecisionLog, type LoggedDecision, verdictOf } from "../../sandbox/decisionLog";

const asking = {
  who: "arn:aws:sts::123456789012:assumed-role/publisher/job",
  action: "sts:GetCallerIdentity",
  resource: "*",
};
const allowed = { allowed: true, reason: "allowed to everyone" };

function texts(log: DecisionLog): readonly string[] {
  return log.entries().map(({ resource }) => resource);
}

describe("the decision log", () => {
  it("keeps who asked for what, on what, and what became of it, with the time", () => {
    const log = new DecisionLog();
    const before = Date.now();
    const decidedBy = { document: "trust policy", statement: "Job" };
    log.add(asking, verdictOf({ outcome: "allowed", decidedBy, reason: allowed.reason }));
    const [{ time, ...entry }] = log.entries() as [LoggedDecision];

    expect(entry).to.deep.equal({ id: 1, ...asking, ...allowed });
    expect(time.getTime()).to.be.within(before, Date.now());
  });

  it("keeps the last thousand, the newest last", () => {
    const log = new DecisionLog();
    for (let number = 1; number <= 1001; number++) {
      log.add({ ...asking, resource: String(number) }, allowed);
    }

    expect(texts(log)).to.have.length(1000);
    expect([texts(log)[0], texts(log).at(-1)]).to.deep.equal(["2", "1001"]);
  });

  it("tells every listener of every decision from then on, once", () => {
    const log = new DecisionLog();
    const heard: string[] = [];
    log.add({ ...asking, resource: "before" }, allowed);
    log.listen(({ resource }) => heard.push(`one ${resource}`));
    log.listen(({ resource }) => heard.push(`two ${resource}`));
    log.add({ ...asking, resource: "after" }, allowed);

    expect(heard).to.deep.equal(["one after", "two after"]);
  });

  // A registry token, the identity token of a job, the token of a session, and what a runner hands to a job.
  for (const token of [
    `eyJ2ZXIiOjF9${"Ab_-".repeat(128)}`,
    `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvOmFjbWUvaHViIn0.${"Ab_-".repeat(86)}`,
    `IQoJb3JpZ2luX2Vj${"Ab_-".repeat(128)}`,
    `ghs_${"Ab_-".repeat(16)}`,
  ]) {
    it(`holds no token that a client puts where a name belongs: ${token.slice(0, 12)}…`, () => {
      const log = new DecisionLog();
      log.add(
        { who: `anonymous (${token})`, action: `sts:${token}`, resource: `arn:aws:x:::${token}/y` },
        { allowed: false, reason: `no repository '${token}', nor ${token}` },
      );
      const [{ who, action, resource, reason }] = log.entries() as [LoggedDecision];

      expect([who, action, resource, reason]).to.deep.equal([
        ...["anonymous ((a token))", "sts:(a token)", "arn:aws:x:::(a token)/y"],
        "no repository '(a token)', nor (a token)",
      ]);
    });
  }

  it("keeps what is no token as it is", () => {
    const log = new DecisionLog();
    const names = ["eyJ", "IQoJ", "ghs_short", "orb-common", "package/orb/python-packages/pypi//orb-common", "a.b.c"];
    names.forEach((resource) => {
      log.add({ ...asking, resource }, allowed);
    });

    expect(texts(log)).to.deep.equal(names);
  });

  it("keeps of a text that a client makes longer 2,048 characters", () => {
    const log = new DecisionLog();
    log.add({ ...asking, resource: "a".repeat(2048) }, { allowed: false, reason: "b".repeat(1_000_000) });
    const [{ resource, reason }] = log.entries() as [LoggedDecision];

    expect(resource).to.equal("a".repeat(2048));
    expect(reason).to.equal(`${"b".repeat(2048)}…`);
  });
});
