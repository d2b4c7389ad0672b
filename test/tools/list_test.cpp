// Lists of pairs: what their lines say, and where mistakes are.
#include <gtest/gtest.h>

#include <random>

#include "shard/list.h"
#include "spec.h"

namespace vmaf::tool {
namespace {

using Pairs = std::vector<BatchPair>;

Pairs parse(const std::string& text) { return parse_batch(text, "list", ".xml"); }

/// A pair without anything of its own.
BatchPair plain(const std::string& reference, const std::string& distorted, const std::string& name,
                const std::string& report, unsigned line) {
    return {reference, distorted, name, report, {}, line};
}

std::string mistake(const std::string& text) {
    try {
        parse(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no mistake";
}

#define EXPECT_MISTAKE(text, words) EXPECT_NE(mistake(text).find(words), std::string::npos) << mistake(text)

TEST(List, OfCsv) {
    const Pairs expected = {plain("r 1.y4m", "a,b.y4m", "a,b.y4m", "a,b.y4m.xml", 3),
                            plain("r", "say \"d\"", "x", "x", 4)};
    EXPECT_EQ(parse("output,reference,distorted\r\n\n,r 1.y4m,\"a,b.y4m\"\nx,r,\"say \"\"d\"\"\"\n"), expected);
}

TEST(List, OfJson) {
    const Pairs expected = {plain("r", "folder/d", "d", "d.xml", 1), plain("r", "e\n", "f", "f", 4)};
    EXPECT_EQ(parse("{\"reference\": \"r\", \"distorted\": \"folder/d\"}\n\n \r\n  "
                    "{\"reference\":\"r\",\"distorted\":\"e\\n\",\"output\":\"f\"}"),
              expected);
}

TEST(List, FromSpreadsheets) {
    const Pairs expected = {plain("r", "d", "d", "d.xml", 4), plain("r", " e", " e", " e.xml", 7)};
    const std::string mark = "\xef\xbb\xbf";
    EXPECT_EQ(parse(mark + "\r\nreference, distorted ,output\r\n\r\nr ,\td,\r\n,,\r\n   \r\n\"r\" ,\" e\" ,\r\n"),
              expected);
    EXPECT_EQ(parse(mark + "{\"reference\": \"r\", \"distorted\": \"d\"}\r\n"),
              Pairs{plain("r", "d", "d", "d.xml", 1)});
    EXPECT_MISTAKE(std::string("\xff\xfer\0e\0", 6), "list, line 1: this is UTF-16");
    EXPECT_MISTAKE("reference;distorted\nr;d\n",
                   "line 1: \"reference;distorted\" is unknown; known are reference, distorted, output, model");
}

TEST(List, CellsMayHoldLineBreaks) {
    const Pairs expected = {plain("r", "a\nb", "a\nb", "a\nb.xml", 2), plain("r", "c", "c", "c.xml", 4)};
    EXPECT_EQ(parse("reference,distorted\nr,\"a\nb\"\nr,c\n"), expected);
    EXPECT_MISTAKE("reference,distorted\nr,\"a\nb\"\nr\n", "line 4: there are 1 cells, and 2 columns");
    EXPECT_MISTAKE("reference,distorted\nr,\"a\nb\n", "line 2: a quote is opened and never closed");
    EXPECT_MISTAKE("reference,distorted\nr,\"a\nb\" c\n", "line 3: something follows a closing quote");
}

TEST(List, PairsHaveOptionsOfTheirOwn) {
    const std::vector<std::string> expected = {"--model=version=a:name=b", "--width=64"};
    EXPECT_EQ(parse("reference,distorted,width,model,height\nr,d,64,version=a:name=b,\n").at(0).options, expected);
    EXPECT_EQ(parse("{\"reference\": \"r\", \"distorted\": \"d\", \"width\": 64, \"model\": \"version=a:name=b\"}")
                  .at(0)
                  .options,
              expected);
}

TEST(List, MistakesAreFoundWhereTheyAre) {
    for (const char* text : {"", "\n", "reference,distorted\n", "\xef\xbb\xbf"})
        EXPECT_MISTAKE(text, "list lists no pair");
    EXPECT_MISTAKE("\n\nreference,distorted,x\na,b,c\n", "line 3: \"x\" is unknown; known are reference");
    EXPECT_MISTAKE("a.y4m,b.y4m\n", "line 1: \"a.y4m\" is unknown");
    EXPECT_MISTAKE("reference\nx\n", "line 1: there is no column \"distorted\"");
    EXPECT_MISTAKE("reference,distorted,reference\n", "line 1: the column \"reference\" is there twice");
    EXPECT_MISTAKE("reference,distorted\na,b\n\na\n", "line 4: there are 1 cells, and 2 columns");
    EXPECT_MISTAKE("reference,distorted\n,b\n", "line 2: there is no reference video");
    EXPECT_MISTAKE("reference,distorted\n-,b\n", "line 2: standard input can't be part of a list");
    EXPECT_MISTAKE("reference,distorted,output\na,b,../c\n", "line 2: the output \"../c\" is a path");
    EXPECT_MISTAKE("{\"reference\": \"a\", \"distorted\": \"b\"}\n{\"reference\": \"a\"}",
                   "line 2: there is no distorted video");
    EXPECT_MISTAKE("{\"reference\": \"a\", \"distorted\": \"b\", \"x\": 1}", "line 1: \"x\" is unknown");
    EXPECT_MISTAKE("{\"reference\": [\"a\"], \"distorted\": \"b\"}",
                   "\"reference\" is neither a text nor a whole number");
    for (const char* text : {"{", "{}x", "[{\"reference\": \"a\", \"distorted\": \"b\"}]",
                             "{\"reference\": \"a\"\n, \"distorted\": \"b\"}"})
        EXPECT_MISTAKE(text, "line 1: this is no JSON object; each line of the list is one");
}

TEST(List, AnyTextIsTakenOrRefused) {
    const std::vector<std::string> pieces = {"reference",
                                             "distorted",
                                             "output",
                                             "width",
                                             ",",
                                             ",",
                                             "\n",
                                             "\n",
                                             "\r\n",
                                             "\"",
                                             "\"\"",
                                             " ",
                                             "\t",
                                             "{",
                                             "}",
                                             ":",
                                             "[",
                                             "\\",
                                             "a",
                                             "b",
                                             "\xef\xbb\xbf",
                                             "\xff",
                                             "reference,distorted\n",
                                             "a,b\n",
                                             "{\"reference\": \"a\", \"distorted\": \"b\"}"};
    std::mt19937 random(1);
    unsigned taken = 0;
    for (unsigned round = 0; round < 20000; round++) {
        std::string text;
        for (unsigned i = random() % 12; i > 0; i--) text += pieces[random() % pieces.size()];
        try {
            for (const BatchPair& pair : parse(text))
                EXPECT_FALSE(pair.reference.empty() || pair.distorted.empty()) << text;
            taken++;
        } catch (const UsageError& error) {
            EXPECT_EQ(std::string(error.what()).rfind("list", 0), 0u);
        }
    }
    EXPECT_GT(taken, 20u);
}

TEST(List, FilesOfTwoPairsAreDistinct) {
    EXPECT_MISTAKE("reference,distorted\na,x/b\na,y/b\n", "line 3: a file of another pair is called b.xml too");
    EXPECT_MISTAKE("reference,distorted,output\na,b,\na,c,b\n", "line 3: a file of another pair is called b.parts too");
    EXPECT_MISTAKE("reference,distorted,output\na,b,c\na,d,c.html\n",
                   "line 3: a file of another pair is called c.html too");
    EXPECT_EQ(parse("reference,distorted,output\na,b,1\na,b,2\n").size(), 2u);
}

TEST(List, NamesHangOnNoFormat) {
    const std::string text = "reference,distorted,output\nr,a.mp4,\nr,b.mp4,b.json\n";
    for (const char* ending : {".xml", ".json", ".csv"}) {
        const Pairs pairs = parse_batch(text, "list", ending);
        EXPECT_EQ(pairs[0].report, std::string("a.mp4") + ending);
        EXPECT_EQ(pairs[0].parts(), "a.mp4.parts");
        EXPECT_EQ(pairs[1].parts(), "b.json.parts");
    }
}

}  // namespace
}  // namespace vmaf::tool
