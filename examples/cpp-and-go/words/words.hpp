// A list of words that finds the most similar word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// The number of inserted, removed and replaced letters between a and b (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b);

class Words {
public:
    void add(std::string word) { words_.push_back(std::move(word)); }
    // The first of the most similar words; nullptr if the list is empty.
    const std::string *nearest(std::string_view word) const;

private:
    std::vector<std::string> words_;
};
