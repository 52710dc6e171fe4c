#include "use_command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nodtrack/tracker/policy_diff.hpp"
#include "nodtrack/tracker/uses/call.hpp"
#include "output.hpp"
#include "password.hpp"
#include "progress.hpp"
#include "write_file.hpp"

namespace nodtrack::cli {
namespace {

using uses::Door;
using uses::Type;
using uses::UseCase;

constexpr Door here = Door::command_line;

/// The names of a list such as "Dr A, Dr B".
std::vector<std::string> names_in(const std::string& typed)
{
    std::vector<std::string> names;
    std::size_t from = 0;
    while (from <= typed.size()) {
        const std::size_t comma = std::min(typed.find(',', from), typed.size());
        std::string name = typed.substr(from, comma - from);
        name.erase(0, name.find_first_not_of(" \t"));
        name.erase(name.find_last_not_of(" \t") + 1);
        names.push_back(std::move(name));
        from = comma + 1;
    }
    return names;
}

class TypedCall final : public uses::Call {
  public:
    TypedCall(const UseCase& called, const cli::Call& typed) : Call(called, here), typed_(typed)
    {
        today = typed.now.today;
    }

    Result<const tracker::Judges*> judges() override
    {
        if (!judges_) {
            auto made = judges_asked_for();
            if (!made) return tl::unexpected(made.error());
            judges_.emplace(std::move(*made));
        }
        return &*judges_;
    }

    Result<store::Registry*> registry() override
    {
        if (!registry_) {
            const auto how = opening == uses::Opening::to_read    ? store::Opening::read_only
                             : opening == uses::Opening::to_write ? store::Opening::existing
                                                                  : store::Opening::make_if_missing;
            auto made = open_registry(typed_, how);
            if (!made) return tl::unexpected(made.error());
            registry_.emplace(std::move(*made));
        }
        return &*registry_;
    }

    Result<store::PatientReader*> patients() override
    {
        return opened(patients_, [](const store::Registry& registry) { return store::PatientReader::open(registry); });
    }

    Result<tracker::AccessReader*> access() override { return opened(access_, tracker::AccessReader::open); }

    Result<store::HistoryReader*> history() override { return opened(history_, store::HistoryReader::open); }

    report::AssessmentJson& assessment_json(const assess::Judge& judge) override { return assessment_jsons_.of(judge); }

    Result<std::shared_ptr<const tracker::Worklist>> worklist(const tracker::WorklistRequest& request) override
    {
        const auto from = registry();
        if (!from) return tl::unexpected(from.error());
        const auto known = judges();
        if (!known) return tl::unexpected(known.error());
        auto list = tracker::worklist(**from, **known, request, [this] { step(); });
        if (!list) return tl::unexpected(list.error());
        return std::make_shared<const tracker::Worklist>(std::move(*list));
    }

    Result<void> store(const std::vector<std::string>&, const Storing& work) override
    {
        const auto to = registry();
        if (!to) return tl::unexpected(to.error());
        const auto stored = work(**to);
        return stored ? Result<void>() : tl::unexpected(stored.error());
    }

    Result<void> change_accounts(const std::function<Result<void>(store::Registry&)>& change) override
    {
        const auto to = registry();
        return to ? change(**to) : tl::unexpected(to.error());
    }

    Result<void> maintain(const std::function<Result<void>(store::Registry&)>& work) override
    {
        const auto to = registry();
        return to ? work(**to) : tl::unexpected(to.error());
    }

    store::Provenance provenance(std::string reason) override
    {
        return provenance_of(typed_.now, use.name, std::move(reason));
    }

    void put(std::string_view text) override { print(text); }
    Result<void> put_file(const std::string& file, std::string_view content) override
    {
        const auto written = write_file(file, content);
        if (written && file != "-") note(file + " written");
        return written;
    }
    void note(std::string_view text) override { cli::note(text); }
    void step() override { progress_.step(); }

