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
Result<Reply> patients(RequestContext& context);
Result<Reply> board_list(RequestContext& context);
Result<Reply> board_page(RequestContext& context);

// One patient.
Result<Reply> patient(RequestContext& context);
Result<Reply> filmstrip(RequestContext& context);

// Writing.
Result<Reply> records(RequestContext& context);
Result<Reply> import_table(RequestContext& context);
Result<Reply> proposed_map(RequestContext& context);
Result<Reply> scan(RequestContext& context);
Result<Reply> measurement(RequestContext& context);
Result<Reply> preview(RequestContext& context);

// Research.
Result<Reply> export_record(RequestContext& context);
Result<Reply> export_preview(RequestContext& context);
Result<Reply> data_dictionary(RequestContext& context);

/// An HTML page of the report room as an answer: its own styles are allowed by their hashes, nothing else is.
Reply html_reply(std::string html);

}  // namespace nodtrack::service
