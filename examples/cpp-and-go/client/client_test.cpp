// Tests the client against the service in its container. The argument is the file with its address.
#include "client.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

static std::string host, port;

TEST(Client, GetsTheNearestWord) {
    EXPECT_EQ(nearest(host, port, "imge"), "image");
    EXPECT_EQ(nearest(host, port, "player"), "layer");
}

TEST(Client, RefusesWhatIsNoAnswer) {
    EXPECT_THROW(nearest(host, port, "no/such/path"), std::runtime_error);
}

int main(int argc, char **argv) {
    testing::InitGoogleTest(&argc, argv);
    std::ifstream file(argc > 1 ? argv[1] : "");
    if (!std::getline(file, host, ':') || !std::getline(file, port)) {
        std::puts("skipped: the service does not run");
        return 77; // SKIP_RETURN_CODE
    }
    return RUN_ALL_TESTS();
}
