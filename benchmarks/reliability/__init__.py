"""What goes wrong on real machines, done on purpose, and counted: a program each."""
