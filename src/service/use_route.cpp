#include "use_route.hpp"

#include <algorithm>

#include "answers.hpp"
#include "form.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "service_context.hpp"

namespace nodtrack::service {
namespace {

using uses::Door;
using uses::Type;

class RequestedCall final : public uses::Call {
  public:
    explicit RequestedCall(RequestContext& context) : Call(*context.route.use, Door::service), context_(context)
    {
        today = context.now.today;
        format = uses::Format::json;
        if (context.who) account = context.who->account;
        constexpr std::size_t most_answers_take = 16 * 1024;
        answer_.reserve(most_answers_take);
    }

    Result<const tracker::Judges*> judges() override
    {
        const auto known_on = values.date("known_on");
        if (!known_on) return &context_.judges();
        if (!judges_known_) {
            auto held = tracker::Judges::of(context_.reader.registry, known_on);
            if (!held) return tl::unexpected(held.error());
            judges_known_.emplace(std::move(*held));
        }
        return &*judges_known_;
    }
    Result<store::Registry*> registry() override { return &context_.reader.registry; }
    Result<store::PatientReader*> patients() override { return &context_.reader.patients; }
    Result<tracker::AccessReader*> access() override
    {
        return changed_ ? &(*changed_)->access : &context_.reader.access;
    }
    Result<store::HistoryReader*> history() override { return &context_.reader.history; }
    report::AssessmentJson& assessment_json(const assess::Judge& judge) override
    {
        // A judge of this call alone must not be kept for the next one.
        return judges_known_ ? assessment_jsons_.of(judge) : context_.reader.assessment_json.of(judge);
    }

    Result<std::shared_ptr<const tracker::Worklist>> worklist(const tracker::WorklistRequest& request) override
    {
        return context_.service.worklists().list(context_.reader, request);
    }

    Result<void> store(const std::vector<std::string>& patients, const Storing& work) override
    {
        const auto stored = context_.service.store(context_.reader, patients, work);
        return stored ? Result<void>() : tl::unexpected(stored.error());
    }

    Result<void> change_accounts(const std::function<Result<void>(store::Registry&)>& change) override
    {
        const auto changed = context_.service.with_writer(change);
        if (!changed) return changed;
        auto session = context_.service.read_sessions().borrow();  // the context's own view is from before
        if (!session) return tl::unexpected(session.error());
        changed_.emplace(std::move(*session));
        return {};
    }

    Result<void> maintain(const std::function<Result<void>(store::Registry&)>& work) override
    {
        return context_.service.with_writer(work);
    }

    store::Provenance provenance(std::string reason) override { return context_.provenance(std::move(reason)); }

    void put(std::string_view text) override { answer_ += text; }
    Result<void> put_file(const std::string&, std::string_view content) override
    {
        answer_ += content;
        return {};
    }
    void flush_reads() override { context_.service.read_log().flush(); }

    void concerns(const std::string& patient_id) override { context_.concerns_patient = patient_id; }

    void shows(const std::string& patient_id) override
    {
        if (!context_.shown_patients) context_.shown_patients.emplace();
        context_.shown_patients->push_back(patient_id);
    }

    std::string answer() && { return std::move(answer_); }

