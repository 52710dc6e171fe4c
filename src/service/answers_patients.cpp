#include <openssl/evp.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "answers.hpp"
#include "nodtrack/assess/what_if.hpp"
#include "nodtrack/interop/record_writer.hpp"
#include "nodtrack/report/beside.hpp"
#include "nodtrack/report/board_html.hpp"
#include "nodtrack/report/decision_text.hpp"
#include "nodtrack/report/dose.hpp"
#include "nodtrack/report/report_sentence.hpp"
#include "nodtrack/report/trend_html.hpp"
#include "nodtrack/report/trend_svg.hpp"
#include "nodtrack/report/what_if_text.hpp"
#include "nodtrack/tracker/assess.hpp"
#include "nodtrack/tracker/film.hpp"
#include "nodtrack/tracker/history.hpp"
#include "nodtrack/tracker/identity_json.hpp"
#include "nodtrack/tracker/ledger.hpp"
#include "nodtrack/tracker/row_version.hpp"

namespace nodtrack::service {
namespace {

constexpr std::string_view html_media = "text/html; charset=utf-8";

/// Judges the patient of the path as the query asks, and hands the judgement on.
Result<void> judged(RequestContext& context, assess::Detail detail, const tracker::AssessmentVisitor& visit)
{
    const auto as_of = context.day("as_of");
    if (!as_of) return tl::unexpected(as_of.error());
    const auto known_on = context.day_or_none("known_on");
    if (!known_on) return tl::unexpected(known_on.error());
    if (!*known_on) {
        return tracker::assess_patient(context.reader.patients, context.judge(), context.patient_id(), *as_of, detail,
                                       visit);
    }
    const auto done = tracker::assess_patients(
        context.reader.registry, context.judge(),
        {.patient_ids = {context.patient_id()}, .as_of = *as_of, .known_on = *known_on, .detail = detail}, visit);
    if (!done) return tl::unexpected(done.error());
    return {};
}

/// The answer that `render` makes of the judgement.
template <class Render>
Result<Reply> rendered(RequestContext& context, assess::Detail detail, Render&& render)
{
    constexpr std::size_t most_answers_take = 16 * 1024;
    std::string text;
    text.reserve(most_answers_take);
    const auto done =
        judged(context, detail, [&](const assess::Assessment& assessment, const PatientRecord& record) -> Result<void> {
            text = render(assessment, record);
            return {};
        });
    if (!done) return tl::unexpected(done.error());
    return Reply::of(std::move(text), context.route.media);
}

std::string source_hash(std::string_view text)
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha256(), nullptr);
    std::string base64(4 * ((size + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), digest, static_cast<int>(size));
    return "'sha256-" + base64 + "'";
}

void add_between(std::set<std::string>& hashes, std::string_view html, std::string_view begin, std::string_view end)
{
    for (std::size_t at = html.find(begin); at != std::string_view::npos; at = html.find(begin, at)) {
        at += begin.size();
        const std::size_t stop = html.find(end, at);
        if (stop == std::string_view::npos) return;
        hashes.insert(source_hash(html.substr(at, stop - at)));
        at = stop;
    }
}

}  // namespace

std::string as_array(std::string_view lines)
{
    std::string array = "[";
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        if (end > 0) {
            if (array.size() > 1) array += ',';
            array += lines.substr(0, end);
        }
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return array + "]";
}

Reply html_reply(std::string html)
{
    std::set<std::string> hashes;
    add_between(hashes, html, "<style>", "</style>");
    add_between(hashes, html, " style=\"", "\"");
    std::string policy = "default-src 'none'; img-src data:; style-src 'unsafe-hashes'";
    for (const std::string& hash : hashes)
        policy += " " + hash;
    policy += "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    return Reply::of(std::move(html), html_media).with("Content-Security-Policy", policy);
}

Result<Reply> patient(RequestContext& context)
{
    PatientRecord record;
    const auto found = context.reader.patients.find(context.patient_id(), record);
    if (!found) return tl::unexpected(found.error());
    if (!*found) return failure(ErrorCode::not_found, "no patient '" + context.patient_id() + "' is recorded");
    std::string text = interop::record_json({&record, 1});
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    text.pop_back();  // the closing brace
    text += ",\"versions\":[";
    bool is_first = true;
    for (const auto& [key, version] : tracker::row_keys_of(record, context.reader.patients.versions())) {
        if (!is_first) text += ',';
        is_first = false;
        text += "{\"row\":";
        append_json(text, kind_name(key.kind));
        tracker::for_each_named_part(key, [&](std::string_view name, std::string_view value) {
            text += ",\"" + std::string(name) + "\":";
            append_json(text, value);
        });
        text += ",\"version\":" + std::to_string(version) + "}";
    }
    return Reply::of(text + "]}\n");
}

Result<Reply> assessment(RequestContext& context)
{
    const std::string reasons = context.parameter("reasons").value_or("fired");
    if (reasons != "none" && reasons != "fired" && reasons != "all") {
        return failure(ErrorCode::usage, "reasons: '" + reasons + "' is none of none, fired, all");
    }
    const assess::Detail detail = reasons == "none"  ? assess::Detail::none
                                  : reasons == "all" ? assess::Detail::all
                                                     : assess::Detail::fired;
    return rendered(context, detail, [&](const assess::Assessment& assessment, const PatientRecord& record) {
        std::string text;
        context.reader.assessment_json.append(text, assessment, record, detail);
        return text;
    });
}

