import { type CodeartifactClient, UpdatePackageVersionsStatusCommand } from "@aws-sdk/client-codeartifact";
import { ask } from "../aws/clients";
import type { StackRegistry } from "../aws/stackRegistry";
import type { ManifestVersion } from "../backup/manifest";
import { CommandError } from "../cli";

/** A status that a publication does not give. */
export type KeptStatus = Extract<ManifestVersion["status"], "Unlisted" | "Archived">;

export function isKeptStatus(status: ManifestVersion["status"]): status is KeptStatus {
  return status === "Unlisted" || status === "Archived";
}

/** Gives versions of a registry their status, as an identity that need not be the publisher. */
export class Statuses {
  constructor(
    readonly client: CodeartifactClient,
    readonly place: StackRegistry["place"],
  ) {}

  /**
   * Whether the identity may change versions of a package. AWS decides that before it looks for the version: nothing changes,
   * because the registry does not have it.
   *
   * @param absent - a version that the registry does not have
   * @throws CommandError where AWS cannot be asked
   */
  async areAllowed(name: string, absent: string): Promise<boolean> {
    return (await this.#update(name, absent, "Unlisted")) !== "denied";
  }

  /**
   * @returns whether the identity may do so
   * @throws CommandError where AWS does not do it for another reason
   */
  async set(name: string, version: string, status: KeptStatus): Promise<boolean> {
    const answer = await this.#update(name, version, status);
    if (answer !== "done" && answer !== "denied") {
      throw new CommandError(`${name} ${version} in ${this.place.domain} cannot be ${status}: ${answer}`);
    }
    return answer === "done";
  }

  /** @returns `done`, `denied`, or why AWS has not changed the version */
  #update(name: string, version: string, targetStatus: KeptStatus): Promise<string> {
    const named = { ...this.place, package: name, versions: [version], targetStatus };
    return ask(`${name} ${version} in ${this.place.domain}, to be ${targetStatus}`, async () => {
      try {
        const { failedVersions = {} } = await this.client.send(new UpdatePackageVersionsStatusCommand(named));
        const [failed] = Object.values(failedVersions);
        return failed === undefined ? "done" : (failed.errorMessage ?? "AWS does not say why");
      } catch (error) {
        const { name: code, message } = error as Error;
        if (code === "AccessDeniedException") {
          return "denied";
        }
        if (code === "ResourceNotFoundException") {
          return message;
        }
        throw error;
      }
    });
  }
}
