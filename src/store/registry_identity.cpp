#include "nodtrack/store/registry_identity.hpp"

#include "connection.hpp"

namespace nodtrack::store {

Result<std::string> registry_identity(const Registry& registry)
{
    return catching_sqlite(registry.file(), [&]() -> Result<std::string> {
        StatementUse first =
            registry.connection().statements.of("SELECT entry_sha256 FROM change_log ORDER BY delivery_no LIMIT 1");
        return first->step() ? std::string(first->text(0)) : std::string();
    });
}

}  // namespace nodtrack::store
