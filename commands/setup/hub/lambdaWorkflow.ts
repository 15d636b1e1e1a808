import type { HubJob, HubStack, LambdaDeployer } from "./hubStacks";
import type { Team } from "./registryToml";
import {
  checkout,
  common,
  everythingIn,
  type Job,
  onPushTo,
  renderJob,
  roleArn,
  setupPython,
  trigger,
  uses,
  writtenBySetup,
} from "./workflowParts";

/** Where the workflow that builds layers and functions is, and what its jobs may do. */
interface LambdaWorkflow {
  /** Such as `.github/workflows/deploy-lambda-layers.yml`. */
  readonly path: string;
  readonly environments: readonly LambdaEnvironment[];
  /** @default - none: the workflow ends with the zips */
  readonly deployer?: LambdaDeployer;
}

/** A stack whose registry layers are built from. */
interface LambdaEnvironment {
  readonly stack: HubStack;
  readonly reader: HubJob;
}

/** The workflow of the readers that are not publishers' jobs. It is left out if the team has no such reader, or neither layers nor functions. */
export function findLambdaWorkflow(
  team: Team,
  stacks: readonly HubStack[],
  deployer: LambdaDeployer | undefined,
): LambdaWorkflow | undefined {
  const publishing = new Set(stacks.flatMap(({ publishers }) => publishers.map(({ workflow }) => workflow)));
  const others = stacks.flatMap(({ readers }) => readers.map(({ workflow }) => workflow));
  const path = deployer?.workflow ?? others.find((workflow) => !publishing.has(workflow));
  const environments = stacks.flatMap((stack) => {
    const reader = stack.readers.find(({ workflow }) => workflow === path);
    return reader === undefined ? [] : [{ stack, reader }];
  });
  const builds = Object.keys(team.layers).length + Object.keys(team.functions).length;
  return path === undefined || environments.length === 0 || builds === 0 ? undefined : { path, environments, deployer };
}

export function lambdaWorkflow({ path, environments, deployer }: LambdaWorkflow, team: Team): string {
  const name = path.replace(/^.*\/|\.ya?ml$/g, "");
  const folders = [...Object.values(team.layers), ...Object.values(team.functions)];
  const paths = [
    ...new Set(folders.map((folder) => everythingIn(folder.path))),
    ...[".github/actions/**", ".github/registry/**", "registry.toml", path],
  ];
  const jobs = environments.flatMap((one, index): readonly Job[] => {
    const former = environments
      .slice(0, index)
      .filter(({ reader }) => reader.branch === one.reader.branch)
      .at(-1)?.stack.environment;
    const deploys = (environment: string | undefined) =>
      environment !== undefined && deployer?.branches[environment] === one.reader.branch;
    return [
      buildJob(one, former, deploys(former)),
      ...(deploys(one.stack.environment) ? [deployJob(one, deployer?.bucket)] : []),
    ];
  });
  const branches = [...new Set(environments.map(({ reader }) => reader.branch))];
  return `name: ${name}

${writtenBySetup}
# The trust policies of the registries' roles name this file and the branches and environments below.
on:
${trigger("push", branches, paths)}

${common(name, "${{ github.run_id }}", false)}
jobs:
${[listJob(), ...jobs].map(renderJob).join("\n\n")}
`;
}

function listJob(): Job {
  return {
    id: "builds",
    name: "List layers and functions",
    minutes: 5,
    permissions: ["contents: read"],
    outputs: ["builds: ${{ steps.list.outputs.builds }}"],
    steps: [
      checkout,
      setupPython,
      `- id: list
  run: |
    builds=$(python3 -I .github/registry/lambda/build_lambda.py list)
    echo "builds=$builds" >> "$GITHUB_OUTPUT"`,
    ],
  };
}

/** Builds from the registry of an environment, and compares with the former environment's on the same branch. */
function buildJob({ stack, reader }: LambdaEnvironment, former: string | undefined, formerDeploys: boolean): Job {
  const { environment, domain, region } = stack;
  const artifact = (of: string) => `lambda-${of}-\${{ matrix.stem }}`;
  return {
    id: `build-${environment}`,
    name: `Build \${{ matrix.stem }} from the registry of ${environment}`,
    needs: ["builds", ...(former === undefined ? [] : [`${formerDeploys ? "deploy" : "build"}-${former}`])],
    if: onPushTo(reader.branch),
    minutes: 15,
    environment,
    settings: `strategy:
  matrix:
    include: \${{ fromJSON(needs.builds.outputs.builds) }}`,
    permissions: ["contents: read", "id-token: write # to be the job that the role of this environment names"],
    steps: [
      checkout,
      setupPython,
      `- name: Install the tool of the lock
  run: |
    python3 -I -m pip install --quiet --require-hashes --no-deps --only-binary=:all: -r "$TOOLS"
  env:
    TOOLS: \${{ matrix.tools }}`,
      `- id: login
  uses: ./.github/actions/codeartifact-login
  with:
    role-to-assume: ${roleArn(stack, reader.role)}
    aws-region: ${region}
    domain: ${domain}`,
      `- name: Build exactly what the lock names
  run: |
    python3 -I .github/registry/lambda/build_lambda.py build "$STEM" --to ${environment} | tee -a "$GITHUB_STEP_SUMMARY"
  env:
    STEM: \${{ matrix.stem }}
    CODEARTIFACT_INDEX_URL: \${{ steps.login.outputs.authenticated-index-url }}`,
      ...(former === undefined
        ? []
        : [
            uses("download", { name: artifact(former), path: former }),
            `- name: Compare with ${former}'s, byte for byte
  run: cmp "${former}/$STEM.zip" "${environment}/$STEM.zip"
  env:
    STEM: \${{ matrix.stem }}`,
          ]),
      uses("upload", { name: artifact(environment), path: `${environment}/`, "if-no-files-found": "error" }),
    ],
  };
}

function deployJob({ stack, reader }: LambdaEnvironment, bucket: string | undefined): Job {
  const { environment, domain, region } = stack;
  return {
    id: `deploy-${environment}`,
    name: `Move functions of ${environment} to the new layers`,
    needs: [`build-${environment}`],
    if: onPushTo(reader.branch),
    minutes: 15,
    environment,
    settings: `# Of the runs that wait here, only the latest continues.
concurrency:
  group: deploy-lambda-${environment}
  cancel-in-progress: false`,
    permissions: ["contents: read", "id-token: write # to be the job that the deployer's role names"],
    steps: [
      checkout,
      uses("download", { pattern: `lambda-${environment}-*`, path: environment, "merge-multiple": "true" }),
      [
        `- uses: ./.github/actions/deploy-lambda
  with:
    role-to-assume: ${roleArn(stack, `${domain}-lambda-deployer`)}
    aws-region: ${region}
    environment: ${environment}
    folder: ${environment}`,
        ...(bucket === undefined ? [] : [`    bucket: ${bucket.replaceAll("{environment}", environment)}`]),
      ].join("\n"),
    ],
  };
}
