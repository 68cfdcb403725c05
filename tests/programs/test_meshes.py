"""Triangle meshes: answers with closed forms, the same on any number of ranks, and refusals."""
import cmath
import math
import pathlib
import re
import tempfile

from running import ProgramTest, Run, main

MESHES = pathlib.Path(__file__).resolve().parents[2] / "meshes"
BROWNIAN = dict(drift="0, 0", diffusion="0.5", compile="never")


def disc(n):
    """The unit disc as n rings of 6k points: nodes, triangles, lines of the rim."""
    nodes, first = [(0.0, 0.0)], [0]
    for k in range(1, n + 1):
        first.append(len(nodes))
        for m in range(6 * k):
            z = cmath.rect(k / n, 2 * math.pi * m / (6 * k))
            nodes.append((z.real, z.imag))
    triangles = []
    for k in range(1, n + 1):
        inner = (lambda m, k=k: 0 if k == 1 else first[k - 1] + m % (6 * (k - 1)))
        outer = (lambda m, k=k: first[k] + m % (6 * k))
        for s in range(6):
            for m in range(k):
                triangles.append((inner(s * (k - 1) + m), outer(s * k + m), outer(s * k + m + 1)))
                if m + 1 < k:
                    triangles.append((inner(s * (k - 1) + m), outer(s * k + m + 1),
                                      inner(s * (k - 1) + m + 1)))
    rim = [(first[n] + m, first[n] + (m + 1) % (6 * n)) for m in range(6 * n)]
    return nodes, triangles, rim


def square(n):
    """(0, 1)^2 as squares cut in two; lines of the left side."""
    nodes = [(i / n, j / n) for j in range(n + 1) for i in range(n + 1)]
    at = lambda i, j: i + (n + 1) * j
    triangles = []
    for j in range(n):
        for i in range(n):
            triangles += [(at(i, j), at(i + 1, j), at(i + 1, j + 1)),
                          (at(i, j), at(i + 1, j + 1), at(i, j + 1))]
    return nodes, triangles, [(at(0, j), at(0, j + 1)) for j in range(n)]


def msh22(mesh, name="rim", tags=1):
    nodes, triangles, lines = mesh
    rows = ["$MeshFormat", "2.2 0 8", "$EndMeshFormat"]
    rows += ["$PhysicalNames", "1", '1 1 "%s"' % name, "$EndPhysicalNames"]
    rows += ["$Nodes", str(len(nodes))]
    rows += ["%d %r %r 0" % (k + 1, x, y) for k, (x, y) in enumerate(nodes)]
    rows += ["$EndNodes", "$Elements", str(len(lines) + len(triangles))]
    rows += ["%d 1 2 %d 1 %d %d" % (k + 1, tags, a + 1, b + 1) for k, (a, b) in enumerate(lines)]
    rows += ["%d 2 2 9 1 %d %d %d" % (k + 1, a + 1, b + 1, c + 1)
             for k, (a, b, c) in enumerate(triangles)]
    return "\n".join(rows + ["$EndElements", ""])


