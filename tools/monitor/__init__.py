"""Watch what is served: how it does, what is new in what it is asked, and what can be learned from it."""
