import * as accessAnalyzer from "../../sandbox/accessanalyzer/routes";
import { cloudControl } from "../../sandbox/cloudcontrol/api";
import { cloudTrail } from "../../sandbox/cloudtrail/api";
import { models, operations } from "../../sandbox/codeartifact/api/routes";
import { operationsOf } from "../../sandbox/core/model";
import { eventBridge } from "../../sandbox/eventbridge/api/api";
import { iam } from "../../sandbox/iam/api/iam";
import { kms } from "../../sandbox/kms/api/api";
import { logs } from "../../sandbox/logs/api/api";
import { sns } from "../../sandbox/sns/api";
import { sts } from "../../sandbox/sts/api";
import { defaultWidth, wrap } from "../terminal/wrap";

/** Where the list is: from the marker to the next heading. */
const listed = /(<!-- operations: npm run readme -->\n\n)(?:- .*\n(?:  .*\n)*)+/;

/** The text with the operations of each service as the sandbox has them now. */
export async function withOperations(readme: string): Promise<string> {
  const list = await operationsList();
  return readme.replace(listed, (_all, marker: string) => `${marker}${list}`);
}

/** Every operation that the sandbox answers, by service, and how many AWS's own model has. */
async function operationsList(): Promise<string> {
  const services = await Promise.all(
    [iam, sts, kms, cloudControl, cloudTrail, eventBridge, logs, sns].map(async (service) => ({
      title: service.title,
      names: [...service.operations.keys()],
      all: [...operationsOf(await service.sdk()).keys()],
    })),
  );
  const rest = [
    { title: "CodeArtifact", names: [...operations.keys()], all: [...models.keys()] },
    ...services,
    {
      title: "IAM Access Analyzer",
      names: [...accessAnalyzer.operations.keys()],
      all: [...accessAnalyzer.models.keys()],
    },
  ];
  return rest.map(({ title, names, all }) => item(title, names, all)).join("");
}

function item(title: string, names: readonly string[], all: readonly string[]): string {
  const rejected = all.filter((name) => !names.includes(name));
  const most = rejected.length === 0 ? "all" : `all but ${[...rejected].sort().join(", ")}`;
  const shown = rejected.length < names.length ? most : [...names].sort().join(", ");
  return `${wrap(`- ${title}, ${names.length} of ${all.length}: ${shown}.`, width).replaceAll("\n", "\n  ")}\n`;
}

/** As wide as the other lines of the file. */
const width = Math.max(defaultWidth, 138);
