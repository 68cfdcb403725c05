// The readers of a setup, private to this room. -grade says where the cells of a grid lie closer:
//   auto          about the critical points of the potential or loss: along each axis of the frame
//                 a cluster (grid/grading.hpp) of the width that the noise gives there. At a
//                 minimum that is the standard deviation of the linearised system, A C + C Aᵀ = −2D
//                 with A = ∇b; at a saddle or maximum √(D_aa / largest rate of growth).
//   "EXPR, EXPR"  the wanted density of cells along the first and the second axis of the frame, up
//                 to a factor, each in its own coordinate under the variables' names
#pragma once

#include "escapade/grid/grading.hpp"
#include "escapade/grid/mesh.hpp"
#include "programs/setup/setup.hpp"

#include <memory>

namespace escapade {

/// -variables and -parameters.
Symbols read_symbols(const Options& options);

/// -table, into the symbols; and after everything that may call them has been read: what the
/// problem and the domain, which they may leave in parts, should know of them.
void read_tables(const Options& options, Setup& setup);
void leave_out_holes(Setup& setup);
void check_tables(const Options& options, Setup& setup);

/// -potential, -drift, -loss or -model with their companions; fills problem, loss, data, model,
/// target, description and notices. The domain and the starts have been read.
void read_problem(const Options& options, const Needs& needs, Setup& setup);

/// The names with t among them, unless something else has that name.
Symbols with_time(const Symbols& symbols);
/// Notes where the expression of that option depends on the time; BadInput where the program cannot
/// follow it.
void take_time(const Options& options, const std::string& name, const Expression& e, Setup& setup);
/// BadInput that tells of -table, where an expression's text is the name of a file.
void refuse_file(const Options& options, const std::string& name, const Setup& setup);
/// An option's expression, which may depend on the time.
Expression timed_expression(const Options& options, const std::string& name, Setup& setup);
/// -learning_rate; of a schedule its first value, and the schedule goes into the setup.
double read_learning_rate(const Options& options, Setup& setup, bool itself);
/// The setup's problem with the schedule, which is understood for the noise of SGD alone.
Problem with_schedule(const Options& options, const SgdSetting& setting, const Setup& setup);
/// -period, and BadInput with the time where a schedule does not stay positive and finite. The
/// problem, the domain and the sets have been read.
void check_time(const Options& options, Setup& setup);

/// The first of the times dt, 2 dt, … at which drift or noise are not finite, or a million times
/// what they were at t = 0.
std::optional<double> unbounded_by(const Setup& setup, double dt);

/// -kinetic: Langevin's equation in -potential, with -friction and -temperature.
void read_kinetic(const Options& options, Setup& setup);

/// That of -loss, or of -model and -data: SGD and the model of its noise.
void read_sgd(const Options& options, const Needs& needs, Setup& setup);

Calculus read_calculus(const Options& options);

/// Whether there is one variable: the other has no name.
bool on_a_line(const Symbols& symbols);

/// What is added to a potential or loss of one variable: a well across the line, so that what rests
/// along it is isolated in the plane; 0 in two dimensions.
Expression across(const Setup& setup);

/// -domain and -boundary; of one variable an interval.
Domain read_domain(const Options& options, bool line);

/// Where the algorithm itself walks, which needs no box.
Domain everywhere(bool line);

/// BadInput where drift or diffusion differ between periodic sides: gluing them makes no sense
/// then.
void check_periodic(const Setup& setup);

/// -start or -starts; empty if one names a well and the setup's problem has not been read.
std::vector<Vec2> read_starts(const Options& options, const Setup& setup, bool needed);

/// The point that an option of numbers gives.
Vec2 read_point(const Options& options, const std::string& name, const Symbols& symbols);

/// BadInput where one of these options is given beside -`with`.
void refuse(const Options& options, const std::string& with,
            std::initializer_list<const char*> names);

/// -momentum; BadInput where finite volumes or the SDE would need more than two coordinates.
/// `itself`: the algorithm runs, no SDE.
void check_momentum(const Options& options, bool itself);

/// BadInput for temperatures so small that the loss of digits would be blamed on something else.
void check_temperature(const Options& options, double T);

struct MeshInput {
  GmshMesh shape;
  MeshBoundary boundary;
  Domain extent; // the box around it
};

/// The file and what its curves do. BadInput also where an option of grids is given with it.
MeshInput read_mesh(const Options& options);

/// The mesh refined -refine times, in the metric of the problem's noise. BadInput where the noise
/// has no constant direction.
std::shared_ptr<const Mesh> mesh_for(const Options& options, const MeshInput& input,
                                     const Problem& problem);

/// The boundary of the mesh that the file holds, with the absorbing curves as parts in their order.
std::shared_ptr<const Outline> outline_of(const Mesh& mesh, const MeshBoundary& boundary);

/// Null where -grade is not given. Needs setup's problem, domain and the frame's angle. BadInput: a
/// problem without potential or loss for `auto`, noise that vanishes at a critical point, densities
/// that are not positive or depend on the other coordinate.
std::shared_ptr<const Grading> read_grading(const Options& options, const Setup& setup,
                                            double angle);

} // namespace escapade
