import type { SandboxAccount } from "../../sandbox/account";
import type { AwsError } from "../../sandbox/core/awsError";

/** An operation of a service, such as `iam.roles.create`. */
type Operation = `${"codeartifact" | "iam" | "kms"}.${string}`;

/** An account whose operations fail when a test says so. */
export class FailingAccount {
  /** The account whose operations fail. */
  readonly account: SandboxAccount;
  /** Every operation that was called, in order. */
  readonly asked: Operation[] = [];
  readonly #next = new Map<Operation, AwsError>();

  constructor(account: SandboxAccount) {
    const services = ["codeartifact", "iam", "kms"] as const;
    this.account = Object.create(
      account,
      Object.fromEntries(services.map((name) => [name, { value: this.#watched(name, account[name]) }])),
    ) as SandboxAccount;
  }

  /** The operation fails the next time, without having done anything, and works again after that. */
  failOnce(operation: Operation, error: AwsError): void {
    this.#next.set(operation, error);
  }

  /** Operations that were to fail and have not been called. */
  get pending(): readonly Operation[] {
    return [...this.#next.keys()];
  }

  #watched(name: string, service: object): object {
    return new Proxy(service, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property);
        if (typeof member === "object" && member !== null) {
          return this.#watched(`${name}.${String(property)}`, member);
        }
        if (typeof member !== "function") {
          return member;
        }
        return (...args: readonly unknown[]) => {
          const operation = `${name}.${String(property)}` as Operation;
          this.asked.push(operation);
          const error = this.#next.get(operation);
          if (error !== undefined) {
            this.#next.delete(operation);
            throw error;
          }
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  }
}
