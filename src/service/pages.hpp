#pragma once

#include <span>
#include <string_view>

#include "reply.hpp"
#include "service_context.hpp"

namespace nodtrack::service {

/// A file of the pages, built into the program.
struct PageFile {
    std::string_view path;  ///< `/assets/index-3fa9.js`
    std::string_view bytes;
};
/// In any order; empty where the program was built without pages.
std::span<const PageFile> page_files();
/// The schemas that the OpenAPI document refers to, by file name.
std::span<const PageFile> schema_files();

/// The file at the request's path; for any other path of the pages the first page, which finds its way by itself.
Reply page(const HttpRequest& request);

}  // namespace nodtrack::service
