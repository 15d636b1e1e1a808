import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { askingPolicy } from "../../commands/smoke/permissions";
import type { SmokeReport } from "../../commands/smoke/smoke";
import { alteringServer, type PassedAnswer, type PassedRequest } from "../support/commands/alteringServer";
import {
  accountId,
  asked,
  sessionWith,
  type Standing,
  type StandingOptions,
  withStanding,
} from "../support/commands/deployedRegistry";
import { type Ended, runCommand } from "../support/commands/processes";
import { exampleFile } from "../support/exampleProject";

const domain = "orb-integration-hub-dev";
const publisher = `${domain}-codeartifact-publisher`;
const bounds = `arn:aws:iam::${accountId}:policy/bounds`;
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

function run(standing: Standing, options: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return runCommand("smoke", options, {
    directory: standing.directory,
    environment: { ...standing.environment(), AWS_EC2_METADATA_DISABLED: "true", ...environment },
  });
}

interface AlteredOptions extends StandingOptions {
  /** Of the command. */
  readonly options?: readonly string[];
  /** Changes the account before. */
  readonly prepare?: (standing: Standing) => unknown;
}

/** Runs the command against a sandbox whose answers are altered. */
function withAltered(
  alter: (request: PassedRequest, answer: PassedAnswer) => PassedAnswer,
  use: (ended: Ended, requests: readonly PassedRequest[]) => void,
  { options = [], prepare, ...standing }: AlteredOptions = {},
): Promise<void> {
  return withStanding(standing, async (account) => {
    prepare?.(account);
    const server = await alteringServer(account.sandbox.address, alter);
    try {
      use(await run(account, options, { AWS_ENDPOINT_URL: server.address }), server.requests);
    } finally {
      await server.close();
    }
  });
}

/** A finding of Access Analyzer. */
function findingOf(findingType: string): object {
  return {
    findingType,
    issueCode: "A_CODE",
    findingDetails: "Some words.",
    learnMoreLink: "https://docs.example/a",
    locations: [],
  };
}

/** An error of IAM. */
function errorBody(code: string, message: string): string {
  return (
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
    `<Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`
  );
}

const asIs = (_request: PassedRequest, answer: PassedAnswer) => answer;
/** The calls of SimulateCustomPolicy. */
const formsOf = (requests: readonly PassedRequest[]) =>
  requests.map(({ body }) => new URLSearchParams(body)).filter((form) => form.get("Action") === "SimulateCustomPolicy");
const simulates = ({ body }: PassedRequest, action: string) =>
  body.includes("Action=SimulateCustomPolicy") && body.includes(encodeURIComponent(action));

