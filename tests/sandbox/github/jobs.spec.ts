import { expect } from "chai";
import { readJob } from "../../../sandbox/github/jobDescription";
import { Jobs } from "../../../sandbox/github/routes";

const job = readJob({ repository: "octo/tools", workflow: ".github/workflows/ci.yml" }, []);

describe("the jobs that run", () => {
  it("are each found by their id and their own bearer token", () => {
    const jobs = new Jobs();
    const [one, other] = [jobs.start(job), jobs.start({ ...job, workflowRef: "another" })];

    expect(one.bearer).to.match(/^ghs_[\w-]{64}$/);
    expect(jobs.find(one)).to.equal(job);
    expect(jobs.find(other)?.workflowRef).to.equal("another");
  });

  it("are not found by another's bearer token, nor by none", () => {
    const jobs = new Jobs();
    const [one, other] = [jobs.start(job), jobs.start(job)];

    for (const bearer of [other.bearer, "", one.bearer.slice(0, -1), `${one.bearer}x`, one.bearer.toUpperCase()]) {
      expect(jobs.find({ id: one.id, bearer })).to.equal(undefined);
    }
    expect(jobs.find({ id: "", bearer: one.bearer })).to.equal(undefined);
    expect(jobs.find({ id: "constructor", bearer: one.bearer })).to.equal(undefined);
    expect(jobs.find(one)).to.equal(job);
  });

  it("are forgotten, the oldest first, once there are more than ten thousand", () => {
    const jobs = new Jobs();
    const started = Array.from({ length: 10_001 }, () => jobs.start(job));

    expect(jobs.find(started[0]!)).to.equal(undefined);
    expect(jobs.find(started[1]!)).to.equal(job);
    expect(jobs.find(started[10_000]!)).to.equal(job);
  });
});
