#include "received_objects.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "file_head.hpp"
#include "mapped_file.hpp"
#include "nodtrack/exchange/dicom_uid.hpp"

namespace nodtrack::exchange {
namespace {

constexpr std::uint32_t transfer_syntax_tag = 0x00020010;
constexpr std::uint32_t sop_class_tag = 0x00080016;
constexpr std::uint32_t sop_uid_tag = 0x00080018;
constexpr std::uint32_t patient_id_tag = 0x00100020;
constexpr std::uint32_t study_uid_tag = 0x0020000D;
constexpr std::uint32_t series_uid_tag = 0x0020000E;

/// Where the head of an object ends is found within the first kilobytes; who writes more before the series' UID than
/// this writes no CT.
constexpr std::size_t first_try_bytes = 4 * 1024;
constexpr std::size_t longest_beginning = 8 * 1024 * 1024;

tl::unexpected<Error> refused(const std::string& why)
{
    return failure(ErrorCode::bad_input, why);
}

std::string shown(const std::string& text)
{
    return text.empty() ? "none" : "'" + text + "'";
}

}  // namespace

ReceivedObjects::ReceivedObjects(std::filesystem::path folder, Wanted wanted)
    : folder_(std::move(folder)), wanted_(std::move(wanted))
{}

ReceivedObjects::~ReceivedObjects()
{
    close_file();
}

void ReceivedObjects::close_file()
{
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

Result<void> ReceivedObjects::begin(std::string_view transfer_syntax)
{
    close_file();
    if (sop_uids_.size() >= PacsLimits::objects)
        return refused(fmt::format("sends more than {} objects; no series of a CT has so many", PacsLimits::objects));
    beginning_.clear();
    pending_.clear();
    object_bytes_ = 0;
    try_at_ = first_try_bytes;
    if (transfer_syntax.empty()) return {};
    const std::string head = bare_file_head(std::string(transfer_syntax));
    beginning_.assign(head.begin(), head.end());
    object_bytes_ = head.size();
    return {};
}

Result<void> ReceivedObjects::data(std::span<const unsigned char> bytes)
{
    bytes_ += bytes.size();
    if (bytes_ > PacsLimits::object_bytes)
        return refused(fmt::format("sends more than {} GB", PacsLimits::object_bytes >> 30U));
    object_bytes_ += bytes.size();
    if (descriptor_ >= 0) return put(bytes);
    beginning_.insert(beginning_.end(), bytes.begin(), bytes.end());
    if (beginning_.size() < try_at_) return {};
    if (object_head(beginning_, "an object")) return open_file();
    if (beginning_.size() > longest_beginning)
        return refused(
            fmt::format("sends an object that does not say in its first {} MB whose it is", longest_beginning >> 20U));
    try_at_ = 4 * beginning_.size();
    return {};
}

Result<void> ReceivedObjects::check(const ObjectHead& head, const std::string& sop_uid) const
{
    if (!is_uid(sop_uid) || !is_uid(head.value(sop_class_tag)) || !is_uid(head.value(transfer_syntax_tag)))
        return refused("sends an object without a valid SOP instance UID, SOP class UID or transfer syntax");
    const auto differs = [&](const std::string& wanted, std::uint32_t tag) {
        return !wanted.empty() && head.value(tag) != wanted;
    };
    if (differs(wanted_.patient_code, patient_id_tag))
        return refused(
            fmt::format("sends object {} of patient {}, and patient '{}' was asked for; nothing was stored, "
                        "find out whose images these are",
                        sop_uid, shown(head.value(patient_id_tag)), wanted_.patient_code));
    if (differs(wanted_.study_uid, study_uid_tag) || differs(wanted_.series_uid, series_uid_tag))
        return refused(
            fmt::format("sends object {} of study {}, series {}, which was not asked for; nothing was stored", sop_uid,
                        shown(head.value(study_uid_tag)), shown(head.value(series_uid_tag))));
    return {};
}

/// Of what came so far, once its head is known.
Result<void> ReceivedObjects::open_file()
{
    const auto head = object_head(beginning_, "an object that it sends");
    if (!head) return tl::unexpected<Error>(head.error());
    const std::string sop_uid = head->value(sop_uid_tag);
    if (const auto checked = check(*head, sop_uid); !checked) return checked;
    // The name is digits and dots: nothing that the PACS says leads out of the folder.
    file_ = folder_ / (sop_uid + ".dcm");
    constexpr mode_t mine = S_IRUSR | S_IWUSR;
    descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mine);
    if (descriptor_ < 0 && errno == EEXIST) return refused(fmt::format("sends object {} twice", sop_uid));
    if (descriptor_ < 0)
        return failure(ErrorCode::bad_input,
                       fmt::format("sends objects that cannot be stored here: '{}' cannot be written ({})",
                                   file_.string(), std::strerror(errno)));
    sop_uids_.insert(sop_uid);
    const std::string written = file_head(head->value(sop_class_tag), sop_uid, head->value(transfer_syntax_tag));
    if (const auto put_there = put({reinterpret_cast<const unsigned char*>(written.data()), written.size()});
        !put_there)
        return put_there;
    return put(std::span<const unsigned char>(beginning_).subspan(head->data_set_at));
}

/// Writes what is pending and then `bytes`, in one call as a rule.
Result<void> ReceivedObjects::write_out(std::span<const unsigned char> bytes)
{
    std::span<const unsigned char> first(pending_);
    while (!first.empty() || !bytes.empty()) {
        const iovec parts[] = {{const_cast<unsigned char*>(first.data()), first.size()},
                               {const_cast<unsigned char*>(bytes.data()), bytes.size()}};
        const ssize_t written = ::writev(descriptor_, std::data(parts), static_cast<int>(std::size(parts)));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0)
            return failure(ErrorCode::bad_input,
                           fmt::format("sends objects that cannot be stored here: '{}' cannot be written to its end "
                                       "({}); is the disk full?",
                                       file_.string(), std::strerror(errno)));
        const auto count = static_cast<std::size_t>(written);
        const std::size_t of_first = std::min(count, first.size());
        first = first.subspan(of_first);
        bytes = bytes.subspan(count - of_first);
    }
    pending_.clear();
    return {};
}

Result<void> ReceivedObjects::put(std::span<const unsigned char> bytes)
{
    // The bytes before a possible delimiter come by themselves: a call of the system for each would cost more than
    // they.
    constexpr std::size_t few = 64 * 1024;
    if (bytes.size() >= few) return write_out(bytes);
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    return pending_.size() < few ? Result<void>() : write_out({});
}

Result<void> ReceivedObjects::end()
{
    if (descriptor_ < 0) {
        if (const auto opened = open_file(); !opened) return opened;
    }
    if (const auto written = write_out({}); !written) return written;
    const bool closed = ::close(std::exchange(descriptor_, -1)) == 0;
    if (!closed)
        return failure(ErrorCode::bad_input,
                       fmt::format("sends objects that cannot be stored here: '{}' cannot be written to its end ({})",
                                   file_.string(), std::strerror(errno)));
    return check_written();
}

/// The object as a whole: an end that is missing is seen here, before anybody measures on it.
Result<void> ReceivedObjects::check_written() const
{
    if (is_whole_by_beginning(beginning_, object_bytes_)) return {};
    const MappedFile mapped(file_);
    if (!mapped.is_there())
        return refused(
            fmt::format("sends objects that cannot be stored here: '{}' cannot be read again", file_.string()));
    return check_structure(mapped.bytes(), "sends an object that is damaged: " + file_.filename().string());
}

}  // namespace nodtrack::exchange
