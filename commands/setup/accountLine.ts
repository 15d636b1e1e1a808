import { quotedList, type YamlFile } from "./yamlFile";

const accountLine = /^( *)# (aws:allowedAccountIds: ).*$/m;

/** The shipped files have the line as a comment, in its place. */
export function withAccountLine(text: string, account: string | undefined): string {
  return account === undefined ? text : text.replace(accountLine, `$1$2["${account}"]`);
}

/** Writes the only account that the stack may be deployed into, or takes the line away while it is not known. */
export function writeAccount(file: YamlFile, account: string | undefined): void {
  const path = ["config", "aws:allowedAccountIds"];
  if (account === undefined) {
    file.remove(...path);
  } else if (file.text(...path, 0) === account) {
    return;
  } else if (file.get(...path) === undefined) {
    file.insertAfter(["config"], "aws:region", "aws:allowedAccountIds", quotedList([account]));
  } else {
    file.set([...path, 0], account);
  }
}
