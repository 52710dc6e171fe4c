#pragma once

#include "service_context.hpp"

// What each route answers; the table is in routes.cpp. `answers_<what>.cpp` have them by subject.

namespace nodtrack::service {

// The service itself, and who is signed in.
Result<Reply> health(RequestContext& context);
Result<Reply> readiness(RequestContext& context);
Result<Reply> openapi(RequestContext& context);
Result<Reply> sign_in(RequestContext& context);
Result<Reply> session(RequestContext& context);
Result<Reply> sign_out(RequestContext& context);
Result<Reply> change_own_password(RequestContext& context);
Result<Reply> events(RequestContext& context);

// Lists of patients.
Result<Reply> worklist(RequestContext& context);
Result<Reply> patients(RequestContext& context);
Result<Reply> board_list(RequestContext& context);
Result<Reply> board_page(RequestContext& context);

// One patient.
Result<Reply> patient(RequestContext& context);
Result<Reply> assessment(RequestContext& context);
Result<Reply> history(RequestContext& context);
Result<Reply> what_if(RequestContext& context);
Result<Reply> explanation(RequestContext& context);
Result<Reply> ledger(RequestContext& context);
Result<Reply> dose(RequestContext& context);
Result<Reply> identities(RequestContext& context);
Result<Reply> trend_picture(RequestContext& context);
Result<Reply> trend(RequestContext& context);
Result<Reply> worksheet(RequestContext& context);
Result<Reply> filmstrip(RequestContext& context);
Result<Reply> sentence(RequestContext& context);

// Writing.
Result<Reply> records(RequestContext& context);
Result<Reply> scan(RequestContext& context);
Result<Reply> measurement(RequestContext& context);
Result<Reply> preview(RequestContext& context);
Result<Reply> amendment(RequestContext& context);
Result<Reply> decision(RequestContext& context);
Result<Reply> link(RequestContext& context);
Result<Reply> confirm_links(RequestContext& context);
Result<Reply> undo_links(RequestContext& context);

// Research.
Result<Reply> export_record(RequestContext& context);
Result<Reply> export_preview(RequestContext& context);
Result<Reply> data_dictionary(RequestContext& context);

// Audit and accounts.
Result<Reply> audit_deliveries(RequestContext& context);
Result<Reply> audit_head(RequestContext& context);
Result<Reply> audit_verify(RequestContext& context);
Result<Reply> audit_reads(RequestContext& context);
Result<Reply> users(RequestContext& context);
Result<Reply> add_user(RequestContext& context);
Result<Reply> disable_user(RequestContext& context);
Result<Reply> set_user_role(RequestContext& context);
Result<Reply> set_user_password(RequestContext& context);

/// Objects of JSON Lines as the members of an array.
std::string as_array(std::string_view lines);

/// An HTML page of the report room as an answer: its own styles are allowed by their hashes, nothing else is.
Reply html_reply(std::string html);

}  // namespace nodtrack::service
