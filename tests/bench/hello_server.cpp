// hello_server PORT: the HTTP library with nothing behind it, as the measure of what the service adds.
#include <httplib.h>

#include <cstdlib>

int main(int count, char** words)
{
    httplib::Server server;
    server.new_task_queue = [] { return new httplib::ThreadPool(32); };
    server.set_tcp_nodelay(true);
    server.set_keep_alive_max_count(1'000'000);
    server.Get("/hello", [](const httplib::Request&, httplib::Response& response) {
        response.set_content("hello", "text/plain");
    });
    return server.listen("127.0.0.1", count > 1 ? std::atoi(words[1]) : 8081) ? 0 : 1;
}
