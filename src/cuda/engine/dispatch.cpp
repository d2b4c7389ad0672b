// Reads VMAF_CUDA_DISPATCH.
#include "cuda/engine/dispatch.h"

#include <cstdlib>
#include <utility>

#include "base/error.h"

namespace vmaf::cuda {

namespace {

constexpr std::pair<std::string_view, Strategy> kNames[] = {
    {"adaptive", Strategy::kAdaptive}, {"batched", Strategy::kBatched}, {"serial", Strategy::kSerial}};

Strategy parse_strategy(std::string_view word) {
    for (const auto& [name, strategy] : kNames)
        if (word == name) return strategy;
    fail(EINVAL, "VMAF_CUDA_DISPATCH: '", word, "' is not one of adaptive, batched, serial, or METRIC= one of them");
}

}  // namespace

DispatchPolicy::DispatchPolicy(std::string_view text) {
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(','));
        text.remove_prefix(word.size() == text.size() ? word.size() : word.size() + 1);
        const size_t equals = word.find('=');
        if (equals == std::string_view::npos)
            default_ = parse_strategy(word);
        else
            exceptions_.emplace_back(word.substr(0, equals), parse_strategy(word.substr(equals + 1)));
    }
}

DispatchPolicy DispatchPolicy::from_environment() {
    const char* text = std::getenv("VMAF_CUDA_DISPATCH");
    return DispatchPolicy(text ? text : "");
}

Strategy DispatchPolicy::of(std::string_view metric) const {
    for (const auto& [name, strategy] : exceptions_)
        if (name == metric) return strategy;
    return default_;
}

}  // namespace vmaf::cuda
