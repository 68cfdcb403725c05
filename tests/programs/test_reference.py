"""Help, manual, completion, reference page and schemas tell all of the one table of options; the front of the programs.

BIN may be /usr/bin: packages compress pages, which stand among those of other programs there."""
import gzip
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from running import ALONE, BIN, LINEAR, WELL, ProgramTest, Run, here, main

SHARE = BIN.parent / "share"
SOURCES = here.parents[1]


def front(*words):
    return subprocess.run([str(BIN / "escapade"), *words], text=True, capture_output=True, timeout=60)


def table():
    return json.loads(front("options", "--json").stdout)


def options_of(program):
    return {o["name"] for o in table()["options"] if program in o["programs"]}


def text_of(name):
    path = SHARE / name
    packed = pathlib.Path(f"{path}.gz")
    return gzip.decompress(packed.read_bytes()).decode() if packed.is_file() else path.read_text(encoding="utf-8")


class Reference(unittest.TestCase):
    def test_every_option_stands_in_help(self):
        for program in table()["programs"]:
            shown = front("help", program["name"]).stdout
            self.assertEqual(set(re.findall(r"^  -(\w+)", shown, re.M)), options_of(program["name"]))

    def test_every_option_stands_in_the_manual(self):
        titles = re.compile(r"^\.TP\n\\fB\\-(\w+)\\fR", re.M)
        for program in table()["programs"]:
            page = text_of(f"man/man1/{program['name']}.1")
            self.assertEqual(set(titles.findall(page)), options_of(program["name"]))
        self.assertEqual(titles.findall(text_of("man/man7/escapade.7")), [o["name"] for o in table()["options"]])

    def test_every_option_stands_on_the_reference_page(self):
        page = text_of("doc/escapade/options.md")
        self.assertEqual(re.findall(r"^\| `-(\w+)", page, re.M), [o["name"] for o in table()["options"]])
        self.assertEqual((SOURCES / "docs/reference/options.md").read_text(encoding="utf-8"), page,
                         "cmake --build build --target update_reference")

    def test_every_option_stands_in_the_schemas(self):
        names = {o["name"] for o in table()["options"]}
        problem = json.loads(text_of("escapade/schema/problem.schema.json"))
        self.assertEqual(set(problem["properties"]), names - {"problem", "rerun", "help", "version", "citations"})
        summary = json.loads(text_of("escapade/schema/results.schema.json"))
        self.assertEqual(set(summary["properties"]["options"]["properties"]), names)

    def test_manual_pages_are_clean(self):
        names = ["man1/escapade.1", "man7/escapade.7"] + [f"man1/{program['name']}.1" for program in table()["programs"]]
        for text in (text_of(f"man/{name}") for name in names):
            if shutil.which("mandoc"):
                said = subprocess.run(["mandoc", "-Tlint"], input=text, text=True, capture_output=True).stdout
                self.assertEqual([line for line in said.splitlines() if "outdated mandoc.db" not in line], [])
            if shutil.which("groff"):
                said = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-Z"], input=text, text=True, capture_output=True)
                self.assertEqual(said.stderr, "")


