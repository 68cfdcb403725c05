"""The page of the gallery in the documents."""
import re

from .table import number_text

HEAD = """# Gallery

{cases} solved problems with {numbers} numbers, beside published or exact ones. Each is a folder of
[examples/gallery](../examples/gallery/README.md): problem files, a page that says what is asked and where the number is from, and
`exact.py` if it is computed. This page was written by

```
$ examples/gallery/run --page
```

which runs all of them and fails if a number lies outside its stated error (for trajectories: four standard errors).
`examples/gallery/run NAME` runs one; `examples/gallery/run --quick`, on coarse grids, is a test.
z is the distance from the right value in units of the error.

![one picture a case](../examples/gallery/pictures.png)
"""

TREE = """
```{toctree}
:hidden:
:glob:

../examples/gallery/README
../examples/gallery/*/README
```
"""


def link(source):
    """First author and year, as a link if there is a DOI; the page of the case has the rest."""
    year = re.search(r"\b(1[6-9]|20)\d\d\b", source["text"])
    words = source["text"].split(",")[0] + " " + year[0] if year else source["text"].split(";")[0]
    return f"[{words}](https://doi.org/{source['doi']})" if "doi" in source else words


def of_kind(chosen, rows, kind):
    lines = [f"\n## {kind[0].upper() + kind[1:]}\n", "| case | number | published or exact | escapade | z | program | source |",
             "|---|---|---|---|---|---|---|"]
    for case in chosen:
        if case["kind"] != kind:
            continue
        title, source = f"[{case['title']}](../examples/gallery/{case['name']}/README.md)", link(case["source"][0])
        for row in (r for r in rows if r.case == case["name"]):
            z = "" if row.z is None else f"{row.z:+.2f}"
            wanted = row.wanted.replace("|", "\\|") + f" ({row.how})"
            lines.append(f"| {title} | {row.name} | {wanted} | {number_text(row)} | {z} | `{row.program}` | {source} |")
            title = source = ""
    return lines


def remarks(chosen):
    told = [case for case in chosen if "remark" in case]
    return ["\n## What to know of the numbers\n"] + [f"- [{c['title']}](../examples/gallery/{c['name']}/README.md): {c['remark']}"
                                                    for c in told] if told else []


def write(file, chosen, rows):
    kinds = list(dict.fromkeys(case["kind"] for case in chosen))
    text = [HEAD.format(cases=len(chosen), numbers=len(rows))]
    for kind in sorted(kinds):
        text += of_kind(chosen, rows, kind)
    file.write_text("\n".join(text + remarks(chosen)) + "\n" + TREE)


def missing(file, chosen):
    """Cases that the page does not show: it was written before them."""
    text = file.read_text() if file.exists() else ""
    return [case["name"] for case in chosen if f"/gallery/{case['name']}/README.md" not in text]
