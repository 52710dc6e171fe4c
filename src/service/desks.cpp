#include "desks.hpp"

#include <utility>

#include "nodtrack/store/maintenance.hpp"

namespace nodtrack::service {
namespace {

constexpr std::size_t most_idle = 32;

Result<std::unique_ptr<Desk>> new_desk(const std::filesystem::path& file, const assess::Judge& judge)
{
    auto registry = store::Registry::open(file);
    if (!registry) return tl::unexpected(registry.error());
    if (const auto looking = store::use_for_looking_only(*registry); !looking) return tl::unexpected(looking.error());
    auto patients = store::PatientReader::open(*registry);
    if (!patients) return tl::unexpected(patients.error());
    auto access = tracker::AccessReader::open(*registry);
    if (!access) return tl::unexpected(access.error());
    auto history = tracker::HistoryReader::open(*registry);
    if (!history) return tl::unexpected(history.error());
    return std::make_unique<Desk>(Desk{std::move(*registry), std::move(*patients), std::move(*access),
                                       std::move(*history), report::AssessmentJson(judge), 0});
}

}  // namespace

Result<Desks::Lease> Desks::borrow()
{
    std::unique_ptr<Desk> desk;
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            desk = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!desk) {
        auto made = new_desk(file_, judge_);
        if (!made) return tl::unexpected(made.error());
        desk = std::move(*made);
    }
    const auto newest = desk->patients.renew();
    if (!newest) return tl::unexpected(newest.error());
    desk->newest = *newest;
    return Lease(*this, std::move(desk));
}

void Desks::take_back(std::unique_ptr<Desk> desk)
{
    // A view that is held keeps the write-ahead log from being emptied.
    if (!desk->patients.release()) return;
    const std::lock_guard lock(mutex_);
    if (idle_.size() < most_idle) idle_.push_back(std::move(desk));
}

void Desks::close()
{
    const std::lock_guard lock(mutex_);
    idle_.clear();
}

}  // namespace nodtrack::service