describe("smoke", () => {
  it("ends with 0 where AWS agrees about every document and every request", () =>
    withStanding({}, async (standing) => {
      const { exitCode, stdout, stderr } = await run(standing, []);

      expect(exitCode, stderr).to.equal(0);
      const counted = stdout.replace(
        /\d{3} rows of(.*?)\d{3} requests in \d{3} calls/,
        "N rows of$1N requests in N calls",
      );
      expect(counted.trimEnd().split("\n").slice(-3)).to.deep.equal([
        "5 documents, by ValidatePolicy: 0 errors or security warnings, 0 other findings. Condition keys of 2 documents, by " +
          "GetContextKeysForCustomPolicy: the same.",
        "N rows of the access table, N requests in N calls of SimulateCustomPolicy: the same verdicts. 20 rows not asked, " +
          "or in part.",
        `dev: AWS agrees. ${domain} in us-east-1, account ${accountId}.`,
      ]);
      expect(stderr).to.include("warning: ").and.include("admits no one yet");
    }));

  it("needs no more than its policy, asks for all of it, and changes nothing", () =>
    withStanding({ settings: { permissionsBoundary: bounds } }, async (standing) => {
      standing.account.iam.policies.create({ policyName: "bounds", policyDocument: everything });
      const policy = askingPolicy(bounds);
      const { AWS_ENDPOINT_URL = "", ...session } = standing.environment(sessionWith(standing, policy));
      const { exitCode, stderr } = await run(standing, [], { AWS_ENDPOINT_URL, ...session });

      expect(exitCode, stderr).to.equal(0);
      const actions = policy.Statement.flatMap(({ Action }) => Action ?? []).sort();
      expect([...new Set(asked(standing))].sort()).to.deep.equal(["sts:GetCallerIdentity", ...actions].sort());
    }));

  it("asks about the roles of the project's other stacks, whose boundaries are taken to allow everything", () =>
    withStanding({ settings: { permissionsBoundary: bounds } }, async (standing) => {
      standing.account.iam.policies.create({ policyName: "bounds", policyDocument: everything });
      const staging = parse(exampleFile("Pulumi.staging.yaml")) as { config: Record<string, unknown> };
      const config = { ...staging.config, "package-registry:permissionsBoundary": bounds.replace("bounds", "others") };
      writeFileSync(join(standing.directory, "Pulumi.staging.yaml"), stringify({ config }));
      const { exitCode, stdout, stderr } = await run(standing, ["--format", "json"]);

      expect(exitCode, stderr).to.equal(0);
      const { simulation } = JSON.parse(stdout) as SmokeReport;
      expect(simulation.differences).to.deep.equal([]);
      const boundaryCalls = asked(standing).filter((action) => action === "iam:GetPolicy");
      expect(boundaryCalls).to.have.length(1);
      // A row for each role of staging beside those of dev alone.
      expect(simulation.rows).to.be.above(126);
    }));

  it("says that it could not ask where AWS denies any of it, and ends with 2", () =>
    withStanding({}, async (standing) => {
      for (const [left, what] of [
        ["access-analyzer:ValidatePolicy", "by access-analyzer:ValidatePolicy"],
        ["iam:GetContextKeysForCustomPolicy", "by iam:GetContextKeysForCustomPolicy"],
        ["iam:SimulateCustomPolicy", "decisions, by iam:SimulateCustomPolicy"],
      ] as const) {
        const { Statement, ...rest } = askingPolicy();
        const others = Statement.map((one) => ({
          ...one,
          Action: [one.Action].flat().filter((name) => name !== left),
        }));
        const document = { ...rest, Statement: others.filter(({ Action }) => Action.length > 0) };
        const { exitCode, stdout, stderr } = await run(standing, [], {
          ...standing.environment(sessionWith(standing, document)),
        });

        expect([exitCode, stdout], stderr).to.deep.equal([2, ""]);
        expect(stderr)
          .to.match(/error: Could not look: .*AccessDenied/)
          .and.include(what);
      }
    }));

  it("asks with no account but one that the stack is allowed in", () =>
    withStanding({ changed: { "aws:allowedAccountIds": ["111122223333"] } }, async (standing) => {
      const { exitCode, stderr } = await run(standing, []);

      expect(exitCode).to.equal(2);
      expect(stderr).to.include(`the credentials are of account ${accountId}`);
      expect([...new Set(asked(standing))]).to.deep.equal(["sts:GetCallerIdentity"]);
    }));

  it("ends with 1 where AWS decides a request otherwise, and prints the row, the request and both verdicts", () =>
    withAltered(
      (request, answer) =>
        simulates(request, "codeartifact:PublishPackageVersion") && answer.body.includes("<EvalDecision>allowed")
          ? { ...answer, body: answer.body.replaceAll("<EvalDecision>allowed<", "<EvalDecision>explicitDeny<") }
          : answer,
      ({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).to.equal(1);
        expect(stdout).to.include(
          [
            `${publisher} may: publish orb-common, orb-models`,
            `  request codeartifact:PublishPackageVersion on arn:aws:codeartifact:us-east-1:${accountId}:package/${domain}/python-packages/pypi//orb-common`,
            "  AWS     explicitDeny",
            "  here    allowed",
          ].join("\n"),
        );
        expect(stdout).to.include("dev: AWS differs.");
      },
    ));

  it("ends with 1 for an error or a security warning of Access Analyzer, and with 0 for a suggestion", async () => {
    for (const [type, expected] of [
      ["ERROR", 1],
      ["SECURITY_WARNING", 1],
      ["WARNING", 0],
      ["SUGGESTION", 0],
    ] as const) {
      await withAltered(
        ({ line, body }, answer) =>
          line.startsWith("POST /policy/validation") && body.includes("AssumeRolePolicyDocument")
            ? { ...answer, body: JSON.stringify({ findings: [findingOf(type)] }) }
            : answer,
        ({ exitCode, stdout, stderr }) => {
          expect(exitCode, stderr).to.equal(expected);
          expect(stdout).to.include(
            `trust policy of ${publisher}\n  AWS     ${type} A_CODE: Some words.\n  see     https://docs.example/a\n`,
          );
        },
      );
    }
  });

  it("ends with 1 where AWS reads other condition keys in a document", () =>
    withAltered(
      ({ body }, answer) =>
        body.includes("Action=GetContextKeysForCustomPolicy")
          ? { ...answer, body: answer.body.replace("sts:DurationSeconds", "sts:Duration") }
          : answer,
      ({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).to.equal(1);
        expect(stdout).to.include("condition keys\n  AWS     sts:awsservicename, sts:duration\n");
      },
    ));

  it("asks again in halves what AWS does not take at once, and ends with 2 where it does not take a request at all", () => {
    return withAltered(
      (request, answer) => {
        const names = new URLSearchParams(request.body);
        const together = names.has("ActionNames.member.2") || names.has("ResourceArns.member.2");
        return request.body.includes("Action=SimulateCustomPolicy") &&
          (together || simulates(request, "codeartifact:ListDomains"))
          ? { status: 400, body: errorBody("InvalidInput", "Not together.") }
          : answer;
      },
      ({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).to.equal(2);
        expect(stdout).to.match(/\d{3} requests in \d{3,4} calls/);
        expect(stdout).to.include("AWS did not take: codeartifact:ListDomains: InvalidInputException: Not together.\n");
        expect(stdout).to.include("the same verdicts");
      },
    );
  });

  it("sends again what AWS throttles", () => {
    let throttled = 0;
    return withAltered(
      (request, answer) =>
        request.body.includes("Action=SimulateCustomPolicy") && throttled++ < 3
          ? { status: 400, body: errorBody("Throttling", "Rate exceeded") }
          : answer,
      ({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).to.equal(0);
        expect(stdout).to.include("the same verdicts");
        expect(throttled).to.be.above(3);
      },
    );
  });

  it("reads every page of an answer", async () => {
    const whole = new Map<string, string>();
    await withAltered(
      ({ body: asked }, answer) => {
        const form = new URLSearchParams(asked);
        if (form.get("Action") !== "SimulateCustomPolicy") {
          return answer;
        }
        const isNext = form.has("Marker");
        form.delete("Marker");
        if (isNext) {
          return { status: 200, body: whole.get(form.toString()) ?? "" };
        }
        whole.set(form.toString(), answer.body);
        const empty = answer.body.replace(/<EvaluationResults>.*<\/EvaluationResults>/s, "<EvaluationResults/>");
        return {
          ...answer,
          body: empty.replace(/<IsTruncated>false</, "<Marker>more</Marker><IsTruncated>true<"),
        };
      },
      ({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).to.equal(0);
        expect(stdout).to.include("the same verdicts");
        expect(whole.size).to.be.above(100);
      },
    );
    await withAltered(
      ({ line }, answer) => {
        if (!line.startsWith("POST /policy/validation")) {
          return answer;
        }
        return line.includes("nextToken=more")
          ? { status: 200, body: JSON.stringify({ findings: [findingOf("ERROR")] }) }
          : { ...answer, body: JSON.stringify({ findings: [findingOf("SUGGESTION")], nextToken: "more" }) };
      },
      ({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).to.equal(1);
        expect(stdout).to.include("by ValidatePolicy: 5 errors or security warnings, 5 other findings.");
      },
    );
  });

  it("takes an answer that lists the verdicts by resource below the action's, and misses none that AWS leaves out", async () => {
    const nested = (body: string) =>
      body.replaceAll(
        /<EvalResourceName>([^<]*)<\/EvalResourceName><EvalDecision>([^<]*)<\/EvalDecision>/g,
        "<EvalDecision>$2</EvalDecision><ResourceSpecificResults><member><EvalResourceName>$1</EvalResourceName>" +
          "<EvalResourceDecision>$2</EvalResourceDecision></member></ResourceSpecificResults>",
      );
    await withAltered(
      (_request, answer) => ({ ...answer, body: nested(answer.body) }),
      ({ exitCode, stderr }) => {
        expect(exitCode, stderr).to.equal(0);
      },
    );
    await withAltered(
      (request, answer) =>
        simulates(request, "codeartifact:ReadFromRepository")
          ? { ...answer, body: answer.body.replaceAll("ReadFromRepository", "AnotherAction") }
          : answer,
      ({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).to.equal(1);
        expect(stdout).to.match(
          /may: read python-packages\n {2}request codeartifact:ReadFromRepository .*\n {2}AWS {5}none\n/,
        );
      },
    );
  });

  it("gives AWS the policies of domain and repository where a stack has them, with a user as the caller", () =>
    withAltered(
      asIs,
      ({ exitCode, stdout, stderr }, requests) => {
        expect(exitCode, stderr).to.equal(0);
        const calls = formsOf(requests).filter((form) => form.has("ResourcePolicy"));
        expect(calls.map((form) => form.get("CallerArn"))).to.include.members([
          `arn:aws:iam::${accountId}:user/${publisher}`,
          "arn:aws:iam::333344445555:user/administrator",
        ]);
        expect(new Set(calls.map((form) => form.get("ResourceOwner")))).to.deep.equal(
          new Set([`arn:aws:iam::${accountId}:root`]),
        );
        expect(stdout).not.to.include("an administrator of account 333344445555");
      },
      { settings: { readerOrganizationId: "o-acme123456", readerAccountIds: ["333344445555"] } },
    ));

  it("gives AWS the boundary as it is in the account, and decides by it here too", () => {
    const reads = everything.replace('"Action":"*"', '"Action":"codeartifact:Read*"');
    return withAltered(
      asIs,
      ({ exitCode, stdout, stderr }, requests) => {
        expect(exitCode, stderr).to.equal(0);
        const boundaries = formsOf(requests).map((form) => form.get("PermissionsBoundaryPolicyInputList.member.1"));
        expect(new Set(boundaries)).to.deep.equal(new Set([null, reads]));
        expect(stdout).to.include("the same verdicts");
      },
      {
        settings: { permissionsBoundary: bounds },
        prepare: ({ account: { iam } }) => iam.policies.create({ policyName: "bounds", policyDocument: reads }),
      },
    );
  });

  it("prints JSON with all of it", () =>
    withAltered(
      asIs,
      ({ exitCode, stdout, stderr }) => {
        expect(exitCode, stderr).to.equal(0);
        const report = JSON.parse(stdout) as SmokeReport;
        expect([report.stack, report.domain, report.region, report.account]).to.deep.equal([
          ...["dev", domain, "us-east-1", accountId],
        ]);
        expect(report.simulation).to.deep.include({ differences: [], rejected: [] });
        expect(report.simulation.rows).to.be.above(100);
        expect(report.simulation.requests).to.be.above(400);
        expect(report.validation.documents).to.have.length(5);
      },
      { options: ["--format", "json"] },
    ));
});
