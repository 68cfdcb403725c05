"""Makes what documents the options from the one table of them, which `escapade options --json` prints.

    python3 scripts/reference BIN/escapade SHARE

SHARE comes to hold man/, bash-completion/, zsh/, escapade/schema/ and doc/escapade/options.md. Python's standard library alone."""
import json
import pathlib
import subprocess
import sys

import completion
import manual
import page
import schema


def main():
    front, share = sys.argv[1], pathlib.Path(sys.argv[2])
    table = json.loads(subprocess.run([front, "options", "--json"], check=True, capture_output=True, text=True).stdout)
    files = {**manual.pages(table), **completion.scripts(table), **schema.schemas(table),
             "doc/escapade/options.md": page.options(table)}
    for name, text in files.items():
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, completion.Link):
            path.unlink(missing_ok=True)
            path.symlink_to(text.target)
        else:
            path.write_text(text, encoding="utf-8")


main()
