"""Planning, starting, watching, stopping and resuming training."""
