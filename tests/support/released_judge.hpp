#pragma once

#include "nodtrack/assess/judge.hpp"

namespace nodtrack::cases {

/// The judge by the policy released with this program.
inline const assess::Judge& judge()
{
    static const assess::Judge released = assess::Judge::released();
    return released;
}

}  // namespace nodtrack::cases
