#include "nodtrack/domain/implausible.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "nodtrack/domain/look_alike.hpp"

namespace nodtrack {
namespace {

constexpr Length shortest_long_axis = Length::whole(1);
constexpr Length longest_long_axis = Length::whole(150);
constexpr std::int64_t most_times_long_axis = 5;
constexpr std::int64_t most_times_volume = most_times_long_axis * most_times_long_axis * most_times_long_axis;
constexpr Length thickest_slice = Length::whole(10);
constexpr Suv highest_suv = Suv::whole(50);
constexpr Attenuation_HU lowest_attenuation = Attenuation_HU::whole(-1100);
constexpr Attenuation_HU highest_attenuation = Attenuation_HU::whole(3100);

constexpr std::uint32_t no_row = std::numeric_limits<std::uint32_t>::max();

template <class Unit>
std::string text_of(Quantity<Unit> quantity)
{
    return decimal_text(quantity.thousandths());
}

template <class Unit>
bool is_times_away(Quantity<Unit> value, Quantity<Unit> earlier, std::int64_t times)
{
    if (std::min(value, earlier) <= Quantity<Unit>()) return false;
    return value.thousandths() >= times * earlier.thousandths() || earlier.thousandths() >= times * value.thousandths();
}

/// `9.8 times smaller than 8.0 mm`
template <class Unit>
std::string times_text(Quantity<Unit> value, Quantity<Unit> earlier, std::string_view unit)
{
    const std::int64_t large = std::max(value, earlier).thousandths();
    const std::int64_t small = std::min(value, earlier).thousandths();
    const std::int64_t tenths = (10 * large + small / 2) / small;
    return decimal_text(tenths * 100) + (value > earlier ? " times larger than " : " times smaller than ") +
           text_of(earlier) + std::string(unit);
}

/// The side that a row says: by its side, else by its lobe.
std::optional<Side> side_said(const Findings& findings)
{
    if (findings.side) return findings.side;
    if (findings.lobe) return side_of(*findings.lobe);
    return std::nullopt;
}

bool has_place(const Findings& findings)
{
    return findings.position_x && findings.position_y && findings.position_z;
}

/// In millimetres.
struct Place {
    double x = 0;
    double y = 0;
    double z = 0;

    Place operator-(const Place& other) const { return {x - other.x, y - other.y, z - other.z}; }
};

double distance(const Place& left, const Place& right)
{
    return std::hypot(left.x - right.x, left.y - right.y, left.z - right.z);
}

class Search {
  public:
    Search(const PatientRecord& record, Date until) : record_(record)
    {
        order_scans(until);
        order_rows();
    }

    std::vector<ImplausibleValue> found()
    {
        for (std::uint32_t rank = 0; rank < scans_.size(); ++rank)
            check_scan(rank);
        walk();
        for (std::uint32_t rank = 0; rank < scans_.size(); ++rank)
            check_pairs(rank);
        check_nodule_ids();
        return std::move(found_);
    }

  private:
    /// What earlier rows of a nodule said last; places of rows, `no_row` where none did.
    struct SoFar {
        std::uint32_t first = no_row;
        std::uint32_t long_axis = no_row;
        std::uint32_t volume = no_row;
        std::uint32_t place = no_row;
        std::uint32_t side = no_row;
        bool said_left = false;
        bool said_right = false;
    };

    const Findings& findings(std::uint32_t row) const { return record_.measurements[row].findings; }
    const Scan& scan_of(std::uint32_t row) const { return record_.scans[record_.measurements[row].scan]; }
    std::uint32_t rank_of(std::uint32_t row) const { return ranks_[record_.measurements[row].scan]; }
    /// Precondition: it has one.
    Place place_of(std::uint32_t row) const
    {
        const Findings& said = findings(row);
        return {said.position_x->in_units(), said.position_y->in_units(), said.position_z->in_units()};
    }
    const std::string& nodule_of(std::uint32_t row) const
    {
        return record_.nodule_ids[record_.measurements[row].nodule];
    }
    /// ` on 2025-01-10 (CT-1)`
    std::string when(std::uint32_t row) const
    {
        return " on " + scan_of(row).scan_date.iso() + " (" + scan_of(row).scan_id + ")";
    }

