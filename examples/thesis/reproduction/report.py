"""The report: Markdown, HTML and JSON."""
import html
import json

HEADS = ("where", "what", "thesis", "formula", "finite volumes", "Monte Carlo", "verdict", "remark")


def cells(row):
    def text(x):
        return "" if x is None else str(x)

    said = row.verdict if row.good() else f"{row.verdict} (unexpected)"
    return (row.where, row.what, text(row.thesis), text(row.formula), text(row.fv), text(row.mc),
            said, row.note)


def markdown(head, sections, album):
    lines = ["# " + head["title"], "", head["text"], ""]
    for section in sections:
        lines += ["## " + section["title"], "", section["text"], ""]
        lines += ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
        for row in section["rows"]:
            lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells(row)) + " |")
        lines.append("")
        for name in section["pictures"]:
            lines += [f"![{album.made[name]}](pictures/{name}.png)", "", f"*{album.made[name]}*", ""]
        lines += ["Commands (in this example's folder):", ""]
        lines += ["    " + run.shown() for run in section["runs"].values()] + [""]
    return "\n".join(lines)


CSS = """body{font:15px/1.45 sans-serif;max-width:1280px;margin:2em auto;padding:0 1em;color:#222}
table{border-collapse:collapse;font-size:13px}td,th{border:1px solid #ccc;padding:3px 7px;vertical-align:top}
th{background:#f0f0f0}td.agrees{background:#dff2df}td.disagrees{background:#fbe3d6}
td.unexpected{background:#f99}img{max-width:720px;display:block;margin:1em 0 0}
figcaption{font-style:italic;margin-bottom:1.5em}pre{font-size:12px;overflow-x:auto;background:#f7f7f7;padding:6px}"""


def page(head, sections, album):
    esc = html.escape
    out = ["<!doctype html><html lang=en><meta charset=utf-8>", f"<title>{esc(head['title'])}</title>",
           f"<style>{CSS}</style>", f"<h1>{esc(head['title'])}</h1><p>{esc(head['text'])}</p>"]
    for section in sections:
        out.append(f"<h2>{esc(section['title'])}</h2><p>{esc(section['text'])}</p><table><tr>")
        out += [f"<th>{h}</th>" for h in HEADS]
        out.append("</tr>")
        for row in section["rows"]:
            style = row.verdict if row.good() else "unexpected"
            out.append("<tr>")
            for head_name, text in zip(HEADS, cells(row)):
                mark = f' class="{style}"' if head_name == "verdict" else ""
                out.append(f"<td{mark}>{esc(text)}</td>")
            out.append("</tr>")
        out.append("</table>")
        for name in section["pictures"]:
            out.append(f'<figure><img src="pictures/{name}.png" alt=""><figcaption>'
                       f"{esc(album.made[name])}</figcaption></figure>")
        commands = "\n".join(run.shown() for run in section["runs"].values())
        out.append(f"<details><summary>Commands</summary><pre>{esc(commands)}</pre></details>")
    return "\n".join(out) + "\n"


def summary(head, sections):
    return {"title": head["title"], "quick": head["quick"], "version": head["version"],
            "commit": head["commit"], "seconds": head["seconds"],
            "sections": [{"title": s["title"], "rows": [row.json() for row in s["rows"]],
                          "pictures": [f"pictures/{name}.png" for name in s["pictures"]],
                          "commands": {name: run.shown() for name, run in s["runs"].items()}}
                         for s in sections]}


def write(folder, head, sections, album):
    (folder / "report.md").write_text(markdown(head, sections, album))
    (folder / "report.html").write_text(page(head, sections, album))
    (folder / "report.json").write_text(json.dumps(summary(head, sections), indent=1) + "\n")
