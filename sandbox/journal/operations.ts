import { cloudControl } from "../cloudcontrol/api";
import { operations as codeartifact } from "../codeartifact/api/routes";
import type { Operation } from "../core/operation";
import { eventBridge } from "../eventbridge/api/api";
import { iamOperations } from "../iam/api/iam";
import { kms } from "../kms/api/api";
import { logs } from "../logs/api/api";
import { snsOperations } from "../sns/api";

/** Operations on packages, whose store keeps what they change. */
const ofPackages =
  /^(?:Copy|Delete|Dispose|Publish)PackageVersion|^UpdatePackageVersionsStatus$|^PutPackageOriginConfiguration$|^DeletePackage$/;

/** What reads, and what changes log streams, their events and messages, which are in memory alone. */
const notKept =
  /^(?:Get|List|Describe|Simulate|Generate|FilterLogEvents$|PutLogEvents$|CreateLogStream$|DeleteLogStream$|Publish$|TestEventPattern$)/;

/** Every operation that changes what an account has, by its action. */
export const journaledOperations: ReadonlyMap<string, Operation<never, object>> = new Map(
  [
    ["codeartifact", codeartifact] as const,
    ["iam", iamOperations] as const,
    ["kms", kms.operations] as const,
    ["cloudformation", cloudControl.operations] as const,
    ["events", eventBridge.operations] as const,
    ["logs", logs.operations] as const,
    ["sns", snsOperations] as const,
  ].flatMap(([service, operations]) =>
    [...operations]
      .filter(([name]) => !notKept.test(name) && !(service === "codeartifact" && ofPackages.test(name)))
      .map(([name, operation]) => [`${service}:${name}`, operation] as const),
  ),
);
