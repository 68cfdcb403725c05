"""-solver multilevel on three grids, each begun with the answers of a coarser one: the numbers of -solver gth with
less work than a grid alone."""
import os
import pathlib
import subprocess
import tempfile

from test_ranks import fields
from running import ALONE, BIN, WELL, ProgramTest, main

STEEP = dict(WELL, temperature="0.02", cells="96,96", compile="never")


class NestedGrids(ProgramTest):
    def close(self, a, b, tolerance):
        """The same numbers up to a relative tolerance (of the larger numbers of a list)."""
        if isinstance(a, dict):
            self.assertEqual(*({k for k in d if "extrapolated" not in k} for d in (a, b)))
            for key in a:
                # errors hold what each solver leaves; orders and what they lead to amplify it
                if "error" not in key and "extrapolated" not in key and key not in ("balance_residual", "order"):
                    self.close(a[key], b[key], tolerance)
        elif isinstance(a, list):
            size = max((abs(v) for v in a if isinstance(v, (int, float))), default=0)
            for x, y in zip(a, b, strict=True):
                if isinstance(x, (int, float)):
                    self.assertLessEqual(abs(x - y), tolerance * size + 1e-12)
                else:
                    self.close(x, y, tolerance)
        elif isinstance(a, (int, float)):
            self.assertLessEqual(abs(a - b), tolerance * abs(a) + 1e-12, (a, b))
        else:
            self.assertEqual(a, b)

    def same_with_less_work(self, program, options, share, names=None):
        exact = self.done(program, dict(options, solver="gth"))
        nested = self.done(program, dict(options, solver="multilevel"))
        alone = self.done(program, dict(options, solver="multilevel", error_estimate="false"))
        for name in names or exact.results:
            self.close(nested.results[name], exact.results[name], 1e-7)
        self.assertEqual(*({k: v for k, v in run.summary["grid"].items() if k not in ("scheme_diffusion", "outweighed")}
                           for run in (nested, alone)))
        self.assertLess(nested.summary["solver"]["products"],
                        share * alone.summary["solver"]["products"])

    def test_stationary(self):
        closed = {k: v for k, v in STEEP.items() if k not in ("exit", "start")}
        self.same_with_less_work("fp-stationary", closed, 0.7, ["covariance"]) # the rest is zero

    def test_one_grid_begins_with_coarser_ones_of_64_cells_and_more(self):
        closed = {k: v for k, v in STEEP.items() if k not in ("exit", "start", "cells")}
        alone, nested = (self.done("fp-stationary", dict(closed, solver="multilevel", cells=f"{n},{n}",
                                                         error_estimate="false")) for n in (126, 130))
        self.assertLess(nested.summary["solver"]["products"], 0.7 * alone.summary["solver"]["products"])

    def test_currents(self):
        self.same_with_less_work("fp-stationary", dict(
            drift="x-x^3-0.4*y, 0.4*x-y", diffusion="0.1", domain="-2,2,-2,2", cells="96,96",
            compile="never"), 1.0)

    def test_exits(self):
        self.same_with_less_work("fp-exit", STEEP, 0.97)

    def test_exits_through_a_curve_and_a_side_in_a_turned_frame(self):
        self.same_with_less_work("fp-exit", dict(
            drift="x-x^3-y, x-y", diffusion="0.2", domain="-2,2,-2,2", cells="80,80", frame="30",
            exit="x^2+y^2 < 0.3 or x > 1.5", start="-1,0", compile="never"), 1.0)


    def test_escape_rates_settle_in_every_cell(self):
        options = dict(potential="(x^2-1)^2/4+0.2*x+y^2/2", temperature="0.05", domain="-2,2,-2,2", cells="70,65",
                       start="-1,0", exit="x > 0.2", error_estimate="false", compile="never")
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            settled = []
            for solver in ("gth", "multilevel"):
                folder = pathlib.Path(name) / solver
                folder.mkdir()
                self.done("fp-rate", dict(options, solver=solver), folder=folder)
                settled.append(fields(folder / "out.vti")["log_quasi_stationary_density"])
            for exact, found in zip(*settled, strict=True):
                self.assertTrue(abs(exact - found) < 1e-7 or exact != exact and found != found, (exact, found))


class WholeRuns(ProgramTest):
    def peak(self, cells):
        options = dict(WELL, cells=f"{cells},{cells}", solver="multilevel", error_estimate="false")
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            command = [str(BIN / "fp-stationary"), "-output", "out"]
            for name in ("potential", "temperature", "domain", "compile", "cells", "solver", "error_estimate"):
                command += ["-" + name, options[name]]
            child = subprocess.Popen(command, cwd=folder, env=ALONE, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(child.returncode, 0)
        return usage.ru_maxrss * 1024

    def test_take_235_bytes_a_cell_with_fields_and_all(self):
        cells = 600
        self.assertLess((self.peak(cells) - self.peak(32)) / cells**2, 235)


class Limits(ProgramTest):
    def test_rates_that_vanish_on_a_coarse_chain_are_no_bad_input(self):
        self.refused("fp-exit", dict(
            drift="x-x^3,-y", diffusion="0.004471652847836992,-0.00590732071351923,0.008153347152163008",
            domain="-3,3,-2,2", cells="130,59", frame="axes", exit="(x+1)^2+y^2>0.01", start="-1,0",
            error_estimate="false", solver="multilevel", compile="never"), "use -solver gth", status=3)


main()
