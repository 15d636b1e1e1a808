import type { Domain } from "@pulumi/aws/codeartifact/domain";
import { getKeyOutput } from "@pulumi/aws/kms/getKey";
import * as pulumi from "@pulumi/pulumi";
import { refusal } from "./refusal";

/**
 * What of a domain AWS cannot change. Pulumi is told to ignore a change of these, or it would replace the domain, packages and
 * all; so nobody would hear of the change but for the two refusals here.
 */
export const fixedProperties = ["domain", "encryptionKey"];

/**
 * The domain, once it is known to have the wanted name: whatever is named after it must wait for that.
 *
 * @throws RunError where it was made with another name
 */
export function domainAsNamed(domain: Domain, name: string): pulumi.Output<Domain> {
  return domain.domain.apply((made) => {
    if (made !== name) {
      throw fixed(`The domain ${made} cannot be renamed to ${name}. Set customerId, projectId and environment back.`);
    }
    return domain;
  });
}

/** Which key a domain is to be encrypted with. */
export interface WantedKey {
  readonly encryption: "aws-managed" | "create" | { readonly keyArn: pulumi.Input<string> };
  /** ARN of the key that the stack makes, or that exists; undefined is AWS's own. */
  readonly keyArn: pulumi.Input<string> | undefined;
}

/**
 * Ends preview and update where the domain is encrypted with another key than the wanted one.
 *
 * @returns what fails
 */
export function refuseOtherKey(
  domain: Domain,
  { encryption, keyArn }: WantedKey,
  opts: pulumi.InvokeOptions,
): pulumi.Output<unknown> {
  const refuseUnless = (name: string, made: string, isWanted: boolean) => {
    if (!isWanted) {
      throw fixed(
        `The domain ${name} is encrypted with the key ${made}, and cannot change to another. Set encryption back: to ` +
          "aws-managed where that key is AWS's own, to create where this stack made it, else to this ARN.",
      );
    }
  };
  const { domain: name, encryptionKey } = domain;
  const isThatKey = pulumi.all([name, encryptionKey, keyArn]).apply(([known, made, wanted]) => {
    refuseUnless(known, made, wanted === undefined || made === wanted);
  });
  if (typeof encryption === "object") {
    return isThatKey;
  }
  // Whose the key is can be told in a preview too, which does not know the ARN of a key that is still to be made.
  const isOfThatOwner = pulumi
    .all([name, getKeyOutput({ keyId: encryptionKey }, opts)])
    .apply(([known, { arn, keyManager }]) => {
      refuseUnless(known, arn, (keyManager === "AWS") === (encryption === "aws-managed"));
    });
  return pulumi.all([isThatKey, isOfThatOwner]);
}

function fixed(message: string): pulumi.RunError {
  return refusal(`${message} A registry beside it can have it: docs/operations.md, "Another name or key".`);
}
