// Takes in the record of a folder and reads it back, and tells the CPU seconds of each step. What they are measured
// against: ingest_bench.sh.
//
//     ingest_bench FOLDER REGISTRY

#include <sys/resource.h>

#include <cstdio>
#include <filesystem>

#include "nodtrack/interop/record_reader.hpp"
#include "nodtrack/tracker/ingest.hpp"
#include "nodtrack/tracker/registry.hpp"

namespace {

double cpu_seconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        constexpr double microsecond = 1e-6;
        return static_cast<double>(time.tv_sec) + microsecond * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double last = 0;

/// CPU seconds since the last step.
void tell(const char* step)
{
    const double now = cpu_seconds();
    std::printf("%-28s %7.2f s\n", step, now - last);
    last = cpu_seconds();
}

template <class T>
void require(const nodtrack::Result<T>& result)
{
    if (result) return;
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
}

}  // namespace

int main(int argc, char** argv)
{
    using namespace nodtrack;
    if (argc != 3) {
        std::fprintf(stderr, "usage: ingest_bench FOLDER REGISTRY\n");
        return 2;
    }
    last = cpu_seconds();
    const Result<Delivery> delivery = interop::read_folder(argv[1]);
    require(delivery);
    tell("read the CSV files");

    Result<tracker::Registry> registry = tracker::Registry::open(argv[2]);
    require(registry);
    const tracker::Provenance provenance{"2026-11-22T00:00:00Z", *Date::parse("2026-11-22"), "bench", "bench", ""};
    const Result<tracker::IngestReport> first = tracker::ingest(*registry, *delivery, provenance);
    require(first);
    tell("ingest");
    const Result<tracker::IngestReport> again = tracker::ingest(*registry, *delivery, provenance);
    require(again);
    tell("ingest of the same again");

    Result<tracker::PatientReader> reader = tracker::PatientReader::open(*registry);
    require(reader);
    PatientRecord record;
    std::size_t patients = 0;
    std::size_t measurements = 0;
    for (Result<bool> more = reader->next(record); more && *more; more = reader->next(record)) {
        ++patients;
        measurements += record.measurements.size();
    }
    tell("read every patient");
    std::printf("%zu patients, %zu measurements\n", patients, measurements);

    const Result<tracker::AuditReport> audit = tracker::audit_verify(*registry);
    require(audit);
    tell("verify the log");
    const Result<tracker::CheckReport> check = tracker::check(*registry);
    require(check);
    tell("check");
    return audit->intact() && check->sound() ? 0 : 1;
}
