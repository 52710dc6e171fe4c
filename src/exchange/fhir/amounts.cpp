#include "fhir/amounts.hpp"

#include <fmt/format.h>

#include "decimal.hpp"

namespace nodtrack::exchange::fhir {
namespace {

codes::Concept concept_of_coding(const Code& code)
{
    if (code.is("LN", longest_dimension)) return codes::Concept::long_axis;
    if (code.is("LN", other_dimension)) return codes::Concept::short_axis;
    return codes::concept_of(code);
}

Code code_of_coding(const Json& coding)
{
    return {text_of(part(coding, "code")), scheme_of(text_of(part(coding, "system"))),
            text_of(part(coding, "display"))};
}

codes::Dimension dimension_of(codes::Concept of)
{
    if (of == codes::Concept::volume) return codes::Dimension::volume;
    if (of == codes::Concept::ct_number) return codes::Dimension::ct_number;
    return codes::Dimension::length;
}

std::string_view units_of(codes::Dimension dimension)
{
    if (dimension == codes::Dimension::volume) return "mm3, cm3 or mL";
    if (dimension == codes::Dimension::ct_number) return "[hnsf'U]";
    return "mm, cm or um";
}

}  // namespace

Code code_in(const Json& coded, bool (*wanted)(const Code&))
{
    for (const Json& coding : part(coded, "coding")) {
        Code code = code_of_coding(coding);
        if (wanted(code)) return code;
    }
    return {};
}

Code first_code(const Json& coded)
{
    Code code = code_of_coding(part(part(coded, "coding"), std::size_t{0}));
    if (code.meaning.empty()) code.meaning = text_of(part(coded, "text"));
    return code;
}

codes::Concept measured_by(const Json& coded)
{
    for (const Json& coding : part(coded, "coding")) {
        const codes::Concept of = concept_of_coding(code_of_coding(coding));
        if (of != codes::Concept::other) return of;
    }
    return codes::Concept::other;
}

bool is_tumour_size(const Json& coded)
{
    return !code_in(coded, [](const Code& code) { return code.is("LN", tumour_size); }).empty();
}

Amount amount_of(const Json& holder, codes::Concept of, const std::string& path, Faults& faults)
{
    const Json& quantity = part(holder, "valueQuantity");
    if (!quantity.is_object()) {
        for (const auto& [key, value] : holder.items()) {
            if (!key.starts_with("value")) continue;
            faults.add(fmt::format("{}.{}", path, key),
                       fmt::format("is {}; expected valueQuantity, a number with its unit", shown(value)));
            return {};
        }
        return {{}, "no value"};
    }
    const std::string place = path + ".valueQuantity";
    const Json& number = part(quantity, "value");
    if (!number.is_number()) return {{}, number.is_null() ? "a quantity without a value" : "a value that is no number"};
    if (!part(quantity, "comparator").is_null()) return {{}, "a limit and no size (it has a comparator)"};
    const std::string unit = text_of(part(quantity, "code"));
    if (unit.empty() || scheme_of(text_of(part(quantity, "system"))) != "UCUM")
        return {{}, "its unit has no UCUM code (system http://unitsofmeasure.org)"};
    const codes::Unit known = codes::unit_of({unit, "UCUM", {}});
    const codes::Dimension dimension = dimension_of(of);
    if (known.dimension != dimension) {
        faults.add(place + ".code", fmt::format("is {}; expected a unit of what is measured: {}", shown(Json(unit)),
                                                units_of(dimension)));
        return {};
    }
    const auto thousandths = scaled_thousandths(number.dump(), known.power_of_ten);
    const bool is_size = dimension != codes::Dimension::ct_number;
    if (!thousandths || (is_size && *thousandths <= 0)) {
        faults.add(place + ".value", fmt::format("is {}; expected a size above 0", shown(number)));
        return {};
    }
    return {thousandths, {}};
}

std::string identified_by(const Json& resource, std::string_view system)
{
    for (const Json& identifier : part(resource, "identifier")) {
        if (part(identifier, "system") == system) return text_of(part(identifier, "value"));
    }
    return {};
}

}  // namespace nodtrack::exchange::fhir
