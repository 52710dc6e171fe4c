#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "nodtrack/domain/strict_json.hpp"
#include "nodtrack/tracker/pacs.hpp"

namespace nodtrack::tracker {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int longest_patience_s = 60;
constexpr std::size_t longest_name = 32;

/// A text of a PACS, and what it is called in the file.
struct TextMember {
    const char* name;
    std::string (*get)(const Pacs&);
    void (*set)(Pacs&, std::string);
};

// A URL is checked as one that is typed: nothing else is ever connected to.
const TextMember text_members[] = {
    {"name", [](const Pacs& pacs) { return pacs.name; }, [](Pacs& pacs, std::string text) { pacs.name = text; }},
    {"dicomweb", [](const Pacs& pacs) { return pacs.dicomweb_url; },
     [](Pacs& pacs, std::string text) { pacs.dicomweb_url = text; }},
    {"ae", [](const Pacs& pacs) { return pacs.is_web() ? std::string() : pacs.address(); },
     [](Pacs& pacs, std::string text) { pacs.ae_title = text; }},
    {"calling", [](const Pacs& pacs) { return pacs.calling_ae_title; },
     [](Pacs& pacs, std::string text) { pacs.calling_ae_title = text; }},
    {"ca", [](const Pacs& pacs) { return pacs.ca.string(); }, [](Pacs& pacs, std::string text) { pacs.ca = text; }},
    {"cert", [](const Pacs& pacs) { return pacs.certificate.string(); },
     [](Pacs& pacs, std::string text) { pacs.certificate = text; }},
    {"key", [](const Pacs& pacs) { return pacs.key.string(); }, [](Pacs& pacs, std::string text) { pacs.key = text; }},
};

tl::unexpected<Error> unusable(const fs::path& file, const std::string& why)
{
    return failure(ErrorCode::registry_unusable,
                   fmt::format("the list of PACSs '{}' {}; mend it, or take it away and enter the PACSs anew by "
                               "'nodtrack pacs add'",
                               file.string(), why));
}

bool is_name(const std::string& name)
{
    return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.';
    });
}

Result<void> check(const Pacs& pacs)
{
    if (!is_name(pacs.name))
        return failure(ErrorCode::bad_input, fmt::format("'{}' cannot be the name of a PACS: 1 to {} of A-Z, a-z, 0-9, "
                                                         "'-', '_' and '.'",
                                                         pacs.name, longest_name));
    if (pacs.patience_s < 1 || pacs.patience_s > longest_patience_s)
        return failure(ErrorCode::usage,
                       fmt::format("a call is given up after 1 to {} seconds without an answer, not {}",
                                   longest_patience_s, pacs.patience_s));
    return exchange::check_pacs(pacs);
}

/// The address as text, taken apart as one that is typed.
Result<void> take_address(Pacs& pacs)
{
    if (pacs.is_web()) return exchange::take_dicomweb_url(pacs, std::string(pacs.dicomweb_url));
    return exchange::take_ae(pacs, std::string(pacs.ae_title));
}

Result<Pacs> pacs_of(const ordered_json& entry)
{
    Pacs pacs;
    const auto wrong = [](const std::string& why) { return failure(ErrorCode::bad_input, why); };
    if (!entry.is_object()) return wrong("has an entry that is no object");
    for (const auto& [key, value] : entry.items()) {
        if (key == "patience_s" && value.is_number_integer()) {
            pacs.patience_s = static_cast<int>(std::clamp<std::int64_t>(value.get<std::int64_t>(), 0, 1000));
            continue;
        }
        const auto member = std::find_if(std::begin(text_members), std::end(text_members),
                                         [&](const TextMember& one) { return key == one.name; });
        if (member == std::end(text_members) || !value.is_string())
            return wrong(fmt::format("has a member \"{}\" that is not known, or of another type", key));
        member->set(pacs, value.get<std::string>());
    }
    if (const auto taken = take_address(pacs); !taken) return tl::unexpected<Error>(taken.error());
    if (const auto checked = check(pacs); !checked) return tl::unexpected<Error>(checked.error());
    return pacs;
}

ordered_json json_of(const Pacs& pacs)
{
    ordered_json entry;
    for (const TextMember& member : text_members) {
        if (const std::string text = member.get(pacs); !text.empty()) entry[member.name] = text;
    }
    entry["patience_s"] = pacs.patience_s;
    return entry;
}

