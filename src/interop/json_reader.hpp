#pragma once

#include <string>
#include <string_view>

#include "nodtrack/domain/delivery.hpp"
#include "problem_list.hpp"

namespace nodtrack::interop {

/// Keeps copies of texts at places that never move, in the delivery.
class TextKeeper {
  public:
    explicit TextKeeper(Delivery& delivery) : delivery_(delivery) {}
    std::string_view kept(std::string_view text);

  private:
    Delivery& delivery_;
    std::string* chunk_ = nullptr;
};

/// Reads a JSON document into `delivery`. Precondition: `delivery.source` names the document's arrays
/// (`record.json/scans`), `file` the document.
void read_json(std::string_view text, std::string_view file, Delivery& delivery, ProblemList& problems);

}  // namespace nodtrack::interop
