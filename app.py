"""Start the assistant: read the settings, open the workspace, load the model beside, show the page."""

import logging
import os
import sys

from assistant.alone import alone
from assistant.hosting import forget_secrets
from assistant.settings import Settings
from store import StoreError
from store.secrets import log_to


def main() -> None:
    """Run until interrupted. This is what a Space starts, too."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    log_to(logging.StreamHandler())
    try:
        serve(Settings.read())
    except StoreError as error:
        sys.exit(str(error))


def serve(settings: Settings) -> None:
    """Show the page until interrupted.

    Raises:
        StoreError: The address cannot be listened on, or another app holds the workspace.
    """
    import assistant.models.zero_gpu  # noqa: PLC0415, F401 - before the page, where a GPU is lent
    from assistant.host import Host  # noqa: PLC0415 - Gradio takes seconds, and reads the environment when imported
    from assistant.launch import launch  # noqa: PLC0415
    from assistant.page import build_page  # noqa: PLC0415

    if settings.on_space:
        forget_secrets(os.environ)
    with alone(settings.home, f"http://{settings.host}:{settings.port}"):
        host = Host(settings)
        try:
            if not settings.on_space:
                host.serve_again()
            launch(build_page(host), settings, host.door())
        finally:
            host.close()


if __name__ == "__main__":
    main()
