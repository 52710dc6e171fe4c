#include "nodtrack/tracker/judges.hpp"

#include <fmt/format.h>

#include <utility>

#include "nodtrack/store/policies.hpp"

namespace nodtrack::tracker {
namespace {

/// Loads each policy file once.
class Shelf {
  public:
    explicit Shelf(const store::Registry& registry) : registry_(registry) {}

    Result<std::shared_ptr<const assess::Judge>> judge_of(const std::string& sha256)
    {
        if (const auto held = held_.find(sha256); held != held_.end()) return held->second;
        const auto file = store::policy_file(registry_, sha256);
        if (!file) return tl::unexpected(file.error());
        auto policy = policy::load(file->content, policy::released_sources_json(), assess::catalogue());
        auto judge =
            policy ? assess::Judge::from(std::move(*policy)) : Result<assess::Judge>(tl::unexpected(policy.error()));
        if (!judge) {
            return failure(
                ErrorCode::registry_unusable,
                fmt::format("registry {}: this program cannot judge by the adopted policy {} {}: {}; use the "
                            "program it was adopted with, or judge by another one (--policy)",
                            registry_.file().string(), file->id, file->version, judge.error().message),
                judge.error().context);
        }
        return held_[sha256] = std::make_shared<const assess::Judge>(std::move(*judge));
    }

  private:
    const store::Registry& registry_;
    std::map<std::string, std::shared_ptr<const assess::Judge>> held_;
};

}  // namespace

Judges::Judges(const assess::Judge& everybody) : everybody_(std::shared_ptr<void>(), &everybody) {}

Judges::Judges(assess::Judge&& everybody) : everybody_(std::make_shared<const assess::Judge>(std::move(everybody))) {}

Result<Judges> Judges::of(const store::Registry& registry, std::optional<Date> known_on)
{
    const auto adoptions = store::adoptions_of(registry, known_on);
    if (!adoptions) return tl::unexpected(adoptions.error());
    std::string of_registry;
    std::map<std::string, std::string> of_patients;
    for (const store::Adoption& adoption : *adoptions)
        (adoption.patient_id.empty() ? of_registry : of_patients[adoption.patient_id]) = adoption.sha256;
    Shelf shelf(registry);
    std::optional<Judges> judges;
    if (of_registry.empty()) {
        judges.emplace(assess::Judge::released());
    } else {
        auto judge = shelf.judge_of(of_registry);
        if (!judge) return tl::unexpected(judge.error());
        judges.emplace(**judge);
        judges->everybody_ = std::move(*judge);
    }
    for (const auto& [patient_id, sha256] : of_patients) {
        if (sha256.empty()) continue;
        auto judge = shelf.judge_of(sha256);
        if (!judge) return tl::unexpected(judge.error());
        judges->of_patients_[patient_id] = std::move(*judge);
    }
    return std::move(*judges);
}

const assess::Judge& Judges::of(std::string_view patient_id) const
{
    const auto own = of_patients_.find(patient_id);
    return own == of_patients_.end() ? *everybody_ : *own->second;
}

}  // namespace nodtrack::tracker
