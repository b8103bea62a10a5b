"""Regular expressions are those of Go, and take linear time."""

import json
import random
import re
import textwrap
from pathlib import Path

import pytest
from gocontainer.common import unicode
from gocontainer.common.regexp import compile_go, decode_go
from harness import run

# expression, texts; Go itself says which of them match
EXPRESSIONS = [
    (r"a$", "a", "a\n", "a\nb"),
    (r"(?m)a$", "a\nb", "a\n", "ab"),
    (r"(?m)^b$|c", "a\nb\n", "bc", "b"),
    (r"^b", "a\nb", "b"),
    (r"a.b", "a\nb", "a-b"),
    (r"(?s)a.b", "a\nb"),
    (r"x(?i)abc|d", "D", "XABC", "xABC", "d"),
    (r"((?i)a)b", "Ab", "AB"),
    (r"(?i:A)b", "ab", "aB"),
    (r"(?i)straße|[k]", "STRASSE", "\u212a", "STRAßE"),
    (r"(?i-i)a", "A", "a"),
    (r"\d\D", "1a", "٣a"),
    (r"^\w+$", "a_1", "é"),
    (r"\s", "\v", "\f", "\u00a0"),
    (r"\bé", "é", "aé"),
    (r"[[:alpha:]]+\z", "ab", "1"),
    (r"^[^[:^space:]x]$", "\v", "x", "a"),
    (r"\Qa.b\E+c", "a.bbc", "axbc"),
    (r"\Qa.b", "a.b", "axb"),
    (r"^a{,3}$", "a{,3}", "aa"),
    (r"^a{2,3}?$", "a", "aa", "aaaa"),
    (r"^a{2,}$", "a", "aaaaa"),
    (r"[]a]|[^]b]", "]", "b", "\n"),
    (r"^[\d-x]$", "-", "x", "y"),
    (r"^[a-c-e]$", "-", "b", "d", "e"),
    (r"^[^\D5]$", "5", "6", "a"),
    (r"[a&&b]", "&", "a"),
    (r"\x{41}\x42\103\0", "ABC\0"),
    (r"(?P<n>a)(?<m>b)", "ab"),
    (r"^*a", "a", "b"),
    (r"(?U)^a+?$", "aa"),
    (r"\_\-\/", "_-/"),
    (r"\a\f\t\n\r\v", "\a\f\t\n\r\v"),
    (r"", "x", ""),
    (r"(?i)i", "İ", "ı", "I"),
    (r"(?i)[a-k]", "\u212a", "l"),
    (r"(?i)\W", "\u017f", "é"),
    (r"\pN|\p{Greek}|\p{lowercase-letter}", "٣", "α", "a", "A"),
    (r"(?i)\p{^Lu}", "a", "A", "1"),
    (r"[\PL]", "a", "1"),
    (r"a(?i)*b", "aab", "AB"),
    (r"(?)a", "a"),
    (r"\bfoo\b", "a foo", "foo_", "foo"),
    (r"(?m)^$", "a\n\nb", "a\nb", ""),
    (r"^(?:a?){30}a{30}$", "a" * 30, "a" * 29),
    (r"(|a)b", "b"),
    (r".*Inst.*Security.* | .*Security.*Inst.*", "Inst Security ", "Inst"),
    *((expression, "a") for expression in [
        r"(?=a)", r"(?!a)", r"(?<=a)", r"(a)\1", r"(?P=n)", "a++", "a**", "a{2}{3}", "*", "(?i)*",
        "a|*", "(*)", "(a", "a)", "[a", "[", "[]", "[b-a]", r"[a-\d]", "a{1001}", "a{3,2}", r"\Z",
        "(?x)a", "(?#c)", "[[:foo:]]", "[[:w:]]", "a\\", "[\\", r"\x{110000}", r"\y", r"\8", "(?",
        r"\x4", r"[\b]", "(?-)a", "(?i-)a", "(?i--s)a", "(?i", r"\C\1", "[[:a]b[c:]]", "(a{500}){3}",
        r"\p{Nothing}", r"\p", r"\p{Greek", r"\p{^^L}",
    ]),
    *((expression, *map(chr, range(256))) for expression in [
        r"\d", r"\D", r"\s", r"\S", r"\w", r"\W", *(f"[[:{name}:]]" for name in [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
            "space", "upper", "word", "xdigit",
        ]),
    ]),
]  # fmt: skip
GO = """
    package main

    import (
    \t"encoding/json"
    \t"fmt"
    \t"os"
    \t"regexp"
    \t"sort"
    \t"strings"
    \t"unicode"
    )

    func main() {
    \tif len(os.Args) > 1 {
    \t\ttables()
    \t\treturn
    \t}
    \tvar cases [][]string
    \tif err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
    \t\tpanic(err)
    \t}
    \tfor _, words := range cases {
    \t\tcompiled, err := regexp.Compile(words[0])
    \t\tfound := []bool{}
    \t\tfor _, text := range words[1:] {
    \t\t\tif err == nil {
    \t\t\t\tfound = append(found, compiled.MatchString(text))
    \t\t\t}
    \t\t}
    \t\tjson.NewEncoder(os.Stdout).Encode(found)
    \t}
    }

    func classes(tables map[string]*unicode.RangeTable) {
    \tnames := []string{}
    \tfor name := range tables {
    \t\tif len(name) != 1 && name != "LC" && name != "Cn" {
    \t\t\tnames = append(names, name)
    \t\t}
    \t}
    \tsort.Strings(names)
    \tfor _, name := range names {
    \t\tfmt.Print(name)
    \t\tfor first := rune(0); first <= unicode.MaxRune; first++ {
    \t\t\tlast := first
    \t\t\tfor last <= unicode.MaxRune && unicode.Is(tables[name], last) {
    \t\t\t\tlast++
    \t\t\t}
    \t\t\tif last > first {
    \t\t\t\tfmt.Printf(" %x", first)
    \t\t\t\tif last-1 > first {
    \t\t\t\t\tfmt.Printf("-%x", last-1)
    \t\t\t\t}
    \t\t\t\tfirst = last
    \t\t\t}
    \t\t}
    \t\tfmt.Println()
    \t}
    }

    func tables() {
    \tfmt.Println(unicode.Version)
    \tclasses(unicode.Categories)
    \tclasses(unicode.Scripts)
    \tfmt.Print("folds")
    \tfor r := rune(0); r <= unicode.MaxRune; r++ {
    \t\torbit := fmt.Sprintf(" %x", r)
    \t\tnext := unicode.SimpleFold(r)
    \t\tfor ; next > r; next = unicode.SimpleFold(next) {
    \t\t\torbit += fmt.Sprintf("-%x", next)
    \t\t}
    \t\tif next == r && strings.Contains(orbit, "-") {
    \t\t\tfmt.Print(orbit)
    \t\t}
    \t}
    \tfmt.Println()
    }
    """
