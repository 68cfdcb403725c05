#include "programs/setup/readers.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/table_function.hpp"
#include "problem/expression/node.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

std::string checksum_of(const TableValues& values) {
  const std::size_t bytes = values.value.size() * sizeof values.value[0];
  return printed("%016llx", static_cast<unsigned long long>(XXH64(values.value.data(), bytes, 0)));
}

Json described(const TableValues& values, const std::string& given) {
  Json table = {{"file", given}};
  const auto unknown = std::count_if(values.value.begin(), values.value.end(),
                                     [](double v) { return !std::isfinite(v); });
  for (std::size_t a = 0; a < 2 && !values.axes[a].empty(); ++a)
    table["axes"].push_back({{"name", values.axes[a]},
                             {"points", values.points[a]},
                             {"first", values.first[a]},
                             {"step", values.step[a]},
                             {"periodic", values.periodic[a]}});
  table["points_without_value"] = unknown;
  table["checksum_xxh64"] = checksum_of(values);
  return table;
}

/// A side that is glued to the other one needs a table that says so.
void require_periodic(const Setup& setup, const Expression& call) {
  const Expression::Node& node = *call.node();
  const TableValues& values = node.table.table->values();
  for (std::size_t a = 0; a < 2; ++a) {
    const Expression::Node& argument = a == 0 ? *node.f : *node.g;
    if (argument.operation != Operation::input || values.periodic[a] || values.axes[a].empty() ||
        argument.index > 1 || !setup.domain.periodic(argument.index))
      continue;
    throw BadInput("-boundary periodic: " + values.path + " is not periodic along " +
                   values.axes[a] + "; give a grid that is (PLUMED: #! SET periodic_" +
                   values.axes[a] + " true), or other sides");
  }
}

/// Share of the box that is no part of the domain, in hundredths.
double share_of_holes(const Domain& d) {
  constexpr std::size_t n = 96;
  std::vector<double> x, y, inside(n * n);
  for (std::size_t k = 0; k < n * n; ++k) {
    x.push_back(d.x0 + d.width() * (static_cast<double>(k % n) + 0.5) / n);
    y.push_back(d.y0 + d.height() * (static_cast<double>(k / n) + 0.5) / n);
  }
  d.inside(n * n, x.data(), y.data(), inside.data());
  const auto holes = std::count_if(inside.begin(), inside.end(), [](double v) { return !(v > 0); });
  return static_cast<double>(holes) * 100 / (n * n);
}

} // namespace

void read_tables(const Options& options, Setup& setup) {
  Symbols& symbols = setup.symbols;
  symbols.table_calls = std::make_shared<std::vector<Expression>>();
  if (!options.given("table"))
    return;
  const std::string& text = options.text("table");
  for (const std::string& item : split(text, ';')) {
    if (item.empty())
      continue;
    const auto equals = item.find('=');
    if (equals == std::string::npos)
      throw BadInput("-table \"" + text +
                     "\": give NAME=FILE or NAME=FILE:COLUMN, several "
                     "separated by semicolons");
    const std::string name = trimmed(item.substr(0, equals));
    std::string path = trimmed(item.substr(equals + 1)), column;
    const auto colon = path.rfind(':'), slash = path.rfind('/');
    if (colon != std::string::npos && (slash == std::string::npos || colon > slash)) {
      column = trimmed(path.substr(colon + 1));
      path = trimmed(path.substr(0, colon));
    }
    check_name("-table", name);
    if (symbols.tables.contains(name) || symbols.constants.contains(name) ||
        std::count(symbols.inputs.begin(), symbols.inputs.end(), name) > 0)
      throw BadInput("-table: the name '" + name + "' is taken already; give the table another");
    symbols.tables[name] = read_table("-table", path, column);
    setup.table_checksums +=
        "table " + name + "=" + checksum_of(symbols.tables[name]->values()) + "\n";
    setup.description["tables"][name] =
        described(symbols.tables[name]->values(), path + (column.empty() ? "" : ":" + column));
  }
}

void leave_out_holes(Setup& setup) {
  for (const Expression& call : *setup.symbols.table_calls)
    for (std::size_t c = 0; setup.data && c < setup.data->columns.size(); ++c)
      if (depends_on(call, static_cast<int>(2 + c)))
        throw BadInput("a table of -table takes the variables, not the columns of -data");
  setup.domain.inside = inside_tables(*setup.symbols.table_calls);
}

void check_tables(const Options& options, Setup& setup) {
  const auto& calls = *setup.symbols.table_calls;
  leave_out_holes(setup);
  for (const auto& [name, table] : setup.symbols.tables)
    setup.problem.approximations.emplace_back(
        [table = table](bool coarser) { table->leave_out_points(coarser); });
  if (calls.empty())
    return;
  for (const Expression& call : calls)
    require_periodic(setup, call);
  const double holes = share_of_holes(setup.domain);
  if (holes == 100)
    throw BadInput(
        "-domain " + options.text("domain") +
        ": lies beyond the tables, or in their holes; give a box where they have values");
  if (setup.shape.mesh)
    for (Vec2 p : setup.shape.mesh->shape.node)
      if (setup.domain.in_hole(p))
        throw BadInput("-mesh " + options.text("mesh") + ": its point " + point_text(p) +
                       " lies beyond the tables, or in a hole; give a mesh of where they have "
                       "values, or -domain");
  if (holes > 0)
    setup.notices.push_back(printed("%.2g %% of the box lie beyond the tables or in their holes: "
                                    "they are no part of the domain, whose border reflects",
                                    holes));
}

} // namespace escapade
