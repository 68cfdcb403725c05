"""The reference page of the options, in Markdown."""


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def code(text):
    return "`" + text.replace("|", "\\|") + "`"


def programs_of(option, table):
    mine = option["programs"]
    if len(mine) == len(table["programs"]):
        return "all"
    rest = [p["name"] for p in table["programs"] if p["name"] not in mine]
    return "all but " + ", ".join(rest) if len(rest) <= 4 else ", ".join(mine)


def row(option, table):
    value = code(("-" + option["name"] + " " + option["value"]).strip())
    default = code(option["default"]) if option["default"] and option["kind"] != "flag" else ""
    return f"| {value} | {cell(option['help'])} | {default} | {cell(option['units'])} | {programs_of(option, table)} |"


def options(table):
    lines = ["# Options", "",
             "<!-- Made from src/programs/options/option_table.cpp: cmake --build build --target update_reference -->", "",
             "Every program takes all of these; what it has no use for is listed in its summary under `unused_options`. Values with",
             "blanks need quotes. In a problem file (`-problem FILE.yaml`) they stand as `option: value`, without the minus.",
             "Solver options of PETSc and SLEPc have the prefix `-solve_`, those of its TS `-evolve_`."]
    group = None
    for option in table["options"]:
        if option["group"] != group:
            group = option["group"]
            lines += ["", f"## {group}", "", "| option | meaning | default | units | programs |", "|---|---|---|---|---|"]
        lines.append(row(option, table))
    return "\n".join(lines) + "\n"
