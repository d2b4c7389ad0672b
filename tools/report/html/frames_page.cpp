// The part of the page about values over frames: lines, histograms, distributions, statistics; and the lines' values for the script.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "report/html/packed.h"
#include "report/html/page.h"
#include "report/html/text.h"

namespace vmaf::tool::html {

namespace {

std::string statistics_table(const Page& page, const std::string& metric) {
    std::string out =
        cat("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Statistics of ", escape(metric),
            "\"><table><caption>Statistics of ", escape(metric), "</caption><thead><tr><th scope=\"col\">Encode</th>");
    for (const ShownStatistic& statistic : kStatistics) out += cat("<th scope=\"col\">", statistic.heading, "</th>");
    out += "</tr></thead><tbody>";
    for (size_t encode = 0; encode < page.names.size(); encode++) {
        const Column* column = page.scores[encode].find(metric);
        if (!column) continue;
        out += cat("<tr><th scope=\"row\">", sign_mark(encode), escape(page.names[encode]), "</th>");
        for (size_t s = 0; s < std::size(kStatistics); s++)
            out += score_cell(column->statistics.empty() ? NAN : column->statistics[s], page.input.precision,
                              cell_of(metric, encode, kStatistics[s].name));
        out += "</tr>";
    }
    return out + "</tbody></table></div>";
}

const char* direction_words(const Page& page, const std::string& metric) {
    for (const Scores& scores : page.scores)
        if (const Column* column = scores.find(metric)) {
            const Better better = better_end(*column);
            return better == Better::kHigher  ? "higher is better"
                   : better == Better::kLower ? "lower is better"
                                              : "describes the content";
        }
    return "";
}

/// One metric. `number` makes its names unique in the page. Features are folded.
std::string metric_part(const Page& page, const std::string& metric, size_t number) {
    const auto series = page.series(metric);
    const bool model = page.is_model(metric);
    std::string out =
        cat("<details class=\"metric\"", model || number == 0 ? " open" : "", " data-metric=\"", number,
            "\"><summary><h3>", escape(metric), "</h3> <span class=\"what\">", direction_words(page, metric),
            "</span></summary><figure class=\"over-frames\"><div class=\"static\">",
            line_plot(metric + " over frames", series, page.cuts),
            "</div></figure><div class=\"pair\"><figure><figcaption>Histogram</figcaption>",
            histogram("Histogram of " + metric, series),
            "</figure><figure><figcaption>Cumulative distribution</figcaption>",
            distribution("Cumulative distribution of " + metric, series), "</figure></div>",
            statistics_table(page, metric));
    return out + "</details>\n";
}

std::string legend(const Page& page) {
    std::string out = "<ul class=\"legend\" aria-label=\"Encodes\">";
    for (size_t i = 0; i < page.names.size(); i++)
        out += cat("<li data-encode=\"", i,
                   "\"><svg class=\"swatch\" viewBox=\"0 0 34 10\" aria-hidden=\"true\"><path class=\"line ",
                   series_class(i), "\" d=\"M1 5H33\"/></svg>", sign_mark(i), escape(page.names[i]), "</li>");
    return out + "</ul>";
}

std::string cut_words(const Page& page) {
    if (!page.input.cuts) return escape(page.input.no_cuts);
    const size_t count = page.cuts.size();
    return cat(count == 0   ? "No scene cuts were found"
               : count == 1 ? "1 scene cut (dotted vertical line) was found"
                            : grouped(count) + " scene cuts (dotted vertical lines) were found",
               " in the reference's luma: frames that differ from the one before by 10 of 255 or more, and by three "
               "times what is usual around them.");
}

/// Frames of an encode that any of its columns has.
std::vector<unsigned> all_frames(const Scores& scores) {
    std::vector<unsigned> frames;
    for (const Column& column : scores.columns) {
        std::vector<unsigned> both;
        std::set_union(frames.begin(), frames.end(), column.frames.begin(), column.frames.end(),
                       std::back_inserter(both));
        frames = std::move(both);
    }
    return frames;
}

/// A column's values at these frames; gaps are not-a-number.
std::vector<double> values_at(const Column& column, const std::vector<unsigned>& frames) {
    std::vector<double> values(frames.size(), NAN);
    for (size_t i = 0, k = 0; i < frames.size() && k < column.frames.size(); i++)
        if (column.frames[k] == frames[i]) values[i] = column.values[k++];
    return values;
}

std::string packed_object(const std::vector<double>& values, unsigned width) {
    const Packed packed = pack(values, width);
    return cat("{\"width\":", packed.width, ",\"low\":", number(packed.low, 17), ",\"step\":", number(packed.step, 17),
               ",\"digits\":\"", packed.digits, "\"}");
}

/// How the values of the lines are written so that they fit.
struct Density {
    unsigned width = 3;  ///< digits of a value
    size_t bin = 1;  ///< frames that share a pair of values, the least and the greatest, where that is more than one

