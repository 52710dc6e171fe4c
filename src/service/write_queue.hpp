#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::service {

/// Requests that want to store something. While one waits for the disk the others gather, and what gathered is made
/// durable by one commit, as far as it is of different patients.
class WriteQueue {
  public:
    /// Returns the delivery, 0 where nothing was stored.
    using Storing = std::function<Result<store::DeliveryNumber>(store::Registry&)>;

    /// One of a group, when it is durable or has failed.
    struct Write {
        const std::vector<std::string>& patients;  ///< it changes the record of these alone; none: of any
        const Storing& work;
        Result<store::DeliveryNumber> outcome = 0;
        std::exception_ptr fault{};
        bool is_done = false;
    };
    using Group = std::span<Write* const>;

    /// Stores a group: `with_writer` gives its argument the registry while nobody else writes.
    using StoreGroup = std::function<void(Group)>;
    explicit WriteQueue(StoreGroup store_group) : store_group_(std::move(store_group)) {}

    /// Returns when `work` is done and durable. It may run on the thread of another caller.
    Result<store::DeliveryNumber> store(const std::vector<std::string>& patients, const Storing& work);

  private:
    std::vector<Write*> next_group();

    StoreGroup store_group_;
    std::mutex mutex_;
    std::condition_variable turn_;
    bool storing_ = false;
    std::vector<Write*> waiting_;  ///< the first came first
};

/// Runs the works of a group and commits them together; each outcome is what became of it.
void store_together(store::Registry& registry, WriteQueue::Group group);

}  // namespace nodtrack::service
