#!/usr/bin/env node
// Replaces GitHub's command line before the comments of one pull request, which are kept in a file, and the repository's issues.
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const issues = require("./ghIssues.cjs");

const { TEAM_COMMENTS: file, GH_TOKEN: token } = process.env;
const args = process.argv.slice(2);
const valueOf = (option) => args[args.indexOf(option) + 1];
const fail = (text) => {
  process.stderr.write(`gh: ${text}\n`);
  process.exit(1);
};

if (args[0] !== "api" || !token) {
  fail(`not understood, or without a token: ${args.join(" ")}`);
}
if (issues.isAboutIssues(args)) {
  issues.answer(args, fail);
  process.exit();
}
const comments = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
const path = args.find((text) => text.startsWith("repos/"));
const repository = `repos/${process.env.GITHUB_REPOSITORY}`;
const list = `${repository}/issues/7/comments`;
const [, id] = new RegExp(String.raw`^${repository}/issues/comments/(\d+)$`).exec(path) ?? [];
const method = args.includes("--method") ? valueOf("--method") : "GET";

if (method === "GET" && path === list && args.includes("--paginate")) {
  // Nothing of jq but what the workflow asks for.
  const [, login, start] =
    /^\.\[\]\s*\|\s*select\(\.user\.login == "([^"]+)" and \(\.body \| startswith\("([^"]+)"\)\)\)\s*\|\s*\.id$/.exec(
      valueOf("--jq"),
    ) ?? fail(`a filter that the stand-in does not know: ${valueOf("--jq")}`);
  const found = comments.filter(({ user, body }) => user.login === login && body.startsWith(start));
  process.stdout.write(found.map((comment) => `${comment.id}\n`).join(""));
} else if (
  (method === "POST" && path === list) ||
  (method === "PATCH" && comments.some((one) => String(one.id) === id))
) {
  const [, bodyFile] = /^body=@(.+)$/.exec(valueOf("--field")) ?? fail("no body from a file");
  const body = readFileSync(bodyFile, "utf8");
  const changed =
    method === "POST"
      ? [...comments, { id: 9000 + comments.length, user: { login: "github-actions[bot]" }, body }]
      : comments.map((one) => (String(one.id) === id ? { ...one, body } : one));
  writeFileSync(file, JSON.stringify(changed));
} else {
  fail(`no such address: ${method} ${path}`);
}
