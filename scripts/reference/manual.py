"""Manual pages: one a program, and escapade(7) with all options."""
import datetime
import os
import re
import textwrap

STATUS = [("0", "done"), ("2", "bad input; nothing is written"),
          ("3", "a solve did not converge or its answer cannot be trusted; nothing is written under the final name"),
          ("4", "a file could not be written"),
          ("5", "the cross-check disagrees or is inconclusive; files are written")]
FILES = [("PREFIX.json", "the summary: options, problem, grid, solver, results with their errors"),
         ("PREFIX.vti, .vts, .vtu, .vtp", "fields and paths for ParaView; on several ranks pieces under .pvti and so on"),
         ("PREFIX.csv", "the rows of a sweep"), ("PREFIX.png", "the picture, with -plot")]
EXPRESSIONS = ("Potentials, drifts, losses and sets are expressions of the variables, of the -parameters and of the columns of "
               "-data: + - * / ^ **, exp log log10 log1p expm1 sqrt cbrt abs sign min max step sin cos tan asin acos atan "
               "atan2 sinh cosh tanh erf erfc sigmoid, if(condition, a, b), pi and numbers. Their derivatives are exact. "
               "Numbers of all options are constant expressions, too.")
MINUTES = ("Options may stand in files of lines \"option: value\" (-problem, or the bare name of a file that ends in .yaml); "
           "later files, and then the command line, win. Every program runs under mpiexec -n K. What is not an option of "
           "escapade goes to PETSc and SLEPc; solvers' options have the prefix -solve_, as in -solve_ksp_type gmres.")
EXAMPLE = ['fp-exit -potential "(x^2-1)^2/4 + y^2/2" -temperature 0.1 \\',
           '    -domain -2,2,-2,2 -exit "x > 0" -start -1,0']


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("^", "\\(ha").replace("~", "\\(ti").replace("`", "\\(ga")
    text = text.replace("'", "\\(aq").replace('"', "\\(dq")
    return "\\&" + text if text.startswith(".") else text


def paragraph(text):
    """Lines of less than 80 bytes, and a new one with each sentence."""
    lines = []
    for sentence in re.split(r"(?<=[.;]) ", text):
        lines += textwrap.wrap(sentence, 60, break_long_words=False, break_on_hyphens=False)
    return "\n".join(escaped(line) for line in lines)


def section(name):
    return ".SH " + name


def heading(name, volume, table):
    day = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc).date() \
        if "SOURCE_DATE_EPOCH" in os.environ else datetime.date.today()
    return f'.TH {name.upper()} {volume} {day} "escapade {table["version"]}" "escapade"'


def option_text(option):
    title = f"\\fB\\-{escaped(option['name'])}\\fR"
    if option["value"]:
        title += f" \\fI{escaped(option['value'])}\\fR"
    text = option["help"]
    if option["units"]:
        text += f" [{option['units']}]"
    if option["default"] and option["kind"] != "flag":
        text += f" (default {option['default']})"
    return [".TP", title, paragraph(text[0].upper() + text[1:] + ".")]


def option_texts(options):
    lines, group = [], None
    for option in options:
        if option["group"] != group:
            group = option["group"]
            lines.append(f".SS {group}")
        lines += option_text(option)
    return lines


def listed(pairs):
    lines = []
    for left, right in pairs:
        lines += [".TP", f"\\fB{escaped(left)}\\fR", paragraph(right[0].upper() + right[1:] + ".")]
    return lines


def ending(others):
    names = [f"\\fB{escaped(name)}\\fR({volume})" for name, volume in others]
    return [section("SEE ALSO"), ",\n".join(names)]


def program_page(program, table):
    name = program["name"]
    mine = [option for option in table["options"] if name in option["programs"]]
    what = "A.json B.json ... \\-output PREFIX" if program["joins_files"] else \
        "[\\fIFILE.yaml\\fR]... [\\fB\\-option\\fR \\fIvalue\\fR]..."
    lines = [heading(name, 1, table), section("NAME"), f"{escaped(name)} \\-", paragraph(program["purpose"]),
             section("SYNOPSIS"), f"\\fB{escaped(name)}\\fR {what}", section("DESCRIPTION"),
             f"\\fB{escaped(name)}\\fR is a program of \\fBescapade\\fR(7), which tells how problems are stated.",
             paragraph(MINUTES), section("OPTIONS")]
    lines += option_texts(mine)
    lines += [".PP", "Options of the other programs are accepted and listed as unused."]
    lines += [section("EXIT STATUS")] + listed(STATUS) + [section("FILES")] + listed(FILES)
    lines += ending([("escapade", 7), ("escapade", 1), ("mpiexec", 1)])
    return "\n".join(lines) + "\n"


def front_page(table):
    commands = [("list", "the programs"), ("help PROGRAM", "options of a program"),
                ("options [--json]", "all options; the table that this manual is made from"),
                ("PROGRAM ...", "the program itself, with its options"), ("plot PREFIX.json", "a picture of a run, by Python"),
                ("report PREFIX.json", "a page that tells of a run, by Python"),
                ("film PREFIX.json", "a film of an evolution, by Python"), ("version", "versions of escapade and its libraries")]
    lines = [heading("escapade", 1, table), section("NAME"), "escapade \\- front of the programs of escapade",
             section("SYNOPSIS"), "\\fBescapade\\fR \\fIPROGRAM\\fR [\\fIFILE.yaml\\fR]... [\\fB\\-option\\fR \\fIvalue\\fR]...",
             section("DESCRIPTION"), "The first word says what to do:"]
    lines += listed(commands) + [section("EXIT STATUS")] + listed(STATUS)
    lines += ending([("escapade", 7)] + [(p["name"], 1) for p in table["programs"]])
    return "\n".join(lines) + "\n"


def overview(table):
    lines = [heading("escapade", 7, table), section("NAME"),
             "escapade \\- how a noisy system in the plane rests, circulates and escapes", section("DESCRIPTION"),
             paragraph("escapade solves the Fokker-Planck equation of a stochastic differential equation with multiplicative, "
                       "full-tensor noise as a Markov jump process on a grid, and checks the answers with trajectories. "
                       "Every number comes with an error."), ".PP", paragraph(MINUTES), section("PROGRAMS")]
    lines += listed([(p["name"], p["purpose"]) for p in table["programs"]])
    lines += [section("EXAMPLES"), "How long does a particle stay in a double well?", ".PP", ".nf"]
    lines += [escaped(line) for line in EXAMPLE]
    lines += [".fi", section("EXPRESSIONS"), paragraph(EXPRESSIONS), section("OPTIONS")] + option_texts(table["options"])
    lines += [section("EXIT STATUS")] + listed(STATUS) + [section("FILES")] + listed(FILES)
    lines += ending([("escapade", 1)] + [(p["name"], 1) for p in table["programs"]])
    return "\n".join(lines) + "\n"


def pages(table):
    return {"man/man7/escapade.7": overview(table), "man/man1/escapade.1": front_page(table),
            **{f"man/man1/{p['name']}.1": program_page(p, table) for p in table["programs"]}}
