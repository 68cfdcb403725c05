// Tables of lines: what PLUMED writes, and CSV.
#include "problem/tables/read_table.hpp"

#include "escapade/problem/expression.hpp"
#include "support/files/csv.hpp"
#include "support/files/read_file.hpp"
#include "support/memory.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

namespace escapade {

namespace {

/// Infinite and NaN too; an empty field is a value that is not known.
std::optional<double> value_in(std::string_view field) {
  if (field.empty())
    return std::numeric_limits<double>::quiet_NaN();
  if (field.front() == '+')
    field.remove_prefix(1);
  double value = 0;
  const auto [read, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (read != field.data() + field.size() || error == std::errc::invalid_argument)
    return std::nullopt;
  if (error == std::errc::result_out_of_range) // overflow is infinite, underflow nothing
    return field.find("e-") != std::string_view::npos ? 0 : INFINITY;
  return value;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos)
      return words;
    line.remove_prefix(first);
    const auto end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

/// Puts a line's coordinates and value away.
void add_point(const TableFile& file, const std::vector<std::string_view>& fields,
               const std::vector<std::string>& names, const std::vector<std::size_t>& axes,
               std::size_t column, std::size_t line, TablePoints& points) {
  const auto bad = [&](std::size_t c, const std::string& what) {
    return file.bad("line " + std::to_string(line) + ": '" + std::string(fields[c]) +
                    "' in column '" + names[c] + "' is no " + what);
  };
  if (fields.size() != names.size())
    throw file.bad("line " + std::to_string(line) + ": " + std::to_string(fields.size()) +
                   " values, the header names " + std::to_string(names.size()));
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const auto c = value_in(fields[axes[a]]);
    if (!c || !std::isfinite(*c))
      throw bad(axes[a], "finite number; give the coordinates of every point");
    points.coordinate[a].push_back(*c);
  }
  const auto v = value_in(fields[column]);
  if (!v)
    throw bad(column, "number; give one, or nan where the value is not known");
  points.value.push_back(*v);
}

/// What "#! SET NAME VALUE" says.
struct PlumedHeader {
  std::vector<std::string> fields;
  std::map<std::string, std::string> set;

  std::optional<double> number(const TableFile& file, const std::string& name) const {
    const auto found = set.find(name);
    if (found == set.end())
      return std::nullopt;
    const auto value = constant_value(parse_expression(
        file.option + " " + file.path + ": #! SET " + name, found->second, {{}, {}}));
    if (!value)
      throw file.bad("#! SET " + name + " " + found->second + ": give a finite number");
    return value;
  }
  StatedAxis axis(const TableFile& file, const std::string& name) const {
    return {number(file, "min_" + name), number(file, "max_" + name),
            number(file, "nbins_" + name)};
  }
  /// Nothing where the axis is not periodic.
  std::optional<double> period(const TableFile& file, const std::string& axis) const {
    const auto periodic = set.find("periodic_" + axis);
    if (periodic == set.end() || periodic->second == "false")
      return std::nullopt;
    if (periodic->second != "true")
      throw file.bad("#! SET periodic_" + axis + " " + periodic->second + ": give true or false");
    const auto low = number(file, "min_" + axis), high = number(file, "max_" + axis);
    if (!low || !high || !(*low < *high))
      throw file.bad(axis + " is periodic: give its period as #! SET min_" + axis +
                     " and, larger, max_" + axis);
    return *high - *low;
  }
};

PlumedHeader plumed_header(const TableFile& file, const std::vector<TextLine>& lines) {
  PlumedHeader header;
  for (const TextLine& line : lines) {
    const auto words = words_of(line.text);
    if (words.size() < 2 || words[0] != "#!")
      continue;
    if (words[1] == "FIELDS") {
      const std::vector<std::string> fields(words.begin() + 2, words.end());
      if (!header.fields.empty() && fields != header.fields)
        throw file.bad("line " + std::to_string(line.number) +
                       ": other #! FIELDS than before; give one grid a file");
      header.fields = fields;
    } else if (words[1] == "SET" && words.size() == 4) {
      header.set[std::string(words[2])] = std::string(words[3]);
    }
  }
  return header;
}

} // namespace

TablePoints plumed_points(const TableFile& file, const std::string& text,
                          const std::string& column) {
  const std::vector<TextLine> lines = lines_of(text, true);
  const PlumedHeader header = plumed_header(file, lines);
  const auto& names = header.fields;
  std::vector<std::size_t> axes;
  for (std::size_t c = 0; c < names.size(); ++c)
    if (header.set.contains("min_" + names[c]) || header.set.contains("periodic_" + names[c]))
      axes.push_back(c);
  if (axes.empty()) // a file without #! SET
    for (std::size_t c = 0; c + 1 < names.size() && c < 2; ++c)
      axes.push_back(c);
  if (axes.empty() || axes.size() > 2 || axes.size() >= names.size())
    throw file.bad("#! FIELDS names " + std::to_string(names.size()) + " columns, " +
                   std::to_string(axes.size()) +
                   " of them coordinates; give a grid of one or two, and a value");
  for (std::size_t a = 0; a < axes.size(); ++a)
    if (axes[a] != a)
      throw file.bad("the coordinate " + names[axes[a]] +
                     " stands behind a value in #! FIELDS; give the coordinates first");
  TablePoints points;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    points.axes[a] = names[axes[a]];
    points.period[a] = header.period(file, points.axes[a]);
    points.stated[a] = header.axis(file, points.axes[a]);
  }
  const std::vector<std::string> values(names.begin() + static_cast<std::ptrdiff_t>(axes.size()),
                                        names.end());
  const std::size_t value = axes.size() + (column.empty() ? 0 : column_named(file, column, values));
  for (const TextLine& line : lines)
    if (without_blanks(line.text).front() != '#')
      add_point(file, words_of(line.text), names, axes, value, line.number, points);
  return points;
}

