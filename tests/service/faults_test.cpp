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
        options.patience.header = 1500ms;
        options.patience.idle = 1500ms;
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

TEST(Heads, ThatAreNoneAreRefused)
{
    RunningService& service = shared_service();
    const std::pair<std::string, int> requests[] = {
        {"nonsense\r\n\r\n", 400},
        {"GET\r\n\r\n", 400},
        {"GET /healthz HTTP/9.9\r\n\r\n", 400},
        {"GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414},
        {"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", 400},
        {"GET /api/v1/patients/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400},
        {"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
         "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
         411},
    };
    for (const auto& [text, status] : requests) {
        RawConnection connection(service.port());
        ASSERT_TRUE(connection.send(text));
        const std::string answer = connection.rest();
        EXPECT_TRUE(status_in(answer) == status || (answer.empty() && status != 411))
            << text.substr(0, 60) << " -> " << answer.substr(0, 80);
    }
}

/// Requests that are almost right: bytes of good ones changed, cut and doubled.
TEST(MutatedRequests, AreAnsweredAndNeverBreakTheService)
{
    RunningService service([](service::ServeOptions& options) {
        options.patience.header = 300ms;
        options.patience.body = 300ms;
        options.patience.idle = 300ms;
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
    client.set_tcp_nodelay(true);
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
