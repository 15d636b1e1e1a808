import { expect } from "chai";
import { mismatches } from "../../../commands/terminal/attemptTable";
import { renderTour, tourSummary } from "../../../commands/tour/runTour";
import type { TourAttempt } from "../../../commands/tour/attempts";

const user = "User: arn:aws:sts::123456789012:assumed-role/publisher/GitHubActions";
const store = "arn:aws:codeartifact:us-east-1:123456789012:repository/orb-dev/pypi-store";

const attempts: readonly TourAttempt[] = [
  { chapter: "Assume the role", what: "the job", expected: "credentials", seen: "credentials", detail: "" },
  {
    chapter: "Assume the role",
    what: "a fork",
    expected: "AccessDenied",
    seen: "AccessDenied",
    detail: "stopped by sub: Not authorized to perform sts:AssumeRoleWithWebIdentity",
  },
  {
    chapter: "Ask for",
    what: "the store",
    expected: "AccessDenied",
    seen: "token",
    detail: `${user} is not authorized to perform: codeartifact:GetRepositoryEndpoint on resource: ${store} (statement "ReadRepository" of inline policy permissions allows codeartifact:GetRepositoryEndpoint, but not on ${store})`,
  },
  { chapter: "Ask for", what: "a file", expected: "200", seen: "200", detail: "OK" },
];

describe("a tour as text", () => {
  it("has its attempts under their chapters, with the reason below where 80 columns have no room for it", () => {
    expect(renderTour(attempts)).to.equal(
      [
        "Assume the role",
        "  credentials   the job",
        "  AccessDenied  a fork   stopped by sub",
        "",
        "Ask for",
        "  token, expected AccessDenied  the store",
        "                                  ReadRepository allows GetRepositoryEndpoint,",
        "                                  but not on repository/orb-dev/pypi-store",
        "  200                           a file",
      ].join("\n"),
    );
  });

  it("has the reason in a column of its own where the terminal is wide enough", () => {
    expect(renderTour(attempts, 140).split("\n").slice(-3)).to.deep.equal([
      "Ask for",
      "  token, expected AccessDenied  the store  ReadRepository allows GetRepositoryEndpoint, but not on repository/orb-dev/pypi-store",
      "  200                           a file",
    ]);
  });

  it("sums up how many attempts did not end as expected", () => {
    expect(mismatches(attempts).map(({ what }) => what)).to.deep.equal(["the store"]);
    expect(tourSummary(attempts)).to.equal("4 attempts: 1 do not end as expected.");
    expect(tourSummary(attempts.filter(({ what }) => what !== "the store"))).to.equal(
      "3 attempts: all end as expected.",
    );
  });
});
