#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "nesting.hpp"
#include "nodtrack/exchange/pacs.hpp"
#include "object_sink.hpp"

namespace nodtrack::exchange {

/// What the objects of a transfer have to be of. An empty member is not looked at.
struct Wanted {
    std::string patient_code;
    std::string study_uid;
    std::string series_uid;
};

/// Writes objects into a folder, each once it is known whose it is.
class ReceivedObjects final : public ObjectSink {
  public:
    ReceivedObjects(std::filesystem::path folder, Wanted wanted);
    ~ReceivedObjects() override;

    Result<void> begin(std::string_view transfer_syntax) override;
    Result<void> data(std::span<const unsigned char> bytes) override;
    Result<void> end() override;

    const std::set<std::string>& sop_uids() const { return sop_uids_; }
    std::uint64_t bytes() const { return bytes_; }

  private:
    Result<void> open_file();
    Result<void> check(const ObjectHead& head, const std::string& sop_uid) const;
    Result<void> put(std::span<const unsigned char> bytes);
    Result<void> write_out(std::span<const unsigned char> bytes);
    Result<void> check_written() const;
    void close_file();

    std::filesystem::path folder_;
    Wanted wanted_;
    std::set<std::string> sop_uids_;
    std::uint64_t bytes_ = 0;
    std::vector<unsigned char> beginning_;  ///< of the object, until its head is known
    std::uint64_t object_bytes_ = 0;        ///< of the object as it came
    std::size_t try_at_ = 0;                ///< how much of it is enough to look for the head again
    std::vector<unsigned char> pending_;    ///< of the object, not written yet
    std::filesystem::path file_;
    int descriptor_ = -1;
};

}  // namespace nodtrack::exchange
