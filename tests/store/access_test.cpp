#include "nodtrack/store/access.hpp"

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "connection.hpp"
#include "nodtrack/store/audit.hpp"
#include "nodtrack/store/maintenance.hpp"
#include "support.hpp"

namespace nodtrack::store {
namespace {

using namespace std::chrono_literals;
using test::provenance_on;
using test::sample_registry;
using test::TemporaryFolder;
using test::value_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA";

std::string sha256(char digit)
{
    return std::string(64, digit);
}

Instant at(std::string_view text)
{
    return instant_of(text).value();
}

Provenance provenance_at(std::string_view moment)
{
    Provenance provenance = provenance_on(moment.substr(0, 10));
    provenance.recorded_at = moment;
    return provenance;
}

class Access : public ::testing::Test {
  protected:
    Access()
    {
        value_of(insert_account(registry_, {"ada", Role::admin, false, "Ada A."}, hash, provenance_on("2026-01-01")));
        value_of(insert_account(registry_, {"ray", Role::radiologist, false, ""}, hash, provenance_on("2026-01-01")));
    }

    Account account(std::string_view name) { return value_of(reader_.account(name)).value().account; }
    void begin_session(std::string_view of, char digit, std::string_view began)
    {
        value_of(insert_session(
            registry_, {sha256(digit), std::string(of), at(began), at(began), at(began) + std::chrono::hours(12)}));
    }
    bool has_session(char digit) { return value_of(reader_.session(sha256(digit))).has_value(); }

