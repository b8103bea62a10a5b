#include "words.hpp"

#include "words.h"

#include <algorithm>
#include <numeric>

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t exchanged = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({exchanged, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

const std::string *Words::nearest(std::string_view word) const {
    const std::string *best = nullptr;
    for (const std::string &ours : words_)
        if (!best || distance(ours, word) < distance(*best, word))
            best = &ours;
    return best;
}

struct words {
    Words all;
};

words *words_new() { return new words; }
void words_add(words *all, const char *word) { all->all.add(word); }
const char *words_nearest(const words *all, const char *word) {
    const std::string *found = all->all.nearest(word);
    return found ? found->c_str() : nullptr;
}
void words_free(words *all) { delete all; }
