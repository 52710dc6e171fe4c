#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "nodtrack/assess/judge.hpp"
#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

/// Which policy judges whom: the one that was adopted for the patient, else the one adopted for the registry, else the
/// one released with this program. The judges stay where they are while a copy of this lives.
class Judges {
  public:
    /// Everybody by this one, which must outlive it.
    Judges(const assess::Judge& everybody);
    /// Everybody by this one.
    explicit Judges(assess::Judge&& everybody);
    /// As adopted by now, or by what was recorded on or before `known_on`. Fails with `registry_unusable` where an
    /// adopted policy is not as it was stored, or this program cannot load it: nobody is judged by another one unasked.
    static Result<Judges> of(const store::Registry& registry, std::optional<Date> known_on = std::nullopt);

    const assess::Judge& of(std::string_view patient_id) const;
    bool has_own(std::string_view patient_id) const { return of_patients_.contains(patient_id); }
    /// That of all patients for whom no other was adopted.
    const assess::Judge& of_registry() const { return *everybody_; }

  private:
    using Shared = std::shared_ptr<const assess::Judge>;
    Shared everybody_;
    std::map<std::string, Shared, std::less<>> of_patients_;
};

}  // namespace nodtrack::tracker
