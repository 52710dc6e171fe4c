#include <algorithm>
#include <nlohmann/json.hpp>

#include "answers.hpp"
#include "form.hpp"
#include "nodtrack/tracker/registry.hpp"

namespace nodtrack::service {
namespace {

using nlohmann::ordered_json;

std::string dumped(const ordered_json& object)
{
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json json_of(const tracker::Account& account)
{
    return {{"name", account.name},
            {"role", store::word(account.role)},
            {"display_name", account.display_name},
            {"disabled", account.disabled},
            {"made_at", account.made_at}};
}

constexpr std::size_t page_of_a_list = 100;
constexpr std::size_t longest_page = 1'000;

/// The number in `cursor`; 0 without one.
Result<std::int64_t> number_behind(const RequestContext& context)
{
    const auto cursor = context.parameter("cursor");
    if (!cursor) return 0;
    const auto number = context.count("cursor", 0, std::size_t{1} << 53U);
    if (!number) return tl::unexpected(number.error());
    return static_cast<std::int64_t>(*number);
}

std::string page_json(const char* name, const ordered_json& items, std::optional<std::int64_t> next)
{
    return dumped({{name, items}, {"next", next ? ordered_json(std::to_string(*next)) : ordered_json()}});
}

/// The account as it stands, after a change.
Result<Reply> account_reply(RequestContext& context, const std::string& name, const Result<void>& changed)
{
    if (!changed) return tl::unexpected(changed.error());
    auto session = context.service.read_sessions().borrow();  // the context's own view is from before
    if (!session) return tl::unexpected(session.error());
    const auto account = (*session)->access.account(name);
    if (!account) return tl::unexpected(account.error());
    if (!*account) return failure(ErrorCode::not_found, "there is no account '" + name + "'");
    return Reply::of(dumped(json_of(**account)));
}

}  // namespace

Result<Reply> audit_deliveries(RequestContext& context)
{
    const auto limit = context.count("limit", page_of_a_list, longest_page);
    if (!limit) return tl::unexpected(limit.error());
    const auto before = number_behind(context);
    if (!before) return tl::unexpected(before.error());
    const auto all = store::deliveries(context.reader.registry);
    if (!all) return tl::unexpected(all.error());
    ordered_json items = ordered_json::array();
    std::optional<std::int64_t> next;
    // The newest first; the cursor is the last number that was shown.
    for (auto entry = all->rbegin(); entry != all->rend(); ++entry) {
        if (*before != 0 && entry->delivery_no >= *before) continue;
        if (items.size() == *limit) {
            next = std::prev(entry)->delivery_no;
            break;
        }
        items.push_back({{"delivery_no", entry->delivery_no},
                         {"recorded_at", entry->recorded_at},
                         {"actor", entry->actor},
                         {"door", entry->door},
                         {"reason", entry->reason}});
    }
    return Reply::of(page_json("deliveries", items, next));
}

Result<Reply> audit_head(RequestContext& context)
{
    const auto head = tracker::audit_head(context.reader.registry);
    if (!head) return tl::unexpected(head.error());
    return Reply::of(
        dumped({{"delivery_no", head->delivery_no}, {"entry_sha256", head->entry_sha256}, {"head", head->text()}}));
}

Result<Reply> audit_verify(RequestContext& context)
{
    std::optional<tracker::AuditHead> earlier;
    if (const auto text = context.parameter("head")) {
        earlier = tracker::AuditHead::parse(*text);
        if (!earlier)
            return failure(ErrorCode::usage, "head: '" + *text + "' is no head; GET /api/v1/audit/head tells one");
    }
    const auto report = tracker::audit_verify(context.reader.registry, earlier);
    if (!report) return tl::unexpected(report.error());
    return Reply::of(dumped({{"intact", report->intact()},
                             {"deliveries", report->deliveries},
                             {"rows", report->rows},
                             {"head", report->head.text()},
                             {"problems", report->problems}}));
}

Result<Reply> audit_reads(RequestContext& context)
{
    context.service.read_log().flush();  // who asks wants the last ones too
    tracker::ReadFilter filter;
    filter.patient_id = context.parameter("patient_id").value_or("");
    filter.account = context.parameter("account").value_or("");
    const auto from = context.day_or_none("from");
    if (!from) return tl::unexpected(from.error());
    filter.from = *from;
    const auto to = context.day_or_none("to");
    if (!to) return tl::unexpected(to.error());
    filter.to = *to;
    const auto behind = number_behind(context);
    if (!behind) return tl::unexpected(behind.error());
    filter.after_read_no = *behind;
    const auto limit = context.count("limit", page_of_a_list, longest_page);
    if (!limit) return tl::unexpected(limit.error());
    filter.limit = *limit + 1;
    const auto reads = tracker::reads_of(context.reader.registry, filter);
    if (!reads) return tl::unexpected(reads.error());
    ordered_json items = ordered_json::array();
    std::optional<std::int64_t> next;
    for (const tracker::PatientRead& read : *reads) {
        if (items.size() == *limit) {
            next = items.back().at("read_no").get<std::int64_t>();
            break;
        }
        items.push_back({{"read_no", read.read_no},
                         {"read_at", store::utc_text(read.read_at)},
                         {"account", read.account},
                         {"patient_id", read.patient_id},
                         {"route", read.route},
                         {"detail", read.detail}});
    }
    return Reply::of(page_json("reads", items, next));
}

Result<Reply> users(RequestContext& context)
{
    const auto accounts = context.reader.access.accounts();
    if (!accounts) return tl::unexpected(accounts.error());
    ordered_json items = ordered_json::array();
    for (const tracker::Account& account : *accounts)
        items.push_back(json_of(account));
    return Reply::of(dumped({{"users", items}}));
}

Result<Reply> add_user(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    tracker::Account account;
    account.name = form->text("name");
    const auto role = store::role_of_word(form->text("role"));
    if (!role) form->refuse("role: must be one of radiologist, board, researcher, admin");
    account.role = role.value_or(tracker::Role::radiologist);
    account.display_name = form->text_or_none("display_name").value_or("");
    const std::string password = form->text("password");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    auto reply = account_reply(context, account.name, context.service.with_writer([&](store::Registry& registry) {
        return tracker::add_account(registry, account, password, context.occasion());
    }));
    if (reply) reply->status = 201;
    return reply;
}

Result<Reply> disable_user(RequestContext& context)
{
    auto form = Form::of(context.request.body.empty() ? std::string_view("{}") : context.request.body);
    if (!form) return tl::unexpected(form.error());
    const bool enable = form->has("disabled") && !form->yes("disabled");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    return account_reply(context, context.values.front(), context.service.with_writer([&](store::Registry& registry) {
        return tracker::set_disabled(registry, context.values.front(), !enable, context.occasion());
    }));
}

Result<Reply> set_user_role(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    const auto role = store::role_of_word(form->text("role"));
    if (!role) form->refuse("role: must be one of radiologist, board, researcher, admin");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    return account_reply(context, context.values.front(), context.service.with_writer([&](store::Registry& registry) {
        return tracker::set_role(registry, context.values.front(), *role, context.occasion());
    }));
}

Result<Reply> set_user_password(RequestContext& context)
{
    auto form = Form::of(context.request.body);
    if (!form) return tl::unexpected(form.error());
    const std::string password = form->text("password");
    if (const auto done = form->done(); !done) return tl::unexpected(done.error());
    return account_reply(context, context.values.front(), context.service.with_writer([&](store::Registry& registry) {
        return tracker::change_password(registry, context.values.front(), password, context.occasion());
    }));
}

}  // namespace nodtrack::service
