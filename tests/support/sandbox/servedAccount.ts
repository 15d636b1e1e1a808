import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeartifactClient } from "@aws-sdk/client-codeartifact";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SNSClient } from "@aws-sdk/client-sns";
import { SandboxAccount } from "../../../sandbox/account";
import { noPublicIndex } from "../../../sandbox/codeartifact/packages/search";
import { MemoryPackageStore } from "../../../sandbox/codeartifact/packages/store";
import type { AccountInfo } from "../../../sandbox/core/identifiers";
import { type AccountSandbox, openSandbox } from "../../../sandbox/sandbox";
import type { Session } from "../../../sandbox/sts/sts";
import { assumedSession } from "./assumedSession";

/** Clients of the services that an audit trail needs, with one session's credentials. */
export interface Clients {
  readonly codeartifact: CodeartifactClient;
  readonly events: EventBridgeClient;
  readonly logs: CloudWatchLogsClient;
  readonly sns: SNSClient;
}

/** An account without a stack, and its administrator's clients. */
export interface ServedAccount extends AccountSandbox, Clients {
  readonly account: SandboxAccount;
  /** The clients of a role that these statements permit something. */
  clientsOf(statements: readonly object[]): Clients;
}

export async function serveAccount(info: Partial<AccountInfo> = {}): Promise<ServedAccount> {
  const account = new SandboxAccount(info);
  const sandbox = await openSandbox({ account, store: new MemoryPackageStore(), publicIndex: noPublicIndex });
  const { context, address } = sandbox;
  const opened: { destroy(): void }[] = [];
  const clients = ({ accessKeyId, secretAccessKey, sessionToken }: Session): Clients => {
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const config = { endpoint: address, region: account.region, credentials, maxAttempts: 1 };
    const made = {
      codeartifact: new CodeartifactClient(config),
      events: new EventBridgeClient(config),
      logs: new CloudWatchLogsClient(config),
      sns: new SNSClient(config),
    };
    opened.push(...Object.values(made));
    return made;
  };
  return {
    ...sandbox,
    account,
    ...clients(context.sts.administrator()),
    clientsOf: (statements) => clients(assumedSession(context, "limited", statements)),
    close: async () => {
      for (const client of opened) {
        client.destroy();
      }
      await sandbox.close();
    },
  };
}