    size_t bytes(size_t values) const { return bin == 1 ? values * width : (values / bin + 1) * 2 * width; }
};

Density density_for(size_t values, size_t bytes) {
    Density density;
    if (density.bytes(values) > bytes) density.width = 2;
    while (density.bytes(values) > bytes) density.bin = density.bin == 1 ? 3 : density.bin + 1;
    return density;
}

/// The least (sign 1) or greatest (sign -1) value of each bin.
std::vector<double> extremes(const std::vector<double>& values, size_t bin, double sign) {
    std::vector<double> result;
    for (size_t i = 0; i < values.size(); i += bin) {
        double extreme = NAN;
        for (size_t k = i; k < std::min(values.size(), i + bin); k++)
            if (std::isfinite(values[k]) && !(extreme * sign <= values[k] * sign)) extreme = values[k];
        result.push_back(extreme);
    }
    return result;
}

std::string column_data(const Column* column, const std::vector<unsigned>& frames, const Density& density) {
    if (!column) return "null";
    const std::vector<double> values = values_at(*column, frames);
    if (density.bin == 1) return packed_object(values, density.width);
    return cat("{\"min\":", packed_object(extremes(values, density.bin, 1), density.width),
               ",\"max\":", packed_object(extremes(values, density.bin, -1), density.width), "}");
}

/// The first frame and the step where they are evenly spaced, else all of them; of bins their first ones.
std::string frame_axis(const std::vector<unsigned>& frames, size_t bin) {
    std::vector<unsigned> firsts;
    for (size_t i = 0; i < frames.size(); i += bin) firsts.push_back(frames[i]);
    bool even = true;
    for (size_t i = 2; i < firsts.size() && even; i++) even = firsts[i] - firsts[i - 1] == firsts[1] - firsts[0];
    const std::string last = cat("\"last\":", frames.empty() ? 0 : frames.back());
    if (even)
        return cat("{\"first\":", firsts.empty() ? 0 : firsts[0],
                   ",\"step\":", firsts.size() > 1 ? firsts[1] - firsts[0] : 1, ",\"count\":", firsts.size(), ',', last,
                   '}');
    std::string list;
    for (const unsigned frame : firsts) list += cat(list.empty() ? "" : ",", frame);
    return cat("{\"list\":[", list, "],", last, '}');
}

}  // namespace

std::string frames_section(const Page& page) {
    std::string out =
        cat("<section id=\"frames\" aria-labelledby=\"h-frames\"><h2 id=\"h-frames\">Frame by frame</h2><div "
            "class=\"bar-of-tools\">",
            legend(page), "<div id=\"tools\"></div></div><p class=\"note\">", cut_words(page),
            "</p><details id=\"help\" hidden></details>");
    bool folded = false;
    for (size_t i = 0; i < page.metrics.size(); i++) {
        if (!folded && !page.is_model(page.metrics[i]) && i > 0)
            out += "<h3 class=\"divider\">Features</h3>", folded = true;
        out += metric_part(page, page.metrics[i], i);
    }
    return out + "</section>\n";
}

std::string line_data(const Page& page, size_t bytes) {
    size_t values = 0;
    for (const Scores& scores : page.scores)
        for (const Column& column : scores.columns) values += column.values.size();
    const Density density = density_for(values, bytes);
    std::vector<std::vector<unsigned>> frames;
    std::string out = cat("{\"bin\":", density.bin, ",\"rate\":", number(page.input.frame_rate.value_or(0)),
                          ",\"first\":", page.input.first_frame, ",\"encodes\":[");
    for (size_t i = 0; i < page.scores.size(); i++) {
        frames.push_back(all_frames(page.scores[i]));
        out += cat(i ? "," : "", "{\"name\":", json_string(page.names[i]), ",\"sign\":\"", encode_sign(i),
                   "\",\"look\":\"", series_class(i), "\",\"frames\":", frame_axis(frames[i], density.bin), "}");
    }
    out += "],\"cuts\":[";
    for (size_t i = 0; i < page.cuts.size(); i++) out += cat(i ? "," : "", page.cuts[i]);
    out += "],\"metrics\":[";
    for (size_t m = 0; m < page.metrics.size(); m++) {
        out += cat(m ? "," : "", "{\"name\":", json_string(page.metrics[m]), ",\"series\":[");
        for (size_t i = 0; i < page.scores.size(); i++)
            out += cat(i ? "," : "", column_data(page.scores[i].find(page.metrics[m]), frames[i], density));
        out += "]}";
    }
    return out + "]}";
}

}  // namespace vmaf::tool::html
