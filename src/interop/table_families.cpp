#include "table_families.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace nodtrack::interop {
namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// The first whole number in a name, and the name with {n} in its place; empty where there is none.
std::pair<std::string, int> numbered_name(const std::string& name)
{
    const auto begin = static_cast<std::size_t>(std::ranges::find_if(name, is_digit) - name.begin());
    std::size_t end = begin;
    while (end < name.size() && is_digit(name[end]))
        ++end;
    constexpr std::size_t most_digits = 2;
    if (begin == name.size() || end - begin > most_digits) return {};
    return {name.substr(0, begin) + "{n}" + name.substr(end), std::stoi(name.substr(begin, end - begin))};
}

}  // namespace

std::vector<Family> families_of(const Table& table)
{
    std::map<std::string, std::map<int, std::size_t>> numbered;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const auto [name, number] = numbered_name(table.columns[i]);
        if (!name.empty()) numbered[name].emplace(number, i);
    }
    std::erase_if(numbered, [](const auto& one) {
        const auto& places = one.second;
        return places.size() < 2 || places.begin()->first > 1 ||
               places.rbegin()->first - places.begin()->first + 1 != static_cast<int>(places.size());
    });
    std::vector<Family> families;
    std::set<std::string> done;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string name = numbered_name(table.columns[i]).first;
        const auto found = numbered.find(name);
        if (found == numbered.end()) {
            families.push_back({table.columns[i], {i}});
        } else if (done.insert(name).second) {
            Family& family = families.emplace_back();
            family.name = name;
            family.first = found->second.begin()->first;
            family.last = found->second.rbegin()->first;
            for (const auto& [number, column] : found->second)
                family.columns.push_back(column);
        }
    }
    return families;
}

std::string name_without_nodule(const Family& family)
{
    std::string plain = plain_name(family.name);  // {n} is gone but for its letter
    if (family.last == 0) return plain;
    static constexpr auto nodules =
        std::to_array<std::string_view>({"rundherdn", "herdn", "laesionn", "nodulen", "lesionn", "knotenn", "nn", "n"});
    for (const std::string_view nodule : nodules) {
        if (plain.starts_with(nodule)) {
            plain.erase(0, nodule.size());
            return plain.empty() ? "groesse" : plain;
        }
    }
    if (plain.ends_with('n')) plain.pop_back();  // size {n}
    return plain;
}

}  // namespace nodtrack::interop
