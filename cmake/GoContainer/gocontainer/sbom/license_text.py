"""Tells which licence a text is, by the matching guidelines of SPDX (SPDX 2.3, annex B): letters, punctuation, white space,
titles and copyright notices do not count, every other word does. A text that is not surely one of these stays unknown.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from gocontainer.sbom.license_parts import may_match, without_headings, without_sentences

MIT = (
    "permission is hereby granted free of charge to any person obtaining a copy of this software and associated "
    "documentation files the software to deal in the software without restriction including without limitation the "
    "rights to use copy modify merge publish distribute sublicense and or sell copies of the software and to permit "
    "persons to whom the software is furnished to do so subject to the following conditions "
)
MIT_NOTICE = (
    "the above copyright notice and this permission notice shall be included in all copies or substantial portions of "
    "the software "
)
MIT_WARRANTY = (
    "the software is provided as is without warranty of any kind express or implied including but not limited to the "
    "warranties of merchantability fitness for a particular purpose and noninfringement in no event shall the "
    r"[a-z0-9 ]{1,90} be liable for any claim damages or other liability whether in an action of contract tort or "
    "otherwise arising from out of or in connection with the software or the use or other dealings in the software"
)
BSD = (
    "redistribution and use in source and binary forms with or without modification are permitted provided that the "
    "following conditions are met redistributions of source code must retain the above copyright notice this "
    "list of conditions and the following disclaimer redistributions in binary form must reproduce the above "
    "copyright notice this list of conditions and the following disclaimer in the documentation and or other materials "
    "provided with the distribution "
)
BSD_NAMES = (
    "neither (?:the )?names? of [a-z0-9 ]{1,90} may be used to endorse or promote products derived from this "
    "software without (?:specific )?prior written permission "
)
BSD_WARRANTY = (
    "this software is provided by [a-z0-9 ]{1,90} as is and any express or implied warranties including but not "
    "limited to the implied warranties of merchantability and fitness for a particular purpose are disclaimed in no "
    "event shall [a-z0-9 ]{1,90} be liable for any direct indirect incidental special exemplary or consequential "
    "damages including but not limited to procurement of substitute goods or services loss of use data or profits or "
    "business interruption however caused and on any theory of liability whether in contract strict liability or tort "
    "including negligence or otherwise arising in any way out of the use of this software even if advised of the "
    "possibility of such damage"
)
ISC = (
    "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby "
    "granted provided that the above copyright notice and this permission notice appear in all copies "
)
ISC_WARRANTY = (
    "the software is provided as is and the author disclaims all warranties with regard to this software including "
    "all implied warranties of merchantability and fitness in no event shall the author be liable for any special "
    "direct indirect or consequential damages or any damages whatsoever resulting from loss of use data or profits "
    "whether in an action of contract negligence or other tortious action arising out of or in connection with the use "
    "or performance of this software"
)
APACHE = (
    "(?:appendix how to apply the apache license to your work [a-z0-9 ]{1,700})?licensed under the apache license "
    "version 2 0 the license you may not use this file except in compliance with the license you may obtain a copy of "
    "the license at http www apache org licenses license 2 0 unless required by applicable law or agreed to in "
    "writing software distributed under the license is distributed on an as is basis without warranties or conditions "
    "of any kind either express or implied see the license for the specific language governing permissions and "
    "limitations under the license"
)
UNLICENSE = (
    "this is free and unencumbered software released into the public domain anyone is free to copy modify publish use "
    "compile sell or distribute this software either in source code form or as a compiled binary for any purpose "
    "commercial or non commercial and by any means in jurisdictions that recognize copyright laws the author or "
    "authors of this software dedicate any and all copyright interest in the software to the public domain we make "
    "this dedication for the benefit of the public at large and to the detriment of our heirs and successors we intend "
    "this dedication to be an overt act of relinquishment in perpetuity of all present and future rights to this "
    "software under copyright law the software is provided as is without warranty of any kind express or implied "
    "including but not limited to the warranties of merchantability fitness for a particular purpose and "
    "noninfringement in no event shall the authors be liable for any claim damages or other liability whether in an "
    "action of contract tort or otherwise arising from out of or in connection with the software or the use or other "
    "dealings in the software(?: for more information please refer to http (?:www )?unlicense org)?"
)
CC0 = "this work is released into the public domain with cc0 1 0"
# Texts that may be part of a file, as regular expressions.
SHORT = (
    ("MIT", MIT + MIT_NOTICE + MIT_WARRANTY),
    ("BSD-3-Clause", BSD + BSD_NAMES + BSD_WARRANTY),
    ("BSD-2-Clause", BSD + BSD_WARRANTY),
    ("ISC", ISC + ISC_WARRANTY),
    ("Apache-2.0", APACHE),
    ("Unlicense", UNLICENSE),
    ("CC0-1.0", CC0),
)
# Long ones: where they begin, where they end, and the SHA-256 of the words from there to there.
LONG = (
    (
        "Apache-2.0",
        "terms and conditions for use reproduction and distribution definitions",
        "accepting any such warranty or additional liability",
        "2125b8d80089c6028c801f695664168bc9313c9b5829c3ac5eac4b9d03ee19e4",
    ),
    (
        "MPL-2.0",
        "definitions contributor means",
        "incompatible with secondary licenses as defined by the mozilla public license v 2 0",
        "8d859036d1859806bb2af4aa8604a1176605bb8587eb9e71925eff76c1fb6408",
    ),
    (
        "CC0-1.0",
        "creative commons corporation is not a law firm",
        "no duty or obligation with respect to this cc0 or use of the work",
        "0fb25cec8842e55e731d8434f03cc0e07fe8a3c4d6ae46515b178554865c3bdc",
    ),
)
# What else may stand in the file of a licence, word by word: titles and addresses.
TITLES = re.compile(
    "(the|authors|a|of|is|distributed|licen[cs]ed?|licenses|under|mit|isc|bsd|apache|mozilla|unlicense|cc0|creative"
    "|commons|legal|code|universal|public|version|v|[01234]|2004|clause|new"
    "|simplified|modified|expat|january|http|www|org|opensource|php|all|rights|reserved|end|terms|and|conditions)"
)
# A line of a notice. Those of a text that only begin with the word, or with (c), are no notices.
COPYRIGHT = re.compile(
    r"\W*(((Portions|Original work|Modified work) )?Copyright(?! (notice|[Hh]older|[Oo]wner))"
    r"|((?i:copyright) )?(\([Cc]\)|©) *\d|copyright \d|(?i:authors\W*$|all rights reserved))"
)
# Of an item in a list.
LABEL = re.compile(r"^\W*(\(?[a-z]\)|[a-z]\.|\(?[1-9]\d*(\.[1-9]\d*)*[.)])\s")


def identify(text: str, module: str) -> str:
    """The expression of SPDX for the licences in a file, all of which count; empty where it has other text, too.

    :param module: the path of the module, or of a directory in it, which a title may name.
    """
    found, rest = matched(text)
    named = re.findall("[a-z0-9]+", module.lower())
    other = [word for word in rest if word not in named and not TITLES.fullmatch(word)]
    return "" if other else " AND ".join(found)


@lru_cache(maxsize=256)  # many modules have the same file
def matched(text: str) -> tuple[list[str], list[str]]:
    """The licences in a text, sorted, and its words beside these."""
    words = without_sentences(words_of(text))
    found = set()
    for name, first, last, digest in LONG:
        begin = words.find(first)
        end = words.find(last, begin) + len(last)
        whole = words[begin:end]
        if begin >= 0 and end > begin and hashlib.sha256(whole.encode()).hexdigest() == digest:
            words = words[:begin] + words[end:]
            found.add(name)
    for name, pattern in SHORT:
        if may_match(pattern, words):
            words, count = re.subn(pattern, " ", words)
            if count:
                found.add(name)
    return sorted(found), words.split()


def words_of(text: str) -> str:
    """All words in small letters, without copyright notices and headings of parts."""
    notices = [line for line in text.splitlines() if not COPYRIGHT.match(line)]
    lines = (LABEL.sub("", line) for line in without_headings(notices))
    return " ".join(re.findall("[a-z0-9]+", " ".join(lines).lower().replace("https:", "http:")))
