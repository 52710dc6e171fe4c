#!/bin/bash
# floors.sh ROOT: reads every #include and a few words of our sources, and tells each place that breaks the plan of
# the floors (cmake/floors.txt): rooms of lower floors only, no third-party header in what other rooms see, ITK in imaging only,
# SQL in store only, and nothing in the pure rooms that would make the same question have another answer tomorrow.
# Exit status 1 when there is any.
set -u
cd "$1" || exit 2

awk '
function report(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; faults++ }

function room_of(file,    parts) {
    if (file ~ /^cli\//) return "cli"
    split(file, parts, "/")
    return file ~ /^include\/nodtrack\// ? parts[3] : parts[2]
}

# Comments and the insides of string literals, where they stand on one line, may say anything.
function code_of(line) {
    gsub(/\\"/, "", line)
    gsub(/"[^"]*"/, "\"\"", line)
    sub(/\/\/.*/, "", line)
    return line
}

# A source in a folder of its room may reach up to the room, not out of it.
function stays_in_room(header,    up, parts, depth) {
    up = gsub(/\.\.\//, "../", header)
    depth = split(FILENAME, parts, "/") - 3
    return FILENAME ~ /^src\// && up <= depth
}

function check_include(line,    header, target) {
    header = line
    sub(/^[ \t]*#[ \t]*include[ \t]*[<"]/, "", header)
    sub(/[>"].*/, "", header)

    if (header ~ /\.\./ && !stays_in_room(header)) report("include \"" header "\" goes round the floors with ..")
    if (header ~ /^nodtrack\//) {
        split(header, parts, "/")
        target = parts[2]
        if (target != room && index(" " below[room] " ", " " target " ") == 0)
            report("room " room " must not include room " target " (" header ")")
        return
    }
    if (header ~ /^(itk|gdcm|vcl|vnl|ITK)/ && room != "imaging") report("only imaging may include " header)
    if (header ~ /^(SQLiteCpp\/|sqlite3)/ && room != "store") report("only store may include " header)
    if (header ~ /^CLI\// && room != "cli") report("only cli may include " header)
    if (header ~ /^(dcmtk|DCM|curl\/)/ && room != "exchange") report("only exchange may include " header)
    # What other rooms see names no library but Result'"'"'s. A private header stands with the .cpp files of its room.
    if (FILENAME ~ /^(include|cli)\/.*\.hpp$/ && header ~ third_party &&
        !(FILENAME == "include/nodtrack/domain/result.hpp" && header == "tl/expected.hpp"))
        report("third-party header " header " belongs in a .cpp file")
    if (pure && header ~ /^(fstream|ctime|time\.h|iostream|thread|mutex|unistd\.h|sys\/.*|spdlog.*)$/)
        report("room " room " is pure: no " header)
}

BEGIN {
    while ((getline line < "cmake/floors.txt") > 0)
        if (line ~ /^[0-9]/) floors[++count] = line
    for (; count > 0; count--) {
        words = split(floors[count], word)
        first = word[2] == "pure" ? 3 : 2
        for (i = first; i <= words; i++) {
            below[word[i]] = lower
            is_pure[word[i]] = first == 3
        }
        for (i = first; i <= words; i++) lower = lower " " word[i]
    }
    third_party = "^(itk|gdcm|vcl|vnl|SQLiteCpp/|sqlite3|CLI/|fmt/|nlohmann/|openssl/|tl/|spdlog|boost/|zip.h|dcmtk|curl/|zlib|gtest/|gmock/|benchmark/)"
    sql = "(SELECT .* FROM|INSERT INTO|UPDATE .* SET|DELETE FROM|CREATE (TABLE|INDEX|VIEW|TRIGGER)|PRAGMA )"
}

FNR == 1 {
    room = room_of(FILENAME)
    pure = is_pure[room]
    if (!(room in below)) report("there is no room " room " in the plan of the floors (cmake/floors.txt)")
}

/^[ \t]*#[ \t]*include/ { check_include($0); next }

pure {
    code = code_of($0)
    if (code ~ /(^|[^A-Za-z0-9_])now\(\)/) report("room " room " is pure: no now()")
    # A generator of a fixed seed answers alike each time; chance does not.
    if (code ~ /(random_device|(^|[^A-Za-z0-9_])s?rand\()/) report("room " room " is pure: no chance")
    if (code ~ /(system_clock|steady_clock|time\(nullptr\)|time\(NULL\)|localtime|gmtime)/) report("room " room " is pure: no clock")
    if (code ~ /getenv/) report("room " room " is pure: no environment")
    if (code ~ /[io]?fstream|fopen\(/) report("room " room " is pure: no files")
    if (code ~ /(printf\(|std::cerr|std::cout|std::clog|spdlog::)/ && code !~ /snprintf\(/) report("room " room " is pure: no logging")
}

room != "store" && room != "tracker" && $0 ~ sql && $0 !~ /^[ \t]*\/\// { report("SQL belongs in store") }
room == "tracker" && $0 ~ sql && $0 !~ /^[ \t]*\/\// { report("tracker holds no SQL") }

END { exit faults > 0 }
' $(find include src cli -name '*.hpp' -o -name '*.cpp' | LC_ALL=C sort)
