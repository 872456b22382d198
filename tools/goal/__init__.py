"""What the project is for."""
