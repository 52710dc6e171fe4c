#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodtrack/domain/result.hpp"
#include "nodtrack/store/registry.hpp"

namespace nodtrack::store {

/// The newest entry of the change log. Kept (or signed) elsewhere, it proves later that nothing before it changed.
struct AuditHead {
    DeliveryNumber delivery_no = 0;  ///< 0 while nothing is recorded
    std::string entry_sha256;        ///< 64 lower-case hexadecimal digits

    /// `12:ab01…`, the form in which a head is exported.
    std::string text() const;
    static std::optional<AuditHead> parse(std::string_view text);
    bool operator==(const AuditHead&) const = default;
};

struct AuditReport {
    AuditHead head;
    std::int64_t deliveries = 0;
    std::int64_t rows = 0;              ///< rows whose bytes were hashed again
    std::vector<std::string> problems;  ///< each names the delivery and table; empty when all is as it was recorded

    bool intact() const { return problems.empty(); }
};

Result<AuditHead> audit_head(const Registry& registry);

/// Hashes every row again and follows the chain of the log: finds any changed, added or missing row and any changed
/// entry. With a head exported earlier it also finds that the end of the log was cut off or written anew.
Result<AuditReport> audit_verify(const Registry& registry, const std::optional<AuditHead>& earlier = std::nullopt);

}  // namespace nodtrack::store
