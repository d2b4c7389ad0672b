// Between the model for television at three heights' distance, and the one for 4K at one and a half.
#include "model_choice.h"

#include <algorithm>

#include "base/error.h"

namespace vmaf::tool {

/// 2560x1440 is nearer to 1920x1080 than to 3840x2160. Upright video counts as if it lay.
std::string_view model_for(const PictureFormat& format) {
    constexpr unsigned kLong = 2560, kShort = 1440;
    const auto [shorter, longer] = std::minmax(format.w, format.h);
    return longer > kLong && shorter > kShort ? "vmaf_4k_v0.6.1" : "vmaf_v0.6.1";
}

std::string choose_models(std::vector<ModelSpec>& models, const PictureFormat& format) {
    const std::string_view chosen = model_for(format);
    bool any = false;
    for (ModelSpec& model : models) {
        if (model.version != ModelSpec::kAuto) continue;
        model.version = chosen;
        any = true;
    }
    return any ? cat("model: ", chosen, ", for ", format.w, "x", format.h) : "";
}

}  // namespace vmaf::tool
