"""PREFIX.csv, -units and -fields."""
import csv
import io
import pathlib
import tempfile

from running import WELL, ProgramTest, main


def rows_of(folder):
    return list(csv.DictReader(io.StringIO((pathlib.Path(folder) / "out.csv").read_text())))


class Tables(ProgramTest):
    def run_in(self, name, program, options, **more):
        return self.done(program, options, folder=name, **more), rows_of(name)

    def test_every_number_with_its_error(self):
        with tempfile.TemporaryDirectory() as name:
            run, rows = self.run_in(name, "fp-exit", dict(WELL, csv=True))
        time = run.results["mean_exit_time"]
        found = {row["quantity"]: row for row in rows}
        self.assertEqual(float(found["mean_exit_time"]["value"]), time["value"])
        self.assertEqual(float(found["mean_exit_time"]["error"]), time["error"])
        self.assertEqual(float(found["mean_exit_time"]["log"]), time["log"])
        self.assertIn("exit_probability[x > 0]", found)
        self.assertIn("out.csv", run.output)

    def test_none_unless_asked(self):
        self.assertNotIn("out.csv", self.done("fp-exit", WELL).files)

    def test_vectors_are_named_by_the_variables(self):
        with tempfile.TemporaryDirectory() as name:
            run, rows = self.run_in(name, "fp-stationary", dict(WELL, exit="x > 9", variables="x,y", csv=True))
        found = {row["quantity"]: row for row in rows}
        self.assertEqual(float(found["covariance_x_y"]["value"]), run.results["covariance"]["value"][0][1])
        self.assertEqual(float(found["mean_y"]["error"]), run.results["mean"]["error"][1])

    def test_a_sweep_has_a_row_a_run(self):
        with tempfile.TemporaryDirectory() as name:
            run, rows = self.run_in(name, "fp-exit", dict(WELL, sweep="temperature=0.2,0.3"))
        self.assertEqual([row["temperature"] for row in rows], ["0.2", "0.3"])
        for row, entry in zip(rows, run.results["sweep"]):
            self.assertEqual(float(row["mean_exit_time"]), entry["mean_exit_time"]["value"])
            self.assertEqual(float(row["mean_exit_time_error"]), entry["mean_exit_time"]["error"])

    def test_an_evolution_has_a_row_a_time(self):
        with tempfile.TemporaryDirectory() as name:
            run, rows = self.run_in(name, "fp-evolve", dict(WELL, t_end="2", frames="2"))
        self.assertEqual([float(row["time"]) for row in rows], run.results["times"])
        self.assertEqual([float(row["survival"]) for row in rows], [n["value"] for n in run.results["survival"]])
        self.assertEqual(float(rows[1]["mean_x"]), run.results["mean"][1]["value"][0])

    def test_survival_of_trajectories(self):
        with tempfile.TemporaryDirectory() as name:
            run, rows = self.run_in(name, "mc-exit", dict(WELL, mc_paths="50"))
        curve = [row for row in rows if row["quantity"] == "survival"]
        self.assertEqual([float(row["at"]) for row in curve], run.results["survival"]["times"])
        self.assertEqual([float(row["value"]) for row in curve], run.results["survival"]["value"])


class UnitsAndFields(ProgramTest):
    def test_units_stand_behind_numbers_and_in_files(self):
        with tempfile.TemporaryDirectory() as name:
            run = self.done("fp-stationary", dict(WELL, units="x=nm, y=nm, time=ns"), folder=name)
            text = (pathlib.Path(name) / "out.vti").read_text(errors="replace")
        self.assertRegex(run.output, r"mean of x +\S+ ± \S+ nm|mean of x +\(.*\)\S* nm")
        self.assertIn("nm^2", run.output)
        self.assertIn("1/(nm^2)" if "1/(nm^2)" in text else "1/nm^2", text)
        self.assertEqual(run.summary["options"]["units"], "x=nm, y=nm, time=ns")

    def test_units_stand_behind_times_by_part_and_heights(self):
        units = "x=nm, y=nm, time=ns, energy=kT"
        run = self.done("fp-exit", dict(WELL, exit="x > 0.5 or y > 1", units=units))
        self.assertRegex(run.output, r"mean time through y > 1 +\S+ ± \S+ ns")
        path = self.done("fp-path", dict(WELL, units=units))
        self.assertRegex(path.output, r"action times temperature +\S+ ± \S+ kT")
        turn = self.done("fp-stationary", dict(variables="x", drift="2*pi*sin(2*pi*x) + 8", diffusion="0.2", domain="0,1",
                                               boundary="periodic", cells="64", compile="never", units="x=nm, time=ns"))
        self.assertRegex(turn.output, r"mean velocity of x +\S+ ± \S+ nm/ns")
        self.assertRegex(turn.output, r"effective diffusion x,x +\S+ ± \S+ nm\^2/ns")

    def test_only_the_fields_that_are_named(self):
        with tempfile.TemporaryDirectory() as name:
            self.done("fp-stationary", dict(WELL, fields="density"), folder=name)
            text = (pathlib.Path(name) / "out.vti").read_text(errors="replace")
        self.assertIn('Name="density"', text)
        self.assertNotIn('Name="log_density"', text)

    def test_no_fields(self):
        self.assertEqual(self.done("fp-stationary", dict(WELL, fields="none")).files, ["out.json"])
        files = self.done("fp-evolve", dict(WELL, fields="none", t_end="1", frames="2")).files
        self.assertEqual(files, ["out.csv", "out.json"])

    def test_on_several_ranks(self):
        run = self.done("fp-stationary", dict(WELL, fields="density", csv=True), ranks=2)
        self.assertEqual(run.files, ["out.csv", "out.json", "out.pvti", "out_0.vti", "out_1.vti"])
        run = self.refused_late("fp-stationary", dict(WELL, fields="nothing"), ranks=2)
        self.assertIn("no field 'nothing'", run.error)

    def refused_late(self, program, options, **more):
        run = self.done(program, options, status=2, **more)
        self.assertEqual(run.files, [])
        return run


main()
