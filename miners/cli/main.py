"""The command `miners`. Heavy imports wait until a command needs them."""

import os
import sys
from typing import Any

import click

from miners.cli.ask import explain, mcp, query, sql
from miners.cli.inspect import inspect
from miners.cli.operate import backup, companies, doctor, feeds, quarantine, restore, status
from miners.cli.output import show
from miners.cli.run import backfill, publish, run, ui
from pipelines.errors import MinersError, UsageError


class _Group(click.Group):
    """A group whose errors are one line each: exit status 2 for wrong use, 1 for failures."""

    def invoke(self, ctx: click.Context) -> Any:
        from pipelines.settings import exposed_env_file

        if exposed := exposed_env_file():
            show(f"miners: warning: {exposed}", err=True)
        try:
            return super().invoke(ctx)
        except UsageError as error:
            _report(error)
            ctx.exit(2)
        except MinersError as error:
            _report(error, full=_is_disk_full(error))
            ctx.exit(1)
        except BrokenPipeError:
            # The reader (head, less) closed the pipe.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            if not _is_disk_full(error):
                raise
            _report(error, full=True)
            ctx.exit(1)


def _report(error: Exception, *, full: bool = False) -> None:
    from pipelines.disk import MESSAGE
    from pipelines.secrets import hide

    show(hide(f"miners: {MESSAGE if full else error}"), err=True)


def _is_disk_full(error: Exception) -> bool:
    """Whether the disk is full, which also ends an embedded database."""
    from pipelines.disk import is_disk_almost_full, is_disk_full
    from pipelines.settings import load_settings

    return is_disk_full(error) or is_disk_almost_full(load_settings().data_dir)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="miners-disclosed", prog_name="miners")
def main() -> None:
    """Figures that public bitcoin miners disclose, each with its source."""


for command in (
    run,
    inspect,
    sql,
    query,
    explain,
    mcp,
    status,
    companies,
    doctor,
    feeds,
    quarantine,
    backfill,
    publish,
    ui,
    backup,
    restore,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
