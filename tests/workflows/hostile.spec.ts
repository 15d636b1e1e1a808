import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { describeWorkflows } from "../support/examples/describeWorkflows";
import { accountId } from "../support/bootstrap/account";
import { describePulumi } from "../support/describePulumi";
import { type Start, Team, type TeamRun } from "../support/workflows/team";

/** A state, as far as a test changes it. */
interface Checkpoint {
  readonly checkpoint: { readonly latest: { resources?: object[] } };
}

const switchLine = '  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true"\n';

describePulumi("a deployment that someone with write access attacks", (cli) => {
  describeWorkflows("with act", ({ act }) => {
    let team: Team;
    let head: string;
    let attacker: Server;
    let address: string;
    /** What was asked of the attacker's server. */
    const asked: string[] = [];
    const stateFile = ".pulumi/stacks/package-registry/dev.json";
    const role = (name: string) => `arn:aws:iam::${accountId}:role/orb-integration-hub-${name}`;

    before(async () => {
      team = await Team.open(act, cli);
      head = await team.head();
      attacker = createServer((request, response) => {
        asked.push(`${request.method!} ${request.url!}`);
        response.writeHead(404).end();
      }).listen(0, "127.0.0.1");
      await once(attacker, "listening");
      address = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}`;
    });

    beforeEach(() => {
      asked.length = 0;
    });

    after(async () => {
      attacker.close();
      await team.close();
    });

    const deploy = async (given: Partial<Start> = {}): Promise<TeamRun> =>
      (await team.start({ workflow: "deploy.yml", head, branch: "develop", ...given }))!;

    /** Puts a provider into the state of dev whose plugin the attacker's server has. */
    const poison = () => {
      const state = JSON.parse(team.bucket.objects.get(stateFile)!.toString()) as Checkpoint;
      const { latest } = state.checkpoint;
      const stack = "urn:pulumi:dev::package-registry::pulumi:pulumi:Stack::package-registry-dev";
      const provider = "urn:pulumi:dev::package-registry::pulumi:providers:evil::evil";
      latest.resources = [
        { urn: stack, custom: false, type: "pulumi:pulumi:Stack" },
        {
          urn: provider,
          custom: true,
          id: "6a5ab6d0-6e6e-4e6e-8e6e-6e6e6e6e6e6e",
          type: "pulumi:providers:evil",
          inputs: { version: "1.0.0", pluginDownloadURL: address },
          outputs: { version: "1.0.0", pluginDownloadURL: address },
        },
        {
          urn: "urn:pulumi:dev::package-registry::evil:index:Thing::thing",
          custom: true,
          id: "thing",
          type: "evil:index:Thing",
          provider: `${provider}::6a5ab6d0-6e6e-4e6e-8e6e-6e6e6e6e6e6e`,
        },
      ];
      team.bucket.objects.set(stateFile, Buffer.from(JSON.stringify(state)));
    };

    /** Runs with other objects in the bucket, and puts back what was there. */
    const afterwardsAsBefore = async (use: () => Promise<void>) => {
      const objects = new Map(team.bucket.objects);
      try {
        await use();
      } finally {
        team.bucket.objects.clear();
        objects.forEach((content, key) => team.bucket.objects.set(key, content));
      }
    };

    it("downloads no plugin that a state names: the plan fails, says which plugin it lacks, and nothing is deployed", () =>
      afterwardsAsBefore(async () => {
        poison();
        const { jobs, log, summary, ...ended } = await deploy();

        expect(jobs, log).to.deep.equal({ check: "success", stacks: "success", plan: "failure" });
        expect(summary).to.include(
          "no resource plugin 'pulumi-resource-evil' found in the workspace at version v1.0.0",
        );
        expect(log).to.include("no resource plugin 'pulumi-resource-evil' found");
        expect([asked, ended.verified, team.domains()]).to.deep.equal([[], [], []]);
        expect(ended.assumed).to.deep.equal([role("preview")]);
      }));

    it("would download it without the line that forbids it", () =>
      afterwardsAsBefore(async () => {
        poison();
        const unguarded = await team.change(head, {
          ".github/workflows/deploy.yml": (text) => text.replace(switchLine, ""),
        });
        const { jobs, log } = await deploy({ head: unguarded });

        expect(jobs, log).to.deep.equal({ check: "success", stacks: "success", plan: "failure" });
        expect(asked[0]).to.match(/^GET \/pulumi-resource-evil-v1\.0\.0-linux-/);
      }));

    it("downloads none in the deployment either, where the state changes after the plan", () =>
      afterwardsAsBefore(async () => {
        const { jobs, log, ...ended } = await deploy({
          approve: (environment) => {
            if (environment === "dev") {
              poison();
            }
            return true;
          },
        });

        expect(jobs, log).to.deep.equal({ check: "success", stacks: "success", plan: "success", deploy: "failure" });
        expect(log).to.match(/\[deploy\] .*no resource plugin 'pulumi-resource-evil' found/);
        expect([asked, team.domains()]).to.deep.equal([[], []]);
        expect(ended.verified.map((line) => line.split(" as ")[0])).to.deep.equal(["--stack dev --boundaries"]);
      }));

    for (const [what, path, line, reason] of [
      [
        "backend",
        "Pulumi.yaml",
        /^backend:\n.*\n/m,
        "backend.url: is missing in Pulumi.yaml, and a deployment takes it from there alone. Write s3://",
      ],
      [
        "account",
        "Pulumi.dev.yaml",
        /^ {2}aws:allowedAccountIds:\n {4}- .*\n/m,
        "aws:allowedAccountIds: is missing, and a deployment goes into one account. Write the account of stack dev into",
      ],
    ] as const) {
      it(`takes no ${what} from a variable: where the files have none, no job identifies itself, and it says what to write`, async () => {
        const without = await team.change(head, {
          [path]: (text) => {
            expect(text).to.match(line);
            return text.replace(line, "");
          },
        });
        const { jobs, log, ...ended } = await deploy({
          head: without,
          variables: { PULUMI_BACKEND_URL: address, AWS_ACCOUNT_DEV: "666666666666", AWS_ACCOUNT_ID: "666666666666" },
        });

        expect(jobs, log).to.deep.equal({ check: "success", stacks: "success", plan: "failure" });
        expect(log).to.include(reason);
        expect([asked, ended.identified, ended.assumed, ended.verified]).to.deep.equal([[], [], [], []]);
        expect(log).not.to.include("Install Pulumi and its plugins, and compare their sums [");
      });
    }

    it("fails where the runner's environment has another backend than the files, before a job identifies itself", async () => {
      const { jobs, log, ...ended } = await deploy({ environment: { PULUMI_BACKEND_URL: address } });

      expect(jobs, log).to.deep.equal({ check: "success", stacks: "success", plan: "failure" });
      expect(log).to.include(
        `PULUMI_BACKEND_URL: "${address}" is set in the environment, and a deployment takes the address from Pulumi.yaml.`,
      );
      expect([asked, ended.identified]).to.deep.equal([[], []]);
    });

    it("fails where an archive has another sum or none, before a job identifies itself, and says what to run", async () => {
      for (const [change, reason] of [
        [
          (text: string) => text.replace(/^[0-9a-f]{64}(?= {2}pulumi-resource-aws-v)/m, "0".repeat(64)),
          /expected 0{64}, found/,
        ],
        [(text: string) => text.replace(/^.* {2}pulumi-v.*\n/m, ""), /SHA256SUMS has no sum of: pulumi-v/],
      ] as const) {
        const changed = await team.change(head, { "tools/pulumi/SHA256SUMS": change });
        const { jobs, log, ...ended } = await deploy({ head: changed });

        expect(jobs, log).to.deep.equal({ check: "success", stacks: "success", plan: "failure" });
        expect(log).to.match(reason).and.include("sh tools/pulumi/install.sh --renew");
        expect(ended.identified).to.deep.equal([]);
      }
    });

    it("deploys to the backend and the account that the files name, whatever the variables say", async () => {
      const before = new Set(team.bucket.objects.keys());
      const { jobs, log, ...ended } = await deploy({
        variables: { PULUMI_BACKEND_URL: address, AWS_ACCOUNT_DEV: "666666666666" },
      });

      expect(jobs, log).to.deep.equal({ check: "success", stacks: "success", plan: "success", deploy: "success" });
      expect(asked).to.deep.equal([]);
      expect(ended.assumed).to.deep.equal([role("preview"), role("dev-deploy")]);
      expect(team.domains()).to.deep.equal(["orb-integration-hub-dev"]);
      const written = [...team.bucket.objects.keys()].filter((key) => !before.has(key));
      expect(written.some((key) => key.startsWith(".pulumi/history/package-registry/dev/"))).to.equal(true);
    });
  });
});
