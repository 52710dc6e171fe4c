#include "nodtrack/tracker/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "nodtrack/domain/sha256.hpp"
#include "support.hpp"

namespace nodtrack::tracker {
namespace {

using namespace std::chrono_literals;
using test::day;
using test::provenance_on;
using test::value_of;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The least that libsodium takes: what is tested is not how long it takes.
constexpr PasswordCost cheap{.passes = 1, .memory_bytes = 8192};
const std::string good = "correct horse";
const Instant morning = store::instant_of("2026-01-02T08:00:00Z").value();

class People : public ::testing::Test {
  protected:
    People()
    {
        add("ada", Role::admin);
        add("ray", Role::radiologist);
    }
    void add(const std::string& name, Role role)
    {
        value_of(add_account(registry_, {name, role, false, ""}, good, now_, cheap));
    }
    std::vector<std::string> refusal(const Account& account, const std::string& password)
    {
        const auto added = add_account(registry_, account, password, now_, cheap);
        if (added) return {"added"};
        EXPECT_EQ(added.error().code, ErrorCode::bad_input);
        return added.error().context;
    }
    std::string who(std::string_view name, std::string_view password)
    {
        const auto account = value_of(reader_.account_of_password(name, password));
        return account ? account->name : "nobody";
    }
    std::optional<Session> session(const std::string& id, Instant moment, const SessionLimits& limits = {})
    {
        return value_of(reader_.session_of(id, moment, limits));
    }

