"""Pictures of the cases, drawn as -plot draws them, and all of them on one sheet."""
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "python"))
COLUMNS, TILE = 8, (150, 125)  # tiles of the sheet, in pixels
one_at_a_time = threading.Lock()  # matplotlib's settings are those of the process


def run_of(case):
    """The run that is drawn: the one marked "picture", else the first by finite volumes, else the first.

    mc-splitting and mc-merge draw nothing."""
    runs = [r for r in case["runs"] if r["program"] not in ("mc-splitting", "mc-merge")]
    return next((r for r in runs if r.get("picture")), None) or next((r for r in runs if r["program"][:3] == "fp-"), runs[0])


def draw(summary, folder, name):
    """NAME.png, and tiles/NAME.png: its first map or curve without axes."""
    import escapade
    import numpy
    from escapade.pictures import draw as picture
    from PIL import Image

    with one_at_a_time:
        figure = picture(escapade.load(summary), dpi=110)
        figure.canvas.draw()
        sheet = Image.fromarray(numpy.asarray(figure.canvas.buffer_rgba())).convert("RGB")
        box = figure.axes[0].get_window_extent()
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    sheet.save(folder / f"{name}.png", optimize=True)
    sheet.crop((int(box.x0), int(sheet.height - box.y1), int(box.x1) + 1, int(sheet.height - box.y0) + 1)).save(
        folder / "tiles" / f"{name}.png")


def without(folder, name):
    """No picture of a former run stands for a case that could not be drawn."""
    (folder / "tiles" / f"{name}.png").unlink(missing_ok=True)
    (folder / f"{name}.png").unlink(missing_ok=True)


def sheet(file, folder, names):
    """All tiles with their names on one picture; nothing, and the names of the cases without a tile, if there are any."""
    from matplotlib import font_manager
    from PIL import Image, ImageDraw, ImageFont

    undrawn = [name for name in names if not (folder / "tiles" / f"{name}.png").exists()]
    if undrawn:
        return undrawn
    width, height, line, gap = *TILE, 20, 8
    rows = -(-len(names) // COLUMNS)
    out = Image.new("RGB", (COLUMNS * (width + gap) + gap, rows * (height + line + gap) + gap), "white")
    pen, font = ImageDraw.Draw(out), ImageFont.truetype(font_manager.findfont("DejaVu Sans"), 12)
    for k, name in enumerate(names):
        left, top = gap + k % COLUMNS * (width + gap), gap + k // COLUMNS * (height + line + gap)
        tile = Image.open(folder / "tiles" / f"{name}.png")
        tile.thumbnail(TILE, Image.LANCZOS)
        out.paste(tile, (left + (width - tile.width) // 2, top + (height - tile.height) // 2))
        pen.text((left + width // 2, top + height + line // 2), name.replace("_", " "), "#202020", font, "mm")
    out.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    return []
