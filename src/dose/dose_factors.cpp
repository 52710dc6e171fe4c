#include "nodtrack/dose/dose_factors.hpp"

#include <algorithm>
#include <array>

#include "document.hpp"

namespace nodtrack::dose {
namespace {

constexpr std::string_view band_words[] = {"O", "1", "2", "3", "4", "5"};

class FactorsReader {
  public:
    FactorsReader(const Json& document, const Json& sources) : root_(document, problems_), bibliography_(sources) {}

    Result<DoseFactors> read()
    {
        root_.keys(
            {"id", "version", "title", "parameters", "phantoms", "factor_sets", "radiation_levels", "procedures"},
            {"$schema", "note"});
        factors_.id = root_.at("id").text();
        factors_.version = root_.at("version").text();
        parameters(root_.at("parameters"));
        phantoms(root_.at("phantoms"));
        for (const Place& place : root_.at("factor_sets").elements())
            factor_set(place);
        if (factors_.factor_sets.empty()) root_.problem("at least one set of factors is wanted");
        levels(root_.at("radiation_levels"));
        for (const Place& place : root_.at("procedures").elements())
            procedure(place);
        for (const std::string_view id : recorded_procedures) {
            if (factors_.procedure(id) == nullptr)
                root_.problem("the procedure \"" + std::string(id) + "\" is missing");
        }
        if (!problems_.empty()) return tl::unexpected(problems_of("the file of dose factors", std::move(problems_)));
        return std::move(factors_);
    }

  private:
    /// What the record's modalities and contrast can be.
    static constexpr std::array<std::string_view, 4> recorded_procedures = {
        "ct_chest_without_iv_contrast", "ct_chest_with_iv_contrast", "fdg_pet_ct_whole_body", "radiography_chest"};

    void parameters(const Place& place)
    {
        place.keys({"adult_from_years", "young_below_years", "phantom_ratio_16_to_32"});
        const auto value_of = [&](std::string_view name, std::string_view unit) {
            const Place parameter = place.at(name);
            parameter.keys({"value", "unit", "means", "basis"});
            if (!parameter.at("unit").is(unit)) parameter.problem("the unit is \"" + std::string(unit) + "\"");
            if (!parameter.at("basis").is("local policy")) parameter.problem("the basis is \"local policy\"");
            parameter.at("means").text();
            return parameter.at("value");
        };
        factors_.adult_from_years = value_of("adult_from_years", "years").whole();
        factors_.young_below_years = value_of("young_below_years", "years").whole();
        factors_.phantom_ratio = value_of("phantom_ratio_16_to_32", "1").number();
        if (factors_.phantom_ratio < 1.0) place.problem("phantom_ratio_16_to_32 is 1 or more: 16 cm reads higher");
        if (factors_.young_below_years < factors_.adult_from_years) {
            place.problem("young_below_years is not below adult_from_years: a child is young");
        }
    }

    void phantoms(const Place& place)
    {
        place.keys({"means", "cite", "verified"});
        factors_.phantom_note = place.at("means").text();
        bibliography_.cited(place.at("cite"));
        constexpr std::string_view marks[] = {"read", "found", "unverified"};
        place.at("verified").position_in(marks);
    }

    void factor_set(const Place& place)
    {
        place.keys({"id", "title", "region", "unit", "points", "cite"});
        if (!place.at("region").is("chest")) place.problem("the region is \"chest\"");
        if (!place.at("unit").is("mSv/(mGy.cm)")) place.problem("the unit is \"mSv/(mGy.cm)\"");
        FactorSet set;
        set.id = place.at("id").text();
        set.title = place.at("title").text();
        for (const Place& point : place.at("points").elements())
            factor_point(point, set);
        if (set.points.size() < 2 || set.points.back().age_years) place.problem("the last point is that of an adult");
        set.citations = bibliography_.cited(place.at("cite"));
        factors_.factor_sets.push_back(std::move(set));
    }

