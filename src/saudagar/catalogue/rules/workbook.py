"""Opens one workbook in a process of its own: `python -m saudagar.catalogue.rules.workbook < LIST.xlsx > TABLE.arrow`.

A workbook of five kilobytes may ask for half a terabyte (one cell in the first corner of its sheet and one in the last), and
the reader then ends the process it runs in. Here that is this one, which has bounds on memory and time, and not the one that
serves everybody else.
"""

import os
import resource
import sys

MEMORY_BYTES = 1536 * 1024 * 1024  # of address space, libraries included: a list of 100,000 rows and 40 columns needs half
CPU_SECONDS = 30
TOO_LARGE, UNREADABLE = 3, 4
MOST_SHEETS = 5


def main(most_rows: int, most_columns: int, most_cells: int) -> int:
    for kind, bound in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (bound, bound))
    os.environ["POLARS_MAX_THREADS"] = "1"  # each thread takes address space
    import fastexcel  # noqa: PLC0415 - after the bounds
    import polars as pl  # noqa: PLC0415

    try:
        book = fastexcel.read_excel(sys.stdin.buffer.read())
        # The sheet with the most rows: workbooks from marketplaces begin with an instruction sheet.
        names = range(min(len(book.sheet_names), MOST_SHEETS))
        frames = [book.load_sheet(place, header_row=None, dtypes="string").to_polars() for place in names]
    except MemoryError:
        return TOO_LARGE
    except Exception:
        return UNREADABLE
    frame = max(frames, key=lambda each: each.height * min(each.width, 2)) if frames else pl.DataFrame()
    if frame.width > most_columns or frame.height > most_rows or frame.width * frame.height > most_cells:
        return TOO_LARGE
    frame.write_ipc(sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
