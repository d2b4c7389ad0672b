// Any text as a model file and as support-vector text: an Error or a model that predicts, nothing else.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.h"
#include "model/model.h"
#include "model/svm.h"

namespace {

void score(const vmaf::LoadedModel& loaded) {
    const std::vector<double> values(loaded.model.features().size(), 0.5);
    loaded.model.predict(values);
    if (loaded.collection) loaded.collection->predict(values);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        score(vmaf::parse_model(text, "fuzz", "vmaf", VMAF_MODEL_FLAG_ENABLE_TRANSFORM));
    } catch (const vmaf::Error&) {
    }
    try {
        size_t budget = 1 << 20;
        vmaf::parse_svm(text, 2, budget).predict(std::vector{0.25, 0.75});
    } catch (const vmaf::Error&) {
    }
    return 0;
}
