#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nodtrack/assess/ledger.hpp"
#include "nodtrack/domain/record_schema.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/images.hpp"
#include "nodtrack/store/links.hpp"
#include "nodtrack/store/policies.hpp"
#include "nodtrack/store/registry.hpp"
#include "nodtrack/store/retractions.hpp"

namespace nodtrack::store {

/// A row to be stored as the given version of its key.
template <class Row>
struct RowVersion {
    const Row* row = nullptr;
    Version version = 1;
};

template <RowKind kind>
using NewVersionsOf = std::vector<RowVersion<RowOf<kind>>>;

/// The rows of one delivery that are new or say something new, each vector in the order of the keys (`key_order`).
/// The key of a measurement is the observation's: the nodule id it was reported under.
struct NewVersions : PerKind<NewVersionsOf> {
    bool empty() const
    {
        bool none = true;
        for_each_kind([&]<RowKind kind>() { none = none && RowSchema<kind>::list(*this).empty(); });
        return none;
    }
};

/// What the program said of one patient, kept as said.
struct SavedAssessment {
    std::string patient_id;
    std::optional<Date> known_on;  ///< where the assessment looked back
    /// What it recommends. Without a rule where it was kept by schema 1: then only day and policy are filled.
    assess::Proposal proposal;
    std::string json;
    DeliveryNumber delivery_no = 0;  ///< given by the store
    std::string recorded_at;         ///< of that delivery; filled when read
};

using assess::LedgerDecision;
struct Tombstone;

/// One delivery or edit being recorded: a transaction that holds the registry's only write lock. All of it is stored
/// by `commit`, with one entry of the chained log, or nothing is.
class Change {
  public:
    /// Waits for another writer, up to a minute; then fails with `registry_unusable`.
    static Result<Change> begin(Registry& registry, const Provenance& provenance);

    Change(Change&&) noexcept;
    Change& operator=(Change&&) noexcept;
    /// Rolls back what was not committed.
    ~Change();

    DeliveryNumber delivery_no() const;

    /// Adds to why it is recorded. Precondition: nothing is stored in the change yet.
    void add_reason(std::string_view reason);

    /// Each of these may be called once a change. Fails with `internal` where rows are out of order or it is called
    /// twice: a fault of the caller. After a failure the change can only be dropped.
    /// `decisions`: those made in view of a recommendation, beside the rows' own.
    Result<void> store_rows(const NewVersions& rows, std::span<const LedgerDecision> decisions = {});
    Result<void> store_links(std::span<const IdentityLink> links);
    /// Each becomes the next version of its observation's image.
    Result<void> store_images(std::span<const NoduleImage> images);
    /// They cover what was recorded before this change, not what it stores itself.
    Result<void> store_retractions(std::span<const Retraction> retractions);
    Result<void> store_assessments(std::span<const SavedAssessment> assessments);
    /// That policies judge the registry or patients from now on, and the files of them that are not kept yet.
    Result<void> store_adoptions(std::span<const Adoption> adoptions, std::span<const PolicyFile> new_files);
    /// Of rows that are erased in this change (erase.hpp).
    Result<void> store_tombstones(std::span<const Tombstone> tombstones);
    /// Not together with rows of decisions, which stand in the same table: `store_rows` takes both.
    Result<void> store_decisions(std::span<const LedgerDecision> decisions);

    /// Durable when it returns; in a `ChangeGroup`, when that is committed.
    Result<DeliveryNumber> commit();

  private:
    struct State;
    explicit Change(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Changes that become durable together, by one commit: each is stored whole or not at all, as without a group. They
/// must be of different patients, because readers see them only afterwards.
class ChangeGroup {
  public:
    /// Holds the registry's only write lock; waits for it as `Change::begin` does.
    static Result<ChangeGroup> begin(Registry& registry);

    ChangeGroup(ChangeGroup&&) noexcept;
    ChangeGroup& operator=(ChangeGroup&&) = delete;
    /// Rolls back what was not committed.
    ~ChangeGroup();

    /// Durable when it returns. After a failure nothing of the group is stored.
    Result<void> commit();

  private:
    explicit ChangeGroup(Registry& registry) : registry_(&registry) {}
    Registry* registry_;  ///< null when it is over
};

/// Whose record the deliveries after `after` up to `upto` changed; absent where that is not known.
Result<std::optional<std::vector<std::string>>> patients_written(const Registry& registry, DeliveryNumber after,
                                                                 DeliveryNumber upto);

/// Saved assessments of one patient, oldest first.
Result<std::vector<SavedAssessment>> assessments_of(const Registry& registry, std::string_view patient_id);

/// The ledger of one patient: decisions made in view of a recommendation, in the order they were recorded. Rows of
/// schema 1, which have no kind, are left out.
Result<std::vector<LedgerDecision>> decisions_of(const Registry& registry, std::string_view patient_id);

}  // namespace nodtrack::store
