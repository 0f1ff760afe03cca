"""Files that people send along: kept by their content's hash, handed out to whoever may read the message."""
