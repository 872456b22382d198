"""Answers with trained models in the form of OpenAI's interface; `tools.deploy._service_worker` runs it."""