  private:
    RequestContext& context_;
    std::optional<ReadSessionPool::Lease> changed_;  ///< sees what this call changed
    std::optional<tracker::Judges> judges_known_;    ///< that held on a day that was asked for
    report::AssessmentJsons assessment_jsons_;
    std::string answer_;
};

/// The parameters of the path, in its order.
std::vector<std::string> names_in_path(std::string_view path)
{
    std::vector<std::string> names;
    for (std::size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1))
        names.emplace_back(path.substr(at + 1, path.find('}', at) - at - 1));
    return names;
}

Result<void> take_query(uses::Call& call, const RequestContext& context)
{
    for (const uses::Parameter& parameter : context.route.query) {
        for (const std::string& text : context.parameters(parameter.name)) {
            if (const auto checked = uses::check_value(parameter, parameter.name, text); !checked) return checked;
            if (!call.values.has(parameter.name) || parameter.repeated) call.values.add(parameter.name, text);
        }
    }
    return {};
}

void take_member(uses::Call& call, const uses::Parameter& parameter, Form& form)
{
    const char* const name = parameter.name.c_str();
    const bool required = uses::is_given(parameter.required, Door::service);
    const auto add = [&](std::string value) { call.values.add(parameter.name, std::move(value)); };
    switch (parameter.type) {
        case Type::yes:
            if (form.yes(name)) add("yes");
            return;
        case Type::truth:
            if (const bool value = form.yes(name); form.has(name)) add(value ? "true" : "false");
            break;
        case Type::date:
            if (const auto day = form.date(name)) add(day->iso());
            break;
        case Type::count:
            if (const auto number = form.whole_number(name)) add(std::to_string(*number));
            break;
        case Type::share:
            if (form.number(name)) add(form.number_as_sent(name));
            break;
        case Type::names:
            if (auto texts = form.texts(name); !texts.empty()) call.values.set(parameter.name, std::move(texts));
            break;
        case Type::cells:
            for (const tracker::Cell& cell : form.cells(name))
                add(cell.column + "=" + cell.text);
            break;
        case Type::object:
            if (const auto object = form.object(name)) add(object->as_sent());
            break;
        case Type::text:
        case Type::secret:
            const bool may_be_empty = !required && parameter.words.empty();
            const auto text = required ? form.text(name) : form.text_or_none(name).value_or("");
            if (!text.empty() || (may_be_empty && form.has(name))) add(text);
            if (text.empty()) return;
    }
    if (required && !form.has(name)) form.refuse(parameter.name + ": missing; " + parameter.help);
    for (const std::string& text : call.values.all(parameter.name)) {
        const auto checked = uses::check_value(parameter, parameter.name, text);
        if (!checked) form.refuse(checked.error().message);
    }
}

Result<void> take_body(uses::Call& call, const RequestContext& context)
{
    const auto parameters = parameters_of(*context.route.use, *context.route.of_use);
    const bool may_be_empty = std::ranges::none_of(
        parameters, [](const uses::Parameter& parameter) { return is_given(parameter.required, Door::service); });
    auto form = Form::of(may_be_empty && context.request.body.empty() ? "{}" : std::string_view(context.request.body));
    if (!form) return tl::unexpected(form.error());
    for (const uses::Parameter& parameter : parameters)
        take_member(call, parameter, *form);
    return form->done();
}

Result<Reply> answer_of_use(RequestContext& context)
{
    RequestedCall call(context);
    const std::vector<std::string> names = names_in_path(context.route.path);
    for (std::size_t i = 0; i < names.size(); ++i)
        call.values.add(names[i], context.values[i]);
    for (const auto& [name, value] : context.route.of_use->sets)
        call.values.add(name, value);
    const auto taken = context.route.request.empty() ? take_query(call, context) : take_body(call, context);
    if (!taken) return tl::unexpected(taken.error());
    const auto done = call.use.run(call);
    if (!done) {
        Error error = done.error();
        // What is wrong with a body is in the list of problems, whoever finds it.
        const bool is_of_body = error.code == ErrorCode::usage && !context.route.request.empty();
        if (is_of_body && error.context.empty()) error.context.push_back(error.message);
        return tl::unexpected(std::move(error));
    }
    std::string answer = std::move(call).answer();
    if (context.route.media == uses::html_media) return html_reply(std::move(answer));
    return Reply::of(std::move(answer), context.route.media);
}

}  // namespace

std::vector<uses::Parameter> parameters_of(const uses::UseCase& use, const uses::Route& route)
{
    std::vector<std::string> left_out = names_in_path(route.path);
    for (const auto& set : route.sets)
        left_out.push_back(set.first);
    std::vector<uses::Parameter> parameters;
    for (const uses::Parameter& parameter : use.parameters) {
        const bool is_taken = route.takes.empty() || std::ranges::count(route.takes, parameter.name) > 0;
        if (!uses::is_given(parameter.at, Door::service) || !is_taken) continue;
        if (std::ranges::count(left_out, parameter.name) > 0) continue;
        parameters.push_back(parameter);
        parameters.back().help = uses::spelled(parameter.help, use, Door::service);
    }
    return parameters;
}

std::vector<Route> routes_of(const uses::UseCase& use)
{
    std::vector<Route> routes;
    for (const uses::Route& route : use.routes) {
        routes.push_back({.method = route.method,
                          .path = route.path,
                          .roles = route.roles,
                          .scope = route.scope,
                          .summary = route.summary,
                          .query = {},
                          .request = route.request,
                          .response = route.response,
                          .rests_on = route.rests_on,
                          .media = route.media,
                          .status = route.status,
                          .answer = answer_of_use,
                          .use = &use,
                          .of_use = &route});
        if (route.request.empty()) routes.back().query = parameters_of(use, route);
    }
    return routes;
}

}  // namespace nodtrack::service
