#include <chrono>

#include "answers.hpp"
#include "form.hpp"

namespace nodtrack::service {
namespace {

/// What the pages need to know of who is signed in.
std::string session_json(const Call& call, const Caller& caller)
{
    const Office& office = call.office;
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
    const auto idle = std::chrono::duration_cast<std::chrono::minutes>(office.options().sessions.idle);
    text += ",\"idle_minutes\":" + std::to_string(idle.count());
    text += ",\"now\":\"" + call.now.utc + "\",\"as_of\":\"" + call.now.today.iso() + "\",\"program\":{\"version\":";
    append_json(text, office.options().version);
    const policy::Policy& policy = call.judge().policy();
    text += "},\"policy\":{\"id\":";
    append_json(text, policy.id);
    text += ",\"version\":";
    append_json(text, policy.version);
    text += ",\"sha256\":";
    append_json(text, policy.sha256);
    return text + "}}\n";
}

std::string cookie(const Office& office, std::string_view id)
{
    std::string text = std::string(session_cookie) + "=" + std::string(id) + "; Path=/; HttpOnly; SameSite=Strict";
    if (id.empty()) text += "; Max-Age=0";
    if (office.is_secure()) text += "; Secure";
    return text;
}

}  // namespace

Result<Reply> health(Call&)
{
    return Reply::of("{\"status\":\"alive\"}\n");
}

Result<Reply> readiness(Call& call)
{
    if (call.office.closing()) return refusal(503, "the service is stopping");
    return Reply::of("{\"status\":\"ready\"}\n");
}

Result<Reply> openapi(Call& call)
{
    return Reply::of(openapi_document(call.office.options().version)).with("Cache-Control", "no-cache");
}

Result<Reply> sign_in(Call& call)
{
    auto form = Form::of(call.request.body);
    if (!form) return tl::unexpected(form.error());
    const std::string name = form->text("name");
    const std::string password = form->text("password");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());

    People& people = call.office.people();
    const auto now = Throttle::Clock::now();
    const auto wait = people.throttle().wait(name, call.request.address, now);
    if (wait.count() > 0) {
        return refusal(429, "too many failures to sign in; wait " + std::to_string(wait.count()) + " seconds")
            .with("Retry-After", std::to_string(wait.count()));
    }
    const auto account = people.account_of_password(name, password, call.desk.access);
    if (!account) return tl::unexpected(account.error());
    if (!*account) {
        people.throttle().failed(name, call.request.address, now);
        return refusal(401, "name and password do not belong together, or the account is disabled");
    }
    people.throttle().succeeded(name, call.request.address);
    // A session that was there before, whoever brought it, is not carried on.
    if (call.who && !call.who->session_id.empty()) {
        const std::string before = call.who->session_id;
        call.office.with_writer([&](store::Registry& registry) { return tracker::end_session(registry, before); });
        people.forget();
    }
    const auto begun = call.office.with_writer([&](store::Registry& registry) {
        return tracker::begin_session(registry, (*account)->name, call.office.instant(), people.limits());
    });
    if (!begun) return tl::unexpected(begun.error());
    const Caller caller{begun->session.account, std::nullopt, begun->id, begun->session.csrf_token};
    return Reply::of(session_json(call, caller)).with("Set-Cookie", cookie(call.office, begun->id));
}

Result<Reply> session(Call& call)
{
    return Reply::of(session_json(call, call.caller()));
}

Result<Reply> sign_out(Call& call)
{
    const std::string id = call.caller().session_id;
    const auto ended =
        call.office.with_writer([&](store::Registry& registry) { return tracker::end_session(registry, id); });
    if (!ended) return tl::unexpected(ended.error());
    call.office.people().forget();
    return Reply::of("{}\n").with("Set-Cookie", cookie(call.office, {}));
}

Result<Reply> events(Call& call)
{
    auto place = call.office.events().take_place();
    if (!place) {
        return refusal(503, "too many pages listen already; this one asks again").with("Retry-After", "30");
    }
    Reply reply;
    reply.media = "text/event-stream";
    reply.listener = std::move(place);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

}  // namespace nodtrack::service