    TemporaryFolder folder_;
    Registry registry_ = sample_registry(folder_ / "r.db");
    AccessReader reader_ = value_of(AccessReader::open(registry_));
};

TEST(Instants, AreReadAndWrittenAsTheOccasionsOfTheDoors)
{
    for (const std::string text :
         {"1970-01-01T00:00:00Z", "2026-11-20T09:00:00Z", "2024-02-29T23:59:59Z", "1969-12-31T23:59:59Z"}) {
        ASSERT_TRUE(instant_of(text)) << text;
        EXPECT_EQ(utc_text(*instant_of(text)), text);
    }
    EXPECT_EQ(at("1970-01-02T00:00:01Z").time_since_epoch().count(), 86401);
    EXPECT_EQ(instant_of("2026-11-20T09:00:00.250Z"), instant_of("2026-11-20T09:00:00Z"));
    for (const std::string_view text : {"", "2026-11-20", "2026-11-20T09:00:00", "2026-11-20 09:00:00Z",
                                        "2026-11-20T24:00:00Z", "2026-11-20T09:60:00Z", "2026-13-01T09:00:00Z",
                                        "2026-11-20T09:00:00.Z", "2026-11-20T09:00:00xZ", "2026-11-20T9:00:00Z"}) {
        EXPECT_FALSE(instant_of(text)) << text;
    }
}

TEST_F(Access, KnowsAccountsAsTheyWereMade)
{
    const Account ada = account("ada");
    EXPECT_EQ(ada, (Account{"ada", Role::admin, false, "Ada A.", "2026-01-01T08:30:00Z"}));
    EXPECT_EQ(value_of(reader_.account("ada"))->password_hash, hash);
    EXPECT_FALSE(value_of(reader_.account("nobody")).has_value());
    EXPECT_FALSE(value_of(reader_.account("")).has_value());
    EXPECT_THAT(value_of(reader_.accounts()), ElementsAre(ada, account("ray")));
    const auto taken = insert_account(registry_, {"ada", Role::board, false, ""}, hash, provenance_on("2026-01-02"));
    EXPECT_EQ(taken.error().code, ErrorCode::bad_input);
    EXPECT_EQ(account("ada").role, Role::admin) << "and the one that was there is as it was";
}

TEST_F(Access, TakesEveryRoleAndScopeOfTheProgramAndNoOther)
{
    for (const std::string& role : role_words()) {
        value_of(insert_account(registry_, {"of-" + role, *role_of_word(role), false, ""}, hash,
                                provenance_on("2026-01-01")));
        EXPECT_EQ(account("of-" + role).role, *role_of_word(role));
    }
    for (const std::string& scope : token_scope_words()) {
        ApiToken token;
        token.account = "ray";
        token.scope = *token_scope_of_word(scope);
        token.expires_on = test::day("2026-02-01");
        value_of(insert_token(registry_, token, sha256(scope.front()), provenance_on("2026-01-01")));
    }
    EXPECT_EQ(value_of(reader_.tokens("ray")).size(), token_scope_words().size());
    SQLite::Database& database = registry_.connection().database;
    for (const char* wrong : {"UPDATE account SET role = 'surgeon'", "UPDATE account SET disabled = 'maybe'",
                              "UPDATE account SET name = ''", "UPDATE account SET password_hash = 'plain text'",
                              "UPDATE api_token SET scope = 'all'", "UPDATE api_token SET token_sha256 = 'short'",
                              "UPDATE api_token SET account = 'nobody'", "DELETE FROM account WHERE name = 'ray'"}) {
        EXPECT_THROW(database.exec(wrong), SQLite::Exception) << wrong;
    }
}

TEST_F(Access, NeverLosesTheLastAdminWhoCanSignIn)
{
    const Provenance now = provenance_on("2026-01-02");
    EXPECT_EQ(set_role(registry_, "ada", Role::board, now).error().code, ErrorCode::bad_input);
    EXPECT_EQ(set_disabled(registry_, "ada", true, now).error().code, ErrorCode::bad_input);
    value_of(set_role(registry_, "ray", Role::admin, now));
    value_of(set_disabled(registry_, "ray", true, now));
    EXPECT_EQ(set_role(registry_, "ada", Role::board, now).error().code, ErrorCode::bad_input)
        << "the other admin cannot sign in";
    value_of(set_disabled(registry_, "ray", false, now));
    value_of(set_role(registry_, "ada", Role::board, now));
    EXPECT_EQ(account("ada").role, Role::board);
    EXPECT_EQ(set_disabled(registry_, "ray", true, now).error().code, ErrorCode::bad_input);
    EXPECT_EQ(set_role(registry_, "nobody", Role::board, now).error().code, ErrorCode::not_found);
    EXPECT_EQ(set_disabled(registry_, "nobody", true, now).error().code, ErrorCode::not_found);
}

TEST_F(Access, RecordsEveryChangeOfAnAccountOnceAndForEver)
{
    const Provenance now = provenance_on("2026-01-02");
    value_of(set_role(registry_, "ray", Role::board, now));
    value_of(set_role(registry_, "ray", Role::board, now));  // says nothing new
    value_of(set_disabled(registry_, "ray", true, now));
    value_of(set_disabled(registry_, "ray", false, now));
    value_of(set_password(registry_, "ray", hash, now));
    ApiToken token;
    token.account = "ray";
    token.expires_on = test::day("2026-02-01");
    const std::int64_t token_no = value_of(insert_token(registry_, token, sha256('a'), now));
    value_of(revoke_token(registry_, "ray", token_no, now));
    EXPECT_FALSE(set_role(registry_, "ada", Role::board, now)) << "what is refused leaves no entry";

    std::vector<std::string> said;
    for (const AccountChange& change : value_of(account_changes(registry_, "ray"))) {
        said.push_back(change.what + (change.detail.empty() ? "" : ": " + change.detail));
        EXPECT_EQ(change.actor, "ab");
        EXPECT_EQ(change.door, "test");
    }
    EXPECT_THAT(said, ElementsAre("added: radiologist", "role: radiologist to board", "disabled", "enabled", "password",
                                  "token_added: 1, read, until 2026-02-01", "token_revoked: 1"));
    EXPECT_EQ(value_of(account_changes(registry_, "")).size(), said.size() + 1);
    const std::vector<std::pair<std::string, std::string>> tables = {
        {"account_change", "detail"}, {"patient_read", "route"}, {"secret", "name"}};
    for (const auto& [table, column] : tables) {
        SQLite::Database& database = registry_.connection().database;
        database.exec(
            "INSERT INTO patient_read (read_at_utc, account, patient_id, route) VALUES "
            "('2026-01-01T00:00:00Z', 'ray', 'P1', 'r')");
        value_of(secret(registry_, "s", std::string(32, 'x'), now));
        EXPECT_THROW(database.exec("DELETE FROM " + table), SQLite::Exception) << table;
        EXPECT_THROW(database.exec("UPDATE " + table + " SET " + column + " = 'x'"), SQLite::Exception) << table;
    }
}

TEST_F(Access, StandsBesideTheRecordAndLeavesItsHashChainAlone)
{
    const AuditHead head = value_of(audit_head(registry_));
    value_of(set_role(registry_, "ray", Role::board, provenance_on("2026-01-02")));
    const PatientRead read{at("2026-01-02T10:00:00Z"), "ray", "P1", "GET /x"};
    value_of(log_reads(registry_, {&read, 1}));
    const AuditHead after = value_of(audit_head(registry_));
    EXPECT_EQ(after.delivery_no, head.delivery_no);
    EXPECT_EQ(after.entry_sha256, head.entry_sha256);
    EXPECT_EQ(after.access_no, head.access_no + 2) << "people and reads have a chain of their own";
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
    EXPECT_THAT(value_of(check(registry_)).problems, IsEmpty());
}

TEST_F(Access, EndsSessionsOfAnAccountThatIsDisabledOrHasANewPassword)
{
    for (const bool by_password : {true, false}) {
        begin_session("ray", 'a', "2026-01-02T08:00:00Z");
        begin_session("ray", 'b', "2026-01-02T09:00:00Z");
        begin_session("ada", 'c', "2026-01-02T09:00:00Z");
        EXPECT_TRUE(has_session('a') && has_session('b') && has_session('c'));
        by_password ? value_of(set_password(registry_, "ray", hash, provenance_on("2026-01-02")))
                    : value_of(set_disabled(registry_, "ray", true, provenance_on("2026-01-02")));
        EXPECT_FALSE(has_session('a') || has_session('b'));
        EXPECT_TRUE(has_session('c')) << "nobody else's";
        value_of(delete_session(registry_, sha256('c')));
        EXPECT_FALSE(has_session('c'));
    }
    EXPECT_EQ(insert_session(registry_, {sha256('d'), "nobody", {}, {}, {}}).error().code, ErrorCode::not_found);
}

TEST_F(Access, TouchesSessionsInGroupsAndOnlyForwards)
{
    begin_session("ray", 'a', "2026-01-02T08:00:00Z");
    begin_session("ada", 'b', "2026-01-02T08:00:00Z");
    const std::vector<SessionTouch> touches = {{sha256('a'), at("2026-01-02T08:05:00Z")},
                                               {sha256('b'), at("2026-01-02T08:06:00Z")},
                                               {sha256('a'), at("2026-01-02T08:04:00Z")},
                                               {sha256('z'), at("2026-01-02T08:04:00Z")}};
    value_of(touch_sessions(registry_, touches));
    EXPECT_EQ(value_of(reader_.session(sha256('a')))->session.last_seen_at, at("2026-01-02T08:05:00Z"));
    EXPECT_EQ(value_of(reader_.session(sha256('b')))->session.last_seen_at, at("2026-01-02T08:06:00Z"));
    EXPECT_FALSE(has_session('z')) << "a session that is over does not come back";
    value_of(touch_sessions(registry_, {}));
}

TEST_F(Access, ForgetsWhatIsOver)
{
    begin_session("ray", 'a', "2026-01-02T08:00:00Z");  // ends 20:00
    begin_session("ray", 'b', "2026-01-02T19:00:00Z");
    begin_session("ray", 'c', "2026-01-02T19:59:00Z");
    value_of(touch_sessions(registry_, std::vector<SessionTouch>{{sha256('a'), at("2026-01-02T19:59:59Z")}}));
    const KeptAnswer answer{.request = {"ray", "k", sha256('1')}, .status = 200, .body = "{}"};
    value_of(keep_answers(registry_, {&answer, 1}, at("2026-01-01T20:00:00Z")));
    value_of(forget_what_is_over(registry_, at("2026-01-02T19:59:59Z"), at("2026-01-02T19:00:00Z")));
    EXPECT_TRUE(has_session('a') && has_session('b') && has_session('c'));
    EXPECT_EQ(registry_.connection().database.execAndGet("SELECT count(*) FROM idempotency").getInt(), 1);
    value_of(forget_what_is_over(registry_, at("2026-01-02T20:00:00Z"), at("2026-01-02T19:00:01Z")));
    EXPECT_FALSE(has_session('a')) << "its time is over, however lately it was seen";
    EXPECT_FALSE(has_session('b')) << "it was idle for too long";
    EXPECT_TRUE(has_session('c'));
    EXPECT_EQ(registry_.connection().database.execAndGet("SELECT count(*) FROM idempotency").getInt(), 0);
}

TEST_F(Access, LooksUpWhileAWriterHoldsTheRegistry)
{
    begin_session("ray", 'a', "2026-01-02T08:00:00Z");
    Registry other = value_of(Registry::open(folder_ / "r.db"));
    const Change held = value_of(Change::begin(other, provenance_on("2026-01-02")));
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(has_session('a'));
    EXPECT_EQ(account("ray").role, Role::radiologist);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s) << "a writer is waited for a minute";
}

TEST_F(Access, SeesWhatIsCommittedByTheNextLookUp)
{
    EXPECT_FALSE(has_session('a'));
    begin_session("ray", 'a', "2026-01-02T08:00:00Z");
    EXPECT_TRUE(has_session('a'));
    value_of(set_role(registry_, "ray", Role::board, provenance_on("2026-01-02")));
    EXPECT_EQ(value_of(reader_.session(sha256('a')))->account.role, Role::board);
}

TEST_F(Access, FindsReadsByPatientAccountAndDay)
{
    const std::vector<PatientRead> reads = {{at("2026-01-01T23:59:59Z"), "ray", "P1", "GET /a", 1},
                                            {at("2026-01-02T00:00:00Z"), "ada", "P1", "GET /b", 2},
                                            {at("2026-01-02T12:00:00Z"), "ray", "P2", "GET /a", 3},
                                            {at("2026-01-03T00:00:00Z"), "ray", "P1", "GET /c", 4}};
    value_of(log_reads(registry_, reads));
    value_of(log_reads(registry_, {}));
    const auto numbers = [&](const ReadFilter& filter) {
        std::vector<std::int64_t> found;
        for (const PatientRead& read : value_of(reads_of(registry_, filter)))
            found.push_back(read.read_no);
        return found;
    };
    EXPECT_EQ(value_of(reads_of(registry_, {})), reads);
    EXPECT_THAT(numbers({.patient_id = "P1"}), ElementsAre(1, 2, 4));
    EXPECT_THAT(numbers({.account = "ray"}), ElementsAre(1, 3, 4));
    EXPECT_THAT(numbers({.patient_id = "P1", .account = "ray"}), ElementsAre(1, 4));
    EXPECT_THAT(numbers({.from = test::day("2026-01-02"), .to = test::day("2026-01-02")}), ElementsAre(2, 3));
    EXPECT_THAT(numbers({.after_read_no = 2}), ElementsAre(3, 4));
    EXPECT_THAT(numbers({.after_read_no = 1, .limit = 1}), ElementsAre(2));
    EXPECT_THAT(numbers({.patient_id = "P1' OR '1'='1"}), IsEmpty());
}

class KeptRequests : public Access {
  protected:
    /// A change done under a key; its delivery number, or the code of the failure.
    Result<DeliveryNumber> write(std::string_view key, std::string_view moment, std::string_view patient_id)
    {
        Provenance provenance = provenance_at(moment);
        provenance.request = RequestKey{"ray", std::string(key), sha256('1')};
        Result<Change> change = Change::begin(registry_, provenance);
        if (!change) return tl::unexpected<Error>(change.error());
        PatientRow row;
        row.patient.patient_id = patient_id;
        NewVersions rows;
        rows.patients.push_back({&row, 1});
        if (Result<void> stored = change->store_rows(rows); !stored) return tl::unexpected<Error>(stored.error());
        return change->commit();
    }
    std::optional<KeptAnswer> answer(std::string_view key, std::string_view moment)
    {
        return value_of(reader_.answer("ray", key, at(moment)));
    }
};

TEST_F(KeptRequests, AreDoneOnceHoweverOftenTheyAreAskedFor)
{
    const DeliveryNumber first = value_of(write("k1", "2026-01-02T08:00:00Z", "Q1"));
    const auto kept = answer("k1", "2026-01-02T08:00:01Z");
    ASSERT_TRUE(kept) << "it stands there from the commit on, whatever happens to the program then";
    EXPECT_EQ(kept->delivery_no, first);
    EXPECT_EQ(kept->status, std::nullopt);
    EXPECT_EQ(write("k1", "2026-01-02T08:00:01Z", "Q2").error().code, ErrorCode::conflict);
    EXPECT_EQ(value_of(registry_.row_counts()).patients, 4) << "three of the sample, and Q1";
    value_of(write("k2", "2026-01-02T08:00:02Z", "Q3"));

    KeptAnswer told{.request = {"ray", "k1", sha256('1')}, .status = 201, .body = R"({"a":1})"};
    value_of(keep_answers(registry_, {&told, 1}, at("2026-01-02T08:00:03Z")));
    EXPECT_EQ(answer("k1", "2026-01-02T09:00:00Z")->status, 201);
    EXPECT_EQ(answer("k1", "2026-01-02T09:00:00Z")->body, R"({"a":1})");
    EXPECT_EQ(answer("k1", "2026-01-02T09:00:00Z")->delivery_no, first);
    told.status = 500;
    told.body = "another";
    value_of(keep_answers(registry_, {&told, 1}, at("2026-01-02T08:00:04Z")));
    EXPECT_EQ(answer("k1", "2026-01-02T09:00:00Z")->status, 201) << "an answer that was sent stays";
    EXPECT_FALSE(value_of(reader_.answer("ada", "k1", at("2026-01-02T09:00:00Z"))).has_value())
        << "keys are everybody's own";
    EXPECT_TRUE(value_of(audit_verify(registry_)).intact());
}

TEST_F(KeptRequests, AreForgottenAfterADay)
{
    value_of(write("k1", "2026-01-02T08:00:00Z", "Q1"));
    EXPECT_TRUE(answer("k1", "2026-01-03T07:59:59Z"));
    EXPECT_EQ(write("k1", "2026-01-03T07:59:59Z", "Q2").error().code, ErrorCode::conflict);
    EXPECT_FALSE(answer("k1", "2026-01-03T08:00:00Z"));
    value_of(write("k1", "2026-01-03T08:00:00Z", "Q2"));
    EXPECT_TRUE(answer("k1", "2026-01-03T08:00:01Z"));
}

TEST_F(KeptRequests, OfAWriteThatFailsAreNotKept)
{
    {
        Provenance provenance = provenance_at("2026-01-02T08:00:00Z");
        provenance.request = RequestKey{"ray", "k1", sha256('1')};
        const Change dropped = value_of(Change::begin(registry_, provenance));
    }
    EXPECT_FALSE(answer("k1", "2026-01-02T08:00:01Z"));
    value_of(write("k1", "2026-01-02T08:00:01Z", "Q1"));
}

TEST_F(KeptRequests, ThatChangedNothingKeepTheirAnswerToo)
{
    const KeptAnswer told{.request = {"ray", "k9", sha256('2')}, .status = 422, .body = "{}"};
    value_of(keep_answers(registry_, {&told, 1}, at("2026-01-02T08:00:00Z")));
    const auto kept = answer("k9", "2026-01-02T08:00:01Z");
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->request, told.request) << "so that another request under the same key is noticed";
    EXPECT_EQ(kept->delivery_no, std::nullopt);
    EXPECT_EQ(kept->status, 422);
}

