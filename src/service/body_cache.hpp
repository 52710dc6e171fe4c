#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nodtrack/store/occasion.hpp"

namespace nodtrack::service {

/// A rendered answer.
struct Body {
    std::shared_ptr<const std::string> text;
    std::string etag;  ///< with its quotes
};

/// Rendered answers, the least lately used going first. An answer holds as long as nothing it rests on was recorded
/// since: for one patient's answer that is a delivery of this process to that patient, or any delivery of another
/// process; for an answer about all patients any delivery. Safe for several threads.
class BodyCache {
  public:
    using Delivery = store::DeliveryNumber;

    explicit BodyCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    /// The answer kept under `key`, by somebody whose view of the registry has `newest` as its newest delivery. It
    /// rests on `patient`; empty: on all.
    std::optional<Body> find(std::string_view key, std::string_view patient, Delivery newest);
    /// Keeps an answer rendered by that view.
    void keep(std::string_view key, std::string_view patient, Delivery newest, const Body& body);

    /// While it lives this process is storing something: a delivery that is not told of yet may be its own.
    class Writing {
      public:
        explicit Writing(BodyCache& cache);
        Writing(const Writing&) = delete;
        Writing& operator=(const Writing&) = delete;
        ~Writing();
        /// It was stored, for these patients alone; none named: for any.
        void stored(Delivery delivery, const std::vector<std::string>& patients);

      private:
        BodyCache& cache_;
    };

    /// Who was written to by the deliveries after `from` up to `to`; absent where that is not known.
    std::optional<std::vector<std::string>> patients_written(Delivery from, Delivery to);

    std::size_t bytes() const;

  private:
    struct Entry {
        std::string key;
        std::string patient;
        Delivery newest = 0;
        Body body;
        std::size_t size() const { return body.text->size() + 2 * key.size() + 256; }
    };
    using Entries = std::list<Entry>;

    void notice(Delivery newest);
    void forget_patients();
    bool holds(const Entry& entry) const;
    void drop(Entries::iterator entry);

    mutable std::mutex mutex_;
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    Entries entries_;  ///< the latest used first
    std::unordered_map<std::string_view, Entries::iterator> by_key_;
    int writing_ = 0;
    Delivery known_ = 0;  ///< deliveries up to this are accounted for
    Delivery floor_ = 0;  ///< answers older than this hold no more
    std::unordered_map<std::string, Delivery> written_;
    std::vector<std::pair<Delivery, std::string>> deliveries_;  ///< of this process since `floor_`
};

}  // namespace nodtrack::service
