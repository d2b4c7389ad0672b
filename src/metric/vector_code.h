// What a metric's vector text gives for an instruction set, and the choice among them. Included by NAME_simd.cpp before any
// header of Highway.
#pragma once

#include <memory>

#include "metric/metric.h"
#include "simd/dispatch.h"

namespace vmaf {

/// Makes an extractor on vectors. `Sums` is the metric's; every round of its text defines
///
///     template <>
///     constexpr MakeExtractor simd::kCompiled<VectorCode<vif::Sums>, HWY_TARGET> = vif::HWY_NAMESPACE::make;
using MakeExtractor = std::unique_ptr<Extractor> (*)(Variants, const PictureFormat&);

template <class Sums>
struct VectorCode {
    using Maker = MakeExtractor;
};

/// The extractor for the best set that `cpu` has, or null: what a metric's make_simd gives. To be called below all rounds,
/// under HWY_ONCE.
template <class Sums>
std::unique_ptr<Extractor> make_on_vectors(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    const MakeExtractor make = simd::best<VectorCode<Sums>>(cpu);
    return make ? make(variants, format) : nullptr;
}

}  // namespace vmaf
