// The parts of the page about single frames and about rates.
#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "fixed.h"
#include "report/html/page.h"
#include "report/html/rate_quality.h"
#include "report/html/text.h"

namespace vmaf::tool::html {

namespace {

/// Pictures are most of a page's size: fewer of each where encodes are many.
size_t frames_shown(size_t encodes) { return encodes == 1 ? 6 : std::clamp<size_t>(16 / encodes, 1, 4); }
constexpr size_t kMostWithPictures = 16;  ///< encodes

/// The first column that has a good end.
const Column* judged_column(const Page& page, size_t encode) {
    for (const std::string& metric : page.metrics) {
        const Column* column = page.scores[encode].find(metric);
        if (column && better_end(*column) != Better::kNeither) return column;
    }
    return nullptr;
}

/// About a second, but not so much that a short clip has a single worst frame.
unsigned frames_apart(const Page& page, const Column& column) {
    const double second = page.input.frame_rate.value_or(25);
    return static_cast<unsigned>(std::clamp(second, 1., std::max(1., static_cast<double>(column.frames.size()) / 8)));
}

std::string picture(const Jpeg& jpeg, const std::string& what) {
    if (jpeg.base64.empty()) return "";
    return cat("<figure><img width=\"", jpeg.w, "\" height=\"", jpeg.h, "\" loading=\"lazy\" decoding=\"async\" alt=\"",
               escape(what), "\" src=\"data:image/jpeg;base64,", jpeg.base64, "\"><figcaption>",
               escape(what.substr(0, what.find(','))), "</figcaption></figure>");
}

std::string time_of(const Page& page, unsigned frame) {
    if (!page.input.frame_rate) return "";
    return clock_text((static_cast<double>(frame) + page.input.first_frame) / *page.input.frame_rate);
}

std::string worst_frame(const Page& page, size_t encode, const Column& column, size_t place,
                        const PicturePairJpeg& pair) {
    const unsigned frame = column.frames[place];
    const std::string time = time_of(page, frame);
    std::string out = cat("<article class=\"shot\"><h4>", sign_mark(encode), "<a class=\"go\" data-frame=\"", frame,
                          "\" href=\"#frames\">Frame ", frame, "</a> <span class=\"what\">", time,
                          "</span> <b class=\"n\" data-worst=\"", frame, "\">",
                          escape(score_text(column.values[place], page.input.precision)), "</b></h4>");
    if (!pair.reference.base64.empty())
        out += cat("<div class=\"pictures\">", picture(pair.reference, cat("Reference, frame ", frame)),
                   picture(pair.distorted, cat("Distorted, frame ", frame, " of ", page.names[encode])), "</div>");
    return out + "</article>";
}

std::string worst_of(const Page& page, size_t encode) {
    const Column* column = judged_column(page, encode);
    if (!column) return "";
    const unsigned apart = frames_apart(page, *column);
    const auto places = worst_places(*column, frames_shown(page.names.size()), apart);
    std::vector<unsigned> frames;
    for (const size_t place : places) frames.push_back(column->frames[place]);
    const Encode& input = page.input.encodes[encode];
    std::string problem = input.no_pictures;
    std::vector<PicturePairJpeg> pairs(frames.size());
    if (!kJpegInThisBuild)
        problem = "This build of vmaf has no JPEG library, so that there are no pictures.";
    else if (encode >= kMostWithPictures)
        problem = cat("Pictures are shown for the first ", kMostWithPictures, " encodes.");
    else if (input.pictures) {
        pairs = picture_pairs(input.pictures, frames, problem);
        if (!problem.empty()) problem = cat("Pictures are missing: ", problem, ".");
    }
    std::string out = cat("<h3>", sign_mark(encode), escape(page.names[encode]), " <span class=\"what\">",
                          better_end(*column) == Better::kHigher ? "lowest " : "highest ", escape(column->name),
                          apart > 1 ? cat(", at least ", apart, " frames apart") : "", "</span></h3>");
    if (!problem.empty()) out += cat("<p class=\"note\">", escape(problem), "</p>");
    out += "<div class=\"shots\">";
    for (size_t i = 0; i < places.size(); i++) out += worst_frame(page, encode, *column, places[i], pairs[i]);
    return out + "</div>";
}

/// The points of a model by ladder, in the order of the encodes, and by rate within each.
struct Ladders {
    std::vector<std::string> names;
    std::vector<RatePoint> points;