class Answers(ProgramTest):
    def test_the_disc_is_left_from_its_centre_after_1_over_4D(self):
        # Voronoi cells are exact on the quadratic (1 - r^2)/(4D), any mesh whose rim is on the
        # circle; the variance (D = 1/2: 1/8) is of fourth degree and has order 2
        off = []
        for n in (6, 12, 24):
            run = self.done("fp-exit", dict(BROWNIAN, mesh="d.msh", boundary="absorbing",
                                            start="0,0", refine="0"),
                            files={"d.msh": msh22(disc(n))})
            self.assertLess(abs(run.results["mean_exit_time"]["value"] - 0.5), 1e-13)
            off.append(run.results["exit_time_std"]["value"] - math.sqrt(0.125))
        self.assertGreater(math.log2(off[0] / off[1]), 1.9)
        self.assertGreater(math.log2(off[1] / off[2]), 1.95)
        self.assertEqual(run.summary["grid"]["kind"], "triangles")
        self.assertEqual(run.summary["grid"]["cells"], 6 * 24 * 24)
        self.assertIn("out.vtu", run.files)

    def test_an_annulus_is_left_by_both_rims_as_the_logarithm_says(self):
        # h_inner = log(1/r)/log 2; tau from (r^2 tau')' with D = 1/2
        run = self.done("fp-exit", dict(BROWNIAN, mesh=MESHES / "annulus.msh", start="0.7,0",
                                        boundary="inner: absorbing; outer: absorbing",
                                        refine="2"))
        h = run.results["exit_probability"]["inner"]
        self.assertLess(abs(h["value"] - math.log(1 / 0.7) / math.log(2)), 3e-3)
        tau = (1 - 0.49) / 2 + (0.25 - 1) / 2 * math.log(0.7) / math.log(0.5)
        self.assertLess(abs(run.results["mean_exit_time"]["value"] / tau - 1), 1e-2)
        self.assertLess(abs(h["value"] + run.results["exit_probability"]["outer"]["value"] - 1),
                        1e-12)

    def test_a_channel_is_the_line_between_its_ends(self):
        # tau = (1 - x^2)/(2D), exactly quadratic; walls reflect
        run = self.done("fp-exit", dict(BROWNIAN, mesh=MESHES / "rectangle.msh", start="0,0.1",
                                        boundary="left: absorbing; right: absorbing; "
                                                 "wall: reflecting"))
        self.assertLess(abs(run.results["mean_exit_time"]["value"] - 1), 2e-4)
        self.assertLess(abs(run.results["exit_probability"]["left"]["value"] - 0.5), 2e-3)

    def test_cut_triangles_and_cut_cells_agree_within_their_errors(self):
        problem = dict(potential="(x^2-1)^2/4 + y^2/2", temperature="0.25", exit="x + 0.2*y > 0.1",
                       start="-1,0", compile="never")
        grid = self.done("fp-exit", dict(problem, domain="-2.5,2.5,-1,1", cells="120,48"))
        mesh = self.done("fp-exit", dict(problem, mesh="r.msh", refine="2"),
                         files={"r.msh": msh22(box(25, 10))})
        a, b = grid.results["mean_exit_time"], mesh.results["mean_exit_time"]
        self.assertGreater(b["error"], 0)
        self.assertLess(abs(a["value"] - b["value"]), a["error"] + b["error"])

    def test_the_stationary_state_and_its_files_are_those_of_a_closed_box(self):
        run = self.done("fp-stationary", dict(potential="x^2/2 + y^2", temperature="0.5",
                                              compile="never", mesh=MESHES / "l_shape.msh",
                                              regions="left: x < 0; right: x >= 0"))
        sum_of = sum(run.results["region_probability"][k]["value"] for k in ("left", "right"))
        self.assertLess(abs(sum_of - 1), 1e-12)
        self.assertLess(run.results["entropy_production_rate"]["value"], 1e-20)
        self.assertIn("out.vtu", run.files)

    def test_fields_lie_on_one_polygon_for_each_unknown(self):
        with tempfile.TemporaryDirectory(prefix="escapade-") as folder:
            run = self.done("fp-exit", dict(BROWNIAN, mesh=MESHES / "disc.msh", start="0,0",
                                            boundary="absorbing"), folder=folder)
            text = (pathlib.Path(folder) / "out.vtu").read_text()
            unknowns = run.summary["grid"]["unknowns"]
            self.assertIn('NumberOfCells="%d"' % unknowns, text)
            for name in ("mean_exit_time", "log_mean_exit_time", "exit_probability_0"):
                self.assertIn('Name="%s"' % name, text)
            values = text[text.index("<CellData"):]
            low, high = (float(re.search('Name="mean_exit_time".*?%s="([^"]*)"' % which, values,
                                         re.S).group(1)) for which in ("RangeMin", "RangeMax"))
            self.assertGreater(low, 0)
            self.assertLess(abs(high - 0.5), 2e-2)

    def test_every_fp_program_takes_a_mesh(self):
        well = dict(potential="x^2 + y^2", temperature="0.3", compile="never",
                    mesh=MESHES / "disc.msh")
        for program, more in (("fp-landscape", {}), ("fp-stationary", {}),
                              ("fp-modes", dict(modes="2", refine="0")),
                              ("fp-rate", dict(boundary="absorbing")),
                              ("fp-exit", dict(boundary="absorbing", start="0.1,0.2")),
                              ("fp-committor", dict(set_a="x < -0.7", set_b="x > 0.7"))):
            run = self.done(program, dict(well, **more))
            self.assertEqual(run.summary["grid"]["kind"], "triangles", program)

    def test_trajectories_agree_on_curved_domains(self):
        for mesh, start, more in (
                ("disc", "0.3,0.1", dict(boundary="absorbing", drift="y - x, -x - y")),
                ("annulus", "0.7,0", dict(boundary="inner: absorbing; outer: absorbing", refine="2")),
                ("annulus", "0.7,0", dict(boundary="inner: absorbing; outer: reflecting")),
                ("dumbbell", "0.9,0", dict(boundary="door: absorbing; wall: reflecting", drift="2, 0"))):
            run = Run("fp-crosscheck", dict(BROWNIAN, mesh=MESHES / (mesh + ".msh"), start=start,
                                            mc_paths="4096") | more)
            self.assertEqual(run.status, 0, run.error + run.output)
            for name, c in run.results["comparisons"].items():
                self.assertLess(abs(c["z"]), 4, mesh + " " + name)
        # oblique noise of ratio 7, reflected along D n; the thesis's basin of attraction
        run = Run("fp-crosscheck", dict(
            problem=MESHES.parent / "examples" / "thesis" / "problem.yaml", start="-5.667,3.205",
            mesh=MESHES / "thesis_basin.msh", boundary="edge: absorbing; box: reflecting",
            learning_rate="5e-2", mc_paths="512", mc_dt="4e-6"))
        # of 512 exit times the standard deviation is known to 7 %
        self.assertEqual(run.results["verdict"], "inconclusive", run.error + run.output)
        self.assertEqual(list(run.results["comparisons"]), ["mean_exit_time", "exit_time_std"])
        closed = dict(potential="x^2/2 + y^2", temperature="0.3", compile="never", mc_max_time="20", mc_burn_in="10",
                      mesh=MESHES / "annulus.msh", mc_paths="300", regions="left: x < 0")
        self.assertEqual(Run("fp-crosscheck", closed).status, 0)

    def test_least_action_to_the_curves_of_a_mesh(self):
        # to the rim of the disc from its centre: V = r^2/2 + 3 y^2/2, least at (+-1, 0); circulation costs nothing
        disc = dict(mesh=MESHES / "disc.msh", boundary="absorbing", start="0.1,0.1", compile="never")
        for change, action, more in ((dict(potential="x^2/2 + 2*y^2", temperature="0.1"), 5, 1e-3),
                                     (dict(drift="-x - 2*y, 2*x - y", diffusion="0.1"), 5, 2e-2)):
            r = self.done("fp-path", dict(disc, **change)).results
            self.assertLess(abs(r["action"]["value"] / action - 1), more) # the polygon lies within
            self.assertLess(abs(r["quasi_potential"]["value"] / action - 1), 3e-2)
            self.assertEqual(r["crossing_through"], "rim")
        # from the left room to the door: straight through the corridor
        r = self.done("fp-path", dict(mesh=MESHES / "dumbbell.msh", boundary="door: absorbing; wall: reflecting",
                                      potential="(x+1)^2/2 + y^2/2", temperature="0.5", start="-1,0",
                                      compile="never")).summary
        cells = r["grid"]["cells"] # of a box 6 by 2.4, without what lies beyond the walls
        self.assertLess(r["grid"]["unknowns"], 0.75 * cells[0] * cells[1])
        self.assertGreater(r["grid"]["unknowns"], 8.4 / 14.4 * cells[0] * cells[1])
        r = r["results"]
        door = r["crossing"]["value"][0]
        self.assertLess(abs(r["crossing"]["value"][1]), 1e-3)
        self.assertLess(abs(r["action"]["value"] / (door + 1)**2 - 1), 1e-6)
        self.assertLess(abs(r["quasi_potential"]["value"] / r["action"]["value"] - 1), 3e-2)

    def test_ranks_do_not_change_the_answer(self):
        options = dict(drift="-x - y, x - y", diffusion="0.2", compile="never", start="0.1,0.2",
                       mesh=MESHES / "disc.msh", boundary="rim: absorbing", solver="krylov",
                       solve_tolerance="1e-9")
        alone = self.done("fp-exit", dict(options, solver="gth"))
        for ranks in (1, 2, 3):
            run = self.done("fp-exit", options, ranks=ranks)
            for key in ("mean_exit_time", "exit_time_std"):
                self.assertLess(abs(run.results[key]["value"] / alone.results[key]["value"] - 1),
                                1e-8)


