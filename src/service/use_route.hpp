#pragma once

#include "nodtrack/tracker/uses/use_case.hpp"
#include "route.hpp"

namespace nodtrack::service {

/// A use case's routes.
std::vector<Route> routes_of(const uses::UseCase& use);

/// The parameters that stand in the query or in the body of a use case's route.
std::vector<uses::Parameter> parameters_of(const uses::UseCase& use, const uses::Route& route);

}  // namespace nodtrack::service
