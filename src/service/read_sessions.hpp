#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/tracker/access.hpp"
#include "nodtrack/tracker/judges.hpp"
#include "nodtrack/tracker/patient_history.hpp"

namespace nodtrack::service {

/// What one request reads with: connections of its own with their statements prepared, so that it never waits for a
/// writer.
struct ReadSession {
    store::Registry registry;       ///< for what reads by a registry; never written through
    store::PatientReader patients;  ///< its view is that of the request
    tracker::AccessReader access;
    tracker::HistoryReader history;
    report::AssessmentJsons assessment_json;  ///< the texts of the rules, rendered once
    store::DeliveryNumber newest = 0;         ///< in that view
    /// Which policy judges whom, by that view; and what tells whether that changed.
    tracker::Judges judges;
    std::string newest_adoption{};

    /// Takes a view of all that is committed by now.
    Result<void> renew();
};

/// The failure where the registry of the service's start is not at its place any more.
tl::unexpected<Error> registry_was_replaced();

/// Sessions are used again, the one left last first: its pages are the warmest.
class ReadSessionPool {
  public:
    /// `home`, which must outlive this, is the registry as it was when the service began.
    explicit ReadSessionPool(const store::Registry& home) : home_(home) {}

    /// A session with a view of all that is committed by now; it comes back by itself.
    class Lease {
      public:
        Lease(ReadSessionPool& read_sessions, std::unique_ptr<ReadSession> session)
            : read_sessions_(&read_sessions), session_(std::move(session))
        {}
        Lease(Lease&& other) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease()
        {
            if (session_) read_sessions_->take_back(std::move(session_));
        }
        ReadSession& operator*() const { return *session_; }
        ReadSession* operator->() const { return session_.get(); }

      private:
        ReadSessionPool* read_sessions_;
        std::unique_ptr<ReadSession> session_;
    };
    Result<Lease> borrow();

    /// Closes those that are not in use.
    void close();

  private:
    void take_back(std::unique_ptr<ReadSession> session);

    const store::Registry& home_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<ReadSession>> idle_;
};

}  // namespace nodtrack::service
