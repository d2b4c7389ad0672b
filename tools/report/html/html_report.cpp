// Puts the page together: head, sections, data, script.
#include "report/html/html_report.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/error.h"
#include "html_assets.h"
#include "report/html/page.h"
#include "report/html/text.h"
#include "report/output_file.h"

namespace vmaf::tool::html {

namespace {

/// What the values of the lines may take, of a page of five million bytes.
constexpr size_t kLineBytes = 3'600'000;

/// Nothing is loaded from anywhere.
constexpr char kPolicy[] = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

std::string title_of(const Page& page) {
    if (page.names.size() == 1) return page.names[0] + " – video quality";
    return cat(file_name(page.input.reference.path), ", ", page.names.size(), " encodes – video quality");
}

std::string head(const Page& page) {
    return cat(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
        "http-equiv=\"Content-Security-Policy\" content=\"",
        kPolicy,
        "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
        "content=\"light dark\">\n"
        "<meta name=\"generator\" content=\"vmaf ",
        escape(vmaf_version()), "\">\n<link rel=\"icon\" href=\"data:,\">\n<title>", escape(title_of(page)),
        "</title>\n<style>\n", kCss, "</style>\n</head>\n");
}

std::string header(const Page& page) {
    char date[64] = "";
    const std::time_t now = std::time(nullptr);
    if (std::tm utc; gmtime_r(&now, &utc)) std::strftime(date, sizeof date, "%Y-%m-%d %H:%M UTC", &utc);
    const bool one = page.names.size() == 1;
    return cat(
        "<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header class=\"top\"><p class=\"kind\">Video "
        "quality report</p><h1>",
        escape(one ? page.names[0] : cat(page.names.size(), " encodes of ", file_name(page.input.reference.path))),
        "</h1><p class=\"sub\">",
        one ? cat("compared with <b>", escape(file_name(page.input.reference.path)), "</b>, ") : "",
        grouped(page.frames(0)), page.frames(0) == 1 ? " frame scored" : " frames scored", ", ", date,
        "</p></header>\n");
}

std::string navigation(bool rates) {
    return cat(
        "<nav aria-label=\"Sections\"><a href=\"#summary\">Summary</a><a href=\"#frames\">Frames</a><a "
        "href=\"#worst\">Worst frames</a>",
        rates ? "<a href=\"#rates\">Rate and quality</a>" : "", "<a href=\"#facts\">What was scored</a></nav>\n");
}

std::string page_text(const Page& page) {
    const std::string rates = rate_section(page);
    return head(page) + (page.names.size() == 1 ? "<body class=\"single\">\n" : "<body>\n") + header(page) +
           navigation(!rates.empty()) + "<main id=\"main\">\n" + summary_section(page) + frames_section(page) +
           worst_section(page) + rates + facts_section(page) + "</main>\n<footer>Made by vmaf " +
           escape(vmaf_version()) + ". Values in tables are those of the other reports, digit by digit.</footer>\n" +
           "<script type=\"application/json\" id=\"data\">" + line_data(page, kLineBytes) + "</script>\n<script>\n" +
           kScript + "</script>\n</body>\n</html>\n";
}

}  // namespace

std::optional<double> Video::bits_per_second() const {
    if (!compressed || !bytes || !seconds || !(*seconds > 0)) return std::nullopt;
    return static_cast<double>(*bytes) * 8 / *seconds;
}

void write_html(const std::string& path, const HtmlInput& input) {
    if (input.encodes.empty()) fail(EINVAL, "a page needs at least one encode");
    const std::string text = page_text(Page(input));
    const auto render = [&](std::ostream& out) { out << text; };
    if (path != "-") return write_output_file(path, render);
    std::fflush(stdout);
    write_output(STDOUT_FILENO, "standard output", render);
}

}  // namespace vmaf::tool::html
