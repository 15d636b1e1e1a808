// The part of the stand-in for GitHub's command line that knows the issues of the repository, which are kept in a file.
const { existsSync, readFileSync, writeFileSync } = require("node:fs");

const list = `repos/${process.env.GITHUB_REPOSITORY}/issues`;
const path = new RegExp(String.raw`^${list}(?:/(\d+)|\?state=open&per_page=100)?$`);
// Nothing of jq but what the workflow asks for.
const filter = new RegExp(
  String.raw`^\.\[\]\s*\| select\(\.pull_request == null and \.user\.login == "([^"]+)"\)` +
    String.raw`\s*\| select\(\(\.body // ""\) \| startswith\("([^"]+)"\)\)\s*\| \.number$`,
);

/** Whether the call is about issues. */
exports.isAboutIssues = (args) => args.some((text) => path.test(text));

exports.answer = (args, fail) => {
  const file = process.env.TEAM_ISSUES;
  const issues = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  const valueOf = (option) => args[args.indexOf(option) + 1];
  const method = args.includes("--method") ? valueOf("--method") : "GET";
  const [address, number] = path.exec(args.find((text) => path.test(text)));
  const fields = Object.fromEntries(
    args.flatMap((text, index) => {
      const [, name, value] = (args[index - 1] === "--field" && /^(\w+)=([\s\S]*)$/.exec(text)) || [];
      return name === undefined ? [] : [[name, value.startsWith("@") ? readFileSync(value.slice(1), "utf8") : value]];
    }),
  );
  // As GitHub does: https://docs.github.com/en/rest/issues/issues#create-an-issue
  if (fields.body !== undefined && fields.body.length > 65_536) {
    fail("Validation Failed: body is too long (maximum is 65536 characters) (HTTP 422)");
  }
  if (method === "GET" && address.includes("?") && args.includes("--paginate")) {
    const [, login, start] =
      filter.exec(valueOf("--jq")) ?? fail(`a filter that the stand-in does not know: ${valueOf("--jq")}`);
    const found = issues.filter(
      (one) =>
        one.state === "open" && !one.pull_request && one.user.login === login && (one.body ?? "").startsWith(start),
    );
    process.stdout.write(found.map((one) => `${one.number}\n`).join(""));
  } else if (method === "POST" && address === list && fields.title) {
    const made = { number: 100 + issues.length, state: "open", user: { login: "github-actions[bot]" }, ...fields };
    writeFileSync(file, JSON.stringify([...issues, made]));
  } else if (method === "PATCH" && issues.some((one) => String(one.number) === number)) {
    writeFileSync(
      file,
      JSON.stringify(issues.map((one) => (String(one.number) === number ? { ...one, ...fields } : one))),
    );
  } else {
    fail(`no such address: ${method} ${address}`);
  }
};
