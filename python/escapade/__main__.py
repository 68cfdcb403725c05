"""python3 -m escapade plot PREFIX.json [png|pdf|svg] | report PREFIX.json | film PREFIX.json [mp4|gif]"""
from __future__ import annotations

import sys

from .errors import BadInput, CannotWrite, Error

USAGE = """usage: python3 -m escapade plot PREFIX.json [png|pdf|svg|FILE] [units=\"x=nm, time=ns\"] [field=NAME]
       python3 -m escapade film PREFIX.json [mp4|gif|FILE]
       python3 -m escapade report PREFIX.json [FILE.html]"""


def _file(prefix: str, word: str, formats: tuple[str, ...]) -> str:
    if word in formats:
        return f"{prefix}.{word}"
    if "." not in word:
        raise BadInput(f"'{word}': give {', '.join(formats)} or the name of a file")
    return word


def main(words: list[str]) -> int:
    if not words or words[0] in ("-h", "-help", "--help"):
        print(USAGE)
        return 0
    action, *rest = words
    how = dict(word.split("=", 1) for word in rest[1:] if "=" in word)
    plain = [word for word in rest if "=" not in word or word == rest[0]]
    if action not in ("plot", "film", "report") or not plain or len(plain) > 2 or set(how) - {"units", "field"}:
        raise BadInput("not understood; " + USAGE.replace("\n      ", ";"))
    from .result import load
    result = load(plain[0])
    if action == "plot":
        name = _file(result.prefix, plain[1] if len(plain) > 1 else "png", ("png", "pdf", "svg"))
        result.plot(name, **how)
    elif action == "film":
        name = result.film(_file(result.prefix, plain[1] if len(plain) > 1 else "mp4", ("mp4", "gif")))
    else:
        name = result.report(plain[1] if len(plain) > 1 else None)
    print(f"wrote {name}")
    return 0


def guarded(words: list[str]) -> int:
    """Errors as one line on stderr and the programs' exit status."""
    try:
        return main(words)
    except CannotWrite as error:
        print(f"escapade: {error}", file=sys.stderr)
        return 4
    except Error as error:
        print(f"escapade: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(guarded(sys.argv[1:]))
