import markdown from "@eslint/markdown";
import pulumi from "@pulumi/eslint-plugin";
import imports, { createNodeResolver } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";
import { plainWords } from "./tools/lint/plainWords.mjs";

/**
 * The folders, and which of the others each may import. What is deployed (index.ts, settings, components, bootstrap) never
 * depends on the sandbox or the commands, and the sandbox never takes its answers from the components: it sees only what
 * the program registers. CONTRIBUTING.md describes each folder; tests/contributing.spec.ts compares the two lists.
 */
export const layers = {
  naming: [],
  github: ["naming"],
  iam: ["github"],
  settings: ["naming", "iam", "github"],
  components: ["settings", "naming", "iam", "github"],
  bootstrap: ["settings", "components", "naming", "iam", "github"],
  // Rules for any team's stack: nothing of what this project's own program makes.
  policies: ["naming", "iam", "github"],
  sandbox: ["settings", "naming", "iam", "github"],
  // Of bootstrap, setup reads the settings: whether they accept the files that it is about to write.
  commands: ["sandbox", "bootstrap", "settings", "naming", "iam", "github"],
};

/** What index.ts may import. */
const program = ["settings", "components"];

/** The files of the sandbox that speak HTTP. State and rules stay free of it, so that tests and commands call them directly. */
const httpFiles = [
  "sandbox/sandbox.ts",
  "sandbox/**/routes.ts",
  "sandbox/**/api.ts",
  "sandbox/*/api/**",
  "sandbox/codeartifact/pypi/**",
  "sandbox/page/**",
  "sandbox/core/**",
  "sandbox/publicIndex/smallIndex.ts",
];

const folders = Object.keys(layers);

function restrictions(name, allowed, forbidden = []) {
  const relative = name === "index.ts" ? "\\./" : "(\\.\\./)+";
  return {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...folders
            .filter((other) => other !== name && !allowed.includes(other))
            .map((other) => ({
              // Within a folder a file may have the name of another folder.
              regex: `^${relative}${other}(/|$)`,
              message: `${name} does not import ${other}: see the layers in eslint.config.mjs.`,
            })),
          ...forbidden,
        ],
      },
    ],
  };
}

const noHttp = {
  regex: "^(fastify|@fastify/.*)$",
  message: "Only the files listed as httpFiles in eslint.config.mjs import fastify.",
};

const layerRules = [
  { files: ["index.ts"], rules: restrictions("index.ts", program) },
  ...Object.entries(layers).map(([folder, allowed]) => ({
    files: [`${folder}/**`],
    rules: restrictions(folder, allowed, folder === "sandbox" ? [noHttp] : []),
  })),
  { files: httpFiles, rules: restrictions("sandbox", layers.sandbox) },
];

const typescript = ["**/*.{ts,tsx}"];

/** Files that `plain-words` checks: all but its own list of words. */
const plainFiles = ["**/*.{ts,tsx,md,cjs,mjs}"];

export default tseslint.config(
  { ignores: ["node_modules/", ".cache/", ".stryker-tmp/", "reports/"] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: typescript })),
  {
    files: typescript,
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "@pulumi": pulumi, "import-x": imports },
    settings: {
      "import-x/extensions": [".ts", ".tsx"],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
      "import-x/resolver-next": [createNodeResolver({ extensions: [".ts", ".tsx"] })],
    },
    rules: {
      // Types may name each other: a domain's state holds its repositories, and a repository's request names its domain.
      "import-x/no-cycle": "error",
      "@pulumi/no-output-in-template-literal": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      curly: "error",
      eqeqeq: "error",
      "max-lines": ["error", { max: 400, skipComments: true, skipBlankLines: true }],
    },
  },
  // chai's assertions are property reads.
  {
    files: ["tests/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "max-lines": "off",
    },
  },
  ...layerRules,
  { plugins: { "plain-words": { rules: { "plain-words": plainWords } } } },
  { files: ["**/*.md"], plugins: { markdown }, language: "markdown/gfm" },
  { files: plainFiles, ignores: ["tools/lint/plainWords.mjs"], rules: { "plain-words/plain-words": "error" } },
);
