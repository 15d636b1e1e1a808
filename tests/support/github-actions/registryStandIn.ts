import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunnerStep } from "./runnerStep";

/** What a registry does, as far as `aws codeartifact` and twine see it. */
export interface RegistryBehaviour {
  /** SHA-256 by name of the files of every version. @default - none: the version does not exist */
  readonly there?: Readonly<Record<string, string>>;
  /** File that twine fails to upload. */
  readonly fails?: string;
  /** How many times an uploaded file is left out of the list before it is in it. @default 0 */
  readonly lag?: number;
  /** SHA-256 that the registry lists for whatever is uploaded. @default - that of the file */
  readonly stores?: string;
  /** AWS's answers by operation, instead of the usual ones; `fail CODE` is AWS's error. */
  readonly answers?: Readonly<Record<string, string>>;
}

export const token = "eyJ2ZXIiOjF9.canary";
export const endpoint =
  "https://orb-integration-hub-dev-123456789012.d.codeartifact.us-east-1.amazonaws.com/pypi/python-packages/";

/** What twine saw as it was called. */
export interface TwineCall {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Its modules' folders. */
  readonly path: readonly string[];
  readonly file: string;
}

/** Puts the AWS CLI and twine on a runner, before one registry. `prepare.py` would install twine into `tools`. */
export class RegistryStandIn {
  readonly #state: string;

  constructor(
    readonly step: RunnerStep,
    behaviour: RegistryBehaviour = {},
  ) {
    const { there = {}, fails = "", lag = 0, stores = "", answers = {} } = behaviour;
    this.#state = step.writeOutside(
      "registry.json",
      JSON.stringify({ there, fails, lag, stores, answers, endpoint, token, uploaded: {}, twine: [], aws: [] }),
    );
    const header = `STATE = ${JSON.stringify(this.#state)}\n`;
    const aws = step.writeOutside("aws.py", header + awsProgram);
    step.program("aws", `exec "${join(step.folder, "bin/python3")}" -I -S "${aws}" "$@"`);
    step.writeOutside("tools/twine/__init__.py", "");
    step.writeOutside("tools/twine/__main__.py", header + twineProgram);
  }

  get tools(): string {
    return join(this.step.folder, "tools");
  }

  /** Every call of twine, in their order. */
  get uploads(): readonly TwineCall[] {
    return this.#read().twine;
  }

  /** The whole environment of every call of AWS's CLI. */
  get awsEnvironments(): readonly Readonly<Record<string, string>>[] {
    return this.#read().aws;
  }

  #read() {
    return JSON.parse(readFileSync(this.#state, "utf8")) as {
      readonly twine: readonly TwineCall[];
      readonly aws: readonly Readonly<Record<string, string>>[];
    };
  }
}

const state = `
import json, os, sys

def load():
    with open(STATE) as file:
        return json.load(file)

def save(state):
    with open(STATE, "w") as file:
        json.dump(state, file)

state = load()
`;

const awsProgram = `${state}
state["aws"].append(dict(os.environ))
operation = sys.argv[2]
answer = state["answers"].get(operation)
if answer is None and operation == "list-package-version-assets":
    listed = dict(state["there"])
    for name, upload in state["uploaded"].items():
        if upload["lag"] > 0:
            upload["lag"] -= 1
        else:
            listed[name] = upload["sha256"]
    if listed:
        answer = json.dumps({"assets": [{"name": n, "hashes": {"SHA-256": h}} for n, h in listed.items()]})
    else:
        answer = "fail ResourceNotFoundException"
elif answer is None and operation == "get-authorization-token":
    answer = json.dumps({"authorizationToken": state["token"]})
elif answer is None and operation == "get-repository-endpoint":
    answer = json.dumps({"repositoryEndpoint": state["endpoint"]})
save(state)
if answer.startswith("fail "):
    print(f"An error occurred ({answer[5:]}) when calling it: rejected", file=sys.stderr)
    sys.exit(254)
print(answer)
`;

const twineProgram = `${state}
import hashlib
path = sys.argv[-1]
name = os.path.basename(path)
call = {"arguments": sys.argv[1:-1], "environment": dict(os.environ), "path": sys.path, "file": name}
state["twine"].append(call)
failed = name == state["fails"]
if not failed:
    with open(path, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    state["uploaded"][name] = {"sha256": state["stores"] or sha256, "lag": state["lag"]}
save(state)
sys.exit(1 if failed else 0)
`;
