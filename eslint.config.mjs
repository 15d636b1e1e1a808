import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/**
 * Two towers stand on shared ground: what is deployed (index.ts, clientSettings.ts, components, bootstrap) and what
 * imitates or inspects the deployment (cloud, engine, commands). What is deployed must not depend on what imitates it,
 * and what imitates it must not take its answers from the components.
 */
const floors = [
  { room: "naming", above: [] },
  { room: "iam", above: [] },
  { room: "settings", files: ["settings.ts", "settings/**"], above: ["naming", "iam"] },
  { room: "components", above: ["naming", "iam"] },
  { room: "clientSettings", files: ["clientSettings.ts"], above: [] },
  { room: "index", files: ["index.ts"], above: ["settings", "components", "clientSettings"] },
  { room: "bootstrap", above: ["settings", "components", "naming", "iam"] },
  { room: "github", above: [] },
  { room: "cloud", above: ["naming", "iam"] },
  { room: "engine", above: ["cloud", "settings", "iam"] },
  { room: "sandbox", above: ["engine", "cloud", "github", "iam", "naming", "settings"] },
  // Of bootstrap, setup reads the settings: whether they accept the files that it is about to write.
  { room: "commands", above: ["sandbox", "engine", "cloud", "github", "iam", "naming", "settings", "bootstrap"] },
];

const rooms = floors.map(({ room }) => room);

const floorRules = floors.map(({ room, files, above }) => ({
  files: files ?? [`${room}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: rooms
          .filter((other) => other !== room && !above.includes(other))
          .map((other) => ({
            // Within a room a file may be called as another room is.
            regex: `^${files ? "(\\./|(\\.\\./)+)" : "(\\.\\./)+"}${other}(/|$)`,
            message: `${room} stands below or beside ${other}: see the floors in eslint.config.mjs.`,
          })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ["node_modules/", ".cache/", ".stryker-tmp/", "reports/"] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      curly: "error",
      eqeqeq: "error",
      "max-lines": ["error", { max: 250, skipComments: true, skipBlankLines: true }],
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
  ...floorRules,
);