    std::vector<RateQuality> of(size_t ladder) const {
        std::vector<RateQuality> result;
        for (const RatePoint& point : points)
            if (point.ladder == ladder) result.push_back({point.bits_per_second, point.score});
        return result;
    }
};

Ladders ladders_of(const Page& page, const std::string& metric) {
    Ladders ladders;
    for (size_t i = 0; i < page.names.size(); i++) {
        const Video& video = page.input.encodes[i].video;
        const Column* column = page.scores[i].find(metric);
        const auto rate = video.bits_per_second();
        if (!rate || !column || column->statistics.empty() || !std::isfinite(column->statistics[kMean])) continue;
        const std::string name = ladder_name(video.path);
        const auto found = std::find(ladders.names.begin(), ladders.names.end(), name);
        const auto ladder = static_cast<size_t>(found - ladders.names.begin());
        if (found == ladders.names.end()) ladders.names.push_back(name);
        ladders.points.push_back({*rate, column->statistics[kMean], page.names[i], i, ladder});
    }
    std::stable_sort(ladders.points.begin(), ladders.points.end(), [](const RatePoint& a, const RatePoint& b) {
        return std::pair(a.ladder, a.bits_per_second) < std::pair(b.ladder, b.bits_per_second);
    });
    return ladders;
}

std::string rate_table(const Page& page, const std::string& metric, const Ladders& ladders) {
    std::string out = cat("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rate and ", escape(metric),
                          "\"><table><caption>Rate and ", escape(metric),
                          "</caption><thead><tr><th scope=\"col\">Encode</th><th scope=\"col\">Ladder</th><th "
                          "scope=\"col\">Bit rate</th><th scope=\"col\">Mean</th></tr></thead><tbody>");
    for (const RatePoint& point : ladders.points)
        out +=
            cat("<tr><th scope=\"row\">", sign_mark(point.index), escape(point.name), "</th><td>",
                escape(ladders.names[point.ladder]), "</td><td data-rate=\"", point.index, "\">",
                rate_text(point.bits_per_second), "</td>", score_cell(point.score, page.input.precision, ""), "</tr>");
    return out + "</tbody></table></div>";
}

/// BD-rate of each further ladder, or why there is none.
std::string bd_rates(const Ladders& ladders) {
    if (ladders.names.size() < 2)
        return cat("<p class=\"note\">BD-rate compares two ladders of at least ", kLadderPoints,
                   " encodes each; these encodes are one ladder. Files whose names are equal up to the number at their "
                   "end, such "
                   "as x264_1500k.mp4 and x264_3000k.mp4, are a ladder.</p>");
    std::string out = "<ul class=\"bd\">";
    for (size_t ladder = 1; ladder < ladders.names.size(); ladder++) {
        const BdRate bd = bd_rate(ladders.of(0), ladders.of(ladder));
        out += cat("<li><b>", escape(ladders.names[ladder]), "</b> against <b>", escape(ladders.names[0]), "</b>: ");
        if (!bd.problem.empty()) {
            out += cat("no BD-rate, because ", escape(bd.problem), ".</li>");
            continue;
        }
        out += cat("BD-rate <b data-bd=\"", ladder, "\">", std::signbit(bd.percent) ? "" : "+", fixed(bd.percent, 2),
                   " %</b> <span class=\"what\">(", bd.percent < 0 ? "less" : "more", " rate at equal quality, from ",
                   number(bd.low, 4), " to ", number(bd.high, 4),
                   "; piecewise cubic (PCHIP), on the logarithm of the rate)</span></li>");
    }
    return out + "</ul>";
}

}  // namespace

std::string worst_section(const Page& page) {
    std::string out = "<section id=\"worst\" aria-labelledby=\"h-worst\"><h2 id=\"h-worst\">Worst frames</h2>";
    std::string shots;
    for (size_t encode = 0; encode < page.names.size(); encode++) shots += worst_of(page, encode);
    if (shots.empty()) shots = "<p class=\"note\">No metric here has a good and a bad end.</p>";
    return out + shots + "</section>\n";
}

std::string rate_section(const Page& page) {
    std::string out;
    for (const std::string& metric : page.metrics) {
        const bool shown = page.is_model(metric) || metric == page.metrics[0];
        const Ladders ladders = shown ? ladders_of(page, metric) : Ladders();
        if (ladders.points.size() < 2) continue;
        out += cat("<h3>", escape(metric), "</h3><figure>", rate_plot("Rate and " + metric, metric, ladders.points),
                   "</figure>", bd_rates(ladders), rate_table(page, metric, ladders));
    }
    if (out.empty()) return out;
    return "<section id=\"rates\" aria-labelledby=\"h-rates\"><h2 id=\"h-rates\">Rate and quality</h2>" + out +
           "</section>\n";
}

}  // namespace vmaf::tool::html
