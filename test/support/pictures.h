// Synthetic pictures for tests of metrics, and a way to run a metric over them without a session.
#pragma once

#include <concepts>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "metric/metric.h"
#include "support/samples.h"
#include "support/views.h"

namespace vmaf::test {

enum class Pattern { kNoise, kZero, kPeak, kChecker, kInverseChecker, kRamp, kTexture };
inline constexpr Pattern kAllPatterns[] = {Pattern::kNoise,   Pattern::kZero,           Pattern::kPeak,
                                           Pattern::kChecker, Pattern::kInverseChecker, Pattern::kRamp,
                                           Pattern::kTexture};

/// splitmix64: the same on every machine, for any order of calls.
inline uint64_t hash(uint64_t v) {
    v += 0x9e3779b97f4a7c15;
    v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9;
    v = (v ^ (v >> 27)) * 0x94d049bb133111eb;
    return v ^ (v >> 31);
}

/// Sample (x, y) of plane p; `seed` tells the pictures of a sequence apart.
inline unsigned pattern_sample(Pattern pattern, unsigned bpc, unsigned p, unsigned x, unsigned y, unsigned seed) {
    const unsigned peak = (1u << bpc) - 1;
    const auto random = static_cast<unsigned>(hash(uint64_t{seed} << 50 ^ uint64_t{p} << 48 ^ uint64_t{y} << 24 ^ x));
    switch (pattern) {
        case Pattern::kNoise: return random & peak;
        case Pattern::kZero: return 0;
        case Pattern::kPeak: return peak;
        case Pattern::kChecker: return (x + y) % 2 ? peak : 0;
        case Pattern::kInverseChecker: return (x + y) % 2 ? 0 : peak;
        case Pattern::kRamp: return (x * 3 + y * 5 + p + seed) * (peak / 255) & peak;
        case Pattern::kTexture: {  // a moving triangle wave with an eighth of noise
            const unsigned phase = (x * 7 + y * 11 + seed * 5 + p * 40) % 256;
            const unsigned wave = (phase < 128 ? phase : 255 - phase) * peak / 160;
            return wave + random % (peak / 8);
        }
    }
    throw std::logic_error("pattern");
}

/// Owns a picture's planes. Rows are `padding` samples longer than the plane is wide, filled with a value that
/// no metric may see.
class TestPicture {
 public:
    explicit TestPicture(const PictureFormat& format, unsigned padding = 3) : format_(format), padding_(padding) {
        for (unsigned p = 0; p < format.planes(); p++) planes_[p].assign(stride(p) * format.plane_h(p) + 1, 0xa5a5);
    }
    TestPicture(const PictureFormat& format, Pattern pattern, unsigned seed = 0)
        : TestPicture(format, [&](unsigned p, unsigned x, unsigned y) {
              return pattern_sample(pattern, format.bpc, p, x, y, seed);
          }) {}
    /// Sample (x, y) of plane p is at(p, x, y).
    template <class At>
    requires std::invocable<At, unsigned, unsigned, unsigned> TestPicture(const PictureFormat& format, At&& at)
        : TestPicture(format) {
        for (unsigned p = 0; p < format.planes(); p++)
            test::write_plane(planes_[p].data(), view().stride[p], format.bpc, p, format.plane_w(p), format.plane_h(p),
                              at);
    }

    void set(unsigned p, unsigned x, unsigned y, unsigned value) {
        const size_t i = y * stride(p) + x;
        if (format_.bpc > 8)
            planes_[p][i] = static_cast<uint16_t>(value);
        else
            reinterpret_cast<uint8_t*>(planes_[p].data())[i] = static_cast<uint8_t>(value);
    }
    PictureView view() const {
        PictureView view{.format = format_};
        for (unsigned p = 0; p < format_.planes(); p++) {
            view.data[p] = planes_[p].data();
            view.stride[p] = static_cast<ptrdiff_t>(stride(p) * format_.sample_bytes());
        }
        return view;
    }
    const PictureFormat& format() const { return format_; }

 private:
    size_t stride(unsigned p) const { return format_.plane_w(p) + padding_; }

    PictureFormat format_;
    unsigned padding_;
    std::vector<uint16_t> planes_[3];
};

/// A picture pair and the frame index under which it is read.
struct TestFrame {
    unsigned index;
    TestPicture ref, dis;
};

/// Frame i as extractors get it, with the frames before it.
inline FramePictures pictures_of(const std::vector<TestFrame>& frames, size_t i) {
    FramePictures pictures{.index = frames[i].index, .ref = frames[i].ref.view(), .dis = frames[i].dis.view()};
    for (unsigned back = 1; back <= kMaxLookback && back <= i; back++)
        pictures.previous[back - 1] = {frames[i - back].ref.view(), frames[i - back].dis.view()};
    return pictures;
}

/// What a metric delivered.
class Scores final : public ScoreSink {
 public:
    explicit Scores(const Metric& metric) : metric_(metric) {}
    void set(unsigned frame, size_t feature, double value) override {
        if (!values_.emplace(std::pair(std::string(metric_.features[feature].name), frame), value).second)
            throw std::logic_error("a value was delivered twice");
    }
    void aggregate(std::string_view name, double value) override { aggregates_[std::string(name)] = value; }
    void warn(std::string_view text) override { warnings_.emplace_back(text); }

    bool has(const std::string& feature, unsigned frame) const { return values_.contains({feature, frame}); }
    double at(const std::string& feature, unsigned frame) const { return values_.at({feature, frame}); }
    double aggregate(const std::string& name) const { return aggregates_.at(name); }
    size_t size() const { return values_.size(); }
    const std::vector<std::string>& warnings() const { return warnings_; }

 private:
    const Metric& metric_;
    std::map<std::pair<std::string, unsigned>, double> values_;
    std::map<std::string, double> aggregates_;
    std::vector<std::string> warnings_;
};

/// Runs `metric` over the frames as a session would, the frames in reading order.
inline Scores run_metric(const Metric& metric, const OptionStrings& strings, const std::vector<TestFrame>& frames,
                         const CpuFeatures& cpu = {}) {
    const std::vector<OptionValues> variants{OptionValues(metric.options, strings)};
    const PictureFormat& format = frames.at(0).ref.format();
    if (metric.check) metric.check(variants[0], format);
    const unsigned needs = testing_frames::needs_of(metric, variants[0], format);
    const auto extractor = metric.make_cpu(variants, format, cpu);
    const auto scorer = metric.make_scorer(variants[0], format);
    std::vector<std::byte> result(metric.result_size(variants, format));
    Scores scores(metric);
    for (size_t i = 0; i < frames.size(); i++) {
        const FramePictures pictures = pictures_of(frames, i);
        extractor->extract(testing_frames::as_asked_for(pictures, needs), result.data());
        scorer->score(pictures.index, result.data(), scores);
        if (result.size() > metric.sums_size)
            scorer->keep_artefact(pictures.index, std::span(result).subspan(metric.sums_size));
    }
    scorer->flush(scores);
    return scores;
}

/// `count` frames; the reference follows `ref`, the distorted picture `dis`, both with the frame's number as seed.
inline std::vector<TestFrame> make_frames(const PictureFormat& format, unsigned count, Pattern ref, Pattern dis) {
    std::vector<TestFrame> frames;
    for (unsigned i = 0; i < count; i++) frames.push_back({i, {format, ref, i}, {format, dis, i + 100}});
    return frames;
}

}  // namespace vmaf::test
