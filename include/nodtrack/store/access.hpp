#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

// Who may use the service, who read which patient, and which requests were answered. These tables stand beside the
// record; accounts, tokens, their changes, the read log and the secrets are in a hash chain of their own (audit.hpp),
// sessions and kept answers, which end by themselves, are in none. What is secret stands here only as a hash that the
// caller made (passwords: Argon2id; session ids and tokens: SHA-256).

/// A moment in UTC. No clock is read below the doors.
using Instant = std::chrono::sys_seconds;

/// `YYYY-MM-DDTHH:MM:SSZ`
std::string utc_text(Instant moment);
/// The moment of such a text (a fraction of a second is dropped); absent for anything else.
std::optional<Instant> instant_of(std::string_view text);

/// What an account is for; the service says what each may do.
enum class Role : std::uint8_t { radiologist, board, researcher, admin };
/// What a token may be used for, at most: what its account may not do, it may not either.
enum class TokenScope : std::uint8_t { read, write, export_data };

/// `radiologist`, `board`, `researcher`, `admin`
std::string_view word(Role role);
/// `read`, `write`, `export`
std::string_view word(TokenScope scope);
std::optional<Role> role_of_word(std::string_view word);
std::optional<TokenScope> token_scope_of_word(std::string_view word);
/// All words, in that order.
std::vector<std::string> role_words();
std::vector<std::string> token_scope_words();

struct Account {
    std::string name;  ///< as typed at sign-in; lower case
    Role role = Role::radiologist;
    bool disabled = false;
    std::string display_name;  ///< may be empty
    std::string made_at{};     ///< UTC; filled when read

    bool operator==(const Account&) const = default;
};

/// An account as it is checked: the hash never leaves the program.
struct AccountWithPassword {
    Account account;
    std::string password_hash;
};

struct ApiToken {
    std::int64_t token_no = 0;  ///< given by the store
    std::string account;
    TokenScope scope = TokenScope::read;
    Date expires_on;  ///< the last day it holds (UTC)
    std::string made_at{};
    std::string made_by{};
    std::string revoked_at{};  ///< empty while it is not

    bool operator==(const ApiToken&) const = default;
};

/// Whose token it is; the account is not disabled.
struct TokenHolder {
    Account account;
    std::int64_t token_no = 0;
    TokenScope scope = TokenScope::read;
    Date expires_on;
};

struct StoredSession {
    std::string sha256;  ///< of the session's id, hexadecimal
    std::string account;
    Instant began_at;
    Instant last_seen_at;
    Instant ends_at;  ///< whatever happens until then
};

/// A session and the account it is of, as that stands now.
struct SessionAndAccount {
    StoredSession session;
    Account account;
};

struct SessionTouch {
    std::string sha256;
    Instant seen_at;
};

/// Who looked at which patient, when and where; also who signed in, or tried to, and who took an export.
struct PatientRead {
    Instant read_at;
    std::string account;       ///< at a sign-in: the name that was tried
    std::string patient_id;    ///< as asked for; `*` for a list, `-` where it is of no patient
    std::string route;         ///< e.g. `GET /api/v1/patients/{id}/assessment`
    std::int64_t read_no = 0;  ///< given by the store, ascending
    std::string detail{};      ///< e.g. `status 404`, or the patients that a list showed; may be empty

    bool operator==(const PatientRead&) const = default;
};

/// Which reads are asked for; what is left empty does not matter.
struct ReadFilter {
    std::string patient_id{};
    std::string account{};
    std::optional<Date> from{};          ///< the first day, UTC
    std::optional<Date> to{};            ///< the last day, UTC
    std::int64_t after_read_no = 0;      ///< to go on behind the last one read
    std::optional<std::size_t> limit{};  ///< else all
};

/// How a write that carried a key was answered. Without `status` it was done, but its answer was not kept (the program
/// ended in between): `delivery_no` says what it recorded.
struct KeptAnswer {
    RequestKey request;
    std::optional<DeliveryNumber> delivery_no{};
    std::optional<int> status{};  ///< of HTTP
    std::string body{};
};

/// A change to who may do what: accounts, roles, passwords, tokens.
struct AccountChange {
    std::int64_t change_no = 0;
    std::string changed_at;  ///< UTC
    std::string actor;
    std::string door;
    std::string account;
    std::string what;    ///< a word: added, role, disabled, enabled, password, token_added, token_revoked
    std::string detail;  ///< e.g. the new role; empty where there is none

    bool operator==(const AccountChange&) const = default;
};

/// How long an answered write is remembered by its key.
inline constexpr std::chrono::hours answers_are_kept{24};

