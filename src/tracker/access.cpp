#include "nodtrack/tracker/access.hpp"

#include <fmt/core.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "nodtrack/domain/sha256.hpp"
#include "nodtrack/domain/text.hpp"
#include "sodium.hpp"

namespace nodtrack::tracker {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t most_name_characters = 64;
constexpr std::size_t most_display_name_bytes = 200;
constexpr std::string_view token_prefix = "nodtrack_";
/// Last seen is recorded no finer than this: a session in use costs one write a minute.
constexpr std::chrono::seconds touch_step = std::chrono::minutes(1);

void make_ready()
{
    static const int outcome = sodium_init();
    if (outcome < 0) throw std::runtime_error("libsodium could not be made ready");
}

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string random_text()
{
    const std::string bytes = random_bytes(secret_bytes);
    std::array<char, sodium_base64_ENCODED_LEN(secret_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
    sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text.data();
}

/// Fails with `internal` where there is not memory enough for it.
Result<std::string> hash_of(std::string_view password, const PasswordCost& cost)
{
    make_ready();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes, cost.memory_bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return failure(ErrorCode::internal,
                       fmt::format("a password could not be hashed: {} MiB of memory are needed; nothing was stored",
                                   cost.memory_bytes >> 20U));
    }
    return std::string(hash.data());
}

/// Takes as long as checking a password of an account made at the default cost: making a hash is the same work.
void spend_a_check(std::string_view password)
{
    [[maybe_unused]] const Result<std::string> hash = hash_of(password, {});
}

bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_good_name(std::string_view name)
{
    if (name.empty() || name.size() > most_name_characters || !is_plain(name.front())) return false;
    return std::ranges::all_of(name,
                               [](char c) { return is_plain(c) || c == '.' || c == '_' || c == '-' || c == '@'; });
}

std::size_t characters_of(std::string_view utf8)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool same_in_any_case(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

/// Bound to the session by its id, which no page can read and no other site knows.
std::string csrf_token_of(std::string_view session_id)
{
    return sha256_of(fmt::format("csrf {}", session_id));
}

Session session_of_stored(const store::SessionAndAccount& stored, std::string_view id, Instant now)
{
    Session session;
    session.account = stored.account;
    session.csrf_token = csrf_token_of(id);
    session.began_at = stored.session.began_at;
    session.last_seen_at = stored.session.last_seen_at;
    session.ends_at = stored.session.ends_at;
    if (now - stored.session.last_seen_at >= touch_step) session.touch_due = SessionTouch{stored.session.sha256, now};
    return session;
}

}  // namespace

std::string random_bytes(std::size_t count)
{
    make_ready();
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string keyed_hash(std::string_view key, std::string_view text)
{
    make_ready();
    crypto_auth_hmacsha256_state state{};
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> hash{};
    crypto_auth_hmacsha256_final(&state, hash.data());
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

bool same_secret(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::vector<std::string> password_problems(std::string_view name, std::string_view password)
{
    std::vector<std::string> problems;
    if (const std::size_t characters = characters_of(password); characters < least_password_characters) {
        problems.push_back(
            fmt::format("password: {} characters; at least {} are needed", characters, least_password_characters));
    }
    if (password.size() > most_password_bytes) {
        problems.push_back(
            fmt::format("password: {} bytes; at most {} are taken", password.size(), most_password_bytes));
    }
    if (same_in_any_case(name, password)) problems.emplace_back("password: it is the account's name; take another one");
    if (!password.empty() && password.find_first_not_of(password.front()) == std::string_view::npos) {
        problems.emplace_back("password: it is one character over and over; take another one");
    }
    return problems;
}

Result<void> add_account(store::Registry& registry, const Account& account, std::string_view password,
                         const store::Provenance& provenance, const PasswordCost& cost)
{
    std::vector<std::string> problems;
    if (!is_good_name(account.name)) {
        problems.push_back(
            fmt::format("name: '{}' cannot be one; it is 1 to {} of a-z, 0-9, '.', '_', '-' and '@', "
                        "beginning with a letter or digit",
                        account.name.substr(0, most_name_characters), most_name_characters));
    }
    if (account.display_name.size() > most_display_name_bytes) {
        problems.push_back(fmt::format("display name: {} bytes; at most {} are taken", account.display_name.size(),
                                       most_display_name_bytes));
    }
    if (holds_control_character(account.display_name, false)) {
        problems.emplace_back("display name: it has control characters; leave them out");
    }
    std::ranges::move(password_problems(account.name, password), std::back_inserter(problems));
    if (!problems.empty()) return failure(ErrorCode::bad_input, "no account was made", std::move(problems));
    const Result<std::string> hash = hash_of(password, cost);
    if (!hash) return tl::unexpected<Error>(hash.error());
    return store::insert_account(registry, account, *hash, provenance);
}

Result<void> change_password(store::Registry& registry, std::string_view name, std::string_view password,
                             const store::Provenance& provenance, const PasswordCost& cost)
{
    std::vector<std::string> problems = password_problems(name, password);
    if (!problems.empty()) return failure(ErrorCode::bad_input, "the password was not changed", std::move(problems));
    const Result<std::string> hash = hash_of(password, cost);
    if (!hash) return tl::unexpected<Error>(hash.error());
    return store::set_password(registry, name, *hash, provenance);
}

namespace {

/// The account as it is now, where it may be given a token or a session.
Result<Account> usable_account(const store::Registry& registry, std::string_view name)
{
    Result<AccessReader> reader = AccessReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    const Result<std::optional<Account>> account = reader->account(name);
    if (!account) return tl::unexpected<Error>(account.error());
    if (!*account) {
        return failure(ErrorCode::not_found,
                       fmt::format("there is no account '{}'; `nodtrack user list` lists them", name));
    }
    if ((*account)->disabled) {
        return failure(ErrorCode::bad_input, fmt::format("account '{}' is disabled; enable it first", name));
    }
    return **account;
}

}  // namespace

Result<NewToken> add_token(store::Registry& registry, std::string_view account, TokenScope scope, Date expires_on,
                           const store::Provenance& provenance)
{
    const Result<Account> holder = usable_account(registry, account);
    if (!holder) return tl::unexpected<Error>(holder.error());
    if (expires_on < provenance.today) {
        return failure(ErrorCode::bad_input,
                       fmt::format("a token that expires on {} would never hold; name a day from {} on",
                                   expires_on.iso(), provenance.today.iso()));
    }
    NewToken token;
    token.text = std::string(token_prefix) + random_text();
    ApiToken row;
    row.account = account;
    row.scope = scope;
    row.expires_on = expires_on;
    const Result<std::int64_t> number = store::insert_token(registry, row, sha256_of(token.text), provenance);
    if (!number) return tl::unexpected<Error>(number.error());
    token.token_no = *number;
    return token;
}

Result<NewSession> begin_session(store::Registry& registry, std::string_view account, Instant now,
                                 const SessionLimits& limits)
{
    const Result<Account> holder = usable_account(registry, account);
    if (!holder) return tl::unexpected<Error>(holder.error());
    NewSession session;
    session.id = random_text();
    const store::StoredSession stored = {sha256_of(session.id), holder->name, now, now, now + limits.absolute};
    if (const Result<void> kept = store::insert_session(registry, stored); !kept) {
        return tl::unexpected<Error>(kept.error());
    }
    session.session = session_of_stored({stored, *holder}, session.id, now);
    return session;
}

Result<void> end_session(store::Registry& registry, std::string_view id)
{
    return store::delete_session(registry, sha256_of(id));
}

Result<void> forget_what_is_over(store::Registry& registry, Instant now, const SessionLimits& limits)
{
    return store::forget_what_is_over(registry, now, now - limits.idle);
}

Result<AccessReader> AccessReader::open(const store::Registry& registry)
{
    Result<store::AccessReader> reader = store::AccessReader::open(registry);
    if (!reader) return tl::unexpected<Error>(reader.error());
    return AccessReader(std::move(*reader));
}

AccessReader::AccessReader(store::AccessReader reader) : reader_(std::move(reader)) {}

Result<std::optional<Account>> AccessReader::account(std::string_view name)
{
    const auto found = reader_.account(name);
    if (!found) return tl::unexpected<Error>(found.error());
    return *found ? std::optional((*found)->account) : std::nullopt;
}

Result<std::vector<Account>> AccessReader::accounts()
{
    return reader_.accounts();
}

Result<std::vector<ApiToken>> AccessReader::tokens(std::string_view account)
{
    return reader_.tokens(account);
}

Result<std::optional<Account>> AccessReader::account_of_password(std::string_view name, std::string_view password)
{
    if (password.size() > most_password_bytes) return std::nullopt;
    make_ready();
    const auto found = reader_.account(name);
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) {
        spend_a_check(password);
        return std::nullopt;
    }
    const store::AccountWithPassword& account = **found;
    const bool right = crypto_pwhash_str_verify(account.password_hash.c_str(), password.data(), password.size()) == 0;
    return right && !account.account.disabled ? std::optional(account.account) : std::nullopt;
}

Result<std::optional<TokenHolder>> AccessReader::account_of_token(std::string_view token, Date today)
{
    const auto found = reader_.token(sha256_of(token));
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found) return std::nullopt;
    const auto& [row, account] = **found;
    if (account.disabled || !row.revoked_at.empty() || row.expires_on < today) return std::nullopt;
    return TokenHolder{account, row.token_no, row.scope, row.expires_on};
}

Result<std::optional<Session>> AccessReader::session_of(std::string_view id, Instant now, const SessionLimits& limits)
{
    const auto found = reader_.session(sha256_of(id));
    if (!found) return tl::unexpected<Error>(found.error());
    if (!*found || (*found)->account.disabled) return std::nullopt;
    const store::StoredSession& stored = (*found)->session;
    if (now >= stored.ends_at || now - stored.last_seen_at > limits.idle) return std::nullopt;
    return session_of_stored(**found, id, now);
}

Result<std::optional<KeptAnswer>> AccessReader::answer_of(std::string_view account, std::string_view key, Instant now)
{
    return reader_.answer(account, key, now);
}

}  // namespace nodtrack::tracker
