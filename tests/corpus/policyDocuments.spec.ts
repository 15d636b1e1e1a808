import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreatePolicyCommand, IAMClient, IAMServiceException } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { queryRoutes } from "../../sandbox/core/queryProtocol";
import { iam } from "../../sandbox/iam/api/iam";
import { clientTools, pinnedVersion } from "../support/clients/tools";
import { type DeployedSandbox, deploySandbox } from "../support/sandbox/servedSandbox";

/** Policy documents, and what IAM answered to CreatePolicy with those that it rejects. */
interface Documents {
  readonly invalid: readonly { readonly document: unknown; readonly error_message: string }[];
  readonly valid: readonly unknown[];
}

const requirements = join(__dirname, "policyDocuments.txt");

/**
 * Documents that moto's tests store and the sandbox rejects, by the Sid of their statement. AWS's answers to the other 129 have
 * been recorded: https://github.com/localstack/localstack/blob/main/tests/aws/services/iam/test_iam_policies.snapshot.json .
 * These three are moto's own. IAM's pages allow letters and digits alone in a Sid:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html . The null comes from a template of
 * CloudFormation (https://github.com/getmoto/moto/pull/9715), and IAM's grammar has none.
 */
const rejectedByTheSandbox = {
  BooleanConditionOperations_Strings_And_Booleans: "Statement IDs (SID) must be alpha-numeric.",
  NullConditionOperator_Strings_And_Booleans: "Statement IDs (SID) must be alpha-numeric.",
  NullResource: "Syntax errors in policy: a resource is a string, not null",
};

/** Rejected documents for which the sandbox has other words than IAM, by IAM's words, and the reason. */
const twoErrors = "the document has two errors, and IAM names the other one";
const newWords = "IAM has said this since February 2026";
const noArn = "IAM reads the second part of what is no ARN as a partition";
const otherWords: readonly (readonly [iam: string, sandbox: string, reason: string])[] = [
  ['Resource sdfsadf must be in ARN format or "*".', "Actions/Condition can contain only one colon", twoErrors],
  ['Partition "bsdfdsafsad" is not valid for', "Resource a:bsdfdsafsad must be in ARN format", noArn],
  ['Partition "b" is not valid for resource "arn:b:cadfsdf', "Resource a:b:cadfsdf must be in ARN format", noArn],
  ['Partition "b" is not valid for resource "arn:b:c:d', "Resource a:b:c:d:e:f:g:h must be in ARN format", noArn],
  ['Partition "s3" is not valid for', "Resource aws:s3:::example_bucket must be in ARN format", noArn],
  ['Partition "error" is not valid for', "The policy failed legacy parsing", twoErrors],
  ["Actions/Conditions must be prefaced by a vendor", "Policy statement must contain resources.", twoErrors],
  ['IAM resource path must either be "*" or', 'IAM resource path must either be "*", root, or', newWords],
  ["The policy failed legacy parsing", "Policy statement must contain actions.", twoErrors],
  ["Syntax errors in policy.", "Resource adfdf must be in ARN format", twoErrors],
  ["Syntax errors in policy.", "Policy statement must contain actions.", twoErrors],
  ["Statement IDs (SID) in a single policy must be unique.", "Policy statement must contain actions.", twoErrors],
  ["Policy document must be version 2012-10-17", "Policy statement must contain actions.", twoErrors],
  ["Policy document must be version 2012-10-17", "The policy failed legacy parsing", twoErrors],
  ["The policy failed legacy parsing", "Policy statement must contain actions.", twoErrors],
  ["The policy failed legacy parsing", "Policy statement must contain actions.", twoErrors],
];

describe(`132 policy documents of moto ${pinnedVersion("moto", requirements)}, with IAM's answers,`, () => {
  let documents: Documents;
  let deployed: DeployedSandbox;
  let client: IAMClient;
  /** The answers to CreatePolicy: `stored`, or the error as `CODE STATUS: message`. */
  let answers: { readonly invalid: readonly string[]; readonly valid: readonly string[] };

  before(async () => {
    documents = await readDocuments();
    deployed = await deploySandbox();
    const { context } = deployed;
    const { accessKeyId, secretAccessKey, sessionToken } = context.sts.administrator();
    client = new IAMClient({
      endpoint: await deployed.serve(queryRoutes(context, [iam])),
      region: context.account.region,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
      maxAttempts: 1,
    });
    let count = 0;
    const create = async (document: unknown): Promise<string> => {
      count += 1;
      try {
        await client.send(
          new CreatePolicyCommand({ PolicyName: `document-${count}`, PolicyDocument: JSON.stringify(document) }),
        );
        return "stored";
      } catch (error) {
        if (error instanceof IAMServiceException) {
          return `${error.name} ${error.$metadata.httpStatusCode}: ${error.message}`;
        }
        throw error;
      }
    };
    const all = async (some: readonly unknown[]) => {
      const answered: string[] = [];
      for (const document of some) {
        answered.push(await create(document));
      }
      return answered;
    };
    answers = {
      invalid: await all(documents.invalid.map(({ document }) => document)),
      valid: await all(documents.valid),
    };
  });
  after(async () => {
    client.destroy();
    await deployed.close();
  });

  it("are stored or rejected by the sandbox as by IAM, but for three", () => {
    expect([documents.invalid.length, documents.valid.length]).to.deep.equal([78, 54]);
    expect(
      answers.invalid.filter((answer) => !/^MalformedPolicyDocument(?:Exception)? 400: /.test(answer)),
    ).to.deep.equal([]);

    const rejected = documents.valid.flatMap((document, index) => {
      const answer = answers.valid[index] ?? "";
      const { Statement } = document as { readonly Statement: readonly [{ readonly Sid?: string }] };
      return answer === "stored" ? [] : [[Statement[0].Sid ?? "", answer.replace(/^\S+ \d+: /, "")] as const];
    });
    expect(rejected.map(([sid]) => sid)).to.deep.equal(Object.keys(rejectedByTheSandbox));
    for (const [index, words] of Object.values(rejectedByTheSandbox).entries()) {
      expect(rejected[index]?.[1].startsWith(words), rejected[index]?.[1]).to.equal(true);
    }
  });

  it("are rejected in words that begin with IAM's, or in others for a reason that is known", () => {
    const messages = documents.invalid.map(({ error_message }, index) => ({
      iam: error_message,
      sandbox: (answers.invalid[index] ?? "").replace(/^\S+ \d+: /, ""),
    }));
    // The sandbox leaves out IAM's full stop where it adds the value.
    const others = messages.filter(({ iam, sandbox }) => !sandbox.startsWith(iam.replace(/\.$/, "")));
    expect(messages.length - others.length).to.equal(78 - otherWords.length);
    for (const [index, [iam, sandbox, reason]] of otherWords.entries()) {
      const seen = others[index];
      expect(
        seen?.iam.startsWith(iam) === true && seen.sandbox.startsWith(sandbox),
        `${reason}: ${JSON.stringify(seen)}`,
      ).to.equal(true);
    }
  });
});

async function readDocuments(): Promise<Documents> {
  const run = promisify(execFile);
  const { python } = await clientTools();
  const folder = mkdtempSync(join(tmpdir(), "policy-documents-"));
  try {
    await run(python, [
      ...["-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"],
      ...["--require-hashes", "--no-binary=:all:", "--no-build-isolation", "--dest", folder, "-r", requirements],
    ]);
    const [archive = ""] = readdirSync(folder);
    const { stdout } = await run(python, [join(__dirname, "policyDocuments.py"), join(folder, archive)], {
      maxBuffer: 2 ** 24,
    });
    return JSON.parse(stdout) as Documents;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
