#include <fmt/format.h>

#include <bit>
#include <chrono>

#include "answers.hpp"
#include "form.hpp"

namespace nodtrack::service {
namespace {

/// What the pages need to know of who is signed in.
std::string session_json(const RequestContext& context, const Caller& caller)
{
    const ServiceContext& service = context.service;
    std::string text = "{\"account\":{\"name\":";
    append_json(text, caller.account.name);
    text += ",\"role\":";
    append_json(text, store::word(caller.account.role));
    text += ",\"display_name\":";
    append_json(text, caller.account.display_name);
    text += "},\"csrf_token\":";
    if (caller.csrf_token.empty()) {
        text += "null";
    } else {
        append_json(text, caller.csrf_token);
    }
    const auto idle = std::chrono::duration_cast<std::chrono::minutes>(service.options().sessions.idle);
    text += ",\"idle_minutes\":" + std::to_string(idle.count());
    text +=
        ",\"now\":\"" + context.now.utc + "\",\"as_of\":\"" + context.now.today.iso() + "\",\"program\":{\"version\":";
    append_json(text, service.options().version);
    const policy::Policy& policy = context.judges().of_registry().policy();
    text += "},\"policy\":{\"id\":";
    append_json(text, policy.id);
    text += ",\"version\":";
    append_json(text, policy.version);
    text += ",\"sha256\":";
    append_json(text, policy.sha256);
    return text + "}}\n";
}

std::string cookie(const RequestContext& context, std::string_view id)
{
    std::string text = std::string(session_cookie) + "=" + std::string(id) + "; Path=/; HttpOnly; SameSite=Strict";
    if (id.empty()) text += "; Max-Age=0";
    if (context.request.is_secure) text += "; Secure";
    return text;
}

/// In the log before the answer goes out, as a read is; with the name that was tried.
void note_sign_in(const RequestContext& context, std::string_view name, std::string outcome)
{
    constexpr std::size_t longest_name = 64;
    std::string tried;
    for (const char c : name.substr(0, longest_name))
        tried += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    outcome += " from " + context.request.address;
    context.service.read_log().log({context.entry(tried, "-", std::move(outcome))});
}

/// The account whose password it is; else the answer. The try is counted before anything is checked.
tl::expected<tracker::Account, Reply> checked(RequestContext& context, const std::string& name,
                                              const std::string& password)
{
    SignInLimits& limits = context.service.authenticator().sign_in_limits();
    const auto now = SignInLimits::Clock::now();
    const auto wait = limits.take(name, context.request.address, now);
    if (wait.count() > 0) {
        // Each doubling has an entry: who guesses on and on is seen, and cannot fill the log.
        const std::uint64_t held_back = limits.count_held_back(context.request.address, now);
        if (std::has_single_bit(held_back)) {
            note_sign_in(context, name, fmt::format("held back, {} within the hour,", held_back));
        }
        return tl::unexpected(
            refusal(429, "too many failures to sign in; wait " + std::to_string(wait.count()) + " seconds")
                .with("Retry-After", std::to_string(wait.count())));
    }
    const auto account = context.reader.access.account_of_password(name, password);
    if (!account) return tl::unexpected(refusal(account.error()));
    if (!*account) {
        note_sign_in(context, name, "failed");
        return tl::unexpected(refusal(401, "name and password do not belong together, or the account is disabled"));
    }
    limits.succeeded(name, context.request.address, now);
    return **account;
}

Result<Reply> session_begun(RequestContext& context, const tracker::Account& account,
                            const std::string& what = "signed in")
{
    const auto begun = context.service.with_writer([&](store::Registry& registry) {
        return tracker::begin_session(registry, account.name, context.service.instant(),
                                      context.service.authenticator().limits());
    });
    if (!begun) return tl::unexpected(begun.error());
    note_sign_in(context, account.name, what);
    const Caller caller{begun->session.account, std::nullopt, begun->id, begun->session.csrf_token, {}};
    return Reply::of(session_json(context, caller)).with("Set-Cookie", cookie(context, begun->id));
}

}  // namespace

Result<Reply> health(RequestContext&)
{
    return Reply::of("{\"status\":\"alive\"}\n");
}

Result<Reply> readiness(RequestContext& context)
{
    if (context.service.closing()) return refusal(503, "the service is stopping");
    return Reply::of("{\"status\":\"ready\"}\n");
}

Result<Reply> openapi(RequestContext& context)
{
    return Reply::of(openapi_document(context.service.options().version)).with("Cache-Control", "no-cache");
}

Result<Reply> sign_in(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    const std::string name = form->text("name");
    const std::string password = form->text("password");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());

    const auto account = checked(context, name, password);
    if (!account) return account.error();
    // A session that was there before, whoever brought it, is not carried on.
    if (context.who && !context.who->session_id.empty()) {
        const std::string before = context.who->session_id;
        context.service.with_writer([&](store::Registry& registry) { return tracker::end_session(registry, before); });
    }
    return session_begun(context, *account);
}

Result<Reply> change_own_password(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    const std::string current = form->text("current_password");
    const std::string password = form->text("password");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    if (password == current) return refusal(422, "password: is the one that the account has; choose another");
    const auto account = checked(context, context.caller().account.name, current);
    if (!account) {
        // Not 401: who asks is signed in.
        if (account.error().status == 401) return refusal(403, "current_password: is not the account's");
        return account.error();
    }
    // All sessions and tokens end with it, this one too: a new one begins.
    const auto changed = context.service.with_writer([&](store::Registry& registry) {
        return tracker::change_password(registry, account->name, password, context.provenance());
    });
    if (!changed) return tl::unexpected(changed.error());
    return session_begun(context, *account, "changed the password and signed in");
}

Result<Reply> session(RequestContext& context)
{
    return Reply::of(session_json(context, context.caller()));
}

Result<Reply> sign_out(RequestContext& context)
{
    const std::string id = context.caller().session_id;
    const auto ended =
        context.service.with_writer([&](store::Registry& registry) { return tracker::end_session(registry, id); });
    if (!ended) return tl::unexpected(ended.error());
    note_sign_in(context, context.caller().account.name, "signed out");
    return Reply::of("{}\n").with("Set-Cookie", cookie(context, {}));
}

Result<Reply> events(RequestContext& context)
{
    auto listener = context.service.events().listen();
    if (!listener) {
        return refusal(503, "too many pages listen already; this one asks again").with("Retry-After", "30");
    }
    Reply reply;
    reply.media = "text/event-stream";
    reply.listener = std::move(listener);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

}  // namespace nodtrack::service
