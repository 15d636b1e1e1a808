import { colors } from "../terminal/colors";
import type { BoundaryCheck } from "./boundaries";
import type { Difference } from "./difference";
import type { Verification } from "./verification";

/** What differs, for a person or a program. */
export function renderVerification(stack: string, verification: Verification, format: "text" | "json"): string {
  const { domain, region, account, compared, differences } = verification;
  if (format === "json") {
    return JSON.stringify({ stack, domain, region, account, compared, differences }, undefined, 2);
  }
  const counted = [
    count(compared.repositories, "repository", "repositories"),
    count(compared.packageGroups, "package group"),
    count(compared.packages, "package"),
    count(compared.roles, "role"),
    count(compared.policies, "policy", "policies"),
    ...(compared.eventRules === 0 ? [] : [count(compared.eventRules, "event rule")]),
  ].join(", ");
  const place = `${domain} in ${region}${account === undefined ? "" : `, account ${account}`}`;
  const verdict =
    differences.length === 0 ? colors.green("as declared") : colors.red(count(differences.length, "difference"));
  return [...differences.map(differenceText), `${stack}: ${verdict}. ${place}: domain, ${counted}.`].join("\n");
}

/** Which roles lack a boundary, for a person or a program. */
export function renderBoundaries(
  stack: string,
  { domain, account, compared, differences }: BoundaryCheck,
  format: "text" | "json",
): string {
  if (format === "json") {
    return JSON.stringify({ stack, domain, account, compared, differences }, undefined, 2);
  }
  const verdict =
    differences.length === 0 ? colors.green("bounded") : colors.red(count(differences.length, "difference"));
  const looked = `${count(compared.roles, "role")} of ${domain}, ${count(compared.otherRoles, "other role")} with its reader policy`;
  const place = account === undefined ? "" : `, account ${account}`;
  return [...differences.map(differenceText), `${stack}: ${verdict}. ${looked}${place}.`].join("\n");
}

function differenceText({ what, declared, live, wayOut }: Difference): string {
  return [
    colors.bold(printable(what)),
    line("declared", declared),
    line("live", live),
    line("way out", wayOut, colors.cyan),
    "",
  ].join("\n");
}

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

function line(name: string, text: string, paint: (text: string) => string = (plain) => plain): string {
  return `  ${name.padEnd(9)} ${paint(printable(text).replaceAll("\n", `\n${" ".repeat(12)}`))}`;
}

/** Text that others wrote, such as a description, must not move the cursor. */
function printable(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, "\uFFFD");
}
