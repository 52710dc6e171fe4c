#pragma once

#include <string>

#include "fhir/terms.hpp"
#include "nodtrack/domain/record_schema.hpp"

namespace nodtrack::exchange::fhir {

/// The columns of a row that R4 has no element for, as one extension with one part a column; null where there is none.
/// Amounts are decimals, days dates, words codes, everything else texts.
template <RowKind kind>
OrderedJson row_extension_of(const ValuesOf<kind>& values)
{
    OrderedJson parts = OrderedJson::array();
    for_each_field(RowSchema<kind>::fields, [&]<class Owner, class Member>(const Field<Owner, Member>& field) {
        if constexpr (std::is_same_v<Owner, ValuesOf<kind>>) {
            using Value = BareOf<Member>;
            const Member& value = values.*field.member;
            if (!is_known(value) || is_element(kind, field.column)) return;
            OrderedJson part{{"url", field.column}};
            const std::string text = text_of_value(value);
            if constexpr (is_quantity<Value>) {
                part["valueDecimal"] = OrderedJson::parse(text);
            } else if constexpr (std::is_same_v<Value, Date>) {
                part["valueDate"] = text;
            } else if constexpr (std::is_enum_v<Value>) {
                part["valueCode"] = text;
            } else {
                part["valueString"] = text;
            }
            parts.push_back(std::move(part));
        }
    });
    if (parts.empty()) return nullptr;
    return OrderedJson::array({{{"url", row_extension}, {"extension", std::move(parts)}}});
}

}  // namespace nodtrack::exchange::fhir
