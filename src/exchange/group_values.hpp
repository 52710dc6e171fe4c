#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "nodtrack/exchange/reported_nodules.hpp"
#include "report_codes.hpp"

namespace nodtrack::exchange {

/// Text of a file for a message: without control characters, and not without end.
std::string printable(const std::string& text);
/// `'Long Axis' (SCT 103339001)`
std::string in_words(const Code& code);

/// Takes the numbers of one group into a nodule. What is not taken goes to `left_out`, with `group` as its name.
class GroupValues {
  public:
    GroupValues(const std::string& group, ReportedNodule& nodule, std::vector<LeftOut>& left_out)
        : group_(group), nodule_(nodule), left_out_(left_out)
    {}

    /// Looks at one NUM item.
    void take(const ContentItem& item);
    /// After the last: a length that is not called an axis is the long one where there is no other.
    void finish();
    bool any() const;

  private:
    template <class Amount>
    void put(std::optional<Amount>& place, Amount amount, codes::Concept what, const ContentItem& item);
    void take_length(const ContentItem& item, codes::Concept what, std::int64_t micrometres);
    void leave_out(const ContentItem& item, const std::string& why);

    const std::string& group_;
    ReportedNodule& nodule_;
    std::vector<LeftOut>& left_out_;
    std::optional<Length> one_diameter_;
    std::optional<Drawn> one_line_;
    std::set<codes::Concept> contradicted_;  ///< of these the group has two values, and none is taken
    bool is_ambiguous_ = false;              ///< several lengths, none of them called an axis
};

}  // namespace nodtrack::exchange
