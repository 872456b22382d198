"""People label rows: which row comes next, what is suggested, how far they agree, and files of labels."""
