// bare_writes FILE SECONDS: how many rows a second SQLite stores by itself, each durable before the next (WAL,
// synchronous=FULL), into a table as wide as a measurement.
#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int count, char** words)
{
    if (count < 3) return 2;
    SQLite::Database database(words[1], SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = FULL");
    database.exec(
        "CREATE TABLE IF NOT EXISTS measurement (patient_id TEXT, scan_id TEXT, nodule_id TEXT, version INTEGER, "
        "status "
        "TEXT, side TEXT, lobe TEXT, long_axis INTEGER, short_axis INTEGER, reader TEXT, PRIMARY KEY (patient_id, "
        "scan_id, nodule_id, version)) STRICT, WITHOUT ROWID");
    SQLite::Statement insert(database,
                             "INSERT INTO measurement VALUES (?, ?, ?, 1, 'present', 'left', 'rul', 6100, 4200, 'r')");
    const auto began = std::chrono::steady_clock::now();
    const double seconds = std::atof(words[2]);
    long rows = 0;
    double passed = 0;
    do {
        insert.bind(1, "P" + std::to_string(rows % 20'000));
        insert.bind(2, "2026-01-01");
        insert.bind(3, "N" + std::to_string(rows));
        insert.exec();
        insert.reset();
        ++rows;
        passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    } while (passed < seconds);
    std::printf("%.0f\n", static_cast<double>(rows) / passed);
    return 0;
}
