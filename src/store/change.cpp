#include "nodtrack/store/change.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "audited_tables.hpp"
#include "connection.hpp"
#include "coverage.hpp"
#include "decision_columns.hpp"
#include "image_columns.hpp"
#include "kept_request.hpp"
#include "layout.hpp"
#include "link_columns.hpp"
#include "nodtrack/domain/text.hpp"
#include "recording.hpp"
#include "write_value.hpp"

namespace nodtrack::store {

struct Change::State {
    const std::filesystem::path& file;
    Registry::Connection& connection;
    DeliveryNumber delivery_no = 0;
    std::string previous_sha256;
    std::string entry;
    Provenance provenance;
    bool delivery_stored = false;
    bool rows_stored = false;
    bool decisions_stored = false;
    bool finished = false;
    std::vector<std::string> patients{};  ///< whose record it changes

    void concerns(std::string_view patient_id)
    {
        if (patients.empty() || patients.back() != patient_id) patients.emplace_back(patient_id);
    }
    void note_patients();

    StatementCache& statements() { return connection.statements; }

    template <class Row>
    void append(const std::vector<RowVersion<Row>>& rows)
    {
        if (rows.empty()) return;
        RecordedTable table = table_for<Row>();
        const Row* previous = nullptr;
        for (const auto& [row, version] : rows) {
            // The hash goes by the order of the keys, so an order of its own would look like tampering later.
            if (previous != nullptr && key_order(*previous, *row) >= 0) {
                throw std::logic_error("rows to be stored are not in order of their keys");
            }
            previous = row;
            concerns(patient_id_of(*row));
            if constexpr (Row::kind == RowKind::decision) {
                write_decision(table, *row, delivery_no);
            } else {
                write_row(table, *row, version, delivery_no);
            }
        }
        close(Row::kind == RowKind::decision ? "decision" : table_of<Row>, table);
    }

    template <class Row>
    RecordedTable table_for()
    {
        if constexpr (Row::kind == RowKind::decision) {
            return decision_table();
        } else {
            return {statements(), fmt::format("{} ({})", table_of<Row>, column_list<Row>()), stored_columns<Row>};
        }
    }

    /// Decisions of the record and of the ledger, in the order in which they are hashed.
    void append_decisions(const std::vector<RowVersion<DecisionRow>>& rows, std::span<const LedgerDecision> decisions);

    /// Decisions stand in the ledger's table.
    RecordedTable decision_table()
    {
        if (decisions_stored) throw std::logic_error("decisions were stored twice in one change");
        decisions_stored = true;
        return {statements(), "decision", static_cast<int>(decision_columns().size())};
    }

    void close(std::string_view table, RecordedTable& rows)
    {
        if (rows.rows() > 0) entry += log_line(table, rows.rows(), rows.digest());
    }

    /// Everything stored refers to the delivery, which is stored first and once.
    void store_delivery()
    {
        if (std::exchange(delivery_stored, true)) return;
        const std::string recorded_on = provenance.today.iso();
        RecordedTable table(statements(), "delivery", 6);
        table.integer(delivery_no).text(provenance.recorded_at).text(recorded_on);
        table.text(provenance.actor).text(provenance.door).text_or_null(provenance.reason).end_row();
        close("delivery", table);
    }

