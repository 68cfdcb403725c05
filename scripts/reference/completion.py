"""Completion of programs, options and their values for bash and zsh."""
import typing


class Link(typing.NamedTuple):
    target: str


COMMANDS = ["list", "help", "options", "plot", "report", "film", "version"]

BASH = r'''# bash completion of escapade and its programs; made from their table of options.

_escapade_files() # PATTERN...: files that match, and folders
{
    local pattern IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -d -- "$cur"))
    for pattern; do
        COMPREPLY+=($(compgen -f -X "!$pattern" -- "$cur"))
    done
}

_escapade_value() # OPTION: its values; 1 where it takes none
{
    case $1 in
@VALUES@
    esac
}

_escapade_options() # PROGRAM
{
    case $1 in
@OPTIONS@
    esac
}

_escapade()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} program=${COMP_WORDS[0]##*/} dash=-
    COMPREPLY=()
    if [[ $program == escapade ]]; then
        if [[ $COMP_CWORD == 1 || ( $COMP_CWORD == 2 && $prev == help ) ]]; then
            COMPREPLY=($(compgen -W "@PROGRAMS@" -- "$cur"))
            ((COMP_CWORD == 1)) && COMPREPLY+=($(compgen -W "@COMMANDS@" -- "$cur"))
            return
        fi
        program=${COMP_WORDS[1]}
    fi
    case $program in
        plot|report|film|mc-merge) [[ $cur == -* ]] || { _escapade_files '*.json'; return; } ;;
        list|help|options|version) return ;;
    esac
    if [[ $prev == -* && $COMP_CWORD -gt 1 ]]; then
        prev=${prev#-}
        _escapade_value "${prev#-}" && return
    fi
    if [[ $cur == -* ]]; then
        [[ $cur == --* ]] && dash=--
        COMPREPLY=($(compgen -P "$dash" -W "$(_escapade_options "$program")" -- "${cur#"$dash"}"))
    else
        _escapade_files '*.yaml' '*.yml'
    fi
}

complete -F _escapade escapade @PROGRAMS@
'''

ZSH = r'''#compdef escapade @PROGRAMS@
# zsh completion of escapade and its programs; made from their table of options.

local -a programs options
programs=(
@LISTED@
)

if [[ $service == escapade ]]; then
  if (( CURRENT == 2 )); then
    _describe -t programs program programs
    _values command @COMMANDS@
    return
  fi
  if [[ ${words[2]} == help ]]; then
    _describe -t programs program programs
    return
  fi
  service=${words[2]}
  shift words
  (( CURRENT-- ))
fi

case $service in
@OPTIONS@
  plot|report|film) _files -g '*.json'; return ;;
  *) return 1 ;;
esac
'''


def bash_value(option):
    if option["files"]:
        return "_escapade_files " + " ".join(f"'{pattern}'" for pattern in option["files"])
    if option["words"]:
        return f'COMPREPLY=($(compgen -W "{" ".join(option["words"])}" -- "$cur"))'
    return ":" if option["kind"] != "flag" else "return 1"


def bash(table):
    values = [f"        {option['name']}) {bash_value(option)} ;;" for option in table["options"]]
    values.append("        *) return 1 ;;")
    options = []
    for program in table["programs"]:
        names = " ".join(o["name"] for o in table["options"] if program["name"] in o["programs"])
        options.append(f'        {program["name"]}) printf %s "{names}" ;;')
    return filled(BASH, table, VALUES="\n".join(values), OPTIONS="\n".join(options))


def in_quotes(text):
    return text.replace("'", "'\\''")


def zsh_option(option):
    text = option["help"]
    for character in "\\[]:":
        text = text.replace(character, "\\" + character)
    text = in_quotes(text)
    spec = f"-{option['name']}[{text}]"
    if option["name"] == "problem":
        spec = "*" + spec
    if option["kind"] != "flag":
        what = option["name"]
        if option["files"]:
            spec += f':{what}:_files -g "({"|".join(option["files"])})"'
        elif option["words"]:
            spec += f":{what}:({' '.join(option['words'])})"
        else:
            spec += f":{what}: "
    return f"      '{spec}' \\"


def zsh(table):
    blocks = []
    for program in table["programs"]:
        bare = "*.json" if program["joins_files"] else "*.(yaml|yml)"
        blocks.append(f"  {program['name']})\n    _arguments \\")
        blocks += [zsh_option(o) for o in table["options"] if program["name"] in o["programs"]]
        blocks.append(f"      '*:file:_files -g \"{bare}\"' ;;")
    listed = "\n".join(f"  '{p['name']}:{in_quotes(p['purpose'])}'" for p in table["programs"])
    return filled(ZSH, table, OPTIONS="\n".join(blocks), LISTED=listed)


def filled(text, table, **parts):
    parts.update(PROGRAMS=" ".join(p["name"] for p in table["programs"]), COMMANDS=" ".join(COMMANDS))
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return text


def scripts(table):
    folder = "bash-completion/completions/"
    return {folder + "escapade": bash(table), **{folder + p["name"]: Link("escapade") for p in table["programs"]},
            "zsh/site-functions/_escapade": zsh(table)}
