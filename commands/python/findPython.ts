import { runProcess } from "./runProcess";

/** A Python of this machine that can make an environment of its own. */
export interface Python {
  readonly command: string;
  /** Tells it from every other Python, this one after an update included. */
  readonly identity: string;
}

/** Why something cannot be had on this machine, as the rest of a sentence: `there is no Python on the PATH`. */
export interface Missing {
  readonly missing: string;
}

/** What twine 7 and pip 26 need. */
const oldest = [3, 10] as const;

const commands = ["python3", "python"] as const;

/** The first Python on the PATH that is new enough. */
export async function findPython(): Promise<Python | Missing> {
  const errors: string[] = [];
  for (const command of commands) {
    const found = await look(command);
    if (found === undefined) {
      continue;
    }
    const { version, identity, complete } = found;
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      errors.push(`${command} is Python ${version}, and ${oldest.join(".")} or newer is needed`);
    } else if (!complete) {
      errors.push(`${command} lacks the modules venv and ensurepip (on Debian: apt install python3-venv)`);
    } else {
      return { command, identity };
    }
  }
  return { missing: errors[0] ?? `there is no Python on the PATH (${commands.join(", ")})` };
}

interface Found {
  readonly version: string;
  readonly identity: string;
  readonly complete: boolean;
}

/** Of old Pythons too, which know no `-I`: so it takes the current folder off the path itself. */
const question = `
import sys
sys.path = [folder for folder in sys.path if folder]
import json, sysconfig
try:
    import ensurepip, venv
    complete = True
except ImportError:
    complete = False
print(json.dumps({
    "version": ".".join(str(part) for part in sys.version_info[:3]),
    "identity": " ".join([sys.version, sysconfig.get_platform(), sys.prefix]),
    "complete": complete,
}))`;

/** Nothing where the command is not there, or is no Python. */
async function look(command: string): Promise<Found | undefined> {
  try {
    const { exitCode, output } = await runProcess(command, ["-c", question]);
    return exitCode === 0 ? (JSON.parse(output) as Found) : undefined;
  } catch {
    return undefined;
  }
}
