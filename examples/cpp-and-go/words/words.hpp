// Words, and which of them is nearest to another one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// How many letters must be put in, taken out or exchanged to make b of a (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b);

class Words {
public:
    void add(std::string word) { words_.push_back(std::move(word)); }
    // The first of those that are nearest; nullptr where there is none at all.
    const std::string *nearest(std::string_view word) const;

private:
    std::vector<std::string> words_;
};