    /// What `work` does is part of the change, or the whole change fails.
    template <class Work>
    Result<void> recording(Work&& work)
    {
        return catching_sqlite(file, [&]() -> Result<void> {
            store_delivery();
            work();
            return {};
        });
    }
};

namespace {

/// Versions are numbered on also where those before were entered in error.
Version next_image_version(StatementCache& statements, const ObservationKey& observation)
{
    StatementUse newest = statements.of(
        "SELECT coalesce(max(version), 0) + 1 FROM nodule_image WHERE patient_id = ? AND scan_id = ? AND "
        "observation_id = ?");
    newest->bind(1, observation.patient_id);
    newest->bind(2, observation.scan_id);
    newest->bind(3, observation.observation_id);
    return newest->step() ? static_cast<Version>(newest->integer(0)) : 1;
}

bool is_in_transaction(const Registry::Connection& connection)
{
    return sqlite3_get_autocommit(connection.database.getHandle()) == 0;
}

tl::unexpected<Error> group_is_lost(const std::filesystem::path& file)
{
    return failure(ErrorCode::registry_unusable,
                   fmt::format("registry {}: another change that was stored at the same time failed, and this one with "
                               "it; nothing was stored: do it again",
                               file.string()));
}

}  // namespace

Result<Change> Change::begin(Registry& registry, const Provenance& provenance)
{
    if (provenance.actor.empty() || provenance.door.empty() || provenance.recorded_at.empty()) {
        return failure(ErrorCode::internal, "nothing can be recorded without who, when and through which door");
    }
    if (holds_control_character(provenance.reason, true)) {
        return failure(ErrorCode::bad_input,
                       "reason: holds a control character; write printable characters, tabs and line breaks only. "
                       "Nothing was stored");
    }
    return catching_sqlite(registry.file(), [&]() -> Result<Change> {
        Registry::Connection& connection = registry.connection();
        auto state = std::make_unique<State>(State{.file = registry.file(),
                                                   .connection = connection,
                                                   .previous_sha256 = {},
                                                   .entry = {},
                                                   .provenance = provenance});
        // A full disk ends a whole group.
        if (connection.grouping && !is_in_transaction(connection)) return group_is_lost(registry.file());
        connection.statements.of(connection.grouping ? "SAVEPOINT change" : "BEGIN IMMEDIATE")->run();
        Change change(std::move(state));
        State& begun = *change.state_;
        if (provenance.request && is_request_kept(begun.statements(), *provenance.request, provenance.recorded_at)) {
            return failure(ErrorCode::conflict, "a request with this key was done already; nothing was stored");
        }
        StatementUse next = begun.statements().of("SELECT coalesce(max(delivery_no), 0) + 1 FROM delivery");
        next->step();
        begun.delivery_no = next->integer(0);
        StatementUse last =
            begun.statements().of("SELECT entry_sha256 FROM change_log ORDER BY delivery_no DESC LIMIT 1");
        begun.previous_sha256 = last->step() ? last->text(0) : chain_start();
        return change;
    });
}

Change::Change(std::unique_ptr<State> state) : state_(std::move(state)) {}
Change::Change(Change&&) noexcept = default;
Change& Change::operator=(Change&&) noexcept = default;

Change::~Change()
{
    // After some failures (a full disk) SQLite has rolled back by itself.
    if (!state_ || state_->finished || !is_in_transaction(state_->connection)) return;
    state_->connection.database.tryExec(state_->connection.grouping ? "ROLLBACK TO change; RELEASE change"
                                                                    : "ROLLBACK");
}

DeliveryNumber Change::delivery_no() const
{
    return state_->delivery_no;
}

void Change::add_reason(std::string_view reason)
{
    std::string& said = state_->provenance.reason;
    if (!said.empty() && !reason.empty()) said += "; ";
    said += reason;
}

namespace {

/// `decision_order`, within one delivery.
using DecisionPlace = std::tuple<std::string, std::string, std::string, std::string>;

DecisionPlace place_of(const LedgerDecision& decision)
{
    return {decision.patient_id, decision.decided_on.iso(),
            std::string(assess::ledger_kind_words[static_cast<std::size_t>(decision.kind)]), decision.decided_by};
}

DecisionPlace place_of(const DecisionRow& row)
{
    const nodtrack::Decision& decision = row.decision;
    return {std::string(row.patient_id), decision.decided_on.iso(), std::string(word(decision.kind)),
            decision.decided_by};
}

}  // namespace

void Change::State::append_decisions(const std::vector<RowVersion<DecisionRow>>& rows,
                                     std::span<const LedgerDecision> decisions)
{
    if (decisions.empty()) return append(rows);
    std::map<DecisionPlace, std::pair<const DecisionRow*, const LedgerDecision*>> sorted;
    for (const RowVersion<DecisionRow>& version : rows)
        sorted[place_of(*version.row)].first = version.row;
    for (const LedgerDecision& decision : decisions)
        sorted[place_of(decision)].second = &decision;
    RecordedTable table = decision_table();
    for (const auto& [place, decision] : sorted) {
        concerns(std::get<0>(place));
        if (decision.second != nullptr) {
            write_decision(table, *decision.second, delivery_no);
        } else {
            write_decision(table, *decision.first, delivery_no);
        }
    }
    close("decision", table);
}

Result<void> Change::store_rows(const NewVersions& rows, std::span<const LedgerDecision> decisions)
{
    return state_->recording([&] {
        if (state_->rows_stored) throw std::logic_error("rows were stored twice in one change");
        state_->rows_stored = true;
        for_each_kind([&]<RowKind kind>() {
            if constexpr (kind == RowKind::decision) {
                state_->append_decisions(rows.decisions, decisions);
            } else {
                state_->append(RowSchema<kind>::list(rows));
            }
        });
    });
}

Result<void> Change::store_links(std::span<const IdentityLink> links)
{
    return state_->recording([&] {
        std::vector<const IdentityLink*> sorted;
        for (const IdentityLink& link : links)
            sorted.push_back(&link);
        std::ranges::sort(sorted, {}, [](const IdentityLink* link) {
            const ObservationKey& key = link->observation;
            return std::tuple(std::string_view(key.patient_id), std::string_view(key.scan_id),
                              std::string_view(key.observation_id), link->link_no);
        });
        RecordedTable table(state_->statements(), "identity_link", link_column_count);
        for (const IdentityLink* link : sorted) {
            const ObservationKey& key = link->observation;
            state_->concerns(key.patient_id);
            table.text(key.patient_id).text(key.scan_id).text(key.observation_id).integer(link->link_no);
            table.integer(state_->delivery_no);
            link->answers ? table.integer(*link->answers) : table.null();
            table.text(link->nodule_id).text(word(link->how)).text(word(link->state));
            link->confidence_permille ? table.integer(*link->confidence_permille) : table.null();
            table.text(link->made_by);
            link->nodule_state ? table.text(word(*link->nodule_state)) : table.null();
            const std::string state_date = iso_or_empty(link->state_date);
            table.text_or_null(link->other_nodule_id).text_or_null(state_date).end_row();
        }
        state_->close("identity_link", table);
    });
}

Result<void> Change::store_images(std::span<const NoduleImage> images)
{
    return state_->recording([&] {
        std::vector<const NoduleImage*> sorted;
        for (const NoduleImage& image : images)
            sorted.push_back(&image);
        std::ranges::sort(sorted, {}, [](const NoduleImage* image) {
            return std::tie(image->observation.patient_id, image->observation.scan_id,
                            image->observation.observation_id, image->version);
        });
        RecordedTable table(state_->statements(), "nodule_image", image_column_count);
        for (const NoduleImage* image : sorted) {
            state_->concerns(image->observation.patient_id);
            NoduleImage next = *image;
            next.version = next_image_version(state_->statements(), image->observation);
            write_image(table, next, state_->delivery_no);
        }
        state_->close("nodule_image", table);
    });
}

Result<void> Change::store_retractions(std::span<const Retraction> retractions)
{
    return state_->recording([&] {
        std::vector<const Retraction*> sorted;
        for (const Retraction& retraction : retractions)
            sorted.push_back(&retraction);
        std::ranges::stable_sort(sorted, {},
                                 [](const Retraction* retraction) { return std::string_view(retraction->patient_id); });
        RecordedTable table(state_->statements(), "retraction", retraction_column_count);
        std::string_view patient;
        std::int64_t item_no = 0;
        for (const Retraction* retraction : sorted) {
            item_no = patient == retraction->patient_id ? item_no + 1 : 1;
            patient = retraction->patient_id;
            state_->concerns(retraction->patient_id);
            const bool is_row = retraction->scope == RetractionScope::row;
            table.text(retraction->patient_id).integer(state_->delivery_no).integer(item_no);
            table.text(word(retraction->scope)).text_or_null(is_row ? row_noun(retraction->kind) : std::string_view());
            table.text_or_null(retraction->row_key).text_or_null(retraction->scan_id);
            retraction->retracted_delivery_no > 0 ? table.integer(retraction->retracted_delivery_no) : table.null();
            table.text_or_null(retraction->moved_to).end_row();
        }
        state_->close("retraction", table);
    });
}

Result<void> Change::store_adoptions(std::span<const Adoption> adoptions, std::span<const PolicyFile> new_files)
{
    return state_->recording([&] {
        std::vector<const PolicyFile*> files;
        for (const PolicyFile& file : new_files)
            files.push_back(&file);
        std::ranges::sort(files, {}, [](const PolicyFile* file) { return std::string_view(file->sha256); });
        RecordedTable kept(state_->statements(), "policy_file", 5);
        for (const PolicyFile* file : files) {
            kept.text(file->sha256).integer(state_->delivery_no).text(file->id).text(file->version);
            kept.text(file->content).end_row();
        }
        state_->close("policy_file", kept);
        std::vector<const Adoption*> sorted;
        for (const Adoption& adoption : adoptions)
            sorted.push_back(&adoption);
        std::ranges::sort(sorted, {}, [](const Adoption* adoption) { return std::string_view(adoption->patient_id); });
        RecordedTable of_registry(state_->statements(), "policy_adoption", 2);
        RecordedTable of_patients(state_->statements(), "patient_policy", 3);
        for (const Adoption* adoption : sorted) {
            if (adoption->patient_id.empty()) {
                of_registry.integer(state_->delivery_no).text(adoption->sha256).end_row();
                continue;
            }
            state_->concerns(adoption->patient_id);
            of_patients.text(adoption->patient_id)
                .integer(state_->delivery_no)
                .text_or_null(adoption->sha256)
                .end_row();
        }
        state_->close("policy_adoption", of_registry);
        state_->close("patient_policy", of_patients);
    });
}

Result<void> Change::store_tombstones(std::span<const Tombstone> tombstones)
{
    return state_->recording([&] {
        std::vector<const Tombstone*> sorted;
        for (const Tombstone& tombstone : tombstones)
            sorted.push_back(&tombstone);
        std::ranges::sort(sorted, {}, [](const Tombstone* tombstone) {
            return std::tuple(std::string_view(tombstone->table_name), tombstone->of_no);
        });
        RecordedTable table(state_->statements(), "erasure", 6);
        for (const Tombstone* tombstone : sorted) {
            table.text(tombstone->table_name).integer(tombstone->of_no).integer(state_->delivery_no);
            table.integer(tombstone->rows_erased).integer(tombstone->rows_left).text(tombstone->left_sha256).end_row();
        }
        state_->close("erasure", table);
    });
}

Result<void> Change::store_assessments(std::span<const SavedAssessment> assessments)
{
    return state_->recording([&] {
        std::vector<const SavedAssessment*> sorted;
        for (const SavedAssessment& assessment : assessments)
            sorted.push_back(&assessment);
        std::ranges::sort(sorted, {}, [](const SavedAssessment* saved) {
            const assess::Proposal& proposal = saved->proposal;
            return std::tuple(std::string_view(saved->patient_id), proposal.as_of, std::string_view(proposal.policy_id),
                              std::string_view(proposal.policy_version));
        });
        RecordedTable table(state_->statements(), "assessment", 15);
        for (const SavedAssessment* saved : sorted) {
            const assess::Proposal& proposal = saved->proposal;
            state_->concerns(saved->patient_id);
            const std::string as_of = proposal.as_of.iso();
            const std::string known_on = iso_or_empty(saved->known_on);
            const std::string due_date = iso_or_empty(proposal.due_date);
            const std::string safety_net = iso_or_empty(proposal.safety_net_ct_date);
            table.text(saved->patient_id).text(as_of).text(proposal.policy_id).text(proposal.policy_version);
            table.integer(state_->delivery_no).text(proposal.policy_sha256).text_or_null(known_on).text(saved->json);
            table.text_or_null(proposal.index_scan_id).text(assess::word_of(proposal.action)).text_or_null(due_date);
            table.text_or_null(safety_net).text_or_null(proposal.rule).text_or_null(proposal.patient_class);
            table.text_or_null(proposal.nodules).end_row();
        }
        state_->close("assessment", table);
    });
}

Result<void> Change::store_decisions(std::span<const LedgerDecision> decisions)
{
    return state_->recording([&] {
        std::vector<const LedgerDecision*> sorted;
        for (const LedgerDecision& decision : decisions)
            sorted.push_back(&decision);
        std::ranges::sort(sorted, {}, [](const LedgerDecision* decision) { return place_of(*decision); });
        RecordedTable table = state_->decision_table();
        for (const LedgerDecision* decision : sorted) {
            state_->concerns(decision->patient_id);
            write_decision(table, *decision, state_->delivery_no);
        }
        state_->close("decision", table);
    });
}

void Change::State::note_patients()
{
    std::ranges::sort(patients);
    patients.erase(std::unique(patients.begin(), patients.end()), patients.end());
    StatementUse insert = statements().of("INSERT INTO delivery_patient (delivery_no, patient_id) VALUES (?, ?)");
    for (const std::string& patient : patients) {
        insert->bind(1, delivery_no);
        insert->bind(2, patient);
        insert->run();
    }
}

Result<std::optional<std::vector<std::string>>> patients_written(const Registry& registry, DeliveryNumber after,
                                                                 DeliveryNumber upto)
{
    using Found = std::optional<std::vector<std::string>>;
    return catching_sqlite(registry.file(), [&]() -> Result<Found> {
        // An older program that has the file open still leaves no rows here: then nobody knows whom it wrote to.
        StatementUse count = registry.connection().statements.of(
            "SELECT count(DISTINCT delivery_no) FROM delivery_patient WHERE delivery_no > ? AND delivery_no <= ?");
        count->bind(1, after);
        count->bind(2, upto);
        if (!count->step() || count->integer(0) != upto - after) return Found();
        StatementUse row = registry.connection().statements.of(
            "SELECT DISTINCT patient_id FROM delivery_patient WHERE delivery_no > ? AND delivery_no <= ? ORDER BY "
            "patient_id");
        row->bind(1, after);
        row->bind(2, upto);
        std::vector<std::string> patients;
        while (row->step())
            patients.emplace_back(row->text(0));
        return Found(std::move(patients));
    });
}

Result<ChangeGroup> ChangeGroup::begin(Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<ChangeGroup> {
        Registry::Connection& connection = registry.connection();
        connection.statements.of("BEGIN IMMEDIATE")->run();
        connection.grouping = true;
        return ChangeGroup(registry);
    });
}

