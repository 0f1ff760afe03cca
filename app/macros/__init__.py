"""What is done to tickets again and again: macros of several actions, and texts with placeholders."""
