import { BlockList, isIP } from "node:net";

/**
 * A date as conditions take it: the W3C's forms of ISO 8601, or seconds since 1970. Four digits alone are a year.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const dateForm = {
  test: (text: string) => dateText.test(text) && !Number.isNaN(instantOf(text)),
};

const dateText =
  /^(?:\d{5,12}(?:\.\d+)?|\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?)$/;

/** Milliseconds since 1970. A time without a zone is UTC. */
export function instantOf(text: string): number {
  if (/^\d{5,}(?:\.\d+)?$/.test(text)) {
    return Number(text) * 1000;
  }
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T");
  return Date.parse(hasZone ? text : `${text}Z`);
}

/** An address, or a range in CIDR notation. */
export const ipForm = {
  test: (text: string) => {
    const [address = "", prefix, ...rest] = text.split("/");
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    return (
      version !== 0 &&
      rest.length === 0 &&
      (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest))
    );
  },
};

/** Whether an address is in a range, or is the one address that is wanted. */
export function isInRange(seen: string, wanted: string): boolean {
  const version = isIP(seen);
  const [address = "", prefix] = wanted.split("/");
  if (version === 0 || version !== isIP(address)) {
    return false;
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  const range = new BlockList();
  range.addSubnet(address, prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix), family);
  return range.check(seen, family);
}

export const binaryForm = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/;

/** Whether two texts of base64 are the same bytes. */
export function binaryEquals(seen: string, wanted: string): boolean {
  return Buffer.from(seen, "base64").equals(Buffer.from(wanted, "base64"));
}
