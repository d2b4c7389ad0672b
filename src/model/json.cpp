// Reads model files: the JSON of a single model or of a bootstrap collection becomes the object that built-in figures give too.
#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "model/data.h"
#include "model/json_document.h"

namespace vmaf {

namespace {

constexpr size_t kMaxFigures = size_t{1} << 23;  // doubles of all support vectors of a file

struct ParsedModel {
    Model model;
    std::string type;
};

/// Runs `body`, whose errors name neither file nor place, on behalf of `value`.
template <class Body>
auto at_place(const JsonValue& value, Body&& body) {
    try {
        return body();
    } catch (const Error& error) {
        value.fail_here(error.what());
    }
}

void expect_size(const JsonValue& array, size_t wanted, std::string_view what) {
    if (const size_t given = array.array_size(); given != wanted)
        array.fail_here(cat(given, " elements where ", wanted, " are wanted: ", what));
}

std::vector<ModelFeature> read_features(const JsonValue& dict) {
    const JsonValue names = dict.member("feature_names");
    const size_t count = names.array_size();
    if (count == 0 || count > kMaxModelFeatures)
        names.fail_here(cat(count, " features; 1 to ", kMaxModelFeatures, " can be"));
    std::vector<ModelFeature> features(count);
    for (size_t i = 0; i < count; i++) {
        features[i].name = names.element(i).text();
        if (features[i].name.empty()) names.element(i).fail_here("the name is empty");
    }
    const auto options = dict.find("feature_opts_dicts");
    if (!options) return features;
    expect_size(*options, count, "one per feature");
    for (size_t i = 0; i < count; i++)
        for (const auto& [key, value] : options->element(i).members()) features[i].options[key] = value.option_text();
    return features;
}

/// Index 0 is the score's, the features follow.
std::vector<Rescale> read_rescale(const JsonValue& dict, size_t features) {
    std::vector<Rescale> rescale(features + 1);
    const JsonValue norm = dict.member("norm_type");
    if (norm.text() == "none") return rescale;
    if (norm.text() != "linear_rescale") norm.fail_here("neither 'linear_rescale' nor 'none'");
    const JsonValue slopes = dict.member("slopes"), intercepts = dict.member("intercepts");
    for (const JsonValue& array : {slopes, intercepts})
        expect_size(array, features + 1, "the score's and one per feature");
    for (size_t i = 0; i <= features; i++) rescale[i] = {slopes.element(i).number(), intercepts.element(i).number()};
    if (rescale[0].slope == 0) slopes.element(0).fail_here("the score's slope must not be 0");
    return rescale;
}

std::optional<double> find_number(const JsonValue& dict, std::string_view key) {
    if (const auto value = dict.find(key)) return value->number();
    return std::nullopt;
}

/// Files hold rectifiers as the text "true".
bool find_flag(const JsonValue& dict, std::string_view key) {
    const auto value = dict.find(key);
    if (!value) return false;
    if (value->is_flag()) return value->flag();
    if (value->text() != "true" && value->text() != "false") value->fail_here("neither 'true' nor 'false'");
    return value->text() == "true";
}

PiecewiseLinear read_knots(const JsonValue& list) {
    std::vector<PiecewiseLinear::Knot> knots(list.array_size());
    for (size_t i = 0; i < knots.size(); i++) {
        const JsonValue knot = list.element(i);
        expect_size(knot, 2, "x and y");
        knots[i] = {knot.element(0).number(), knot.element(1).number()};
    }
    return at_place(list, [&] { return PiecewiseLinear(knots); });
}

ScoreTransform read_transform(const JsonValue& dict) {
    ScoreTransform transform;
    transform.p0 = find_number(dict, "p0");
    transform.p1 = find_number(dict, "p1");
    transform.p2 = find_number(dict, "p2");
    if (const auto knots = dict.find("knots")) transform.map = read_knots(*knots);
    transform.at_most_input = find_flag(dict, "out_lte_in");
    transform.at_least_input = find_flag(dict, "out_gte_in");
    if (const auto enabled = dict.find("enabled")) transform.enabled = enabled->flag();
    return transform;
}

ScoreClip read_clip(const JsonValue& range) {
    expect_size(range, 2, "the lowest and the highest score");
    const ScoreClip clip{range.element(0).number(), range.element(1).number()};
    if (clip.low > clip.high) range.fail_here("the lowest score is above the highest");
    return clip;
}

std::string read_type(const JsonValue& dict) {
    const JsonValue type = dict.member("model_type");
    for (const std::string_view known : {"LIBSVMNUSVR", "BOOTSTRAP_LIBSVMNUSVR", "RESIDUEBOOTSTRAP_LIBSVMNUSVR"})
        if (type.text() == known) return type.text();
    type.fail_here(cat("'", type.text(), "' is not a known type; LIBSVMNUSVR and its bootstrap forms are"));
}

/// `entry` holds a model_dict. `budget` bounds the figures of the whole file.
ParsedModel read_model(const JsonValue& entry, std::string name, uint64_t flags, size_t& budget) {
    const JsonValue dict = entry.member("model_dict");
    std::string type = read_type(dict);
    std::vector<ModelFeature> features = read_features(dict);
    std::vector<Rescale> rescale = read_rescale(dict, features.size());
    const JsonValue text = dict.member("model");
    ModelData data{.rescale = {rescale.begin() + 1, rescale.end()},
                   .score_rescale = rescale.front(),
                   .svm = at_place(text, [&] { return parse_svm(text.text(), features.size(), budget); })};
    if (const double parameter = find_number(dict, "chroma_correction_parameter").value_or(0); parameter != 0)
        data.chroma = at_place(dict, [&] { return ChromaCorrection::find(parameter, features); });
    if (const auto transform = dict.find("score_transform")) data.transform = read_transform(*transform);
    if (const auto clip = dict.find("score_clip")) data.clip = read_clip(*clip);
    return {Model(std::move(name), std::make_shared<const ModelData>(std::move(data)), std::move(features), flags),
            std::move(type)};
}

bool same_features(const Model& a, const Model& b) {
    const auto equal = [](const ModelFeature& x, const ModelFeature& y) {
        return x.name == y.name && x.options == y.options;
    };
    return std::equal(a.features().begin(), a.features().end(), b.features().begin(), b.features().end(), equal);
}

void check_member(const JsonValue& entry, const ParsedModel& member, const ParsedModel& reference) {
    if (member.type != reference.type)
        entry.fail_here(cat("model_type is ", member.type, ", that of '0' ", reference.type));
    if (!same_features(member.model, reference.model)) entry.fail_here("takes other features than '0'");
}

/// Members whose key is a number.
size_t count_entries(const JsonValue& root) {
    const auto is_number = [](const auto& member) {
        return !member.first.empty() && member.first.find_first_not_of("0123456789") == member.first.npos;
    };
    const auto members = root.members();
    return std::count_if(members.begin(), members.end(), is_number);
}

LoadedModel read_collection(const JsonValue& root, std::string name, uint64_t flags) {
    size_t budget = kMaxFigures;
    const JsonValue first = root.member("0");
    ParsedModel reference = read_model(first, name, flags, budget);
    if (reference.type == "LIBSVMNUSVR") first.fail_here("model_type LIBSVMNUSVR is not that of a bootstrap model");
    std::vector<Model> members;
    while (const auto entry = root.find(std::to_string(members.size() + 1))) {
        ParsedModel member = read_model(*entry, member_name(name, members.size() + 1), flags, budget);
        check_member(*entry, member, reference);
        members.push_back(std::move(member.model));
    }
    if (members.empty() || count_entries(root) > members.size() + 1)
        root.fail_here(cat("entry '", members.size() + 1,
                           "' is missing: '0' and then the members, numbered from '1', are wanted"));
    return {std::move(reference.model), ModelCollection(std::move(name), std::move(members))};
}

[[noreturn]] void fail_to(std::string_view action, const std::string& path, int code) {
    fail(code, "model '", path, "' can't be ", action, ": ", std::generic_category().message(code));
}

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

LoadedModel parse_model(std::string_view json, std::string_view origin, std::string name, uint64_t flags) {
    const JsonDocument document(json, origin);
    const JsonValue root = document.root();
    if (root.find("model_dict")) {
        size_t budget = kMaxFigures;
        return {read_model(root, std::move(name), flags, budget).model, std::nullopt};
    }
    if (root.find("0")) return read_collection(root, std::move(name), flags);
    root.fail_here("neither 'model_dict' of a single model nor '0' of a bootstrap model is there");
}

LoadedModel load_model_file(const std::string& path, std::string name, uint64_t flags) {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (!file) fail_to("opened", path, errno);
    std::string text;
    std::vector<char> block(1 << 16);
    while (text.size() <= JsonDocument::kMaxBytes) {
        const size_t count = std::fread(block.data(), 1, block.size(), file.get());
        text.append(block.data(), count);
        if (count < block.size()) break;
    }
    if (std::ferror(file.get())) fail_to("read", path, errno);
    LoadedModel loaded = parse_model(text, path, std::move(name), flags);
    loaded.model.set_source(path);
    return loaded;
}

}  // namespace vmaf
