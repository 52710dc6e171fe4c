#include "nodtrack/dose/appropriateness.hpp"

#include <algorithm>

#include "document.hpp"

namespace nodtrack::dose {
namespace {

template <class Entry>
const Entry* entry_of(const std::vector<Entry>& entries, std::string_view id)
{
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.id == id; });
    return found == entries.end() ? nullptr : &*found;
}

class TablesReader {
  public:
    TablesReader(const Json& document, const Json& sources, const DoseFactors& factors)
        : root_(document, problems_), bibliography_(sources), factors_(factors)
    {}

    Result<Appropriateness> read()
    {
        root_.keys({"id", "version", "title", "source", "ratings", "ratings_cite", "variants", "pathways"},
                   {"$schema", "note"});
        tables_.id = root_.at("id").text();
        tables_.version = root_.at("version").text();
        tables_.source = bibliography_.title_of(root_.at("source"));
        ratings(root_.at("ratings"));
        tables_.rating_citations = bibliography_.cited(root_.at("ratings_cite"));
        for (const Place& place : root_.at("variants").elements())
            variant(place);
        for (const Place& place : root_.at("pathways").elements())
            pathway(place);
        if (!problems_.empty()) {
            return tl::unexpected(problems_of("the file of appropriateness tables", std::move(problems_)));
        }
        return std::move(tables_);
    }

  private:
    void ratings(const Place& place)
    {
        place.keys({rating_words[0], rating_words[1], rating_words[2], rating_words[3]});
        for (std::size_t i = 0; i < std::size(rating_words); ++i) {
            const Place rating = place.at(rating_words[i]);
            rating.keys({"name", "scores"});
            tables_.rating_names[i] = rating.at("name").text();
            for (const Place& score : rating.at("scores").elements()) {
                const int value = score.whole();
                if (value < 1 || value > 9) score.problem("a panel's score lies from 1 to 9");
            }
        }
    }

    void variant(const Place& place)
    {
        place.keys({"id", "number", "question", "primary", "rows"});
        Variant variant;
        variant.id = place.at("id").text();
        variant.number = place.at("number").whole();
        if (variant.id != "variant-" + std::to_string(variant.number)) place.problem("the id is \"variant-NUMBER\"");
        if (tables_.variant(variant.id) != nullptr) place.problem("this variant stands here twice");
        variant.question = place.at("question").text();
        constexpr std::string_view primaries[] = {"bone", "soft_tissue", "bone_or_soft_tissue"};
        variant.primary = primaries[place.at("primary").position_in(primaries)];
        for (const Place& row : place.at("rows").elements())
            table_row(row, variant);
        if (variant.rows.empty()) place.problem("a table has rows");
        tables_.variants.push_back(std::move(variant));
    }

    void table_row(const Place& place, Variant& variant)
    {
        place.keys({"procedure", "rating", "cite", "adult", "child"});
        VariantRow row;
        row.procedure = place.at("procedure").text();
        row.rating = static_cast<Rating>(place.at("rating").position_in(rating_words));
        row.citations = bibliography_.cited(place.at("cite"));
        const bool repeated = std::any_of(variant.rows.begin(), variant.rows.end(),
                                          [&](const VariantRow& other) { return other.procedure == row.procedure; });
        if (repeated) place.problem("this procedure stands in the table twice");
        const Procedure* procedure = factors_.procedure(row.procedure);
        if (procedure == nullptr) {
            place.problem("the file of dose factors has no procedure \"" + row.procedure + "\"");
            return;
        }
        row.name = procedure->name;
        row.ionising = procedure->ionising;
        row.levels = {level(place.at("adult"), procedure->level(AgeGroup::adult)),
                      level(place.at("child"), procedure->level(AgeGroup::child))};
        variant.rows.push_back(std::move(row));
    }

    /// The cell of one age group. It must say what the procedure's own level for that group says.
    RadiationLevel level(const Place& place, const RadiationLevel& of_procedure)
    {
        place.keys({"level", "cite"});
        const auto word = static_cast<LevelWord>(place.at("level").position_in(level_words));
        if (word != of_procedure.word) {
            place.problem("the file of dose factors gives this procedure the level \"" +
                          std::string(word_of(of_procedure.word)) + "\"");
        }
        RadiationLevel level = of_procedure;
        level.citations = bibliography_.cited(place.at("cite"));
        return level;
    }

    void pathway(const Place& place)
    {
        place.keys({"id", "title", "text", "shows", "cite"});
        Pathway pathway;
        pathway.id = place.at("id").text();
        if (tables_.pathway(pathway.id) != nullptr) place.problem("this pathway stands here twice");
        pathway.title = place.at("title").text();
        pathway.text = place.at("text").text();
        for (const Place& shown : place.at("shows").elements()) {
            pathway.shows.push_back(shown.text());
            if (tables_.variant(pathway.shows.back()) == nullptr) shown.problem("there is no such variant");
        }
        pathway.citations = bibliography_.cited(place.at("cite"));
        tables_.pathways.push_back(std::move(pathway));
    }

    ProblemLines problems_;
    Place root_;
    Bibliography bibliography_;
    const DoseFactors& factors_;
    Appropriateness tables_;
};

}  // namespace

const Variant* Appropriateness::variant(std::string_view variant_id) const
{
    return entry_of(variants, variant_id);
}

const Pathway* Appropriateness::pathway(std::string_view pathway_id) const
{
    return entry_of(pathways, pathway_id);
}

Result<Appropriateness> load_appropriateness(std::string_view json, const DoseFactors& factors,
                                             std::string_view sources_json)
{
    const auto document = parsed_strictly<Json>(json, "the file of appropriateness tables", deepest);
    if (!document) return tl::unexpected(document.error());
    const auto sources = parsed_strictly<Json>(sources_json, "the bibliography", deepest);
    if (!sources) return tl::unexpected(sources.error());
    return TablesReader(*document, *sources, factors).read();
}

}  // namespace nodtrack::dose
