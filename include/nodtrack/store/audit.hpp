#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// The newest entries of the two chains: the record's change log, and that of accounts, tokens and reads. Kept (or
/// signed) elsewhere, they prove later that nothing before them changed.
struct AuditHead {
    DeliveryNumber delivery_no = 0;  ///< 0 while nothing is recorded
    std::string entry_sha256;        ///< 64 lower-case hexadecimal digits
    std::int64_t access_no = 0;      ///< 0 while there is no account and nobody read anything
    std::string access_sha256{};

    /// `12:ab01…/7:cd23…`, the form in which a head is exported; without the second part where there is none.
    std::string text() const;
    static std::optional<AuditHead> parse(std::string_view text);
    bool operator==(const AuditHead&) const = default;
};

struct AuditReport {
    AuditHead head;
    std::int64_t deliveries = 0;
    std::int64_t rows = 0;              ///< rows whose bytes were hashed again
    std::vector<std::string> problems;  ///< each names the delivery and table; empty when all is as it was recorded
    std::vector<std::string> notices;   ///< what is odd and proves nothing: the clock went back

    bool intact() const { return problems.empty(); }
};

Result<AuditHead> audit_head(const Registry& registry);

/// Hashes every row again and follows both chains: finds any changed, added or missing row, any changed entry, and any
/// table, trigger or view that is not as the migrations made it. That the end of a log was cut off, or all of it
/// written anew, it finds with a head exported earlier alone.
Result<AuditReport> audit_verify(const Registry& registry, const std::optional<AuditHead>& earlier = std::nullopt);

/// When the newest delivery was recorded; empty where there is none. A clock that is behind it went back.
Result<std::string> newest_recorded_at(const Registry& registry);

/// The hash of one entry of the change log; empty where there is none. A delivery that has another hash than before is
/// another one: the registry was turned back.
Result<std::string> entry_sha256(const Registry& registry, DeliveryNumber delivery_no);

}  // namespace nodtrack::store
