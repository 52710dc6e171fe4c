#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "support.hpp"

namespace nodtrack::test {
namespace {

using namespace std::chrono_literals;

/// A bare connection, for what no well-behaved client does.
class RawConnection {
  public:
    explicit RawConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        const timeval patience{20, 0};
        setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;
    ~RawConnection() { ::close(socket_); }

    bool send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// All that comes until the other side closes.
    std::string rest()
    {
        std::string all;
        char bytes[4096];
        for (ssize_t got = 0; (got = ::recv(socket_, bytes, sizeof bytes, 0)) > 0;)
            all.append(bytes, static_cast<std::size_t>(got));
        return all;
    }
    bool connected() const { return connected_; }

  private:
    int socket_;
    bool connected_ = false;
};

int status_in(const std::string& answer)
{
    return answer.starts_with("HTTP/1.1 ") ? std::atoi(answer.c_str() + 9) : 0;
}

TEST(SlowCallers, HoldNobodyUpAndAreLetGo)
{
    RunningService service([](service::ServeOptions& options) {
        options.threads = 12;
        options.limits.head = 1500ms;
        options.limits.idle = 1500ms;
    });
    const Asker person = service.person("board");
    std::vector<std::unique_ptr<RawConnection>> slow;
    for (int i = 0; i < 8; ++i) {
        slow.push_back(std::make_unique<RawConnection>(service.port()));
        slow.back()->send("GET /api/v1/worklist HTTP/1.1\r\nHost: localhost\r\n");
    }
    std::atomic<bool> dripping = true;
    std::thread drip([&] {
        while (dripping) {
            for (auto& connection : slow)
                connection->send("X-A: b\r\n");
            std::this_thread::sleep_for(100ms);
        }
    });
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 200) << "while eight connections drip";
    std::this_thread::sleep_for(2500ms);
    // A byte now and then does not keep a connection: each has been closed by now.
    for (auto& connection : slow)
        EXPECT_NE(status_in(connection->rest()), 200);
    dripping = false;
    drip.join();
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 200);
}

