// What people give in place of a model: each kind of file gets words of its own, and the way out.
#include "model/foreign_model.h"

#include <string>

#include "support/model_text.h"

namespace vmaf {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

struct Foreign {
    std::string text;
    std::string_view what, way_out;
};

const Foreign kForeign[] = {
    {"", "empty", "download"},
    {" \r\n\n", "empty", "download"},
    {"\xef\xbb\xbf", "empty", "download"},
    {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git-lfs", "git lfs pull"},
    {"<!DOCTYPE html>\n<html><head>", "HTML page", "'raw'"},
    {"\n  <HTML lang=en>", "HTML page", "'raw'"},
    {"<?xml version=\"1.0\"?>\n<VMAF>", "XML", "JSON"},
    {"\x1f\x8b\x08\0\0"s, "gzip", "unpack"},
    {"PK\3\4\x14\0"s, "ZIP", "unpack"},
    {"\xfd"
     "7zXZ\0"s,
     "xz", "unpack"},
    {"\x28\xb5\x2f\xfd\x24\0"s, "Zstandard", "unpack"},
    {"BZh91AY", "bzip2", "unpack"},
    {"\xff\xfe{\0\"\0"s, "UTF-16", "UTF-8"},
    {"\xfe\xff\0{\0\""s, "UTF-16", "UTF-8"},
    {"{\0\"\0m\0"s, "UTF-16", "UTF-8"},
    {"\0{\0\""s, "UTF-16", "UTF-8"},
    {"\xff\xfe\0\0{\0\0\0"s, "UTF-32", "UTF-8"},
    {"{\0\0\0\"\0\0\0"s, "UTF-32", "UTF-8"},
    {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s, "image (PNG)", "not a model"},
    {"\xff\xd8\xff\xe0\0\x10JFIF"s, "image (JPEG)", "not a model"},
    {"RIFF\0\0\0\0WEBPVP8 "s, "image (WebP)", "not a model"},
    {"\0\0\0\x20"
     "ftypisom\0\0"s,
     "video (MP4 or MOV)", "not a model"},
    {"\x1a\x45\xdf\xa3\x9f\x42"s, "video (Matroska or WebM)", "not a model"},
    {"YUV4MPEG2 W16 H16\n", "video (Y4M)", "not a model"},
    {"(dp0\nS'model_type'\np1\nS'LIBSVMNUSVR'\n", "pickle", ".json"},    // protocol 0
    {"(dp1\nS'param_dict'\np2\n(dp3\n", "pickle", ".json"},              // by Python 2's C code
    {"ccollections\nOrderedDict\np0\n(tRp1\n", "pickle", ".json"},       // 0, a class
    {"ccopy_reg\n_reconstructor\np0\n(c__main__\n", "pickle", ".json"},  // 0, an object
    {"}q\0(X\x0a\0\0\0param_dictq\x01}"s, "pickle", ".json"},            // 1
    {"]q\0(K\x01K\x02"
     "e."s,
     "pickle", ".json"},                                                                 // 1, a list
    {"\x80\x02}q\0(X\x0a\0\0\0param_dictq\x01}"s, "pickle", ".json"},                    // 2
    {"\x80\x03}q\0(X\x0a\0\0\0param_dictq\x01}"s, "pickle", ".json"},                    // 3
    {"\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94(\x8c\x0aparam_dict\x94"s, "pickle", ".json"},  // 4
    {"\x80\x05\x95\x10\0\0\0\0\0\0\0}\x94(\x8c\x0aparam_dict\x94"s, "pickle", ".json"},  // 5
    {"svm_type nu_svr\nkernel_type rbf\n", "libsvm", ".json"},
    {"---\nmodel_dict:\n  model_type: LIBSVMNUSVR\n", "YAML", "JSON"},
    {"%YAML 1.2\n---\n", "YAML", "JSON"},
    {"# a model\n\nmodel_dict:\n  x: 1\n", "YAML", "JSON"},
    {"model_type: LIBSVMNUSVR\r\n", "YAML", "JSON"},
    {"- model\n- other\n", "YAML", "JSON"},
    {"frame,psnr_y\n0,1\n", "no model", "begins with '{'"},
};

TEST(ForeignModel, EachKindHasItsWords) {
    for (const Foreign& foreign : kForeign) expect_refused(foreign.text, {foreign.what, foreign.way_out});
}

TEST(ForeignModel, IsNamedInOneLineOfPlainText) {
    for (const Foreign& foreign : kForeign) {
        const std::string why = why_not_model(foreign.text);
        EXPECT_LE(why.size(), 200u) << why;  // what a message repeats of a reason
        for (const char c : why) EXPECT_TRUE(c >= ' ' && c <= '~') << why;
    }
}

TEST(ForeignModel, IsNoJson) {
    for (const std::string_view json : {"{}"sv, " \r\n{"sv, "\xef\xbb\xbf{}"sv, kSmallModel}) {
        EXPECT_EQ(why_not_model(json), "");
        EXPECT_EQ(why_not_utf8(json), "");
    }
}

TEST(ForeignModel, BytesThatAreNotUtf8AreNamedWithTheirLine) {
    expect_refused(
        "{\n\"model_dict\": {\"name\": \"Gr\xf6\xdf"
        "e\"}}",
        {"line 2", "0xF6", "UTF-8"});
    expect_refused("{\xff}", {"line 1", "0xFF", "UTF-8"});
    expect_refused("{\"a\": \"\xc0\xaf\"}", {"line 1", "0xC0", "UTF-8"});
}

TEST(ForeignModel, LinesMayEndAsOnWindows) {
    std::string text;
    for (const char c : kSmallModel) text += c == '\n' ? "\r\n" : std::string(1, c);
    EXPECT_EQ(parse_single(text).features().size(), 2u);
    EXPECT_EQ(parse_single("\xef\xbb\xbf" + text).features().size(), 2u);
}

}  // namespace
}  // namespace vmaf
