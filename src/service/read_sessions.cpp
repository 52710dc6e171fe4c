#include "read_sessions.hpp"

#include <utility>

#include "nodtrack/store/policies.hpp"

namespace nodtrack::service {
namespace {

constexpr std::size_t most_idle = 32;

Result<std::unique_ptr<ReadSession>> new_session(const std::filesystem::path& file)
{
    auto registry = store::Registry::open(file, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    auto patients = store::PatientReader::open(*registry);
    if (!patients) return tl::unexpected(patients.error());
    auto access = tracker::AccessReader::open(*registry);
    if (!access) return tl::unexpected(access.error());
    auto history = tracker::HistoryReader::open(*registry);
    if (!history) return tl::unexpected(history.error());
    auto newest_adoption = store::newest_adoption(*registry);
    if (!newest_adoption) return tl::unexpected(newest_adoption.error());
    auto judges = tracker::Judges::of(*registry);
    if (!judges) return tl::unexpected(judges.error());
    return std::make_unique<ReadSession>(ReadSession{std::move(*registry),
                                                     std::move(*patients),
                                                     std::move(*access),
                                                     std::move(*history),
                                                     {},
                                                     0,
                                                     std::move(*judges),
                                                     std::move(*newest_adoption)});
}

}  // namespace

Result<void> ReadSession::renew()
{
    const auto seen = patients.renew();
    if (!seen) return tl::unexpected(seen.error());
    newest = *seen;
    auto adoption = store::newest_adoption(registry);
    if (!adoption) return tl::unexpected(adoption.error());
    if (*adoption == newest_adoption) return {};
    auto adopted = tracker::Judges::of(registry);
    if (!adopted) return tl::unexpected(adopted.error());
    assessment_json.clear();
    judges = std::move(*adopted);
    newest_adoption = std::move(*adoption);
    return {};
}

tl::unexpected<Error> registry_was_replaced()
{
    return failure(ErrorCode::registry_unusable,
                   "another file was put in the place of the registry, or it was moved away: what this service would "
                   "say is of the old one; start the service again");
}

Result<ReadSessionPool::Lease> ReadSessionPool::borrow()
{
    if (home_.was_replaced()) {
        return registry_was_replaced();
    }
    std::unique_ptr<ReadSession> session;
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            session = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!session) {
        auto made = new_session(home_.file());
        if (!made) return tl::unexpected(made.error());
        session = std::move(*made);
    }
    if (const auto renewed = session->renew(); !renewed) return tl::unexpected(renewed.error());
    return Lease(*this, std::move(session));
}

void ReadSessionPool::take_back(std::unique_ptr<ReadSession> session)
{
    // A view that is held keeps the write-ahead log from being emptied.
    if (!session->patients.release()) return;
    const std::lock_guard lock(mutex_);
    if (idle_.size() < most_idle) idle_.push_back(std::move(session));
}

void ReadSessionPool::close()
{
    const std::lock_guard lock(mutex_);
    idle_.clear();
}

}  // namespace nodtrack::service
