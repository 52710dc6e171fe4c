#pragma once

#include "office.hpp"

// What each route answers; the table is in routes.cpp. `answers_<what>.cpp` have them by subject.

namespace nodtrack::service {

// The service itself, and who is signed in.
Result<Reply> health(Call& call);
Result<Reply> readiness(Call& call);
Result<Reply> openapi(Call& call);
Result<Reply> sign_in(Call& call);
Result<Reply> session(Call& call);
Result<Reply> sign_out(Call& call);
Result<Reply> events(Call& call);

// Lists of patients.
Result<Reply> worklist(Call& call);
Result<Reply> patients(Call& call);
Result<Reply> board_list(Call& call);
Result<Reply> board_page(Call& call);

// One patient.
Result<Reply> patient(Call& call);
Result<Reply> assessment(Call& call);
Result<Reply> history(Call& call);
Result<Reply> what_if(Call& call);
Result<Reply> explanation(Call& call);
Result<Reply> ledger(Call& call);
Result<Reply> dose(Call& call);
Result<Reply> identities(Call& call);
Result<Reply> trend_picture(Call& call);
Result<Reply> trend(Call& call);
Result<Reply> worksheet(Call& call);
Result<Reply> filmstrip(Call& call);
Result<Reply> sentence(Call& call);

// Writing.
Result<Reply> records(Call& call);
Result<Reply> scan(Call& call);
Result<Reply> measurement(Call& call);
Result<Reply> preview(Call& call);
Result<Reply> amendment(Call& call);
Result<Reply> decision(Call& call);
Result<Reply> link(Call& call);
Result<Reply> confirm_links(Call& call);
Result<Reply> undo_links(Call& call);

// Research.
Result<Reply> export_record(Call& call);
Result<Reply> export_preview(Call& call);
Result<Reply> data_dictionary(Call& call);

// Audit and accounts.
Result<Reply> audit_deliveries(Call& call);
Result<Reply> audit_head(Call& call);
Result<Reply> audit_verify(Call& call);
Result<Reply> audit_reads(Call& call);
Result<Reply> users(Call& call);
Result<Reply> add_user(Call& call);
Result<Reply> disable_user(Call& call);
Result<Reply> set_user_role(Call& call);
Result<Reply> set_user_password(Call& call);

/// Objects of JSON Lines as the members of an array.
std::string as_array(std::string_view lines);

/// An HTML page of the report room as an answer: its own styles are allowed by their hashes, nothing else is.
Reply html_reply(std::string html);

}  // namespace nodtrack::service
