// Gathers what the page shows, and writes the tables: summary, statistics, facts.
#include "report/html/page.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "report/html/text.h"

namespace vmaf::tool::html {

namespace {

/// Names of files where these tell the encodes apart, else whole paths.
std::vector<std::string> short_names(const std::vector<Encode>& encodes) {
    std::vector<std::string> names;
    for (const Encode& encode : encodes) names.push_back(file_name(encode.video.path));
    for (size_t i = 0; i < names.size(); i++)
        if (std::count(names.begin(), names.end(), names[i]) > 1) names[i] = encodes[i].video.path;
    return names;
}

/// The digits behind the second decimal are there, but smaller: a headline is read from afar.
std::string headline(double value, int precision) {
    const std::string text = score_text(value, precision);
    const size_t point = text.find('.');
    const size_t shown =
        point == text.npos || text.find('e') != text.npos ? text.size() : std::min(text.size(), point + 3);
    return cat(escape(text.substr(0, shown)),
               shown < text.size() ? cat("<small>", text.substr(shown), "</small>") : "");
}

/// What the page is about: the models, or without any the first feature of which one end is the good one.
std::vector<std::string> headline_metrics(const Page& page) {
    std::vector<std::string> metrics;
    for (const std::string& metric : page.metrics)
        if (page.is_model(metric)) metrics.push_back(metric);
    if (metrics.empty() && !page.metrics.empty()) metrics.push_back(page.metrics[0]);
    return metrics;
}

std::string card(const Page& page, const std::string& metric) {
    const Column* column = page.scores[0].find(metric);
    if (!column || column->statistics.empty()) return "";
    std::string out =
        cat("<div class=\"card\"><h3>", escape(metric), "</h3><p class=\"big\" ",
            cell_of(metric, 0, kStatistics[kMean].name), '>', headline(column->statistics[kMean], page.input.precision),
            "</p><p class=\"what\">mean of all frames</p><dl>");
    for (const size_t s : {kHarmonicMean, kP5, kP1, kMin})
        out += cat("<div><dt>", kStatistics[s].heading, "</dt><dd>",
                   headline(column->statistics[s], page.input.precision), "</dd></div>");
    return out + "</dl></div>";
}

/// The files beside the scores.
std::string file_card(const Page& page) {
    const Video& video = page.input.encodes[0].video;
    Facts facts;
    if (const auto rate = video.bits_per_second()) facts.emplace_back("Bit rate", rate_text(*rate));
    if (video.bytes) facts.emplace_back("Size", bytes_text(static_cast<double>(*video.bytes)));
    if (page.input.reference.bytes)
        facts.emplace_back("Size of the reference", bytes_text(static_cast<double>(*page.input.reference.bytes)));
    for (const auto& [name, value] : video.facts)
        if (name == "Format" || name == "Scored as" || name == "Frame rate") facts.emplace_back(name, value);
    facts.emplace_back("Frames scored", grouped(page.frames(0)));
    std::string out = "<div class=\"card files\"><h3>Distorted video</h3><dl>";
    for (const auto& [name, value] : facts)
        out += cat("<div><dt>", escape(name), "</dt><dd>", escape(value), "</dd></div>");
    return out + "</dl></div>";
}

std::string encode_row(const Page& page, size_t encode, const std::vector<std::string>& metrics) {
    const Video& video = page.input.encodes[encode].video;
    const auto rate = video.bits_per_second();
    std::string out = cat("<tr><th scope=\"row\">", sign_mark(encode), escape(page.names[encode]), "</th>");
    for (const std::string& metric : metrics) {
        const Column* column = page.scores[encode].find(metric);
        for (const size_t s : {kMean, kP5, kMin})
            out += score_cell(column && !column->statistics.empty() ? column->statistics[s] : NAN, page.input.precision,
                              cell_of(metric, encode, kStatistics[s].name));
    }
    return cat(out, "<td>", rate ? rate_text(*rate) : "–", "</td><td>",
               video.bytes ? bytes_text(static_cast<double>(*video.bytes)) : "–", "</td></tr>");
}

/// All encodes side by side.
std::string encode_table(const Page& page, const std::vector<std::string>& metrics) {
    std::string out =
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Encodes\"><table><caption>All "
        "encodes</caption><thead><tr><th rowspan=\"2\" scope=\"col\">Encode</th>";
    for (const std::string& metric : metrics)
        out += cat("<th colspan=\"3\" scope=\"colgroup\" class=\"group\">", escape(metric), "</th>");
    out += "<th rowspan=\"2\" scope=\"col\">Bit rate</th><th rowspan=\"2\" scope=\"col\">Size</th></tr><tr>";
    for (size_t i = 0; i < metrics.size(); i++)
        for (const size_t s : {kMean, kP5, kMin}) out += cat("<th scope=\"col\">", kStatistics[s].heading, "</th>");
    out += "</tr></thead><tbody>";
    for (size_t encode = 0; encode < page.names.size(); encode++) out += encode_row(page, encode, metrics);
    return out + "</tbody></table></div>";
}

std::string facts_table(const std::string& caption, const Facts& facts) {
    if (facts.empty()) return "";
    std::string out = cat("<div class=\"facts\"><table><caption>", escape(caption), "</caption><tbody>");
    for (const auto& [name, value] : facts)
        out += cat("<tr><th scope=\"row\">", escape(name), "</th><td>", escape(value), "</td></tr>");
    return out + "</tbody></table></div>";
}

Facts video_facts(const Video& video) {
    Facts facts{{"File", video.path}};
    if (video.bytes)
        facts.emplace_back("Size",
                           bytes_text(static_cast<double>(*video.bytes)) + cat(" (", grouped(*video.bytes), " bytes)"));
    if (const auto rate = video.bits_per_second())
        facts.emplace_back("Bit rate", rate_text(*rate) + ": size of the file, sound included, over " +
                                           number(*video.seconds) + " s of video");
    facts.insert(facts.end(), video.facts.begin(), video.facts.end());
    return facts;
}

/// A word of a command line, quoted for a shell where it needs that.
std::string shell_word(const std::string& word) {
    constexpr char kPlain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%#";
    if (!word.empty() && word[0] != '#' && word.find_first_not_of(kPlain) == word.npos) return word;
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

Facts run_facts(const Page& page) {
    Facts facts = {{"vmaf", vmaf_version()}};
    facts.insert(facts.end(), page.input.facts.begin(), page.input.facts.end());
    // What all encodes have in common is theirs as a run.
    for (const auto& parameter : page.scores[0].parameters) {
        const std::string& name = parameter.first;  // those of the files stand with each file
        if (!name.starts_with("reference.") && !name.starts_with("distorted.")) facts.push_back(parameter);
    }
    return facts;
}

}  // namespace

Page::Page(const HtmlInput& in)
    : input(in), names(short_names(in.encodes)), cuts(in.cuts.value_or(std::vector<unsigned>())) {
    for (const Encode& encode : in.encodes) scores.push_back(read_scores(encode.context));
    for (const bool models : {true, false})
        for (const Scores& one : scores)
            for (const Column& column : one.columns)
                if (column.is_model == models &&
                    std::find(metrics.begin(), metrics.end(), column.name) == metrics.end())
                    metrics.push_back(column.name);
}

bool Page::is_model(const std::string& metric) const {
    return std::any_of(scores.begin(), scores.end(), [&](const Scores& one) {
        const Column* column = one.find(metric);
        return column && column->is_model;
    });
}

std::vector<Series> Page::series(const std::string& metric) const {
    std::vector<Series> result;
    for (size_t i = 0; i < scores.size(); i++)
        if (const Column* column = scores[i].find(metric))
            result.push_back({names[i], i, column->frames, column->values});
    return result;
}

size_t Page::frames(size_t encode) const {
    size_t most = 0;
    for (const Column& column : scores[encode].columns) most = std::max(most, column.frames.size());
    return most;
}

std::string score_cell(double value, int precision, const std::string& attributes) {
    return cat("<td class=\"n\" ", attributes, '>', escape(score_text(value, precision)), "</td>");
}

std::string cell_of(const std::string& metric, size_t encode, const char* statistic) {
    return cat("data-metric=\"", escape(metric), "\" data-encode=\"", encode, "\" data-statistic=\"", statistic, '"');
}

std::string sign_mark(size_t encode) {
    return cat("<span class=\"sign ", series_class(encode), "\">", encode_sign(encode), "</span>");
}

std::string summary_section(const Page& page) {
    const auto metrics = headline_metrics(page);
    std::string out = "<section id=\"summary\" aria-labelledby=\"h-summary\"><h2 id=\"h-summary\">Summary</h2>";
    if (metrics.empty()) return out + "<p>Nothing was computed: no model and no feature was asked for.</p></section>\n";
    if (page.names.size() > 1) return out + encode_table(page, metrics) + "</section>\n";
    out += "<div class=\"cards\">";
    for (const std::string& metric : metrics) out += card(page, metric);
    return out + file_card(page) + "</div></section>\n";
}

std::string facts_section(const Page& page) {
    std::string out =
        "<section id=\"facts\" aria-labelledby=\"h-facts\"><h2 id=\"h-facts\">What was scored, and how</h2><div "
        "class=\"columns\">";
    out += facts_table("Reference", video_facts(page.input.reference));
    for (size_t i = 0; i < page.names.size(); i++) {
        Facts facts = video_facts(page.input.encodes[i].video);
        facts.insert(facts.end(), page.input.encodes[i].facts.begin(), page.input.encodes[i].facts.end());
        facts.emplace_back("Frames scored", grouped(page.frames(i)));
        for (const auto& [name, value] : page.scores[i].aggregates)
            facts.emplace_back(name, score_text(value, page.input.precision));
        out += facts_table(page.names.size() == 1 ? "Distorted" : cat("Encode ", encode_sign(i)), facts);
    }
    out += facts_table("Run", run_facts(page));
    std::string command;
    for (const std::string& word : page.input.command) command += cat(command.empty() ? "" : " ", shell_word(word));
    if (!command.empty())
        out += cat("<div class=\"command\"><h3>Command line</h3><pre tabindex=\"0\">", escape(command), "</pre></div>");
    return out + "</div></section>\n";
}

}  // namespace vmaf::tool::html
