import { awsClients, profileOption } from "./aws/clients";
import { CommandError, runCommand, UsageError } from "./cli";
import { estimate } from "./cost/estimate";
import { costActions, measureDomain, measureRequests } from "./cost/measure";
import { prices } from "./cost/prices";
import { renderEstimate } from "./cost/render";
import { planMonth, type Quantity, type Usage } from "./cost/usage";
import { stackOption } from "./defaultStack";
import { stackSettings } from "./stackSettings";
import { progressOn } from "./terminal/progress";
import type { Settings } from "../settings";

void runCommand({
  call: "npm run cost",
  summary: `
    Estimates what a stack's registry costs in a month, by line, each with its quantity, price, and the price's date and
    page. It reads from AWS the bytes that are stored, and the requests of the last 7 days. With --gb and --requests it
    asks AWS for nothing.`,
  options: {
    stack: stackOption(),
    gb: { type: "text", value: "GB", help: "the GB that are stored (default: those of the domain now)" },
    requests: {
      type: "text",
      value: "N",
      help: "the requests of a month (default: those in CloudTrail's event history, for 30 days)",
    },
    transfer: {
      type: "text",
      value: "GB",
      help: `the GB of a month to the internet, where GitHub's own runners are (default: ${planMonth.transferGb}, as in docs/cost.md)`,
    },
    profile: profileOption("to ask with"),
    format: { type: "choice", choices: ["text", "json"] },
  },
  notes: `
    Of AWS it needs the right to these actions, which the role of an inspector has:

      ${costActions.join(" ")}

    Exit code 2 where AWS cannot be asked, or the table of prices does not have the stack's region.`,
  run: async ({ stack, profile, format, ...given }) => {
    const quantities = readQuantities(given);
    const settings = stackSettings(stack);
    const { domain, aws } = settings;
    const { region } = aws;
    const list = prices.get(region);
    if (list === undefined) {
      throw new CommandError(
        `aws:region ${region}: the table of prices, commands/cost/prices.ts, has ${[...prices.keys()].join(", ")} alone, ` +
          "and other regions have other prices. Add the region's prices to it, each with its page, or see https://calculator.aws.",
        2,
      );
    }
    const estimated = estimate(list, await usageOf(settings, quantities, profile), settings);
    return { text: renderEstimate({ stack, domain, region }, estimated, format), exitCode: 0 };
  },
});

interface Given {
  readonly gb?: Quantity;
  readonly requests?: Quantity;
  readonly transfer?: Quantity;
}

/** @throws UsageError for every value that is not a quantity */
function readQuantities(given: Readonly<Record<keyof Given, string | undefined>>): Given {
  const errors: string[] = [];
  const read = (name: keyof Given, pattern: RegExp, rule: string): Quantity | undefined => {
    const text = given[name];
    if (text === undefined) {
      return undefined;
    }
    const value = Number(text);
    if (!pattern.test(text) || !Number.isFinite(value)) {
      errors.push(`--${name} ${text} is not a quantity. Write ${rule}.`);
    }
    return { value, from: `--${name}` };
  };
  const decimal = /^\d+(?:\.\d+)?$/;
  const quantities = {
    gb: read("gb", decimal, "GB in digits, 0 or more, as in 1.5"),
    requests: read("requests", /^\d+$/, "a whole number in digits, 0 or more, as in 20000"),
    transfer: read("transfer", decimal, "GB in digits, 0 or more, as in 1.5"),
  };
  if (errors.length > 0) {
    throw new UsageError(errors.join("\n"));
  }
  return quantities;
}

/** What was given, and what AWS says of the rest. */
async function usageOf(
  { domain, aws }: Settings,
  { gb, requests, transfer }: Given,
  profile: string | undefined,
): Promise<Usage> {
  const transferGb = transfer ?? {
    value: planMonth.transferGb,
    from: "assumed, as in docs/cost.md: AWS has it for the account alone, in Cost Explorer; give --transfer",
  };
  if (gb !== undefined && requests !== undefined) {
    return { storedGb: gb, requests, transferGb };
  }
  const progress = progressOn(process.stderr);
  try {
    const clients = await awsClients(aws, profile);
    progress.wait(`asking AWS about domain ${domain}`);
    const { storedGb, createdAt } = await measureDomain(clients.codeartifact, domain);
    if (requests !== undefined) {
      return { storedGb: gb ?? storedGb, requests, transferGb };
    }
    progress.wait(`counting CodeArtifact's events in CloudTrail's history`);
    return {
      storedGb: gb ?? storedGb,
      requests: await measureRequests(clients.cloudTrail, domain, createdAt),
      transferGb,
    };
  } finally {
    progress.end();
  }
}
