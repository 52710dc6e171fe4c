#pragma once

#include "nodtrack/report/sentences.hpp"
#include "nodtrack/tracker/uses/call.hpp"

namespace nodtrack::uses {

/// The language of what is written for people: a file of schema/sentences.
inline Parameter the_language()
{
    return word("language", "of the sentences; else en", report::Sentences::languages(), {}, "LANGUAGE");
}

inline const report::Sentences& sentences_of(const Call& call)
{
    return report::Sentences::in(call.values.find("language").value_or("en"));
}

}  // namespace nodtrack::uses
