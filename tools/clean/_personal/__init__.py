"""Personal data in texts: a file a kind that finds it, and what is written in its place."""
