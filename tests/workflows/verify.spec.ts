import { expect } from "chai";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { describePulumi } from "../support/describePulumi";
import { type Start, Team, type TeamRun } from "../support/workflows/team";

describePulumi("the nightly verification, run unchanged", (cli) => {
  describeWorkflows("with act", ({ act }) => {
    let team: Team;
    let head: string;
    const asDeclared = { text: "as declared.\n", exitCode: 0 };
    const findings = { dev: asDeclared, staging: asDeclared, prod: asDeclared };
    const drift = { text: "role x\n  declared  none\n  live      there\n\nprod: 1 difference.\n", exitCode: 1 };
    const start = "<!-- package-registry verify -->\nThe registry is not as its stacks declare: see [this run](";
    const theirs = [
      { number: 1, state: "open", user: { login: "someone" }, title: "Theirs", body: start },
      { number: 2, state: "open", user: { login: "github-actions[bot]" }, title: "Another", body: null },
      { number: 3, state: "open", user: { login: "github-actions[bot]" }, title: "PR", body: start, pull_request: {} },
    ];

    before(async () => {
      team = await Team.open(act, cli);
      head = await team.head();
      team.issues = theirs;
    });

    after(() => team.close());

    const verify = async (given: Partial<Start>): Promise<TeamRun> =>
      (await team.start({ workflow: "verify.yml", head, findings, ...given }))!;
    const own = () => team.issues.slice(theirs.length);

    it("compares each stack as the preview role, on AWS and on GitHub, and opens no issue where all is as declared", async () => {
      const { jobs, exitCode, log, ...ended } = await verify({});

      expect(jobs, log).to.deep.equal({ stacks: "success", verify: "success", issue: "success" });
      expect(exitCode).to.equal(0);
      expect([...ended.assumed].sort()).to.deep.equal(
        Array<string>(3).fill("arn:aws:iam::123456789012:role/orb-integration-hub-preview"),
      );
      expect(ended.verified.map((line) => line.split(" as ")[0]).sort()).to.deep.equal([
        "--stack dev --github",
        "--stack prod --github",
        "--stack staging --github",
      ]);
      expect(team.issues).to.deep.equal(theirs);
    });

    it("opens one issue with what differs, in a fence that names cannot close and of a length that GitHub takes", async () => {
      const hostile = "role `x`\n```\n~~~\n<img src=x> @someone ![](https://attacker.example/x) #1\n";
      const text = `${hostile}${"ä".repeat(40_000)}\n`;
      const { jobs, log } = await verify({ findings: { ...findings, dev: { text, exitCode: 1 }, prod: drift } });

      expect(jobs, log).to.deep.equal({ stacks: "success", verify: "success", issue: "success" });
      expect(own()).to.have.length(1);
      const [{ title, state, body }] = own() as unknown as readonly [{ title: string; state: string; body: string }];
      expect([title, state]).to.deep.equal(["The registry is not as declared", "open"]);
      expect(body.startsWith(start)).to.equal(true);
      expect(body.length).to.be.below(65_536);
      expect(body.match(/^```.*$/gm)).to.deep.equal(["```text", "```", "```text", "```", "```text", "```"]);
      expect(body).to.include(
        "## dev\n\n```text\nrole x\n\n~~~\n<img src=x> @someone ![](https://attacker.example/x) #1\nää",
      );
      expect(body).to.match(/ä.?\n```\n\nThe report is longer: the run shows the rest\.\n\n## prod\n/);
      expect(body).to.include(`## prod\n\n\`\`\`text\n${drift.text}\n\`\`\`\n`);
      expect(body).not.to.include("Not every stack");
    });

    it("brings that issue up to date, says so where a stack could not be compared, and opens no second one", async () => {
      const [before] = own();
      const failing = { text: "", exitCode: 2 };
      const { jobs, log } = await verify({ findings: { dev: asDeclared, staging: failing, prod: drift } });
      const [now, ...others] = own();

      expect(jobs, log).to.deep.equal({ stacks: "success", verify: "failure", issue: "success" });
      expect([now?.number, now?.state, others]).to.deep.equal([before?.number, "open", []]);
      expect(now?.body).to.include("\n\nNot every stack could be compared: the run shows why.\n\n## dev\n");
      expect(now?.body).to.include("## prod").and.not.include("## staging");
    });

    it("leaves it open while a stack cannot be compared, and closes it once every stack is as declared", async () => {
      const [before] = own();
      await verify({ findings: { ...findings, staging: { text: "", exitCode: 2 } } });
      expect(own()).to.deep.equal([before]);

      const { jobs, log } = await verify({});
      expect(jobs, log).to.deep.equal({ stacks: "success", verify: "success", issue: "success" });
      expect(own().map(({ number, state, body }) => [number, state, body])).to.deep.equal([
        [before?.number, "closed", before?.body],
      ]);
    });

    it("opens another issue for what differs later, and leaves other people's as they are", async () => {
      await verify({ findings: { ...findings, prod: drift } });

      expect(own().map(({ state }) => state)).to.deep.equal(["closed", "open"]);
      expect(team.issues.slice(0, theirs.length)).to.deep.equal(theirs);
    });

    it("does nothing where deployment is not switched on", async () => {
      const { jobs, ...ended } = await verify({ variables: { DEPLOY_REGISTRY: "false" } });

      expect([jobs, ended.identified, ended.verified]).to.deep.equal([{}, [], []]);
    });
  });
});
