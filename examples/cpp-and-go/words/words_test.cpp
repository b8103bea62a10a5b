#include "words.hpp"

#include <gtest/gtest.h>

TEST(Distance, CountsLetters) {
    EXPECT_EQ(distance("layer", "layer"), 0u);
    EXPECT_EQ(distance("layer", "player"), 1u);
    EXPECT_EQ(distance("image", "mirage"), 2u);
    EXPECT_EQ(distance("", "abc"), 3u);
}

TEST(Words, TheFirstOfTheNearestIsFound) {
    Words words;
    EXPECT_EQ(words.nearest("any"), nullptr);
    words.add("layer");
    words.add("lager");
    EXPECT_EQ(*words.nearest("lawer"), "layer");
    EXPECT_EQ(*words.nearest("lagers"), "lager");
}