    void order_scans(Date until)
    {
        for (std::uint32_t scan = 0; scan < record_.scans.size(); ++scan) {
            if (record_.scans[scan].scan_date <= until) scans_.push_back(scan);
        }
        std::ranges::sort(scans_, [&](std::uint32_t a, std::uint32_t b) {
            const Scan& left = record_.scans[a];
            const Scan& right = record_.scans[b];
            return left.scan_date != right.scan_date ? left.scan_date < right.scan_date : left.scan_id < right.scan_id;
        });
        ranks_.assign(record_.scans.size(), no_row);
        for (std::uint32_t rank = 0; rank < scans_.size(); ++rank)
            ranks_[scans_[rank]] = rank;
    }

    /// Rows by scan, then by nodule id: those of a rank are `order_[begins_[rank]]` up to `begins_[rank + 1]`.
    void order_rows()
    {
        begins_.assign(scans_.size() + 1, 0);
        const auto count = static_cast<std::uint32_t>(record_.measurements.size());
        for (std::uint32_t row = 0; row < count; ++row) {
            if (rank_of(row) != no_row) ++begins_[rank_of(row) + 1];
        }
        std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
        order_.resize(begins_.back());
        std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
        for (std::uint32_t row = 0; row < count; ++row) {
            if (rank_of(row) != no_row) order_[next[rank_of(row)]++] = row;
        }
        const auto by_nodule = [&](std::uint32_t a, std::uint32_t b) { return nodule_of(a) < nodule_of(b); };
        for (std::uint32_t rank = 0; rank < scans_.size(); ++rank) {
            const auto begin = order_.begin() + begins_[rank];
            const auto end = order_.begin() + begins_[rank + 1];
            if (!std::is_sorted(begin, end, by_nodule)) std::stable_sort(begin, end, by_nodule);
        }
    }

    void check_scan(std::uint32_t rank)
    {
        const Scan& scan = record_.scans[scans_[rank]];
        if (scan.slice_thickness && *scan.slice_thickness > thickest_slice) {
            add(RowKind::scan, {scans_[rank]}, "slice_thickness_mm",
                text_of(*scan.slice_thickness) + " mm is above " + text_of(thickest_slice) + " mm",
                "give the reconstructed slice thickness in millimetres");
        }
        for (std::uint32_t other = rank; other-- > 0;) {
            if (record_.scans[scans_[other]].scan_date != scan.scan_date) break;
            check_same_sizes(other, rank);
        }
    }

    /// The first row of a scan with a long axis and the other scan's row of that nodule, where every size that the scan
    /// gives of a nodule is given by the other one too.
    std::vector<std::uint32_t> sizes_also_on(std::uint32_t rank, std::uint32_t other) const
    {
        std::vector<std::uint32_t> same;
        for (std::uint32_t i = begins_[rank]; i < begins_[rank + 1]; ++i) {
            const Findings& said = findings(order_[i]);
            if (!said.long_axis) continue;
            const auto has_same = [&](std::uint32_t row) {
                const Findings& there = findings(row);
                const auto same_or_not_said = [](const auto& one, const auto& two) { return !one || one == two; };
                return record_.measurements[row].nodule == record_.measurements[order_[i]].nodule &&
                       said.long_axis == there.long_axis && same_or_not_said(said.short_axis, there.short_axis) &&
                       same_or_not_said(said.volume, there.volume);
            };
            const auto end = order_.begin() + begins_[other + 1];
            const auto found = std::find_if(order_.begin() + begins_[other], end, has_same);
            if (found == end) return {};
            if (same.empty()) same = {order_[i], *found};
        }
        return same;
    }

    void check_same_sizes(std::uint32_t earlier, std::uint32_t later)
    {
        if (record_.scans[scans_[earlier]].modality != record_.scans[scans_[later]].modality) return;
        std::vector<std::uint32_t> same = sizes_also_on(later, earlier);
        if (same.empty()) same = sizes_also_on(earlier, later);
        if (same.empty()) return;
        std::string message = "every size on " + scan_of(same.front()).scan_id + " is that on " +
                              scan_of(same.back()).scan_id + ", a scan of the same day, " +
                              scan_of(same.front()).scan_date.iso();
        add(RowKind::measurement, std::move(same), "scan_id", std::move(message),
            "write the known id where it is the same scan");
    }