def box(nx, ny):
    """(-2.5, 2.5) x (-1, 1) in equilateral-like rows of triangles."""
    nodes = [(-2.5 + 5 * i / nx, -1 + 2 * j / ny) for j in range(ny + 1) for i in range(nx + 1)]
    at = lambda i, j: i + (nx + 1) * j
    triangles = []
    for j in range(ny):
        for i in range(nx):
            a, b, c, d = at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)
            triangles += [(a, b, c), (a, c, d)] if (i + j) % 2 else [(a, b, d), (b, c, d)]
    return nodes, triangles, [(at(0, j), at(0, j + 1)) for j in range(ny)]


class Refusals(ProgramTest):
    def refused(self, text, *words, **options):
        given = dict(BROWNIAN, mesh="m.msh", boundary="absorbing", start="0.3,0.2")
        given.update(options)
        run = Run("fp-exit", {k: v for k, v in given.items() if v is not None},
                  files={"m.msh": text})
        self.assertEqual(run.status, 2, run.error)
        self.assertEqual(len(run.lines), 1, run.error)
        for word in words:
            self.assertIn(word, run.error)
        self.assertEqual(run.files, [])

    def test_damaged_files(self):
        good = msh22(square(4))
        for cut in (30, 60, 200, len(good) // 2, len(good) - 40, len(good) - 15):
            self.refused(good[:cut], "m.msh", "truncated")
        self.refused("no mesh", "$MeshFormat")
        self.refused(good.replace("2.2 0 8", "4.0 0 8"), "4.0", "4.1")
        self.refused(good.replace("0.25", "0.2x"), "not a number")
        self.refused(good.replace(" 2 2 9 1 ", " 3 2 9 1 "), "quadrangles")

    def test_bad_triangles(self):
        nodes, triangles, lines = square(4)
        turned = [triangles[0][::-1]] + triangles[1:]
        self.refused(msh22((nodes, turned, lines)), "inverted")
        self.refused(msh22((nodes, triangles + [triangles[3]], lines)), "more than two")
        bow = (nodes + [(2, 2), (3, 2)], triangles + [(24, 26, 25)], lines)
        self.refused(msh22(bow), "dangling")
        flat = nodes[:6] + [(0.25, 0.0)] + nodes[7:]
        self.refused(msh22((flat, triangles, lines)), "m.msh")
        sheared = [(x + 1.2 * y, y) for x, y in nodes]
        self.refused(msh22((sheared, triangles, lines)), "not Delaunay", "180", "front2d")

    def test_curves(self):
        mesh = square(4)
        self.refused(msh22(mesh), "no physical curve 'door'", "rim", boundary="door: absorbing")
        self.refused(msh22((mesh[0], mesh[1], [])), "rim", "exit part without boundary",
                     boundary="rim: absorbing")
        self.refused(msh22(mesh), "give reflecting, absorbing", boundary="rim: open")
        self.refused(msh22(mesh), "-exit is missing", boundary=None)
        self.refused(msh22((mesh[0], mesh[1], mesh[2] + [(0, 24)])), "no side of a triangle")

    def test_a_box_and_cells_of_a_problem_file_are_of_no_use_beside_a_mesh(self):
        text = "domain: -1,1,-1,1\ncells: 16,16\nframe: 30\ndrift: 0,0\ndiffusion: 1\nboundary: absorbing\n"
        options = dict(problem="box.yaml", mesh=MESHES / "annulus.msh", start="0.75,0")
        run = self.done("fp-exit", options, files={"box.yaml": text})
        for name in ("domain", "cells", "frame"):
            self.assertIn(f"{name} is of no use with -mesh", run.error)
            self.assertNotIn(name, run.summary["options"])
        self.assertEqual(run.summary["grid"]["kind"], "triangles")

    def test_what_does_not_go_with_a_mesh(self):
        good = msh22(square(4))
        self.refused(good, "constant matrix", diffusion="1 + x^2, 0.1*x, 1")
        self.refused(good, "-cells", cells="8,8")
        self.refused(good, "-domain", domain="0,1,0,1")
        self.refused(good, "outside -mesh", start="3,3")
        self.refused(good, "-solve_pc_type mg: it needs a lattice", solve_pc_type="mg")
        for program, word in (("mc-exit", "fp-crosscheck"),):
            run = Run(program, dict(BROWNIAN, mesh="m.msh", boundary="absorbing",
                                    start="0.3,0.2"), files={"m.msh": good})
            self.assertEqual(run.status, 2, run.error)
            self.assertIn(word, run.error)


main()
