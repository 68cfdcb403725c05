"""Every fp- program on 1, 2 and 3 ranks: the same numbers and fields, one piece of them per rank."""
import array
import json
import pathlib
import sys
import tempfile
import xml.etree.ElementTree as tree

sys.path.append(str(pathlib.Path(__file__).parents[2] / "python" / "escapade"))
import vtk_blocks
from running import WELL, ProgramTest, main

DRIFTING = dict(drift="x-x^3+y, -y-x", diffusion="0.3+0.1*x^2, 0.1*x*y, 0.4", domain="-2,2,-1.5,1.5",
                cells="20,16", compile="never")
LEAVING = dict(WELL, exit="x > 0.25 or y > 1.3", start="-1,0.1", cells="24,20")
BETWEEN = dict(WELL, set_a="(x+1)^2+(y+0.2)^2 < 0.1", set_b="(x-1)^2+y^2 < 0.1", start="0.1,0.2",
               cells="30,24")
del BETWEEN["exit"]
CODES = {"Float64": "d", "UInt8": "B"}


def numbers(element):
    """The numbers of one DataArray."""
    values = array.array(CODES[element.get("type")])
    values.frombytes(vtk_blocks.decoded(element.text.encode(), lz4=True))
    return values


def fields(path):
    """{name: numbers} of a file, or of the pieces of a header one after the other."""
    root = tree.parse(path).getroot()[0]
    found = {}
    if not root.tag.startswith("P"):
        for one in root.iter("CellData"):
            for element in one:
                found[element.get("Name")] = numbers(element)
        return found
    extent = None
    for piece in root.iter("Piece"):
        if piece.get("Extent"):  # slabs that follow each other
            rows = [int(v) for v in piece.get("Extent").split()]
            assert rows[2] == (0 if extent is None else extent[3])
            extent = rows
        for name, values in fields(path.parent / piece.get("Source")).items():
            found.setdefault(name, array.array(values.typecode)).extend(values)
    if extent:
        assert extent[3] == int(root.get("WholeExtent").split()[3])
    assert set(found) == {e.get("Name") for e in root.find("PCellData")}
    return found


