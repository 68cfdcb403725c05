#include "output/plot.hpp"

#include "escapade/error.hpp"
#include "output/gnuplot.hpp"
#include "support/atomic_file.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace escapade {
namespace {

constexpr std::array<const char*, 6> colours{"#1f77b4", "#d62728", "#2ca02c",
                                             "#9467bd", "#ff7f0e", "#17becf"};

void draw(Gnuplot& plot, const Chart& chart, const ChartLine& line, const std::string& colour) {
  std::vector<double> band, rows;
  double least = 1; // the band's foot on a logarithmic axis, where the error reaches 0
  for (double y : line.y)
    if (y > 0)
      least = std::min(least, y / 2);
  for (std::size_t k = 0; k < line.x.size(); ++k) {
    if (chart.log_y && !(line.y[k] > 0))
      continue;
    rows.insert(rows.end(), {line.x[k], line.y[k]});
    if (line.error.empty())
      continue;
    const double low = line.y[k] - 2 * line.error[k];
    band.insert(band.end(), {line.x[k], chart.log_y ? std::max(low, least) : low,
                             line.y[k] + 2 * line.error[k]});
  }
  if (rows.empty())
    throw BadInput("picture of '" + chart.title + "': nothing to show");
  if (!band.empty())
    plot.layer("binary record=" + std::to_string(band.size() / 3) +
                   " format='%double%double%double' using 1:2:3 with filledcurves fs solid 0.25 "
                   "noborder lc rgb '" +
                   colour + "' notitle",
               band);
  plot.layer("binary record=" + std::to_string(rows.size() / 2) +
                 " format='%double%double' using 1:2 with lines lw 2.5 lc rgb '" + colour + "' " +
                 (line.label.empty() ? "notitle" : "title " + in_quotes(line.label)),
             rows);
}

} // namespace

std::string plot_chart(const std::string& prefix, const Chart& chart) {
  if (chart.lines.empty())
    throw BadInput("picture of '" + chart.title + "': nothing to show");
  Gnuplot plot;
  plot.line("set terminal pngcairo enhanced size " + std::to_string(chart.width) + "," +
            std::to_string(chart.width * 2 / 3) + " font 'sans," +
            std::to_string(std::max(8, chart.width / 66)) + "'");
  plot.line("set encoding utf8");
  plot.line("set border lw 1.5");
  plot.line("set tics out nomirror");
  plot.line("set grid lc rgb '#dddddd'");
  plot.line("set xlabel " + in_quotes(chart.x_label) + " noenhanced");
  plot.line("set ylabel " + in_quotes(chart.y_label) + " noenhanced");
  if (chart.log_y)
    plot.line("set logscale y");
  if (!chart.title.empty())
    plot.line("set title " + in_quotes(chart.title) + " noenhanced");
  plot.line("set key top right noenhanced");
  for (std::size_t k = 0; k < chart.lines.size(); ++k)
    draw(plot, chart, chart.lines[k], colours[k % colours.size()]);
  const std::string name = prefix + ".png";
  write_file(name, plot.png(name));
  return name;
}

} // namespace escapade
