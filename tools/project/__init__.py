"""Where the project stands, and its report."""
