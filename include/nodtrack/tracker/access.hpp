#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/access.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::tracker {

// People and programs that use the service. The store keeps the rows; here are the secrets: passwords are hashed with
// Argon2id, session ids and tokens are 32 random bytes of which only the SHA-256 is kept.

using store::Account;
using store::account_changes;
using store::AccountChange;
using store::ApiToken;
using store::Instant;
using store::KeptAnswer;
using store::PatientRead;
using store::ReadFilter;
using store::RequestKey;
using store::Role;
using store::SessionTouch;
using store::TokenHolder;
using store::TokenScope;

using store::keep_answers;
using store::log_reads;
using store::reads_of;
using store::revoke_token;
using store::role_of_word;
using store::role_words;
using store::set_disabled;
using store::set_role;
using store::token_scope_of_word;
using store::token_scope_words;
using store::touch_sessions;

/// What hashing a password costs whoever tries. Each check takes this memory for its time: check few at once.
struct PasswordCost {
    unsigned passes = 3;
    std::size_t memory_bytes = std::size_t{64} << 20;  ///< 64 MiB: RFC 9106, second recommended option, one lane
};

inline constexpr std::size_t least_password_characters = 10;
inline constexpr std::size_t most_password_bytes = 1024;

/// Why this password is refused for that account, one line each; empty where it is good: at least 10 characters, at
/// most 1024 bytes of UTF-8, not the account's name (in any case), not one character repeated.
std::vector<std::string> password_problems(std::string_view name, std::string_view password);

/// Makes an account. `account.disabled` and `account.made_at` are not looked at.
/// Fails with `bad_input`, all problems at once, where the name is not 1 to 64 of a-z, 0-9, `.`, `_`, `-`, `@`
/// (beginning with a letter or digit) or is taken, the display name is longer than 200 bytes or has control
/// characters, or the password is refused.
Result<void> add_account(store::Registry& registry, const Account& account, std::string_view password,
                         const store::Provenance& provenance, const PasswordCost& cost = {});

/// Ends all sessions of the account. Fails with `not_found`; with `bad_input` where the password is refused.
Result<void> change_password(store::Registry& registry, std::string_view name, std::string_view password,
                             const store::Provenance& provenance, const PasswordCost& cost = {});

/// A token made for an account: its text is shown once and kept nowhere.
struct NewToken {
    std::string text;  ///< `nodtrack_` and 43 characters of base64url
    std::int64_t token_no = 0;
};

/// Fails with `not_found` where there is no such account; with `bad_input` where it expires before `provenance.today`
/// or the account is disabled.
Result<NewToken> add_token(store::Registry& registry, std::string_view account, TokenScope scope, Date expires_on,
                           const store::Provenance& provenance);

struct SessionLimits {
    std::chrono::seconds idle = std::chrono::minutes(15);    ///< after the last request
    std::chrono::seconds absolute = std::chrono::hours(12);  ///< after sign-in
};

/// A session as its bearer has it.
struct Session {
    Account account;         ///< as it stands now
    std::string csrf_token;  ///< made from the id: it is the same for the whole session and needs no keeping
    Instant began_at;
    Instant last_seen_at;  ///< as recorded: up to a minute behind
    Instant ends_at;       ///< whatever happens until then
    /// Where it is a minute or more since the session was last recorded as seen: hand it to `touch_sessions`, in groups
    /// and when it suits. A session in use is never ended by a late touch of less than the idle limit less a minute.
    std::optional<SessionTouch> touch_due;
};

struct NewSession {
    std::string id;  ///< for the cookie: 43 characters of base64url; kept nowhere
    Session session;
};

/// Begins a session for an account whose password was checked. Fails with `not_found` where there is no such account,
/// with `bad_input` where it is disabled.
Result<NewSession> begin_session(store::Registry& registry, std::string_view account, Instant now,
                                 const SessionLimits& limits = {});
/// Nothing where there is no such session.
Result<void> end_session(store::Registry& registry, std::string_view id);

/// Takes away sessions that are over and answers older than 24 hours; for now and then.
Result<void> forget_what_is_over(store::Registry& registry, Instant now, const SessionLimits& limits = {});

/// Whether two texts are the same, in a time that does not tell where they differ (CSRF tokens).
bool same_secret(std::string_view left, std::string_view right);

/// Looks up people, sessions, tokens and answers on a read-only connection of its own: it never waits for a writer.
/// For one thread at a time.
class AccessReader {
  public:
    static Result<AccessReader> open(const store::Registry& registry);

    /// Absent where there is none of that name.
    Result<std::optional<Account>> account(std::string_view name);
    /// All accounts by name.
    Result<std::vector<Account>> accounts();
    /// Tokens of one account, oldest first; of all when `account` is empty.
    Result<std::vector<ApiToken>> tokens(std::string_view account = {});

    /// The account of that name where the password is right and it is not disabled; else absent. An unknown name takes
    /// as long as a wrong password (default cost); longer than 1024 bytes is no password. Takes tenths of a second.
    Result<std::optional<Account>> account_of_password(std::string_view name, std::string_view password);

    /// Absent where it is no token, was revoked, is over on `today` (UTC), or its account is disabled.
    Result<std::optional<TokenHolder>> account_of_token(std::string_view token, Date today);

    /// Absent where it is no session, it is over, was not seen for longer than the idle limit, or its account is
    /// disabled.
    Result<std::optional<Session>> session_of(std::string_view id, Instant now, const SessionLimits& limits = {});

    /// How a write of that account with that key was answered in the 24 hours before `now`. Where `request_sha256` is
    /// another one, the key was used for another request.
    Result<std::optional<KeptAnswer>> answer_of(std::string_view account, std::string_view key, Instant now);

  private:
    explicit AccessReader(store::AccessReader reader);
    store::AccessReader reader_;
};

}  // namespace nodtrack::tracker
