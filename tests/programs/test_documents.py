"""Runs every command that the manual shows and compares what it prints.

In a page a fence marked `console` holds lines `$ command` and what each prints, errors too. A page's commands run in
one folder, in their order, beside links to examples and meshes. `$ cat FILE` with a FILE that is not there
yet is what the reader saves: the test saves it. A line `...` stands for any number of lines.

Texts must be equal. A number with an error must lie within both errors of the page's, others within two units of the last digit
shown; below 1e-10 only rounding is left and is not compared.

    test_documents.py BIN                     compares
    test_documents.py BIN MPIEXEC PAGE...     these pages only
    test_documents.py --update BIN MPIEXEC PAGE...   writes what is printed now into the pages
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

UPDATE = "--update" in sys.argv
if UPDATE:
    sys.argv.remove("--update")

from running import ALONE, BIN  # noqa: E402  (reads sys.argv)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [pathlib.Path(p).resolve() for p in sys.argv[3:]] or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
NUMBER = re.compile(r"(?<![A-Za-z_\d.])[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![A-Za-z_])")
WITH_ERROR = re.compile(rf"\(?({NUMBER.pattern}) ?± ?({NUMBER.pattern})\)?(e[+-]?\d+)?")
ROUNDING = 1e-10
DIGITS = 13


def commands(block):
    """[(command, what the page says it prints)] of a fence."""
    found, lines = [], block.splitlines()
    while lines:
        line = lines.pop(0)
        if line.startswith("$ "):
            text = line[2:]
            while text.endswith("\\"):
                text += "\n" + lines.pop(0)
            found.append((text, []))
        else:
            found[-1][1].append(line)
    return found


def run(command, shown, folder):
    """The lines that a command prints; saves the file that `cat` shows."""
    name = re.fullmatch(r"cat ([\w.]+)", command)
    if name and not (folder / name[1]).exists():
        (folder / name[1]).write_text("\n".join(shown) + "\n")
        return list(shown)
    environment = dict(ALONE, PATH=f"{BIN}:/usr/bin:{os.environ['PATH']}", PYTHONPATH=str(ROOT / "python"))
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300)
    return done.stdout.rstrip("\n").splitlines() if done.stdout.strip() else []


def value_and_error(match):
    """Value and error of a match of WITH_ERROR, and the unit of the value's last digit."""
    scale = match[3] or ""
    return float(match[1] + scale), float(match[2] + scale), unit(match[1]) * float("1" + (scale or "e0"))


def unit(text):
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals)


def same_line(shown, got):
    """None, or what differs."""
    left, right = list(WITH_ERROR.finditer(shown)), list(WITH_ERROR.finditer(got))
    if len(left) != len(right):
        return "other numbers"
    for a, b in zip(left, right):
        (v, e, u), (w, f, _) = value_and_error(a), value_and_error(b)
        if abs(v) + abs(w) < ROUNDING or e + f < ROUNDING and abs(v - w) < ROUNDING:
            continue
        if abs(v - w) > e + f + u or not 0.4 < (e + 1e-300) / (f + 1e-300) < 2.5:
            return f"{b[0]} where the page has {a[0]}"
    shown, got = WITH_ERROR.sub("±", shown), WITH_ERROR.sub("±", got)
    left, right = NUMBER.findall(shown), NUMBER.findall(got)
    if NUMBER.sub("#", shown).split() != NUMBER.sub("#", got).split():
        return "other words"
    for a, b in zip(left, right):
        v, w = float(a), float(b)
        if abs(v) + abs(w) > ROUNDING and abs(v - w) > 2 * max(unit(a), unit(b)):
            return f"{b} where the page has {a}"
    return None


def differs(shown, got):
    """None, or the first difference; `...` in `shown` matches any lines."""
    if not shown or not got:
        return None if shown == got or shown == ["..."] else f"printed {got[:3]}, the page has {shown[:3]}"
    if shown[0] == "...":
        return differs(shown[1:], got) and differs(shown, got[1:])
    difference = same_line(shown[0], got[0])
    return f"{difference}\n  page:    {shown[0]}\n  printed: {got[0]}" if difference else differs(shown[1:], got[1:])


def play(page):
    """Runs a page's commands: what differs, and the page's text as it would be now."""
    text, offences = page.read_text(), []
    with tempfile.TemporaryDirectory(prefix="escapade-") as name:
        folder = pathlib.Path(name)
        for link in ("examples", "meshes"):
            (folder / link).symlink_to(ROOT / link)

        def replay(fence):
            lines = []
            for command, shown in commands(fence[1]):
                got = run(command, shown, folder)
                difference = differs(shown, got)
                if difference:
                    offences.append(f"$ {command}\n  {difference}")
                lines += ["$ " + command] + (got if difference else shown)
            return "```console\n" + "\n".join(lines) + "\n```"

        text = FENCE.sub(replay, text)
    return offences, text


def links(page):
    """The pages of the manual that a page links to."""
    text = re.sub(r"^```(?!{toctree}).*?^```$", "", page.read_text(), flags=re.M | re.S)
    found = {(page.parent / link).resolve() for link in re.findall(r"\]\(([^)#:]+\.md)", text)}
    return {link for link in found if link.is_relative_to(ROOT / "docs")}


class Documents(unittest.TestCase):
    @unittest.skipIf(len(sys.argv) > 3, "for the whole manual")
    def test_every_page_is_two_clicks_from_the_first(self):
        reached = {ROOT / "docs" / "index.md"}
        for _ in range(2):
            reached |= {link for page in reached for link in links(page)}
        far = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md") if p not in reached)
        self.assertEqual(far, [])

    @unittest.skipIf(len(sys.argv) > 3, "for the whole manual")
    def test_pages_are_short(self):
        long = [str(p.relative_to(ROOT)) for p in [*(ROOT / "docs" / "explanation").glob("*.md"), ROOT / "README.md"]
                if len(p.read_text().splitlines()) > 120]
        self.assertEqual(long, [])

    def test_numbers_shown_are_the_same_of_all_compilers(self):
        long = [f"{page.relative_to(ROOT)}: {number}" for page in PAGES for fence in FENCE.findall(page.read_text())
                for _, shown in commands(fence) for line in shown for number in NUMBER.findall(line)
                if len(number.lstrip("+-").partition("e")[0].replace(".", "").lstrip("0")) > DIGITS]
        self.assertEqual(long, [], f"more than {DIGITS} digits: print fewer of them")

    def test_what_the_manual_shows_is_printed(self):
        for page in PAGES:
            if "```console" not in page.read_text():
                continue
            with self.subTest(page=str(page.relative_to(ROOT))):
                begin = time.monotonic()
                offences, text = play(page)
                print(f"{page.relative_to(ROOT)}: {time.monotonic() - begin:.1f} s", file=sys.stderr)
                if UPDATE:
                    page.write_text(text)
                else:
                    self.assertEqual(offences, [], "\n" + "\n".join(offences))


unittest.main(argv=sys.argv[:1])
