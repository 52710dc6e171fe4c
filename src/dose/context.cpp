#include "nodtrack/dose/context.hpp"

#include <algorithm>

#include "document.hpp"

namespace nodtrack::dose {
namespace {

template <class Word>
std::vector<Word> words_at(const Place& place)
{
    std::vector<Word> words;
    for (const Place& element : place.elements()) {
        const auto word = static_cast<Word>(element.position_in(Vocabulary<Word>::words));
        if (std::find(words.begin(), words.end(), word) != words.end()) element.problem("this word stands here twice");
        words.push_back(word);
    }
    return words;
}

class ContextReader {
  public:
    ContextReader(const Json& document, const Json& sources) : root_(document, problems_), bibliography_(sources) {}

    Result<Context> read()
    {
        root_.keys({"id", "version", "title", "topics"}, {"$schema", "note"});
        context_.id = root_.at("id").text();
        context_.version = root_.at("version").text();
        for (const Place& place : root_.at("topics").elements())
            topic(place);
        if (context_.topics.empty()) root_.at("topics").problem("at least one topic is wanted here");
        if (!problems_.empty()) return tl::unexpected(problems_of("the file of context", std::move(problems_)));
        return std::move(context_);
    }

  private:
    void topic(const Place& place)
    {
        place.keys({"id", "title", "when", "cite"});
        ContextTopic topic;
        topic.id = place.at("id").text();
        const bool repeated = std::any_of(context_.topics.begin(), context_.topics.end(),
                                          [&](const ContextTopic& other) { return other.id == topic.id; });
        if (repeated) place.problem("this topic stands here twice");
        topic.title = place.at("title").text();
        conditions(place.at("when"), topic);
        topic.citations = bibliography_.cited(place.at("cite"));
        for (std::size_t i = 0; i < topic.citations.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (topic.citations[i].item == topic.citations[j].item)
                    place.at("cite").problem("\"" + topic.citations[i].item + "\" stands here twice");
            }
        }
        context_.topics.push_back(std::move(topic));
    }

    static void conditions(const Place& place, ContextTopic& topic)
    {
        place.keys({}, {"actions", "histologies", "grades", "findings"});
        topic.actions = words_at<Action>(place.at("actions"));
        topic.histologies = words_at<Histology>(place.at("histologies"));
        topic.grades = words_at<Grade>(place.at("grades"));
        for (const Place& element : place.at("findings").elements())
            topic.findings.set(element.position_in(context_finding_words));
        if (topic.conditions() == 0) {
            place.problem("at least one condition is wanted here: actions, histologies, grades or findings");
        }
    }

    ProblemLines problems_;
    Place root_;
    Bibliography bibliography_;
    Context context_;
};

template <class Word>
bool asks_for(const std::vector<Word>& words, const std::optional<Word>& word)
{
    return words.empty() || (word && std::find(words.begin(), words.end(), *word) != words.end());
}

}  // namespace

int ContextTopic::conditions() const
{
    return (actions.empty() ? 0 : 1) + (histologies.empty() ? 0 : 1) + (grades.empty() ? 0 : 1) +
           (findings.none() ? 0 : 1);
}

bool ContextTopic::is_shown_for(const ContextSubject& subject) const
{
    return asks_for(actions, std::optional(subject.action)) && asks_for(histologies, subject.histology) &&
           asks_for(grades, subject.grade) && (findings & ~subject.findings).none();
}

Result<Context> load_context(std::string_view json, std::string_view sources_json)
{
    const auto document = parsed_strictly<Json>(json, "the file of context", deepest);
    if (!document) return tl::unexpected(document.error());
    const auto sources = parsed_strictly<Json>(sources_json, "the bibliography", deepest);
    if (!sources) return tl::unexpected(sources.error());
    return ContextReader(*document, *sources).read();
}

}  // namespace nodtrack::dose
