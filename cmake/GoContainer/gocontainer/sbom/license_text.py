"""Tells which licence a text is, by the matching guidelines of SPDX (SPDX 2.3, annex B): letters, punctuation, white space,
titles and copyright notices do not count, every other word does. A text that is not surely one of these stays unknown.
"""

from __future__ import annotations

import hashlib
import re

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
# Texts that may be part of a file, as regular expressions.
SHORT = (
    ("MIT", MIT + MIT_NOTICE + MIT_WARRANTY),
    ("BSD-3-Clause", BSD + BSD_NAMES + BSD_WARRANTY),
    ("BSD-2-Clause", BSD + BSD_WARRANTY),
    ("ISC", ISC + ISC_WARRANTY),
    ("Apache-2.0", APACHE),
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
)
# What else may stand in the file of a licence, word by word: titles and addresses.
TITLES = re.compile(
    "(the|authors|a|of|is|distributed|licen[cs]ed?|licenses|under|mit|isc|bsd|apache|mozilla|public|version|v|[0234]|2004|clause|new"
    "|simplified|modified|expat|january|http|www|org|opensource|php|all|rights|reserved|end|terms|and|conditions)"
)
# A line of a notice. Those of a text that only begin with the word, or with (c), are no notices.
COPYRIGHT = re.compile(
    r"\W*((Portions )?Copyright(?! (notice|[Hh]older|[Oo]wner))|((?i:copyright) )?(\([Cc]\)|©) *\d|copyright \d"
    r"|(?i:authors\W*$|all rights reserved))"
)
# Of an item in a list.
LABEL = re.compile(r"^\W*(\(?[a-z]\)|[a-z]\.|\(?[1-9]\d*(\.[1-9]\d*)*[.)])\s")


def identify(text: str, module: str) -> str:
    """The expression of SPDX for the licences in a file, all of which count; empty where it has other text, too.

    :param module: the path of the module, which a title may name.
    """
    words = words_of(text)
    found = set()
    for name, first, last, digest in LONG:
        begin = words.find(first)
        end = words.find(last, begin) + len(last)
        whole = words[begin:end]
        if begin >= 0 and end > begin and hashlib.sha256(whole.encode()).hexdigest() == digest:
            words = words[:begin] + words[end:]
            found.add(name)
    for name, pattern in SHORT:
        words, count = re.subn(pattern, " ", words)
        if count:
            found.add(name)
    named = words_of(module).split()
    rest = [word for word in words.split() if word not in named and not TITLES.fullmatch(word)]
    return "" if rest else " AND ".join(sorted(found))


def words_of(text: str) -> str:
    lines = (LABEL.sub("", line) for line in text.splitlines() if not COPYRIGHT.match(line))
    return " ".join(re.findall("[a-z0-9]+", " ".join(lines).lower().replace("https:", "http:")))
