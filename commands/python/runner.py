"""Runs Python tools, each in a process of its own that starts with their imports done.

Importing twine or pip takes most of the time that one of their calls takes. So they are imported once, and every call runs
in a fork. A call is one line of JSON on standard input, an answer one line on standard output.
"""

import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import sys
import traceback

# Files of the folder that is current when this starts are not imported.
sys.path = [folder for folder in sys.path if folder]


def run(call):
    """Makes this process what `python -I -m MODULE WORDS` would be, in the call's folder and environment."""
    os.environ.clear()
    os.environ.update(call["environment"])
    os.chdir(call["directory"])
    output = os.open(call["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    sys.argv = call["words"]
    runpy.run_module(call["words"][0], run_name="__main__", alter_sys=True)


def fork(call):
    child = os.fork()
    if child != 0:
        return child
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = 1
    try:
        run(call)
        status = 0
    except SystemExit as end:
        status = end.code or 0
        if not isinstance(status, int):
            print(status, file=sys.stderr)
            status = 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Python's own end would take every imported module apart, which takes longer than most calls.
        os._exit(status)


def main():
    for module in sys.argv[1:]:
        importlib.import_module(module)
    # The collector would write to every object, and so copy in each fork what all of them share.
    gc.freeze()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writer)
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(reader, selectors.EVENT_READ)
    running = {}
    pending = b""
    while True:
        for key, _ in selector.select():
            if key.fd == reader:
                os.read(reader, 4096)
                for child in list(running):
                    done, status = os.waitpid(child, os.WNOHANG)
                    if done:
                        answer = {"id": running.pop(child), "exitCode": os.waitstatus_to_exitcode(status)}
                        os.write(1, (json.dumps(answer) + "\n").encode())
                continue
            text = os.read(0, 65536)
            if text == b"":
                # The caller has ended, and no call outlives it.
                os.killpg(0, signal.SIGKILL)
            *lines, pending = (pending + text).split(b"\n")
            for line in lines:
                call = json.loads(line)
                running[fork(call)] = call["id"]


main()
