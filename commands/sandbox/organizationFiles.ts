import { readFileSync } from "node:fs";
import { type NamedDocument, parsePolicy, type ParsedPolicy, PolicyError, statementsOf } from "../../iam/grammar";
import { parseJson } from "../../iam/json";
import { counted, organizationPolicyLimits } from "../../iam/limits";
import type { OrganizationPolicies } from "../../sandbox/organization";
import { CommandError } from "../cli";

type Kind = keyof typeof organizationPolicyLimits;

/**
 * Reads policies of AWS Organizations from files, each with one document as AWS takes it.
 *
 * @returns undefined where no file is given
 * @throws CommandError that names every file that cannot be used, with the statement and the rule
 */
export function readOrganization(
  serviceControl: readonly string[] = [],
  resourceControl: readonly string[] = [],
): OrganizationPolicies | undefined {
  const errors: string[] = [];
  const read = (kind: Kind, files: readonly string[]) =>
    files.flatMap((file) => {
      try {
        return [readPolicy(kind, file)];
      } catch (error) {
        if (!(error instanceof PolicyError)) {
          throw error;
        }
        errors.push(error.message);
        return [];
      }
    });
  const policies = {
    serviceControl: read("service-control", serviceControl),
    resourceControl: read("resource-control", resourceControl),
  };
  if (errors.length > 0) {
    throw new CommandError(errors.join("\n"));
  }
  return serviceControl.length + resourceControl.length === 0 ? undefined : policies;
}

/** @throws PolicyError for a file that cannot be read, and a policy that AWS rejects or that cannot be evaluated */
function readPolicy(kind: Kind, file: string): NamedDocument<ParsedPolicy> {
  const option = `--${kind} ${file}`;
  const text = readText(file, option);
  const document = parsePolicy(text, kind, option);
  // For the errors of statements that AWS takes and the sandbox cannot evaluate.
  statementsOf({ name: option, document }, kind);
  const { length } = JSON.stringify(parseJson(text)?.value);
  const limit = organizationPolicyLimits[kind];
  if (length > limit) {
    throw new PolicyError(
      `has ${counted(length)} characters without white space, and AWS takes ${counted(limit)}: split it`,
      option,
    );
  }
  return { name: file, document };
}

function readText(file: string, option: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new PolicyError(`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`, option);
  }
}
