"""The carrier: gives events their positions and takes them to the lake, the search index and live pages."""
