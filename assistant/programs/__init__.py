"""For other programs: the tools over the Model Context Protocol, and the questions that those programs put."""
