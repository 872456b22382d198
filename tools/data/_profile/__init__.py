"""The facts of a profile, a file a fact. All rows are read once; what is costly is read on a sample, and says so."""