Result<Reply> history(RequestContext& context)
{
    tracker::HistoryFilter filter{.kind = {},
                                  .scan_id = context.parameter("scan_id"),
                                  .nodule_id = context.parameter("nodule_id"),
                                  .column = context.parameter("column")};
    if (const auto kind = context.parameter("kind")) {
        filter.kind = kind_of_name(*kind);
        if (!filter.kind) return failure(ErrorCode::usage, "kind: '" + *kind + "' is none of " + row_kind_list());
    }
    auto values = tracker::patient_history_json(context.reader.history, context.patient_id(), filter);
    if (!values) return tl::unexpected(values.error());
    return Reply::of("{\"values\":" + *values + "}\n");
}

Result<Reply> what_if(RequestContext& context)
{
    return rendered(context, assess::Detail::all, [&](const assess::Assessment& now, const PatientRecord& record) {
        const Date as_of = now.timeline.as_of;
        return report::what_if_json(record, now, context.judge(),
                                    assess::what_would_change(record, context.judge(), as_of),
                                    assess::at_next_scan(record, context.judge(), as_of));
    });
}

Result<Reply> explanation(RequestContext& context)
{
    return rendered(context, assess::Detail::all,
                    [&](const assess::Assessment& assessment, const PatientRecord& record) {
                        return report::explanation_json(assessment, record, context.judge(),
                                                        report::beside(assessment, record, context.judge().policy()));
                    });
}

Result<Reply> ledger(RequestContext& context)
{
    const auto as_of = context.day("as_of");
    if (!as_of) return tl::unexpected(as_of.error());
    const auto entries = tracker::ledger_of(context.reader.registry, context.judge(), context.patient_id(), *as_of);
    if (!entries) return tl::unexpected(entries.error());
    return Reply::of("{\"entries\":" + as_array(report::ledger_json(context.patient_id(), *entries)) + "}\n");
}

Result<Reply> dose(RequestContext& context)
{
    return rendered(
        context, assess::Detail::none, [](const assess::Assessment& assessment, const PatientRecord& record) {
            const auto& factors = report::released_dose_factors();
            return report::dose_json(dose::dose_history(record, assessment.timeline.as_of, factors), record, factors);
        });
}

Result<Reply> identities(RequestContext& context)
{
    const auto found = tracker::identities_of(context.reader.registry, context.patient_id());
    if (!found) return tl::unexpected(found.error());
    std::string lines;
    for (const auto& identity : *found)
        lines += tracker::identity_json(identity);
    return Reply::of("{\"identities\":" + as_array(lines) + "}\n");
}

Result<Reply> trend_picture(RequestContext& context)
{
    return rendered(context, assess::Detail::none,
                    [&](const assess::Assessment& assessment, const PatientRecord& record) {
                        return report::trend_svg(assessment, record, context.judge());
                    });
}

Result<Reply> trend(RequestContext& context)
{
    return rendered(context, assess::Detail::none,
                    [&](const assess::Assessment& assessment, const PatientRecord& record) {
                        return report::trend_json(assessment, record, context.judge());
                    });
}

Result<Reply> worksheet(RequestContext& context)
{
    auto reply =
        rendered(context, assess::Detail::none, [&](const assess::Assessment& assessment, const PatientRecord& record) {
            const auto film = tracker::film_pictures(context.reader.registry, record, assessment.timeline.as_of);
            return report::trend_html(assessment, record, context.judge(), film.pictures);
        });
    if (!reply) return reply;
    return html_reply(*reply->body);
}

Result<Reply> filmstrip(RequestContext& context)
{
    const auto as_of = context.day_or_none("as_of");
    if (!as_of) return tl::unexpected(as_of.error());
    const auto film = tracker::film_of(context.reader.registry, context.patient_id(), context.values[1], *as_of);
    if (!film) return tl::unexpected(film.error());
    const auto strip = imaging::film_strip(*film);
    if (strip.shown == 0) {
        return failure(ErrorCode::not_found, "no image of nodule '" + context.values[1] + "' can be shown",
                       strip.problems);
    }
    auto png = imaging::png_of(strip.picture);
    if (!png) return tl::unexpected(png.error());
    return Reply::of(std::move(*png), "image/png");
}

Result<Reply> sentence(RequestContext& context)
{
    return rendered(context, assess::Detail::fired,
                    [&](const assess::Assessment& assessment, const PatientRecord& record) {
                        std::string text = report::sentences_json(assessment, record, context.judge());
                        while (!text.empty() && (text.back() == '\n' || text.back() == '}'))
                            text.pop_back();
                        // sentences_json ends with the list of nodules.
                        text += ",\"text\":";
                        append_json(text, report::sentences_text(assessment, record, context.judge()));
                        return text + "}\n";
                    });
}

}  // namespace nodtrack::service
