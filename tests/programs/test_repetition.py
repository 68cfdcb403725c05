"""The same run again, on several ranks, with other values."""
import pathlib
import tempfile

from running import WELL, ProgramTest, main

REST = dict(drift="-2*x - y, x - y", diffusion="0.04, 0.01, 0.06", domain="-1.2,1.2,-1.8,1.8",
            cells="24,24", frame="axes", compile="never")
PATHS = dict(WELL, mc_paths="300", mc_dt="0.02", mc_seed="7")


class Ranks(ProgramTest):
    def numbers(self, program, options):
        return [self.done(program, options, ranks=n).results for n in (1, 2, 3)]

    def test_give_the_same_exit_times(self):
        one, *others = self.numbers("fp-exit", dict(WELL, exit="x > 0 or y > 1.2"))
        for other in others:
            for key in ("mean_exit_time", "exit_time_std"):
                self.assertLess(abs(other[key]["value"] / one[key]["value"] - 1), 1e-6)
            for part in one["exit_probability"]:
                self.assertLess(abs(other["exit_probability"][part]["value"] -
                                    one["exit_probability"][part]["value"]), 1e-6)

    def test_give_the_same_stationary_state(self):
        one, *others = self.numbers("fp-stationary", REST)
        for other in others:
            for i in range(2):
                for j in range(2):
                    self.assertLess(abs(other["covariance"]["value"][i][j] -
                                        one["covariance"]["value"][i][j]), 1e-7)
            self.assertLess(abs(other["entropy_production_rate"]["value"] -
                                one["entropy_production_rate"]["value"]), 1e-4)

    def test_give_the_same_trajectories_to_the_bit(self):
        one, *others = self.numbers("mc-exit", dict(PATHS, exit="x > 0 or y > 1.2"))
        for other in others:
            self.assertEqual(other, one)


class Repetition(ProgramTest):
    def test_rerun_gives_the_same_numbers_and_files(self):
        for program, options in (("fp-exit", WELL), ("mc-exit", PATHS)):
            with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
                first = self.done(program, options, folder=folder)
                before = {p.name: p.read_bytes() for p in pathlib.Path(folder).iterdir()}
                again = self.done(program, {}, folder=folder,
                                  arguments=("-rerun", "out.json", "-output", "out"))
                self.assertEqual(again.results, first.results)
                self.assertEqual(again.summary["options"], first.summary["options"])
                for name, data in before.items():
                    if name != "out.json":  # seconds differ
                        self.assertEqual((pathlib.Path(folder) / name).read_bytes(), data, name)

    def test_the_command_line_wins_over_the_run_that_is_repeated(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            first = self.done("fp-exit", WELL, folder=folder)
            again = self.done("fp-exit", dict(temperature="0.5"), folder=folder,
                              arguments=("-rerun", "out.json", "-output", "out"))
            self.assertLess(again.results["mean_exit_time"]["value"],
                            first.results["mean_exit_time"]["value"])

    def test_the_seed_alone_decides_the_paths(self):
        a, b = self.done("mc-exit", PATHS).results, self.done("mc-exit", PATHS).results
        c = self.done("mc-exit", dict(PATHS, mc_seed="8")).results
        self.assertEqual(a, b)
        self.assertNotEqual(a["mean_exit_time"]["value"], c["mean_exit_time"]["value"])

    def test_sweep_lists_each_value_and_fits_a_line(self):
        values = ("0.25", "0.2", "0.16")
        run = self.done("fp-exit", dict(WELL, sweep="temperature=" + ",".join(values)))
        sweep = run.results["sweep"]
        self.assertEqual([entry["at"]["temperature"] for entry in sweep], [0.25, 0.2, 0.16])
        for value, entry in zip(values, sweep):
            single = self.done("fp-exit", dict(WELL, temperature=value)).results["mean_exit_time"]
            self.assertEqual(entry["mean_exit_time"]["value"], single["value"])
        x = [1 / entry["at"]["temperature"] for entry in sweep]
        y = [entry["mean_exit_time"]["log"] for entry in sweep]
        mx, my = sum(x) / 3, sum(y) / 3
        slope = sum((a - mx) * (b - my) for a, b in zip(x, y)) / sum((a - mx) ** 2 for a in x)
        self.assertAlmostEqual(run.results["fit"]["slope"], slope, 10)
        self.assertAlmostEqual(run.results["fit"]["intercept"], my - slope * mx, 10)


main()
