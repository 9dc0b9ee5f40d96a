"""`init`, `serve`, `worker`, `demo`: what runs."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from web.commands.surroundings import data_given, open_settings, open_store, settings
from web.commands.terminal import Progress, say

if TYPE_CHECKING:
    from web.config import Config

_PORT = click.option("--port", type=click.IntRange(0, 65535), help="0 takes any free one.")


@click.command()
def init() -> None:
    """Make the data folder, the secret key and the database."""
    from web.opening import open_encoder

    config, _ = open_settings()
    with Progress() as progress:
        open_encoder(config, progress.say)
    click.echo(f"The knowledge base is in {config.data}.")
    click.echo("Next: quisait serve, and open the address that it says: five things are asked there.")


@click.command()
@click.option("--host", help="Address to listen on (QUISAIT_HOST; 127.0.0.1 by default).")
@_PORT
def serve(host: str | None, port: int | None) -> None:
    """Serve the site, with the worker beside it."""
    from web.config import read_config

    run(read_config(data=data_given(), host=host, port=port))


def run(config: Config, open_browser: bool = False) -> None:
    """Serve until stopped, with lines for a person on stderr."""
    import webbrowser

    from web import serving

    _log_to_stderr()
    store = open_store(config)

    def show(address: str) -> None:
        if open_browser:
            webbrowser.open(address)

    with Progress() as progress:
        serving.serve(config, store, progress.say, progress, show)


@click.command()
def worker() -> None:
    """Keep the index up to date and invite people, without the site."""
    from web import opening
    from web.worker import Worker

    _log_to_stderr()
    config = settings()
    store = open_store(config)
    stop = threading.Event()
    with Progress() as progress:
        encoder = opening.open_encoder(config, progress.say)
        opening.catch_up(config, store, encoder, progress)
        finder = opening.open_finder(config, store, encoder)
        at_work = Worker(config, store, encoder, opening.open_site(config, store, finder), finder)

    def stopped(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            sys.exit(128 + number)
        stop.set()
        at_work.wake.set()

    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGINT, stopped)
    say("The worker follows the change log (Ctrl-C stops it)")
    at_work.run(stop)


@click.command()
@_PORT
@click.option("--data", "folder", type=click.Path(path_type=Path, file_okay=False), help="Where to put it.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--no-serve", is_flag=True, help="Load and index, then end.")
def demo(port: int | None, folder: Path | None, no_browser: bool, no_serve: bool) -> None:
    """A complete sample organisation, served at once."""
    from web import demo as sample

    config = sample.configuration(folder or data_given(), port)
    with Progress() as progress:
        sample.prepare(config, progress.say, progress)
        if no_serve:
            _index(config, progress)
    if no_serve:
        click.echo(f"The sample organisation is in {config.data}.")
        click.echo(f'Next: quisait --data {config.data} ask "note de frais", or quisait demo --data {config.data}')
        return
    run(sample.free_port(config, say), open_browser=not no_browser)


def _index(config: Config, progress: Progress) -> None:
    from web import opening

    store = open_store(config)
    if not opening.index_state(config, store).fresh:
        opening.catch_up(config, store, opening.open_encoder(config, progress.say), progress)


def _log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s: %(message)s", stream=sys.stderr
    )
