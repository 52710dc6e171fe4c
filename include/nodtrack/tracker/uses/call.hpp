#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/date.hpp"
#include "nodtrack/report/assessment_json.hpp"
#include "nodtrack/store/history.hpp"
#include "nodtrack/store/provenance.hpp"
#include "nodtrack/store/reader.hpp"
#include "nodtrack/tracker/judges.hpp"
#include "nodtrack/tracker/uses/parameters.hpp"
#include "nodtrack/tracker/worklist.hpp"

namespace nodtrack::uses {

/// The values of one call, by the names of the parameters. The door has checked their types and words.
class Values {
  public:
    void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }
    void set(const std::string& name, std::vector<std::string> values) { values_[name] = std::move(values); }

    bool has(std::string_view name) const { return values_.contains(name); }
    std::optional<std::string> find(std::string_view name) const;
    /// The first value; empty where there is none.
    std::string text(std::string_view name) const { return find(name).value_or(std::string()); }
    const std::vector<std::string>& all(std::string_view name) const;
    std::optional<Date> date(std::string_view name) const;
    std::optional<std::int64_t> count(std::string_view name) const;
    std::optional<double> number(std::string_view name) const;

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// One call of one use case, with what its door lends it: the registry as that door holds it, and where the answer
/// goes.
class Call {
  public:
    using Storing = std::function<Result<store::DeliveryNumber>(store::Registry&)>;

    Call(const UseCase& called, Door called_at) : use(called), door(called_at), opening(called.opening) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    virtual ~Call() = default;

    const UseCase& use;
    const Door door;
    Values values;
    Format format = Format::text;
    Date today;
    /// Who asks at the service. Absent at the command line: whoever may write the file may do everything.
    std::optional<tracker::Account> account;
    Opening opening;  ///< as the use case says, unless a parameter asks for more
    /// Set where the answer itself is bad news, for the exit status.
    std::optional<ErrorCode> bad_news;

    /// `usage` and so on, in the words of the door.
    tl::unexpected<Error> failure(ErrorCode code, std::string_view message) const;

    /// Which policy judges whom: as adopted by the day in `known_on`, else by now. Fails with `registry_unusable` where
    /// an adopted policy cannot be loaded. Stays the same until `store`.
    virtual Result<const tracker::Judges*> judges() = 0;
    /// The judge of a patient; without one of the call's own (`patient_id`). Precondition: `judges` did not fail.
    const assess::Judge& judge_of(std::string_view patient_id);
    const assess::Judge& judge() { return judge_of(values.text("patient_id")); }
    virtual Result<store::Registry*> registry() = 0;  ///< to read
    virtual Result<store::PatientReader*> patients() = 0;
    virtual Result<tracker::AccessReader*> access() = 0;
    virtual Result<store::HistoryReader*> history() = 0;
    virtual report::AssessmentJson& assessment_json(const assess::Judge& judge) = 0;
    virtual Result<std::shared_ptr<const tracker::Worklist>> worklist(const tracker::WorklistRequest& request) = 0;
    /// Runs `work`, which changes the record of these patients alone (none named: of any) and returns the delivery, 0
    /// where nothing was stored. When this returns it is durable.
    virtual Result<void> store(const std::vector<std::string>& patients, const Storing& work) = 0;
    /// Changes accounts; afterwards `access` sees what was changed.
    virtual Result<void> change_accounts(const std::function<Result<void>(store::Registry&)>& change) = 0;
    /// Runs `work` on the registry where nothing else is being stored; what it does is no change of the record.
    virtual Result<void> maintain(const std::function<Result<void>(store::Registry&)>& work) = 0;
    virtual store::Provenance provenance(std::string reason) = 0;

    virtual void put(std::string_view text) = 0;  ///< adds to the answer
    /// Writes a file that was asked for; `-` is the answer.
    virtual Result<void> put_file(const std::string& file, std::string_view content) = 0;
    virtual void note(std::string_view) {}        ///< says something beside it, on a terminal
    virtual void step() {}                        ///< one more patient was judged
    virtual void concerns(const std::string&) {}  ///< whom it is about, where the address does not say it
    virtual void shows(const std::string&) {}     ///< the answer says something of this patient
    virtual void flush_reads() {}                 ///< who asks for reads wants the last ones too
};

/// A list as an answer: at the command line an item a line, at the service `{HEAD, "NAME": [items], "next": cursor}`.
/// There it has pages, by the parameters `limit` and `cursor`.
class List {
  public:
    /// `head`: members before the list, each with a comma after it.
    List(Call& call, std::string_view name, std::string_view head = {});
    /// Whether there is room for one more on this page.
    bool has_room() const { return call_.door == Door::command_line || shown_ < limit_; }
    /// An item as JSON; `cursor` finds the place behind it again.
    void add(std::string_view item, std::string cursor = {});
    /// `is_all`: nothing is left for another page.
    void end(bool is_all = true);

  private:
    Call& call_;
    std::size_t limit_;
    std::size_t shown_ = 0;
    std::string last_;
};

/// The number in `cursor`; 0 without one. Failure: `usage`.
Result<std::int64_t> number_behind(const Call& call);

/// `parameters`, then `limit` and `cursor`.
std::vector<Parameter> with_pages(std::vector<Parameter> parameters);

/// `parameters`, then `as_of` and `known_on`.
std::vector<Parameter> with_moment(std::vector<Parameter> parameters);
/// The policy that counts before any that was adopted: at the command line.
Parameter named_policy();

}  // namespace nodtrack::uses