ChangeGroup::ChangeGroup(ChangeGroup&& other) noexcept : registry_(std::exchange(other.registry_, nullptr)) {}

ChangeGroup::~ChangeGroup()
{
    if (registry_ == nullptr) return;
    Registry::Connection& connection = registry_->connection();
    connection.grouping = false;
    if (is_in_transaction(connection)) connection.database.tryExec("ROLLBACK");
}

Result<void> ChangeGroup::commit()
{
    return catching_sqlite(registry_->file(), [&]() -> Result<void> {
        Registry::Connection& connection = registry_->connection();
        if (!is_in_transaction(connection)) return group_is_lost(registry_->file());
        connection.statements.of("COMMIT")->run();
        connection.grouping = false;
        registry_ = nullptr;
        return {};
    });
}

Result<DeliveryNumber> Change::commit()
{
    return catching_sqlite(state_->file, [&]() -> Result<DeliveryNumber> {
        state_->store_delivery();
        const std::string sha256 = chained_sha256(state_->previous_sha256, state_->entry);
        {
            StatementUse log = state_->statements().of(
                "INSERT INTO change_log (delivery_no, entry, previous_sha256, entry_sha256) VALUES (?, ?, ?, ?)");
            log->bind(1, state_->delivery_no);
            log->bind(2, state_->entry);
            log->bind(3, state_->previous_sha256);
            log->bind(4, sha256);
            log->run();
        }
        state_->note_patients();
        if (const std::optional<RequestKey>& request = state_->provenance.request) {
            keep_request(state_->statements(), *request, state_->provenance.recorded_at, state_->delivery_no);
        }
        state_->statements().of(state_->connection.grouping ? "RELEASE change" : "COMMIT")->run();
        state_->finished = true;
        return state_->delivery_no;
    });
}

}  // namespace nodtrack::store
