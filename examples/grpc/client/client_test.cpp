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
    std::string address;
    if (!std::getline(file, address)) {
        std::puts("skipped: the service does not run");
        return 77; // SKIP_RETURN_CODE
    }

    Client client(address);
    check(!client.get("motto"), "what nobody stored is not there");
    client.put("motto", "as you\nlike it");
    check(client.get("motto") == "as you\nlike it", "what was stored comes back");
    client.put("motto", "wie es euch gefällt");
    check(client.get("motto") == "wie es euch gefällt", "a new text takes the place of the old one");
    client.put("a first one", std::string(1 << 20, 'x'));
    check(client.names() == std::vector<std::string>{"a first one", "motto"}, "all names come, sorted");
    try {
        client.put("", "x");
        check(false, "a text without a name is refused");
    } catch (const std::runtime_error &error) {
        check(std::string(error.what()) == "a text needs a name", "a text without a name is refused");
    }
    return failures != 0;
}