/// For this user alone, and whole: written beside it and moved.
Result<void> write(const fs::path& file, const std::vector<Pacs>& all)
{
    ordered_json list = {{"nodtrack_pacs", 1}, {"pacs", ordered_json::array()}};
    for (const Pacs& pacs : all)
        list["pacs"].push_back(json_of(pacs));
    const std::string text = list.dump(2) + "\n";
    const fs::path part = file.string() + ".part" + std::to_string(::getpid());
    const int out = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    const bool written =
        out >= 0 && ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(out) == 0;
    const bool closed = out >= 0 && ::close(out) == 0;
    if (written && closed && ::rename(part.c_str(), file.c_str()) == 0) return {};
    const std::string why = std::strerror(errno);
    ::unlink(part.c_str());
    return failure(
        ErrorCode::registry_unusable,
        fmt::format("the list of PACSs '{}' cannot be written ({}); nothing was changed", file.string(), why));
}

/// Who can write this file says where patients' objects are sent.
Result<bool> may_be_trusted(const fs::path& file)
{
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0) {
        if (errno == ENOENT) return false;
        return unusable(file, fmt::format("cannot be read ({})", std::strerror(errno)));
    }
    if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return unusable(file, "can be written by other users, who could send patients' data elsewhere (chmod 600)");
    return true;
}

}  // namespace

fs::path pacs_file(const fs::path& registry_file)
{
    return registry_file.string() + ".pacs.json";
}

Result<std::vector<Pacs>> pacs_list(const fs::path& registry_file)
{
    const fs::path file = pacs_file(registry_file);
    const auto is_there = may_be_trusted(file);
    if (!is_there) return tl::unexpected<Error>(is_there.error());
    std::vector<Pacs> all;
    if (!*is_there) return all;
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    constexpr int deepest = 4;
    const auto list = parsed_strictly<ordered_json>(text, "it", deepest);
    if (!list) return unusable(file, "is damaged: " + list.error().message);
    if (!list->is_object() || list->value("nodtrack_pacs", 0) != 1 || !list->contains("pacs") ||
        !list->at("pacs").is_array() || list->size() != 2)
        return unusable(file, "is no list of PACSs of this version (\"nodtrack_pacs\": 1, \"pacs\": [...])");
    for (const ordered_json& entry : list->at("pacs")) {
        auto pacs = pacs_of(entry);
        if (!pacs) return unusable(file, "is damaged: " + pacs.error().message);
        if (std::ranges::count(all, pacs->name, &Pacs::name) > 0)
            return unusable(file, "is damaged: has '" + pacs->name + "' twice");
        all.push_back(std::move(*pacs));
    }
    std::ranges::sort(all, {}, &Pacs::name);
    return all;
}

Result<Pacs> pacs_named(const fs::path& registry_file, const std::string& name)
{
    const auto all = pacs_list(registry_file);
    if (!all) return tl::unexpected<Error>(all.error());
    std::string names;
    for (const Pacs& pacs : *all) {
        if (pacs.name == name) return pacs;
        names += (names.empty() ? "" : ", ") + pacs.name;
    }
    return failure(ErrorCode::not_found,
                   fmt::format("there is no PACS '{}'; {}", name,
                               names.empty() ? "enter one by 'nodtrack pacs add'" : "there are: " + names));
}

Result<void> add_pacs(const fs::path& registry_file, Pacs pacs)
{
    if (const auto checked = check(pacs); !checked) return checked;
    for (const fs::path* file : {&pacs.ca, &pacs.certificate, &pacs.key}) {
        std::error_code error;
        if (!file->empty() && !fs::is_regular_file(*file, error))
            return failure(ErrorCode::not_found, "'" + file->string() + "': there is no such file");
    }
    auto all = pacs_list(registry_file);
    if (!all) return tl::unexpected<Error>(all.error());
    if (std::ranges::count(*all, pacs.name, &Pacs::name) > 0)
        return failure(ErrorCode::bad_input,
                       fmt::format("there is a PACS '{}' already; remove it first ('nodtrack pacs remove {}'), or take "
                                   "another name",
                                   pacs.name, pacs.name));
    all->push_back(std::move(pacs));
    std::ranges::sort(*all, {}, &Pacs::name);
    return write(pacs_file(registry_file), *all);
}

Result<void> remove_pacs(const fs::path& registry_file, const std::string& name)
{
    if (const auto known = pacs_named(registry_file, name); !known) return tl::unexpected<Error>(known.error());
    auto all = pacs_list(registry_file);
    if (!all) return tl::unexpected<Error>(all.error());
    std::erase_if(*all, [&](const Pacs& pacs) { return pacs.name == name; });
    return write(pacs_file(registry_file), *all);
}

}  // namespace nodtrack::tracker
