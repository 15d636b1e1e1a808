import { devNull } from "node:os";

/**
 * An environment in which a Python client knows nothing of the person at this machine: not their home, nor the settings,
 * indexes, credentials and proxies that their own environment and files hold.
 *
 * @param home - a folder of its own, which also takes temporary files
 */
export function cleanEnvironment(
  home: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const { PATH = "", SYSTEMROOT } = process.env;
  return {
    ...{ PATH, HOME: home, USERPROFILE: home, TMPDIR: home, TEMP: home, LANG: "C.UTF-8" },
    ...(SYSTEMROOT === undefined ? {} : { SYSTEMROOT }),
    PIP_CONFIG_FILE: devNull,
    NO_PROXY: "127.0.0.1",
    ...more,
  };
}
