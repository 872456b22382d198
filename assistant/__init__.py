"""The assistant: thinks and talks. No SQL and no torch in here."""

import os

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
