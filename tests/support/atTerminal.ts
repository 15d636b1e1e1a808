import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { realPython } from "./realPython";

/** What a person sees, and then types: text with `\r` for Enter, `\x03` for Ctrl-C. */
export type Exchange = readonly [seen: string, typed: string];

/** How a program ended on a terminal. */
export interface TerminalRun {
  readonly exitCode: number | null;
  /** Everything that was shown, without escape sequences. */
  readonly shown: string;
}

/** Node has no terminals; Python's standard library does. */
const terminal = `
import fcntl, json, os, pty, re, struct, sys, termios
directory, program, exchanges = json.loads(sys.argv[1])
child, master = pty.fork()
if child == 0:
    # Wide enough that no question is wrapped.
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 300, 0, 0))
    os.chdir(directory)
    os.execvp(program[0], program)
shown, read = b"", 0
def plain(text):
    return re.sub(rb"\\x1b\\[[0-9;?]*[A-Za-z]", b"", text)
def more():
    try:
        return os.read(master, 65536)
    except OSError:
        return b""
for seen, typed in exchanges:
    while seen.encode() not in plain(shown[read:]):
        piece = more()
        if piece == b"":
            break
        shown += piece
    read = len(shown)
    os.write(master, typed.encode())
while True:
    piece = more()
    if piece == b"":
        break
    shown += piece
sys.stdout.buffer.write(plain(shown))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

/** Runs a program on a terminal of its own, as someone who waits for each question. */
export async function atTerminal(
  program: readonly string[],
  directory: string,
  exchanges: readonly Exchange[],
): Promise<TerminalRun> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(realPython(), ["-c", terminal, JSON.stringify([directory, program, exchanges])], {
    env: { PATH, HOME, TMPDIR, TERM: "xterm", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [shown, [exitCode]] = await Promise.all([text(child.stdout), once(child, "close") as Promise<[number | null]>]);
  return { exitCode, shown };
}
