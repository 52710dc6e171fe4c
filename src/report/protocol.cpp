#include "nodtrack/report/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "json_text.hpp"
#include "nodtrack/report/dose.hpp"
#include "words.hpp"

namespace nodtrack::report {
namespace {

std::string millimetres(Length length)
{
    return decimal_text(length.thousandths()) + " mm";
}

/// The statements a request rests on; the bibliography is read once.
std::vector<dose::Citation> cited(std::initializer_list<std::string_view> items)
{
    constexpr std::string_view used[] = {"S1-017", "S1-045", "S1-047", "S1-049", "S1-121", "S0-019", "S0-022",
                                         "S0-030", "S0-037", "O-06",   "O-08",   "O-67",   "O-69",   "X-07"};
    static const std::vector<dose::Citation> statements =
        dose::citations_of(used, policy::released_sources_json()).value();
    std::vector<dose::Citation> citations;
    for (const std::string_view item : items) {
        citations.push_back(*std::find_if(statements.begin(), statements.end(),
                                          [&](const dose::Citation& citation) { return citation.item == item; }));
    }
    return citations;
}

class ProtocolWriter {
  public:
    ProtocolWriter(const assess::Assessment& assessment, const PatientRecord& record, const assess::Judge& judge,
                   const dose::DoseHistory& doses)
        : assessment_(assessment), record_(record), judge_(judge), doses_(doses)
    {
        for (const std::uint32_t position : assessment.timeline.scans) {
            if (record.scans[position].is_diagnostic_ct()) cts_.push_back(&record.scans[position]);
        }
    }

    CtProtocol write()
    {
        occasion();
        if (!protocol_.is_asked_for) return std::move(protocol_);
        contrast();
        low_dose();
        slices();
        scanner();
        reading();
        return std::move(protocol_);
    }

  private:
    const Scan* last_ct() const { return cts_.empty() ? nullptr : cts_.back(); }

    void item(std::string topic, std::string ask, std::string why, std::string history,
              std::initializer_list<std::string_view> items)
    {
        protocol_.items.push_back({std::move(topic), std::move(ask), std::move(why), std::move(history), cited(items)});
    }
    void lacks(std::string what) { protocol_.lacking.push_back(std::move(what)); }

    void occasion()
    {
        using policy::Action;
        const assess::Recommendation& given = assessment_.recommendation;
        const std::string advice = advice_text(given, judge_.policy()) + ".";
        if (given.action == Action::out_of_scope) {
            protocol_.is_asked_for = false;
            protocol_.occasion = "No CT of this programme is asked for. " + advice;
            return;
        }
        const bool is_ct = given.action == Action::continue_surveillance || given.action == Action::short_interval_ct ||
                           (given.action == Action::data_required && last_ct() == nullptr);
        if (is_ct) {
            protocol_.due = given.due_date;
        } else {
            protocol_.due = given.safety_net_ct_date;
        }
        protocol_.occasion = advice;
        if (!protocol_.due) {
            protocol_.occasion += " No CT is asked for now; when the next one is ordered, this is what compares.";
        } else if (*protocol_.due < assessment_.timeline.as_of) {
            protocol_.occasion += " That day has passed.";
        }
    }

    void contrast()
    {
        std::string history;
        const auto given = std::count_if(cts_.begin(), cts_.end(),
                                         [](const Scan* scan) { return scan->iv_contrast == IvContrast::given; });
        if (given > 0) {
            history = fmt::format("{} of {} earlier CT{} had IV contrast: good for size, not for calcification.", given,
                                  cts_.size(), cts_.size() == 1 ? "" : "s");
        }
        item("contrast", "Chest CT without IV contrast.",
             "It is the one examination rated usually appropriate for this question; contrast blurs mineralisation, "
             "which "
             "helps to tell benign from malignant, and adds risk without gain. A hilar, mediastinal or vascular "
             "question "
             "is the exception and needs its reason on the request.",
             history, {"S1-017", "S1-045", "S0-019", "S0-030", "X-07"});
        if (last_ct() != nullptr && !last_ct()->iv_contrast) lacks("whether the last CT had IV contrast");
    }

    void low_dose()
    {
        std::string ask = "Low-dose protocol: the lowest dose at which the nodules can still be measured (ALARA).";
        if (doses_.youth == dose::Youth::child) {
            ask +=
                " A child: a paediatric protocol, and write down the phantom (16 or 32 cm) with the dose-length "
                "product.";
        }
        std::string history = doses_.scans.empty() ? std::string() : dose_line(doses_) + ".";
        const auto with_dlp =
            std::find_if(cts_.rbegin(), cts_.rend(), [](const Scan* scan) { return scan->dlp.has_value(); });
        if (with_dlp != cts_.rend()) {
            history += fmt::format(" The CT of {} took {} mGy.cm.", (*with_dlp)->scan_date.iso(),
                                   decimal_text((*with_dlp)->dlp->thousandths()));
        }
        item("dose", ask,
             "Surveillance means many scans; in one cohort of soft-tissue sarcoma CT at a median of 0.27 mSv showed "
             "every "
             "symptom-free metastasis. The dose is shown and never stops an examination.",
             history, {"S0-022", "S0-037", "S1-121", "O-67", "O-69"});
        if (doses_.without_dlp > 0) {
            lacks(fmt::format("the dose-length product of {} CT{}", doses_.without_dlp,
                              doses_.without_dlp == 1 ? "" : "s"));
        }
        if (!doses_.age_months) lacks("the birth date");
    }

