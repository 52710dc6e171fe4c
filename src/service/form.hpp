#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/tracker/log.hpp"

namespace nodtrack::service {

/// The members of a request's JSON object, taken out one by one; all that is wrong with them is told together: wrong
/// types, missing members, members that there are not.
class Form {
  public:
    /// Fails with `usage` where the text is no JSON object, is nested deeper than any request is, or gives a member
    /// twice.
    static Result<Form> of(std::string_view text);
    Form(nlohmann::json object, std::string place) : object_(std::move(object)), place_(std::move(place)) {}

    std::string text(const char* name);  ///< must be there and not be empty
    std::optional<std::string> text_or_none(const char* name);
    std::optional<Date> date(const char* name);
    std::optional<std::int64_t> whole_number(const char* name);
    std::optional<double> number(const char* name);
    std::string number_as_sent(const char* name) const { return object_.at(name).dump(); }
    bool yes(const char* name);
    std::vector<std::string> texts(const char* name);
    std::optional<Form> object(const char* name);
    std::vector<Form> objects(const char* name);
    /// All members of an object of column and value, as cells: a number as it was written, null as nothing, a list of
    /// words joined by `;`, true and false as yes and no.
    std::vector<tracker::Cell> cells(const char* name);
    /// The object as it was sent.
    std::string as_sent() const { return object_.dump(); }
    bool has(const char* name) const { return object_.contains(name) && !object_.at(name).is_null(); }

    void refuse(const std::string& problem) { problems_.push_back(problem); }
    /// The problems of a part, as this one's.
    void take(Form& part);
    /// Fails with `usage` where there was any problem.
    Result<void> done();

  private:
    const nlohmann::json* member(const char* name);
    void wrong(const char* name, const char* right);

    nlohmann::json object_;
    std::string place_;
    std::set<std::string> known_;
    std::vector<std::string> problems_;
};

}  // namespace nodtrack::service
