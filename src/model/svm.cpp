// Evaluates support-vector regression and reads it from LIBSVM's text form.
#include "model/svm.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"

namespace vmaf {

Svm::Svm(double gamma, double rho, std::vector<double> coefficients, std::vector<double> vectors)
    : gamma_(gamma), rho_(rho), coefficients_(std::move(coefficients)), vectors_(std::move(vectors)) {}

double Svm::predict(std::span<const double> x) const noexcept {
    double sum = 0;
    const double* vector = vectors_.data();
    for (const double coefficient : coefficients_) {
        double distance = 0;
        for (const double value : x) {
            const double difference = value - *vector++;
            distance += difference * difference;
        }
        sum += coefficient * std::exp(-gamma_ * distance);
    }
    return sum - rho_;
}

namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr size_t kQuoted = 32;  // characters of the text that a message repeats

/// A finite number that fills `text`.
std::optional<double> to_number(std::string_view text) {
    double value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::optional<size_t> to_count(std::string_view text) {
    size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Takes the text line by line and each line field by field; knows where it is.
class LineReader {
 public:
    explicit LineReader(std::string_view text) : rest_(text) {}

    /// Moves to the next line that isn't blank; false at the end.
    bool next_line() {
        while (!rest_.empty()) {
            const size_t end = rest_.find('\n');
            line_ = rest_.substr(0, end);
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
            number_++;
            if (line_.find_first_not_of(kBlanks) != std::string_view::npos) return true;
        }
        line_ = {};
        return false;
    }

    /// The next field of the line; empty at its end.
    std::string_view field() {
        const size_t start = line_.find_first_not_of(kBlanks);
        if (start == std::string_view::npos) return line_ = {};
        line_.remove_prefix(start);
        const std::string_view field = line_.substr(0, line_.find_first_of(kBlanks));
        line_.remove_prefix(field.size());
        return field;
    }

    double number(std::string_view what) {
        const std::string_view text = field();
        if (const auto value = to_number(text)) return *value;
        fail_here(what, ": '", text.substr(0, kQuoted), "' is not a finite number");
    }

    template <class... Text>
    [[noreturn]] void fail_here(const Text&... text) const {
        fail(EINVAL, "line ", number_, " of the support-vector text: ", text...);
    }

 private:
    std::string_view rest_, line_;
    size_t number_ = 0;
};

struct Header {
    std::optional<double> gamma, rho;
    std::optional<size_t> total;
    bool machine = false, kernel = false;
};

void expect(LineReader& in, std::string_view key, std::initializer_list<std::string_view> allowed) {
    const std::string_view text = in.field();
    for (const std::string_view value : allowed)
        if (text == value) return;
    in.fail_here(key, " '", text.substr(0, kQuoted), "' is not supported; ", *allowed.begin(), " is");
}

/// Fields that other machines and kernels need; regression with this kernel does without.
bool is_unused(std::string_view key) {
    for (const std::string_view name : {"degree", "coef0", "label", "probA", "probB", "nr_sv"})
        if (key == name) return true;
    return false;
}

void read_header_line(LineReader& in, std::string_view key, Header& header) {
    if (key == "svm_type") {
        expect(in, key, {"nu_svr", "epsilon_svr"});
        header.machine = true;
    } else if (key == "kernel_type") {
        expect(in, key, {"rbf"});
        header.kernel = true;
    } else if (key == "nr_class") {
        expect(in, key, {"2"});
    } else if (key == "gamma") {
        header.gamma = in.number(key);
    } else if (key == "rho") {
        header.rho = in.number(key);
    } else if (key == "total_sv") {
        const std::string_view text = in.field();
        header.total = to_count(text);
        if (!header.total) in.fail_here("total_sv '", text.substr(0, kQuoted), "' is not a count");
    } else if (!is_unused(key)) {
        in.fail_here("unknown field '", key.substr(0, kQuoted), "'");
    }
}

Header read_header(LineReader& in) {
    Header header;
    std::string_view key;
    while (in.next_line() && (key = in.field()) != "SV") read_header_line(in, key, header);
    if (key != "SV") in.fail_here("the text ends before its line 'SV'");
    const std::pair<std::string_view, bool> needed[] = {{"svm_type", header.machine},
                                                        {"kernel_type", header.kernel},
                                                        {"gamma", header.gamma.has_value()},
                                                        {"rho", header.rho.has_value()},
                                                        {"total_sv", header.total.has_value()}};
    for (const auto& [name, present] : needed)
        if (!present) in.fail_here("'", name, "' is missing above");
    return header;
}

/// Reads `index:value` pairs into `vector`, which is all zeros.
void read_vector(LineReader& in, std::span<double> vector) {
    size_t last = 0;
    for (std::string_view field = in.field(); !field.empty(); field = in.field()) {
        const size_t colon = field.find(':');
        const auto index = to_count(field.substr(0, colon));
        const auto value = colon == std::string_view::npos ? std::nullopt : to_number(field.substr(colon + 1));
        if (!index || !value) in.fail_here("'", field.substr(0, kQuoted), "' is not a pair 'index:value'");
        if (*index <= last || *index > vector.size())
            in.fail_here("index ", *index, " after ", last, "; ascending ones from 1 to ", vector.size(),
                         " are wanted");
        last = *index;
        vector[last - 1] = *value;
    }
}

}  // namespace

Svm parse_svm(std::string_view text, size_t width, size_t& budget) {
    LineReader in(text);
    const Header header = read_header(in);
    std::vector<double> coefficients, vectors;
    while (in.next_line()) {  // grows with the text, whatever total_sv says
        if (coefficients.size() == *header.total) in.fail_here("more support vectors than total_sv, ", *header.total);
        if (budget < width + 1) in.fail_here("too many support vectors");
        budget -= width + 1;
        coefficients.push_back(in.number("coefficient"));
        vectors.resize(vectors.size() + width);
        read_vector(in, std::span(vectors).last(width));
    }
    if (coefficients.empty()) in.fail_here("there are no support vectors");
    if (coefficients.size() != *header.total)
        in.fail_here("the text ends after ", coefficients.size(), " support vectors; total_sv is ", *header.total);
    return {*header.gamma, *header.rho, std::move(coefficients), std::move(vectors)};
}

}  // namespace vmaf
