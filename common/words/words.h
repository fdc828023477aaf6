/*
 * words: the sentences of msg.h, a table for each language.  Pure.
 *
 * A table has every message and no other one, or does not compile: SAY counts
 * the sentences, its file asserts that they are MSG_IDS, and a message that is
 * unknown or has two sentences is an error.  A sentence has the same values in
 * all languages (tests/test_msg.c).
 */
#ifndef WORDS_H
#define WORDS_H

#include "words/msg_id.h"

/* With a designator before each sentence a missing comma does not compile. */
#define SAY(id) [(id) + 0 * __COUNTER__]

extern const char *const words_de[MSG_IDS];
extern const char *const words_en[MSG_IDS];

#endif
