import {
  type AccessAnalyzerClient,
  paginateValidatePolicy,
  type ValidatePolicyFinding,
} from "@aws-sdk/client-accessanalyzer";
import { GetContextKeysForCustomPolicyCommand, type IAMClient } from "@aws-sdk/client-iam";
import { contextKeysOf } from "../../iam/contextKeys";
import { ask, list } from "../aws/clients";
import { inParallel } from "../aws/inParallel";
import type { Progress } from "../terminal/progress";
import { parsed, type StackDocument } from "./documents";

/** What IAM Access Analyzer says of a document that this project's parser takes. */
export interface Finding {
  readonly document: string;
  /** `ERROR`, `SECURITY_WARNING`, `WARNING` or `SUGGESTION`. */
  readonly type: string;
  /** AWS's code, such as `INVALID_ACTION`. */
  readonly code: string;
  readonly details: string;
  readonly learnMore: string;
}

/** A document in which AWS reads other condition keys than this project's parser. */
export interface KeyDifference {
  readonly document: string;
  /** In lower case. */
  readonly evaluator: readonly string[];
  readonly aws: readonly string[];
}

/** What AWS said about documents. */
export interface ValidationReport {
  readonly documents: readonly { readonly name: string; readonly kind: StackDocument["kind"] }[];
  readonly findings: readonly Finding[];
  readonly keyDifferences: readonly KeyDifference[];
}

const callsAtOnce = 4;

/** Whether a finding says that AWS does not take the document, or that it opens too much. */
export function isSerious({ type }: Finding): boolean {
  return type === "ERROR" || type === "SECURITY_WARNING";
}

/**
 * Has AWS check every document, and say which condition keys those of identities ask for.
 *
 * @throws CommandError with exit code 2 where AWS does not let ask
 */
export async function validate(
  clients: { readonly accessAnalyzer: AccessAnalyzerClient; readonly iam: IAMClient },
  documents: readonly StackDocument[],
  progress: Progress,
): Promise<ValidationReport> {
  const findings = new Map<StackDocument, readonly Finding[]>();
  const keyDifferences: KeyDifference[] = [];
  let done = 0;
  await inParallel(documents, callsAtOnce, async (document) => {
    findings.set(document, await findingsOf(clients.accessAnalyzer, document));
    // GetContextKeysForCustomPolicy takes policies of identities alone.
    keyDifferences.push(...(document.kind === "identity" ? await differentKeys(clients.iam, document) : []));
    done += 1;
    progress.step(`asking AWS about documents: ${done} of ${documents.length}`);
  });
  return {
    documents: documents.map(({ name, kind }) => ({ name, kind })),
    findings: documents.flatMap((document) => findings.get(document) ?? []),
    keyDifferences,
  };
}

async function findingsOf(client: AccessAnalyzerClient, document: StackDocument): Promise<readonly Finding[]> {
  const { name, kind, text } = document;
  const pages = paginateValidatePolicy(
    { client, pageSize: 100 },
    {
      policyDocument: text,
      policyType: kind === "identity" ? "IDENTITY_POLICY" : "RESOURCE_POLICY",
      ...(kind === "trust" ? { validatePolicyResourceType: "AWS::IAM::AssumeRolePolicyDocument" as const } : {}),
    },
  );
  const found = await list(`${name}, by access-analyzer:ValidatePolicy`, pages, (page) => page.findings);
  return found.map((finding) => readFinding(name, finding));
}

function readFinding(document: string, finding: ValidatePolicyFinding): Finding {
  const { findingType = "", issueCode = "", findingDetails = "", learnMoreLink = "" } = finding;
  return { document, type: findingType, code: issueCode, details: findingDetails, learnMore: learnMoreLink };
}

async function differentKeys(iam: IAMClient, document: StackDocument): Promise<readonly KeyDifference[]> {
  const { name, text } = document;
  const { ContextKeyNames = [] } = await ask(`${name}, by iam:GetContextKeysForCustomPolicy`, () =>
    iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [text] })),
  );
  const [evaluator, aws] = [lowerCase(contextKeysOf([parsed(document)])), lowerCase(ContextKeyNames)] as const;
  return evaluator.join(" ") === aws.join(" ") ? [] : [{ document: name, evaluator, aws }];
}

function lowerCase(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.map((key) => key.toLowerCase()))].sort();
}
