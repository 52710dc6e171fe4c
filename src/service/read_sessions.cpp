#include "read_sessions.hpp"

#include <utility>

namespace nodtrack::service {
namespace {

constexpr std::size_t most_idle = 32;

Result<std::unique_ptr<ReadSession>> new_session(const std::filesystem::path& file, const assess::Judge& judge)
{
    auto registry = store::Registry::open(file, store::Opening::read_only);
    if (!registry) return tl::unexpected(registry.error());
    auto patients = store::PatientReader::open(*registry);
    if (!patients) return tl::unexpected(patients.error());
    auto access = tracker::AccessReader::open(*registry);
    if (!access) return tl::unexpected(access.error());
    auto history = tracker::HistoryReader::open(*registry);
    if (!history) return tl::unexpected(history.error());
    return std::make_unique<ReadSession>(ReadSession{std::move(*registry), std::move(*patients), std::move(*access),
                                                     std::move(*history), report::AssessmentJson(judge), 0});
}

}  // namespace

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
        auto made = new_session(home_.file(), judge_);
        if (!made) return tl::unexpected(made.error());
        session = std::move(*made);
    }
    const auto newest = session->patients.renew();
    if (!newest) return tl::unexpected(newest.error());
    session->newest = *newest;
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
