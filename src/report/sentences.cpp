#include "nodtrack/report/sentences.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "nodtrack/domain/strict_json.hpp"
#include "sentence_files.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

using Json = nlohmann::ordered_json;
using Lines = std::vector<std::string>;

constexpr int deepest = 10;

/// Takes the texts under `prefix` over; the place of what is none of them, else empty.
std::string take(const Json& json, const std::string& prefix, std::map<std::string, Lines, std::less<>>& sentences)
{
    for (const auto& [key, value] : json.items()) {
        const std::string place = prefix.empty() ? key : prefix + "." + key;
        const bool is_list = value.is_array() && !value.empty() &&
                             std::ranges::all_of(value, [](const Json& item) { return item.is_string(); });
        if (value.is_object()) {
            if (std::string wrong = take(value, place, sentences); !wrong.empty()) return wrong;
        } else if (value.is_string()) {
            sentences[place] = {value.get<std::string>()};
        } else if (is_list) {
            sentences[place] = value.get<Lines>();
        } else {
            return place;
        }
    }
    return {};
}

std::string filled(std::string_view sentence, const Fills& fills)
{
    std::string text;
    while (!sentence.empty()) {
        const std::size_t open = std::min(sentence.find('{'), sentence.size());
        text += sentence.substr(0, open);
        sentence.remove_prefix(open);
        const std::size_t close = sentence.find('}');
        if (close == std::string_view::npos) break;
        const std::string_view name = sentence.substr(1, close - 1);
        const auto fill = std::ranges::find(fills, name, [](const auto& pair) { return pair.first; });
        text += fill == fills.end() ? std::string(sentence.substr(0, close + 1)) : fill->second;
        sentence.remove_prefix(close + 1);
    }
    return text.append(sentence);
}

const std::vector<Sentences>& released()
{
    static const std::vector<Sentences> all = [] {
        std::vector<Sentences> read;
        for (const SentenceFile& file : sentence_files())
            read.push_back(Sentences::read(file.text, std::string(file.language)).value());
        return read;
    }();
    return all;
}

}  // namespace

const std::vector<std::string>& Sentences::languages()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Sentences& sentences : released())
            all.push_back(sentences.language());
        return all;
    }();
    return names;
}

const Sentences& Sentences::in(std::string_view language)
{
    return *std::ranges::find(released(), language, &Sentences::language);
}

Result<Sentences> Sentences::read(std::string_view text, std::string language)
{
    const std::string what = "sentences/" + language + ".json";
    const auto json = parsed_strictly<Json>(text, what, deepest);
    if (!json) return tl::unexpected<Error>(json.error());
    Sentences sentences;
    sentences.language_ = std::move(language);
    if (!json->is_object())
        return failure(ErrorCode::bad_input, what + ": is no object; expected {\"key\": \"sentence\"}");
    const std::string wrong = take(*json, {}, sentences.sentences_);
    if (!wrong.empty()) {
        return failure(ErrorCode::bad_input,
                       what + ": " + wrong + " is no sentence; expected a text or a list of texts");
    }
    return sentences;
}

std::string Sentences::say(std::string_view key, const Fills& fills) const
{
    std::string text;
    for (const std::string& paragraph : paragraphs(key, fills))
        text += (text.empty() ? "" : "\n") + paragraph;
    return text;
}

std::vector<std::string> Sentences::paragraphs(std::string_view key, const Fills& fills) const
{
    Lines lines = sentences_.at(std::string(key));
    for (std::string& line : lines)
        line = filled(line, fills);
    return lines;
}

std::string Sentences::day(Date date) const
{
    return say("date", {{"day", std::to_string(date.day())},
                        {"month", say("months." + std::to_string(date.month()))},
                        {"year", std::to_string(date.year())}});
}

std::string recommendation_sentence(policy::Action action, std::optional<Date> due_date,
                                    std::optional<Date> safety_net_ct_date, std::span<const policy::Action> options,
                                    const Sentences& words)
{
    const std::string name(action_word(action));
    std::string text = due_date ? words.say("recommendation.dated." + name, {{"day", words.day(*due_date)}})
                                : words.say("recommendation.undated." + name);
    if (safety_net_ct_date) {
        text += " " + words.say("recommendation.safety_net", {{"day", words.day(*safety_net_ct_date)}});
    }
    if (std::ranges::count(options, policy::Action::pet_ct) > 0)
        text += " " + words.say("recommendation.option_pet_ct");
    return text;
}

std::string recommendation_sentence(const assess::Recommendation& recommendation, const Sentences& words)
{
    return recommendation_sentence(recommendation.action, recommendation.due_date, recommendation.safety_net_ct_date,
                                   recommendation.options, words);
}

}  // namespace nodtrack::report
