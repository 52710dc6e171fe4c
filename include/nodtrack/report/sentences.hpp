#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodtrack/assess/assessment.hpp"
#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"

namespace nodtrack::report {

/// What stands in a sentence for a `{name}`.
using Fills = std::vector<std::pair<std::string_view, std::string>>;

/// The sentences of one language, schema/sentences/LANGUAGE.json: letters, agendas, minutes, reminders and the answer
/// in one line. A key goes through the file's objects: `letter.patient.due.subject`. Every language has every key, with
/// the same `{names}` in it (tests/report/sentences_test.cpp).
class Sentences {
  public:
    /// The languages there are, by their file's name: `de`, `en`.
    static const std::vector<std::string>& languages();
    /// Precondition: it is one of `languages`.
    static const Sentences& in(std::string_view language);
    /// Fails with `bad_input` where the text is no JSON object of objects, texts and lists of texts.
    static Result<Sentences> read(std::string_view text, std::string language);

    const std::string& language() const { return language_; }
    /// The sentence, its `{names}` filled in. A key that there is not is a fault of the program: std::out_of_range.
    std::string say(std::string_view key, const Fills& fills = {}) const;
    /// The same of each paragraph of a list.
    std::vector<std::string> paragraphs(std::string_view key, const Fills& fills = {}) const;
    /// `18 February 2027`
    std::string day(Date date) const;
    /// All keys with their paragraphs, as they stand in the file.
    const std::map<std::string, std::vector<std::string>, std::less<>>& all() const { return sentences_; }

  private:
    std::string language_;
    std::map<std::string, std::vector<std::string>, std::less<>> sentences_;
};

/// What is to be done, in one sentence of that language: the action with its day, a safety-net CT, options.
std::string recommendation_sentence(policy::Action action, std::optional<Date> due_date,
                                    std::optional<Date> safety_net_ct_date, std::span<const policy::Action> options,
                                    const Sentences& words);
std::string recommendation_sentence(const assess::Recommendation& recommendation, const Sentences& words);

}  // namespace nodtrack::report
