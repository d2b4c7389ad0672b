// The command line: every option, abbreviations, the grammars of --model and --feature, presets, mistakes.
#include "options.h"

#include <gtest/gtest.h>

#include "input/video_reader.h"
#include "libvmaf/libvmaf_ext.h"
#include "model_choice.h"

namespace vmaf::tool {
namespace {

using Arguments = std::vector<std::string>;

/// Options for two Y4M inputs and `more`.
Options parse(Arguments more) {
    more.insert(more.begin(), {"-r", "ref.y4m", "-d", "dis.y4m"});
    return parse_options(more);
}

std::string usage_error(const Arguments& arguments) {
    try {
        parse_options(arguments);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "no error";
}

std::string usage_error_with_inputs(Arguments more) {
    more.insert(more.begin(), {"-r", "ref.y4m", "-d", "dis.y4m"});
    return usage_error(more);
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE(std::string(text).find(part), std::string::npos) << (text)

TEST(Options, Defaults) {
    const Options o = parse({});
    EXPECT_EQ(o.action, Options::Action::kScore);
    EXPECT_EQ(o.reference.path, "ref.y4m");
    ASSERT_EQ(o.distorted.size(), 1u);
    EXPECT_EQ(o.distorted[0].path, "dis.y4m");
    EXPECT_FALSE(o.raw);
    ASSERT_EQ(o.models.size(), 1u);
    EXPECT_EQ(o.models[0].version, "vmaf_v0.6.1");
    EXPECT_EQ(o.models[0].name, "vmaf");
    EXPECT_FALSE(!o.outputs.empty() || o.threads || o.asks_for_device() || o.quiet || o.progress || o.common_bitdepth);
    EXPECT_EQ(o.format, VMAF_OUTPUT_FORMAT_XML);
    EXPECT_EQ(o.precision, 0);
    EXPECT_EQ(o.backend, Backend::kAuto);
    EXPECT_TRUE(parse({"-n"}).models.empty());
}

TEST(Options, EveryLongOption) {
    const Options o = parse({"--width",
                             "0x240",
                             "--height=0504",
                             "--pixel_format",
                             "422",
                             "--bitdepth",
                             "12",
                             "--model",
                             "version=a",
                             "--output",
                             "out.json",
                             "--json",
                             "--threads",
                             "3",
                             "--feature",
                             "psnr",
                             "--subsample",
                             "5",
                             "--cpumask",
                             "63",
                             "--gpumask",
                             "-1",
                             "--frame_cnt",
                             "7",
                             "--frame_skip_ref",
                             "1",
                             "--frame_skip_dist",
                             "2",
                             "--no_prediction",
                             "--quiet",
                             "--backend",
                             "cpu",
                             "--device",
                             "2",
                             "--precision",
                             "9",
                             "--progress",
                             "--params"});
    EXPECT_EQ(o.raw, (PictureFormat{VMAF_PIX_FMT_YUV422P, 12, 576, 324}));
    EXPECT_EQ(o.models.size(), 1u);
    EXPECT_EQ(o.outputs, Arguments{"out.json"});
    EXPECT_EQ(o.format, VMAF_OUTPUT_FORMAT_JSON);
    EXPECT_EQ(o.threads, 3u);
    EXPECT_EQ(o.features.size(), 1u);
    EXPECT_EQ(o.subsample, 5u);
    EXPECT_EQ(o.cpumask, 63u);
    EXPECT_EQ(o.gpumask, UINT64_MAX);
    EXPECT_EQ(o.frame_count, 7u);
    EXPECT_EQ(o.reference.skip, 1u);
    EXPECT_EQ(o.distorted[0].skip, 2u);
    EXPECT_TRUE(o.no_prediction && o.quiet && o.progress && o.report_params);
    EXPECT_EQ(o.backend, Backend::kCpu);
    EXPECT_EQ(o.devices, std::vector{2u});
    EXPECT_EQ(o.precision, 9);
}

TEST(Options, ListsWithBlanks) {
    const Options o = parse_options({"-r", "a.y4m", "-d", "b.y4m", "--pool", "mean, p5 ", "--device", "1, 0"});
    EXPECT_EQ(o.pool, (std::vector<std::string>{"mean", "p5"}));
    EXPECT_EQ(o.devices, (std::vector{1u, 0u}));
    EXPECT_TRUE(parse_options({"-r", "a.y4m", "-d", "b.y4m", "--device", " all"}).all_devices);
    for (const char* list : {"", " ", "0,", "0 1", "0, -1", "0, all"})
        EXPECT_CONTAINS(usage_error_with_inputs({"--device", list}), "device numbers from 0, separated by commas");
}

TEST(Options, StreamsOfContainers) {
    const Options o = parse_options({"-r", "a.mkv#v:1", "-d", "b#v:x", "--dist_stream", "2"});
    EXPECT_EQ(o.reference.path, "a.mkv");
    EXPECT_EQ(o.reference.stream, 1u);
    EXPECT_EQ(o.distorted[0].path, "b#v:x");
    EXPECT_EQ(o.distorted[0].stream, 2u);
    EXPECT_EQ(parse_options({"-r", "#v:1", "-d", "b"}).reference.path, "#v:1");
    EXPECT_EQ(parse_options({"-r", "a#v:1#v:0", "-d", "b"}).reference.path, "a#v:1");
    EXPECT_EQ(parse_options({"--ref", "a", "--dist", "b", "--ref_stream", "0"}).reference.stream, 0u);
    EXPECT_THROW(parse_options({"-r", "a#v:1", "-d", "b", "--ref_stream", "0"}), UsageError);
    EXPECT_THROW(parse_options({"-r", "a#v:99999999999", "-d", "b"}), UsageError);
}

TEST(Options, PoolAndProgress) {
    const Options plain = parse_options({"-r", "a", "-d", "b", "--progress", "--pool", "mean,p5"});
    EXPECT_TRUE(plain.progress && !plain.progress_mean);
    EXPECT_EQ(plain.pool, (std::vector<std::string>{"mean", "p5"}));
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--progress", "json"}, {"--progress=json"}}) {
        std::vector<std::string> arguments = {"-r", "a", "-d", "b"};
        arguments.insert(arguments.end(), words.begin(), words.end());
        const Options o = parse_options(arguments);
        EXPECT_TRUE(o.progress && o.progress_mean && o.ignored.empty());
    }
    EXPECT_EQ(parse_options({"-r", "a", "-d", "b", "--", "--progress", "json"}).ignored.size(), 2u);
    EXPECT_THROW(parse_options({"-r", "a", "-d", "b", "--progress=xml"}), UsageError);
}

TEST(Options, ShortOptionsAndPermutation) {
    const Options o = parse_options({"stray", "-w", "16", "-h8", "-nq", "-rref.yuv", "-d", "dis.yuv", "-p", "400", "-b",
                                     "9", "-c", "any", "-mversion=x", "-o", "-", "--", "-z"});
    EXPECT_EQ(o.raw, (PictureFormat{VMAF_PIX_FMT_YUV400P, 9, 16, 8}));
    EXPECT_EQ(o.outputs, Arguments{"-"});
    EXPECT_EQ(o.models[0].version, "x");
    EXPECT_EQ(o.ignored, (Arguments{"stray", "-z"}));
}

TEST(Options, AbbreviationsOfOldStayUnambiguous) {
    const Options o = parse_options({"--r",    "a",
                                     "--d",    "b",
                                     "--w",    "1",
                                     "--h",    "2",
                                     "--p",    "420",
                                     "--b",    "8",
                                     "--o",    "x",
                                     "--j",    "--thr",
                                     "1",      "--fe",
                                     "psnr",   "--subs",
                                     "2",      "--cp",
                                     "1",      "--g",
                                     "2",      "--frame_c",
                                     "3",      "--frame_skip_r",
                                     "4",      "--frame_skip_d",
                                     "5",      "--no",
                                     "--q",    "--m",
                                     "path=p", "--he",
                                     "6"});
    EXPECT_EQ(o.raw, (PictureFormat{VMAF_PIX_FMT_YUV420P, 8, 1, 6}));
    EXPECT_TRUE(o.no_prediction && o.quiet);
    EXPECT_EQ(o.distorted[0].skip, 5u);
    EXPECT_EQ(parse({"--no_c"}).backend, Backend::kCpu);
    EXPECT_EQ(parse({"--no_"}).no_prediction, true);
    EXPECT_EQ(parse({"--sub"}).format, VMAF_OUTPUT_FORMAT_SUB);
    EXPECT_EQ(parse({"--x"}).format, VMAF_OUTPUT_FORMAT_XML);
    for (const char* name : {"--v", "--ve", "--ver", "--vers"})
        EXPECT_EQ(parse_options({name}).action, Options::Action::kVersion) << name;
    EXPECT_TRUE(parse({"--verb"}).verbose);
    EXPECT_EQ(parse_options({"--hel"}).action, Options::Action::kHelp);
}

TEST(Options, LastOneWins) {
    const Options o = parse({"--csv", "--xml", "--json", "-o", "a", "-o", "b", "--cuda", "--no_cuda", "-r", "other"});
    EXPECT_EQ(o.format, VMAF_OUTPUT_FORMAT_JSON);
    EXPECT_EQ(o.outputs, Arguments{"b"});
    EXPECT_EQ(o.backend, Backend::kCpu);
    EXPECT_EQ(o.reference.path, "other");
}

TEST(Options, SeveralEncodes) {
    const Options o =
        parse_options({"-r", "ref", "-d", "x/a.mp4#v:1", "-d", "-", "--dist_stream", "1", "-d", "c", "--dist_stream",
                       "0", "--dist_stream", "2", "--frame_skip_dist", "7", "--csv", "-o", "out/"});
    ASSERT_EQ(o.distorted.size(), 3u);
    EXPECT_EQ(o.distorted[0].label, "x/a.mp4#v:1");
    EXPECT_EQ(o.distorted[0].path, "x/a.mp4");
    for (const unsigned i : {0u, 1u, 2u}) EXPECT_EQ(o.distorted[i].skip, 7u) << i;
    EXPECT_EQ(o.distorted[2].stream, 2u);
    EXPECT_EQ(o.outputs, (Arguments{"out/a.mp4#v:1.csv", "out/stdin.csv", "out/c.csv"}));
    EXPECT_TRUE(o.outputs_in_folder);
    EXPECT_FALSE(parse({"-d", "b", "-o", "a", "-o", "b"}).outputs_in_folder);
    EXPECT_EQ(parse({"-d", "b", "-o", "a", "-o", "b"}).outputs, (Arguments{"a", "b"}));
    EXPECT_TRUE(parse({"-d", "b"}).outputs.empty());
    EXPECT_EQ(parse({"--frame_skip_dist", "1", "--frame_skip_dist", "2"}).distorted[0].skip, 2u);
    EXPECT_EQ(parse({"-o", "folder/"}).outputs, Arguments{"folder/"});
}

TEST(Options, MistakesWithSeveralEncodes) {
    EXPECT_CONTAINS(usage_error_with_inputs({"-d", "b", "-d", "c", "--dist_stream", "1", "--dist_stream", "2"}),
                    "--dist_stream is given 2 times for 3 distorted videos: once is for all of them");
    EXPECT_CONTAINS(usage_error_with_inputs({"-d", "b", "-o", "o"}), "o can't hold the reports of 2 distorted videos");
    EXPECT_CONTAINS(usage_error_with_inputs({"-d", "b", "-o", "o", "-o", "p", "-o", "q"}), "3 files (-o) can't hold");
    EXPECT_CONTAINS(usage_error_with_inputs({"-d", "x/dis.y4m", "-o", "o/"}),
                    "the reports of dis.y4m and x/dis.y4m would both be o/dis.y4m.xml");
    EXPECT_CONTAINS(usage_error_with_inputs({"-d", "b", "-o", "o", "-o", "./o"}), "would both be ./o");
    EXPECT_CONTAINS(usage_error_with_inputs({"-d", "-", "-d", "-"}), "one of the distorted videos, not several");
    EXPECT_CONTAINS(usage_error_with_inputs({"-d", ""}), "(-d/--distorted) is required");
    EXPECT_CONTAINS(usage_error_with_inputs({"-d", "b#v:1", "--dist_stream", "2"}), "name different streams");
}

TEST(Options, ModelsBySize) {
    std::vector<ModelSpec> models = {parse_model_spec("auto"), parse_model_spec("auto:name=x:disable_clip"),
                                     parse_model_spec("version=v")};
    EXPECT_EQ(models[1].name, "x");
    EXPECT_EQ(models[1].flags, uint64_t{VMAF_MODEL_FLAG_DISABLE_CLIP});
    EXPECT_EQ(choose_models(models, {VMAF_PIX_FMT_YUV420P, 8, 3840, 1600}), "model: vmaf_4k_v0.6.1, for 3840x1600");
    EXPECT_EQ(models[0].version, "vmaf_4k_v0.6.1");
    EXPECT_EQ(models[1].version, "vmaf_4k_v0.6.1");
    EXPECT_EQ(models[2].version, "v");
    EXPECT_EQ(choose_models(models, {VMAF_PIX_FMT_YUV420P, 8, 1920, 1080}), "");
    EXPECT_CONTAINS(usage_error_with_inputs({"-m", "name=x:auto"}), "'auto' has no value");
}

TEST(Options, ActionsThatNeedNoInputs) {
    EXPECT_EQ(parse_options({"-v", "--nonsense"}).action, Options::Action::kVersion);
    EXPECT_EQ(parse_options({"--help"}).action, Options::Action::kHelp);
    EXPECT_EQ(parse_options({"--list_devices"}).action, Options::Action::kListDevices);
}

TEST(Options, PrecisionWords) {
    EXPECT_EQ(parse({"--precision", "max"}).precision, VMAF_REPORT_PRECISION_MAX);
    EXPECT_EQ(parse({"--precision", "legacy"}).precision, 0);
    for (const char* bad : {"0", "18", "six", "-1", ""})
        EXPECT_CONTAINS(usage_error_with_inputs({"--precision", bad}), "--precision");
}

TEST(Options, MistakesAreNamed) {
    EXPECT_CONTAINS(usage_error({}), "Reference .y4m or .yuv (-r/--reference) is required");
    EXPECT_CONTAINS(usage_error({"-r", "a"}), "Distorted .y4m or .yuv (-d/--distorted) is required");
    EXPECT_CONTAINS(usage_error({"-r", "-", "-d", "-"}), "not both");
    EXPECT_EQ(usage_error_with_inputs({"-w", "16", "-p", "420"}),
              "The following options are required for .yuv input: --height/-h --bitdepth/-b");
    EXPECT_CONTAINS(usage_error_with_inputs({"-w", "abc"}),
                    "Invalid argument \"abc\" for option -w/--width; should be an integer");
    for (const char* bad : {"", "0", "12x", "-3", "70000", "99999999999999999999", "08"})
        EXPECT_CONTAINS(usage_error_with_inputs({"-w", bad}), "-w/--width");
    EXPECT_CONTAINS(usage_error_with_inputs({"-p", "4:2:0"}), "a valid pixel format (420/422/444");
    EXPECT_CONTAINS(usage_error_with_inputs({"-b", "7"}), "a valid bitdepth");
    for (const char* option : {"--threads", "--subsample", "--cpumask", "--frame_cnt", "--device"})
        EXPECT_CONTAINS(usage_error_with_inputs({option, "many"}), option);
    EXPECT_CONTAINS(usage_error_with_inputs({"--backend", "gpu"}), "auto, cpu or cuda");
    EXPECT_CONTAINS(usage_error_with_inputs({"--decoder", "nvdec"}), "--decoder; should be auto, cpu or cuda");
    EXPECT_CONTAINS(usage_error_with_inputs({"--decoder", "cuda", "--no_cuda"}), "--backend cpu can't score");
    EXPECT_CONTAINS(usage_error_with_inputs({"--sessions", "0"}), "--sessions");
}

TEST(Options, UnknownAndAmbiguousOnesAreErrors) {
    EXPECT_EQ(usage_error_with_inputs({"--frobnicate"}), "unknown option --frobnicate");
    EXPECT_EQ(usage_error_with_inputs({"--frobnicate=3"}), "unknown option --frobnicate");
    EXPECT_EQ(usage_error_with_inputs({"-Z"}), "unknown option -Z");
    EXPECT_EQ(usage_error_with_inputs({"--json", "-qZn"}), "unknown option -Z");
    EXPECT_EQ(usage_error_with_inputs({"--frame_skip", "2"}),
              "option --frame_skip is ambiguous; it may mean --frame_skip_ref --frame_skip_dist");
    EXPECT_EQ(usage_error_with_inputs({"--c"}),
              "option --c is ambiguous; it may mean --colour --crop_ref --crop_dis --csv --cpumask --cuda");
    EXPECT_EQ(usage_error_with_inputs({"--output"}), "option -o/--output needs an argument");
    EXPECT_EQ(usage_error_with_inputs({"--threads"}), "option --threads needs an argument");
    EXPECT_EQ(usage_error_with_inputs({"-qw"}), "option -w/--width needs an argument");
    EXPECT_EQ(usage_error_with_inputs({"--quiet=yes"}), "option -q/--quiet takes no argument");
    EXPECT_EQ(usage_error_with_inputs({"--json=yes"}), "option --json takes no argument");
}

TEST(Options, ModelsNeedDifferentNames) {
    const std::string message = "Each model should be uniquely named. Set using `--model` via the `name=...` param. ";
    EXPECT_EQ(usage_error_with_inputs({"-m", "version=a", "-m", "version=b"}),
              message + "a and b are both named 'vmaf'.");
    EXPECT_EQ(usage_error_with_inputs({"-m", "version=a:name=x", "-m", "path=b.json:name=x"}),
              message + "a and b.json are both named 'x'.");
    EXPECT_CONTAINS(usage_error_with_inputs({"--aom_ctc", "v1.0", "-m", "version=b"}), message);
    EXPECT_CONTAINS(usage_error_with_inputs({"--aom_ctc", "v1.0", "--nflx_ctc", "v1.0"}), message);
    EXPECT_EQ(parse({"-m", "version=a:name=x", "-m", "version=a:name=y"}).models.size(), 2u);
    EXPECT_EQ(parse({"--aom_ctc", "v1.0", "-m", "version=b:name=own"}).models.size(), 3u);
}

TEST(Options, ManyModelsAndLongArguments) {
    Arguments arguments;
    for (int i = 0; i < 100; i++)
        arguments.insert(arguments.end(), {"-m", "version=v:name=m" + std::to_string(i), "--feature", "psnr"});
    arguments.insert(arguments.end(), {"-m", "path=" + std::string(5000, 'p') + ":name=long"});
    const Options o = parse(arguments);
    EXPECT_EQ(o.models.size(), 101u);
    EXPECT_EQ(o.features.size(), 100u);
    EXPECT_EQ(o.models.back().path.size(), 5000u);
}

TEST(ModelSpec, Keys) {
    const ModelSpec m = parse_model_spec(
        "path=/a/b.json:name=x:disable_clip:enable_transform=true:vif.vif_enhn_gain_limit=1.0:"
        "adm.adm_enhn_gain_limit=1.1:vif.debug=true:vif.debug=false");
    EXPECT_EQ(m.path, "/a/b.json");
    EXPECT_EQ(m.label(), "/a/b.json");
    EXPECT_EQ(m.name, "x");
    EXPECT_EQ(m.flags, VMAF_MODEL_FLAG_DISABLE_CLIP | VMAF_MODEL_FLAG_ENABLE_TRANSFORM);
    ASSERT_EQ(m.overloads.size(), 2u);
    EXPECT_EQ(m.overloads[0], (FeatureSpec{"vif", {{"vif_enhn_gain_limit", "1.0"}, {"debug", "false"}}}));
    EXPECT_EQ(m.overloads[1], (FeatureSpec{"adm", {{"adm_enhn_gain_limit", "1.1"}}}));
    EXPECT_EQ(parse_model_spec("version=a:path=b").label(), "a");
    EXPECT_EQ(parse_model_spec("version=a:version=b").version, "b");
    EXPECT_EQ(parse_model_spec("version=a:disable_clip=no").flags, 0u);
    EXPECT_EQ(parse_model_spec("version=a:disable_clip=true:disable_clip=false").flags, 0u);
}

TEST(ModelSpec, PathsMayContainColons) {
    EXPECT_EQ(parse_model_spec("path=C:\\x.json").path, "C:\\x.json");
    EXPECT_EQ(parse_model_spec("path=C:\\x.json:name=n").name, "n");
    EXPECT_EQ(parse_model_spec("path=a:b:c.json:disable_clip").path, "a:b:c.json");
    EXPECT_EQ(parse_model_spec("path=/x=1/y.json").path, "/x=1/y.json");
    EXPECT_EQ(parse_model_spec("path=a:/x=1/y.json").path, "a:/x=1/y.json");
    EXPECT_EQ(parse_model_spec("path=a\\:name\\=b\\\\c:name=n").path, "a:name=b\\c");
    EXPECT_EQ(parse_model_spec("version=a:name=x\\:y").name, "x:y");
}

TEST(ModelSpec, FlagsTakeWhatPeopleWrite) {
    for (const char* yes :
         {"disable_clip", "disable_clip=true", "disable_clip=1", "disable_clip=Yes", "disable_clip=ON"})
        EXPECT_EQ(parse_model_spec(std::string("version=a:") + yes).flags, unsigned{VMAF_MODEL_FLAG_DISABLE_CLIP})
            << yes;
    for (const char* no : {"false", "0", "no", "OFF"})
        EXPECT_EQ(parse_model_spec(std::string("version=a:enable_transform=") + no).flags, 0u) << no;
    for (const char* neither : {"banana", "", "2", "truee"})
        for (const char* flag : {"disable_clip", "enable_transform"})
            EXPECT_THROW(parse_model_spec(std::string("version=a:") + flag + "=" + neither), UsageError) << neither;
}

TEST(ModelSpec, AModelWithoutItsKeyIsUnderstood) {
    for (const auto& [text, hint] : {std::pair{"vmaf_v0.6.1", "--model version=vmaf_v0.6.1?"},
                                     {"vmaf_v0.6.1:name=x", "--model version=vmaf_v0.6.1:name=x?"},
                                     {"x.json", "--model path=x.json?"},
                                     {"a/b", "--model path=a/b?"},
                                     {"x.pkl:disable_clip", "--model path=x.pkl:disable_clip?"},
                                     {"path", "write path=..."},
                                     {"version=a:vmaf", "'\\:'"}})
        EXPECT_CONTAINS(usage_error_with_inputs({"-m", text}), hint);
}

TEST(Options, WhatHasNoEffectGetsARemark) {
    const auto remark = [](const Arguments& arguments) {
        const auto remarks = parse(arguments).remarks;
        return remarks.size() == 1 ? remarks[0] : std::to_string(remarks.size()) + " remarks";
    };
    EXPECT_EQ(remark({"--json"}), "without -o/--output there is no report, so that --json has no effect");
    EXPECT_CONTAINS(remark({"--csv", "--xml", "--csv"}), "that --csv, --xml have no effect");
    EXPECT_CONTAINS(remark({"--precision", "3"}), "without -o/--output or --html there is no report");
    EXPECT_CONTAINS(remark({"--csv", "--params", "-o", "x"}), "frames alone, so that --params has");
    EXPECT_CONTAINS(remark({"--pool", "p5", "-q"}), "shows statistics, so that --pool has");
    EXPECT_CONTAINS(remark({"--pool", "p5", "-n", "--feature", "psnr", "--csv", "-o", "x"}), "so that --pool has");
    EXPECT_CONTAINS(remark({"--sync_window", "5"}), "without --sync no shift is looked for, so that --sync_window");
    EXPECT_CONTAINS(remark({"--device", "1", "--no_cuda"}), "no GPU is used, so that --device has");
    EXPECT_EQ(remark({"-o", "x.json"}), "the report x.json is written as XML, since --json is not given");
    EXPECT_CONTAINS(remark({"-o", "x.csv"}), "since --csv is not given");
    EXPECT_CONTAINS(remark({"-n"}), "nothing is computed");
    EXPECT_CONTAINS(remark({"-n", "-o", "x"}), "nothing is computed");
    EXPECT_CONTAINS(remark({"--subsample", "0"}), "--subsample 0");
    for (const Arguments& sensible : {Arguments{},
                                      {"--json", "-o", "x"},
                                      {"--xml", "-o", "x.json"},
                                      {"-o", "x.xml"},
                                      {"-n", "--feature", "psnr"},
                                      {"--subsample", "1"},
                                      {"--precision", "3", "--html", "x"},
                                      {"--pool", "p5"},
                                      {"--pool", "p5", "--csv", "-o", "x"},
                                      {"--pool", "p5", "-n", "--feature", "psnr", "-q", "-o", "x"},
                                      {"--device", "1"}})
        EXPECT_EQ(remark(sensible), "0 remarks");
}

/// The same option in every mode: the table knows who reads it.
TEST(Options, EachModeNamesWhatItDoesNotRead) {
    const auto remarks = [](const Arguments& arguments) { return parse_options(arguments).remarks; };
    const Arguments pair = {"-r", "a", "-d", "b"};
    const auto of_pair = [&](Arguments more) {
        more.insert(more.begin(), pair.begin(), pair.end());
        return remarks(more);
    };
    const auto one = [](const char* text) { return std::vector<std::string>{text}; };
    EXPECT_EQ(
        of_pair({"--sync", "propose", "-o", "x", "--html", "y", "-m", "version=a", "--every", "2"}),
        one("--sync propose ends before the first score, so that -o/--output, --html, -m/--model, --every have no "
            "effect"));
    EXPECT_EQ(of_pair({"--sync", "propose", "--crop_ref", "8:8:0:0", "--frame_skip_ref", "2", "--decoder", "cpu"}),
              Arguments{});
    EXPECT_EQ(of_pair({"--shard", "1/2", "-o", "x", "--html", "y", "--json", "--pool", "p1"}),
              one("--shard writes a part and no report, so that --html, --json, --pool have no effect"));
    EXPECT_EQ(of_pair({"--shard", "1/2", "-o", "x", "-m", "version=a", "--scale", "none", "--progress"}), Arguments{});
    EXPECT_EQ(remarks({"--merge", "x", "--scale", "none", "--crop_dis", "8:8:0:0", "--decoder", "cpu", "--cuda"}),
              one("--merge reads parts and no videos, so that --scale, --crop_dis, --decoder, --cuda have no effect"));
    EXPECT_EQ(remarks({"--merge", "x", "-m", "version=a", "--json", "-o", "x", "--html", "y", "--pool", "p1", "-q"}),
              Arguments{});
    EXPECT_EQ(remarks({"--batch", "x", "--merge", "--threads", "3", "-o", "y/"}),
              one("--merge reads parts and no videos, so that --threads has no effect"));
    EXPECT_EQ(remarks({"--batch", "x", "--json", "--sync", "propose", "--scale", "none", "-o", "y/"}), Arguments{});
    EXPECT_EQ(remarks({"--doctor", "--json", "--device", "1"}),
              one("--doctor scores frames of its own, so that --json has no effect"));
    EXPECT_EQ(remarks({"--list_devices", "-r", "a"}),
              one("--list_devices reads no videos, so that -r/--reference has no effect"));
}

TEST(Options, SamplingLeavesSomethingOfTheRange) {
    EXPECT_EQ(usage_error_with_inputs({"--every", "50", "--frames", "10:20"}),
              "--every/--subsample 50 scores none of --frames 10:20: the next frame is 50");
    EXPECT_EQ(usage_error_with_inputs({"--subsample", "5", "--frames", "11:14"}),
              "--every/--subsample 5 scores none of --frames 11:14: the next frame is 15");
    for (const char* frames : {"11:15", "10:11", "3:", ":2"})
        EXPECT_EQ(usage_error_with_inputs({"--every", "5", "--frames", frames}), "no error") << frames;
}

TEST(Options, StrictRefusesStrayArguments) {
    EXPECT_CONTAINS(usage_error_with_inputs({"--strict", "stray"}), "'stray' belongs to no option");
    EXPECT_TRUE(parse({"--strict"}).strict);
}

TEST(ModelSpec, Mistakes) {
    for (const char* bad :
         {"", "name=foo", "version", "version=", "version=x:", ":version=x", "path=a::b", "version=x:speed=3",
          "version=x:.o=1", "version=x:vif.=1", "version=x:vif.debug", "version=x:name="})
        EXPECT_THROW(parse_model_spec(bad), UsageError) << bad;
}

TEST(FeatureSpecGrammar, NamesAndOptions) {
    EXPECT_EQ(parse_feature("psnr"), (FeatureSpec{"psnr"}));
    EXPECT_EQ(parse_feature("psnr=enable_chroma=false:min_sse=0.5"),
              (FeatureSpec{"psnr", {{"enable_chroma", "false"}, {"min_sse", "0.5"}}}));
    EXPECT_EQ(parse_feature("cambi=heatmaps_path=/a\\:b=c"), (FeatureSpec{"cambi", {{"heatmaps_path", "/a:b=c"}}}));
    EXPECT_EQ(parse_feature("psnr=a=1:a=2"), (FeatureSpec{"psnr", {{"a", "2"}}}));
    for (const char* bad : {"", "=a=b", "psnr=", "psnr=debug", "psnr=a=1:", "psnr==1"})
        EXPECT_THROW(parse_feature(bad), UsageError) << bad;
}

TEST(Presets, Aom) {
    const Options v1 = parse({"--aom_ctc", "v1.0"});
    ASSERT_EQ(v1.models.size(), 2u);
    EXPECT_EQ(v1.models[0].version + v1.models[0].name, "vmaf_v0.6.1vmaf");
    EXPECT_EQ(v1.models[1].version + v1.models[1].name, "vmaf_v0.6.1negvmaf_neg");
    ASSERT_EQ(v1.features.size(), 5u);
    EXPECT_EQ(
        v1.features[0],
        (FeatureSpec{"psnr", {{"reduced_hbd_peak", "true"}, {"enable_apsnr", "true"}, {"min_sse", "0.5"}}, true}));
    EXPECT_EQ(v1.features[2], (FeatureSpec{"float_ssim", {{"enable_db", "true"}, {"clip_db", "true"}}, true}));
    EXPECT_FALSE(v1.common_bitdepth);
    EXPECT_EQ(parse({"--aom_ctc", "v2.0"}).features, v1.features);
    EXPECT_EQ(parse({"--aom_ctc", "v3.0"}).features.back().name, "cambi");
    EXPECT_FALSE(parse({"--aom_ctc", "v5.0"}).common_bitdepth);
    EXPECT_TRUE(parse({"--aom_ctc", "v6.0"}).common_bitdepth);
    const Options v7 = parse({"--aom_ctc", "v7.0"});
    EXPECT_TRUE(v7.common_bitdepth);
    EXPECT_EQ(v7.features[2].options[0], (std::pair<std::string, std::string>{"scale", "1"}));
    EXPECT_CONTAINS(usage_error_with_inputs({"--aom_ctc", "proposed"}), "`--aom_ctc proposed` is deprecated");
    for (const char* bad : {"", "v0.0", "v8.0", "v1.1", "1.0", "v1.00"}) {
        const std::string error = usage_error_with_inputs({"--aom_ctc", bad});
        EXPECT_CONTAINS(error, std::string("bad aom_ctc version \"") + bad + "\"; there are ");
        for (int version = 1; version <= 7; version++) {  // those that are listed are taken
            const std::string name = "v" + std::to_string(version) + ".0";
            EXPECT_CONTAINS(error, name);
            EXPECT_EQ(parse({"--aom_ctc", name}).models.size(), 2u);
        }
    }
}

TEST(Presets, Nflx) {
    const Options o = parse({"--nflx_ctc", "v1.0", "-n"});
    EXPECT_EQ(o.models[1].version, "vmaf_4k_v0.6.1neg");
    EXPECT_EQ(o.features.size(), 3u);
    EXPECT_EQ(usage_error_with_inputs({"--nflx_ctc", "v2.0"}), "bad nflx_ctc version \"v2.0\"; there is v1.0");
}

TEST(Help, NamesEveryOptionOnce) {
    const std::string text = help_text();
    for (const char* name : {"--reference", "--height", "--model", "--list_devices", "--help"})
        EXPECT_CONTAINS(text, name);
    size_t longest = 0;
    for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
        longest = std::max(longest, end - at);
    EXPECT_LE(longest, 110u);
}

}  // namespace
TEST(Options, Pairing) {
    Options options = parse({});
    EXPECT_FALSE(options.scale || options.reference.part || options.allow_length_mismatch ||
                 options.allow_rate_mismatch);
    EXPECT_EQ(options.colour, ColourRule::kRefuse);
    EXPECT_EQ(options.sync, Sync::kOff);
    options =
        parse({"--scale", "lanczos", "--colour", "as_is", "--crop_ref", "16:8:2:4", "--crop_dis", "3:4:0:1", "--sync",
               "apply", "--sync_window", "7", "--allow_length_mismatch", "--allow_rate_mismatch", "--every", "5"});
    EXPECT_EQ(options.scale, Resampling::kLanczos);
    EXPECT_EQ(options.colour, ColourRule::kAsIs);
    EXPECT_EQ(options.reference.part->w, 16u);
    EXPECT_EQ(options.reference.part->y, 4u);
    EXPECT_EQ(options.distorted[0].part->h, 4u);
    EXPECT_EQ(options.sync, Sync::kApply);
    EXPECT_EQ(options.sync_window, 7u);
    EXPECT_TRUE(options.allow_length_mismatch && options.allow_rate_mismatch);
    EXPECT_EQ(options.subsample, 5u);
    EXPECT_EQ(parse({"--every", "0"}).remarks, std::vector<std::string>{"--every 0 scores every frame, as 1 does"});
    EXPECT_EQ(parse({"--scale", "none"}).scale, Resampling::kNone);
    EXPECT_CONTAINS(usage_error_with_inputs({"--scale", "nearest"}), "should be bicubic, lanczos, bilinear or none");
    EXPECT_CONTAINS(usage_error_with_inputs({"--colour", "keep"}), "should be convert or as_is");
    EXPECT_CONTAINS(usage_error_with_inputs({"--sync", "12"}), "should be propose, auto or apply");
    for (const char* crop : {"1:2:3", "1:2:3:4:5", "1:2:3:", "a:2:3:4", "-1:2:3:4", "1:2:3:4444444444"})
        EXPECT_CONTAINS(usage_error_with_inputs({"--crop_dis", crop}), "should be WIDTH:HEIGHT:X:Y");
}

}  // namespace vmaf::tool
