"""The command line: one group, one file for each concern in `web.commands`, one place where errors become sentences.

Whatever goes wrong on purpose anywhere in the house (an exception class of `kb`, `indexer` or `web`) is one line on
stderr and exit 1; wrong usage is exit 2; Ctrl-C is 130. QUISAIT_DEBUG=1 shows where.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import click

from web.commands import (
    accounts,
    archives,
    auditing,
    checking,
    drifting,
    explaining,
    finding,
    indexing,
    loading,
    proving,
    register,
    serving,
    simulating,
)

HOUSE = frozenset({"kb", "indexer", "web"})
_SIGNAL, _PIPE = 130, 141


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The data folder (else QUISAIT_DATA).")
@click.version_option(package_name="quisait", message="quisait %(version)s")
def quisait(data: Path | None) -> None:
    """Who knows? Finds the procedure, the answer or the colleague; asks them politely; keeps what they say.

    Try it with a sample organisation: quisait demo
    """


for command in (
    serving.demo,
    serving.init,
    serving.serve,
    serving.worker,
    checking.check,
    loading.load,
    finding.ask,
    finding.who,
    finding.search,
    explaining.explain,
    indexing.index,
    indexing.evaluate,
    drifting.drift,
    simulating.simulate,
    archives.export_,
    archives.import_,
    accounts.invite,
    accounts.token,
    auditing.audit,
    proving.proof,
    register.register,
):
    quisait.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit with its status."""
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str]) -> int:
    try:
        status = quisait.main(args=arguments, prog_name="quisait", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return _SIGNAL
    except BrokenPipeError:
        _close_quietly()
        return _PIPE
    except SystemExit as asked:
        return asked.code if isinstance(asked.code, int) else 1 if asked.code else 0
    except Exception as error:  # noqa: BLE001  (a person reads this, not a traceback)
        if os.environ.get("QUISAIT_DEBUG"):
            raise
        click.echo(f"quisait: {sentence(error)}", err=True)
        return 1


def sentence(error: Exception) -> str:
    """What went wrong, for the person at the keyboard."""
    if type(error).__module__.partition(".")[0] in HOUSE:
        return " ".join(str(error).split())
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. Free some space and do it again; what was finished before is kept."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}." if error.filename else f"{error.strerror}."
    said = next(iter(str(error).splitlines()), "")
    return f"Something broke ({type(error).__name__}: {said}). QUISAIT_DEBUG=1 shows where."


def _close_quietly() -> None:
    """Nobody reads our output any more: let the interpreter end without trying to flush it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