PARTS = [
    *"abkKsS1_ \n.^$|()*+?{}[]-\\éİſ\u212aǅ",
    *[
        r"(?i)",
        r"(?s)",
        r"(?m)",
        r"(?U)",
        r"(?i:",
        r"(?-i)",
        r"(?:",
        r"(?P<n>",
        r"(",
        r")",
        r")",
        r"|",
        r"\d",
        r"\D",
        r"\w",
        r"\W",
        r"\s",
        r"\S",
        r"\b",
        r"\B",
        r"\A",
        r"\z",
        r"\pL",
        r"\PN",
    ],
    *[
        r"\p{Greek}",
        r"\p{^Lu}",
        r"\pS",
        r"[a-c]",
        r"[^a]",
        r"[[:alpha:]]",
        r"[[:^word:]]",
        r"[^\d\s]",
        r"[",
        r"]",
        r"\Qa.\E",
        r"\x{61}",
        r"\x4b",
    ],
    *[
        r"\101",
        r"{2}",
        r"{1,3}",
        r"{0,2}?",
        r"{2,}",
        r"{,3}",
        r"*?",
        r"+?",
        r"??",
        r".*",
        r".+",
        r"[é-ü]",
        r"[\pLu]",
        r"a{50}",
        r"(a|ab)(c|bcd)",
        r"[:",
        r":]",
    ],
]
# ruff: noqa: RUF001
LETTERS = "abkKsScdABZ1_ \n.-\té\vİiIſ\u212aǅαΣς\ufffd😀\u0378"


