#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "body_cache.hpp"
#include "desks.hpp"
#include "nodtrack/assess/judge.hpp"
#include "nodtrack/tracker/worklist.hpp"

namespace nodtrack::service {

/// Worklists kept up to date: one that was made is not made again for every delivery, but the patients that were
/// written to are looked at again. Safe for several threads; two that ask for the same list make it once.
class Worklists {
  public:
    /// The whole list (`request.groups` is not looked at) by the desk's view.
    Result<std::shared_ptr<const tracker::Worklist>> list(Desk& desk, const assess::Judge& judge,
                                                          const tracker::WorklistRequest& request, BodyCache& cache);

  private:
    struct Kept {
        std::string key;
        std::mutex mutex;
        store::DeliveryNumber newest = -1;
        std::shared_ptr<const tracker::Worklist> list;
    };
    std::shared_ptr<Kept> kept(const std::string& key);

    std::mutex mutex_;
    std::list<std::shared_ptr<Kept>> lists_;  ///< the latest asked for first
};

}  // namespace nodtrack::service
