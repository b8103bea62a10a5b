/* Words, and which of them is nearest to another one: as C, for cgo. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

typedef struct words words;

words *words_new(void);
void words_add(words *all, const char *word);
/* A word of ours, or NULL where there is none; it lives as long as they do. */
const char *words_nearest(const words *all, const char *word);
void words_free(words *all);

#ifdef __cplusplus
}
#endif
