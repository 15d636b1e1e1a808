import { CommandError } from "../../cli";
import { ciEnvironment, type HubPublisher, type HubStack } from "./hubStacks";
import { promotionJob, promotionTrigger } from "./promotionJob";
import type { Team } from "./registryToml";
import {
  checkout,
  checkoutWithHistory,
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

/** The workflow that tests, builds, attests and publishes packages, as the trust policies of its roles name it. */
export function packagesWorkflow(path: string, team: Team, stacks: readonly HubStack[]): string {
  const published = publishingJobs(path, stacks);
  const names = packagesOf(team, published);
  const { preRelease, release, build } = team.branches;
  for (const { stack, publisher } of published) {
    if (![...preRelease, ...release].includes(publisher.branch)) {
      throw new CommandError(
        `registry.toml: ${stack.environment} publishes from ${publisher.branch}, which is in no list of [branches]. ` +
          "Add it to pre-release or to release.",
      );
    }
  }
  const name = path.replace(/^.*\/|\.ya?ml$/g, "");
  const paths = [
    ...names.map((one) => everythingIn(team.packages[one]?.path ?? ".")),
    ...new Set(names.flatMap((one) => team.packages[one]?.sources ?? [])),
    ...[".github/actions/**", ".github/registry/**", "registry.toml", path],
  ];
  const releasing = published.filter(
    ({ publisher }, index) =>
      release.includes(publisher.branch) && (team.promotion === undefined || before(published, index) === undefined),
  );
  const notPromoting = team.promotion === undefined ? undefined : "github.event_name != 'workflow_dispatch'";
  const promoted = published.flatMap(({ stack }, index) =>
    before(published, index) === undefined ? [] : stack.environment,
  );
  const jobs: readonly Job[] = [
    { ...releasesJob(), if: notPromoting },
    { ...dependenciesJob(stacks), if: notPromoting },
    testJob(),
    buildJob(),
    attestJob(),
    ...published.map((one, index) => {
      const former = before(published, index);
      return team.promotion === undefined || former === undefined
        ? publishJob(path, names, one, former?.environment, release.includes(one.publisher.branch))
        : promotionJob(path, team, former, { ...one.stack, publisher: one.publisher });
    }),
    ...(releasing.length === 0 ? [] : [tagJob(`publish-${releasing.at(-1)?.stack.environment ?? ""}`)]),
  ];
  return `name: ${name}

${writtenBySetup}
# The trust policies of the registries' roles name this file and the branches and environments below. Pull requests are built
# and tested. AWS decides what they may do, not the conditions here.
on:
${trigger("push", [...preRelease, ...release, ...build], paths)}
${trigger("pull_request", [...preRelease, ...release], paths)}${team.promotion === undefined ? "" : `\n${promotionTrigger(promoted)}`}

${common(name, "${{ github.event_name == 'pull_request' && github.ref || github.run_id }}", true)}
env:
  # Each package after those that it depends on.
  PACKAGES: ${names.join(" ")}
  # The repository whose attestation every file must have before it is published.
  ATTESTED_BY: ${attestedBy[team.attestations]}

jobs:
${jobs.map(renderJob).join("\n\n")}
`;
}

const attestedBy: Readonly<Record<Team["attestations"], string>> = {
  public: "${{ github.event.repository.visibility == 'public' && github.repository || '' }}",
  always: "${{ github.repository }}",
  never: '""',
};

interface Publishing {
  readonly stack: HubStack;
  readonly publisher: HubPublisher;
}

function publishingJobs(path: string, stacks: readonly HubStack[]): readonly Publishing[] {
  return stacks.flatMap((stack) =>
    stack.publishers.filter(({ workflow }) => workflow === path).map((publisher) => ({ stack, publisher })),
  );
}

/** In the order of registry.toml. */
function packagesOf(team: Team, published: readonly Publishing[]): readonly string[] {
  const wanted = new Set(published.flatMap(({ publisher }) => publisher.packages));
  const missing = [...wanted].filter((name) => !(name in team.packages));
  if (missing.length > 0) {
    throw new CommandError(
      missing
        .map((name) => `registry.toml has no [packages.${name}], and the stacks let it be published. Add it.`)
        .join("\n"),
    );
  }
  return Object.keys(team.packages).filter((name) => wanted.has(name));
}

/** The stack before, which the same branch publishes to. */
function before(published: readonly Publishing[], index: number): HubStack | undefined {
  const { branch } = published[index]?.publisher ?? {};
  return published
    .slice(0, index)
    .filter(({ publisher }) => publisher.branch === branch)
    .at(-1)?.stack;
}

function releasesJob(): Job {
  return {
    id: "releases",
    name: "Find what to release",
    minutes: 5,
    permissions: ["contents: read"],
    outputs: ["packages: ${{ steps.releases.outputs.packages }}"],
    steps: [
      checkoutWithHistory,
      `- id: releases
  run: |
    read -ra names <<< "$PACKAGES"
    packages=$(python3 .github/registry/packages/releases.py "\${names[@]}")
    echo "packages=$packages" >> "$GITHUB_OUTPUT"
    echo "To be released: \${packages:-nothing}" | tee -a "$GITHUB_STEP_SUMMARY"
  env:
    BEFORE: \${{ github.event.before || github.event.pull_request.base.sha }}`,
    ],
  };
}

/** With a reader in the environment `ci`, from the registry, so that a lock may name private packages; else from PyPI. */
function dependenciesJob(stacks: readonly HubStack[]): Job {
  const reading = stacks.find(({ ciReader }) => ciReader !== undefined);
  const login =
    reading &&
    `- id: login
  uses: ./.github/actions/codeartifact-login
  with:
    role-to-assume: ${roleArn(reading, reading.ciReader ?? "")}
    aws-region: ${reading.region}
    domain: ${reading.domain}`;
  const download = [
    "- name: Download what the locks name, and run nothing of it",
    "  run: |",
    '    read -ra names <<< "$PACKAGES"',
    '    python .github/registry/packages/dependencies.py dependencies "${names[@]}"',
    ...(login === undefined ? [] : ["  env:", "    PIP_INDEX_URL: ${{ steps.login.outputs.authenticated-index-url }}"]),
  ].join("\n");
  return {
    id: "dependencies",
    name: "Download what tests and builds need",
    minutes: 10,
    environment: login && ciEnvironment,
    permissions: [
      "contents: read",
      ...(login === undefined ? [] : ["id-token: write # to be the reader of this environment"]),
    ],
    steps: [
      checkout,
      setupPython,
      ...(login === undefined ? [] : [login]),
      download,
      uses("upload", { name: "dependencies", path: "dependencies/", "if-no-files-found": "error" }),
    ],
  };
}

const dependencies = uses("download", { name: "dependencies", path: "dependencies" });

function testJob(): Job {
  return {
    id: "test",
    name: "Test",
    needs: ["dependencies"],
    minutes: 10,
    permissions: ["contents: read"],
    steps: [
      checkout,
      setupPython,
      dependencies,
      `- name: Test each package, with the packages before it
  run: |
    read -ra names <<< "$PACKAGES"
    python .github/registry/packages/test.py --wheels dependencies "\${names[@]}"`,
    ],
  };
}

function buildJob(): Job {
  return {
    id: "build",
    name: "Build once, for all environments",
    needs: ["releases", "test"],
    if: "needs.releases.outputs.packages != ''",
    minutes: 10,
    permissions: ["contents: read"],
    steps: [
      checkout,
      setupPython,
      dependencies,
      `- run: |
    read -ra packages <<< "$RELEASES"
    python .github/registry/packages/build.py --wheels dependencies dist "\${packages[@]}"
  env:
    RELEASES: \${{ needs.releases.outputs.packages }}`,
      `${uses("upload", { name: "packages", path: "dist/", "if-no-files-found": "error" })}
    # An approval may wait this long.
    retention-days: 30`,
    ],
  };
}

const built = uses("download", { name: "packages", path: "dist" });

function attestJob(): Job {
  return {
    id: "attest",
    name: "Attest where the files come from",
    needs: ["build"],
    if: "github.event_name == 'push'",
    minutes: 5,
    permissions: [
      "contents: read",
      "id-token: write # signs for this job's identity",
      "attestations: write # stores the attestation with the repository",
    ],
    steps: [
      built,
      uses("attest", { "subject-path": "dist/*" }).replace("- uses", "- if: env.ATTESTED_BY != ''\n  uses"),
    ],
  };
}

function publishJob(
  path: string,
  names: readonly string[],
  { stack, publisher }: Publishing,
  former: string | undefined,
  releases: boolean,
): Job {
  const { environment, domain, region } = stack;
  const own = names.filter((name) => publisher.packages.includes(name));
  const packages = own.length === names.length ? "${{ env.PACKAGES }}" : own.join(" ");
  return {
    id: `publish-${environment}`,
    name: `Publish to ${environment}`,
    needs: [former === undefined ? "attest" : `publish-${former}`],
    if: onPushTo(publisher.branch),
    minutes: 15,
    environment,
    settings: releases
      ? `# Of the runs that wait here, only the latest continues. It also publishes what the others would have, because that has no tag yet.
concurrency:
  group: publish-${environment}
  cancel-in-progress: false`
      : undefined,
    permissions: [
      "contents: read",
      "id-token: write # to be the job that the role of this environment names",
      "attestations: read # to verify who built the files",
    ],
    steps: [
      checkout,
      built,
      `- uses: ./.github/actions/publish-python
  with:
    role-to-assume: ${roleArn(stack, publisher.role)}
    aws-region: ${region}
    domain: ${domain}
    packages: ${packages}
    files: dist
    attested-by: \${{ env.ATTESTED_BY }}
    signer-workflow: \${{ env.ATTESTED_BY && '${path}' }}
    source-ref: \${{ env.ATTESTED_BY && 'refs/heads/${publisher.branch}' }}`,
    ],
  };
}

function tagJob(former: string): Job {
  return {
    id: "tag",
    name: "Tag what is published",
    needs: ["releases", former],
    minutes: 5,
    permissions: ["contents: write # to push a tag"],
    steps: [
      checkoutWithHistory,
      `- run: |
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
    GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 -w0)"
    export GIT_CONFIG_VALUE_0
    for release in $RELEASES; do
      tag=\${release%%==*}-v\${release##*==}
      if git show-ref --verify --quiet "refs/tags/$tag"; then
        echo "$tag is there: the same files were published before."
      else
        git tag "$tag"
        git push origin "refs/tags/$tag"
      fi
    done
  env:
    RELEASES: \${{ needs.releases.outputs.packages }}
    GITHUB_TOKEN: \${{ github.token }}`,
    ],
  };
}
