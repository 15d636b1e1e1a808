import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { stackDocuments } from "../../../commands/access/documents";
import { readFacts, type StackFacts } from "../../../commands/preview/stackFacts";
import { deployChanged } from "../../support/deployments";
import { exampleFile } from "../../support/exampleProject";

/** What differs from the example stack dev and its documents. */
interface Made {
  /** Settings by their names. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The whole stack file. */
  readonly file?: string;
  /** Alters what the program wrote down. */
  readonly documents?: (documents: string) => string | undefined;
  readonly plans?: Readonly<Record<string, string>>;
}

describe("what is known of a stack of a change", function () {
  let folder: string;
  let registered: string;

  before(async () => {
    registered = JSON.stringify(stackDocuments(await deployChanged({}), []));
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "package-registry-facts-"));
    for (const name of ["configuration", "documents", "plans"]) {
      mkdirSync(join(folder, name));
    }
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function facts({ settings = {}, file, documents = (text) => text, plans = {} }: Made): Promise<StackFacts> {
    const { config } = parse(exampleFile("Pulumi.dev.yaml")) as { config: object };
    const changed = Object.entries(settings).map(([key, value]) => [`package-registry:${key}`, value] as const);
    const whole = stringify({ config: { ...config, ...Object.fromEntries(changed) } });
    writeFileSync(join(folder, "configuration/Pulumi.yaml"), exampleFile("Pulumi.yaml"));
    writeFileSync(join(folder, "configuration/Pulumi.dev.yaml"), file ?? whole);
    const text = documents(registered);
    if (text !== undefined) {
      writeFileSync(join(folder, "documents/dev.json"), text);
    }
    for (const [name, content] of Object.entries(plans)) {
      writeFileSync(join(folder, "plans", name), content);
    }
    const at = (name: string) => join(folder, name);
    return readFacts(
      { name: "dev", isInBase: false, isInChange: true },
      { base: at("no base"), configuration: at("configuration"), documents: at("documents"), plans: at("plans") },
    );
  }

  it("is its access table, by the settings of its stack file and the documents of its program", async () => {
    const { after, problem } = await facts({});

    expect(problem).to.equal(undefined);
    expect([after?.domain, after?.mismatches]).to.deep.equal(["orb-integration-hub-dev", []]);
  });

  it("is what the documents allow and the settings do not mean", async () => {
    const { after, problem } = await facts({ settings: { packages: ["orb-common"] } });

    expect(problem).to.equal(undefined);
    expect(after?.mismatches.map(({ what, seen, expected }) => `${what}: ${seen}, ${expected}`)).to.deep.equal([
      "publish orb-not-in-packages, orb-models, requests: allowed, denied",
      "compare with what is published of others, or in pypi-store: allowed, denied",
    ]);
  });

  describe("is why it is not judged, where", () => {
    const policy = (text: string) => (documents: string) =>
      documents.replaceAll(/"policy":"(?:[^"\\]|\\.)*"/g, `"policy":${JSON.stringify(text)}`);
    const cases: readonly (readonly [title: string, made: Made, says: RegExp])[] = [
      [
        "documents are missing",
        { documents: () => undefined },
        /^its program registered nothing; see the log of the job that runs it$/,
      ],
      ["documents are empty", { documents: () => "" }, /^what its program registered is not read: not JSON$/],
      [
        "documents are huge",
        { documents: () => " ".repeat(4_000_001) },
        /: 4000001 bytes long, and 4000000 are the most that is read$/,
      ],
      ["documents are nested", { documents: () => "[".repeat(1_000_000) }, /: nested deeper than 64 levels$/],
      [
        "documents are of another stack",
        { documents: (text) => text.replace('"dev"', '"<b>"') },
        /^what its program registered is of the stack <b>$/,
      ],
      [
        "documents are of another form",
        { documents: (text) => text.replace('"form":1', '"form":2') },
        /^what its program registered is not read: form: /,
      ],
      [
        "documents are of the settings of another customer",
        { documents: (text) => text.replaceAll("orb-integration-hub-dev", "acme-integration-hub-dev") },
        /^The settings mean roles that the program does not register: orb-/,
      ],
      [
        "a policy is nested deep",
        { documents: policy(`{"Version":${"[".repeat(3000)}${"]".repeat(3000)}}`) },
        /^registry-read-policy \(aws:iam\/policy:Policy\): /,
      ],
      [
        "a policy is long",
        { documents: policy(" ".repeat(100_000)) },
        /^registry-read-policy \(aws:iam\/policy:Policy\): /,
      ],
      [
        "settings are wrong",
        { settings: { tokenLifetime: 7, protect: 3 } },
        /^2 settings are wrong in stack dev \(Pulumi\.dev\.yaml, Pulumi\.yaml\):\n {2}\w/,
      ],
      [
        "a setting is not known to the base branch",
        { settings: { newSetting: true } },
        /newSetting: there is no such setting\./,
      ],
      ["the stack file is not YAML", { file: "a: [" }, /^Pulumi\.dev\.yaml is not YAML: /],
      ["the stack file is a bomb", { file: bomb() }, /^Pulumi\.dev\.yaml cannot be read: Excessive alias count/],
      [
        "the stack file is nested deep",
        { file: `config: ${"[".repeat(90_000)}` },
        /^the base branch's code failed on it: |^Pulumi\.dev\.yaml is not YAML/,
      ],
    ];
    for (const [title, made, says] of cases) {
      it(title, async () => {
        const { after, problem } = await facts(made);

        expect(after).to.equal(undefined);
        expect(problem).to.match(says);
      });
    }
  });

  it("is its plan, or what Pulumi printed where it gave none, or why a plan is not read", async () => {
    const known = async (plans: Made["plans"]) => {
      const { plan, failure } = await facts({ plans });
      return [plan, failure];
    };

    expect(await known({})).to.deep.equal([undefined, undefined]);
    expect(await known({ "dev.json": '{"steps":[]}', "dev.log": "a" })).to.deep.equal([
      { steps: [], diagnostics: [] },
      undefined,
    ]);
    expect(await known({ "dev.json": "", "dev.log": `${"x".repeat(30_000)}end` })).to.deep.equal([
      undefined,
      `${"x".repeat(19_997)}end`,
    ]);
    expect(await known({ "dev.json": "[".repeat(100), "dev.log": "a" })).to.deep.equal([
      undefined,
      "the plan is not read: nested deeper than 64 levels",
    ]);
  });
});

/** YAML in which nine references to nine references, and so on, make a list of millions. */
function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, level) =>
      `l${level}: &l${level} [${Array(9)
        .fill(level === 0 ? "x" : `*l${level - 1}`)
        .join(", ")}]`,
  );
  return [...levels, "config:", "  package-registry:packages: *l8"].join("\n");
}
