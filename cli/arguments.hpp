#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/quantity.hpp"
#include "nodtrack/domain/result.hpp"
#include "provenance.hpp"

namespace nodtrack::cli {

/// The words of one call, by option (`--amend`) or argument (`PATIENT`) name.
class Arguments {
  public:
    void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }

    bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
    /// The first value; empty when the option was not given.
    std::string text(std::string_view name) const;
    std::optional<std::string> find(std::string_view name) const;
    const std::vector<std::string>& all(std::string_view name) const;

    /// The value as a date; absent when not given. Failure: `usage`.
    Result<std::optional<Date>> date(std::string_view name) const;
    /// The value as a whole number from `least` on; absent when not given. Failure: `usage`.
    Result<std::optional<std::int32_t>> whole_number(std::string_view name, std::int32_t least) const;

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// One call of one command.
struct Call {
    const Arguments& arguments;
    std::filesystem::path registry_file;
    const Moment& now;
};

}  // namespace nodtrack::cli