    void walk()
    {
        prior_place_.assign(record_.measurements.size(), no_row);
        so_far_.resize(record_.nodule_ids.size());
        for (const std::uint32_t row : order_) {
            SoFar& so_far = so_far_[record_.measurements[row].nodule];
            if (so_far.first == no_row) so_far.first = row;
            check_long_axis(row, so_far);
            check_volume(row, so_far);
            check_side(row, so_far);
            check_values(row);
            if (has_place(findings(row))) prior_place_[row] = std::exchange(so_far.place, row);
        }
    }

    void check_long_axis(std::uint32_t row, SoFar& so_far)
    {
        const std::optional<Length>& size = findings(row).long_axis;
        if (!size) return;
        const std::uint32_t prior = std::exchange(so_far.long_axis, row);
        const bool out = *size < shortest_long_axis || *size > longest_long_axis;
        const bool away = prior != no_row && is_times_away(*size, *findings(prior).long_axis, most_times_long_axis);
        if (!out && !away) return;
        std::string message = text_of(*size) + " mm is ";
        if (*size < shortest_long_axis) message += "under " + text_of(shortest_long_axis) + " mm";
        if (*size > longest_long_axis) message += "above " + text_of(longest_long_axis) + " mm";
        if (out && away) message += " and ";
        if (away) message += times_text(*size, *findings(prior).long_axis, " mm") + when(prior);
        std::vector<std::uint32_t> rows = {row};
        if (away) rows.push_back(prior);
        add(RowKind::measurement, std::move(rows), "long_axis_mm", std::move(message),
            "check the decimal point, the unit (millimetres) and the nodule");
    }

    void check_volume(std::uint32_t row, SoFar& so_far)
    {
        const std::optional<Volume>& volume = findings(row).volume;
        if (!volume) return;
        const std::uint32_t prior = std::exchange(so_far.volume, row);
        if (prior == no_row || !is_times_away(*volume, *findings(prior).volume, most_times_volume)) return;
        add(RowKind::measurement, {row, prior}, "volume_mm3",
            text_of(*volume) + " mm3 is " + times_text(*volume, *findings(prior).volume, " mm3") + when(prior),
            "check the decimal point, the unit (cubic millimetres) and the nodule");
    }

    void check_side(std::uint32_t row, SoFar& so_far)
    {
        const std::optional<Side> side = side_said(findings(row));
        if (!side) return;
        const bool is_left = *side == Side::left;
        bool& same_said = is_left ? so_far.said_left : so_far.said_right;
        const bool other_said = is_left ? so_far.said_right : so_far.said_left;
        const std::uint32_t last = std::exchange(so_far.side, row);
        if (!std::exchange(same_said, true) && other_said) {
            add(RowKind::measurement, {row, last}, findings(row).side ? "side" : "lobe",
                std::string(word(*side)) + ", but every earlier row says " + (is_left ? "right" : "left") + ", last" +
                    when(last),
                "correct the side, or the nodule");
        }
    }

    void check_values(std::uint32_t row)
    {
        const Findings& said = findings(row);
        if (said.suv_max && *said.suv_max > highest_suv) {
            add(RowKind::measurement, {row}, "suv_max", text_of(*said.suv_max) + " is above " + text_of(highest_suv),
                "give the SUVmax by body weight");
        }
        if (said.mean_attenuation &&
            (*said.mean_attenuation < lowest_attenuation || *said.mean_attenuation > highest_attenuation)) {
            add(RowKind::measurement, {row}, "mean_hu",
                text_of(*said.mean_attenuation) + " HU is outside " + text_of(lowest_attenuation) + " to " +
                    text_of(highest_attenuation),
                "give the mean in Hounsfield units");
        }
    }

    void check_pairs(std::uint32_t rank)
    {
        for (std::uint32_t i = begins_[rank]; i < begins_[rank + 1]; ++i) {
            for (std::uint32_t j = i + 1; j < begins_[rank + 1]; ++j) {
                if (record_.measurements[order_[i]].nodule != record_.measurements[order_[j]].nodule)
                    check_exchanged(order_[i], order_[j]);
            }
        }
    }

