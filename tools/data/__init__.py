"""Looking at data, loading it and shaping it."""