class Ranks(ProgramTest):
    def close(self, one, other, tolerance, where=""):
        """Numbers of results: relative to their size, or to 1 where they are small."""
        if isinstance(one, dict):
            for key in one:
                if not key.startswith(("error", "log_error", "extrapolated", "log_extrapolated",
                                       "residual", "eigenvalue_errors", "order")):
                    self.close(one[key], other[key], tolerance, where + " " + key)
        elif isinstance(one, list):
            self.assertEqual(len(one), len(other), where)
            for a, b in zip(one, other):
                self.close(a, b, tolerance, where)
        elif isinstance(one, float):
            self.assertLessEqual(abs(one - other), tolerance * max(1, abs(one)), where)
        else:
            self.assertEqual(one, other, where)

    def same(self, program, options, suffix=".vti", tolerance=1e-6, pieces=True, field_tolerance=1e-5,
             names=None, status=0):
        names = names or ["out"]
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            folder = pathlib.Path(name)
            (folder / "1").mkdir()
            one = self.done(program, options, folder=folder / "1", status=status)
            whole = {n: fields(folder / "1" / (n + suffix)) for n in names}
            for ranks in (2, 3):
                at = folder / str(ranks)
                at.mkdir()
                run = self.done(program, options, ranks=ranks, folder=at, status=status)
                self.close(one.results, run.results, tolerance)
                for n in names:
                    if pieces:
                        self.assertIn(n + ".p" + suffix[1:], run.files)
                        self.assertNotIn(n + suffix, run.files)
                        for k in range(ranks):
                            self.assertIn(f"{n}_{k}{suffix}", run.files)
                    there = fields(at / (n + (".p" + suffix[1:] if pieces else suffix)))
                    self.assertEqual(set(there), set(whole[n]))
                    for field, values in whole[n].items():
                        self.assertEqual(len(there[field]), len(values), field)
                        size = max((abs(v) for v in values if v == v), default=0)
                        for a, b in zip(values, there[field]):
                            self.assertTrue(a == b or (a != a and b != b) or
                                            abs(a - b) <= field_tolerance * size, (field, a, b))
            return one

    def test_stationary_state(self):
        self.same("fp-stationary", dict(DRIFTING, regions="left: x < 0.3"))

    def test_stationary_state_in_a_turned_frame(self):
        self.same("fp-stationary", dict(DRIFTING, frame="30"), suffix=".vts")

    def test_exit_times(self):
        self.same("fp-exit", LEAVING)

    def test_stationary_state_on_triangles(self):
        mesh = pathlib.Path(__file__).resolve().parents[2] / "meshes" / "disc.msh"
        self.same("fp-stationary", dict(drift="-x - y, x - y", diffusion="0.2", mesh=mesh,
                                        compile="never"), suffix=".vtu")

    def test_escape_rate(self):
        self.same("fp-rate", LEAVING)

    def test_escape_rate_where_the_exit_cuts_the_box_in_two_is_the_slower_parts(self):
        options = dict(potential="(x^2-1)^2/4+0.2*x+y^2/2", temperature="0.2", domain="-2,2,-1.5,1.5", cells="60,31",
                       start="-1,0", error_estimate="false", compile="never")
        slow = self.done("fp-rate", dict(options, exit="x > 0.2", solver="gth")).results["escape_rate"]["value"]
        for ranks in (1, 2):
            cut = self.done("fp-rate", dict(options, exit="x > 0.2 and x < 0.4", solver="krylov"), ranks=ranks)
            self.assertLess(abs(cut.results["escape_rate"]["value"] / slow - 1), 1e-6)

    def test_committor(self):
        self.same("fp-committor", BETWEEN)

    def test_modes(self):
        # A mode is known up to a factor where two entries are equally large: the numbers alone.
        self.same("fp-modes", dict(DRIFTING, modes="2"), field_tolerance=1e-4)

    def test_evolution(self):
        self.same("fp-evolve", dict(LEAVING, t_end="2", frames="2", cells="16,12"),
                  names=["out_0000", "out_0002"])

    def test_landscape_and_path_of_one_rank(self):
        self.same("fp-landscape", WELL, pieces=False, tolerance=0, field_tolerance=0)
        self.same("fp-path", dict(WELL, cells="16,16"), pieces=False, tolerance=0)

    def test_crosscheck(self):
        # of 60 exit times the mean is known to 13 %: inconclusive
        self.same("fp-crosscheck", dict(LEAVING, mc_paths="60", mc_dt="0.05", mc_seed="3"), status=5)

    def test_multilevel(self):
        # Each rank sweeps its own rows: the same to the solver's goal of 1e-10.
        for program, problem in (("fp-stationary", DRIFTING), ("fp-exit", LEAVING)):
            self.same(program, dict(problem, solver="multilevel", cells="64,64"),
                      tolerance=1e-9, field_tolerance=1e-9)

    def test_multigrid_on_the_lattice(self):
        options = dict(LEAVING, solver="krylov", solve_pc_type="mg", cells="64,48")
        run = self.same("fp-exit", options)
        self.assertEqual(run.summary["solver"]["kind"], "krylov")
        self.same("fp-committor", dict(BETWEEN, solver="krylov", solve_pc_type="mg", cells="64,48"))

    def test_direct(self):
        self.same("fp-exit", dict(LEAVING, solver="gth"), tolerance=1e-13)

    def test_evolution_goes_on_from_pieces_on_any_number_of_ranks(self):
        self.go_on(dict(LEAVING, t_end="2", frames="4", cells="16,12"), ".pvti", (1, 2))

    def test_evolution_on_triangles_goes_on_from_pieces(self):
        mesh = pathlib.Path(__file__).resolve().parents[2] / "meshes" / "disc.msh"
        self.go_on(dict(potential="x^2/2+y^2", temperature="0.2", mesh=mesh, compile="never",
                        boundary="absorbing", t_end="0.5", frames="4", start="0.1,0.2",
                        error_estimate="false"), ".pvtu", (1,))

    def go_on(self, options, suffix, numbers_of_ranks):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            at = pathlib.Path(name)
            whole = self.done("fp-evolve", dict(options, output="out"), folder=at, ranks=3)
            series = (at / "out.pvd").read_text()
            self.assertIn(f'file="out_0002{suffix}"', series)
            for ranks in numbers_of_ranks:
                self.done("fp-evolve", dict(options, output="out2",
                                                    restart="out_0002" + suffix),
                                  folder=at, ranks=ranks)
                results = json.loads((at / "out2.json").read_text())["results"]
                self.close(whole.results["survival"], results["survival"], 1e-6)

    def test_nothing_stays_where_a_rank_cannot_write(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as name:
            at = pathlib.Path(name)
            (at / "out_1.vti").mkdir()
            with self.assertRaises(AssertionError):
                self.done("fp-stationary", DRIFTING, ranks=2, folder=at)
            self.assertEqual([p.name for p in at.iterdir()], ["out_1.vti"])


if __name__ == "__main__":
    main()