    test::TemporaryFolder folder_;
    store::Registry registry_ = value_of(store::Registry::open(folder_ / "r.db"));
    AccessReader reader_ = value_of(AccessReader::open(registry_));
    const store::Provenance now_ = provenance_on("2026-01-02");
};

TEST_F(People, SignInByTheirPasswordAlone)
{
    EXPECT_EQ(who("ray", good), "ray");
    EXPECT_EQ(who("ray", good + " "), "nobody");
    EXPECT_EQ(who("ray", ""), "nobody");
    EXPECT_EQ(who("Ray", good), "nobody") << "names are as typed";
    EXPECT_EQ(who("nobody", good), "nobody");
    EXPECT_EQ(who("ray", std::string(1 << 20, 'x')), "nobody") << "what is too long is not even hashed";
    value_of(set_disabled(registry_, "ray", true, now_));
    EXPECT_EQ(who("ray", good), "nobody");
    value_of(set_disabled(registry_, "ray", false, now_));
    EXPECT_EQ(who("ray", good), "ray");
}

TEST_F(People, HaveTheirPasswordKeptAsAHashWithASaltOfItsOwn)
{
    store::AccessReader stored = value_of(store::AccessReader::open(registry_));
    const std::string ray = value_of(stored.account("ray"))->password_hash;
    EXPECT_THAT(ray, HasSubstr("$argon2id$v=19$m=8,t=1,p=1$"));
    EXPECT_NE(ray, value_of(stored.account("ada"))->password_hash) << "the same password";
    value_of(change_password(registry_, "ray", "another password", now_));
    EXPECT_THAT(value_of(stored.account("ray"))->password_hash, HasSubstr("$argon2id$v=19$m=65536,t=3,p=1$"));
    EXPECT_EQ(who("ray", "another password"), "ray");
    EXPECT_EQ(who("ray", good), "nobody");
}

TEST_F(People, CannotBeToldFromUnknownNamesByTheTimeItTakes)
{
    value_of(change_password(registry_, "ray", good, now_));  // at the cost of every day
    const auto seconds = [&](std::string_view name) {
        who(name, "wrong password");  // what is made once is made
        const auto began = std::chrono::steady_clock::now();
        who(name, "wrong password");
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    };
    const double known = seconds("ray");
    const double unknown = seconds("nobody");
    EXPECT_LT(std::max(known, unknown), 5 * std::min(known, unknown)) << known << " and " << unknown;
}

TEST_F(People, AreRefusedWithEverythingThatIsWrongAtOnce)
{
    EXPECT_THAT(refusal({"Ada Lovelace", Role::admin, false, "a\tb"}, "short"),
                ::testing::UnorderedElementsAre(HasSubstr("name: 'Ada Lovelace'"), HasSubstr("control characters"),
                                                HasSubstr("5 characters; at least 10")));
    for (const std::string name : {"", ".ada", "-ada", "a da", "ADA", "ad\u00e0", "a/b"}) {
        EXPECT_THAT(refusal({name, Role::board, false, ""}, good), Contains(HasSubstr("name:"))) << name;
    }
    EXPECT_THAT(refusal({std::string(65, 'a'), Role::board, false, ""}, good), Contains(HasSubstr("name:")));
    EXPECT_THAT(refusal({"board", Role::board, false, std::string(201, 'x')}, good), Contains(HasSubstr("201 bytes")));
    EXPECT_THAT(refusal({"ada", Role::board, false, ""}, good), IsEmpty()) << "the name is taken: one message";
    for (const std::string& name :
         std::vector<std::string>{"a", "a.b-c_d@hospital.example", "0123", std::string(64, 'a')}) {
        EXPECT_THAT(refusal({name, Role::board, false, "Dr \u00c4. \u00d6"}, good), Contains("added")) << name;
    }
}

TEST_F(People, TakeNoWeakPassword)
{
    const auto problems = [](std::string_view password) { return password_problems("long.account.name", password); };
    EXPECT_THAT(problems("123456789"), Contains(HasSubstr("9 characters; at least 10")));
    EXPECT_THAT(problems("1234567890"), IsEmpty());
    EXPECT_THAT(problems("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc"), Contains(HasSubstr("9 characters")))
        << "characters, not bytes";
    EXPECT_THAT(problems("Long.Account.NAME"), Contains(HasSubstr("account's name")));
    EXPECT_THAT(problems("aaaaaaaaaaaa"), Contains(HasSubstr("one character")));
    EXPECT_THAT(problems(std::string(1023, 'x') + "y"), IsEmpty());
    EXPECT_THAT(problems(std::string(1024, 'x') + "y"), Contains(HasSubstr("1025 bytes; at most 1024")));
    EXPECT_EQ(change_password(registry_, "ray", "short", now_, cheap).error().code, ErrorCode::bad_input);
    EXPECT_EQ(who("ray", good), "ray") << "the old one holds";
    EXPECT_EQ(change_password(registry_, "nobody", good, now_, cheap).error().code, ErrorCode::not_found);
}

TEST_F(People, AreSignedInForAsLongAsTheSessionHolds)
{
    const NewSession begun = value_of(begin_session(registry_, "ray", morning));
    EXPECT_EQ(begun.id.size(), 43U);
    const auto now = session(begun.id, morning + 30s);
    ASSERT_TRUE(now);
    EXPECT_EQ(now->account.name, "ray");
    EXPECT_EQ(now->csrf_token, begun.session.csrf_token);
    EXPECT_FALSE(now->touch_due) << "seen less than a minute ago";
    EXPECT_FALSE(session(begun.id + "x", morning));
    EXPECT_FALSE(session("", morning));

    // Idle: 15 minutes after it was last seen, however often it is asked for without a touch.
    const auto due = session(begun.id, morning + 15min);
    ASSERT_TRUE(due);
    ASSERT_TRUE(due->touch_due);
    EXPECT_FALSE(session(begun.id, morning + 15min + 1s));
    value_of(touch_sessions(registry_, {&*due->touch_due, 1}));
    EXPECT_TRUE(session(begun.id, morning + 30min));
    EXPECT_FALSE(session(begun.id, morning + 30min + 1s));
    EXPECT_TRUE(session(begun.id, morning + 40min, {.idle = 1h}));

    // Absolute: 12 hours, in use or not.
    const Instant last = morning + 12h - 1s;
    const SessionTouch touch{due->touch_due->sha256, last};
    value_of(touch_sessions(registry_, {&touch, 1}));
    EXPECT_TRUE(session(begun.id, last));
    EXPECT_FALSE(session(begun.id, morning + 12h));
}

TEST_F(People, LoseTheirSessionsWhenShutOutOrWithANewPassword)
{
    const NewSession first = value_of(begin_session(registry_, "ray", morning));
    value_of(change_password(registry_, "ray", "another password", now_, cheap));
    EXPECT_FALSE(session(first.id, morning));
    const NewSession second = value_of(begin_session(registry_, "ray", morning));
    EXPECT_NE(first.id, second.id);
    EXPECT_NE(first.session.csrf_token, second.session.csrf_token);
    value_of(set_disabled(registry_, "ray", true, now_));
    EXPECT_FALSE(session(second.id, morning));
    EXPECT_EQ(begin_session(registry_, "ray", morning).error().code, ErrorCode::bad_input);
    EXPECT_EQ(begin_session(registry_, "nobody", morning).error().code, ErrorCode::not_found);
    value_of(set_disabled(registry_, "ray", false, now_));
    EXPECT_FALSE(session(second.id, morning)) << "enabling brings no session back";
    const NewSession third = value_of(begin_session(registry_, "ray", morning));
    value_of(end_session(registry_, third.id));
    EXPECT_FALSE(session(third.id, morning));
    value_of(end_session(registry_, third.id));
}

TEST_F(People, HaveTheRoleOfTheMomentInASessionThatIsOpen)
{
    const NewSession begun = value_of(begin_session(registry_, "ray", morning));
    value_of(set_role(registry_, "ray", Role::researcher, now_));
    EXPECT_EQ(session(begun.id, morning)->account.role, Role::researcher);
}

TEST_F(People, LendProgramsTokensThatEnd)
{
    const NewToken token = value_of(add_token(registry_, "ray", TokenScope::read, day("2026-01-31"), now_));
    EXPECT_THAT(token.text, ::testing::StartsWith("nodtrack_"));
    EXPECT_EQ(token.text.size(), 9U + 43U);
    const auto holder = [&](std::string_view text, std::string_view today) {
        return value_of(reader_.account_of_token(text, day(today)));
    };
    ASSERT_TRUE(holder(token.text, "2026-01-02"));
    EXPECT_EQ(holder(token.text, "2026-01-02")->account.name, "ray");
    EXPECT_EQ(holder(token.text, "2026-01-02")->scope, TokenScope::read);
    EXPECT_TRUE(holder(token.text, "2026-01-31")) << "through its last day";
    EXPECT_FALSE(holder(token.text, "2026-02-01"));
    EXPECT_FALSE(holder(token.text + "x", "2026-01-02"));
    EXPECT_FALSE(holder("", "2026-01-02"));

    value_of(set_disabled(registry_, "ray", true, now_));
    EXPECT_FALSE(holder(token.text, "2026-01-02"));
    EXPECT_EQ(add_token(registry_, "ray", TokenScope::read, day("2026-01-31"), now_).error().code,
              ErrorCode::bad_input);
    value_of(set_disabled(registry_, "ray", false, now_));
    EXPECT_FALSE(holder(token.text, "2026-01-02")) << "an account that was disabled has lost its tokens for good";

    const NewToken another = value_of(add_token(registry_, "ray", TokenScope::read, day("2026-01-31"), now_));
    ASSERT_TRUE(holder(another.text, "2026-01-02"));
    EXPECT_EQ(revoke_token(registry_, "ada", another.token_no, now_).error().code, ErrorCode::not_found)
        << "it is not that account's";
    value_of(revoke_token(registry_, "ray", another.token_no, now_));
    EXPECT_FALSE(holder(another.text, "2026-01-02"));
    EXPECT_EQ(revoke_token(registry_, "ray", another.token_no, now_).error().code, ErrorCode::not_found);

    const NewToken third = value_of(add_token(registry_, "ray", TokenScope::read, day("2026-01-31"), now_));
    value_of(change_password(registry_, "ray", "another good password 2", now_));
    EXPECT_FALSE(holder(third.text, "2026-01-02")) << "so does one with a new password";
    EXPECT_EQ(add_token(registry_, "ray", TokenScope::read, day("2026-01-01"), now_).error().code,
              ErrorCode::bad_input);
    EXPECT_EQ(add_token(registry_, "nobody", TokenScope::read, day("2026-01-31"), now_).error().code,
              ErrorCode::not_found);
}

TEST_F(People, LeaveNoSecretInTheFile)
{
    const NewSession begun = value_of(begin_session(registry_, "ray", morning));
    const NewToken token = value_of(add_token(registry_, "ray", TokenScope::write, day("2026-01-31"), now_));
    value_of(store::back_up(registry_, folder_ / "copy.db"));
    std::ifstream in(folder_ / "copy.db", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    ASSERT_THAT(bytes, HasSubstr("$argon2id$"));
    for (const std::string& secret : {good, begun.id, begun.session.csrf_token, token.text, token.text.substr(9)}) {
        EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
    }
}

TEST(Secrets, AreComparedWhole)
{
    EXPECT_TRUE(same_secret("abc", "abc"));
    EXPECT_FALSE(same_secret("abc", "abd"));
    EXPECT_FALSE(same_secret("abc", "abcd"));
    EXPECT_TRUE(same_secret("", ""));
    EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        << "FIPS 180-2, B.1";
}

}  // namespace
}  // namespace nodtrack::tracker
