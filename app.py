"""Start the assistant: read the settings, open the workspace, load the model beside, show the page."""

import os
import sys

from assistant.settings import Settings
from store import StoreError


def main() -> None:
    """Run until interrupted. This is what a Space starts, too."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    try:
        serve(Settings.read())
    except StoreError as error:
        sys.exit(str(error))


def serve(settings: Settings) -> None:
    """Show the page until interrupted.

    Raises:
        StoreError: The address cannot be listened on.
    """
    from assistant.host import Host  # noqa: PLC0415 - Gradio takes seconds, and reads the environment when imported
    from assistant.page import build_page, launch  # noqa: PLC0415

    host = Host(settings)
    try:
        launch(build_page(host), settings)
    finally:
        host.close()


if __name__ == "__main__":
    main()
