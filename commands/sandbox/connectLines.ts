import { deployRoleName } from "../../naming/registryNames";
import type { KnownJob } from "../../sandbox/github/jobDescription";
import { jobsOf } from "../../sandbox/github/issuer";
import type { ConnectLines, PastedLines } from "../../sandbox/page/answers";
import type { Deployment } from "../../sandbox/pulumi/deployment";
import type { AccountSandbox } from "../../sandbox/sandbox";
import { shellText } from "../terminal/wrap";
import { administratorLine, identityLine, jobOptions, withAddress } from "./instructions";

/** Texts to paste of the output `clientSettings`, by client. */
type ClientTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The clients, as the page lists them, and where each text belongs. */
const clients: readonly (readonly [client: string, name: string, place: string, note: string])[] = [
  ["awsCli", "Token", "shell", "In the shell, before any other client. The token is in this shell alone."],
  ["pip", "pip", "shell", "In the shell: installs what requirements.txt lists."],
  ["twine", "twine", "shell", "In the shell: uploads what is in dist/."],
  ["uv", "uv", "pyproject", "In pyproject.toml."],
  ["uv", "uv: credentials", "shell", "In the shell, before uv sync or uv publish."],
  ["pipenv", "pipenv", "pipfile", "In the Pipfile."],
  ["poetry", "poetry", "pyproject", "In pyproject.toml."],
  ["poetry", "poetry: credentials", "shell", "In the shell, before poetry install."],
];

/** The same lines as `instructions`, for the page: every identity of each stack, and every client. None has a token. */
export function connectLines(
  deployments: readonly Deployment[],
  deployers: readonly KnownJob[],
  { address, endpointOf }: Pick<AccountSandbox, "address" | "endpointOf">,
): ConnectLines {
  return {
    stacks: deployments.map(({ stack, settings, outputs }) => {
      const { repositoryEndpoint, clientSettings } = outputs as {
        readonly repositoryEndpoint: string;
        readonly clientSettings: ClientTexts;
      };
      const { host } = new URL(repositoryEndpoint);
      const jobs = [
        ...jobsOf(settings),
        ...deployers.filter(({ roleName }) => roleName === deployRoleName(settings.domain)),
      ];
      return {
        stack,
        identities: [
          ...jobs.map((job) => identityOf(job, settings.domain, address)),
          {
            name: "Administrator",
            note: "May do everything in the account.",
            lines: administratorLine(address),
          },
        ],
        clients: clients.flatMap(([client, name, place, note]) => {
          const text = clientSettings[client]?.[place];
          return text === undefined
            ? []
            : [{ name, note, lines: withAddress(text, host, endpointOf(settings.domain)) }];
        }),
      };
    }),
  };
}

/** A role may have one job only, but several roles may have the same job, so the role is named. */
function identityOf(job: KnownJob, domain: string, address: string): PastedLines {
  const name = job.roleName.replace(`${domain}-codeartifact-`, "").replace(`${domain}-`, "");
  return {
    name: name.charAt(0).toUpperCase() + name.slice(1),
    note: `The shell acts as the job of ${job.repository} that assumes ${job.roleName}.`,
    lines: identityLine(`${jobOptions(job, address)} --role ${shellText(job.roleName)}`),
  };
}
