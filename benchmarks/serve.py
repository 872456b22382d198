"""How much a service costs beside llama.cpp's own server with the same weights and settings, in one run.

python -m benchmarks.serve [--quick] [--weights FILE] [--tokens N] [--rounds N] [--confidence SHARE]

Both run in processes of their own, as two servers beside each other do: one is asked, then the other, in turns that
change places every round, so that what else the machine does falls on both. Every answer is streamed and has the same
length. The service keeps records, features and masked texts, asks for a key, and measures the confidence of the share
of answers that `--confidence` says (as it comes, a quarter). Printed is for each number of clients the median over the
rounds, and the ratio of the service to the plain server, of which the target is 1.1 at most (0.9 at least for requests
a second).
"""

import argparse
import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import httpx
import psutil

from store import Workspace
from store.services import ServedModel
from tools.deploy.service.settings import ServiceSettings

CLIENTS = (1, 4, 16)
QUESTION = "Write a short letter to a customer whose parcel number {} has not arrived, and offer a solution."
PLAIN = """
import sys, time, xllamacpp
file, port, key, parallel, context, threads = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path, params.port, params.api_keys = file, int(port), [key]
params.n_parallel, params.n_ctx = int(parallel), int(parallel) * int(context)
params.kv_unified, params.n_batch, params.n_ubatch, params.cache_ram_mib = False, 512, 512, 0
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(threads)
params.verbosity, params.ui, params.hostnames = 0, False, ["127.0.0.1"]
server = xllamacpp.Server(params)
while True:
    time.sleep(60)
"""


@dataclass(frozen=True)
class Measured:
    """One round: requests a second, and medians in seconds of the first token and of each further one."""

    requests: float
    first: float
    token: float


def main() -> None:
    """Measure and print."""
    given = _given()
    rounds = given.rounds or (2 if given.quick else 6)
    print(f"{given.weights.name}, {given.tokens} tokens an answer, {rounds} rounds, {os.cpu_count()} cores, "
          f"load before {os.getloadavg()[0]:.1f}")  # fmt: skip
    settings = {"threads": os.cpu_count() or 1, "context_tokens": 512, "parallel": 4, "keep_texts": True, "queue": 500}
    settings["confidence_share"] = given.confidence
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder) / "home") as ws:
        export = Path(folder) / "export"
        export.mkdir()
        (export / "model.gguf").symlink_to(given.weights)
        with ws.approvals.typed("deploy_run", {}):
            port = _free()
            ws.services.set(
                "desk", (ServedModel("one", "", str(export), "llama", "generate", 1.0),), settings | {"port": port}
            )
            _, key = ws.services.add_key("desk", "first", {})
        command = [sys.executable, "-m", "assistant.cli", "--home", str(ws.home), "serve", "desk"]
        plain_port, plain_key = _free(), secrets.token_hex()
        plain = [sys.executable, "-c", PLAIN, str(given.weights), str(plain_port), plain_key]
        plain += [str(settings[name]) for name in ("parallel", "context_tokens", "threads")]
        environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
        processes = [subprocess.Popen(each, env=environment, stderr=subprocess.DEVNULL) for each in (command, plain)]
        try:
            os.nice(10)  # as the service does: none of the three goes before the others
            psutil.Process(processes[1].pid).nice(10)
            places = {
                "service": (f"http://127.0.0.1:{port}", key),
                "plain": (f"http://127.0.0.1:{plain_port}", plain_key),
            }
            _wait(f"{places['service'][0]}/ready")
            _wait(f"{places['plain'][0]}/health")
            asyncio.run(_compare(places, rounds, given.tokens))
            print(f"load after {os.getloadavg()[0]:.1f}")
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(60)
        print(f"{ws.requests.count('desk')} requests of the service were recorded, texts masked")


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--weights", type=Path, default=Path.home() / ".cache/tunewright/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    )
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--confidence", type=float, default=ServiceSettings.confidence_share)
    return parser.parse_args()


async def _compare(places: dict[str, tuple[str, str]], rounds: int, tokens: int) -> None:
    print(f"{'clients':>7} {'server':>8} {'requests/s':>10} {'first token ms':>14} {'ms a token':>10}")
    for clients in CLIENTS:
        found: dict[str, list[Measured]] = {name: [] for name in places}
        for round_ in range(rounds + 1):
            for name in list(places)[:: 1 if round_ % 2 else -1]:
                measured = await _round(*places[name], clients, tokens, round_)
                if round_:  # the first one warms up
                    found[name].append(measured)
        medians = {
            name: Measured(
                *(statistics.median(values) for values in zip(*(vars(each).values() for each in these), strict=True))
            )
            for name, these in found.items()
        }
        for name, each in medians.items():
            print(
                f"{clients:>7} {name:>8} {each.requests:>10.2f} {each.first * 1000:>14.0f} {each.token * 1000:>10.1f}"
            )
        ours, plain = medians["service"], medians["plain"]
        print(f"{clients:>7} {'ratio':>8} {ours.requests / plain.requests:>10.2f} {ours.first / plain.first:>14.2f} "
              f"{ours.token / plain.token:>10.2f}", flush=True)  # fmt: skip


async def _round(url: str, key: str, clients: int, tokens: int, seed: int) -> Measured:
    """Every client asks twice, one after the other."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)  # llama.cpp's server drops connections that rest
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}, connector=connector) as session:
        began = time.monotonic()

        async def client(number: int) -> list[tuple[float, float]]:
            return [await _ask(session, url, tokens, f"{seed}-{number}-{turn}") for turn in range(2)]

        told = [each for client_ in await asyncio.gather(*map(client, range(clients))) for each in client_]
        seconds = time.monotonic() - began
    return Measured(
        len(told) / seconds,
        statistics.median(first for first, _ in told),
        statistics.median(token for _, token in told),
    )


async def _ask(session: aiohttp.ClientSession, url: str, tokens: int, number: str) -> tuple[float, float]:
    """Seconds to the first token, and of each further one."""
    body = {"model": "one", "messages": [{"role": "user", "content": QUESTION.format(number)}], "max_tokens": tokens}
    body |= {"temperature": 0, "stream": True, "stream_options": {"include_usage": True}}
    began = time.monotonic()
    first, count = 0.0, 0
    async with session.post(f"{url}/v1/chat/completions", json=body) as response:
        assert response.status == 200, await response.text()
        async for line in response.content:
            if line.startswith(b"data: {"):
                chunk = json.loads(line[6:])
                if not first and chunk["choices"] and chunk["choices"][0].get("delta", {}).get("content"):
                    first = time.monotonic() - began
                count = (chunk.get("usage") or {}).get("completion_tokens", count)
    return first, (time.monotonic() - began - first) / max(1, count - 1)


def _free() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _wait(url: str) -> None:
    end = time.monotonic() + 300
    while time.monotonic() < end:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


if __name__ == "__main__":
    main()
