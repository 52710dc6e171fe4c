#pragma once

#include <array>
#include <memory>
#include <nodtrack/domain/result.hpp>
#include <nodtrack/imaging/ct.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nodtrack::imaging {

struct Registration;

/// Two CTs of one patient laid on each other inside the lungs. Cheap to copy.
class RegisteredCts {
  public:
    RegisteredCts(Ct prior, Ct current, std::shared_ptr<const Registration> registration);
    const Ct& prior() const { return prior_; }
    const Ct& current() const { return current_; }
    const Registration& registration() const { return *registration_; }
    /// Where a place of the prior scan lies on the current one, mm, LPS.
    std::array<double, 3> predicted_mm(const std::array<double, 3>& prior_mm) const;
    /// Aerated lung of the current scan, relative to the prior one: 1.1 is breathed in by a tenth more.
    double lung_volume_ratio() const;
    /// How much of the prior scan's lungs lies on the current scan, as registered: 1 is all.
    double covered_lung_share() const;
    /// Whether that is all of them, but for the outermost rim, which breath moves the most.
    bool covers_lungs() const;
    /// How much of what is to be seen in the prior scan's lungs is found again where the registration says, in the
    /// middle of all places: near 1 for two CTs of one patient, near 0 where they do not fit.
    double agreement() const;
    /// Whether that is as much as of two CTs that fit, which have 0.75 to 0.93 on synthetic and real pairs; those of
    /// different chests have 0.14.
    bool agree() const;

  private:
    Ct prior_;
    Ct current_;
    std::shared_ptr<const Registration> registration_;
};

/// Registers the prior CT to the current one. Fails with `bad_input` where one of them shows no lung.
///
/// Method: global shift, linear map and a search of patches among vessels, then Gauss-Newton refinement of a smooth
/// field from coarse to fine. Only what lies inside the lungs counts; ribs and chest wall move otherwise.
Result<RegisteredCts> register_cts(Ct prior, Ct current, const Progress& progress);

enum class FollowStatus { found, not_found, uncertain };

/// One nodule of the prior scan, looked for on the current one.
struct FollowedNodule {
    std::string nodule_id;
    std::array<double, 3> predicted_mm{};
    double predicted_sd_mm = 0;  ///< of each coordinate
    FollowStatus status = FollowStatus::uncertain;
    /// The probability that the status is right: that what was found is the same nodule, or that it is not there.
    /// Where uncertain, that of the likelier of both.
    double confidence = 0;
    std::optional<std::array<double, 3>> found_mm;
    MaskMeasurement prior;
    std::optional<MaskMeasurement> current;  ///< where found, or where it may be
    NoduleMask current_mask;                 ///< the outline of `current`; empty where there is none
    std::optional<std::size_t> candidate;    ///< place in the list of candidates
    bool is_outline_doubtful = false;        ///< an outline is not where it should be: sizes are not compared
    std::vector<std::string> flags;
};

/// The codes a followed nodule's flags begin with.
namespace follow_flag {
inline constexpr auto outside_image = "outside_current_image";  ///< its predicted place is not on the current scan
inline constexpr auto outside_lung = "outside_lung";  ///< the prior place is not in the lungs: no registration there
inline constexpr auto prior_not_measured = "prior_not_measured";  ///< found by its looks alone
inline constexpr auto current_not_measured = "current_not_measured";
inline constexpr auto outline_doubtful = "outline_doubtful";  ///< drawn elsewhere than the nodule seems to lie
inline constexpr auto registration_doubtful = "registration_doubtful";  ///< the scans agree badly around it
inline constexpr auto near_edge = "near_edge_of_image";  ///< the current scan ends within the reach of the search
inline constexpr auto same_as_other = "same_place_as";   ///< another prior nodule fits better there
inline constexpr auto not_a_candidate = "not_among_candidates";  ///< found where no candidate lies
}  // namespace follow_flag

/// Looks for each nodule of the prior scan on the current one. `candidates` are places of nodules on the current scan
/// that are known; a nodule found at one of them is paired with it, each with one nodule at most. The answers come in
/// the order of the nodules.
std::vector<FollowedNodule> follow_nodules(const RegisteredCts& scans, std::span<const Seed> nodules,
                                           std::span<const Seed> candidates, const Progress& progress);

}  // namespace nodtrack::imaging
