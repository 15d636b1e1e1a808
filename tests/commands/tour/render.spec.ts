import { expect } from "chai";
import { differing, renderTour, tourSummary } from "../../../commands/tour/render";
import type { TourAttempt } from "../../../commands/tour/attempts";

const user = "User: arn:aws:sts::123456789012:assumed-role/publisher/GitHubActions";
const store = "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-dev/pypi-store";

const attempts: readonly TourAttempt[] = [
  { chapter: "Assume the role", what: "the job", expected: "credentials", seen: "credentials", detail: "" },
  {
    ...{ chapter: "Assume the role", what: "a fork", expected: "AccessDenied", seen: "AccessDenied" },
    detail: "stopped by sub: Not authorized to perform sts:AssumeRoleWithWebIdentity",
  },
  {
    ...{ chapter: "Ask for", what: "the store", expected: "AccessDenied", seen: "token" },
    detail: `${user} is not authorized to perform: codeartifact:GetRepositoryEndpoint on resource: ${store} (statement "ReadRepository" of inline policy permissions allows codeartifact:GetRepositoryEndpoint, but not on ${store})`,
  },
  { chapter: "Ask for", what: "a file", expected: "200", seen: "200", detail: "OK" },
];

describe("a tour as text", () => {
  it("has its attempts under their chapters, with what was expected and seen, and why", () => {
    expect(renderTour(attempts)).to.equal(
      [
        "attempt      expected      seen          why",
        "",
        "Assume the role",
        "  the job    credentials   credentials",
        "  a fork     AccessDenied  AccessDenied  stopped by sub",
        "",
        "Ask for",
        "  the store  AccessDenied  token         ReadRepository allows GetRepositoryEndpoint, but not on repository/orb-dev/pypi-store",
        "  a file     200           200",
      ].join("\n"),
    );
  });

  it("writes a long list one entry a line", () => {
    const seen = "orb-common 1.0.0, tour-dependency 2.1.0";

    expect(renderTour([{ chapter: "Install", what: "both", expected: "not found", seen, detail: "" }])).to.equal(
      [
        "attempt  expected   seen                   why",
        "",
        "Install",
        "  both   not found  orb-common 1.0.0,",
        "                    tour-dependency 2.1.0",
      ].join("\n"),
    );
  });

  it("cuts reasons to the terminal, and leaves them out where there is no room to say anything", () => {
    const lineAt = (width: number) =>
      renderTour(attempts, width)
        .split("\n")
        .find((line) => line.includes("the store"));

    expect(lineAt(80)).to.equal("  the store  AccessDenied  token         ReadRepository allows GetRepositoryEnd…");
    expect(lineAt(60)).to.equal("  the store  AccessDenied  token");
    expect(renderTour(attempts, 60).split("\n")[0]).to.equal("attempt      expected      seen");
  });

  it("sums up how many attempts did not end as expected", () => {
    expect(differing(attempts).map(({ what }) => what)).to.deep.equal(["the store"]);
    expect(tourSummary(attempts)).to.equal("4 attempts: 1 do not end as expected.");
    expect(tourSummary(attempts.filter(({ what }) => what !== "the store"))).to.equal(
      "3 attempts: all end as expected.",
    );
  });
});
