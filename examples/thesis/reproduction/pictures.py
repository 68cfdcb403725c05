"""Pictures by gnuplot, from data files that stay beside them."""
import math
import pathlib
import shutil
import subprocess

STYLE = """set terminal pngcairo size 900,640 font "Sans,13" background "white"
set output "{name}.png"
set title "{title}"
set xlabel "{x}"; set ylabel "{y}"
set grid lc rgb "#dddddd"; set key top left reverse Left opaque
"""
MAP = """unset grid; set view map; set colorbox
set palette defined (0 "#440154", 1 "#472c7a", 2 "#3b518b", 3 "#2c718e", 4 "#21908d", 5 "#27ad81", \\
  6 "#5cc863", 7 "#aadc32", 8 "#fde725")
"""


class Album:
    """The pictures of a report, in one folder."""

    def __init__(self, folder):
        self.folder, self.made = pathlib.Path(folder), {}
        self.folder.mkdir(parents=True, exist_ok=True)
        self.gnuplot = shutil.which("gnuplot")

    def table(self, name, lines):
        """Writes rows of numbers (None: an empty line) to NAME.txt."""
        text = "\n".join("" if row is None else " ".join(f"{v:.10g}" for v in row) for row in lines)
        (self.folder / f"{name}.txt").write_text(text + "\n")
        return f"{name}.txt"

    def draw(self, name, title, x, y, script, caption):
        """One picture; `script` ends with the plot command."""
        self.made[name] = caption
        source = STYLE.format(name=name, title=title, x=x, y=y) + script + "\n"
        (self.folder / f"{name}.gp").write_text(source)
        if self.gnuplot:
            done = subprocess.run([self.gnuplot, f"{name}.gp"], cwd=self.folder, text=True,
                                  capture_output=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(f"gnuplot {name}.gp: {done.stderr}")

    def field(self, name, cells, array, change=lambda v: v, step=1):
        """A cell field as a table for `splot … with pm3d`: x y value, a blank line after a row."""
        rows = []
        for j in range(0, cells.ny, step):
            for i in range(0, cells.nx, step):
                value = change(cells.value(array, i, j))
                rows.append((*cells.centre(i, j), value if math.isfinite(value) else math.nan))
            rows.append(None)
        return self.table(name, rows)
