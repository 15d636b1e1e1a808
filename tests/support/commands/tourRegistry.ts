import type { TourAttempt } from "../../../commands/tour/attempts";
import { type Clients, nodeClients } from "../../../commands/tour/clients";
import { publicPackages, servePublicIndex } from "../../../commands/tour/publicIndex";
import { tour, tourPackage } from "../../../commands/tour/tour";
import { MemoryPackageStore, type PackageStore } from "../../../sandbox/codeartifact/packages/store";
import type { StackContext } from "../../../sandbox/context";
import { simpleIndex } from "../../../sandbox/publicIndex/simpleIndex";
import type { Deployment } from "../../../sandbox/pulumi/deployment";
import { openSandbox } from "../../../sandbox/sandbox";

/** A deployed stack that serves, where tours can be made. */
export interface OpenTour {
  readonly deployment: Deployment;
  readonly context: StackContext;
  readonly address: string;
  /** Makes a tour of a registry that holds nothing yet. */
  tour(clients?: Clients): Promise<readonly TourAttempt[]>;
  close(): Promise<void>;
}

export async function openTour(deployment: Deployment): Promise<OpenTour> {
  const offered = publicPackages(deployment.settings, tourPackage(deployment.settings.publishers));
  const index = await servePublicIndex(offered);
  let packages = new MemoryPackageStore();
  // A sandbox serves one store; each tour begins with an empty one.
  const store: PackageStore = {
    find: (place, name) => packages.find(place, name),
    list: (place) => packages.list(place),
    put: (place, record) => packages.put(place, record),
    delete: (place, name) => packages.delete(place, name),
    putBytes: (sha256, bytes) => packages.putBytes(sha256, bytes),
    getBytes: (sha256) => packages.getBytes(sha256),
  };
  const sandbox = await openSandbox({ deployment, store, publicIndex: simpleIndex(index.url) });
  const { address, context } = sandbox;
  return {
    deployment,
    context,
    address,
    tour: (clients = nodeClients) => {
      packages = new MemoryPackageStore();
      return tour({ deployment, address, administrator: context.sts.administrator(), clients, offered });
    },
    close: async () => {
      await Promise.all([sandbox.close(), index.close()]);
    },
  };
}
