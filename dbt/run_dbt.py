"""Runs dbt in a process group of its own, which ends when the process that started it is gone.

usage: run_dbt.py [NAME=value ...] -- <dbt's arguments>

Standard input is a pipe that the starter holds open and never writes to: its end is the starter's end.
NAME=value pairs are set in the environment. Exits as dbt does, and with 143 when it was asked to end.
"""

import os
import signal
import sys
import threading
import time

GRACE_SECONDS = 10
EXIT_ENDED = 143

ended = threading.Event()


def end_with_starter() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def interrupt(_signal: int, _frame: object) -> None:
    """As Ctrl-C would: dbt cancels the queries it has in flight, which a plain SIGTERM leaves running in BigQuery."""
    ended.set()
    raise KeyboardInterrupt


def run(arguments: list[str]) -> int:
    from dbt.cli.main import cli

    try:
        cli(arguments, prog_name="dbt", standalone_mode=True)
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else 2
    except KeyboardInterrupt:
        ended.set()
    return 0


if __name__ == "__main__":
    if os.getpgrp() != os.getpid():
        os.setpgrp()
    signal.signal(signal.SIGTERM, interrupt)
    threading.Thread(target=end_with_starter, daemon=True).start()
    split = sys.argv.index("--")
    os.environ.update(pair.split("=", 1) for pair in sys.argv[1:split])
    try:
        code = run(sys.argv[split + 1 :])
    except KeyboardInterrupt:
        code = EXIT_ENDED
    # Without waiting for threads that still sit in a query.
    sys.stdout.flush()
    os._exit(EXIT_ENDED if ended.is_set() else code)
