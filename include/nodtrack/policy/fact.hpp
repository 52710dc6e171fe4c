#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace nodtrack::policy {

/// Three-valued logic; the order makes `all` the least and `any` the greatest of its parts (Kleene).
enum class Truth : std::int8_t { no = -1, unknown = 0, yes = 1 };

/// What a fact is about.
enum class Scope : std::uint8_t { nodule, patient };

/// What a fact can say.
enum class FactType : std::uint8_t {
    yes_no,
    number,        ///< with a unit; lengths are compared in whole micrometres
    word,          ///< one of a list
    ordered_word,  ///< one of a list that runs from least to most concern
    rule           ///< the id of a nodule rule
};

/// A fact that a policy file may name: one documented function of timeline and parameters.
struct FactDeclaration {
    std::string_view name;
    Scope scope = Scope::nodule;
    FactType type = FactType::yes_no;
    std::string_view unit;                    ///< `mm`, `days`, `months`, `1`; empty unless a number
    std::span<const std::string_view> words;  ///< of a word fact, in order
    std::string_view meaning;
};

/// The value of a fact: known or not. Numbers are held in thousandths of the unit where they are decimal quantities
/// (exact), words as their position in the list, yes/no as 1 and 0.
struct FactValue {
    double value = 0.0;
    bool known = false;

    static FactValue unknown() { return {}; }
    static FactValue number(double thousandths) { return {thousandths, true}; }
    static FactValue whole(std::int64_t count) { return {static_cast<double>(count) * 1000.0, true}; }
    static FactValue yes_no(bool answer) { return {answer ? 1.0 : 0.0, true}; }
    template <class Enumeration>
    static FactValue word(Enumeration enumerator)
    {
        return {static_cast<double>(enumerator), true};
    }
    bool is_yes() const { return known && value != 0.0; }
    std::size_t index() const { return static_cast<std::size_t>(value); }
};

/// The closed vocabulary of facts: what a policy may name. Facts of a scope are numbered by their place in the span.
struct FactCatalogue {
    std::span<const FactDeclaration> nodule;
    std::span<const FactDeclaration> patient;

    std::span<const FactDeclaration> of(Scope scope) const { return scope == Scope::nodule ? nodule : patient; }
};

/// The facts of one patient, for evaluation: patient facts, and those of each judged nodule, one after the other.
struct FactTable {
    std::span<const FactValue> patient;
    std::span<const FactValue> nodules;  ///< `count` rows of `width` values
    std::size_t width = 0;
    std::size_t count = 0;

    std::span<const FactValue> nodule(std::size_t i) const { return nodules.subspan(i * width, width); }
};

}  // namespace nodtrack::policy
