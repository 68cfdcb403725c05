#include "answers/action/rough_action.hpp"

#include "escapade/error.hpp"

#include <cmath>
#include <string>

namespace escapade {

bool is_rough(const Number& n) {
  return !n.value || !n.error || *n.error > 0.05 * std::abs(*n.value);
}

void settle_action(bool errors, PathAnswer& answer) {
  if (answer.by_minimisation || !errors)
    return;
  const auto& other = answer.quasi_potential;
  const bool rough = is_rough(answer.action);
  if (rough && (!other || is_rough(*other)))
    throw NotTrusted("the action " + to_text(answer.action) + ": its error between polygons of " +
                     std::to_string(answer.sides / 2) + " and " + std::to_string(answer.sides) +
                     " sides is more than 5 %, and the quasi-potential on the grid" +
                     (other ? ", " + to_text(*other) + "," : std::string()) +
                     " is no better; give more "
                     "cells; where the noise vanishes on the way it may be infinite");
  if (!other || is_rough(*other))
    return;
  const bool lower =
      *other->value + 3 * *other->error < *answer.action.value - 3 * *answer.action.error;
  if (!rough && !lower)
    return;
  answer.warnings.push_back(
      (rough ? "polygons do not agree on the action (" : "the path found costs more (") +
      to_text(answer.action) +
      (rough ? "), as where a path winds out of a focus" : ") than the best way on the grid") +
      ": the quasi-potential on the grid is given for it");
  answer.action = *other;
}

} // namespace escapade