TEST_F(Access, KeepsOneSecretForEver)
{
    std::string first(32, '\0');
    first[5] = '\xFF';
    EXPECT_EQ(value_of(secret(registry_, "ids", first, provenance_on("2026-01-02"))), first);
    EXPECT_EQ(value_of(secret(registry_, "ids", std::string(32, 'z'), provenance_on("2026-01-03"))), first);
    EXPECT_EQ(value_of(secret(registry_, "other", std::string(32, 'z'), provenance_on("2026-01-03"))),
              std::string(32, 'z'));
    EXPECT_FALSE(secret(registry_, "short", "too short", provenance_on("2026-01-03")));
}

TEST_F(Access, GoesWithABackupButForTheSessions)
{
    begin_session("ray", 'a', "2026-01-02T08:00:00Z");
    value_of(secret(registry_, "ids", std::string(32, 'k'), provenance_on("2026-01-02")));
    const PatientRead read{at("2026-01-02T10:00:00Z"), "ray", "P1", "GET /x"};
    value_of(log_reads(registry_, {&read, 1}));
    value_of(back_up(registry_, folder_ / "copy.db"));
    value_of(restore(folder_ / "copy.db", folder_ / "new.db"));
    Registry restored = value_of(Registry::open(folder_ / "new.db"));
    AccessReader reader = value_of(AccessReader::open(restored));
    EXPECT_EQ(value_of(reader.accounts()), value_of(reader_.accounts()));
    EXPECT_EQ(value_of(reader.account("ray"))->password_hash, hash);
    EXPECT_EQ(value_of(secret(restored, "ids", std::string(32, 'z'), provenance_on("2026-01-03"))),
              std::string(32, 'k'));
    EXPECT_EQ(value_of(reads_of(restored, {})).size(), 1U);
    EXPECT_FALSE(value_of(reader.session(sha256('a'))).has_value()) << "everybody signs in again";
    EXPECT_TRUE(has_session('a')) << "and the registry that was backed up goes on";
}

}  // namespace

}  // namespace nodtrack::store
