import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isatty } from "node:tty";
import { CommandError, runCommand, UsageError } from "./cli";
import { deployAccount } from "./reach/accounts";
import { beyond, judge, merged, type RoleReach } from "./reach/judge";
import { renderReach } from "./reach/render";

void runCommand({
  call: "npm run reach",
  summary: `
    Runs bootstrap and every stack on this machine, and searches everything that each role can reach: it applies every
    action of IAM, STS, CodeArtifact, KMS and Lambda that changes something, on everything, with the strongest argument, until
    nothing new is gained. Both orders are searched: bootstrap before the first deployment, and after it. Exit code 1
    where a role reaches what it may not.`,
  options: {
    role: { type: "text", value: "ROLE", help: "one role, by its name, with the way to each thing it reaches" },
    stack: { type: "text", value: "STACK", help: "the roles of one stack" },
    account: {
      type: "text",
      value: "NAME",
      help: "the account, by its file bootstrap/Pulumi.NAME.yaml (default: every such file)",
    },
    format: { type: "choice", choices: ["text", "markdown", "json"] },
  },
  run: async ({ role, stack, account, format }) => {
    const directory = process.cwd();
    const accounts = bootstrapStacks(directory);
    if (account !== undefined && !accounts.includes(account)) {
      throw new UsageError(
        `--account ${account}: there is no bootstrap/Pulumi.${account}.yaml. There are: ${accounts.join(", ")}.`,
      );
    }
    const warnings: string[] = [];
    const reaches: RoleReach[] = [];
    const names: string[] = [];
    for (const name of account === undefined ? accounts : [account]) {
      const orders: (readonly RoleReach[])[] = [];
      for (const bounded of [true, false]) {
        const deployed = await deployAccount(directory, name, { bounded });
        const domain = deployed.deployments.find((one) => one.stack === stack)?.settings.domain;
        names.push(...deployed.account.iam.roles.list().map(({ roleName }) => roleName));
        warnings.push(...(bounded ? deployed.warnings : []));
        const includes = (roleName: string) =>
          (role === undefined || roleName === role) &&
          (stack === undefined || (domain !== undefined && roleName.startsWith(`${domain}-`)));
        orders.push(judge(deployed, { includes, onRole: progress }));
      }
      reaches.push(...merged(orders));
    }
    progress(undefined);
    if (reaches.length === 0) {
      const wanted = role === undefined ? `--stack ${stack ?? ""}` : `--role ${role}`;
      throw new CommandError(`${wanted} names no role. There are: ${[...new Set(names)].sort().join(", ")}.`, 2);
    }
    return {
      text: renderReach(reaches, format, role !== undefined),
      warnings,
      exitCode: beyond(reaches).length === 0 ? 0 : 1,
    };
  },
});

function bootstrapStacks(directory: string): readonly string[] {
  return readdirSync(join(directory, "bootstrap")).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** The role that is searched, on a terminal alone; nothing at the end. */
function progress(role: string | undefined): void {
  if (isatty(2)) {
    process.stderr.write(role === undefined ? "\r\u001b[K" : `\r\u001b[Ksearching ${role}`);
  }
}
