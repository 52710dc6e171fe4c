#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "nodtrack/tracker/worklist.hpp"
#include "read_sessions.hpp"

namespace nodtrack::service {

/// Worklists kept up to date: one that was made is not made again for every delivery, but the patients that were
/// written to are looked at again. Safe for several threads; two that ask for the same list make it once.
class Worklists {
  public:
    /// The whole list (`request.groups` is not looked at) by the session's view, and by the policies that held then.
    Result<std::shared_ptr<const tracker::Worklist>> list(ReadSession& reader, const tracker::WorklistRequest& request);

  private:
    struct Kept {
        std::string key;
        std::mutex mutex;
        store::DeliveryNumber newest = -1;
        std::string entry_sha256;     ///< of that delivery: where it has another by now, the registry was turned back
        std::string newest_adoption;  ///< that it was judged by
        std::shared_ptr<const tracker::Worklist> list;
    };
    std::shared_ptr<Kept> kept(const std::string& key);
    /// Whom `reader` sees written to since the list was made; absent where it must be made anew.
    static Result<std::optional<std::vector<std::string>>> written_since(const Kept& held, const ReadSession& reader);

    std::mutex mutex_;
    std::list<std::shared_ptr<Kept>> lists_;  ///< the latest asked for first
};

}  // namespace nodtrack::service