/// Looks up accounts, sessions, tokens and answers on a connection of its own, read-only and with statements prepared
/// once: it never waits for a writer. For one thread at a time; each look-up sees what is committed by then.
class AccessReader {
  public:
    static Result<AccessReader> open(const Registry& registry);

    AccessReader(AccessReader&&) noexcept;
    AccessReader& operator=(AccessReader&&) noexcept;
    ~AccessReader();

    /// Absent where there is none of that name.
    Result<std::optional<AccountWithPassword>> account(std::string_view name);
    /// All accounts by name.
    Result<std::vector<Account>> accounts();
    /// By the SHA-256 of its id; also one that is over or whose account is disabled: the caller looks.
    Result<std::optional<SessionAndAccount>> session(std::string_view sha256);
    /// By the SHA-256 of the token; also one that is over or revoked, or whose account is disabled.
    Result<std::optional<std::pair<ApiToken, Account>>> token(std::string_view sha256);
    /// Tokens of one account, oldest first; of all accounts when `account` is empty.
    Result<std::vector<ApiToken>> tokens(std::string_view account);
    /// Absent where that account used no such key in the 24 hours before `now`.
    Result<std::optional<KeptAnswer>> answer(std::string_view account, std::string_view key, Instant now);

  private:
    struct State;
    explicit AccessReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Writes. Each is one short transaction; all fail with `registry_unusable` where the file cannot be written.

/// Fails with `bad_input` where the name is taken.
Result<void> insert_account(Registry& registry, const Account& account, std::string_view password_hash,
                            const Provenance& provenance);
/// Fails with `not_found` where there is no such account; with `bad_input` where the last admin who is not disabled
/// would lose the role.
Result<void> set_role(Registry& registry, std::string_view name, Role role, const Provenance& provenance);
/// Disabling ends the account's sessions and revokes its tokens for good. Fails as `set_role`.
Result<void> set_disabled(Registry& registry, std::string_view name, bool disabled, const Provenance& provenance);
/// Ends the account's sessions and revokes its tokens. Fails with `not_found` where there is no such account.
Result<void> set_password(Registry& registry, std::string_view name, std::string_view password_hash,
                          const Provenance& provenance);
/// Returns the token's number. Fails with `not_found` where there is no such account.
Result<std::int64_t> insert_token(Registry& registry, const ApiToken& token, std::string_view sha256,
                                  const Provenance& provenance);
/// Fails with `not_found` where the account has no such token, or it is revoked already.
Result<void> revoke_token(Registry& registry, std::string_view account, std::int64_t token_no,
                          const Provenance& provenance);
/// Changes of accounts and tokens, oldest first; of all accounts when `account` is empty.
Result<std::vector<AccountChange>> account_changes(const Registry& registry, std::string_view account);

/// Fails with `not_found` where there is no such account.
Result<void> insert_session(Registry& registry, const StoredSession& session);
/// Says that sessions were in use; one transaction for all of them. An earlier moment changes nothing; a session that
/// is over is left out.
Result<void> touch_sessions(Registry& registry, std::span<const SessionTouch> touches);
/// Nothing where there is no such session.
Result<void> delete_session(Registry& registry, std::string_view sha256);

/// Appends to the read log; one transaction for all of them.
Result<void> log_reads(Registry& registry, std::span<const PatientRead> reads);
/// Oldest first.
Result<std::vector<PatientRead>> reads_of(const Registry& registry, const ReadFilter& filter);

/// Keeps answers by their keys; one transaction for all of them. An answer kept already stays as it is.
Result<void> keep_answers(Registry& registry, std::span<const KeptAnswer> answers, Instant now);

/// Takes away sessions that are over (their end, or not seen since `idle_since`) and answers older than 24 hours.
Result<void> forget_what_is_over(Registry& registry, Instant now, Instant idle_since);

/// A state of the record that de-identified exports are made of.
struct ExportRelease {
    Date released_on;
    DeliveryNumber delivery_no = 0;  ///< the newest that is in it
};
/// Absent where there is none.
Result<std::optional<ExportRelease>> newest_release(const Registry& registry);
/// The record as it is now, by the day of `provenance`. Fails with `bad_input` where there is one of that day.
Result<ExportRelease> add_release(Registry& registry, const Provenance& provenance);

/// The registry's secret of that name; `fresh` (32 bytes) is kept as such where there is none yet. It goes with
/// backups: research ids must be the same after a restore.
Result<std::string> secret(Registry& registry, std::string_view name, std::string_view fresh,
                           const Provenance& provenance);

}  // namespace nodtrack::store
