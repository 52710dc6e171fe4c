#include "write_queue.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "nodtrack/store/change.hpp"

namespace nodtrack::service {
namespace {

constexpr std::size_t most_in_a_group = 64;

void run(store::Registry& registry, WriteQueue::Write& write)
{
    try {
        write.outcome = write.work(registry);
    } catch (...) {
        write.fault = std::current_exception();
    }
}

/// A failure of the group is one of each that thought it was stored.
void fail(WriteQueue::Group group, const Error& error)
{
    for (WriteQueue::Write* write : group) {
        if (write->outcome && !write->fault) write->outcome = tl::unexpected(error);
    }
}

}  // namespace

void store_together(store::Registry& registry, WriteQueue::Group group)
{
    if (group.size() == 1) {
        run(registry, *group.front());
        return;
    }
    auto changes = store::ChangeGroup::begin(registry);
    if (!changes) {
        fail(group, changes.error());
        return;
    }
    for (WriteQueue::Write* write : group)
        run(registry, *write);
    if (const auto committed = changes->commit(); !committed) fail(group, committed.error());
}

/// The first that waits, and those after it as long as no patient is in two of them.
std::vector<WriteQueue::Write*> WriteQueue::next_group()
{
    const std::vector<std::string>& of_first = waiting_.front()->patients;
    std::set<std::string_view> patients(of_first.begin(), of_first.end());
    const auto joins = [&](const Write& write) {
        const auto is_taken = [&](const std::string& patient) { return patients.contains(patient); };
        return !write.patients.empty() && std::ranges::none_of(write.patients, is_taken);
    };
    std::size_t count = 1;
    const std::size_t most = of_first.empty() ? 1 : std::min(waiting_.size(), most_in_a_group);
    for (; count < most && joins(*waiting_[count]); ++count)
        patients.insert(waiting_[count]->patients.begin(), waiting_[count]->patients.end());
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<Write*> group(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    return group;
}

Result<store::DeliveryNumber> WriteQueue::store(const std::vector<std::string>& patients, const Storing& work)
{
    Write write{patients, work};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&write);
    while (!write.is_done) {
        if (storing_) {
            turn_.wait(lock);
            continue;
        }
        storing_ = true;
        const std::vector<Write*> group = next_group();
        lock.unlock();
        std::exception_ptr fault;
        try {
            store_group_(group);
        } catch (...) {
            fault = std::current_exception();
        }
        lock.lock();
        storing_ = false;
        for (Write* done : group) {
            if (fault) done->fault = fault;
            done->is_done = true;
        }
        turn_.notify_all();
    }
    if (write.fault) std::rethrow_exception(write.fault);
    return write.outcome;
}

}  // namespace nodtrack::service