  private:
    /// A policy that is named counts before any that was adopted.
    Result<tracker::Judges> judges_asked_for()
    {
        if (const auto named = values.find("policy")) {
            auto judge = tracker::judge_by_policy(*named);
            if (!judge) return tl::unexpected(judge.error());
            return tracker::Judges(std::move(*judge));
        }
        const auto from = registry();
        if (!from) return tl::unexpected(from.error());
        return tracker::Judges::of(**from, values.date("known_on"));
    }

    template <class Reader, class Open>
    Result<Reader*> opened(std::optional<Reader>& reader, Open&& open)
    {
        if (!reader) {
            const auto from = registry();
            if (!from) return tl::unexpected(from.error());
            Result<Reader> made = open(**from);
            if (!made) return tl::unexpected(made.error());
            reader.emplace(std::move(*made));
        }
        return &*reader;
    }

    const cli::Call& typed_;
    std::optional<tracker::Judges> judges_;
    std::optional<store::Registry> registry_;
    std::optional<store::PatientReader> patients_;
    std::optional<tracker::AccessReader> access_;
    std::optional<store::HistoryReader> history_;
    report::AssessmentJsons assessment_jsons_;
    Progress progress_{"judged", "patients"};
};

Result<void> take(uses::Call& call, const uses::Parameter& parameter, const Arguments& arguments)
{
    const std::string spelt = uses::spelling(parameter, here);
    if (parameter.type == Type::secret) {
        // A registry that cannot be opened is told before a password is asked for.
        if (const auto opened = call.registry(); !opened) return tl::unexpected(opened.error());
        auto password = new_password(arguments);
        if (!password) return tl::unexpected(password.error());
        call.values.add(parameter.name, std::move(*password));
        return {};
    }
    if (!arguments.has(spelt)) return {};
    if (parameter.type == Type::names) {
        call.values.set(parameter.name, names_in(arguments.text(spelt)));
        return {};
    }
    for (const std::string& text : arguments.all(spelt)) {
        if (!spelt.starts_with("--") && !parameter.words.empty() && std::ranges::count(parameter.words, text) == 0) {
            return call.failure(ErrorCode::usage, fmt::format("{}: '{}' is no {}; take one of {}", call.use.name, text,
                                                              parameter.name, fmt::join(parameter.words, ", ")));
        }
        if (const auto checked = uses::check_value(parameter, spelt, text); !checked) return checked;
    }
    call.values.set(parameter.name, arguments.all(spelt));
    return {};
}

}  // namespace

Command command_of(const UseCase& use)
{
    Command command{.name = use.name,
                    .summary = use.summary,
                    .description = uses::spelled(use.description, use, here),
                    .use = &use};
    for (const uses::Parameter& parameter : use.parameters) {
        if (!uses::is_given(parameter.at, here)) continue;
        const std::string help = uses::spelled(parameter.help, use, here);
        const bool required = uses::is_given(parameter.required, here);
        if (parameter.type == Type::secret) {
            command.options.push_back(password_option());
        } else if (const std::string spelt = uses::spelling(parameter, here); spelt.starts_with("--")) {
            command.options.push_back({spelt, parameter.value, help, parameter.words, required, parameter.repeated});
        } else {
            command.positionals.push_back({spelt, help, required, parameter.repeated});
        }
    }
    for (const auto& [line, says] : use.examples)
        command.examples.push_back({line, says});
    for (const auto& [code, meaning] : use.failures)
        command.failures.emplace_back(exit_status_of(code), meaning);
    return command;
}

Result<ExitStatus> run_use(const UseCase& use, const Call& typed)
{
    TypedCall call(use, typed);
    for (const uses::Parameter& parameter : use.parameters) {
        if (!uses::is_given(parameter.at, here)) continue;
        const auto taken = take(call, parameter, typed.arguments);
        if (!taken) return tl::unexpected(taken.error());
    }
    if (call.values.has("json")) call.format = uses::Format::json;
    if (call.values.has("csv")) call.format = uses::Format::csv;
    const auto done = use.run(call);
    if (!done) return tl::unexpected(done.error());
    return call.bad_news ? exit_status_of(*call.bad_news) : ExitStatus::done;
}

}  // namespace nodtrack::cli
