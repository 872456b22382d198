"""A worker that has nothing to do."""

from store.worker import serve

if __name__ == "__main__":
    serve(lambda worker: {})
