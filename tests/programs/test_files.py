"""Files of users that are damaged, endless or hostile: one line, status 2, and nothing done."""
import os
import pathlib
import random
import re
import tempfile

from running import LINEAR, WELL, ProgramTest, Run, main

SGD = dict(variables="a,b", model="a*x + b", target="y", learning_rate="0.01", batch_size="2",
           domain="-3,5,-3,5", sgd_noise="gauss_newton", cells="12,12", compile="never", exit="a > 3", start="1,1")
SMALL = dict(WELL, cells="24,24", error_estimate="false")


class Endless(ProgramTest):
    def test_devices_and_pipes(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            pipe = os.path.join(folder, "pipe")
            os.mkfifo(pipe)
            for place in ("/dev/zero", pipe):
                self.refused("fp-exit", dict(SGD, data=place), "-data", "regular file")
                self.refused("fp-exit", dict(SMALL, options_file=place), "-options_file", "regular file")
                self.refused("fp-exit", dict(problem=place), "-problem", "regular file")
                self.refused("fp-exit", dict(rerun=place), "-rerun", "regular file")
                self.refused("fp-exit", dict(drift="0,0", diffusion="1", boundary="absorbing", start="0,0", mesh=place), "-mesh", "regular file")
                self.refused("fp-evolve", dict(LINEAR, t_end="1", initial=place + ".vti"), "-initial")
                self.refused("mc-merge", dict(inputs=place + ".records"), "-inputs")

    def test_options_files(self):
        self.refused("fp-exit", dict(SMALL, options_file="none"), "-options_file", "none")
        self.refused("fp-exit", SMALL, "-options_file", arguments=["-options_file"])
        run = self.done("fp-exit", dict(SMALL, options_file="o"), files={"o": "# cg\n-solve_ksp_type gmres # method\n\n"})
        self.assertEqual(run.summary["options"]["solve_ksp_type"], "gmres")


class Hostile(ProgramTest):
    LINES = ("-python X", "-history out.txt", "-log_view :victim", "-start_in_debugger", "-malloc_dump victim",
             "-info victim", "-solve_ksp_view binary:victim", "-solve_ksp_monitor ascii:victim", "-options_file other",
             "-solve_pc_type python", "-solve_mat_mumps_ooc_tmpdir victim", "-prefix_push py", "-log_trace victim",
             "-on_error_attach_debugger", "-dll_append victim.so", "-viewer_binary_filename victim")

    def test_options_of_files_load_run_and_write_nothing(self):
        for line in self.LINES:
            name, _, value = line[1:].partition(" ")
            written = {"o": line + "\n", "p.yaml": f"{name}: \"{value}\"\n", "victim": "kept", "other": "-python X\n"}
            json = f'{{"program": "fp-exit", "options": {{"{name}": "{value}"}}}}'
            for options in (dict(SMALL, options_file="o"), dict(SMALL, problem="p.yaml"), dict(SMALL, rerun="r.json")):
                self.refused("fp-exit", options, files=dict(written, **{"r.json": json}))

    def test_of_the_environment_they_are_ignored_with_a_notice(self):
        os.environ["PETSC_OPTIONS"] = " ".join(line for line in self.LINES if "options_file" not in line)
        import running
        try:
            running.ALONE["PETSC_OPTIONS"] = os.environ["PETSC_OPTIONS"]
            run = self.done("fp-exit", SMALL)
        finally:
            del running.ALONE["PETSC_OPTIONS"]
        ignored = [line for line in run.lines if "PETSC_OPTIONS: " in line]
        self.assertEqual(len(ignored), len(self.LINES) - 1, run.error)
        self.assertEqual(run.files, ["out.json", "out.vti"])

    def test_aliases_that_double_with_every_line(self):
        text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        for one, next_ in zip("abcdefgh", "bcdefghi"):
            text += f"{next_}: &{next_} [" + ", ".join([f"*{one}"] * 10) + "]\n"
        self.refused("fp-exit", dict(problem="p.yaml"), "p.yaml:2", "alias", files={"p.yaml": text + "exit: *i\n"})


class Damaged(ProgramTest):
    PLAIN = dict(drift="-x, -y", diffusion="0.3", t_end="0.01", frames="1", compile="never", error_estimate="false")
    WORDS = (b"Xtring", b"0", b"-1", b"99999999999", b"Float32", b"String", b"", b"appended", b"ascii", b"binary")

    def spoilt(self, text, chance):
        """One byte or one word of it changed."""
        out = bytearray(text)
        if chance.random() < 0.5:
            out[chance.randrange(len(text))] = chance.choice(b"<>\"/= 0129-aXT&\0")
        else:
            word = chance.choice(list(re.finditer(rb'"([^"]*)"', text)))
            out[word.start(1):word.end(1)] = chance.choice(self.WORDS)
        return bytes(out)

    def test_frames_are_refused_or_read(self):
        chance = random.Random(4)
        for ending, grid in (("vti", dict(domain="-1,1,-1,1", cells="8,8")),
                             ("vts", dict(domain="-1,1,-1,1", cells="8,8", frame="30"))):
            with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
                self.done("fp-evolve", dict(self.PLAIN, start="0.1,0.1", **grid), folder=folder)
                text = pathlib.Path(folder, "out_0001." + ending).read_bytes()
                cases = [text.replace(b'type="String"', b'type="Xtring"', 1), text.replace(b'"Float64"', b'"Xloat64"')]
                cases += [self.spoilt(text, chance) for _ in range(25)]
                for case in cases:
                    pathlib.Path(folder, "bad." + ending).write_bytes(case)
                    run = Run("fp-evolve", dict(self.PLAIN, initial="bad." + ending, output="new", **grid), folder=folder)
                    self.assertIn(run.status, (0, 2), run.error)
                    self.assertEqual(len(run.lines), 1 if run.status else 0, run.error)


main()