TablePoints csv_points(const TableFile& file, const std::string& text, const std::string& column) {
  const std::vector<TextLine> lines = lines_of(text);
  if (lines.size() < 2)
    throw file.bad("holds no points; give a header line and lines of coordinates and a value");
  const char separator = separator_of(lines.front().text);
  const auto header = fields_of(lines.front().text, separator);
  const std::vector<std::string> names(header.begin(), header.end());
  if (names.size() < 2 || value_in(header.front()).value_or(NAN) == value_in(header.front()))
    throw file.bad("line " + std::to_string(lines.front().number) +
                   ": expected a header that names two columns or more, as x,y,value");
  // A table of one variable has another coordinate in every line.
  std::vector<std::string_view> first;
  for (std::size_t k = 1; k < lines.size(); ++k)
    first.push_back(fields_of(lines[k].text, separator).front());
  std::sort(first.begin(), first.end());
  const bool plane =
      names.size() > 2 && std::adjacent_find(first.begin(), first.end()) != first.end();
  TablePoints points;
  std::vector<std::size_t> axes{0};
  if (plane)
    axes.push_back(1);
  for (std::size_t a : axes)
    points.axes[a] = names[a];
  const std::vector<std::string> values(names.begin() + static_cast<std::ptrdiff_t>(axes.size()),
                                        names.end());
  if (column.empty() && values.size() > 1) {
    std::string list;
    for (const std::string& name : values)
      list += (list.empty() ? "" : ", ") + name;
    throw file.bad("several columns could be the values: " + list +
                   "; name one, as FILE:" + values.front());
  }
  const std::size_t value = axes.size() + (column.empty() ? 0 : column_named(file, column, values));
  for (std::size_t k = 1; k < lines.size(); ++k)
    add_point(file, fields_of(lines[k].text, separator), names, axes, value, lines[k].number,
              points);
  return points;
}

std::shared_ptr<const TableFunction> read_table(const std::string& option, const std::string& path,
                                                const std::string& column) {
  const TableFile file{option, path};
  if (path.ends_with(".vti"))
    return std::make_shared<const TableFunction>(image_values(file, column));
  const std::string text = read_regular_file(
      path, option + " " + path, "give a grid as PLUMED writes it, a CSV file or a .vti",
      available_memory() / 8); // the numbers take more than their text
  const bool plumed = text.find("#! FIELDS") != std::string::npos;
  return std::make_shared<const TableFunction>(on_lattice(
      file, plumed ? plumed_points(file, text, column) : csv_points(file, text, column)));
}

} // namespace escapade