@pytest.fixture(scope="module")
def go(tmp_path_factory):
    """A program of Go's: matches what it reads, or with an argument tells the tables of Unicode."""
    directory = tmp_path_factory.mktemp("go")
    (directory / "main.go").write_text(textwrap.dedent(GO))
    run(["go", "build", "-o", directory / "go", directory / "main.go"])
    return directory / "go"


def compare(go, cases):
    said = run([go], stdin=json.dumps(cases)).stdout
    for (expression, *texts), line in zip(cases, said.splitlines(), strict=True):
        try:
            compiled = compile_go(expression)
            found = [bool(compiled.search(text)) for text in texts]
        except ValueError:
            found = []
        assert found == json.loads(line), (expression, texts)


def test_expressions_are_those_of_go(go):
    compare(go, EXPRESSIONS)


def test_expressions_made_by_chance(go):
    """Half of them are none."""
    chance = random.Random(22)
    compare(
        go,
        [
            [
                "".join(chance.choices(PARTS, k=chance.randint(1, 9))),
                *("".join(chance.choices(LETTERS, k=chance.randint(0, 8))) for _ in range(6)),
            ]
            for _ in range(1000)
        ],
    )


def test_the_tables_of_unicode_are_those_of_go(go, request):
    version, _, tables = run([go, "tables"]).stdout.partition("\n")
    file = Path(unicode.__file__)
    if request.config.getoption("regenerate"):
        text = re.sub(
            r'(?s)(TABLES = """\\\n).*?"""', lambda m: f'{m[1]}{tables}"""', file.read_text()
        )
        file.write_text(text.replace(unicode.__doc__.split(" as ")[0], f"Unicode {version}"))
    elif f"Unicode {version} " in unicode.__doc__:
        assert tables == unicode.TABLES
    else:
        pytest.skip(f"Go has Unicode {version}")


def test_scripts_of_two_words():
    """Go up to 1.24 knows them, as container-structure-test does; 1.26 has lost them."""
    assert compile_go(r"\p{Old_Italic}").search("\U00010300")


@pytest.mark.parametrize(
    ("expression", "text", "end"),
    [
        ("^(a+)+$", "a" * 200_000 + "b", None),
        ("(x+x+)+y", "x" * 200_000, None),
        ("(a|aa)+$", "a" * 200_000 + "b", None),
        ("(.*)(.*)(.*)(.*)(.*)z", "ab" * 100_000, None),
        ("(a?){100}a{100}$", "a" * 50_000 + "b", None),
        ("(a|b)*a(a|b){100}$", "ab" * 5_000, None),
        ("(a*)*b", "a" * 200_000 + "b", 200_001),
    ],
)
def test_time_is_linear(expression, text, end):
    """By Python's own expressions each of these takes years."""
    found = compile_go(expression).search(text)
    assert (found.end() if found else None) == end


def test_a_skipped_text_is_searched_to_its_end():
    """Long texts are skipped by what leads to another state."""
    text = "x" * 5_000 + "\nfoo" + "é" * 5_000 + "bar\n" + "y" * 5_000
    assert compile_go(r"foo\pL+bar").search(text).end() == 10_007
    assert compile_go(r"(?m)^fo+é+bar$").search(text)
    assert compile_go(r"\by+\z").search(text)
    assert not compile_go(r"\Bfoo").search(text)
    assert not compile_go(r"^foo").search(text)


def test_too_many_states_are_forgotten(monkeypatch):
    monkeypatch.setattr("gocontainer.common.automaton.MAX_STATES", 5)
    compiled = compile_go(r"(a|b)*a(a|b){9}c")
    for length in range(8, 12):
        text = "b" + "ab" * 40 + "a" + "b" * length + "c"
        assert bool(compiled.search(text)) == (length == 9)
        assert len(compiled.states) <= 5


def test_what_is_too_large_is_told():
    with pytest.raises(ValueError, match="too large"):
        compile_go(f"({'abcd' * 1000}){{1000}}")
    with pytest.raises(ValueError, match="too deeply"):
        compile_go("(" * 2000 + ")" * 2000)


def test_bytes_that_are_no_characters():
    """Each is one for Go."""
    assert (
        decode_go(b"a\xe2\x82x\xff\xc3\xa9\xed\xa0\x80")
        == "a\ufffd\ufffdx\ufffdé\ufffd\ufffd\ufffd"
    )
