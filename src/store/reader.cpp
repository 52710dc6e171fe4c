#include "nodtrack/store/reader.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "connection.hpp"
#include "reader_state.hpp"

namespace nodtrack::store {

/// Connections of a registry that nobody reads with at the moment.
struct PatientReader::Idle {
    std::mutex mutex;
    std::vector<std::unique_ptr<State>> readers;
};

Result<PatientReader> PatientReader::open_upto(const Registry& registry, DeliveryNumber newest)
{
    return catching_sqlite(registry.file(), [&]() -> Result<PatientReader> {
        return PatientReader(std::make_unique<State>(registry.file(), std::nullopt, newest));
    });
}

Result<PatientReader> PatientReader::open_supposing(const Registry& registry, std::vector<Retraction> retractions)
{
    return catching_sqlite(registry.file(), [&]() -> Result<PatientReader> {
        auto state = std::make_unique<State>(registry.file());
        state->supposed = std::move(retractions);
        for (Retraction& retraction : state->supposed)
            retraction.delivery_no = state->newest_delivery + 1;
        return PatientReader(std::move(state));
    });
}

Version RecordVersions::next(RowKind kind, std::string_view key, Version held) const
{
    Version newest = held;
    for (const CoveredRow& row : covered) {
        if (row.kind == kind && row.key == key) newest = std::max(newest, row.newest);
    }
    return newest + 1;
}

bool RecordVersions::is_covered(RowKind kind, std::string_view key) const
{
    return std::ranges::any_of(covered, [&](const CoveredRow& row) { return row.kind == kind && row.key == key; });
}

Result<PatientReader> PatientReader::open(const Registry& registry, std::optional<Date> known_on)
{
    return catching_sqlite(registry.file(), [&]() -> Result<PatientReader> {
        if (known_on) return PatientReader(std::make_unique<State>(registry.file(), known_on));
        std::shared_ptr<void>& kept = registry.connection().idle_readers;
        if (!kept) kept = std::make_shared<Idle>();
        const auto idle = std::static_pointer_cast<Idle>(kept);
        std::unique_ptr<State> state;
        {
            const std::lock_guard lock(idle->mutex);
            if (!idle->readers.empty()) {
                state = std::move(idle->readers.back());
                idle->readers.pop_back();
            }
        }
        if (state) {
            state->known = state->known_deliveries();
        } else {
            state = std::make_unique<State>(registry.file(), std::nullopt);
        }
        PatientReader reader(std::move(state));
        reader.home_ = idle;
        return reader;
    });
}

PatientReader::PatientReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PatientReader::PatientReader(PatientReader&&) noexcept = default;
PatientReader& PatientReader::operator=(PatientReader&&) noexcept = default;

PatientReader::~PatientReader()
{
    constexpr std::size_t most_idle = 2;
    const auto idle = home_.lock();
    if (!state_ || !idle) return;
    try {
        state_->release();
        state_->patient_id.clear();
        const std::lock_guard lock(idle->mutex);
        if (idle->readers.size() < most_idle) idle->readers.push_back(std::move(state_));
    } catch (const std::exception&) {
        state_.reset();  // whatever is wrong with it, the next one finds out for itself
    }
}

Result<bool> PatientReader::next(PatientRecord& record)
{
    return catching_sqlite(state_->file, [&]() -> Result<bool> {
        if (!state_->started) state_->restart({});
        while (state_->patients().has_row()) {
            state_->patient_id = state_->patients().patient_id();
            if (state_->read(record)) return true;
        }
        return false;
    });
}

Result<bool> PatientReader::find(std::string_view patient_id, PatientRecord& record)
{
    return catching_sqlite(state_->file, [&]() -> Result<bool> {
        if (!state_->started || patient_id <= state_->patient_id) state_->restart(patient_id);
        state_->patient_id = patient_id;
        state_->patients().advance(patient_id);
        if (state_->patients().at(patient_id)) return state_->read(record);
        state_->versions.covered.clear();
        state_->versions.moved_to.clear();
        return false;
    });
}

Result<std::vector<std::string>> PatientReader::patient_ids() const
{
    return catching_sqlite(state_->file, [&]() -> Result<std::vector<std::string>> {
        std::vector<std::string> ids;
        SQLite::Statement select(state_->database, "SELECT DISTINCT patient_id FROM patient ORDER BY patient_id");
        while (select.executeStep())
            ids.push_back(select.getColumn(0).getString());
        return ids;
    });
}

Result<void> PatientReader::release()
{
    return catching_sqlite(state_->file, [&]() -> Result<void> {
        state_->release();
        return {};
    });
}

Result<DeliveryNumber> PatientReader::renew()
{
    return catching_sqlite(state_->file, [&]() -> Result<DeliveryNumber> {
        state_->release();
        state_->known = state_->known_deliveries();
        return state_->newest_delivery;
    });
}

const RecordVersions& PatientReader::versions() const
{
    return state_->versions;
}

const std::vector<std::vector<IdentityLink>>& PatientReader::links() const
{
    return state_->links_by_observation;
}

const std::vector<assess::LedgerDecision>& PatientReader::ledger() const
{
    return state_->ledger;
}

Result<PatientRecord> read_patient(const Registry& registry, std::string_view patient_id, std::optional<Date> known_on)
{
    Result<PatientReader> reader = PatientReader::open(registry, known_on);
    if (!reader) return tl::unexpected<Error>(reader.error());
    PatientRecord record;
    const Result<bool> found = reader->find(patient_id, record);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) {
        return failure(ErrorCode::not_found,
                       fmt::format("patient {} is not recorded{}{}", patient_id,
                                   known_on ? " on or before " + known_on->iso() : std::string(),
                                   reader->versions().moved_to.empty()
                                       ? std::string()
                                       : fmt::format("; that number is patient {} now", reader->versions().moved_to)));
    }
    return record;
}

}  // namespace nodtrack::store
