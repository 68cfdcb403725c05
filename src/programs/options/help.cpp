#include "escapade/version.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/option_table.hpp"
#include "programs/report/summary.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace escapade {

namespace {

/// Text broken at blanks into lines of `width`, all but the first indented.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string result, line;
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t end = std::min(text.find(' ', position), text.size());
    const std::string word = text.substr(position, end - position);
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      result += line + "\n" + std::string(indent, ' ');
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    position = end + 1;
  }
  return result + line;
}

std::string describe(const OptionEntry& option) {
  constexpr std::size_t column = 30, width = 68;
  std::string left = "  -" + option.name;
  if (!option.value.empty())
    left += " " + option.value;
  std::string text = option.help;
  if (!option.units.empty())
    text += " [" + option.units + "]";
  if (!option.default_value.empty() && option.kind != OptionKind::flag)
    text += " (default " + option.default_value + ")";
  left += left.size() + 2 > column ? "\n" + std::string(column, ' ')
                                   : std::string(column - left.size(), ' ');
  return left + wrapped(text, column, width) + "\n";
}

struct Citation {
  std::optional<Cited> method; // none: every program's
  const char* bibtex;
};

using enum Cited;
constexpr std::nullopt_t every = std::nullopt;

constexpr std::array citations{
    Citation{finite_volumes,
             R"(@article{Selling1874,
  author  = {Selling, Eduard},
  title   = {Ueber die bin{\"a}ren und tern{\"a}ren quadratischen Formen},
  journal = {Journal f{\"u}r die reine und angewandte Mathematik},
  volume  = {77},
  pages   = {143--229},
  year    = {1874}
}
)"},
    Citation{finite_volumes,
             R"(@article{FehrenbachMirebeau2014,
  author  = {Fehrenbach, J{\'e}r{\^o}me and Mirebeau, Jean-Marie},
  title   = {Sparse Non-negative Stencils for Anisotropic Diffusion},
  journal = {Journal of Mathematical Imaging and Vision},
  volume  = {49},
  number  = {1},
  pages   = {123--147},
  year    = {2014}
}
)"},
    Citation{finite_volumes,
             R"(@article{ScharfetterGummel1969,
  author  = {Scharfetter, D. L. and Gummel, H. K.},
  title   = {Large-signal analysis of a silicon {Read} diode oscillator},
  journal = {IEEE Transactions on Electron Devices},
  volume  = {16},
  number  = {1},
  pages   = {64--77},
  year    = {1969},
  doi     = {10.1109/T-ED.1969.16566}
}
)"},
    Citation{finite_volumes,
             R"(@article{GrassmannTaksarHeyman1985,
  author  = {Grassmann, Winfried K. and Taksar, Michael I. and Heyman, Daniel P.},
  title   = {Regenerative Analysis and Steady State Distributions for {Markov} Chains},
  journal = {Operations Research},
  volume  = {33},
  number  = {5},
  pages   = {1107--1116},
  year    = {1985},
  doi     = {10.1287/opre.33.5.1107}
}
)"},
    Citation{every,
             R"(@misc{Mori2021,
  author        = {Mori, Takashi and Ziyin, Liu and Liu, Kangqiao and Ueda, Masahito},
  title         = {Power-law escape rate of {SGD}},
  year          = {2021},
  eprint        = {2105.09557},
  archiveprefix = {arXiv}
}
)"},
    Citation{least_action,
             R"(@article{HeymannVandenEijnden2008,
  author  = {Heymann, Matthias and Vanden-Eijnden, Eric},
  title   = {The geometric minimum action method: A least action principle on the space of curves},
  journal = {Communications on Pure and Applied Mathematics},
  volume  = {61},
  number  = {8},
  pages   = {1052--1117},
  year    = {2008},
  doi     = {10.1002/cpa.20238}
}
)"},
    Citation{least_action,
             R"(@article{DahiyaCameron2018,
  author  = {Dahiya, Daisy and Cameron, Maria},
  title   = {Ordered Line Integral Methods for Computing the Quasi-Potential},
  journal = {Journal of Scientific Computing},
  year    = {2018},
  doi     = {10.1007/s10915-017-0590-9}
}
)"},
    Citation{random_numbers,
             R"(@inproceedings{Salmon2011,
  author    = {Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.},
  title     = {Parallel random numbers: as easy as 1, 2, 3},
  booktitle = {Proceedings of 2011 International Conference for High Performance Computing,
               Networking, Storage and Analysis},
  year      = {2011},
  doi       = {10.1145/2063384.2063405}
}
)"},
    Citation{every,
             R"(@misc{petsc,
  author = {Balay, Satish and others},
  title  = {{PETSc} Web page},
  url    = {https://petsc.org/}
}
)"},
    Citation{finite_volumes,
             R"(@article{HernandezRomanVidal2005,
  author  = {Hernandez, Vicente and Roman, Jose E. and Vidal, Vicente},
  title   = {{SLEPc}: A scalable and flexible toolkit for the solution of eigenvalue problems},
  journal = {ACM Transactions on Mathematical Software},
  volume  = {31},
  number  = {3},
  pages   = {351--362},
  year    = {2005},
  doi     = {10.1145/1089014.1089019}
}
)"},
};

} // namespace

std::string usage_text(const std::string& program) {
  const ProgramEntry& entry = program_named(program);
  std::string text = program + ": " + entry.purpose + "\n\nUsage: " + program;
  if (entry.joins_files)
    return text + " A.json B.json ... -output PREFIX\n\n" + program + " -help lists all options.\n";
  text += " [-problem FILE.yaml] [-option value]...\n\nFor example\n  " + program +
          " -potential \"(x^2-1)^2/4 + y^2/2\" -temperature 0.1 -domain -2,2,-2,2";
  text += entry.needs.closed || !(entry.needs.exit || entry.needs.may_exit)
              ? "\n"
              : " -exit \"x > 0\" -start -1,0\n";
  return text + program + " -help lists all options.\n";
}

std::string help_text(const std::string& program) {
  std::string text = program + ": " + program_named(program).purpose;
  text += "\n\nUsage: " + program + " [-problem FILE.yaml] [-option value]...\n";
  std::string group;
  for (const OptionEntry& option : option_table()) {
    if (!uses(program, option))
      continue;
    if (option.group != group)
      text += "\n" + option.group + "\n";
    group = option.group;
    text += describe(option);
  }
  return text +
         "\nOptions of the other escapade programs are accepted and listed as unused.\n"
         "Solver options of PETSc and SLEPc have the prefix -solve_, as in -solve_ksp_type gmres;\n"
         "-help_petsc prints them as the run reaches them.\n";
}

std::string version_text(const std::string& program) {
  std::string text = program + " " + version + " (commit " + commit + ")";
  for (const auto& [name, number] : libraries())
    text += " " + name + " " + number;
  return text + "\n";
}

std::string citations_text(const std::string& program) {
  std::string text;
  const std::vector<Cited>& methods = program_named(program).methods;
  for (const Citation& citation : citations)
    if (!citation.method ||
        std::find(methods.begin(), methods.end(), *citation.method) != methods.end())
      text += (text.empty() ? "" : "\n") + std::string(citation.bibtex);
  return text;
}

} // namespace escapade
