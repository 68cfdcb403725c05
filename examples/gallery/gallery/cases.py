"""A case is a folder with problem files, README.md, expected.json and, where numbers are computed, exact.py."""
import json
import pathlib
import subprocess
import sys


def names(gallery):
    return sorted(p.parent.name for p in pathlib.Path(gallery).glob("*/expected.json"))


def read(folder):
    case = json.loads((folder / "expected.json").read_text())
    case["name"], case["folder"] = folder.name, folder
    text = (folder / "README.md").read_text()
    for run in case["runs"]:
        if command(run) not in text:
            sys.exit(f"run: {folder.name}/README.md does not show the command '{command(run)}'")
    for source in case["source"]:
        for shown in (source["text"], source.get("doi", "")):
            if shown not in text:
                sys.exit(f"run: {folder.name}/README.md does not name the source '{shown}'")
    return case


def quoted(value):
    text = str(value)
    return text if all(c.isalnum() or c in ".,-+_/:" for c in text) else f'"{text}"'


def command(run):
    """As one types it in the folder of the case."""
    words = [run["program"]]
    for name in run.get("problem", ["problem.yaml"]):
        words += ["-problem", name]
    for name, value in run.get("options", {}).items():
        words += ["-" + name, quoted(value)]
    return " ".join(words)


def exact_values(case):
    """What the case's exact.py prints: names and numbers."""
    program = case["folder"] / "exact.py"
    if not program.exists():
        return {}
    done = subprocess.run([sys.executable, "-B", str(program)], text=True, capture_output=True, timeout=300)
    if done.returncode:
        sys.exit(f"run: {case['name']}/exact.py failed: {done.stderr}")
    return json.loads(done.stdout)
