import { expect } from "chai";
import type { Session } from "../../../sandbox/sts/sts";
import type { Given } from "./describeClient";
import { awsEnvironment } from "./registry";

const preamble = `
import boto3, json, sys
from botocore.exceptions import ClientError
def outcome(call, pick=lambda answer: "answered"):
    try:
        return pick(call())
    except ClientError as error:
        return [type(error).__name__, error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
`;

/**
 * Runs a Python program as an identity, and sends each of its requests once. The program has boto3, json, sys and ClientError,
 * and `outcome(call, pick)`: what `pick` takes from the answer, or the error as type, code and status.
 *
 * @param words - of its command line
 * @returns the JSON that it prints
 */
export async function runBoto3(
  { person, registry }: Given,
  session: Session,
  program: string,
  ...words: readonly string[]
): Promise<unknown> {
  const environment = { ...awsEnvironment(registry, session), AWS_MAX_ATTEMPTS: "1" };
  const { exitCode, text } = await person.run("python", ["-c", `${preamble}${program}`, ...words], environment);
  expect(exitCode, text).to.equal(0);
  return JSON.parse(text);
}