    /// By their places. Sizes alone are each other's by chance too often to be asked about.
    void check_exchanged(std::uint32_t left, std::uint32_t right)
    {
        if (prior_place_[left] == no_row || prior_place_[right] == no_row) return;
        const auto [left_prior, right_prior] = on_one_scan(left, right, prior_place_);
        if (left_prior != no_row) check_places(left, right, left_prior, right_prior);
    }

    /// The newest earlier rows of both nodules that are on one scan. Precondition: `prior` holds for both.
    std::pair<std::uint32_t, std::uint32_t> on_one_scan(std::uint32_t left, std::uint32_t right,
                                                        const std::vector<std::uint32_t>& prior) const
    {
        left = prior[left];
        right = prior[right];
        while (left != no_row && right != no_row) {
            if (rank_of(left) == rank_of(right)) return {left, right};
            std::uint32_t& newer = rank_of(left) > rank_of(right) ? left : right;
            newer = prior[newer];
        }
        return {no_row, no_row};
    }

    void check_places(std::uint32_t left, std::uint32_t right, std::uint32_t left_prior, std::uint32_t right_prior)
    {
        const auto nearer = [&](std::uint32_t row, std::uint32_t to, std::uint32_t than) {
            return distance(place_of(row), place_of(to)) < distance(place_of(row), place_of(than));
        };
        const bool crosswise = nearer(left, right_prior, left_prior) && nearer(right, left_prior, right_prior);
        // The zero of the coordinates moves from scan to scan, which moves all places alike. What it leaves is the way
        // from one nodule to the other.
        const Place then = place_of(right_prior) - place_of(left_prior);
        const Place turned = place_of(left) - place_of(right);
        const bool reversed = distance(turned, then) < distance(then, Place()) / 2;
        if (!crosswise && !reversed) return;
        add(RowKind::measurement, {left, right, left_prior, right_prior}, "position_x_mm",
            nodule_of(left) + " and " + nodule_of(right) + " each lie nearer to the other's place" + when(left_prior) +
                " than to their own",
            "exchange the two nodules' rows where they were mixed up");
    }

    /// Of two that look alike the one that was seen first is taken for the known one.
    void check_nodule_ids()
    {
        if (so_far_.size() < 2) return;
        LookAlikeIds known;
        for (const std::uint32_t row : order_) {
            if (so_far_[record_.measurements[row].nodule].first != row) continue;
            if (const auto other = known.like(nodule_of(row))) {
                const auto place = std::ranges::find(record_.nodule_ids, *other) - record_.nodule_ids.begin();
                add(RowKind::measurement, {row, so_far_[static_cast<std::size_t>(place)].first}, "nodule_id",
                    look_alike_message("nodule", nodule_of(row), *other), look_alike_remedy);
            }
            known.add(nodule_of(row));
        }
    }

    void add(RowKind kind, std::vector<std::uint32_t> rows, std::string_view column, std::string message,
             std::string_view remedy)
    {
        found_.push_back({kind, std::move(rows), column, std::move(message), remedy});
    }

    const PatientRecord& record_;
    std::vector<std::uint32_t> scans_;   ///< by rank: date, then scan id
    std::vector<std::uint32_t> ranks_;   ///< of scans; `no_row` where not seen
    std::vector<std::uint32_t> order_;   ///< rows by rank
    std::vector<std::uint32_t> begins_;  ///< of each rank in `order_`
    std::vector<SoFar> so_far_;          ///< of nodules
    std::vector<std::uint32_t> prior_place_;
    std::vector<ImplausibleValue> found_;
};

}  // namespace

std::string question_of(const ImplausibleValue& value)
{
    std::string question = value.message;
    question += "; ";
    question += value.remedy;
    question += or_confirm;
    return question;
}

std::vector<ImplausibleValue> implausible_values(const PatientRecord& record, Date until)
{
    return Search(record, until).found();
}

std::string look_alike_message(std::string_view kind, std::string_view id, std::string_view known)
{
    std::string message = "'";
    message += id;
    message += "' differs from the known ";
    message += kind;
    message += " '";
    message += known;
    message += "' by case, look-alike letters or leading zeros alone";
    return message;
}

}  // namespace nodtrack
