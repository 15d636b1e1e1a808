import { fallsUnder, type Origins } from "../../naming/packagePatterns";

/** Whether the settings mean that nothing public ever stands under a normalised name: it is private, or comes from nowhere. */
export function isKeptFromPublic(origins: Origins, name: string): boolean {
  return isPrivate(origins, name) || origins.blocked.includes(name);
}

/** Whether only publishers of the registry may bring a name in. */
export function isPrivate(origins: Origins, name: string): boolean {
  return (
    !origins.public.includes(name) &&
    !origins.blocked.includes(name) &&
    origins.private.some((pattern) => fallsUnder(name, pattern))
  );
}
