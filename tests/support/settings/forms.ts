import { bootstrapSettingNames, parseSettings as parseBootstrapSettings } from "../../../bootstrap/settings";
import { cliText, lostTexts, parseCliYaml } from "../../../sandbox/pulumi/cliYaml";
import { parseSettings } from "../../../settings";
import { settingNames } from "../../../settings/configuration";

/** A program, and a stack file of it that gives every setting. */
export interface Program {
  readonly title: string;
  readonly namespace: string;
  /** By bare names, or whole ones for `aws:`. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly settingNames: readonly string[];
  readonly parse: (configuration: Readonly<Record<string, string>>) => unknown;
}

const account = "123456789012";
const job = { repository: "acme/packages", repositoryId: "11", ownerId: "22" };

/** The AWS provider's settings that both programs read. A number of twelve digits is an account's id, too. */
const awsValues = { "aws:region": "us-east-1", "aws:profile": "work", "aws:allowedAccountIds": [account] };

/** The registry and bootstrap. */
export const programs: readonly Program[] = [
  {
    title: "the registry",
    namespace: "package-registry",
    settingNames,
    parse: (configuration) => parseSettings(configuration, "dev", __dirname),
    values: {
      ...awsValues,
      customerId: "orb",
      projectId: "hub",
      environment: "dev",
      githubEnterprise: "acme",
      publicPackages: "true",
      tokenLifetime: "1800",
      sessionDuration: "7200",
      encryption: "aws-managed",
      readerOrganizationId: "o-a1b2c3d4e5",
      oidcProviderArn: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com/acme`,
      permissionsBoundary: `arn:aws:iam::${account}:policy/Boundary`,
      protect: "false",
      adopt: "true",
      packages: ["orb-common", "orb-models"],
      origins: { private: ["orb~"], public: ["orb-billing"], blocked: ["orb-comon"] },
      publishers: [
        { ...job, name: "one", ref: "any", workflow: "any", packages: ["orb-common"] },
        { ...job, name: "two", ref: "any", workflow: "any", environment: "release", packages: ["orb-models"] },
      ],
      readers: [{ ...job, branch: "main" }],
      inspectors: [{ ...job, ref: "any", workflow: "any" }],
      maintainers: [{ ...job, branch: "main", ref: "refs/heads/main", workflow: "any" }],
      audit: {
        retentionDays: 365,
        alarmTopicArn: `arn:aws:sns:us-east-1:${account}:alarms`,
        keyArn: `arn:aws:kms:us-east-1:${account}:key/logs`,
      },
      readerAccountIds: ["012345678901", "210987654321"],
      tags: { CostCentre: "platform", Zone: "1.10" },
    } satisfies Record<(typeof settingNames)[number] | keyof typeof awsValues, unknown>,
  },
  {
    title: "bootstrap",
    namespace: "package-registry-bootstrap",
    settingNames: bootstrapSettingNames,
    parse: (configuration) => parseBootstrapSettings(configuration, "dev"),
    values: {
      ...awsValues,
      customerId: "orb",
      projectId: "hub",
      repository: "acme/registry",
      repositoryId: "11",
      ownerId: "22",
      environments: { dev: "refs/heads/main", prod: "refs/heads/main" },
      githubEnterprise: "acme",
      sharedEnvironments: ["prod"],
      deletableEnvironments: ["dev"],
      stateBucket: "acme-state",
      stateKeyArn: `arn:aws:kms:us-east-1:${account}:key/state`,
      lambda: {
        ...job,
        workflow: ".github/workflows/deploy-lambda-layers.yml",
        branches: { dev: "refs/heads/develop", prod: "refs/heads/main" },
        layers: ["orb-{environment}-shared"],
        functions: ["orb-{environment}-users"],
        bucket: "orb-{environment}-zips",
      },
    } satisfies Record<(typeof bootstrapSettingNames)[number] | keyof typeof awsValues, unknown>,
  },
];

/** A setting's whole name. */
export function qualified({ namespace }: Program, key: string): string {
  return key.includes(":") ? key : `${namespace}:${key}`;
}

/** A value as `pulumi config set --path` writes it, which takes whole numbers and booleans for what they look like. */
export function asWrittenByPath(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(asWrittenByPath);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, asWrittenByPath(content)]));
  }
  const text = String(value);
  if (text === "true" || text === "false") {
    return text === "true";
  }
  return /^(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : value;
}

/** What a person hears of a stack file: the settings, the lines of an error, or what the reader says of it. */
export interface Reading {
  readonly settings?: unknown;
  readonly lines: readonly string[];
}

/** Reads a stack file that gives every setting, one of them as this YAML. */
export function readWith(program: Program, key: string, yaml: string): Reading {
  const others = Object.entries(program.values).filter(([other]) => other !== key);
  const text = [
    "config:",
    ...others.map(([other, value]) => `  ${qualified(program, other)}: ${JSON.stringify(value)}`),
    `  ${qualified(program, key)}: ${yaml}`,
    "",
  ].join("\n");
  const document = parseCliYaml(text);
  const lost = lostTexts(document.get("config"));
  if (document.errors.length > 0 || lost.length > 0) {
    return { lines: [...document.errors.map(({ message }) => message), ...lost] };
  }
  const { config } = document.toJS() as { config: Record<string, unknown> };
  return readConfiguration(
    program,
    Object.fromEntries(Object.entries(config).map(([name, value]) => [name, cliText(value)])),
  );
}

/** Reads what the CLI hands to a program. */
export function readConfiguration({ parse }: Program, configuration: Readonly<Record<string, string>>): Reading {
  try {
    return { settings: parse(configuration), lines: [] };
  } catch (error) {
    const { errors } = error as { errors?: readonly string[] };
    if (errors === undefined) {
      throw error;
    }
    return { lines: errors };
  }
}