TEST(LargeBodies, AreRefusedUnreadAndTheServiceGoesOn)
{
    RunningService service([](service::ServeOptions& options) { options.most_body_bytes = 100'000; });
    const Asker person = service.person("radiologist");
    RawConnection connection(service.port());
    std::string head =
        "POST /api/v1/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 104857600\r\nX-CSRF-Token: " +
        person.csrf + "\r\nCookie: nodtrack_session=" + person.cookie + "\r\n\r\n";
    ASSERT_TRUE(connection.send(head));
    connection.send(std::string(300'000, 'x'));
    const std::string answer = connection.rest();
    EXPECT_EQ(status_in(answer), 413) << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 200);
}

std::string many_fields(int count)
{
    std::string fields;
    for (int i = 0; i < count; ++i)
        fields += "X" + std::to_string(i) + ": a\r\n";
    return fields;
}

std::size_t resident_megabytes()
{
    std::ifstream status("/proc/self/statm");
    std::size_t pages = 0;
    status >> pages >> pages;
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) >> 20U;
}

TEST(Heads, WithoutAnEndFillNoMemory)
{
    RunningService service;
    const std::size_t before = resident_megabytes();
    RawConnection connection(service.port());
    const std::string part(1 << 20, 'a');
    for (int i = 0; i < 256 && connection.send(part); ++i) {
    }
    EXPECT_LT(resident_megabytes(), before + 32) << "256 MB were sent without a line end";
    EXPECT_EQ(service.client().Get("/healthz")->status, 200);
}

TEST(Connections, ThatWaitTakeNoThreadAndMakeRoomForThoseWhoAsk)
{
    RunningService service([](service::ServeOptions& options) {
        options.threads = 2;
        options.most_connections = 60;
        options.most_connections_of_one = 40;
    });
    const Asker person = service.person("board");
    std::vector<std::unique_ptr<RawConnection>> silent;
    for (int i = 0; i < 200; ++i) {
        silent.push_back(std::make_unique<RawConnection>(service.port()));
        if (i % 2 == 1) silent.back()->send("G");
    }
    const auto began = std::chrono::steady_clock::now();
    const auto answer = service.get("/api/v1/worklist", person);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
}

TEST(Bodies, AreOfTheLengthThatTheirRouteTakes)
{
    RunningService& service = shared_service();
    const Asker person = service.person("radiologist");
    const std::string long_text(70'000, 'x');
    const auto headers = person.headers(true);
    const auto status = [&](const char* path, const std::string& body) {
        return service.client().Post(path, headers, body, "application/json")->status;
    };
    EXPECT_EQ(status("/api/v1/session", "{\"name\": \"" + std::string(5'000, 'a') + "\", \"password\": \"b\"}"), 413);
    EXPECT_EQ(status("/api/v1/preview", "{\"x\": \"" + long_text + "\"}"), 413);
    EXPECT_EQ(status("/api/v1/records?dry_run=yes", "{\"x\": \"" + long_text + "\"}"), 422)
        << "read, and refused for what it is";
}

TEST(SlowBodies, HoldNoViewOfTheRegistry)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    std::vector<std::unique_ptr<RawConnection>> slow;
    for (int i = 0; i < 8; ++i) {
        slow.push_back(std::make_unique<RawConnection>(service.port()));
        slow.back()->send(
            "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000\r\nCookie: nodtrack_session=bogus\r\n\r\n{");
    }
    std::this_thread::sleep_for(300ms);
    ASSERT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement(), person)->status, 200);
    // A view that is held would leave pages in the log that cannot be taken into the file.
    const store::Registry registry = value_of(store::Registry::open(service.registry_file()));
    EXPECT_TRUE(value_of(store::write_log_can_be_emptied(registry)));
}

TEST(AnotherFile, InTheRegistrysPlaceIsNotServed)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    ASSERT_EQ(service.get("/api/v1/patients/P1", person)->status, 200);
    const std::filesystem::path file = service.registry_file();
    const std::filesystem::path other = file.string() + ".other";
    std::filesystem::copy_file(file, other);
    std::filesystem::rename(other, file);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(service.get("/api/v1/patients/P1", person)->status, 503);
        EXPECT_EQ(service.get("/readyz", {})->status, 503);
        EXPECT_EQ(service.post("/api/v1/patients/P1/measurements", typed_measurement(), person)->status, 503);
    }
}

TEST(Heads, ThatAreNoneAreRefused)
{
    RunningService& service = shared_service();
    const std::pair<std::string, int> requests[] = {
        {"nonsense\r\n\r\n", 400},
        {"GET\r\n\r\n", 400},
        {"GET /healthz HTTP/9.9\r\n\r\n", 400},
        {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(70'000, 'a') + "\r\n\r\n", 431},
        {"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + many_fields(101) + "\r\n", 431},
        {"GET /healthz HTTP/1.1\nHost: localhost\n\n", 400},
        {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x2d\r\n\r\n", 400},
        {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: +4\r\n\r\n", 400},
        {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length : 4\r\n\r\n", 400},
        {"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n", 400},
        {"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
         400},
        {"GET /api/v1/patients/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400},
        {"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
         "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
         400},
    };
    for (const auto& [text, status] : requests) {
        RawConnection connection(service.port());
        ASSERT_TRUE(connection.send(text));
        const std::string answer = connection.rest();
        EXPECT_EQ(status_in(answer), status) << text.substr(0, 60) << " -> " << answer.substr(0, 80);
        // One answer: what came behind is not taken for a further request.
        EXPECT_EQ(answer.find("HTTP/1.1 ", 9), std::string::npos) << text.substr(0, 60);
    }
}

/// Requests that are almost right: bytes of good ones changed, cut and doubled.
TEST(MutatedRequests, AreAnsweredAndNeverBreakTheService)
{
    RunningService service([](service::ServeOptions& options) {
        options.limits.head = 300ms;
        options.limits.body = 300ms;
        options.limits.idle = 300ms;
        options.log = {};
    });
    const Asker person = service.person("admin");
    const json bodies[] = {
        typed_measurement(),
        {{"row", "measurements"},
         {"patient_id", "P1"},
         {"scan_id", "A"},
         {"nodule_id", "N1"},
         {"reason", "r"},
         {"expected_version", 1},
         {"changes", {{"long_axis_mm", "5.6"}}}},
        {{"patients", {{{"patient_id", "P1"}, {"sex", "female"}}}}},
        {{"name", "X is no name"}, {"role", "board"}, {"password", "long enough it is"}},
    };
    const char* paths[] = {"/api/v1/patients/P1/measurements", "/api/v1/amendments", "/api/v1/records?dry_run=yes",
                           "/api/v1/users"};
    std::mt19937 dice(7);
    std::map<int, int> statuses;
    const int count = 10'000;
    auto client = service.client();
    client.set_keep_alive(true);
    auto headers = person.headers(true);
    for (int i = 0; i < count; ++i) {
        const std::size_t which = dice() % std::size(bodies);
        std::string body = bodies[which].dump();
        std::string path = paths[which];
        for (unsigned changes = 1 + dice() % 4; changes > 0; --changes) {
            std::string& text = dice() % 8 == 0 ? path : body;
            if (text.size() < 2) continue;
            const std::size_t at = 1 + dice() % (text.size() - 1);
            switch (dice() % 5) {
                case 0:
                    text[at] = static_cast<char>(dice() % 256);
                    break;
                case 1:
                    text.erase(at, dice() % 9);
                    break;
                case 2:
                    text.insert(at, text.substr(at, dice() % 9));
                    break;
                case 3:
                    text.insert(at, "\"[{}]:,0-e"[dice() % 10] + std::string(1, "\"[{}]:,0-e"[dice() % 10]));
                    break;
                default:
                    text.resize(at);
            }
        }
        for (char& c : path) {
            if (c <= ' ' || static_cast<unsigned char>(c) >= 127 || c == '#') c = '_';
        }
        const auto answer = client.Post(path, headers, body, "application/json");
        ASSERT_TRUE(answer) << i << " " << path << " " << body;
        ++statuses[answer->status];
        ASSERT_NE(answer->status, 500) << path << "\n" << body << "\n" << answer->body;
        ASSERT_NE(answer->status, 503) << path << "\n" << body << "\n" << answer->body;
    }
    EXPECT_GT(statuses[400] + statuses[422] + statuses[404], count / 2);
    EXPECT_EQ(service.get("/api/v1/worklist", person)->status, 200);
    const store::Registry registry = value_of(store::Registry::open(service.registry_file()));
    EXPECT_TRUE(value_of(store::check(registry)).sound());
    EXPECT_TRUE(value_of(store::audit_verify(registry)).intact());
}

TEST(FullDisk, RefusesWritesWithAReasonAndReadsGoOn)
{
    RunningService service;
    const Asker person = service.person("radiologist");
    signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    // Files of this process grow no further than what they are now.
    rlimit full = before;
    full.rlim_cur = 4096;
    setrlimit(RLIMIT_FSIZE, &full);
    const auto refused = service.post("/api/v1/patients/P1/measurements", typed_measurement(), person);
    const auto read = service.get("/api/v1/patients/P1/assessment", person);
    const auto listed = service.get("/api/v1/worklist", person);
    setrlimit(RLIMIT_FSIZE, &before);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503) << refused->body;
    EXPECT_NE(refused->body.find("make room"), std::string::npos) << refused->body;
    EXPECT_EQ(read->status, 200);
    EXPECT_EQ(listed->status, 200);
    const auto stored = service.post("/api/v1/patients/P1/measurements", typed_measurement(), person);
    EXPECT_EQ(stored->status, 200) << stored->body;
    service.stop();
    const store::Registry registry = value_of(store::Registry::open(service.registry_file()));
    EXPECT_TRUE(value_of(store::audit_verify(registry)).intact());
    EXPECT_FALSE(value_of(store::reads_of(registry, {.patient_id = "P1"})).empty()) << "kept until it could be written";
}

/// Each acknowledged write is there after the process was killed in the middle of others. NODTRACK_KILLS=50 by hand.
TEST(Kill, LosesNoAcknowledgedWrite)
{
    const char* asked = std::getenv("NODTRACK_KILLS");
    const int kills = asked != nullptr ? std::atoi(asked) : 3;
    for (int round = 0; round < kills; ++round) {
        TemporaryFolder folder;
        const pid_t child = fork();
        if (child == 0) {
            // Its own service and writers; each acknowledged write is noted in a file of its own before the next.
            RunningService service([&](service::ServeOptions& options) { options.log = {}; });
            const Asker person = service.person("radiologist");
            std::ofstream(folder / "registry") << service.registry_file().string();
            std::vector<std::thread> writers;
            for (int w = 0; w < 3; ++w) {
                writers.emplace_back([&, w] {
                    std::ofstream acknowledged(folder / ("acknowledged" + std::to_string(w)));
                    for (int n = 0;; ++n) {
                        const std::string id = "K" + std::to_string(w) + "-" + std::to_string(n);
                        const auto answer =
                            service.post("/api/v1/patients/P1/measurements", typed_measurement(id), person);
                        if (answer && answer->status == 200) acknowledged << id << std::endl;
                    }
                });
            }
            pause();
            _exit(0);
        }
        for (int i = 0; i < 600 && (!std::filesystem::exists(folder / "acknowledged0") ||
                                    std::filesystem::file_size(folder / "acknowledged0") == 0);
             ++i)
            std::this_thread::sleep_for(20ms);
        std::this_thread::sleep_for(std::chrono::milliseconds(100 + 37 * (round % 10)));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        std::string file;
        std::ifstream(folder / "registry") >> file;
        ASSERT_FALSE(file.empty());
        const store::Registry registry = value_of(store::Registry::open(file));
        const PatientRecord record = value_of(store::read_patient(registry, "P1"));
        int count = 0;
        for (int w = 0; w < 3; ++w) {
            std::ifstream acknowledged(folder / ("acknowledged" + std::to_string(w)));
            for (std::string id; std::getline(acknowledged, id); ++count) {
                EXPECT_NE(std::find(record.nodule_ids.begin(), record.nodule_ids.end(), id), record.nodule_ids.end())
                    << id << " was acknowledged";
            }
        }
        EXPECT_GT(count, 0) << "nothing was written before the kill";
        EXPECT_TRUE(value_of(store::check(registry)).sound());
        EXPECT_TRUE(value_of(store::audit_verify(registry)).intact());
        std::error_code ignored;
        std::filesystem::remove_all(std::filesystem::path(file).parent_path(), ignored);
    }
}

}  // namespace
}  // namespace nodtrack::test
