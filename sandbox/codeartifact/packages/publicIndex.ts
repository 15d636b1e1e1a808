import type { DistributionFile } from "./records";

/** A file of the public index. */
export interface PublicFile extends DistributionFile {
  readonly url: string;
}

/** The public index behind an external connection. */
export interface PublicIndex {
  /**
   * The files of a project; nothing where the index has no such project.
   *
   * @param name - normalised by PEP 503
   * @throws PublicIndexUnavailable
   */
  files(name: string): Promise<readonly PublicFile[] | undefined>;
  /**
   * The bytes of a file, whose SHA-256 has been compared.
   *
   * @throws PublicIndexUnavailable
   */
  download(url: string, sha256: string): Promise<Buffer>;
}

/** The public index does not answer, or not as an index does. */
export class PublicIndexUnavailable extends Error {}

/** No public index at all: no project is there. */
export const noPublicIndex: PublicIndex = {
  files: () => Promise.resolve(undefined),
  download: (url) => Promise.reject(new PublicIndexUnavailable(`There is no public index here to fetch ${url} from.`)),
};
