import { renderAccessTable } from "./render";
import { deployWithOtherStacks } from "./otherStacks";
import { accessTable } from "./table";

const section = /(<!-- access table:.*?-->\n).*(<!-- end of access table -->)/s;

/** README as it ought to be: with the access table of `dev` as the program makes it now. */
export async function withAccessTable(readme: string, directory: string): Promise<string> {
  const { deployment, otherStacks } = await deployWithOtherStacks(directory, "dev");
  const table = renderAccessTable(accessTable(deployment, otherStacks), "markdown");
  return readme.replace(section, (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}
