#include "command.hpp"

namespace nodtrack::cli {

const std::vector<Command>& commands()
{
    static const std::vector<Command> all = {
        // clang-format off
        ingest_command(),
        log_command(),
        measure_command(),
        match_command(),
        follow_command(),
        link_command(),
        assess_command(),
        worklist_command(),
        decide_command(),
        explain_command(),
        trend_command(),
        board_command(),
        filmstrip_command(),
        sentence_command(),
        protocol_command(),
        appropriateness_command(),
        dose_command(),
        history_command(),
        amend_command(),
        export_command(),
        policy_show_command(),
        policy_check_command(),
        policy_diff_command(),
        audit_verify_command(),
        audit_head_command(),
        audit_reads_command(),
        audit_users_command(),
        check_command(),
        backup_command(),
        restore_command(),
        user_add_command(),
        user_list_command(),
        user_role_command(),
        user_disable_command(),
        user_enable_command(),
        user_password_command(),
        user_token_command(),
        user_token_revoke_command(),
        serve_command(),
        docs_command(),
        // clang-format on
    };
    return all;
}

}  // namespace nodtrack::cli