    void slices()
    {
        const Length thin = judge_.limits().volume_slice_at_most;
        const Scan* last = last_ct();
        std::string ask = fmt::format("Thin slices without gaps: at most {}", millimetres(thin));
        std::string history;
        if (last != nullptr && last->slice_thickness) {
            const Length before = *last->slice_thickness;
            history = fmt::format("The CT of {} had {}.", last->scan_date.iso(), millimetres(before));
            if (before <= thin) {
                ask += ", and the same as before: " + millimetres(before) + ".";
            } else {
                ask += fmt::format(", and beside them a reconstruction of {} to compare with the last CT.",
                                   millimetres(before));
                history += " That is too thick to compare volumes, and widens the limit of growth where it is above " +
                           millimetres(judge_.limits().thick_slice_above) + ".";
            }
        } else if (last != nullptr) {
            ask += "; the same as before, which the last CT's report tells.";
            lacks("the slice thickness of the last CT");
        } else {
            ask += ".";
        }
        add_thicknesses(history);
        item("slices", ask,
             "Volumes are compared only between slices this thin; between unlike slices a change may be the slices'. "
             "Thinner slices also show more and smaller nodules.",
             history, {"O-06", "O-08", "S1-049"});
    }

    void add_thicknesses(std::string& history) const
    {
        std::vector<Length> seen;
        for (const Scan* scan : cts_) {
            if (scan->slice_thickness) seen.push_back(*scan->slice_thickness);
        }
        std::sort(seen.begin(), seen.end());
        if (seen.empty() || seen.front() == seen.back()) return;
        history += fmt::format(" Over the years {} to {}.", millimetres(seen.front()), millimetres(seen.back()));
    }

    void scanner()
    {
        const bool is_first = last_ct() == nullptr;
        item("scanner",
             is_first ? "Write down scanner and kernel, so that the next CT can be made the same way."
                      : "Same scanner and kernel as before.",
             "The published limits of volume change hold for the same scanner and software, not across them.", {},
             {"O-06"});
        if (is_first) return;
        lacks(
            "scanner, kernel, tube voltage and reconstruction of the earlier CTs: take them from the last examination");
    }

    void reading()
    {
        std::string ask = "A complete reading: long and short axis of each nodule on the slice where it is largest";
        std::string named;
        for (const assess::NoduleAssessment& nodule : assessment_.nodules) {
            if (nodule.nodule_class == policy::NoduleClass::resolved) continue;
            named += (named.empty() ? "" : ", ") + record_.nodule_ids[nodule.nodule];
        }
        ask += named.empty() ? "." : "; followed so far: " + named + ".";
        std::string history;
        if (last_ct() != nullptr && last_ct()->reading != Reading::complete) {
            history = "The last CT is not known to be read completely.";
        }
        item("reading", ask, "What was not read or measured cannot reassure, and a CT count is a lower bound.", history,
             {"S1-047"});
    }

    const assess::Assessment& assessment_;
    const PatientRecord& record_;
    const assess::Judge& judge_;
    const dose::DoseHistory& doses_;
    std::vector<const Scan*> cts_;  ///< diagnostic CTs up to the day, oldest first
    CtProtocol protocol_;
};

}  // namespace

CtProtocol next_ct_protocol(const assess::Assessment& assessment, const PatientRecord& record,
                            const assess::Judge& judge, const dose::DoseHistory& doses)
{
    return ProtocolWriter(assessment, record, judge, doses).write();
}

std::string protocol_text(const CtProtocol& protocol, const assess::Assessment& assessment, const PatientRecord& record)
{
    std::string text = fmt::format("{}  as seen on {}\n", record.patient.patient_id, assessment.timeline.as_of.iso());
    text += wrapped("  " + protocol.occasion, 2) + "\n";
    std::size_t number = 0;
    for (const ProtocolItem& item : protocol.items) {
        text += wrapped(fmt::format("\n  {}. {}", ++number, item.ask), 5) + "\n";
        text += wrapped("     Why: " + item.why + " [" + citations_text(item.citations) + "]", 5) + "\n";
        if (!item.history.empty()) text += wrapped("     From the history: " + item.history, 5) + "\n";
    }
    if (!protocol.items.empty() && !protocol.lacking.empty()) {
        text += "\n  The record does not say:\n";
        for (const std::string& what : protocol.lacking)
            text += wrapped("    - " + what, 6) + "\n";
    }
    return text + "\n";
}

std::string protocol_json(const CtProtocol& protocol, const assess::Assessment& assessment, const PatientRecord& record)
{
    std::string out = "{";
    append_json_member(out, "patient_id", record.patient.patient_id);
    append_json_member(out, "as_of", assessment.timeline.as_of.iso());
    append_json_yes_no_member(out, "is_asked_for", protocol.is_asked_for);
    append_json_date_member(out, "due_date", protocol.due);
    append_json_member(out, "occasion", protocol.occasion);
    append_json_key(out, "items");
    out += '[';
    for (const ProtocolItem& item : protocol.items) {
        if (out.back() != '[') out += ',';
        out += '{';
        append_json_member(out, "topic", item.topic);
        append_json_member(out, "ask", item.ask);
        append_json_member(out, "why", item.why);
        append_json_known_member(out, "history", item.history);
        append_json_key(out, "cite");
        out += '[';
        for (const dose::Citation& citation : item.citations) {
            if (out.back() != '[') out += ',';
            out += '{';
            append_json_member(out, "item", citation.item);
            append_json_member(out, "source", citation.source);
            append_json_member(out, "at", citation.at);
            append_json_member(out, "verified", citation.verified);
            out += '}';
        }
        out += "]}";
    }
    out += ']';
    append_json_key(out, "lacking");
    out += '[';
    for (const std::string& what : protocol.lacking) {
        if (out.back() != '[') out += ',';
        append_json_string(out, what);
    }
    return out + "]}\n";
}

}  // namespace nodtrack::report
