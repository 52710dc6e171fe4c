#include "nodtrack/interop/match_answers.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "nodtrack/domain/strict_json.hpp"

namespace nodtrack::interop {
namespace {

using nlohmann::json;

constexpr std::size_t most_problems = 100;

class AnswerReader {
  public:
    AnswerReader(std::string_view file, std::string_view exam) : file_(file), exam_(exam) {}

    void read_line(std::string_view text, int line)
    {
        line_ = line;
        if (text.find_first_not_of(" \t\r") == std::string_view::npos) return;
        constexpr int deepest = 8;
        const auto parsed = parsed_strictly<json>(text, "this", deepest);
        if (!parsed && json::accept(text)) return problem(parsed.error().message);
        if (!parsed || !parsed->is_object()) return problem("this is no JSON object; one object a line is right");
        const json& object = *parsed;
        if (object.contains("point")) return;
        if (!is_of_exam(object)) return;
        if (object.contains("prior_id") || object.contains("current_id")) {
            read_match(object);
        } else if (object.contains("nodule_id") || object.contains("candidate_id")) {
            read_follow(object);
        } else {
            problem("neither prior_id nor nodule_id; the lines of nodtrack match --json or follow --json are right");
        }
    }

    Result<std::vector<MatchAnswer>> finish()
    {
        if (problems_.empty() && answers_.empty()) {
            problems_.push_back(other_exams_.empty()
                                    ? fmt::format("{}: no answer in it", file_)
                                    : fmt::format("{}: no answer for exam '{}'; it holds {}{}", file_, exam_,
                                                  *other_exams_.begin(), other_exams_.size() > 1 ? " and others" : ""));
        }
        if (!problems_.empty()) return failure(ErrorCode::bad_input, "nothing was stored", std::move(problems_));
        return std::move(answers_);
    }

  private:
    void problem(std::string_view what)
    {
        if (problems_.size() < most_problems) problems_.push_back(fmt::format("{}:{}: {}", file_, line_, what));
    }

    bool is_of_exam(const json& object)
    {
        const auto exam = object.find("exam");
        if (exam == object.end()) return true;
        if (!exam->is_string()) {
            problem("exam: a text is right");
            return false;
        }
        if (exam->get_ref<const std::string&>() == exam_) return true;
        other_exams_.insert(exam->get<std::string>());
        return false;
    }

    /// The id under a key; absent for null. False where it is neither.
    bool read_id(const json& object, const char* key, std::optional<std::string>& id)
    {
        const auto value = object.find(key);
        if (value == object.end() || value->is_null()) return true;
        if (!value->is_string() || value->get_ref<const std::string&>().empty()) {
            problem(fmt::format("{}: a nodule id in quotes, or null, is right", key));
            return false;
        }
        id = value->get<std::string>();
        return true;
    }

    bool read_confidence(const json& object, MatchAnswer& answer)
    {
        const auto value = object.find("confidence");
        const double confidence = value != object.end() && value->is_number() ? value->get<double>() : NAN;
        if (!(confidence >= 0.0 && confidence <= 1.0)) {
            problem("confidence: a number from 0 to 1 is right");
            return false;
        }
        answer.confidence_permille = static_cast<int>(std::floor(confidence * 1000.0 + 1e-9));
        return true;
    }

    void read_match(const json& object)
    {
        MatchAnswer answer;
        answer.line = line_;
        if (!read_id(object, "prior_id", answer.prior_id) || !read_id(object, "current_id", answer.current_id) ||
            !read_confidence(object, answer)) {
            return;
        }
        add(std::move(answer));
    }

    void read_follow(const json& object)
    {
        MatchAnswer answer;
        answer.line = line_;
        answer.by_registration = true;
        if (!read_id(object, "nodule_id", answer.prior_id) || !read_id(object, "candidate_id", answer.current_id)) {
            return;
        }
        if (answer.prior_id) {
            const auto value = object.find("status");
            const std::string status = value != object.end() && value->is_string() ? value->get<std::string>() : "";
            if (status != "found" && status != "not_found" && status != "uncertain") {
                return problem("status: one of found, not_found, uncertain is right");
            }
            if (!read_confidence(object, answer)) return;
            answer.uncertain = status == "uncertain";
            // Without candidates, what was found is recorded under the nodule's own id.
            if (status == "found" && !answer.current_id) answer.current_id = answer.prior_id;
            if (status == "not_found") answer.current_id.reset();
        } else if (object.contains("confidence") && !object.at("confidence").is_null()) {
            if (!read_confidence(object, answer)) return;
        }
        add(std::move(answer));
    }

    void add(MatchAnswer answer)
    {
        if (!answer.prior_id && !answer.current_id) return problem("it names no nodule");
        for (const MatchAnswer& other : answers_) {
            if (answer.prior_id && other.prior_id == answer.prior_id) {
                return problem(fmt::format("nodule {} is answered in line {} already", *answer.prior_id, other.line));
            }
            if (answer.current_id && other.current_id == answer.current_id) {
                return problem(
                    fmt::format("{} of the later scan is answered in line {} already", *answer.current_id, other.line));
            }
        }
        answers_.push_back(std::move(answer));
    }

    std::string_view file_;
    std::string_view exam_;
    int line_ = 0;
    std::vector<MatchAnswer> answers_;
    std::vector<std::string> problems_;
    std::set<std::string> other_exams_;
};

}  // namespace

Result<std::vector<MatchAnswer>> read_match_answers(std::string_view text, std::string_view file, std::string_view exam)
{
    AnswerReader reader(file, exam);
    for (int line = 1; !text.empty(); ++line) {
        const std::string_view one = text.substr(0, text.find('\n'));
        reader.read_line(one, line);
        text.remove_prefix(std::min(text.size(), one.size() + 1));
    }
    return reader.finish();
}

}  // namespace nodtrack::interop
