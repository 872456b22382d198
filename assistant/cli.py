"""The same assistant in a terminal: chat, ask, decide, tool, tools, run, models, demo, serve, mcp, questions."""

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
from store.secrets import log_to
from tools import Result, Table

OK, BROKE, REFUSED, ASKED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: refused comes with a readable error, asked means that a question is open."""

log = logging.getLogger(__name__)
Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""Adds a command: its name, what it does, and what it is in a sentence."""


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
    run = command("run", _run, "Train as a recipe says, without the chat. Exit code 3 if it was not agreed to.")
    run.add_argument("recipe", type=Path, metavar="RECIPE", help="recipe.yaml of a run, or the folder it is in")
    run.add_argument("--data", type=Path, metavar="FILE", help="its rows, or the file that they were loaded from")
    run.add_argument("--base-model", metavar="MODEL", help="where the base model is, if it is elsewhere than it was")
    run.add_argument("--yes", action="store_true", help="start it without asking")
    models = command("models", _models, "List the models there are, or fetch one.")
    models.add_argument("action", nargs="?", choices=("list", "pull"), default="list")
    models.add_argument("name", nargs="?", metavar="NAME")
    command("demo", _demo, "Walk the main job on the sample that ships, printing each step.")
    _programs(command)
    return parser


def _programs(command: Command) -> None:
    """What serves other programs."""
    serve = command("serve", _serve, "Open the chat in the browser; or run a service that answers other programs.")
    serve.add_argument("service", nargs="?", metavar="SERVICE", help="a service that was deployed: runs it here")
    serve.add_argument("--host", default=None, help="listen at this address, whatever its settings say")
    serve.add_argument("--port", type=int, default=None, help="listen at this port, whatever its settings say")
    mcp = command("mcp", _mcp, "Offer the tools that read to a program that speaks the Model Context Protocol.")
    mcp.add_argument("--all", action="store_true", help="offer those that ask first, too; each still needs your yes")
    questions = command("questions", _questions, "List what other programs wait for, or answer: `questions 12 yes`.")
    questions.add_argument("number", nargs="?", type=int, metavar="NUMBER")
    questions.add_argument("answer", nargs="?", choices=("yes", "no"))
    questions.add_argument("words", nargs="?", default="", metavar="WORDS", help="why not, or what instead")


def open_workspace(options: argparse.Namespace) -> Workspace:
    """The workspace and project of a command. In a terminal, the user's own files are all readable."""
    home = getattr(options, "home", None) or Settings.read().home
    ws = Workspace(home, getattr(options, "project", "main"), readable=(Path("/"),))
    if ws.restored:
        print(ws.restored, file=sys.stderr)
    log_to(logging.FileHandler(ws.home / "tunewright.log", delay=True))
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


def _run(options: argparse.Namespace) -> int:
    from assistant.from_recipe import run_recipe  # noqa: PLC0415

    with open_workspace(options) as ws:
        return run_recipe(ws, options.recipe, options.data, options.base_model, yes=options.yes)


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
    if options.service:
        from assistant.serving import serve_here  # noqa: PLC0415

        with open_workspace(options) as ws:
            return serve_here(ws, options.service, options.host, options.port)
    return importlib.import_module("app").main() or OK


def _mcp(options: argparse.Namespace) -> int:
    from assistant.programs.server import serve  # noqa: PLC0415

    with open_workspace(options) as ws:
        serve(ws, everything=options.all)
    return OK


def _questions(options: argparse.Namespace) -> int:
    from assistant.programs.questions import answer, list_open  # noqa: PLC0415

    with open_workspace(options) as ws:
        if options.number is None:
            return list_open(ws)
        return answer(ws, options.number, options.answer, options.words)


if __name__ == "__main__":
    sys.exit(main())
