import { paginateListPackageVersionAssets, ResourceNotFoundException } from "@aws-sdk/client-codeartifact";
import type { Release } from "./releases";
import { asking, type StackRegistry } from "../aws/stackRegistry";

/** SHA-256 of every file of a release by its name, as the target's repository holds it; none where it has no such release. */
export function targetAssets(
  { client, place }: StackRegistry,
  { name, version }: Release,
): Promise<ReadonlyMap<string, string>> {
  return asking(place.domain, async () => {
    const assets = new Map<string, string>();
    try {
      const pages = paginateListPackageVersionAssets({ client }, { ...place, package: name, packageVersion: version });
      for await (const page of pages) {
        for (const asset of page.assets ?? []) {
          assets.set(asset.name ?? "", asset.hashes?.["SHA-256"] ?? "");
        }
      }
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) {
        throw error;
      }
    }
    return assets;
  });
}
