"""A process that writes a Tantivy index until it is killed: `python -m tests.search.writer_process FOLDER`."""

import sys
from pathlib import Path

from search.tantivy_index import TantivyIndex
from tests.search.cast import ticket


def main(folder: Path) -> None:
    """Commit batch after batch: at position n there are n tickets. Each is told on standard output."""
    index = TantivyIndex(folder, writer=True)
    position = index.position()
    while True:
        position += 1
        index.put([ticket(f"Printer {position}", "jam " * 50, number=position)])
        index.put([ticket(f"Changed {position}", number=max(position // 2, 1))])
        index.commit(position)
        print(position, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