    void factor_point(const Place& place, FactorSet& set)
    {
        place.keys({"age_years", "k", "phantom_cm"});
        FactorPoint point;
        if (!place.at("age_years").is("adult")) point.age_years = place.at("age_years").number();
        point.k = place.at("k").number();
        // A factor of an adult's chest is near 0.02, a newborn's near 0.05; more is a slip of the decimal point.
        constexpr double largest_k = 0.2;
        if (point.k <= 0.0 || point.k > largest_k) place.problem("a factor lies above 0 and at or below 0.2");
        const int phantom = place.at("phantom_cm").whole();
        if (phantom != 16 && phantom != 32) place.problem("the phantom is 16 or 32 (cm)");
        point.phantom = phantom == 16 ? DosePhantom::head_16_cm : DosePhantom::body_32_cm;
        if (!set.points.empty()) {
            const auto& before = set.points.back().age_years;
            if (!before || (point.age_years && *point.age_years <= *before))
                place.problem("ages rise, adult comes last");
        } else if (!point.age_years || *point.age_years != 0.0) {
            place.problem("the first point is that of a newborn, age 0");
        }
        if (point.age_years && *point.age_years >= factors_.adult_from_years) {
            place.problem("an age in years lies below adult_from_years");
        }
        set.points.push_back(point);
    }

    void levels(const Place& place)
    {
        place.keys({"unit", "adult", "child", "words"});
        if (!place.at("unit").is("mSv")) place.problem("the unit is \"mSv\"");
        bands(place.at("adult"), AgeGroup::adult);
        bands(place.at("child"), AgeGroup::child);
        const Place words = place.at("words");
        words.keys({"varies", "not_given"});
        for (const std::string_view word : {"varies", "not_given"}) {
            words.at(word).keys({"means", "cite"});
            words.at(word).at("means").text();
            bibliography_.cited(words.at(word).at("cite"));
        }
    }

    void bands(const Place& place, AgeGroup group)
    {
        place.keys({"bands", "cite"});
        bibliography_.cited(place.at("cite"));
        const Place list = place.at("bands");
        list.keys({"O", "1", "2", "3", "4", "5"});
        auto& column = bands_[static_cast<std::size_t>(group)];
        for (std::size_t i = 0; i < std::size(band_words); ++i) {
            const auto ends = list.at(band_words[i]).elements();
            if (ends.size() != 2) {
                list.problem("a band is [low, high]");
                return;
            }
            column[i] = {ends[0].number(), ends[1].number()};
            const double below = i == 0 ? 0.0 : column[i - 1].high_msv;
            if (column[i].low_msv != below || (i > 0 && column[i].high_msv <= below)) {
                list.problem("each band starts where the one before ends");
            }
        }
    }

    RadiationLevel level(const Place& place, AgeGroup group)
    {
        place.keys({"level", "cite"});
        RadiationLevel level;
        level.word = static_cast<LevelWord>(place.at("level").position_in(level_words));
        level.group = group;
        if (level.word <= LevelWord::five) {
            level.band = bands_[static_cast<std::size_t>(group)][static_cast<std::size_t>(level.word)];
        }
        level.citations = bibliography_.cited(place.at("cite"));
        return level;
    }

    void procedure(const Place& place)
    {
        place.keys({"id", "name", "ionising", "adult", "child"});
        Procedure procedure;
        procedure.id = place.at("id").text();
        if (factors_.procedure(procedure.id) != nullptr) place.problem("this procedure stands here twice");
        procedure.name = place.at("name").text();
        procedure.ionising = place.at("ionising").flag();
        procedure.levels = {level(place.at("adult"), AgeGroup::adult), level(place.at("child"), AgeGroup::child)};
        for (const RadiationLevel& level : procedure.levels) {
            if (level.band && (level.word == LevelWord::none) == procedure.ionising) {
                place.problem("level O is for procedures without ionising radiation, and for them alone");
            }
        }
        factors_.procedures.push_back(std::move(procedure));
    }

    ProblemLines problems_;
    Place root_;
    Bibliography bibliography_;
    DoseFactors factors_;
    std::array<std::array<DoseBand, std::size(band_words)>, 2> bands_{};
};

}  // namespace

const Procedure* DoseFactors::procedure(std::string_view procedure_id) const
{
    const auto found = std::find_if(procedures.begin(), procedures.end(),
                                    [&](const Procedure& procedure) { return procedure.id == procedure_id; });
    return found == procedures.end() ? nullptr : &*found;
}

Result<DoseFactors> load_dose_factors(std::string_view json, std::string_view sources_json)
{
    const auto document = parsed_strictly<Json>(json, "the file of dose factors", deepest);
    if (!document) return tl::unexpected(document.error());
    const auto sources = parsed_strictly<Json>(sources_json, "the bibliography", deepest);
    if (!sources) return tl::unexpected(sources.error());
    return FactorsReader(*document, *sources).read();
}

}  // namespace nodtrack::dose
