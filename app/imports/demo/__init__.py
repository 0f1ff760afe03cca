"""The demo company: a believable support team with a year behind it, and somebody who keeps working its tickets."""

from app.imports.demo.loading import load

__all__ = ["load"]
