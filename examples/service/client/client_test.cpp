// Tests the client against the service in its container. The argument is the file with its address.
#include "client.hpp"

#include <cstdio>
#include <fstream>
#include <stdexcept>

static int failures = 0;

static void check(bool good, const char *what) {
    std::printf("%s %s\n", good ? "ok    " : "FAILED", what);
    failures += !good;
}

int main(int argc, char **argv) {
    if (argc != 2)
        return std::fprintf(stderr, "usage: client_test <address file>\n"), 2;
    std::ifstream file(argv[1]);
    std::string host, port;
    if (!std::getline(file, host, ':') || !std::getline(file, port)) {
        std::puts("skipped: the service does not run");
        return 77; // SKIP_RETURN_CODE
    }

    const Client client(host, port);
    check(!client.get("motto"), "what nobody stored is not there");
    client.put("motto", "as you\nlike it");
    check(client.get("motto") == "as you\nlike it", "what was stored comes back");
    client.put("motto", "");
    check(client.get("motto") == "", "an empty text is a text");
    const std::string long_text(1 << 20, 'x');
    client.put("long", long_text);
    check(client.get("long") == long_text, "a long text comes back whole");
    try {
        client.put("too-long", long_text + "y");
        check(false, "a text that is too long is refused");
    } catch (const std::runtime_error &) {
        check(true, "a text that is too long is refused");
    }
    return failures != 0;
}
