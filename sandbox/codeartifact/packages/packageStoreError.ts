/** A folder that packages cannot be kept in, or whose packages are damaged; the message names the way out. */
export class PackageStoreError extends Error {}
