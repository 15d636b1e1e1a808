import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../../sandbox/sts/sts";
import { actionsFolder } from "../github-actions/runnerStep";
import type { ClientRun, Person } from "./person";
import { type ClientRegistry, repositoryName } from "./registry";

/** The program that a person links as `registry-login` and as `keyring`. */
export const registryLogin = join(actionsFolder, "codeartifact-login/registry_login.py");

/** A token in the cache, as `registry-login` writes it. */
export interface CachedToken {
  readonly token: string;
  readonly expires: number;
  readonly endpoint: string;
}

/** A person's machine with `registry-login`, a profile of the AWS CLI for each session, and a `registry.toml`. */
export class LoginMachine {
  constructor(
    readonly person: Person,
    readonly registry: ClientRegistry,
    sessions: Readonly<Record<string, Session>>,
  ) {
    for (const folder of ["bin", ".aws"]) {
      mkdirSync(join(person.home, folder), { recursive: true });
    }
    for (const name of ["registry-login", "keyring"]) {
      symlinkSync(registryLogin, join(person.home, "bin", name));
    }
    const profiles = Object.entries(sessions).map(
      ([profile, { accessKeyId, secretAccessKey, sessionToken }]) =>
        `[${profile}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n` +
        `aws_session_token = ${sessionToken}\n`,
    );
    writeFileSync(join(person.home, ".aws/credentials"), profiles.join("\n"), { mode: 0o600 });
    person.write("registry.toml", this.settings());
  }

  /** The text of `registry.toml` for this registry. */
  settings(lifetime = 3600): string {
    const { domain, account } = this.registry.context;
    return (
      `[registries.dev]\ndomain = "${domain}"\nowner = "${account.accountId}"\nregion = "${account.region}"\n` +
      `repository = "${repositoryName}"\ntoken-lifetime = ${lifetime}\n`
    );
  }

  shell(lines: string, profile: string, environment: Readonly<Record<string, string>> = {}): Promise<ClientRun> {
    return this.person.shell(lines, {
      PATH: `${join(this.person.home, "bin")}:${this.person.tools.bin}:${process.env.PATH ?? ""}`,
      AWS_ENDPOINT_URL: this.registry.address,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_PROFILE: profile,
      ...environment,
    });
  }

  /** How many tokens the registry minted or denied until now. */
  get requested(): number {
    return this.registry.context.decisions
      .entries()
      .filter(({ action }) => action === "codeartifact:GetAuthorizationToken").length;
  }

  get cache(): string {
    return join(this.person.home, ".cache/registry-login");
  }

  get cached(): readonly CachedToken[] {
    return this.#files().map((file) => JSON.parse(readFileSync(file, "utf8")) as CachedToken);
  }

  /** Moves the end of every cached token. */
  expireIn(seconds: number): void {
    const expires = Date.now() / 1000 + seconds;
    for (const file of this.#files()) {
      writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as CachedToken), expires }));
    }
  }

  #files(): readonly string[] {
    return readdirSync(this.cache)
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(this.cache, name));
  }
}
