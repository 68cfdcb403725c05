"""Runs of escapade's programs, kept on disk: a report that was stopped goes on from what is there."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parents[1]


class Run:
    """One program on problem files of this folder and options (without the minus).

    `may_fail`: a refusal is an answer too (where a scheme diverges)."""

    def __init__(self, program, *files, may_fail=False, **options):
        self.program, self.files, self.options, self.may_fail = program, files, options, may_fail

    def words(self, name):
        words = [self.program]
        for one in self.files:
            words += ["-problem", str(HERE / one)]
        for key, value in self.options.items():
            words += ["-" + key, str(value)]
        if self.program.startswith("fp-"):  # the report shows the error beside every number
            words += ["-accept_unresolved", "true"]
        return words + ["-output", name]

    def shown(self):
        """The command as a reader would type it in this folder."""
        quoted = [f'"{w}"' if any(c in w for c in " ;<>()^*") else w for w in self.words("")[:-2]]
        return " ".join(quoted).replace(str(HERE) + "/", "")


class Failed(Exception):
    pass


class Runner:
    def __init__(self, programs, folder, jobs):
        self.programs, self.folder, self.jobs = programs, folder, jobs
        self.folder.mkdir(parents=True, exist_ok=True)
        self.runs, self.seconds = {}, {}

    def all(self, runs):
        """Does what is not there yet, `jobs` at a time."""
        self.runs.update(runs)
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            futures = [pool.submit(self.one, name, run) for name, run in runs.items()]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                for future in futures:
                    future.cancel()
                raise

    def one(self, name, run):
        words = run.words(name)
        kept = self.folder / f"{name}.done"
        program = self.programs / words[0]
        if not program.exists():
            raise Failed(f"{program}: no such program; build it or give --programs")
        stat = program.stat()  # a program built anew runs anew
        asked = "\n".join([f"{stat.st_size} {stat.st_mtime_ns}", *words]).replace(str(HERE), "")
        if kept.exists():
            state = json.loads(kept.read_text())
            if state["asked"] == asked:
                self.seconds[name] = state["seconds"]
                return
        began = time.time()
        environment = dict(os.environ, OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                           OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        done = subprocess.run([str(program), *words[1:]], cwd=self.folder,
                              env=environment, text=True, capture_output=True, check=False)
        if done.returncode not in (0, 5) and not (run.may_fail and done.returncode == 3):
            raise Failed(f"{run.shown()}\nended with status {done.returncode}: {done.stderr}")
        seconds = time.time() - began
        self.seconds[name] = seconds
        print(f"  {seconds:6.1f} s  {name}", flush=True)
        state = {"asked": asked, "status": done.returncode, "seconds": seconds,
                 "message": done.stderr.strip()}
        aside = kept.with_suffix(".aside")
        aside.write_text(json.dumps(state))
        aside.replace(kept)

    def summary(self, name):
        """The whole PREFIX.json of a run."""
        return json.loads((self.folder / f"{name}.json").read_text())

    def results(self, name):
        return self.summary(name)["results"]

    def sweep(self, name):
        """The list of results of a -sweep."""
        return self.results(name)["sweep"]

    def state(self, name):
        return json.loads((self.folder / f"{name}.done").read_text())

    def file(self, name):
        return self.folder / name
