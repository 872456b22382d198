"""Writing to the Hugging Face Hub: may this token, and what is said if the Hub does not take it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import httpx2
from huggingface_hub import HfApi, get_token
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, RevisionNotFoundError

from store import StoreError
from tools.tool import ToolError
from tools.weights.errors import FetchError
from tools.weights.hub import endpoint, reach

REFUSED = (401, 403)


def ready(instead: str) -> str:
    """The Hub's address, once it is known that it answers and that there is a token.

    Args:
        instead: What can be done without, as an order: "export the dataset as a file".

    Raises:
        ToolError: It cannot be reached, or there is no token.
    """
    if not get_token():
        raise ToolError(
            f"Publishing needs a token of your account with write access. Make one at {endpoint()}/settings/tokens and "
            f"set HF_TOKEN to it before starting. Without one, {instead}."
        )
    try:
        reach()
    except FetchError as error:
        raise ToolError(
            f"Nothing was published: {str(error).rstrip('.')}. Connect to the internet, or {instead}."
        ) from error
    return endpoint()


def may_write(repositories: list[str]) -> str:
    """What the token may do, as a sentence, where the Hub tells.

    Raises:
        ToolError: It may not write to one of the repositories.
    """
    with hub_answers(", ".join(repositories)):
        api = HfApi(endpoint=endpoint(), token=get_token())
        told = cast(dict[str, Any], api.whoami())  # pyright: ignore[reportUnknownMemberType]
    auth: dict[str, Any] = told.get("auth", {})
    token: dict[str, Any] = auth.get("accessToken", {})
    settings = f"{endpoint()}/settings/tokens"
    if token.get("role") == "read":
        raise ToolError(
            f"The token that is set may only read. Make one that may write at {settings}; set HF_TOKEN to it."
        )
    if token.get("role") != "fineGrained":
        return f"The token may write to all that {told.get('name')} has; a fine-grained one is enough: {settings}."
    allowed: dict[str, Any] = token.get("fineGrained", {})
    scopes: list[dict[str, Any]] = allowed.get("scoped", [])
    for repository in repositories:
        names = {repository, repository.partition("/")[0]}
        if not any(one["entity"].get("name") in names and "repo.write" in one["permissions"] for one in scopes):
            raise ToolError(
                f"The token that is set may not write to {repository}. Give it the permission to write to that "
                f"repository, or to those of {repository.partition('/')[0]}, at {settings}."
            )
    return "The token may write there, and is fine-grained."


@contextmanager
def hub_answers(repository: str) -> Generator[None]:
    """Turn what the Hub's client raises while writing into a sentence."""
    try:
        yield
    except RevisionNotFoundError as error:
        raise StoreError(f"{repository} has no such revision. Its commits are listed on its page.") from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in REFUSED:
            raise StoreError(
                f"The token that is set may not write to {repository} ({status}). Make one with write access "
                f"at {endpoint()}/settings/tokens and set HF_TOKEN to it. Nothing was uploaded."
            ) from error
        raise StoreError(f"The Hub answered {status} for {repository}. Nothing was published.") from error
    except HFValidationError as error:
        raise StoreError(f"{repository!r} cannot name a repository: write owner/name.") from error
    except (httpx2.HTTPError, OSError, RuntimeError) as error:  # the last: the client's word for a failed upload
        raise StoreError(
            f"The connection to the Hub broke off ({type(error).__name__}), so nothing was published. Ask again."
        ) from error
