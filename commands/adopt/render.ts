import type { Settings } from "../../settings";
import { colors } from "../terminal/colors";
import { plainTable } from "../terminal/wrap";
import type { ExistingPackage } from "./existingRegistry";
import type { Adoption, Remedy } from "./plan";

/** What taking a registry over comes to, for a person. */
export function renderAdoption(
  { owner, resources, packages, obstacles, steps, notes }: Adoption,
  { settings, stack }: { readonly settings: Settings; readonly stack: string },
): string {
  const { domain, aws } = settings;
  const kept = packages.filter(({ versions }) => versions !== undefined);
  const taken = resources.slice(0, 2).map(({ what }) => what);
  return [
    `${domain} in ${aws.region}${owner === undefined ? "" : `, account ${owner}`}`,
    plainTable(
      resources.map(({ what, isThere }) => [
        `  ${what}`,
        isThere ? "there" : "missing",
        isThere ? (taken.includes(what) ? "taken over" : "in the way") : "made by the update",
      ]),
    ),
    `${packages.length} packages, ${kept.length} of them under names that are not public${kept.length === 0 ? "" : ":"}`,
    ...(kept.length === 0 ? [] : [plainTable(kept.map(versionsRow))]),
    ...notes.map((note) => `note: ${note}`),
    ...section("In the way", obstacles),
    ...(obstacles.length > 0
      ? []
      : section("Before pulumi up", [
          ...steps,
          {
            why: `Pulumi.${stack}.yaml says whose registry it is, and that it is taken over.`,
            lines: [`aws:allowedAccountIds: ["${owner ?? ""}"]`, "package-registry:adopt: true"],
          },
        ])),
  ].join("\n");
}

function versionsRow({ name, versions = { published: [], others: [] } }: ExistingPackage): readonly string[] {
  const { published, others } = versions;
  return [
    `  ${name}`,
    `${published.length} published here`,
    others.length === 0 ? "none from outside" : colors.red(`${others.length} from outside`),
  ];
}

function section(heading: string, remedies: readonly Remedy[]): readonly string[] {
  return remedies.length === 0
    ? []
    : ["", heading, ...remedies.flatMap(({ why, lines }) => [`  ${why}`, ...lines.map((line) => `    ${line}`)])];
}
