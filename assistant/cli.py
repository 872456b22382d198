"""The same assistant in a terminal: chat, ask, decide, tool, tools, models, demo, serve."""

import argparse
import importlib
import logging
import sqlite3
import sys
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.settings import Settings
from store import StoreError, Workspace
from tools import Result, Table

OK, BROKE, REFUSED, ASKED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: refused comes with a readable error, asked means that a question is open."""

log = logging.getLogger(__name__)


def main(given: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(given)
    if rest and options.command != "tool":
        parser.error(f"I do not know {rest[0]!r}. `tunewright {options.command} --help` lists what there is.")
    options.rest = rest
    try:
        return options.run(options)
    except KeyboardInterrupt:
        return _refuse("Stopped.", INTERRUPTED)
    except StoreError as error:
        return _refuse(str(error))
    except BrokenPipeError:
        sys.stdout = None
        return OK
    except (OSError, sqlite3.Error) as error:
        return _refuse(f"That did not work: {error}")
    except Exception:  # the edge of the process: a bug is logged once, with a reference
        reference = uuid.uuid4().hex[:8]
        log.exception("command broke, reference %s", reference)
        return _refuse(f"Something broke that was not foreseen. The log has it as {reference}.", BROKE)


def _refuse(sentence: str, code: int = REFUSED) -> int:
    print(sentence, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--home", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="folder of the workspace")
    place.add_argument("--project", default=argparse.SUPPRESS, metavar="P", help="project of the workspace")
    parser = argparse.ArgumentParser(
        prog="tunewright", description="Talk to an assistant that fine-tunes language models.", parents=[place]
    )
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], int], told: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=told, description=told, parents=[place], allow_abbrev=False, add_help=name != "tool"
        )
        added.set_defaults(run=run)
        return added

    command("chat", _chat, "Chat in the terminal.")
    ask = command("ask", _ask, "Say one thing. Exit code 3 if a question stays open; the next ask answers it.")
    ask.add_argument("text")
    ask.add_argument("--yes", action="store_true", help="say yes to every question")
    ask.add_argument("--json", action="store_true", help="print one event a line")
    decide = command("decide", _decide, "Read requests, one JSON a line, and print what would be called; run nothing.")
    decide.add_argument("--json", action="store_true", help="the only form there is")
    tool = command("tool", _tool, "Run one tool without the language model: `tool NAME --help` lists its arguments.")
    tool.add_argument("name", metavar="NAME", nargs="?", default="")
    tool.add_argument("--help", dest="rest_help", action="store_true", help="list the tool's arguments")
    tool.add_argument("--json", action="store_true", help="print the result as JSON")
    tools = command("tools", _tools, "List the tools.")
    tools.add_argument("--json", action="store_true", help="print them as JSON with their schemas")
    models = command("models", _models, "List the models there are, or fetch one.")
    models.add_argument("action", nargs="?", choices=("list", "pull"), default="list")
    models.add_argument("name", nargs="?", metavar="NAME")
    command("demo", _demo, "Walk the main job on the sample that ships, printing each step.")
    command("serve", _serve, "Open the chat in the browser.")
    return parser


def open_workspace(options: argparse.Namespace) -> Workspace:
    """The workspace and project of a command. In a terminal, the user's own files are all readable."""
    home = getattr(options, "home", None) or Settings.read().home
    ws = Workspace(home, getattr(options, "project", "main"), readable=(Path("/"),))
    logging.basicConfig(
        filename=ws.home / "tunewright.log", level=logging.WARNING, format="%(asctime)s %(name)s %(message)s"
    )
    return ws


def _chat(options: argparse.Namespace) -> int:
    from assistant.terminal import chat  # noqa: PLC0415

    with open_workspace(options) as ws:
        return chat(ws, Settings.read())


def _ask(options: argparse.Namespace) -> int:
    from assistant.terminal import ask  # noqa: PLC0415

    with open_workspace(options) as ws:
        return ask(ws, Settings.read(), options.text, yes=options.yes, as_json=options.json)


def _decide(options: argparse.Namespace) -> int:
    from assistant.terminal import decide_lines  # noqa: PLC0415

    with open_workspace(options) as ws:
        return decide_lines(ws, Settings.read(), sys.stdin)


def _tool(options: argparse.Namespace) -> int:
    from assistant.typed import catalogue, run_typed  # noqa: PLC0415

    if not options.name:
        catalogue()
        return OK if options.rest_help else _refuse("Which tool? `tunewright tool NAME --help` lists its arguments.")
    with open_workspace(options) as ws:
        words = ["--help"] if options.rest_help else options.rest
        return run_typed(ws, options.name, words, as_json=options.json)


def _tools(options: argparse.Namespace) -> int:
    from assistant.typed import catalogue  # noqa: PLC0415

    return catalogue(as_json=options.json)


def _models(options: argparse.Namespace) -> int:
    from assistant.printing import print_table  # noqa: PLC0415
    from tools.weights.bases import pull  # noqa: PLC0415
    from tools.weights.catalogue import table  # noqa: PLC0415
    from tools.weights.progress import PrintProgress  # noqa: PLC0415

    folder = Settings.read().models
    if options.action == "pull":
        if not options.name:
            return _refuse("Which model? `tunewright models list` names them.")
        print(pull(options.name, folder, PrintProgress()))
        return OK
    rows = [
        (m.name, m.size, m.parameters, m.licence, m.use, m.good_for, "yes" if m.present else "") for m in table(folder)
    ]
    print_table(Table("Models", ("name", "size", "parameters", "licence", "use", "good for", "here"), rows))
    return OK


def _demo(options: argparse.Namespace) -> int:
    from assistant.demo import run_demo  # noqa: PLC0415
    from assistant.printing import ProgressLine, print_result  # noqa: PLC0415

    if not hasattr(options, "project"):
        options.project = f"demo {uuid.uuid4().hex[:6]}"
    line = ProgressLine()

    def show(step: str, result: Result) -> None:
        line.close()
        print(f"\n== {step.replace('_', ' ')}", flush=True)
        print_result(result)

    with open_workspace(options) as ws:
        print(f"Project {ws.project} in {ws.home}")
        better = run_demo(ws, show, lambda told: line.show(told.fraction, told.text, told.seconds_left))
    return OK if better else BROKE


def _serve(options: argparse.Namespace) -> int:
    return importlib.import_module("app").main() or OK


if __name__ == "__main__":
    sys.exit(main())
