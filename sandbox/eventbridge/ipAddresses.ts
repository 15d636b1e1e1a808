import { isIPv4, isIPv6 } from "node:net";

/** The address as a number, with the length of its kind; nothing for what is no address. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** A text that is the same for all writings of an address; undefined for what is no address. */
export function ipValue(text: string): string | undefined {
  const address = parse(text);
  return address && `${address.bits}:${address.value}`;
}

/**
 * Reads a range such as `10.0.0.0/24`.
 *
 * @returns whether an address is in the range, or why EventBridge rejects the range
 */
export function cidrRange(cidr: string): ((text: string) => boolean) | string {
  const [ip = "", mask, ...rest] = cidr.split("/");
  if (mask === undefined || rest.length > 0) {
    return "Malformed CIDR, one '/' required";
  }
  if (!/^-?\d+$/.test(mask)) {
    return "Malformed CIDR, mask bits must be an integer";
  }
  const base = parse(ip);
  if (base === undefined) {
    return `Nonstandard IP address: ${ip}`;
  }
  const { bits, value } = base;
  const fixed = Number(mask);
  if (fixed < 0) {
    return "Malformed CIDR, mask bits must not be negative";
  }
  if (fixed >= bits) {
    return `IPv${bits === 32 ? 4 : 6} mask bits must be < ${bits}`;
  }
  const shift = BigInt(bits - fixed);
  return (text) => {
    const address = parse(text);
    return address?.bits === bits && address.value >> shift === value >> shift;
  };
}

function parse(text: string): Address | undefined {
  if (isIPv4(text)) {
    const value = text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    return { bits: 32, value };
  }
  // A zone, such as in fe80::1%eth0, is no part of an address in JSON.
  if (!isIPv6(text) || text.includes("%") || text.includes(".")) {
    return undefined;
  }
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  const value = [...before, ...zeros, ...after].reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
  return { bits: 128, value };
}
