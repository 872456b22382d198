"""Where model files come from: a path, the local cache, the Hugging Face Hub, or a mirror on the package index."""
