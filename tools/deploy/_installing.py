"""A service on another machine, or under the care of one: a Dockerfile, a unit of systemd, and vLLM's command."""

import shlex
import sys
from pathlib import Path

from store import Workspace
from store.services import Service
from tools.deploy._snippets import Snippet
from tools.deploy.service.settings import ServiceSettings
from tools.train.tasks import TASKS

HEADS = ("classify", "tag")
ROOT = Path(__file__).resolve().parents[2]
"""Where this program is."""


def dockerfile(ws: Workspace, service: Service) -> Snippet:
    """The service in a container; its workspace is mounted, so that keys, settings and records stay in one place."""
    port = ServiceSettings.read(service.settings).port
    tag = f"tunewright-{service.name.lower()}"
    build = f"docker build -t {tag} -f Dockerfile {shlex.quote(str(ROOT))}"
    start = f"docker run --rm -p 127.0.0.1:{port}:{port} -v {shlex.quote(str(ws.home))}:{ws.home} {tag}"
    command = ["tunewright", "--home", str(ws.home), "--project", ws.project, "serve", service.name]
    told = ", ".join(f'"{word}"' for word in [*command, "--host", "0.0.0.0", "--port", str(port)])
    text = f"""# Build: {build}
# Run:   {start}
# The folder of the workspace is mounted where it is now: settings, keys, weights and records stay in it.
FROM python:{sys.version_info.major}.{sys.version_info.minor}-slim
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/tunewright
COPY requirements.txt pyproject.toml README.md LICENSE app.py ./
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.txt
COPY store ./store
COPY tools ./tools
COPY assistant ./assistant
RUN pip install --no-cache-dir --no-deps .
EXPOSE {port}
STOPSIGNAL SIGTERM
HEALTHCHECK CMD ["python", "-c", "import httpx; httpx.get('http://127.0.0.1:{port}/ready').raise_for_status()"]
CMD [{told}]
"""
    return Snippet("Docker", "Dockerfile", "dockerfile", f"{build} && {start}", text)


def systemd_unit(ws: Workspace, service: Service) -> Snippet:
    """The service as systemd starts it with the machine, and again when it fails."""
    drain = ServiceSettings.read(service.settings).drain_seconds
    words = [sys.executable, "-m", "assistant.cli", "--home", str(ws.home), "--project", ws.project]
    command = " ".join(_escaped(word) for word in [*words, "serve", service.name])
    file = f"tunewright-{service.name}.service"
    text = f"""[Unit]
Description=Tunewright service {service.name}
After=network.target

[Service]
Type=exec
WorkingDirectory={ROOT}
Environment=OMP_WAIT_POLICY=passive
ExecStart={command}
Restart=on-failure
RestartSec=2
KillSignal=SIGTERM
TimeoutStopSec={round(drain) + 30}
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=strict
ReadWritePaths={ws.home}

[Install]
WantedBy=default.target
"""
    run = f"cp {file} ~/.config/systemd/user/ && systemctl --user enable --now {file.removesuffix('.service')}"
    return Snippet("systemd", file, "ini", run, text)


def vllm_command(ws: Workspace, service: Service) -> Snippet | None:
    """The same runs with vLLM on a GPU; None where there is nothing that it serves.

    vLLM has an OpenAI-compatible interface of its own. Keys, records and the split of traffic are this program's alone.
    """
    lines: list[str] = []
    for model in service.models:
        if model.task in HEADS or not model.run:
            continue
        run = ws.runs.get(model.run)
        merged = ws.folder / "exports" / f"{run.id}-merged"
        folder = merged if merged.exists() else run.model_folder
        if folder is None or TASKS[model.task].head != "causal":
            continue
        lines.append(_vllm(folder, str(run.plan["base_model"]), model.name, ServiceSettings.read(service.settings)))
    if not lines:
        return None
    text = "#!/bin/sh\n# pip install vllm; needs a GPU. VLLM_API_KEY is the key that clients must show.\nset -eu\n"
    return Snippet("vLLM", "vllm.sh", "bash", "VLLM_API_KEY=... sh vllm.sh", text + "\n".join(lines) + "\n")


def _vllm(folder: Path, base: str, name: str, settings: ServiceSettings) -> str:
    length = settings.context_tokens or 4096
    common = f"--host {settings.host} --port {settings.port} --max-model-len {length} --generation-config vllm"
    if not (folder / "adapter_config.json").exists():
        return f"vllm serve {shlex.quote(str(folder))} --served-model-name {shlex.quote(name)} {common}"
    lora = shlex.quote(f"{name}={folder}")
    return f"vllm serve {shlex.quote(base)} --enable-lora --max-lora-rank 64 --lora-modules {lora} {common}"


def _escaped(word: str) -> str:
    """A word of a command as systemd reads it."""
    if all(letter.isalnum() or letter in "/._-" for letter in word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'
