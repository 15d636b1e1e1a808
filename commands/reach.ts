import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isatty } from "node:tty";
import { CommandError, runCommand, UsageError } from "./cli";
import { deployAccount } from "./reach/accounts";
import { beyond, judge, merged, type RoleReach } from "./reach/judge";
import { formats, renderReach } from "./reach/render";

void runCommand({
  usage: `Usage: npm run reach -- [--role ROLE] [--stack STACK] [--account NAME]
                       [--format text|markdown|json]

Runs bootstrap and every stack on this machine, and searches everything that each
role can come to: it applies every action of IAM, STS, CodeArtifact and KMS that
changes something, on everything, with the strongest argument, until nothing new
is gained. Both orders are searched: bootstrap before the first deployment, and
after it. Exit code 1 where a role reaches what it may not.

  --role ROLE      one role, by its name, with the way to each thing it reaches
  --stack STACK    the roles of one stack
  --account NAME   the account, by its file bootstrap/Pulumi.NAME.yaml
                   (default: every such file)
  --format FORMAT  text (default), markdown or json`,
  options: {
    role: { type: "string" },
    stack: { type: "string" },
    account: { type: "string" },
    format: { type: "string", default: "text" },
  },
  run: async ({ role, stack, account, format }) => {
    const known = formats.find((name) => name === format);
    if (known === undefined) {
      throw new UsageError(`--format ${String(format)} is not one of ${formats.join(", ")}.`);
    }
    const directory = process.cwd();
    const accounts = bootstrapStacks(directory);
    if (account !== undefined && !accounts.includes(String(account))) {
      throw new UsageError(
        `--account ${String(account)}: there is no bootstrap/Pulumi.${String(account)}.yaml. There are: ${accounts.join(", ")}.`,
      );
    }
    const warnings: string[] = [];
    const reaches: RoleReach[] = [];
    const names: string[] = [];
    for (const name of account === undefined ? accounts : [String(account)]) {
      const orders: (readonly RoleReach[])[] = [];
      for (const bounded of [true, false]) {
        const deployed = await deployAccount(directory, name, { bounded });
        const domain = deployed.deployments.find((one) => one.stack === stack)?.settings.domain;
        names.push(...deployed.cloud.iam.roles.list().map(({ roleName }) => roleName));
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
      const wanted = role === undefined ? `--stack ${String(stack)}` : `--role ${String(role)}`;
      throw new CommandError(`${wanted} names no role. There are: ${[...new Set(names)].sort().join(", ")}.`, 2);
    }
    return {
      text: renderReach(reaches, known, role !== undefined),
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
