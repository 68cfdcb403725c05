"""Settings of Sphinx (scripts/docs). The source is the whole checkout, so that links from the manual to
examples and meshes are the same on a page of the site and in the repository."""
import pathlib

root = pathlib.Path(__file__).resolve().parent.parent
project = "escapade"
author = copyright = "The escapade authors"
version = release = (root / "VERSION").read_text().strip()
root_doc = "docs/index"
include_patterns = ["docs/**.md", "benchmarks/results/*.md", "examples/**.md", "meshes/README.md", "CHANGELOG.md", "CONTRIBUTING.md"]
exclude_patterns = ["build*", "out", ".git", "src", "tests", "include"]

extensions = ["myst_parser", "breathe"]
myst_heading_anchors = 3
breathe_projects = {"escapade": str(root / "build" / "doxygen" / "xml")}
breathe_default_project = "escapade"

html_theme = "furo"
html_title = f"escapade {version}"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_copy_source = html_show_sourcelink = False
pygments_style = "friendly"


def picture_of(page):
    """What examples/gallery/run --pictures has drawn of a case of the gallery, if this is its page."""
    case = pathlib.PurePath(page)
    picture = root / "build" / "gallery" / f"{case.parent.name}.png"
    return picture if case.parent.parent == pathlib.PurePath("examples/gallery") and picture.exists() else None


def with_picture(app, page, text):
    if picture := picture_of(page):
        text[0] += f"\n![{picture.stem}](/build/gallery/{picture.name})\n"


def setup(app):
    app.connect("source-read", with_picture)
    app.connect("env-get-outdated", lambda app, env, *changes: [p for p in env.found_docs if picture_of(p)])
