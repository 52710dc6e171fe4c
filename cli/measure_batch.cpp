#include "measure_batch.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cancel.hpp"
#include "measurement_json.hpp"
#include "nodtrack/imaging/ct.hpp"
#include "nodtrack/interop/batch_list.hpp"
#include "output.hpp"

namespace nodtrack::cli {
namespace {

using interop::BatchCt;
using nlohmann::ordered_json;

/// What one CT came to.
struct Answer {
    std::string text;
    std::string problem;  ///< why the CT could not be read
    std::size_t measured = 0;
};

std::string line_of(const BatchCt& ct, const imaging::MaskMeasurement& measurement,
                    const imaging::CalcificationFinding& calcification, bool json)
{
    if (!json) {
        std::string line = fmt::format("{} {}: ", ct.image, measurement.nodule_id);
        if (measurement.shape)
            line += fmt::format("{:.1f} x {:.1f} mm, volume {:.1f} mm3 (95 %: {:.1f} to {:.1f})",
                                measurement.shape->long_axis_mm, measurement.shape->short_axis_mm,
                                measurement.shape->volume_mm3, measurement.shape->volume_ci95_mm3[0],
                                measurement.shape->volume_ci95_mm3[1]);
        else
            line += "refused: " + (measurement.flags.empty() ? std::string() : measurement.flags.front());
        return line + "\n";
    }
    ordered_json object = {{"image", ct.image}};
    if (!ct.series.empty()) object["series"] = ct.series;
    if (!ct.patient_id.empty()) object["patient_id"] = ct.patient_id;
    if (!ct.scan_id.empty()) object["scan_id"] = ct.scan_id;
    object.update(ordered_json::parse(measurement_json(measurement, &calcification)));
    return object.dump() + "\n";
}

Answer answer_of(const BatchCt& ct, bool json)
{
    Answer answer;
    const imaging::Progress stops = [](std::string_view, double) { stop_if_cancelled(); };
    const auto loaded = imaging::load_ct({.image = {ct.image}, .series = ct.series, .progress = stops});
    if (!loaded) answer.problem = loaded.error().message;
    for (const auto& click : ct.clicks) {
        stop_if_cancelled();
        imaging::SeedMeasurement found;
        imaging::CalcificationFinding calcification;
        if (loaded) {
            found = imaging::measure_seed(*loaded, {click.nodule_id, click.position_mm});
            calcification = imaging::calcification_of(*loaded, found.mask, found.values);
        } else {
            found.values.nodule_id = click.nodule_id;
            found.values.flags.push_back("image_not_read: " + answer.problem);
        }
        answer.measured += static_cast<std::size_t>(found.values.status == imaging::MeasurementStatus::measured);
        answer.text += line_of(ct, found.values, calcification, json);
    }
    return answer;
}

/// Works through the CTs, so many at once; the answers are handed out in the order of the list.
class Workers {
  public:
    Workers(const std::vector<BatchCt>& cts, std::size_t count, bool json)
        : cts_(cts), json_(json), answers_(cts.size())
    {
        for (std::size_t i = 0; i < std::min(count, cts.size()); ++i)
            threads_.emplace_back([this] { work(); });
    }
    ~Workers()
    {
        next_ = cts_.size();
        for (std::thread& thread : threads_)
            thread.join();
    }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    /// The answer for one CT; waits for it, calling `meanwhile` now and then. Throws what its worker threw.
    template <class Meanwhile>
    Answer take(std::size_t place, Meanwhile meanwhile)
    {
        std::unique_lock lock(mutex_);
        while (!answers_[place] && !fault_) {
            changed_.wait_for(lock, std::chrono::milliseconds(200));
            lock.unlock();
            meanwhile();
            lock.lock();
        }
        if (!answers_[place]) std::rethrow_exception(fault_);
        Answer answer = std::move(*answers_[place]);
        answers_[place].emplace();
        return answer;
    }

  private:
    void work()
    {
        try {
            for (std::size_t place = next_++; place < cts_.size(); place = next_++) {
                Answer answer = answer_of(cts_[place], json_);
                const std::scoped_lock lock(mutex_);
                answers_[place] = std::move(answer);
                changed_.notify_one();
            }
        } catch (...) {
            const std::scoped_lock lock(mutex_);
            if (!fault_) fault_ = std::current_exception();
            changed_.notify_one();
        }
    }

    const std::vector<BatchCt>& cts_;
    bool json_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::optional<Answer>> answers_;
    std::exception_ptr fault_;
    std::atomic<std::size_t> next_ = 0;
    std::vector<std::thread> threads_;
};

Result<std::vector<BatchCt>> list_of(const std::string& file)
{
    std::error_code problem;
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file, problem))
        return failure(ErrorCode::not_found, "the list '" + file + "' cannot be read; is the name right?");
    return interop::read_batch_list({std::istreambuf_iterator<char>(in), {}}, file);
}

}  // namespace

Result<ExitStatus> measure_batch(const Call& call)
{
    const auto& arguments = call.arguments;
    for (const char* const option :
         {"--mask", "--label", "--at", "--seeds", "--series", "--acquisition", "--segment", "--roi", "--save-mask",
          "--picture", "--patient", "--scan", "--nodule", "--scan-date", "--amend", "--confirm"}) {
        if (arguments.has(option))
            return failure(ErrorCode::usage, std::string("measure: ") + option + " does not go with --batch");
    }
    if (!arguments.all("IMAGE").empty())
        return failure(ErrorCode::usage, "measure: with --batch the list names the images, in its column image");
    const auto jobs = arguments.whole_number("--jobs", 1);
    if (!jobs) return tl::unexpected(jobs.error());
    const auto cts = list_of(arguments.text("--batch"));
    if (!cts) return tl::unexpected(cts.error());

    const auto cores = static_cast<std::int32_t>(std::max(1U, std::thread::hardware_concurrency()));
    Workers workers(*cts, static_cast<std::size_t>(jobs->value_or(cores)), arguments.has("--json"));
    ImageProgress told("measure");
    const imaging::Progress progress = told.teller();
    std::size_t measured = 0;
    std::size_t unread = 0;
    for (std::size_t i = 0; i < cts->size(); ++i) {
        const Answer answer = workers.take(i, [&] {
            progress(fmt::format("{} of {} CTs", i, cts->size()),
                     static_cast<double>(i) / static_cast<double>(cts->size()));
        });
        print(answer.text);
        measured += answer.measured;
        unread += static_cast<std::size_t>(!answer.problem.empty());
        if (!answer.problem.empty()) note("measure: " + answer.problem);
    }
    if (unread > 0) note(fmt::format("measure: {} of {} CTs could not be read", unread, cts->size()));
    return measured == 0 || unread > 0 ? ExitStatus::bad_input : ExitStatus::done;
}

}  // namespace nodtrack::cli
