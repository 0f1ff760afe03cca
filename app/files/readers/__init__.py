"""What takes words out of strangers' files, beside decode.py and within its limits. Nothing here knows of us."""
