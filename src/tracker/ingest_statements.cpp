#include "nodtrack/tracker/ingest_statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "link_plan.hpp"
#include "nodtrack/store/change.hpp"
#include "retraction_plan.hpp"

namespace nodtrack::tracker {
namespace {

/// The failure of the statements, with whatever is wrong with the rows.
Error refused(store::Registry& registry, const Delivery& delivery, const store::Provenance& provenance,
              IngestOptions options, std::vector<std::string> problems)
{
    options.dry_run = true;
    std::vector<std::string> lines;
    std::vector<std::string> questions;
    if (const auto rows = ingest(registry, delivery, provenance, options); !rows) {
        lines = rows.error().context;
        questions = rows.error().questions;
    }
    std::ranges::move(problems, std::back_inserter(lines));
    std::string message = fmt::format("{} problem{}; nothing was stored", lines.size(), lines.size() == 1 ? "" : "s");
    return Error{ErrorCode::bad_input, std::move(message), std::move(lines), std::move(questions)};
}

/// Stores statements one delivery after another, within a group.
class StatementStoring {
  public:
    StatementStoring(store::Registry& registry, const store::Provenance& provenance)
        : registry_(registry), provenance_(provenance)
    {}

    Result<void> rows_in_error(const store::NewVersions& rows)
    {
        if (rows.empty()) return {};
        return in_delivery("entered in error, as an export tells; the next deliveries say why",
                           [&](store::Change& change) { return change.store_rows(rows); });
    }

    /// Those of one round and reason together: an answer comes after what it answers.
    Result<void> links(const std::vector<LinkPlan::Step>& steps)
    {
        std::map<std::pair<std::size_t, std::string>, std::vector<store::IdentityLink>> by_delivery;
        for (const LinkPlan::Step& step : steps)
            by_delivery[{step.round, step.reason}].push_back(step.link);
        for (const auto& [round_and_reason, links] : by_delivery) {
            const auto done =
                in_delivery(round_and_reason.second, [&](store::Change& change) { return change.store_links(links); });
            if (!done) return done;
        }
        return {};
    }

    /// Those of one scope and reason together, in the order given.
    Result<void> retractions(std::span<const RetractionPlan::Step> steps)
    {
        while (!steps.empty()) {
            const RetractionPlan::Step& first = steps.front();
            std::vector<store::Retraction> together;
            for (const RetractionPlan::Step& step : steps) {
                const bool is_same = step.reason == first.reason && step.retraction.scope == first.retraction.scope;
                if (!is_same) break;
                together.push_back(step.retraction);
            }
            const auto done =
                in_delivery(first.reason, [&](store::Change& change) { return change.store_retractions(together); });
            if (!done) return done;
            steps = steps.subspan(together.size());
        }
        return {};
    }

    /// Of the first delivery stored.
    std::optional<store::DeliveryNumber> first() const { return first_; }

  private:
    template <class Work>
    Result<void> in_delivery(const std::string& reason, Work&& work)
    {
        store::Provenance provenance = provenance_;
        provenance.reason = reason;
        Result<store::Change> change = store::Change::begin(registry_, provenance);
        if (!change) return tl::unexpected<Error>(change.error());
        if (const Result<void> done = work(*change); !done) return done;
        const Result<store::DeliveryNumber> stored = change->commit();
        if (!stored) return tl::unexpected<Error>(stored.error());
        if (!first_) first_ = *stored;
        return {};
    }

    store::Registry& registry_;
    const store::Provenance& provenance_;
    std::optional<store::DeliveryNumber> first_;
};

struct Plans {
    LinkPlan links;
    RetractionPlan retractions;

    std::vector<std::string> problems() const
    {
        std::vector<std::string> all = links.problems;
        std::ranges::copy(retractions.problems, std::back_inserter(all));
        return all;
    }
    void tell(IngestReport& report) const
    {
        report.links = {links.steps.size(), links.unchanged};
        report.retractions = {retractions.added, retractions.unchanged};
        std::ranges::copy(retractions.warnings, std::back_inserter(report.warnings));
    }
};

Result<Plans> plans_of(const store::Registry& registry, Delivery& delivery, const interop::Statements& statements)
{
    Result<LinkPlan> links = plan_links(registry, statements.links, delivery);
    if (!links) return tl::unexpected<Error>(links.error());
    Result<RetractionPlan> retractions = plan_retractions(registry, statements, delivery);
    if (!retractions) return tl::unexpected<Error>(retractions.error());
    return Plans{std::move(*links), std::move(*retractions)};
}

}  // namespace

Result<IngestReport> ingest_with_statements(store::Registry& registry, Delivery& delivery,
                                            const interop::Statements& statements, const store::Provenance& provenance,
                                            const IngestOptions& options)
{
    if (statements.empty()) return ingest(registry, delivery, provenance, options);
    // Begun before anything is compared, so that no other program stores in between.
    std::optional<store::ChangeGroup> group;
    if (!options.dry_run) {
        Result<store::ChangeGroup> begun = store::ChangeGroup::begin(registry);
        if (!begun) return tl::unexpected<Error>(begun.error());
        group.emplace(std::move(*begun));
    }
    const Result<Plans> plans = plans_of(registry, delivery, statements);
    if (!plans) return tl::unexpected<Error>(plans.error());
    if (std::vector<std::string> problems = plans->problems(); !problems.empty()) {
        return tl::unexpected<Error>(refused(registry, delivery, provenance, options, std::move(problems)));
    }
    Result<IngestReport> report = ingest(registry, delivery, provenance, options);
    if (!report) return report;
    plans->tell(*report);
    if (!group) return report;
    StatementStoring storing(registry, provenance);
    if (const auto done = storing.links(plans->links.steps); !done) return tl::unexpected<Error>(done.error());
    if (const auto done = storing.rows_in_error(plans->retractions.rows); !done) {
        return tl::unexpected<Error>(done.error());
    }
    if (const auto done = storing.retractions(plans->retractions.steps); !done) {
        return tl::unexpected<Error>(done.error());
    }
    if (!report->delivery_no) report->delivery_no = storing.first();
    if (const Result<void> stored = group->commit(); !stored) return tl::unexpected<Error>(stored.error());
    return report;
}

}  // namespace nodtrack::tracker
