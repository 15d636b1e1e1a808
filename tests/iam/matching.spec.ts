import { expect } from "chai";
import * as fc from "fast-check";

import {
  actionMatches,
  type Caller,
  type Principal,
  reachOf,
  resourceMatches,
  wildcardMatches,
} from "../../iam/matching";

/** The textbook definition, slow and short. */
function covered(pattern: string, text: string): boolean {
  if (pattern === "") {
    return text === "";
  }
  if (pattern.startsWith("*")) {
    return covered(pattern.slice(1), text) || (text !== "" && covered(pattern, text.slice(1)));
  }
  return text !== "" && (pattern.startsWith("?") || pattern[0] === text[0]) && covered(pattern.slice(1), text.slice(1));
}

const patterns = fc.string({ unit: fc.constantFrom("a", "b", ":", "/", "*", "?"), maxLength: 8 });
const texts = fc.string({ unit: fc.constantFrom("a", "b", ":", "/"), maxLength: 10 });

const pkg = "arn:aws:codeartifact:us-east-1:123456789012:package/dom/repo/pypi//orb-common";

describe("matching", () => {
  describe("wildcards", () => {
    const cases: readonly [string, string, boolean][] = [
      ["", "", true],
      ["", "a", false],
      ["a", "a", true],
      ["a", "A", false],
      ["a", "", false],
      ["a", "ab", false],
      ["b", "ab", false],
      ["*", "", true],
      ["*", "a\nb", true],
      ["a*", "a", true],
      ["*a", "ba", true],
      ["*a", "ab", false],
      ["a*c", "abc", true],
      ["a*c", "abcd", false],
      ["**", "ab", true],
      ["?", "a", true],
      ["?", "", false],
      ["?", "ab", false],
      ["?", "*", true],
      ["a?c", "abc", true],
      ["a?c", "ac", false],
      ["a.c", "abc", false],
      ["a.c", "a.c", true],
      ["[a]", "a", false],
      ["(a|b)+", "a", false],
      ["\\", "\\", true],
      ["^a$", "a", false],
    ];
    for (const [pattern, text, expected] of cases) {
      it(`"${pattern}" ${expected ? "covers" : "does not cover"} ${JSON.stringify(text)}`, () => {
        expect(wildcardMatches(pattern, text)).to.equal(expected);
      });
    }

    it("cover what the textbook definition covers", () => {
      fc.assert(
        fc.property(patterns, texts, (pattern, text) => {
          expect(wildcardMatches(pattern, text)).to.equal(covered(pattern, text));
        }),
        { numRuns: 3000 },
      );
    });

    it("are sought only where there are any: text alone covers itself and nothing else", () => {
      const plainPatterns = fc.string({ unit: fc.constantFrom("a", "b", ":", "😀"), maxLength: 4 });
      fc.assert(
        fc.property(plainPatterns, plainPatterns, (pattern, text) => {
          expect([wildcardMatches(pattern, pattern), resourceMatches(pattern, pattern)]).to.deep.equal([true, true]);
          expect([wildcardMatches(pattern, text), resourceMatches(pattern, text)]).to.deep.equal(
            pattern === text ? [true, true] : [false, false],
          );
        }),
      );
    });

    it("take a character outside of the basic plane for one", () => {
      expect(wildcardMatches("?", "😀")).to.equal(true);
      expect(wildcardMatches("??", "😀")).to.equal(false);
    });

    it("cannot be made slow", () => {
      expect(wildcardMatches("*a".repeat(40) + "b", "a".repeat(400))).to.equal(false);
    });
  });

  describe("actions", () => {
    const cases: readonly [string, string, boolean][] = [
      ["*", "codeartifact:PublishPackageVersion", true],
      ["codeartifact:PublishPackageVersion", "codeartifact:PublishPackageVersion", true],
      ["CodeArtifact:publishpackageversion", "codeartifact:PublishPackageVersion", true],
      ["codeartifact:PublishPackageVersion", "CODEARTIFACT:PUBLISHPACKAGEVERSION", true],
      ["codeartifact:*", "codeartifact:ReadFromRepository", true],
      ["codeartifact:read*", "codeartifact:ReadFromRepository", true],
      ["codeartifact:*Repository", "codeartifact:ReadFromRepository", true],
      ["codeartifact:*Repository", "codeartifact:ReadFromRepositorys", false],
      ["codeartifact:Get?omainPermissionsPolicy", "codeartifact:GetDomainPermissionsPolicy", true],
      ["codeartifact:Read", "codeartifact:ReadFromRepository", false],
      ["codeartifact:*", "s3:GetObject", false],
    ];
    for (const [pattern, action, expected] of cases) {
      it(`${pattern} ${expected ? "means" : "does not mean"} ${action}`, () => {
        expect(actionMatches(pattern, action)).to.equal(expected);
      });
    }
  });

  describe("resources", () => {
    const cases: readonly [string, string, boolean][] = [
      ["*", pkg, true],
      ["*", "*", true],
      [pkg, "*", false],
      ["arn:aws:sts:*:123456789012:*", "*", false],
      [pkg, pkg, true],
      [pkg, `${pkg}s`, false],
      [`${pkg}s`, pkg, false],
      [pkg.toUpperCase(), pkg, false],
      [pkg.replace("orb", "Orb"), pkg, false],
      // The empty namespace of a Python package is matched unchanged.
      [pkg.replace("//", "/"), pkg, false],
      [pkg.replace("//", "///"), pkg, false],
      [pkg.replace("pypi//", "pypi/*/"), pkg, true],
      [pkg.replace("pypi//", "pypi/?/"), pkg, false],
      [pkg.replace("orb-common", "orb-*"), pkg, true],
      [pkg.replace("orb-common", "orb-*"), pkg.replace("orb-common", "orbit"), false],
      [pkg.replace("orb-common", "*"), pkg, true],
      [pkg.replace("orb-common", "*-common"), pkg, true],
      [pkg.replace("orb-common", "orb?common"), pkg, true],
      [pkg.replace("dom/repo/pypi//orb-common", "dom/*"), pkg, true],
      [pkg.replace("repo", "*"), pkg, true],
      [pkg.replace("repo", "other"), pkg, false],
      [pkg.replace("us-east-1", "*"), pkg, true],
      [pkg.replace("us-east-1", "us-*-1"), pkg, true],
      [pkg.replace("us-east-1", "us-east-?"), pkg, true],
      [pkg.replace("123456789012", "*"), pkg, true],
      [pkg.replace("arn:aws", "arn:*"), pkg, true],
      [pkg.replace("package/", "repository/"), pkg, false],
      // A `*` that ends its segment runs on beyond the colon…
      ["arn:aws:x:*:1:r", "arn:aws:x:a:2:b:1:r", true],
      ["arn:aws:x:a*:1:r", "arn:aws:x:ab:c:1:r", true],
      ["arn:aws:x:::r*", "arn:aws:x:::r:s:t", true],
      ["arn:aws:x:::*", "arn:aws:x:::", true],
      ["arn:aws:x:::*", "arn:aws:x:a:b:c", false],
      ["arn:aws:x:*:*:r", "arn:aws:x:::r", true],
      // …any other wildcard stays within it.
      ["arn:aws:x:a*b:1:r", "arn:aws:x:a:b:1:r", false],
      ["arn:aws:x:a*b:1:r", "arn:aws:x:axxb:1:r", true],
      ["arn:aws:x:*b:1:r", "arn:aws:x:a:b:1:r", false],
      ["arn:aws:x:::r*s", "arn:aws:x:::r:s", false],
      ["arn:aws:x:::r*s", "arn:aws:x:::r/s", true],
      ["arn:aws:x:::r?s", "arn:aws:x:::r:s", false],
      ["arn:aws:x:::r?", "arn:aws:x:::r:", false],
      ["arn:aws:x:::r?", "arn:aws:x:::rs", true],
      ["arn:aws:x:a?:1:r", "arn:aws:x:a::1:r", false],
      ["arn:aws:x:::r**", "arn:aws:x:::r:s", true],
      ["arn:aws:x:::r.s", "arn:aws:x:::rxs", false],
    ];
    for (const [pattern, resource, expected] of cases) {
      it(`${pattern} ${expected ? "covers" : "does not cover"} ${resource}`, () => {
        expect(resourceMatches(pattern, resource)).to.equal(expected);
      });
    }

    it("are covered as plain wildcards say where there is no colon", () => {
      fc.assert(
        fc.property(
          patterns.filter((pattern) => !pattern.includes(":")),
          texts.filter((text) => !text.includes(":")),
          (pattern, text) => {
            expect(resourceMatches(`arn:aws:x:::${pattern}`, `arn:aws:x:::${text}`)).to.equal(covered(pattern, text));
          },
        ),
        { numRuns: 1000 },
      );
    });

    it("are covered by nothing that plain wildcards would not cover", () => {
      fc.assert(
        fc.property(patterns, texts, (pattern, text) => {
          expect(resourceMatches(pattern, text) && !covered(pattern, text)).to.equal(false);
        }),
        { numRuns: 3000 },
      );
    });
  });

  describe("the reach of a principal", () => {
    const role: Caller = { kind: "role", arn: "arn:aws:iam::123456789012:role/ci/reader", sessionName: "job" };
    const nameless: Caller = { kind: "role", arn: role.arn };
    const providerArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    const job: Caller = { kind: "web-identity", providerArn };
    const service: Caller = { kind: "service", principal: "events.amazonaws.com" };
    const user = { kind: "user", arn: "arn:aws:iam::123456789012:user/ci/reader" } as const;
    const session = "arn:aws:sts::123456789012:assumed-role/reader/job";

    const cases: readonly [string, Principal["type"], string, Caller, string | undefined][] = [
      ["everyone is the role", "AWS", "*", role, "direct"],
      ["everyone is the holder of a token", "AWS", "*", job, "direct"],
      ["everyone is the service", "AWS", "*", service, "direct"],
      ["the service is reached by its name", "Service", "events.amazonaws.com", service, "direct"],
      ["another service is not", "Service", "logs.amazonaws.com", service, undefined],
      ["an account does not reach the service", "AWS", "123456789012", service, undefined],
      ["the account of the role delegates", "AWS", "123456789012", role, "account"],
      ["the account of the role delegates, by its ARN", "AWS", "arn:aws:iam::123456789012:root", role, "account"],
      ["another account does not reach the role", "AWS", "210987654321", role, undefined],
      ["another account's ARN does not", "AWS", "arn:aws:iam::210987654321:root", role, undefined],
      ["an account of another partition does not", "AWS", "arn:aws-cn:iam::123456789012:root", role, undefined],
      ["an account does not reach the holder of a token", "AWS", "123456789012", job, undefined],
      ["the role is reached by its ARN", "AWS", role.arn, role, "role"],
      ["the role is not reached without its path", "AWS", "arn:aws:iam::123456789012:role/reader", role, undefined],
      ["the role is not reached by another case", "AWS", "arn:aws:iam::123456789012:role/ci/Reader", role, undefined],
      ["a user is reached by its own ARN", "AWS", user.arn, user, "direct"],
      ["the account of the user delegates", "AWS", "123456789012", user, "account"],
      ["the account of the user delegates, by its ARN", "AWS", "arn:aws:iam::123456789012:root", user, "account"],
      ["another user is not reached", "AWS", `${user.arn}2`, user, undefined],
      ["a user is not the role", "AWS", "arn:aws:iam::123456789012:user/ci/reader", role, undefined],
      ["the session is reached by its ARN, without the path", "AWS", session, role, "direct"],
      ["another session is not", "AWS", `${session}2`, role, undefined],
      ["a session without a name is not", "AWS", session, nameless, undefined],
      [
        "a session called undefined is not one without a name",
        "AWS",
        session.replace("job", "undefined"),
        nameless,
        undefined,
      ],
      ["a session of another account is not", "AWS", session.replace("1234", "4321"), role, undefined],
      ["a session of another partition is not", "AWS", session.replace("arn:aws:", "arn:aws-cn:"), role, undefined],
      ["a provider reaches those who hold its token", "Federated", providerArn, job, "direct"],
      ["another provider does not", "Federated", `${providerArn}/octo`, job, undefined],
      ["a provider does not reach the role", "Federated", providerArn, role, undefined],
      ["a provider is no AWS principal", "AWS", providerArn, job, undefined],
      ["a service is neither", "Service", "codebuild.amazonaws.com", role, undefined],
      ["a service is not an account", "Service", "123456789012", role, undefined],
      ["a host name is not an account", "Federated", "123456789012", role, undefined],
    ];
    for (const [title, type, value, caller, expected] of cases) {
      it(title, () => {
        expect(reachOf([{ type, value }], caller)).to.equal(expected);
      });
    }

    it("is that of the strongest of several", () => {
      const aws = (value: string): Principal => ({ type: "AWS", value });
      expect(reachOf([aws("123456789012"), aws(role.arn)], role)).to.equal("role");
      expect(reachOf([aws(role.arn), aws("123456789012"), aws(session)], role)).to.equal("direct");
      expect(reachOf([aws("210987654321"), aws("123456789012")], role)).to.equal("account");
      expect(reachOf([], role)).to.equal(undefined);
    });
  });
});
