// Frames for tests of extractors: contents that reach the ends of every range, in memory laid out to catch stray reads.
#pragma once

#include <ostream>
#include <span>
#include <string_view>
#include <vector>

#include "damage.h"
#include "picture/picture_format.h"
#include "scene.h"
#include "support/sanitized.h"

namespace vmaf::testing_frames {

/// What the two pictures of a frame show.
struct Pattern {
    std::string_view name;
    testdata::Scene ref, dis;
    testdata::Damage damage;
    uint32_t dis_seed = 1;

    friend std::ostream& operator<<(std::ostream& out, const Pattern& pattern) { return out << pattern.name; }
};

/// The first kOptionPatterns of them make options matter.
inline constexpr unsigned kOptionPatterns = test::kSanitized ? 1 : 3;
inline constexpr Pattern kPatterns[] = {
    {"texture", testdata::Scene::kTexture, testdata::Scene::kTexture, {.quantiser = 900, .noise = 300}},
    {"random", testdata::Scene::kNoise, testdata::Scene::kNoise, {}, 2},
    {"sky", testdata::Scene::kSky, testdata::Scene::kSky, {.banding = 7}},
    {"min_max", testdata::Scene::kMin, testdata::Scene::kMax, {}},
    {"max_min", testdata::Scene::kMax, testdata::Scene::kMin, {}},
    {"flips", testdata::Scene::kChecker, testdata::Scene::kChecker, {.invert = true}},
    {"max_checker", testdata::Scene::kMax, testdata::Scene::kChecker, {}},
    {"ramp", testdata::Scene::kRamp, testdata::Scene::kRamp, {.banding = 12}},
    {"extremes", testdata::Scene::kExtremes, testdata::Scene::kExtremes, {.invert = true}},
    {"same", testdata::Scene::kTexture, testdata::Scene::kTexture, {}},
};

/// Those of tests that are not about contents: under sanitizers the first few.
inline std::span<const Pattern> some_patterns() {
    return std::span(kPatterns).first(test::kSanitized ? 3 : std::size(kPatterns));
}

/// How pictures lie in memory.
enum class Layout {
    kTight,   ///< no byte beyond the samples belongs to the allocation, so that sanitizers see stray reads
    kPadded,  ///< unaligned rows with all-ones between them, so that stray reads change results
};

/// The pictures of one frame with those of `previous` frames before it (0 to 2), and the memory behind them.
class Frame {
 public:
    Frame(const PictureFormat& format, const Pattern& pattern, unsigned previous, Layout layout);
    /// The same samples, laid out otherwise.
    Frame(const Frame& other, Layout layout);

    const FramePictures& pictures() const { return pictures_; }

 private:
    PictureView make(const PictureFormat& format, testdata::Scene scene, uint32_t seed, const testdata::Damage& damage,
                     unsigned index);
    PictureView copy(const PictureView& picture);
    /// A picture in memory of this frame, whose planes write(plane, data, stride in bytes) fills.
    template <class Write>
    PictureView laid_out(const PictureFormat& format, Write&& write);

    Layout layout_;
    std::vector<std::vector<std::byte>> memory_;
    FramePictures pictures_;
};

}  // namespace vmaf::testing_frames