class Completion(unittest.TestCase):
    def completed(self, *words, folder="/"):
        """What bash offers for the last of the words."""
        script = (f'source "{SHARE}/bash-completion/completions/{words[0]}"; COMP_WORDS=("$@"); '
                  'COMP_CWORD=$(($# - 1)); _escapade 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script, "bash", *words], text=True, capture_output=True, cwd=folder)
        return set(done.stdout.split())

    def test_bash_offers_every_option(self):
        for program in table()["programs"]:
            names = options_of(program["name"])
            self.assertEqual(self.completed(program["name"], "-"), {"-" + name for name in names})
            self.assertEqual(self.completed("escapade", program["name"], "--"), {"--" + name for name in names})

    def test_zsh_offers_every_option(self):
        blocks = re.split(r"^  ([\w-]+)\)\n", text_of("zsh/site-functions/_escapade"), flags=re.M)
        found = dict(zip(blocks[1::2], blocks[2::2]))
        for program in table()["programs"]:
            names = set(re.findall(r"^ +'\*?-(\w+)\[", found[program["name"]], re.M))
            self.assertEqual(names, options_of(program["name"]))
        if shutil.which("zsh"):
            checked = subprocess.run(["zsh", "-n", SHARE / "zsh/site-functions/_escapade"], text=True, capture_output=True)
            self.assertEqual((checked.returncode, checked.stderr), (0, ""))

    def test_bash_offers_choices_programs_and_files(self):
        self.assertEqual(self.completed("fp-exit", "-solver", "m"), {"multilevel"})
        self.assertEqual(self.completed("fp-exit", "-frame", ""), {"axes", "noise", "way_out"})
        self.assertEqual(self.completed("fp-exit", "-parameters", ""), set())
        self.assertEqual(self.completed("escapade", "help", "mc-m"), {"mc-merge"})
        self.assertEqual(self.completed("escapade", "li"), {"list"})
        data = SOURCES / "examples/thesis"
        self.assertEqual(self.completed("fp-exit", "-problem", "e", folder=data), {"exit.yaml"})
        self.assertEqual(self.completed("fp-exit", "pr", folder=data), {"problem.yaml"})
        self.assertEqual(self.completed("fp-exit", "-data", "data/t", folder=data), {"data/thesis_data.csv"})


class Schemas(ProgramTest):
    def setUp(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        self.check = jsonschema.Draft7Validator

    def errors(self, schema, instance):
        validator = self.check(json.loads(text_of(f"escapade/schema/{schema}.schema.json")))
        return ["/".join(map(str, e.path)) + ": " + e.message for e in validator.iter_errors(instance)]

    def test_problem_files_of_the_examples_are_valid(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is not installed")
        files = sorted(SOURCES.glob("examples/*/*.yaml"))
        self.assertGreater(len(files), 5)
        for file in files:
            self.assertEqual(self.errors("problem", yaml.safe_load(file.read_text())), [], file)

    def test_slips_in_problem_files_are_not_valid(self):
        self.assertEqual(self.errors("problem", {"cells": [8, 8], "solve_ksp_type": "gmres", "temperature": 0.1}), [])
        for slip in ({"cels": [8, 8]}, {"solver": "lu"}, {"cells": [8, 8, 8]}, {"rerun": "a.json"}, {"compile": True}):
            self.assertEqual(len(self.errors("problem", slip)), 1, slip)

    def test_summaries_are_valid(self):
        closed = {k: v for k, v in WELL.items() if k not in ("exit", "start")}
        runs = {"fp-exit": WELL, "fp-rate": WELL, "fp-stationary": {**closed, "regions": "left: x < 0", "observables": "e: x^2"},
                "fp-committor": {**closed, "set_a": "x < -0.8", "set_b": "x > 0.8"}, "fp-modes": {**closed, "modes": 2},
                "fp-spectrum": {**closed, "observable": "x", "frequencies": "0:1:3", "lags": "0:1:3"},
                "fp-evolve": {**WELL, "t_end": 1, "frames": 2}, "fp-path": {**WELL, "exit": "x > 0.5"}, "fp-landscape": closed,
                "mc-exit": {**LINEAR, "mc_paths": 200}, "mc-stationary": {**closed, "mc_paths": 20, "mc_max_time": 20},
                "fp-network": {**closed, "sets": "wells", "cells": "32,32"}, "fp-crosscheck": {**LINEAR, "mc_paths": 500}}
        for program, options in runs.items():
            run = Run(program, options)
            self.assertIn(run.status, (0, 5), run.error)
            self.assertEqual(self.errors("results", run.summary), [], program)
        sweep = Run("fp-exit", {**WELL, "sweep": "temperature=0.3,0.2"}).summary
        self.assertEqual(self.errors("results", sweep), [])
        del sweep["results"]["sweep"][0]["mean_exit_time"]["error"]
        self.assertNotEqual(self.errors("results", sweep), [])


class Front(ProgramTest):
    def test_lists_and_helps(self):
        names = [program["name"] for program in table()["programs"]]
        self.assertEqual([line.split()[0] for line in front("list").stdout.splitlines()], names)
        self.assertIn("Usage: escapade PROGRAM", front().stdout)
        own = subprocess.run([str(BIN / "fp-exit"), "-help"], text=True, capture_output=True).stdout
        self.assertEqual(front("help", "fp-exit").stdout, own)
        self.assertEqual(front("fp-exit", "-help").stdout, own)

    def test_becomes_a_program(self):
        words = [word for name, value in WELL.items() for word in ("-" + name, value)]
        self.assertEqual(front(*words).returncode, 2)  # the program comes first
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([str(BIN / "escapade"), "fp-exit", "-output", "out", *words], text=True,
                                  capture_output=True, cwd=folder, env=ALONE)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads((pathlib.Path(folder) / "out.json").read_text())["program"], "fp-exit")

    def test_names_the_nearest_program(self):
        done = front("fp-exti")
        self.assertEqual((done.returncode, done.stderr), (2, 'escapade: "fp-exti": no program of that name; did you mean fp-exit?\n'))
        self.assertIn("escapade list", front("everything").stderr)
        self.assertEqual(front("help", "fp-").returncode, 2)

    def test_a_bare_yaml_file_is_a_problem(self):
        text = "".join(f"{name}: \"{value}\"\n" for name, value in WELL.items())
        run = self.done("fp-exit", {}, files={"well.yaml": text}, arguments=["well.yaml"])
        self.assertEqual(run.summary["options"]["problem"], "well.yaml")
        self.refused("fp-exit", {}, 'cannot', arguments=["none.yaml"])


main()
