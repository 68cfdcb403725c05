"""The page of a run stands alone, and a browser shows all of it."""
import html.parser

import re
import shutil
import subprocess

import pytest

import escapade
from conftest import CIRCLING, WELL

pytestmark = pytest.mark.filterwarnings("ignore::escapade.Notice")
EXIT = dict(WELL, exit="x > 0", start=[-1, 0])
CASES = {"exit": ("fp-exit", EXIT), "stationary": ("fp-stationary", CIRCLING),
         "sweep": ("fp-exit", dict(EXIT, sweep={"temperature": [0.1, 0.2]})),
         "evolution": ("fp-evolve", dict(EXIT, t_end=2, frames=2)),
         "splitting": ("mc-splitting", dict(EXIT, temperature=0.05, mc_paths=400, mc_repeats=4))}


class Balanced(html.parser.HTMLParser):
    """Fails where elements are not closed in their order."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", CASES)
def test_page_stands_alone_and_holds_all(runs, name, tmp_path):
    program, options = CASES[name]
    r = runs(program, **options)
    page = open(r.report(tmp_path / "out.html"), encoding="utf-8").read()
    reader = Balanced()
    reader.feed(page)
    assert not reader.open
    assert not re.search(r'(src|href)="(?!data:)', page)
    for word in ("Problem", "Results", "Command", "Files", "To cite", "@article", program):
        assert word in reader.text
    assert ("data:image/png" in page) == (program != "mc-splitting")
    if name == "exit":
        assert str(r["mean_exit_time"]) in reader.text and "probability to leave through x > 0" in reader.text
        assert "(<i>x</i><sup>2</sup>−1)<sup>2</sup>/4" in page


def test_what_a_problem_says_is_escaped(runs, tmp_path):
    r = runs("fp-exit", **dict(EXIT, exit="x > 0 and y < 1"))
    page = open(r.report(tmp_path / "out.html"), encoding="utf-8").read()
    assert "x &gt; 0 and y &lt; 1" in page and "y < 1" not in page


@pytest.mark.skipif(not shutil.which("chromium"), reason="the program chromium is not installed")
def test_a_browser_shows_it(runs, tmp_path):
    r = runs("fp-exit", **EXIT)
    page = r.report(tmp_path / "out.html")
    shot = tmp_path / "out.png"
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=900,1800",
                    f"--user-data-dir={tmp_path}/profile", f"--screenshot={shot}", f"file://{page}"],
                   capture_output=True, timeout=120, check=False)
    from matplotlib.image import imread
    seen = imread(shot)[..., :3]
    viridis_yellow = (abs(seen - [0.99, 0.91, 0.14]).max(axis=2) < 0.06).mean()
    assert viridis_yellow > 0.02 and (seen.min(axis=2) < 0.3).mean() > 0.005  # picture and text


def test_a_page_that_cannot_be_written_is_said(runs):
    with pytest.raises(escapade.CannotWrite, match="No such file"):
        runs("fp-exit", **EXIT).report("/nowhere/out.html")
